"""What a change is, what of it was declared, and a digest that names it exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies

from scafld.adapters.memory.commits import MemoryTree
from scafld.core.evidence.seals import (
    Baseline,
    ChangeKind,
    Dirty,
    FileKind,
    Look,
    Material,
    Seen,
    baseline_of,
    changes_since,
    lies_in,
    scope_of,
    seal,
)
from scafld.core.names import RepoPath

if TYPE_CHECKING:
    from conftest import Nouns

CLEAN = Baseline(vcs="git", head="c0")
ADDED, MODIFIED, DELETED, RENAMED = ChangeKind


def told(baseline: Baseline, look: Look) -> list[tuple[str, ChangeKind, str | None]]:
    return [(change.path, change.kind, change.was) for change in changes_since(baseline, look)]


# What changed.


def test_everything_since_the_base_is_the_change(a: Nouns) -> None:
    """New, changed and gone files, by path."""
    look = a.look(a.file("c", "2", base="1"), a.file("a", "3"), a.file("b", None, base="4"))

    assert told(CLEAN, look) == [("a", ADDED, None), ("b", DELETED, None), ("c", MODIFIED, None)]


def dirty(a: Nouns, content: str | None, base: str = "", kind: FileKind = FileKind.FILE) -> Baseline:
    found = None if content is None else a.sha(content)
    item = Dirty(path=RepoPath("a"), digest=found, base=base, kind=FileKind.ABSENT if found is None else kind)
    return Baseline(vcs="git", head="c0", dirty=(item,))


@pytest.mark.parametrize(
    ("then", "base", "now", "kind"),
    [
        ("mine", "", "mine", None),
        ("mine", "old", "mine", None),
        ("mine", "old", "theirs", MODIFIED),
        ("mine", "", "theirs", MODIFIED),
        ("mine", "old", None, DELETED),
        (None, "old", None, None),
        (None, "old", "back", ADDED),
    ],
)
def test_what_was_dirty_at_approval_is_compared_with_what_it_was_then(
    a: Nouns, then: str | None, base: str, now: str | None, kind: ChangeKind | None
) -> None:
    """Somebody's earlier work is not the task's change; what was done to it since is."""
    look = a.look(a.file("a", now, base=base))

    assert told(dirty(a, then, base), look) == ([("a", kind, None)] if kind else [])


@pytest.mark.parametrize(
    ("then", "base", "kind"), [("mine", "old", MODIFIED), (None, "old", ADDED), ("mine", "", DELETED)]
)
def test_what_was_dirty_and_is_as_in_the_base_again(a: Nouns, then: str | None, base: str, kind: ChangeKind) -> None:
    """Put back, brought back, or taken away: a look does not show it, the baseline tells."""
    assert told(dirty(a, then, base), a.look()) == [("a", kind, None)]


def test_a_kind_is_a_change_too(a: Nouns) -> None:
    """Of a file that is clean in the base and of one that was dirty: made executable, turned into a link."""
    look = a.look(a.file("a", "x", base="x", kind=FileKind.EXECUTABLE))

    assert told(CLEAN, look) == [("a", MODIFIED, None)]
    assert told(dirty(a, "x", "x"), look) == [("a", MODIFIED, None)]
    assert told(dirty(a, "x", "x", FileKind.EXECUTABLE), look) == []


def test_a_file_that_moved_is_one_change(a: Nouns) -> None:
    """When its content is the same; a copy is an addition, and one source moves once."""
    look = a.look(a.file("new", "x"), a.file("old", None, base="x"), a.file("other", "x"))

    assert told(CLEAN, look) == [("new", RENAMED, "old"), ("other", ADDED, None)]
    assert told(CLEAN, a.look(a.file("new", "x"))) == [("new", ADDED, None)]


def test_a_file_that_moved_and_changed_is_two(a: Nouns) -> None:
    """Nothing says that it is the same."""
    assert told(CLEAN, a.look(a.file("new", "y"), a.file("old", None, base="x"))) == [
        ("new", ADDED, None),
        ("old", DELETED, None),
    ]


# What was declared.


@pytest.mark.parametrize(
    ("words", "patterns"),
    [
        ("src/cache.py", ["src/cache.py"]),
        ("`src/cache.py` - the store", ["src/cache.py"]),
        ("src/cache.py - the store", ["src/cache.py"]),
        ("src/cache.py: the store", ["src/cache.py"]),
        ("src/cache.py (new)", ["src/cache.py"]),
        ("`a b.py`", []),
        ("`src/a.py` and `src/b.py`", ["src/a.py", "src/b.py"]),
        ("src/a.py, src/b.py", ["src/a.py", "src/b.py"]),
        ("./src/", ["src"]),
        ("src/**", ["src"]),
        ("src/*", ["src"]),
        ("src/**/*.py", ["src/**/*.py"]),
        ("*.py", ["*.py"]),
        (".", ["."]),
        ("'setup.cfg'", ["setup.cfg"]),
        ("src\\cache.py", ["src/cache.py"]),
        (".gitignore", [".gitignore"]),
        ("Makefile", ["Makefile"]),
        ("the wire format", []),
        ("cache", []),
        ("version 2.0", []),
        ("2.0", []),
        ("https://example.org/a.html", []),
        ("/etc/passwd", []),
        ("~/x.py", []),
        ("../other/a.py", []),
        ("src/../../a.py", []),
        (".scafld/config.yaml", []),
        (".git/config", []),
        ("-rf.py", []),
        ("<file>.py", []),
        ("", []),
        ("``", []),
    ],
)
def test_declared_words_are_read_into_patterns(a: Nouns, words: str, patterns: list[str]) -> None:
    """Paths are; prose, addresses, versions, ways out of the workspace and its own folders are not."""
    assert list(scope_of((words,), a.look(), ()).patterns) == patterns


def test_a_bare_word_is_a_place_when_something_there_changed(a: Nouns) -> None:
    """`src` as a folder or a file that changed; else it is prose, and no declared place stays empty for it."""
    look = a.look(a.file("src/a.py", "x"), a.file("tool", "y"))

    scope = scope_of(("`src`", "tool", "`tenant_id` is a key"), look, changes_since(CLEAN, look))

    assert (scope.patterns, scope.unmatched) == (("src", "tool"), ())


def test_several_words_are_a_place_when_it_changed(a: Nouns) -> None:
    """A file or a folder may have blanks in its name; a sentence is none."""
    look = a.look(a.file("src/old name.py", "x"), a.file("my docs/page", "y"))

    scope = scope_of(("`src/old name.py`", "my docs", "all of the rest/", "see src/a.py and more"), look, ())

    assert (scope.patterns, scope.unmatched) == (("my docs", "src/old name.py"), ())


@given(strategies.lists(strategies.text(max_size=30), max_size=3))
def test_no_words_declare_a_way_out(words: list[str]) -> None:
    """Whatever is written, no pattern is absolute, climbs, or names scafld's own folder."""
    look = Look(vcs="git", head=None, base=None, files=())

    for pattern in scope_of(tuple(words), look, ()).patterns:
        assert not pattern.startswith(("/", "~", "-"))
        assert ".." not in pattern.split("/")
        assert pattern.split("/")[0] not in (".git", ".scafld")
        assert not any(char.isspace() for char in pattern)


@pytest.mark.parametrize(
    ("path", "pattern", "inside"),
    [
        ("src/a.py", "src/a.py", True),
        ("src/a.py", "src", True),
        ("src/a.py", ".", True),
        ("srcs/a.py", "src", False),
        ("src", "src/a.py", False),
        ("src/a.py", "*.py", False),
        ("a.py", "*.py", True),
        ("src/a.py", "src/*.py", True),
        ("src/b/a.py", "src/*.py", False),
        ("src/b/a.py", "src/**/*.py", True),
        ("src/a.py", "src/**/*.py", True),
        ("src/b/c/a.py", "**/a.py", True),
        ("a.py", "?.py", True),
        ("ab.py", "?.py", False),
        ("a.py", "[ab].py", True),
        ("c.py", "[ab].py", False),
        ("A.py", "a.py", False),
        ("src/x/y", "src/*", True),
        ("src/[id].py", "src/[id].py", True),
        ('"src/\\377"', "src", True),
        ('"src/\\377"', '"src/\\377"', True),
        ('"src/\\377"', "sr", False),
        ('"n\\303\\251/\\377.py"', "né/*.py", True),
        ('"\\"a\\\\/\\t"', '"a\\', True),
    ],
)
def test_lies_in(path: str, pattern: str, *, inside: bool) -> None:
    """A path lies in itself, in its folders, and in globs: `*` within a name, `**` across folders."""
    assert lies_in(path, pattern) is inside


def test_a_declared_place_where_nothing_changed_is_said(a: Nouns) -> None:
    """A misspelt path is no silent hole."""
    look = a.look(a.file("src/a.py", "x"))

    assert scope_of(("src/a.py", "src/b.py"), look, changes_since(CLEAN, look)).unmatched == ("src/b.py",)


# The seal.


def sealed(look: Look, *declared: str, baseline: Baseline = CLEAN) -> Material:
    return seal(baseline, look, declared)


def test_the_declared_scope_is_sealed_and_the_rest_is_drift(a: Nouns) -> None:
    """Both are shown; drift does not move the seal."""
    look = a.look(a.file("src/a.py", "x"), a.file("docs/b.md", "y"))
    other = a.look(a.file("src/a.py", "x"), a.file("docs/b.md", "z"))

    material = sealed(look, "src")

    assert [change.path for change in material.changes] == ["src/a.py"]
    assert [change.path for change in material.drift] == ["docs/b.md"]
    assert (material.whole_tree, sealed(other, "src").digest) == (False, material.digest)


@pytest.mark.parametrize("declared", [(), ("the wire format",), ("src/other.py",)])
def test_a_scope_that_names_no_changed_file_seals_the_whole_tree(a: Nouns, declared: tuple[str, ...]) -> None:
    """A seal over nothing would be none."""
    look = a.look(a.file("src/a.py", "x"), a.file("docs/b.md", "y"))
    other = a.look(a.file("src/a.py", "x"), a.file("docs/b.md", "z"))

    material = sealed(look, *declared)

    assert (material.whole_tree, len(material.changes), material.drift) == (True, 2, ())
    assert sealed(other, *declared).digest != material.digest


def test_a_rename_out_of_the_scope_is_in_it(a: Nouns) -> None:
    """Its old place was declared."""
    look = a.look(a.file("docs/a.py", "x"), a.file("src/a.py", None, base="x"))

    assert [change.was for change in sealed(look, "src").changes] == ["src/a.py"]


@pytest.mark.parametrize(
    "other",
    [
        [("src/a.py", "y", "")],
        [("src/a.py", "x", ""), ("src/b.py", "x", "")],
        [],
        [("src/a.py", None, "x")],
        [("src/b.py", "x", "")],
        [("src/a.py", "x", "old")],
    ],
)
def test_another_change_has_another_seal(a: Nouns, other: list[tuple[str, str | None, str]]) -> None:
    """A byte, a file more, a file less, another name, another beginning."""
    one = sealed(a.look(a.file("src/a.py", "x")), ".")

    assert (
        sealed(a.look(*(a.file(path, content, base=base) for path, content, base in other)), ".").digest != one.digest
    )


def test_gone_and_put_back_are_not_the_same(a: Nouns) -> None:
    """A file that was dirty at approval: deleting it is one change, restoring the base another."""
    baseline = dirty(a, "mine", "old")

    gone = sealed(a.look(a.file("a", None, base="old")), ".", baseline=baseline)

    assert gone.digest != sealed(a.look(), ".", baseline=baseline).digest


def test_a_kind_moves_the_seal(a: Nouns) -> None:
    """The same bytes as a file, executable, or as a link are three things."""
    digests = {
        sealed(a.look(a.file("a", "x", kind=kind)), ".").digest
        for kind in (FileKind.FILE, FileKind.EXECUTABLE, FileKind.LINK)
    }

    assert len(digests) == 3


def test_another_scope_or_base_has_another_seal(a: Nouns) -> None:
    """What was promised to be looked at is part of it."""
    look = a.look(a.file("src/a.py", "x"))

    digests = {
        sealed(look, "src").digest,
        sealed(look, "src/a.py").digest,
        sealed(look).digest,
        sealed(look, "src", baseline=Baseline(vcs="git", head="c1")).digest,
        sealed(look, "src", baseline=Baseline(vcs="none", head="c0")).digest,
    }

    assert len(digests) == 5


# The same on a tree that lives, held to a model that keeps the two contents and compares them.

PATHS = ("a", "b", "src/c", "src/d")
DOINGS = strategies.lists(
    strategies.tuples(
        strategies.sampled_from(("write", "write", "delete", "execute", "commit")),
        strategies.sampled_from(PATHS),
        strategies.sampled_from(("1\n", "2\n", "3\n")),
    ),
    max_size=8,
)


def do(tree: MemoryTree, doings: list[tuple[str, str, str]]) -> None:
    for what, path, content in doings:
        if what == "commit":
            tree.commit()
        elif what == "delete" and tree.content(path) is not None:
            tree.delete(path)
        elif what == "execute":
            tree.write(path, content, executable=True)
        elif what == "write":
            tree.write(path, content)


def whole(tree: MemoryTree) -> dict[str, tuple[FileKind, str | None]]:
    """Everything that stands there, seen without any base."""
    everything = MemoryTree.look(tree, "4b825dc642cb6eb9a060e54bf8d69288fbee4904").files
    return {seen.path: (seen.kind, seen.digest) for seen in everything}


@given(DOINGS, DOINGS, DOINGS)
def test_the_change_is_what_differs_from_the_moment_of_approval(
    before: list[tuple[str, str, str]], dirt: list[tuple[str, str, str]], work: list[tuple[str, str, str]]
) -> None:
    """Whatever was committed or left dirty before, and committed or not since."""
    tree = MemoryTree()
    do(tree, before)
    tree.commit()
    do(tree, [each for each in dirt if each[0] != "commit"])
    then, baseline = whole(tree), baseline_of(tree.look(None))
    do(tree, work)

    changes = changes_since(baseline, tree.look(baseline.head))

    now = whole(tree)
    differing = {path for path in then.keys() | now.keys() if then.get(path) != now.get(path)}
    assert {path for change in changes for path in (change.path, change.was) if path} == differing
    for change in changes:
        expected = {(False, True): {ADDED, RENAMED}, (True, False): {DELETED}, (True, True): {MODIFIED}}
        assert change.kind in expected[change.path in then, change.path in now]


@given(DOINGS, DOINGS, strategies.sampled_from([(), ("src",), ("a", "src/c")]))
def test_committing_what_is_sealed_does_not_move_the_seal(
    dirt: list[tuple[str, str, str]], work: list[tuple[str, str, str]], declared: tuple[str, ...]
) -> None:
    """Before and after the commit, the same material."""
    tree = MemoryTree({"a": "0\n", "src/c": "0\n"})
    tree.commit()
    do(tree, [each for each in dirt if each[0] != "commit"])
    baseline = baseline_of(tree.look(None))
    do(tree, work)
    before = seal(baseline, tree.look(baseline.head), declared)
    tree.commit()

    assert seal(baseline, tree.look(baseline.head), declared) == before


@given(DOINGS, DOINGS)
def test_two_trees_that_differ_have_two_seals(
    one: list[tuple[str, str, str]], other: list[tuple[str, str, str]]
) -> None:
    """Over the whole tree, equal seals mean equal trees."""
    trees = []
    for doings in (one, other):
        tree = MemoryTree({"a": "0\n", "src/c": "0\n"})
        tree.commit()
        tree.write("b", "dirty\n")
        baseline = baseline_of(tree.look(None))
        do(tree, doings)
        trees.append((whole(tree), seal(baseline, tree.look(baseline.head), ()).digest))

    assert (trees[0][0] == trees[1][0]) is (trees[0][1] == trees[1][1])


def test_an_unborn_repository_has_a_baseline_too(a: Nouns) -> None:
    """Everything that stands there is dirty, and only what changes since is the task's."""
    baseline = baseline_of(a.look(a.file("a", "x"), head=None, base=None))

    assert told(baseline, a.look(a.file("a", "x"), a.file("b", "y"), head=None, base=None)) == [("b", ADDED, None)]
    assert told(baseline, a.look(head=None, base=None)) == [("a", DELETED, None)]


def test_a_baseline_names_every_dirty_path() -> None:
    """With what was there, and what the base has."""
    seen = Seen(path=RepoPath("a"), kind=FileKind.LINK, digest="0" * 64, base="100644:1")
    look = Look(vcs="git", head="c1", base="c1", files=(seen,))

    assert baseline_of(look) == Baseline(
        vcs="git", head="c1", dirty=(Dirty(path=RepoPath("a"), digest="0" * 64, kind=FileKind.LINK, base="100644:1"),)
    )
