"""What every Worktree does, whatever it looks at."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from scafld.core.evidence.seals import FileKind, Look, Seen
from scafld.core.names import RepoPath
from scafld.core.refusal import Unavailable

if TYPE_CHECKING:
    from conftest import Scene

Commit = Callable[[], str]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def paths(look: Look) -> list[str]:
    return [seen.path for seen in look.files]


def diff(scene: Scene, since: str | None, *names: str) -> str:
    return scene.tree().diff(since, tuple(RepoPath(name) for name in names))


# Looking.


def test_an_empty_tree_holds_nothing(scene: Scene) -> None:
    """No head, no base, no files."""
    look = scene.tree().look(None)

    assert (look.head, look.base, look.files, look.hidden) == (None, None, (), ())
    assert look.vcs in ("git", "none")


def test_without_a_base_every_file_is_seen(scene: Scene) -> None:
    """With the SHA-256 of its bytes, sorted by path, and nothing said of a base."""
    scene.write("b.txt", b"two\n")
    scene.write("a/deep/er.txt", b"one\n")

    assert scene.tree().look(None).files == (
        Seen(path=RepoPath("a/deep/er.txt"), kind=FileKind.FILE, digest=sha256(b"one\n")),
        Seen(path=RepoPath("b.txt"), kind=FileKind.FILE, digest=sha256(b"two\n")),
    )


def test_kinds_are_told_apart(scene: Scene) -> None:
    """A file, one that can be run, and links to a file, a directory and nowhere: never followed."""
    scene.write("src/file", b"x")
    scene.write("tool", b"x", executable=True)
    for name, target in (("to-file", "src/file"), ("to-folder", "src"), ("nowhere", "/no/such")):
        scene.link(name, target)

    assert [(seen.path, seen.kind, seen.digest) for seen in scene.tree().look(None).files] == [
        ("nowhere", FileKind.LINK, sha256(b"/no/such")),
        ("src/file", FileKind.FILE, sha256(b"x")),
        ("to-file", FileKind.LINK, sha256(b"src/file")),
        ("to-folder", FileKind.LINK, sha256(b"src")),
        ("tool", FileKind.EXECUTABLE, sha256(b"x")),
    ]


def test_the_workspaces_own_folder_is_not_seen(scene: Scene) -> None:
    """`.scafld` at the root, and nothing that is only named alike."""
    scene.write(".scafld/runs/a/session.json", b"{}")
    scene.write("sub/.scafld/x", b"x")
    scene.write(".scafld-notes", b"x")

    assert paths(scene.tree().look(None)) == [".scafld-notes", "sub/.scafld/x"]


@pytest.mark.parametrize("name", ["a b", "grüße.txt", "two\nlines", "-rf", "*", "tab\t", 'in"side', "x" * 200])
def test_names_are_what_they_are(scene: Scene, name: str) -> None:
    """UTF-8 names stand unquoted."""
    scene.write(name, b"x")

    assert paths(scene.tree().look(None)) == [name]


def test_a_name_with_a_leading_quote_is_quoted(scene: Scene) -> None:
    """So that no name can be taken for the quoted form of another."""
    scene.write('"q"', b"x")

    assert paths(scene.tree().look(None)) == ['"\\"q\\""']


def test_two_looks_at_one_tree_are_equal(scene: Scene) -> None:
    """Looking changes nothing, and the answer depends on nothing but the tree."""
    scene.write("a", b"x")
    scene.link("b", "a")

    assert scene.tree().look(None) == scene.tree().look(None)


def test_a_tree_is_looked_at_anew_each_time(scene: Scene) -> None:
    """One adapter object remembers nothing."""
    tree = scene.tree()
    scene.write("a", b"one")
    first = tree.look(None)
    scene.write("a", b"two")
    second = tree.look(None)
    scene.delete("a")

    assert [seen.digest for seen in (*first.files, *second.files)] == [sha256(b"one"), sha256(b"two")]
    assert tree.look(None).files == ()


# Comparing.


def test_after_a_commit_nothing_differs(scene: Scene, committed: Commit) -> None:
    """Head and base are that commit."""
    scene.write("a", b"x")
    head = committed()

    look = scene.tree().look(None)

    assert (look.vcs, look.head, look.base, look.files) == ("git", head, head, ())


def test_what_differs_from_the_base_is_seen(scene: Scene, committed: Commit) -> None:
    """Changed, deleted, new, made executable, turned into a link."""
    for name in ("changed", "deleted", "mode", "turned", "untouched"):
        scene.write(name, name.encode())
    base = committed()
    scene.write("changed", b"other")
    scene.delete("deleted")
    scene.write("mode", b"mode", executable=True)
    scene.link("turned", "turned")
    scene.write("new", b"new")

    look = scene.tree().look(base)

    assert [(seen.path, seen.kind, seen.digest, bool(seen.base)) for seen in look.files] == [
        ("changed", FileKind.FILE, sha256(b"other"), True),
        ("deleted", FileKind.ABSENT, None, True),
        ("mode", FileKind.EXECUTABLE, sha256(b"mode"), True),
        ("new", FileKind.FILE, sha256(b"new"), False),
        ("turned", FileKind.LINK, sha256(b"turned"), True),
    ]


def test_one_content_in_the_base_has_one_name(scene: Scene, committed: Commit) -> None:
    """`base` tells contents and modes apart, whatever is there now."""
    for name in ("one", "same", "other"):
        scene.write(name, b"x" if name != "other" else b"y")
    scene.write("mode", b"x", executable=True)
    base = committed()
    for name in ("one", "same", "other", "mode"):
        scene.delete(name)

    names = {seen.path: seen.base for seen in scene.tree().look(base).files}

    assert names["one"] == names["same"]
    assert len(set(names.values())) == 3


def test_commits_since_the_base_are_part_of_the_difference(scene: Scene, committed: Commit) -> None:
    """Committed or not, it is the same look, apart from the head."""
    scene.write("a", b"x")
    base = committed()
    scene.write("a", b"y")
    scene.write("b", b"z")
    before = scene.tree().look(base)
    head = committed()

    after = scene.tree().look(base)

    assert (after.files, after.base, after.head) == (before.files, base, head)
    assert scene.tree().look(None).files == ()


def test_changed_back_is_no_difference(scene: Scene, committed: Commit) -> None:
    """Only the two ends count."""
    scene.write("a", b"x")
    base = committed()
    scene.write("a", b"y")
    scene.write("b", b"z")
    committed()
    scene.write("a", b"x")
    scene.delete("b")

    assert scene.tree().look(base).files == ()


@pytest.mark.parametrize("since", ["1" * 40, "HEAD", "--help", ""])
def test_a_base_that_is_not_there_is_unavailable(scene: Scene, since: str) -> None:
    """For a look and for a diff; in words."""
    scene.write("a", b"x")
    scene.commit()

    with pytest.raises(Unavailable, match="base"):
        scene.tree().look(since)
    with pytest.raises(Unavailable, match="base"):
        diff(scene, since, "a")


# Showing.


def test_no_paths_show_nothing(scene: Scene) -> None:
    """An empty choice is not everything."""
    scene.write("a", b"x\n")

    assert diff(scene, None) == ""


def test_a_new_file_is_shown_whole(scene: Scene) -> None:
    """In git's format."""
    scene.write("src/a.txt", b"one\ntwo\n")

    shown = diff(scene, None, "src/a.txt")

    assert shown.startswith("diff --git a/src/a.txt b/src/a.txt\nnew file mode 100644\n")
    assert shown.endswith("--- /dev/null\n+++ b/src/a.txt\n@@ -0,0 +1,2 @@\n+one\n+two\n")


def test_only_chosen_paths_are_shown_and_in_order(scene: Scene) -> None:
    """A directory chooses what lies in it; a path that does not differ shows nothing."""
    for name in ("c", "a/x", "b", "ab"):
        scene.write(name, b"x\n")

    shown = diff(scene, None, "c", "a", "no/such")

    heads = [line for line in shown.splitlines() if line.startswith("diff --git")]
    assert heads == ["diff --git a/a/x b/a/x", "diff --git a/c b/c"]


def test_links_and_binaries_are_not_shown_as_text(scene: Scene) -> None:
    """A link by its target, a binary by its size."""
    scene.link("link", "/etc/passwd")
    scene.write("bin", b"a\0b")

    shown = diff(scene, None, "link", "bin")

    assert "new file mode 120000" in shown
    assert "+/etc/passwd\n" in shown
    assert "Binary files /dev/null and b/bin differ (3 bytes)\n" in shown


def test_bytes_that_are_no_text_are_shown_escaped(scene: Scene) -> None:
    """The answer is always text."""
    scene.write("a", b"caf\xe9\n")

    assert "+caf\\xe9\n" in diff(scene, None, "a")


def test_a_change_shows_old_and_new_lines(scene: Scene, committed: Commit) -> None:
    """From the base to the tree, commits included."""
    scene.write("a", b"one\ntwo\nthree\n")
    base = committed()
    scene.write("a", b"one\n2\nthree\n")
    committed()
    scene.write("a", b"one\n2\n3\n")

    assert diff(scene, base, "a").endswith("@@ -1,3 +1,3 @@\n one\n-two\n-three\n+2\n+3\n")


def test_a_rename_is_shown_as_one(scene: Scene, committed: Commit) -> None:
    """Without staging anything."""
    text = b"".join(b"line %d\n" % at for at in range(40))
    scene.write("old", text)
    base = committed()
    scene.delete("old")
    scene.write("new", text.replace(b"line 7\n", b"seven\n"))

    shown = diff(scene, base, ".")

    assert "rename from old\nrename to new\n" in shown
    assert "-line 7\n+seven\n" in shown
