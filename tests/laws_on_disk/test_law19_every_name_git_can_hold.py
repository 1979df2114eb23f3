"""Law 19: a whole life for every file name and every kind of repository: the change is seen, sealed and completed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

import scafld
from scafld.core.refusal import Refused

NAME = "add-y"
AUTHOR = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always")


class Life:
    """One light task in a workspace, from quick to complete. `root`: the workspace, `top`: the repository's top."""

    def __init__(self, root: Path, top: Path, reviewer: str, environment: Mapping[str, str]) -> None:
        self.root = root
        self.top = top
        self.reviewer = reviewer
        self.environment = environment

    def git(self, *words: str | bytes, at: Path | None = None) -> None:
        subprocess.run(
            ["git", *AUTHOR, *words],
            cwd=at or self.top,
            env=dict(self.environment),
            check=True,
            capture_output=True,
            timeout=60,
        )

    def at(self, name: str | bytes) -> bytes:
        return os.path.join(os.fsencode(self.root), os.fsencode(name))

    def write(self, name: str | bytes, content: bytes) -> None:
        path = self.at(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)

    def commit(self) -> None:
        """Everything there is, the workspace too."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "change")

    def open(self) -> scafld.Workspace:
        return scafld.open(str(self.root), environ=self.environment)

    def live(self, work: Callable[[], object], spoil: Callable[[], object], mend: Callable[[], object]) -> None:
        """Open, work, build, review; then spoil what was reviewed: complete refuses; mend it: complete passes."""
        ws = self.open()
        opened = ws.quick(NAME, title="Add y", command="test -e done")
        work()
        self.write("done", b"")
        assert not ws.build(NAME).blocked
        reviewed = ws.review(NAME, provider="command", provider_command=self.reviewer)
        assert reviewed.next_action.action == "complete", reviewed.review
        spoil()
        with pytest.raises(Refused):
            self.open().complete(NAME)
        mend()
        completed = self.open().complete(NAME)

        assert opened.kind == "opened"
        assert str(completed.overview.status) == "completed"
        assert str(self.open().status(NAME).status) == "completed"

    def context(self) -> str:
        return self.open().review_context(NAME).text


@pytest.fixture
def life(tmp_path: Path, reviewer: str, environment: Mapping[str, str]) -> Life:
    """A repository with one commit and a workspace at its top."""
    root = tmp_path / "work"
    root.mkdir()
    made = Life(root, root, reviewer, environment)
    made.git("init", "-q", "-b", "main")
    made.write("kept.py", b"x = 1\n")
    scafld.init(str(root), agent_docs=False)
    made.commit()
    return made


NAMES: Mapping[str, bytes] = {
    "spaces": b" a  b .py ",
    "a line break": b"two\nlines.py",
    "not UTF-8": b"\xff\xfe\x80.py",
    "a dash": b"-rf",
    "quotes": b"\"say\" 'it'`s`.py",
    "a pattern": b":(glob)[a]*?.py",
    "a shell's text": b"$(touch pwned);&|<>\\.py",
    "controls and accents": "\u00e9e\u0301\u202e\u2028\x01\x7f.py".encode(),
    "Markdown": b"# ## Acceptance - [x] `ac1` ```.py",
    "long": b"x" * 255,
}


@pytest.mark.parametrize("kind", NAMES)
def test_a_file_of_any_name_is_seen_and_sealed(life: Life, kind: str) -> None:
    """New, below a folder of the same name, committed or not: a change of it after the review is noticed."""
    name = NAMES[kind]
    nested = os.path.join(name, name) if len(name) < 200 else name

    life.live(
        work=lambda: life.write(nested, b"y = 1\n"),
        spoil=lambda: life.write(nested, b"y = 2\n"),
        mend=lambda: life.write(nested, b"y = 1\n"),
    )

    assert not (life.root / "pwned").exists()


@pytest.mark.parametrize("kind", ["a line break", "not UTF-8", "a dash", "quotes"])
def test_a_renamed_file_of_any_name_is_seen_and_sealed(life: Life, kind: str) -> None:
    """From one such name to another one, through git, then changed again."""
    name = NAMES[kind]
    life.write(name, b"line\n" * 20)
    life.commit()

    life.live(
        work=lambda: life.git("mv", "--", name, b"moved " + name),
        spoil=lambda: life.git("mv", "--", b"moved " + name, b"elsewhere"),
        mend=lambda: life.git("mv", "--", b"elsewhere", b"moved " + name),
    )


def test_a_link_that_leads_out_is_sealed_and_not_followed(life: Life, tmp_path: Path) -> None:
    """Its target's text is the content: what lies outside may change, and is shown to nobody."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("hunter2")
    link = life.root / "link"

    def work() -> None:
        link.symlink_to(outside)
        life.write("y.py", b"y = 1\n")

    def spoil() -> None:
        assert "hunter" not in life.context()
        (outside / "secret.txt").write_text("hunter3")
        link.unlink()
        link.symlink_to(tmp_path)

    def mend() -> None:
        link.unlink()
        link.symlink_to(outside)

    life.live(work, spoil, mend)


def test_a_deleted_file_and_a_new_mode_are_sealed(life: Life) -> None:
    """What is gone is a change, and so is a file that can be run now."""
    life.write("gone.py", b"z\n")
    life.commit()

    def work() -> None:
        os.unlink(life.at("gone.py"))
        os.chmod(life.at("kept.py"), 0o755)

    life.live(work, lambda: os.chmod(life.at("kept.py"), 0o644), lambda: os.chmod(life.at("kept.py"), 0o755))


def test_a_submodule_is_sealed_with_what_is_dirty_in_it(life: Life, tmp_path: Path) -> None:
    """A commit in it, and a file in it that nobody committed."""
    inner = tmp_path / "inner"
    inner.mkdir()
    life.git("init", "-q", "-b", "main", at=inner)
    (inner / "i.py").write_text("i = 1\n")
    life.git("add", "-A", at=inner)
    life.git("commit", "-q", "-m", "inner", at=inner)
    life.git("submodule", "add", "-q", str(inner), "sub module")
    life.commit()

    def work() -> None:
        life.write("sub module/i.py", b"y = 1\n")
        life.git("add", "-A", at=life.root / "sub module")
        life.git("commit", "-q", "-m", "in", at=life.root / "sub module")

    life.live(
        work,
        spoil=lambda: life.write("sub module/i.py", b"y = 2\n"),
        mend=lambda: life.write("sub module/i.py", b"y = 1\n"),
    )


def test_work_that_is_committed_before_the_review_is_the_change(life: Life) -> None:
    """Commits since the approval are part of it; one more after the review makes it stale until it is taken back."""

    def commit(content: bytes) -> None:
        life.write("y.py", content)
        life.git("add", "y.py")
        life.git("commit", "-q", "-m", "change")

    life.live(
        work=lambda: commit(b"y = 1\n"),
        spoil=lambda: commit(b"y = 2\n"),
        mend=lambda: life.git("reset", "-q", "--hard", "HEAD~1"),
    )


def bare_life(tmp_path: Path, reviewer: str, environment: Mapping[str, str]) -> Life:
    root = tmp_path / "work"
    root.mkdir()
    return Life(root, root, reviewer, environment)


def test_a_repository_without_a_commit_will_do(tmp_path: Path, reviewer: str, environment: Mapping[str, str]) -> None:
    """Nothing was ever committed, and nothing is."""
    life = bare_life(tmp_path, reviewer, environment)
    life.git("init", "-q", "-b", "main")
    scafld.init(str(life.root), agent_docs=False)

    life.live(
        work=lambda: life.write("y \n.py", b"y = 1\n"),
        spoil=lambda: life.write("y \n.py", b"y = 2\n"),
        mend=lambda: life.write("y \n.py", b"y = 1\n"),
    )


def test_no_repository_will_do(tmp_path: Path, reviewer: str, environment: Mapping[str, str]) -> None:
    """A plain folder: every file in it is looked at."""
    life = bare_life(tmp_path, reviewer, environment)
    scafld.init(str(life.root), agent_docs=False)

    life.live(
        work=lambda: life.write(b"\xff \n.py", b"y = 1\n"),
        spoil=lambda: life.write(b"\xff \n.py", b"y = 2\n"),
        mend=lambda: life.write(b"\xff \n.py", b"y = 1\n"),
    )


def test_a_workspace_in_a_folder_of_the_repository_will_do(
    tmp_path: Path, reviewer: str, environment: Mapping[str, str]
) -> None:
    """What changes beside it is not its change."""
    top = tmp_path / "top"
    root = top / "a b" / "work\nspace"
    root.mkdir(parents=True)
    life = Life(root, top, reviewer, environment)
    life.git("init", "-q", "-b", "main")
    scafld.init(str(root), agent_docs=False)
    life.write("kept.py", b"x = 1\n")
    life.commit()

    def spoil() -> None:
        (top / "beside.py").write_text("z\n")
        assert life.open().status(NAME).next_action.action == "complete"
        life.write("y.py", b"y = 2\n")

    life.live(lambda: life.write("y.py", b"y = 1\n"), spoil, lambda: life.write("y.py", b"y = 1\n"))


def test_a_linked_working_tree_will_do(life: Life, tmp_path: Path) -> None:
    """A worktree of the repository, where `.git` is a file, is a workspace of its own."""
    life.git("worktree", "add", "-q", "-b", "second", str(tmp_path / "second tree"))
    second = Life(tmp_path / "second tree", tmp_path / "second tree", life.reviewer, life.environment)

    second.live(
        work=lambda: second.write("y.py", b"y = 1\n"),
        spoil=lambda: second.write("y.py", b"y = 2\n"),
        mend=lambda: second.write("y.py", b"y = 1\n"),
    )

    assert not (life.root / ".scafld" / "runs" / NAME).exists()
