"""Looking at a working tree: with the git binary and without it, the answer is the same."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from scafld.adapters.git.plain_tree import PlainTree
from scafld.adapters.git.worktree import open_worktree
from scafld.core.evidence.seals import FileKind, Look, Seen
from scafld.core.refusal import Unavailable

if TYPE_CHECKING:
    from conftest import Opener, Repository

ByPath = Callable[[Look], dict[str, Seen]]


def sha256(content: str | bytes) -> str:
    return hashlib.sha256(content if isinstance(content, bytes) else content.encode()).hexdigest()


def named(repo: Repository, path: str, mode: str = "100644", commit: str = "HEAD") -> str:
    return f"{mode}:{repo.git('rev-parse', f'{commit}:{path}')}"


def paths(look: Look) -> list[str]:
    return [seen.path for seen in look.files]


# What is compared with what.


def test_a_clean_tree_differs_in_nothing(repo: Repository, tree_of: Opener) -> None:
    """HEAD and base are the commit that is checked out."""
    look = tree_of(repo).look(None)

    assert look == Look(vcs="git", head=repo.head(), base=repo.head(), files=())


def test_every_way_to_change_a_tree_is_seen(repo: Repository, tree_of: Opener) -> None:
    """Changed, deleted, new, made executable: each with what it was and what it is."""
    repo.commit(gone_txt="gone\n", tool_sh="#!\n")
    base = {path: named(repo, path) for path in ("kept.txt", "gone.txt", "tool.sh")}
    repo.write("kept.txt", "other\n")
    (repo.root / "gone.txt").unlink()
    (repo.root / "tool.sh").chmod(0o755)
    repo.write("new/one.txt", "one\n")

    look = tree_of(repo).look(None)

    assert look.files == (
        Seen(path="gone.txt", kind=FileKind.ABSENT, digest=None, base=base["gone.txt"]),
        Seen(path="kept.txt", kind=FileKind.FILE, digest=sha256("other\n"), base=base["kept.txt"]),
        Seen(path="new/one.txt", kind=FileKind.FILE, digest=sha256("one\n")),
        Seen(path="tool.sh", kind=FileKind.EXECUTABLE, digest=sha256("#!\n"), base=base["tool.sh"]),
    )


@pytest.mark.parametrize("staged", [True, False])
def test_the_index_is_no_part_of_the_answer(repo: Repository, tree_of: Opener, staged: bool) -> None:
    """Staged or not, the same tree gives the same look."""
    repo.write("kept.txt", "other\n")
    repo.write("new.txt", "new\n")
    (repo.root / "src/main.py").unlink()
    if staged:
        repo.git("add", "-A")

    look = tree_of(repo).look(None)

    assert paths(look) == ["kept.txt", "new.txt", "src/main.py"]
    assert [seen.digest for seen in look.files] == [sha256("other\n"), sha256("new\n"), None]


def test_staged_and_changed_back_is_no_change(repo: Repository, tree_of: Opener) -> None:
    """What counts is what stands in the tree."""
    repo.write("kept.txt", "other\n")
    repo.git("add", "-A")
    repo.write("kept.txt", "kept\n")

    assert tree_of(repo).look(None).files == ()


def test_staged_as_new_and_deleted_again_is_no_change(repo: Repository, tree_of: Opener) -> None:
    """It was not there, and it is not there."""
    repo.write("new.txt", "new\n")
    repo.git("add", "-A")
    (repo.root / "new.txt").unlink()

    assert tree_of(repo).look(None).files == ()


@pytest.mark.parametrize("content", ["kept\n", "other\n"])
def test_deleted_in_the_index_but_present_is_present(repo: Repository, tree_of: Opener, content: str) -> None:
    """`git rm --cached` takes nothing out of the tree."""
    repo.git("rm", "-q", "--cached", "kept.txt")
    repo.write("kept.txt", content)

    look = tree_of(repo).look(None)

    expected = Seen(path="kept.txt", kind=FileKind.FILE, digest=sha256(content), base=named(repo, "kept.txt"))
    assert look.files == (() if content == "kept\n" else (expected,))


def test_a_file_that_will_be_added_is_new(repo: Repository, tree_of: Opener) -> None:
    """`git add -N` is a promise about the index, not about the tree."""
    repo.write("later.txt", "later\n")
    repo.git("add", "-N", "later.txt")

    assert tree_of(repo).look(None).files == (Seen(path="later.txt", kind=FileKind.FILE, digest=sha256("later\n")),)


def test_touching_a_file_changes_nothing(repo: Repository, tree_of: Opener) -> None:
    """Another time, the same bytes."""
    os.utime(repo.root / "kept.txt", (1, 1))

    assert tree_of(repo).look(None).files == ()


def test_a_change_that_keeps_size_and_time_is_seen(repo: Repository, tree_of: Opener) -> None:
    """Even when the configuration asks git to be content with less."""
    repo.git("config", "core.trustctime", "false")
    repo.git("config", "core.checkStat", "minimal")
    before = (repo.root / "kept.txt").stat()
    repo.write("kept.txt", "kepT\n")
    os.utime(repo.root / "kept.txt", ns=(before.st_atime_ns, before.st_mtime_ns))

    assert paths(tree_of(repo).look(None)) == ["kept.txt"]


# Since a commit.


def test_commits_since_the_base_count(repo: Repository, tree_of: Opener, by_path: ByPath) -> None:
    """Committed, staged and loose changes since the base are one change."""
    base = repo.head()
    was = named(repo, "kept.txt")
    repo.commit(kept_txt="committed\n", new_txt="new\n")
    repo.write("loose.txt", "loose\n")

    look = tree_of(repo).look(base)

    assert (look.head, look.base) == (repo.head(), base)
    seen = by_path(look)
    assert sorted(seen) == ["kept.txt", "loose.txt", "new.txt"]
    assert (seen["kept.txt"].base, seen["new.txt"].base) == (was, "")


def test_committed_and_changed_back_is_no_change(repo: Repository, tree_of: Opener) -> None:
    """Whether a commit or the tree takes it back."""
    base = repo.head()
    repo.commit(kept_txt="committed\n", new_txt="new\n")
    repo.write("kept.txt", "kept\n")
    (repo.root / "new.txt").unlink()

    assert tree_of(repo).look(base).files == ()


def test_deleted_in_a_commit_and_written_again_is_compared_with_the_base(repo: Repository, tree_of: Opener) -> None:
    """It is untracked now, and still what it was, or not."""
    base = repo.head()
    was = named(repo, "kept.txt")
    repo.git("rm", "-q", "kept.txt")
    repo.commit()
    repo.write("kept.txt", "kept\n")
    same = tree_of(repo).look(base)

    repo.write("kept.txt", "other\n")
    look = tree_of(repo).look(base)

    assert same.files == ()
    assert look.files == (Seen(path="kept.txt", kind=FileKind.FILE, digest=sha256("other\n"), base=was),)


def test_a_base_on_another_branch_is_a_base(repo: Repository, tree_of: Opener) -> None:
    """It need be no ancestor of HEAD: a rewritten history can be compared as long as its commit is there."""
    repo.git("checkout", "-q", "--orphan", "other")
    base = repo.commit(kept_txt="other\n")
    repo.git("checkout", "-q", "main")

    assert paths(tree_of(repo).look(base)) == ["kept.txt"]


def test_a_base_survives_a_head_without_commits(repo: Repository, tree_of: Opener) -> None:
    """On an orphan branch there is no HEAD, and the base is there all the same."""
    base = repo.head()
    repo.git("checkout", "-q", "--orphan", "other")
    repo.git("rm", "-q", "--cached", "-r", ".")
    repo.write("kept.txt", "other\n")

    look = tree_of(repo).look(base)

    assert (look.head, look.base, paths(look)) == (None, base, ["kept.txt"])


@pytest.mark.parametrize("since", ["1" * 40, "2" * 64])
def test_a_base_that_is_gone_is_said(repo: Repository, tree_of: Opener, since: str) -> None:
    """With its name, and what to do."""
    with pytest.raises(Unavailable, match=f"{since[:12]} is not in this repository") as no:
        tree_of(repo).look(since)

    assert no.value.next == "git fetch --all"


def test_a_base_that_is_gone_under_an_unborn_head_is_said(unborn: Repository, tree_of: Opener) -> None:
    """The other way to read a base says it as well."""
    with pytest.raises(Unavailable, match="is not in this repository"):
        tree_of(unborn).look("1" * 40)


def test_a_base_that_is_no_commit_is_refused(repo: Repository, tree_of: Opener) -> None:
    """A file's name is no base."""
    blob = repo.git("rev-parse", "HEAD:kept.txt")

    with pytest.raises(Unavailable, match="base"):
        tree_of(repo).look(blob)


@pytest.mark.parametrize("since", ["HEAD", "main", "--output=x", "", "abc123", "A" * 40, "1" * 39, "@{1}"])
def test_only_full_names_are_put_to_git(repo: Repository, tree_of: Opener, since: str) -> None:
    """A base is data from a ledger: a word that git would take for an option or a branch is refused."""
    with pytest.raises(Unavailable, match="not the full name of a commit"):
        tree_of(repo).look(since)

    assert not (repo.root / "x").exists()


def test_a_shallow_clone_lacks_older_bases(
    repo: Repository, tree_of: Opener, make_repository: Callable[..., Repository]
) -> None:
    """It works from what it has, and says how to get the rest."""
    old = repo.head()
    new = repo.commit(kept_txt="newer\n")
    clone = make_repository()
    clone.git("fetch", "-q", "--depth=1", f"file://{repo.root}", "main")
    clone.git("reset", "-q", "--hard", "FETCH_HEAD")

    assert tree_of(clone).look(new).files == ()
    with pytest.raises(Unavailable, match="shallow") as no:
        tree_of(clone).look(old)
    assert no.value.next == "git fetch --unshallow"


# Heads and repositories of every kind.


def test_without_a_commit_everything_is_there(unborn: Repository, tree_of: Opener) -> None:
    """Staged and untracked alike; there is no base."""
    unborn.write("staged.txt", "staged\n")
    unborn.git("add", "-A")
    unborn.write("loose.txt", "loose\n")

    look = tree_of(unborn).look(None)

    assert (look.vcs, look.head, look.base) == ("git", None, None)
    assert [(seen.path, seen.base) for seen in look.files] == [("loose.txt", ""), ("staged.txt", "")]


def test_an_empty_repository_holds_nothing(unborn: Repository, tree_of: Opener) -> None:
    """Not even an index is there yet."""
    assert tree_of(unborn).look(None) == Look(vcs="git", head=None, base=None, files=())


@pytest.mark.parametrize("act", ["checkout -q --detach", "pack-refs --all", "gc -q"])
def test_head_is_found_however_it_is_kept(repo: Repository, tree_of: Opener, act: str) -> None:
    """Detached, packed, collected."""
    head = repo.head()
    repo.git(*act.split())
    repo.write("kept.txt", "other\n")

    look = tree_of(repo).look(None)

    assert (look.head, paths(look)) == (head, ["kept.txt"])


def test_a_linked_worktree_is_a_tree_of_its_own(repo: Repository, tree_of: Opener) -> None:
    """Its `.git` is a file; its index and HEAD lie elsewhere."""
    repo.git("worktree", "add", "-q", "-b", "side", "../side")
    side = type(repo)(repo.root.parent / "side", repo.home)
    side.commit(side_txt="side\n")
    side.write("kept.txt", "other\n")
    side.git("update-index", "--assume-unchanged", "src/main.py")

    look = tree_of(side).look(repo.head())

    assert (look.head, paths(look), look.hidden) == (side.head(), ["kept.txt", "side.txt"], ("src/main.py",))
    assert tree_of(repo).look(None).files == ()


def test_a_sha256_repository_is_seen(make_repository: Callable[..., Repository]) -> None:
    """Names of contents are longer there; digests are not."""
    repository = make_repository("--object-format=sha256")
    base = repository.commit(kept_txt="kept\n", back_txt="back\n")
    repository.commit(kept_txt="other\n", back_txt="other\n")
    repository.write("back.txt", "back\n")
    repository.git("update-index", "--assume-unchanged", "kept.txt")

    look = repository.tree().look(base)

    assert len(base) == 64
    assert look.files[0].base == f"100644:{repository.git('rev-parse', base + ':kept.txt')}"
    assert (paths(look), look.hidden) == (["kept.txt"], ("kept.txt",))


def test_without_git_a_sha256_repository_is_refused_in_words(make_repository: Callable[..., Repository]) -> None:
    """What cannot be read is not read wrongly."""
    repository = make_repository("--object-format=sha256")

    with pytest.raises(Unavailable, match="needs the git binary"):
        open_worktree(os.fspath(repository.root), None)


def test_a_merge_conflict_is_compared_with_head(repo: Repository, tree_of: Opener, by_path: ByPath) -> None:
    """Both changed, one deleted, both added: the base is what HEAD holds, or nothing."""
    repo.commit(deleted_txt="x\n")
    repo.git("checkout", "-q", "-b", "theirs")
    repo.commit(kept_txt="theirs\n", deleted_txt="theirs\n", added_txt="theirs\n")
    repo.git("checkout", "-q", "main")
    repo.git("rm", "-q", "deleted.txt")
    repo.commit(kept_txt="ours\n", added_txt="ours\n")
    repo.git("merge", "-q", "theirs", check=False)

    seen = by_path(tree_of(repo).look(None))

    assert {path: each.base for path, each in seen.items()} == {
        "added.txt": named(repo, "added.txt"),
        "deleted.txt": "",
        "kept.txt": named(repo, "kept.txt"),
    }
    assert seen["deleted.txt"].digest == sha256("theirs\n")


def test_a_conflict_at_a_new_name_has_no_base(repo: Repository, tree_of: Opener, by_path: ByPath) -> None:
    """They renamed what we changed: our stage holds a content that HEAD has at another name."""
    text = "".join(f"line {at}\n" for at in range(50))
    repo.commit(old_txt=text)
    repo.git("checkout", "-q", "-b", "theirs")
    repo.git("mv", "old.txt", "new.txt")
    repo.write("new.txt", text.replace("line 7", "theirs"))
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.commit(old_txt=text.replace("line 7", "ours"))
    repo.git("merge", "-q", "theirs", check=False)

    seen = by_path(tree_of(repo).look(None))

    assert {path: (each.kind, each.base) for path, each in seen.items()} == {
        "new.txt": (FileKind.FILE, ""),
        "old.txt": (FileKind.ABSENT, named(repo, "old.txt")),
    }


# A workspace in a part of the repository.


def test_only_what_lies_below_the_root_is_seen(repo: Repository, tree_of: Opener) -> None:
    """A workspace in a sub-folder knows nothing of its neighbours, and its paths begin at its root."""
    base = repo.head()
    repo.commit(kept_txt="other\n")
    repo.write("src/main.py", "print(2)\n")
    repo.write("src/new.py", "new\n")
    repo.write("srcs/near.py", "near\n")
    repo.git("update-index", "--assume-unchanged", "kept.txt")

    look = tree_of(repo, "src").look(base)

    assert (paths(look), look.hidden) == (["main.py", "new.py"], ())
    assert look.files[0].base == named(repo, "src/main.py", commit=base)


@pytest.mark.parametrize("act", ["worktree", "index", "commit"])
def test_scafld_does_not_look_at_itself(repo: Repository, tree_of: Opener, act: str) -> None:
    """What lies in `.scafld` is left out, in a sub-folder too; what is only named alike is not."""
    base = repo.head()
    for path in ("src/.scafld/config.yaml", "src/.scafld/specs/a.md", "src/.scafldx", "src/x/.scafld/y", ".scafld/z"):
        repo.write(path, "x")
    if act != "worktree":
        repo.git("add", "-A")
    if act == "commit":
        repo.commit()

    assert paths(tree_of(repo, "src").look(base)) == [".scafldx", "x/.scafld/y"]
    assert ".scafld/z" not in paths(tree_of(repo).look(base))


def test_a_root_that_is_a_link_is_the_directory_it_leads_to(repo: Repository, tree_of: Opener) -> None:
    """People work behind links."""
    (repo.root.parent / "way").symlink_to(repo.root / "src")
    repo.write("src/main.py", "print(2)\n")
    way = type(repo)(repo.root.parent / "way", repo.home)

    assert paths(tree_of(way).look(None)) == ["main.py"]


def test_ignored_files_are_not_seen(repo: Repository, tree_of: Opener) -> None:
    """Unless git tracks them."""
    repo.write("build/tracked.txt", "x")
    repo.git("add", "-f", "build/tracked.txt")
    repo.commit()
    repo.commit(**{".gitignore".replace(".", "_"): "build/\n*.log\n!keep.log\n"})
    for path in ("build/out.txt", "a.log", "src/b.log", "keep.log", "build/tracked.txt"):
        repo.write(path, "other")

    assert paths(tree_of(repo).look(None)) == ["build/tracked.txt", "keep.log"]


# Names, kinds and places.


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (b"a b.txt", "a b.txt"),
        ("日本/ü.txt".encode(), "日本/ü.txt"),
        (b"two\nlines", "two\nlines"),
        (b"tab\t", "tab\t"),
        (b"-rf", "-rf"),
        (b"--output=x", "--output=x"),
        (b":(top)x", ":(top)x"),
        (b"*", "*"),
        (b"a -> b", "a -> b"),
        (b'"q"', '"\\"q\\""'),
        (b"bad\xff/\xfe", '"bad\\377/\\376"'),
        (b"back\\slash", "back\\slash"),
        (b" lead", " lead"),
        (b"n" * 255, "n" * 255),
    ],
)
def test_every_name_git_can_hold_is_seen(
    repo: Repository, tree_of: Opener, by_path: ByPath, name: bytes, text: str
) -> None:
    """New, then committed and changed, then deleted."""
    repo.write(name, "one\n")
    new = by_path(tree_of(repo).look(None))
    base = repo.commit()
    repo.write(name, "two\n")
    changed = by_path(tree_of(repo).look(base))
    os.unlink(repo.at(name))
    deleted = by_path(tree_of(repo).look(base))

    assert {path: seen.digest for path, seen in new.items()} == {text: sha256("one\n")}
    assert {path: seen.digest for path, seen in changed.items()} == {text: sha256("two\n")}
    assert {path: seen.kind for path, seen in deleted.items()} == {text: FileKind.ABSENT}


def test_links_are_their_text_and_never_followed(repo: Repository, tree_of: Opener, by_path: ByPath) -> None:
    """To a file, to a directory, out of the tree, to nowhere."""
    targets = {"file": "kept.txt", "folder": "src", "out": "/etc", "nowhere": "no/such"}
    for name, target in targets.items():
        (repo.root / name).symlink_to(target)

    seen = by_path(tree_of(repo).look(None))

    assert {path: (each.kind, each.digest) for path, each in seen.items()} == {
        name: (FileKind.LINK, sha256(target)) for name, target in targets.items()
    }


def test_a_link_turned_into_a_file_of_the_same_text_is_a_change(repo: Repository, tree_of: Opener) -> None:
    """The kind is part of what a content is."""
    (repo.root / "link").symlink_to("kept.txt")
    base = repo.commit()
    was = named(repo, "link", "120000")
    (repo.root / "link").unlink()
    repo.write("link", "kept.txt")

    look = tree_of(repo).look(base)

    assert look.files == (Seen(path="link", kind=FileKind.FILE, digest=sha256("kept.txt"), base=was),)


def test_a_directory_that_became_a_link_takes_its_files_away(repo: Repository, tree_of: Opener) -> None:
    """What can be reached through the link is not the tree's, though the bytes are the same."""
    outside = repo.root.parent / "outside"
    outside.mkdir()
    (repo.root / "src/main.py").rename(outside / "main.py")
    (repo.root / "src").rmdir()
    (repo.root / "src").symlink_to(outside)

    look = tree_of(repo).look(None)

    assert [(seen.path, seen.kind) for seen in look.files] == [
        ("src", FileKind.LINK),
        ("src/main.py", FileKind.ABSENT),
    ]


def test_a_file_that_became_a_directory(repo: Repository, tree_of: Opener) -> None:
    """The file is gone, its successor is new."""
    (repo.root / "kept.txt").unlink()
    repo.write("kept.txt/inside", "x")

    look = tree_of(repo).look(None)

    assert [(seen.path, seen.kind) for seen in look.files] == [
        ("kept.txt", FileKind.ABSENT),
        ("kept.txt/inside", FileKind.FILE),
    ]


def test_a_directory_that_became_a_file(repo: Repository, tree_of: Opener) -> None:
    """And the other way round."""
    (repo.root / "src/main.py").unlink()
    (repo.root / "src").rmdir()
    repo.write("src", "x")

    look = tree_of(repo).look(None)

    assert [(seen.path, seen.kind) for seen in look.files] == [("src", FileKind.FILE), ("src/main.py", FileKind.ABSENT)]


def test_pipes_are_passed_over(repo: Repository, tree_of: Opener) -> None:
    """A new one is nothing; one in a file's place means that the file is gone. Nobody waits."""
    os.mkfifo(repo.root / "pipe")
    (repo.root / "kept.txt").unlink()
    os.mkfifo(repo.root / "kept.txt")

    look = tree_of(repo).look(None)

    assert [(seen.path, seen.kind) for seen in look.files] == [("kept.txt", FileKind.ABSENT)]


def test_the_digest_is_of_the_bytes_in_the_tree(repo: Repository, tree_of: Opener) -> None:
    """Line ends are not made alike before they are digested."""
    repo.git("config", "core.autocrlf", "true")
    repo.write("dos.txt", "one\r\n")

    assert tree_of(repo).look(None).files == (Seen(path="dos.txt", kind=FileKind.FILE, digest=sha256("one\r\n")),)


def test_files_checked_out_with_other_line_ends_are_clean(
    repo: Repository, tree_of: Opener, make_repository: Callable[..., Repository]
) -> None:
    """A clone with converted line ends has no changes of its own."""
    clone = make_repository()
    clone.git("config", "core.autocrlf", "true")
    clone.git("fetch", "-q", f"file://{repo.root}", "main")
    clone.git("reset", "-q", "--hard", "FETCH_HEAD")
    for folder, _, names in os.walk(clone.root):
        for name in names:
            if ".git" not in folder:
                os.utime(os.path.join(folder, name), (1, 1))
    clone.git("update-index", "--refresh")

    assert (clone.root / "kept.txt").read_bytes() == b"kept\r\n"
    assert tree_of(clone).look(None).files == ()


def test_modes_do_not_count_where_the_file_system_has_none(repo: Repository, tree_of: Opener) -> None:
    """`core.fileMode=false`: only contents are compared."""
    repo.git("config", "core.fileMode", "false")
    (repo.root / "kept.txt").chmod(0o755)
    os.utime(repo.root / "kept.txt", (1, 1))

    assert tree_of(repo).look(None).files == ()


def test_a_file_that_cannot_be_read_stops_the_look(repo: Repository) -> None:
    """With its name: half an answer would be sealed as a whole one."""
    repo.write("new/secret.txt", "x")

    def refuse(path: bytes, flags: int) -> int:
        raise PermissionError(13, "Permission denied")

    tree = repo.tree()
    strict = type(tree)("git", tree.place, repo.environment, opener=refuse)

    with pytest.raises(Unavailable, match=r"new/secret\.txt cannot be read \(Permission denied\)"):
        strict.look(None)


# What git was told not to see.


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_what_git_was_told_to_trust_is_compared_all_the_same(repo: Repository, tree_of: Opener, flag: str) -> None:
    """Hiding a change from git does not hide it here, and the attempt is named."""
    repo.git("update-index", flag, "kept.txt")
    clean = tree_of(repo).look(None)
    repo.write("kept.txt", "other\n")

    look = tree_of(repo).look(None)

    assert (clean.files, clean.hidden) == ((), ("kept.txt",))
    assert (paths(look), look.hidden) == (["kept.txt"], ("kept.txt",))


def test_what_a_sparse_checkout_leaves_out_is_not_deleted(repo: Repository, tree_of: Opener) -> None:
    """Absent by arrangement is not hidden and not gone."""
    repo.git("sparse-checkout", "set", "--no-cone", "/kept.txt")

    look = tree_of(repo).look(None)

    assert not (repo.root / "src/main.py").exists()
    assert (look.files, look.hidden) == ((), ())


def test_deleting_what_git_was_told_to_trust_is_seen(repo: Repository, tree_of: Opener) -> None:
    """Assumed unchanged, and gone."""
    repo.git("update-index", "--assume-unchanged", "kept.txt")
    (repo.root / "kept.txt").unlink()

    look = tree_of(repo).look(None)

    assert [(seen.path, seen.kind) for seen in look.files] == [("kept.txt", FileKind.ABSENT)]
    assert look.hidden == ()


@pytest.mark.parametrize("act", ["update-index --split-index", "sparse-checkout init --cone --sparse-index"])
def test_unusual_indexes_hide_nothing(repo: Repository, act: str) -> None:
    """Git itself is asked where the index is not a plain list."""
    repo.git(*act.split())
    repo.git("update-index", "--assume-unchanged", "kept.txt")
    repo.write("kept.txt", "other\n")

    look = repo.tree().look(None)

    assert (paths(look), look.hidden) == (["kept.txt"], ("kept.txt",))


def test_without_git_an_unusual_index_is_refused_in_words(repo: Repository) -> None:
    """What cannot be read is not read wrongly."""
    repo.git("update-index", "--split-index")

    with pytest.raises(Unavailable, match="needs the git binary"):
        open_worktree(os.fspath(repo.root), None).look(None)


# Which adapter.


def test_a_directory_outside_every_repository_is_plain(repo: Repository) -> None:
    """Nothing above it is a repository."""
    plain = repo.root.parent / "plain"
    plain.mkdir()

    assert isinstance(open_worktree(os.fspath(plain), "git", repo.environment), PlainTree)


def test_a_git_directory_that_is_none_is_passed_over(repo: Repository) -> None:
    """An empty `.git` is no repository for git either; the one above counts."""
    (repo.root / "src/.git").mkdir()
    repo.write("src/main.py", "print(2)\n")

    assert paths(repo.tree("src").look(None)) == ["main.py"]


def test_a_pipe_named_git_is_not_waited_for(repo: Repository) -> None:
    """Finding the repository opens nothing that could block."""
    os.mkfifo(repo.root / "src/.git")

    assert repo.tree("src").place.top == os.fsencode(repo.root)


def test_a_git_that_is_not_there_is_said(repo: Repository) -> None:
    """The look fails in words."""
    tree = open_worktree(os.fspath(repo.root), "/nowhere/git", {})

    with pytest.raises(Unavailable, match="/nowhere/git cannot be started"):
        tree.look(None)


def test_a_workspace_in_an_ignored_folder_is_refused_in_words(repo: Repository, tree_of: Opener) -> None:
    """Git would call it clean for ever."""
    repo.write(".gitignore", "scratch/\n")
    repo.commit()
    repo.write("scratch/ws/main.py", "x")

    with pytest.raises(Unavailable, match="git ignores the folder of this workspace") as no:
        tree_of(repo, "scratch/ws").look(None)

    assert no.value.next == "git init"


@pytest.mark.parametrize("tracked", [True, False])
def test_a_clean_workspace_in_a_sub_folder_is_clean(repo: Repository, tree_of: Opener, tracked: bool) -> None:
    """With files or without."""
    (repo.root / "empty").mkdir()

    assert tree_of(repo, "src" if tracked else "empty").look(None).files == ()
