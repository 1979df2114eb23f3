"""Real repositories, made with the git binary, and both adapters that look at them."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scafld.adapters.git.dulwich_tree import DulwichTree
from scafld.adapters.git.git_tree import GitTree
from scafld.adapters.git.worktree import open_worktree
from scafld.app.observe import Worktree
from scafld.core.evidence.seals import Look, Seen

AUTHOR = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
}


class Repository:
    """A repository under test. `root` is its top; `home` is a home directory that holds nothing."""

    def __init__(self, root: Path, home: Path) -> None:
        self.root = root
        self.home = home
        self.environment = {"HOME": os.fspath(home), "PATH": os.environ["PATH"]}

    def init(self, *words: str) -> Repository:
        self.root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main", *words)
        return self

    def git(self, *words: str | bytes, check: bool = True, feed: bytes = b"") -> str:
        """Run git here and return its stdout."""
        ran = subprocess.run(
            ["git", "-c", "protocol.file.allow=always", *words],
            cwd=self.root,
            env=self.environment | AUTHOR,
            check=check,
            capture_output=True,
            input=feed,
            timeout=60,
        )
        return ran.stdout.decode("utf-8", "surrogateescape").strip()

    def at(self, path: str | bytes) -> bytes:
        return os.path.join(os.fsencode(self.root), os.fsencode(path))

    def write(self, path: str | bytes, content: bytes | str, *, executable: bool = False) -> None:
        full = self.at(path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        os.chmod(full, 0o755 if executable else 0o644)

    def commit(self, **files: str) -> str:
        """Write these files (`name_txt` for name.txt), add everything, commit, and return the commit."""
        for name, content in files.items():
            self.write(name.replace("_", "."), content)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "change")
        return self.head()

    def head(self) -> str:
        return self.git("rev-parse", "HEAD")

    def tree(self, below: str = "") -> GitTree:
        tree = open_worktree(os.fspath(self.root / below), "git", self.environment)
        assert isinstance(tree, GitTree)
        return tree

    def print(self, *, contents: bool = True) -> dict[str, str]:
        """Everything below `.git`: each file's content and modification time."""
        found = {}
        for folder, _, names in os.walk(self.root / ".git"):
            for name in names:
                path = Path(folder) / name
                moment = path.lstat().st_mtime_ns
                content = hashlib.sha256(path.read_bytes()).hexdigest() if contents else ""
                found[os.fspath(path)] = f"{moment} {content}"
        return found


Opener = Callable[..., Worktree]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home directory without configuration, for git and for dulwich."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", os.fspath(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return home


@pytest.fixture
def unborn(tmp_path: Path, home: Path) -> Repository:
    """A repository without a commit."""
    return Repository(tmp_path / "repo", home).init()


@pytest.fixture
def repo(unborn: Repository) -> Repository:
    """A repository with one commit: `kept.txt` and `src/main.py`."""
    unborn.write("src/main.py", "print(1)\n")
    unborn.commit(kept_txt="kept\n")
    return unborn


@pytest.fixture
def another(tmp_path: Path, home: Path) -> Callable[[str], Repository]:
    """Makes further repositories, with one commit that holds `inner.txt`."""

    def make(name: str) -> Repository:
        made = Repository(tmp_path / name, home).init()
        made.commit(inner_txt="inner\n")
        return made

    return make


@pytest.fixture(params=["git", "dulwich"])
def tree_of(request: pytest.FixtureRequest) -> Iterator[Opener]:
    """Opens a repository's working tree with the git binary, then without it: the answers are the same."""

    def opened(repository: Repository, below: str = "") -> Worktree:
        git = "git" if request.param == "git" else None
        tree = open_worktree(os.fspath(repository.root / below), git, repository.environment)
        assert isinstance(tree, GitTree if git else DulwichTree)
        return tree

    yield opened


@pytest.fixture
def by_path() -> Callable[[Look], dict[str, Seen]]:
    """The files of a look by their paths."""
    return lambda look: {seen.path: seen for seen in look.files}


@pytest.fixture(scope="session")
def make_repository(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Repository]:
    """Makes repositories without a commit, each in its own directory."""

    def make(*words: str) -> Repository:
        folder = tmp_path_factory.mktemp("made")
        (folder / "home").mkdir()
        return Repository(folder / "repo", folder / "home").init(*words)

    return make
