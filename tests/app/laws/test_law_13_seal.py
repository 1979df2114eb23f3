"""Law 13. A review, human ones too, seals contract and material; it is stale when either changes.

It always seals something: the declared scope, and where that names no file, the whole tree. A declared path that
matches nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies

from scafld.core.names import TaskId
from scafld.core.task.known import Status
from scafld.testing import Kit, commands, scripted, workspace

if TYPE_CHECKING:
    from conftest import Hands

INSIDE: dict[str, Callable[[Kit], object]] = {
    "a byte": lambda kit: kit.tree.append("src/a.py", " "),
    "a new file": lambda kit: kit.tree.write("src/new.py", "x"),
    "a deleted file": lambda kit: kit.tree.delete("src/b.py"),
    "a mode": lambda kit: kit.tree.write("src/b.py", "b = 1\n", executable=True),
    "a link": lambda kit: kit.tree.link("src/b.py", "a.py"),
    "a name": lambda kit: kit.tree.rename("src/b.py", "src/c.py"),
    "a file moved out": lambda kit: kit.tree.rename("src/b.py", "docs/b.py"),
    "work put back": lambda kit: kit.tree.write("src/a.py", "a = 1\n"),
}
OUTSIDE: dict[str, Callable[[Kit], object]] = {
    "another folder": lambda kit: kit.tree.append("docs/x.md", "more\n"),
    "a commit": lambda kit: kit.tree.commit(),
    "a commit, and one more": lambda kit: (kit.tree.commit(), kit.tree.append("docs/x.md", "x"), kit.tree.commit()),
    "scafld's own folder": lambda kit: kit.tree.write(".scafld/cache/x", "y"),
    "nothing": lambda kit: None,
}
FILES = {"src/a.py": "a = 1\n", "src/b.py": "b = 1\n", "docs/x.md": "x\n"}
REVIEWS: dict[str, Callable[[Kit], object]] = {
    "a model": lambda kit: kit.review("add-cache"),
    "a person": lambda kit: kit.review_by_human("add-cache", reason="it was read"),
}


def passed(review: str, *files: str) -> Kit:
    """A task that passed review; its scope is declared as `files`."""
    kit = workspace(files=FILES, run=commands({"check": lambda files: 0 if "work" in files.get("src/a.py", "") else 1}))
    kit.quick("add-cache", title="Add a cache", command="check", files=files)
    kit.tree.append("src/a.py", "# work\n")
    kit.build("add-cache")
    REVIEWS[review](kit)
    assert kit.status("add-cache").next == "scafld complete add-cache"
    return kit


@pytest.mark.parametrize("what", INSIDE)
@pytest.mark.parametrize("review", REVIEWS)
def test_any_change_in_scope_makes_it_stale(hands: Hands, review: str, what: str) -> None:
    """For the view and for the gate."""
    kit = passed(review, "src/")
    INSIDE[what](kit)

    assert kit.status("add-cache").review.standing == "stale_material"
    assert hands.no(lambda: kit.complete("add-cache")).next == "scafld review add-cache"


@pytest.mark.parametrize("what", OUTSIDE)
@pytest.mark.parametrize("review", REVIEWS)
def test_no_change_out_of_scope_does(review: str, what: str) -> None:
    """It is drift, and said; committing what was reviewed changes nothing."""
    kit = passed(review, "src/")
    OUTSIDE[what](kit)

    view = kit.status("add-cache")

    assert view.review.standing == "passed"
    drifting = what in ("another folder", "a commit, and one more")
    assert [change.path for change in view.material.drift] == (["docs/x.md"] if drifting else [])
    assert kit.complete("add-cache").overview.status == Status.COMPLETED


@pytest.mark.parametrize("files", [(), ("the cache",), ("src/no-such.py",)])
def test_a_scope_that_names_no_changed_file_seals_the_whole_tree(hands: Hands, files: tuple[str, ...]) -> None:
    """A change anywhere makes the review stale."""
    kit = passed("a model", *files)
    assert kit.status("add-cache").material.whole_tree
    kit.tree.append("docs/x.md", "more\n")

    assert hands.no(lambda: kit.complete("add-cache")).actual == "stale material"


def test_a_declared_path_that_matches_nothing_is_said() -> None:
    """In the overview, as a warning."""
    kit = passed("a model", "src/", "src/no-such.py")

    view = kit.status("add-cache")

    assert view.material.unmatched == ("src/no-such.py",)
    assert view.warnings == ("declared, and nothing changed there: src/no-such.py",)


@pytest.mark.parametrize("review", REVIEWS)
def test_a_changed_contract_makes_it_stale(hands: Hands, review: str) -> None:
    """Approved again, the old review stands for the old words."""
    kit = passed(review, "src/")
    hands.reword(kit)
    kit.approve("add-cache")
    kit.build("add-cache")

    assert kit.status("add-cache").review.standing == "stale_contract"
    assert hands.no(lambda: kit.complete("add-cache")).actual == "stale contract"


def test_a_file_that_git_hides_stops_the_gate(hands: Hands) -> None:
    """Nobody can say what changed in it."""
    kit = passed("a model", "src/")
    kit.tree.hide("src/a.py")

    no = hands.no(lambda: kit.complete("add-cache"))

    assert no.blockers == ("src/a.py",)


def test_what_was_dirty_before_is_not_the_tasks_change(hands: Hands) -> None:
    """But touching it is."""
    kit = workspace(files=FILES, run=commands({"check": 0}))
    kit.tree.append("src/b.py", "# somebody's own\n")
    kit.quick("add-cache", title="Add a cache", command="check", files=("src/",))
    kit.tree.append("src/a.py", "# work\n")
    assert [change.path for change in kit.status("add-cache").material.changes] == ["src/a.py"]

    kit.tree.append("src/b.py", "# and more\n")

    assert [change.path for change in kit.status("add-cache").material.changes] == ["src/a.py", "src/b.py"]


@given(strategies.lists(strategies.sampled_from(sorted({**INSIDE, **OUTSIDE})), max_size=4))
def test_a_review_stands_exactly_while_the_scope_is_as_it_was(doings: list[str]) -> None:
    """Whatever happens: what counts is whether the files in scope are what they were."""
    kit = passed("a model", "src/")
    before = kit.tree.look("4b825dc642cb6eb9a060e54bf8d69288fbee4904").files
    for doing in doings:
        try:
            {**INSIDE, **OUTSIDE}[doing](kit)
        except KeyError:  # the file is not there any more
            continue
    after = kit.tree.look("4b825dc642cb6eb9a060e54bf8d69288fbee4904").files
    same = [each for each in before if each.path.startswith("src/")] == [
        each for each in after if each.path.startswith("src/")
    ]

    standing = kit.status("add-cache").review.standing

    assert (standing == "passed") is same


def test_a_review_of_an_older_material_is_void(hands: Hands) -> None:
    """The tree moves while the reviewer reads: it sealed what it was given, and that is not what stands there."""
    kit = workspace(
        files=FILES,
        run=commands({"check": lambda files: 0 if "work" in files["src/a.py"] else 1}),
        provider=scripted([]),
    )
    kit.quick("add-cache", title="Add a cache", command="check", files=("src/",))
    kit.tree.append("src/a.py", "# work\n")
    kit.build("add-cache")
    material = kit.status("add-cache").material.digest
    kit.review_by_human("add-cache", reason="it was read")
    kit.tree.append("src/a.py", "# unseen\n")

    assert kit.memory("add-cache").task.review.material == material
    assert hands.no(lambda: kit.complete("add-cache")).actual == "stale material"
    kit.specs.edit(TaskId("add-cache"), lambda text: text)
    kit.tree.write("src/a.py", "a = 1\n# work\n")
    assert kit.complete("add-cache").overview.status == Status.COMPLETED
