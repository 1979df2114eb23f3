"""What a repository holds beside its tree is read whatever it is, and nothing in it can stop the reading."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from scafld.adapters.files.survey import touched
from scafld.adapters.git.index_file import index_of
from scafld.adapters.git.watch.estate import estate_of
from scafld.adapters.git.witness import LARGEST
from scafld.core.digest import digest_of

if TYPE_CHECKING:
    from conftest import Repository


def estate(repository: Repository, below: str = "") -> dict[str, str]:
    return dict(estate_of(os.fspath(repository.root / below), repository.environment))


def changed_by(repository: Repository, act: Callable[[], object], below: str = "") -> tuple[str, ...]:
    """The names of what an act changes."""
    before = estate_of(os.fspath(repository.root / below), repository.environment)
    act()
    return touched(before, estate_of(os.fspath(repository.root / below), repository.environment))


def append(path: Path, content: str = "x\n") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(content)


def test_without_git_there_is_nothing(tmp_path: Path) -> None:
    """An empty estate; a repository that is made there is all new."""
    assert estate_of(os.fspath(tmp_path), {}) == ()


def test_a_repository_made_or_broken_meanwhile_is_named(repo: Repository, tmp_path: Path) -> None:
    """Everything of it; and one that is made in a folder of it hides it."""
    (repo.root / "below").mkdir()
    inner = type(repo)(repo.root / "below", repo.home)

    hidden = changed_by(repo, inner.init, "below")
    broken = changed_by(repo, (repo.root / ".git/HEAD").unlink)

    assert set(hidden) == {"HEAD", "refs/heads/main", ".git/index"}
    assert {"HEAD", "refs/heads/main", ".git/index", ".git/config"} <= set(broken)


def test_it_is_sorted_and_named_in_text(repo: Repository) -> None:
    """Refs as git names them, files by their place; what is not UTF-8 is quoted."""
    repo.git("update-ref", b"refs/heads/\xff", "HEAD")
    repo.git("update-ref", "refs/heads/\u00e4/b c".replace(" ", "_"), "HEAD")
    (repo.root / ".git/hooks/a\nb").write_text("x")

    found = estate_of(os.fspath(repo.root), repo.environment)

    names = [name for name, _ in found]
    assert names == sorted(names)
    assert {'"refs/heads/\\377"', "refs/heads/\u00e4/b_c", ".git/hooks/a\nb", "HEAD", ".git/index"} <= set(names)
    assert all(len(digest) == 64 for _, digest in found)


def test_looking_leaves_everything_as_it_was(repo: Repository) -> None:
    """Not a byte, not a time, not a file more."""
    os.utime(repo.root / "kept.txt", (1, 1))
    before = repo.print()

    estate(repo)

    assert repo.print() == before


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_repository_without_a_commit(make_repository: Callable[..., Repository], algorithm: str) -> None:
    """HEAD, configuration, an empty index; the first commit is named, with either hash."""
    repository = make_repository(f"--object-format={algorithm}")
    repository.write("a.txt", "x")

    names = set(estate(repository))
    first = changed_by(repository, repository.commit)
    flagged = changed_by(repository, lambda: repository.git("update-index", "--skip-worktree", "a.txt"))
    refreshed = changed_by(repository, lambda: (os.utime(repository.root / "a.txt", (1, 1)), repository.git("status")))

    assert {"HEAD", ".git/config", ".git/index"} <= names
    assert first == (".git/index", "HEAD", "refs/heads/main")
    assert (flagged, refreshed) == ((".git/index",), ())


def test_a_workspace_below_the_top_sees_the_same(repo: Repository) -> None:
    """The repository is one, wherever in it one stands."""
    assert estate(repo, "src") == estate(repo)


def test_a_linked_worktree_has_its_own_head_and_index(repo: Repository, tmp_path: Path) -> None:
    """What is done in the other is told apart, its branch included, but for what is shared."""
    repo.git("worktree", "add", "-q", "../linked", "-b", "side")
    linked = type(repo)(tmp_path / "linked", repo.home)

    def both(act: Callable[[], object]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        before = [estate_of(os.fspath(each.root), repo.environment) for each in (repo, linked)]
        act()
        after = [estate_of(os.fspath(each.root), repo.environment) for each in (repo, linked)]
        return touched(before[0], after[0]), touched(before[1], after[1])

    assert both(lambda: linked.git("commit", "-q", "--allow-empty", "-m", "x")) == (
        ("worktrees/linked/HEAD", "worktrees/linked/refs/heads/side"),
        ("HEAD", "refs/heads/side"),
    )
    assert both(lambda: repo.git("commit", "-q", "--allow-empty", "-m", "x")) == (
        ("HEAD", "refs/heads/main"),
        ("main-worktree/HEAD", "main-worktree/refs/heads/main"),
    )
    assert both(lambda: (linked.write("a", "x"), linked.git("add", "a"))) == ((), (".git/index",))
    assert both(lambda: linked.git("bisect", "start")) == (
        tuple(f"worktrees/linked/BISECT_{each}" for each in ("LOG", "NAMES", "START")),
        tuple(f".git/BISECT_{each}" for each in ("LOG", "NAMES", "START")),
    )
    assert both(lambda: linked.git("update-ref", "refs/worktree/mine", "HEAD")) == (
        ("worktrees/linked/refs/worktree/mine",),
        ("refs/worktree/mine",),
    )
    assert both(lambda: repo.git("tag", "v1")) == (("refs/tags/v1",), ("refs/tags/v1",))
    assert both(lambda: append(repo.root / ".git/hooks/post-merge")) == ((".git/hooks/post-merge",),) * 2
    assert both(lambda: (linked.root / ".git").write_text("gitdir: /elsewhere\n"))[0] == ()


def test_a_linked_worktree_that_points_elsewhere_is_named(repo: Repository, tmp_path: Path) -> None:
    """What stands at `.git` is not git's to guard, so it is named here."""
    repo.git("worktree", "add", "-q", "../linked", "-b", "side")
    linked = type(repo)(tmp_path / "linked", repo.home)
    pointer = linked.root / ".git"

    assert changed_by(linked, lambda: pointer.write_text(pointer.read_text() + "\n")) == (".git",)


def test_a_submodule_is_a_repository_too(repo: Repository, another: Callable[[str], Repository]) -> None:
    """A workspace in one sees its own; a workspace around it sees both."""
    repo.git("submodule", "--quiet", "add", os.fspath(another("library").root), "libs/sub")
    inner = type(repo)(repo.root / "libs/sub", repo.home)

    def commit() -> None:
        inner.git("commit", "-q", "--allow-empty", "-m", "x")

    assert changed_by(repo, commit) == (".git/modules/libs/sub/HEAD", ".git/modules/libs/sub/refs/heads/main")
    assert changed_by(inner, commit) == ("HEAD", "refs/heads/main")
    assert ".git" in estate(inner)


def test_a_submodule_that_keeps_its_repository_in_the_tree(repo: Repository) -> None:
    """As those do that were there before they were added; its own submodules too."""
    inner = type(repo)(repo.root / "sub", repo.home).init()
    inner.commit(a_txt="x")
    deeper = type(repo)(repo.root / "sub/deep", repo.home).init()
    deeper.commit(a_txt="x")
    inner.git("add", "deep", check=False)
    repo.git("add", "sub", check=False)

    assert changed_by(repo, lambda: append(inner.root / ".git/hooks/post-merge")) == ("sub/.git/hooks/post-merge",)
    assert changed_by(repo, lambda: append(deeper.root / ".git/config", "[a]\n")) == ("sub/deep/.git/config",)


LEADS: dict[str, tuple[str, str, str]] = {
    "hooks in the tree": ("[core]\n\thooksPath = .husky/_\n", ".husky/_/pre-commit", ".husky/_/pre-commit"),
    "hooks in quotes": ('[core] hookspath = ".my hooks" ; mine\n', ".my hooks/pre-push", ".my hooks/pre-push"),
    "hooks elsewhere": ("[core]\n\thooksPath = {out}/hooks\n", "{out}/hooks/pre-push", "{out}/hooks/pre-push"),
    "hooks at home": ("[core]\n\thooksPath = ~/hooks\n", "{home}/hooks/pre-push", "{home}/hooks/pre-push"),
    "a file beside": ("[include]\n\tpath = more\n", ".git/more", ".git/more"),
    "a file in the tree": ("[include]\n\tpath = ../.gitconfig # ours\n", ".gitconfig", ".gitconfig"),
    "a file at home": ("[include]\npath=~/mine\n", "{home}/mine", "{home}/mine"),
    "on a condition": ('[includeIf "gitdir:/x]y"]\n\tpath = more\n', ".git/more", ".git/more"),
    "over two lines": ("[include]\n\tpath = mo\\\nre\n", ".git/more", ".git/more"),
    "with DOS line ends": ("[include]\r\n\tpath = more\r\n", ".git/more", ".git/more"),
}


@pytest.mark.parametrize("what", LEADS)
def test_what_the_configuration_leads_to_counts(repo: Repository, tmp_path: Path, what: str) -> None:
    """Ignored by git or outside the tree as it may be: it is run, or obeyed, by the next command of the user."""
    config, path, name = (each.format(out=tmp_path / "out", home=repo.home) for each in LEADS[what])
    append(repo.root / ".git/config", config)
    append(repo.root / path)
    append(repo.root / ".git/info/exclude", "*\n")

    assert changed_by(repo, lambda: append(repo.root / path)) == (name,)
    assert changed_by(repo, (repo.root / path).unlink) == (name,)
    assert changed_by(repo, lambda: append(repo.root / path)) == (name,)


def test_what_an_included_file_leads_to_counts(repo: Repository) -> None:
    """However deep, and in a circle too."""
    for number in range(5):
        append(repo.root / f".git/more{number}", f"[include]\n\tpath = more{(number + 1) % 5}\n\tpath = config\n")
    append(repo.root / ".git/config", "[include]\n\tpath = more0\n")
    append(repo.root / ".git/more4", "[core]\n\thooksPath = hooks\n")

    assert changed_by(repo, lambda: append(repo.root / "hooks/pre-push")) == ("hooks/pre-push",)
    assert changed_by(repo, lambda: append(repo.root / ".git/more3")) == (".git/more3",)


def test_hooks_behind_a_link(repo: Repository) -> None:
    """A folder of the project's, linked: the link counts, and what it leads to; and so it is with one hook."""
    append(repo.root / "tools/hooks/pre-push")
    for path in sorted((repo.root / ".git/hooks").iterdir()):
        path.unlink()
    (repo.root / ".git/hooks").rmdir()
    (repo.root / ".git/hooks").symlink_to("../tools/hooks")

    assert changed_by(repo, lambda: append(repo.root / "tools/hooks/pre-push")) == (".git/hooks/pre-push",)
    (repo.root / "tools/hooks/post-merge").symlink_to("../run.sh")
    assert changed_by(repo, lambda: append(repo.root / "tools/run.sh")) == (".git/hooks/post-merge",)


def test_refs_kept_in_tables_are_known_by_the_tables(repo: Repository) -> None:
    """They are not read; another table, or another list of them, is another estate."""
    append(repo.root / ".git/reftable/tables.list", "0x1.ref\n")
    append(repo.root / ".git/reftable/0x1.ref")

    assert not any(name.startswith("refs/") for name in estate(repo))
    assert changed_by(repo, lambda: append(repo.root / ".git/reftable/0x1.ref")) == (".git/reftable",)
    assert changed_by(repo, lambda: append(repo.root / ".git/reftable/tables.list")) == (".git/reftable",)
    assert changed_by(repo, lambda: append(repo.root / ".git/reftable/tables.list.lock")) == ()


def test_packed_refs_that_are_damaged_are_told(repo: Repository) -> None:
    """Lines that are no ref stand for themselves; those that are one stand for it."""
    repo.git("tag", "-a", "-m", "x", "v1")
    repo.git("pack-refs", "--all")

    assert ".git/packed-refs" not in estate(repo)
    assert changed_by(repo, lambda: append(repo.root / ".git/packed-refs", "rubbish\n")) == (".git/packed-refs",)
    assert "refs/tags/v1" in estate(repo)


def test_refs_behind_a_link(repo: Repository, tmp_path: Path) -> None:
    """Followed to the refs of a repository, as some share them; another folder in their place is not walked through."""
    refs = repo.root / ".git/refs"
    (tmp_path / "shared").mkdir()
    (tmp_path / "elsewhere").mkdir()

    assert changed_by(repo, lambda: (refs.rename(tmp_path / "shared/refs"), refs.symlink_to("../../shared/refs"))) == ()
    assert changed_by(repo, lambda: (refs.unlink(), refs.symlink_to("../../elsewhere"))) == (
        ".git/refs",
        "HEAD",
        "refs/heads/main",
    )


def test_a_split_index_is_known_by_its_bytes(repo: Repository) -> None:
    """By both its files; that may be too strict, and is never too lax."""
    repo.git("update-index", "--split-index")

    assert changed_by(repo, lambda: repo.git("update-index", "--skip-worktree", "kept.txt")) == (".git/index",)


ODD: dict[str, Callable[[Path], object]] = {
    "nothing": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "zeros": lambda path: path.write_bytes(bytes(5000)),
    "not text": lambda path: path.write_bytes(b"\xff\xfe[\n" * 100),
    "a link to itself": lambda path: (path.unlink(), path.symlink_to(path.name)),
    "a link to nothing": lambda path: (path.unlink(), path.symlink_to("nothing")),
    "a link to the folder": lambda path: (path.unlink(), path.symlink_to(".")),
    "a link to a device": lambda path: (path.unlink(), path.symlink_to("/dev/zero")),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path)),
    "unread": lambda path: path.chmod(0),
    "a terabyte": lambda path: os.truncate(path, 1 << 40),
}
PLACES = {
    "index": ".git/index",
    "config": ".git/config",
    "refs/heads/main": "refs/heads/main",
    "packed-refs": ".git/packed-refs",
    "hooks/pre-commit": ".git/hooks/pre-commit",
    "MERGE_HEAD": ".git/MERGE_HEAD",
    "modules/sub/config": ".git/modules/sub/config",
    "worktrees/x/HEAD": "worktrees/x/HEAD",
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("place", PLACES)
def test_nothing_that_stands_there_stops_the_reading(repo: Repository, place: str, odd: str) -> None:
    """It is never an error, nothing is waited for, and that something else stands there is seen."""
    path = repo.root / ".git" / place
    path.parent.mkdir(parents=True, exist_ok=True)
    append(repo.root / ".git/modules/sub/HEAD")
    append(repo.root / ".git/worktrees/x/gitdir")
    if not path.exists():
        append(path, "first\n")

    touches = changed_by(repo, lambda: ODD[odd](path))

    assert PLACES[place] in touches or (odd == "unread" and os.getuid() == 0)


def test_a_large_file_is_known_by_its_times(repo: Repository) -> None:
    """A write sets the time of change, whatever is done to the other one."""
    path = repo.root / ".git/hooks/large"
    append(path)
    os.truncate(path, LARGEST + 1)

    def written() -> None:
        before = path.stat()
        with path.open("r+b") as file:
            file.write(b"y")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert changed_by(repo, written) == (".git/hooks/large",)


@pytest.fixture
def well(tmp_path: Path) -> Iterator[Path]:
    """Folders deeper than any name can be, and deeper than Python goes into itself; taken away from within."""
    (tmp_path / "well").mkdir()
    ends = [os.open(tmp_path / "well", os.O_RDONLY)]
    for _ in range(2200):
        os.mkdir("d", dir_fd=ends[-1])
        ends.append(os.open("d", os.O_RDONLY, dir_fd=ends[-1]))
        os.close(ends.pop(0))
    os.close(ends[0])
    yield tmp_path / "well"
    subprocess.run(["rm", "-rf", tmp_path / "well", tmp_path / "repo"], check=True, timeout=60)


@pytest.mark.parametrize("place", ["refs/heads/deep", "rebase-merge", "modules/deep"])
def test_folders_without_end_are_walked_to_it(repo: Repository, well: Path, place: str) -> None:
    """To where the system gives them a name."""
    (repo.root / ".git/modules").mkdir()
    well.rename(repo.root / ".git" / place)

    assert "HEAD" in estate(repo)


def test_a_submodule_that_is_the_repository_itself_is_gone_into_once(repo: Repository) -> None:
    """Paths that lead back, in an index that git would not write."""
    links = [(path, "160000", "1" * 40) for path in (b".", b"..", b"src/..", b"/", b"../repo")]
    (repo.root / ".git/index").write_bytes(index_of(links, "sha1"))
    (repo.root / "loop").symlink_to(".")

    assert "HEAD" in estate(repo)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(content=strategies.binary(max_size=300), place=strategies.sampled_from(sorted(PLACES)))
def test_no_bytes_stop_the_reading(repo: Repository, content: bytes, place: str) -> None:
    """Whatever they are and wherever they stand."""
    path = repo.root / ".git" / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)

    found = estate_of(os.fspath(repo.root), repo.environment)

    assert all(len(digest) == len(digest_of(b"")) for _, digest in found)
