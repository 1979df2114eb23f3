"""A directory that is no repository."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from scafld.adapters.git.plain_tree import LARGEST_SHOWN, LEFT_OUT, PlainTree
from scafld.core.evidence.seals import FileKind, Look, Seen
from scafld.core.names import RepoPath
from scafld.core.refusal import Unavailable

EVERYTHING = (RepoPath("."),)


def tree(root: Path) -> PlainTree:
    return PlainTree(os.fspath(root))


def fill(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"{name}\n")


def test_every_file_is_there(tmp_path: Path) -> None:
    """Sorted, each with its digest and no base; there is no commit to speak of."""
    fill(tmp_path, "b.txt", "a/deep/er.txt")

    look = tree(tmp_path).look(None)

    expected = [
        Seen(path=RepoPath(name), kind=FileKind.FILE, digest=hashlib.sha256(f"{name}\n".encode()).hexdigest())
        for name in ("a/deep/er.txt", "b.txt")
    ]
    assert look == Look(vcs="none", head=None, base=None, files=tuple(expected))


def test_what_tools_fill_is_left_out_wherever_it_lies(tmp_path: Path) -> None:
    """As directories only: a file of such a name is a file."""
    for name in LEFT_OUT:
        fill(tmp_path, f"{os.fsdecode(name)}/x", f"sub/{os.fsdecode(name)}/x")
    fill(tmp_path, "other/node_modules", "kept/__pycache__x/y")

    assert [seen.path for seen in tree(tmp_path).look(None).files] == ["kept/__pycache__x/y", "other/node_modules"]


def test_scafld_is_left_out_at_the_root_only(tmp_path: Path) -> None:
    """Elsewhere the name means nothing."""
    fill(tmp_path, ".scafld/specs/a.md", "sub/.scafld/b")

    assert [seen.path for seen in tree(tmp_path).look(None).files] == ["sub/.scafld/b"]


def test_links_and_pipes(tmp_path: Path) -> None:
    """Links are their text, to directories too and round in circles; pipes are nothing."""
    (tmp_path / "loop").symlink_to(".")
    (tmp_path / "out").symlink_to("/etc")
    os.mkfifo(tmp_path / "pipe")

    look = tree(tmp_path).look(None)

    assert [(seen.path, seen.kind, seen.digest) for seen in look.files] == [
        ("loop", FileKind.LINK, hashlib.sha256(b".").hexdigest()),
        ("out", FileKind.LINK, hashlib.sha256(b"/etc").hexdigest()),
    ]


def test_names_of_every_kind(tmp_path: Path) -> None:
    """The same text form as with git."""
    for name in (b"bad\xff", b"two\nlines", b'"q"'):
        with open(os.path.join(os.fsencode(tmp_path), name), "wb"):
            pass

    assert {seen.path for seen in tree(tmp_path).look(None).files} == {'"bad\\377"', "two\nlines", '"\\"q\\""'}


def test_a_base_cannot_be_found_without_git(tmp_path: Path) -> None:
    """The repository was there at approval, and is gone now: that is said, and nothing is compared with nothing."""
    with pytest.raises(Unavailable, match="there is no git repository here"):
        tree(tmp_path).look("1" * 40)
    with pytest.raises(Unavailable, match="there is no git repository here"):
        tree(tmp_path).diff("1" * 40, EVERYTHING)


def test_a_root_that_is_not_there_is_said(tmp_path: Path) -> None:
    """Not an empty tree."""
    with pytest.raises(Unavailable, match="is not a directory"):
        tree(tmp_path / "nowhere").look(None)


def test_a_root_that_is_a_file_is_said(tmp_path: Path) -> None:
    """Not an empty tree either."""
    fill(tmp_path, "file")

    with pytest.raises(Unavailable, match="cannot be read"):
        tree(tmp_path / "file").look(None)


def test_a_file_that_cannot_be_read_stops_the_look(tmp_path: Path) -> None:
    """With its name."""
    fill(tmp_path, "secret")

    def refuse(path: bytes, flags: int) -> int:
        raise PermissionError(13, "Permission denied")

    with pytest.raises(Unavailable, match="secret cannot be read"):
        PlainTree(os.fspath(tmp_path), opener=refuse).look(None)


def test_a_deep_tree_needs_no_deep_stack(tmp_path: Path) -> None:
    """Directories nest deeper than functions may: also those that take temporary folders away, so nothing is left."""
    places = [os.fspath(tmp_path) + "/d" * depth for depth in range(1, 1501)]
    for place in places:
        os.mkdir(place)
    file = Path(places[-1], "file")
    file.touch()
    try:
        assert len(tree(tmp_path).look(None).files) == 1
    finally:
        file.unlink()
        for place in reversed(places):
            os.rmdir(place)


def test_the_diff_shows_whole_files(tmp_path: Path) -> None:
    """In git's format, sorted, with modes."""
    fill(tmp_path, "b.txt")
    (tmp_path / "a.sh").write_text("one\ntwo")
    (tmp_path / "a.sh").chmod(0o755)

    shown = tree(tmp_path).diff(None, EVERYTHING)

    assert shown == (
        "diff --git a/a.sh b/a.sh\nnew file mode 100755\n--- /dev/null\n+++ b/a.sh\n@@ -0,0 +1,2 @@\n+one\n+two\n"
        "\\ No newline at end of file\n"
        "diff --git a/b.txt b/b.txt\nnew file mode 100644\n--- /dev/null\n+++ b/b.txt\n@@ -0,0 +1 @@\n+b.txt\n"
    )


def test_only_what_is_asked_for_is_shown(tmp_path: Path) -> None:
    """By name or directory; nothing for nothing."""
    fill(tmp_path, "a/x", "a/y", "b")

    assert tree(tmp_path).diff(None, ()) == ""
    assert tree(tmp_path).diff(None, (RepoPath("c"),)) == ""
    assert tree(tmp_path).diff(None, (RepoPath("a"),)).count("diff --git") == 2


def test_links_binaries_empty_and_huge_files_in_a_diff(tmp_path: Path) -> None:
    """A link's target, sizes instead of bytes, and a head alone."""
    (tmp_path / "link").symlink_to("/etc/passwd")
    (tmp_path / "bin").write_bytes(b"a\0b")
    (tmp_path / "empty").write_bytes(b"")
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(LARGEST_SHOWN + 1)

    shown = tree(tmp_path).diff(None, EVERYTHING)

    assert "new file mode 120000\n--- /dev/null\n+++ b/link\n@@ -0,0 +1 @@\n+/etc/passwd\n\\ No newline" in shown
    assert "Binary files /dev/null and b/bin differ (3 bytes)\n" in shown
    assert "diff --git a/empty b/empty\nnew file mode 100644\ndiff --git" in shown
    assert f"b/huge differ ({LARGEST_SHOWN + 1} bytes)\n" in shown


def test_bytes_that_are_no_text_are_escaped(tmp_path: Path) -> None:
    """In names and contents."""
    with open(os.path.join(os.fsencode(tmp_path), b"n\xff \t"), "wb") as file:
        file.write(b"caf\xe9\n")

    shown = tree(tmp_path).diff(None, EVERYTHING)

    assert shown.startswith('diff --git "a/n\\xff \\t" "b/n\\xff \\t"\n')
    assert "+caf\\xe9\n" in shown


def test_the_patch_can_be_applied(tmp_path: Path) -> None:
    """Git takes it as its own."""
    import subprocess

    source, target = tmp_path / "source", tmp_path / "target"
    target.mkdir()
    fill(source, "a b.txt", 'q"t.txt', "deep/c.txt", "grüße")
    (source / "no-end").write_text("x\ny")
    (source / "only-newline").write_text("\n")

    shown = tree(source).diff(None, EVERYTHING)
    subprocess.run(["git", "apply", "-"], cwd=target, input=shown.encode(), check=True, timeout=60)

    assert tree(target).look(None) == tree(source).look(None)
