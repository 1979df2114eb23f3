"""What the port suites run on: every adapter of a port, the real ones and the one in memory.

A new adapter of Worktree joins by an entry in `SCENES`: a class with the methods of `Scene`.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

from scafld.adapters.git.worktree import open_worktree
from scafld.adapters.memory.commits import MemoryTree
from scafld.app.observe import Worktree


class Scene(Protocol):
    """A working tree that a test can change. `root` is "" at the top; paths are text, relative to it."""

    def write(self, path: str, content: bytes, *, executable: bool = False) -> None:
        """Put a file there, directories included, instead of whatever file or link is there."""
        ...

    def link(self, path: str, target: str) -> None:
        """Put a symbolic link there."""
        ...

    def delete(self, path: str) -> None:
        """Take a file or link away."""
        ...

    def commit(self) -> str | None:
        """Commit everything and return the commit; None when this adapter keeps no history."""
        ...

    def tree(self) -> Worktree:
        """The adapter under test."""
        ...


class Directory:
    """A plain directory."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "tree"
        self.root.mkdir()

    def write(self, path: str, content: bytes, *, executable: bool = False) -> None:
        full = self._clear(path)
        full.write_bytes(content)
        full.chmod(0o755 if executable else 0o644)

    def link(self, path: str, target: str) -> None:
        self._clear(path).symlink_to(target)

    def delete(self, path: str) -> None:
        (self.root / path).unlink()

    def commit(self) -> str | None:
        return None

    def tree(self) -> Worktree:
        return open_worktree(os.fspath(self.root), "git", {"PATH": os.environ["PATH"]})

    def _clear(self, path: str) -> Path:
        full = self.root / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.unlink(missing_ok=True)
        return full


class WithGit(Directory):
    """A git repository, seen through the git binary."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._environment = {"HOME": os.fspath(folder), "PATH": os.environ["PATH"]}
        self._git("init", "-q", "-b", "main")

    def commit(self) -> str | None:
        self._git("add", "-A")
        self._git(
            "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "--allow-empty", "-m", "change"
        )
        return self._git("rev-parse", "HEAD")

    def _git(self, *words: str) -> str:
        ran = subprocess.run(
            ["git", *words],
            cwd=self.root,
            env=self._environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return ran.stdout.strip()


class WithoutGit(WithGit):
    """A git repository, seen without the git binary."""

    def tree(self) -> Worktree:
        return open_worktree(os.fspath(self.root), None)


class InMemory:
    """A tree in memory."""

    root = ""

    def __init__(self, _folder: Path) -> None:
        self._tree = MemoryTree()

    def write(self, path: str, content: bytes, *, executable: bool = False) -> None:
        self._tree.write(path, content, executable=executable)

    def link(self, path: str, target: str) -> None:
        self._tree.link(path, target)

    def delete(self, path: str) -> None:
        self._tree.delete(path)

    def commit(self) -> str | None:
        return self._tree.commit()

    def tree(self) -> Worktree:
        return self._tree


SCENES: dict[str, Callable[[Path], Scene]] = {
    "plain": Directory,
    "git": WithGit,
    "dulwich": WithoutGit,
    "memory": InMemory,
}


@pytest.fixture(params=sorted(SCENES))
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Scene:
    """An empty working tree of each adapter in turn."""
    return SCENES[request.param](tmp_path)


@pytest.fixture
def committed(scene: Scene) -> Callable[[], str]:
    """Commits everything; skips the test for an adapter that keeps no history."""

    def commit() -> str:
        made = scene.commit()
        if made is None:
            pytest.skip("this adapter keeps no history")
        return made

    return commit
