"""docs/spec.md: every contract that stands there is read as the page says."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import scafld
from scafld.adapters.markdown import reader
from scafld.adapters.markdown.criteria import STATED
from scafld.core.contract.spec import Expected, Profile, Spec, Start
from scafld.core.evidence.seals import Look, scope_of

Blocks = Callable[[str, str], list[str]]


@pytest.fixture
def examples(blocks: Blocks) -> dict[str, str]:
    """The contracts of the page by task id."""
    found = blocks("spec.md", "markdown")
    return {re.search(r"^task_id: (.+)$", text, re.M)[1]: text for text in found}  # type: ignore[index]


@pytest.fixture
def read(examples: dict[str, str]) -> Callable[[str], Spec]:
    """The contract of this name, which must have no problem of its wording."""

    def one(name: str) -> Spec:
        document = reader.read(examples[name], name=name)
        assert document.problems == ()
        assert document.spec is not None
        return document.spec

    return one


def _in(root: Path, name: str, text: str) -> scafld.Workspace:
    (root / f".scafld/specs/drafts/{name}.md").write_text(text, encoding="utf-8")
    return scafld.open(str(root))


@pytest.mark.parametrize("name", ["add-cache", "price-per-customer", "kinds-of-criteria"])
def test_the_examples_can_be_approved(name: str, examples: dict[str, str], repository: Path) -> None:
    """Nothing is wrong with them, and their profile asks for nothing more."""
    ws = _in(repository, name, examples[name])

    found = ws.validate(name)

    assert (found.valid, found.problems, found.demands) == (True, (), ())
    assert str(ws.approve(name).status) == "approved"


def test_the_bad_example_is_refused_in_full(examples: dict[str, str], repository: Path) -> None:
    """One contract, three ways to prove nothing, all told at once with their lines."""
    name = "proves-nothing"
    text = examples[name]
    lines = text.splitlines()
    ws = _in(repository, name, text)

    found = {(problem.code, lines[problem.line - 1].split("`")[1]) for problem in ws.validate(name).problems}

    assert found == {("cannot_fail", "ac1"), ("cannot_fail", "ac2"), ("green_without_reason", "ac3")}
    with pytest.raises(scafld.Refused):
        ws.approve(name)


def test_the_least_contract_is_light(read: Callable[[str], Spec]) -> None:
    """A title and a criterion are enough."""
    spec = read("add-cache")

    assert (spec.title, spec.profile, [each.id for _, each in spec.criteria()]) == (
        "Add a cache",
        Profile.LIGHT,
        ["ac1"],
    )


def test_every_section_of_the_standard_example_is_read(read: Callable[[str], Spec]) -> None:
    """What the page shows under a heading is found under that heading."""
    spec = read("price-per-customer")

    assert spec.profile is Profile.STANDARD
    assert spec.summary.startswith("Two customers asked")
    assert (spec.context.packages, spec.context.files) == (("catalog",), ("catalog/prices.py",))
    assert spec.context.invariants == ("a price is never shown to another customer",)
    assert spec.objectives == ("A customer is shown their own price, whoever asked before.",)
    assert spec.scope_in == ("`catalog/prices.py`, `tests/test_*.py`",)
    assert spec.scope_out == ("the price list itself",)
    assert (spec.dependencies, spec.assumptions) == ((), ("Customers are known by name.",))
    assert spec.touchpoints == ("`catalog/invoice.py` reads prices",)
    assert [(risk.description, risk.mitigation) for risk in spec.risks] == [
        ("The cache grows with the number of customers", "entries end after five minutes")
    ]
    assert [done.id for done in spec.definition_of_done] == ["dod1"]
    assert [(phase.number, phase.name) for phase in spec.phases] == [
        (1, "Prices are kept apart by customer"),
        (2, "A person has looked"),
    ]
    assert spec.rollback == ("Revert the commit; nothing is stored.",)
    assert len(spec.planning_log) == 1


def test_what_is_declared_is_what_the_page_says(read: Callable[[str], Spec]) -> None:
    """Paths under Context, Scope (in), Touchpoints and Changes are the declared scope."""
    look = Look(vcs="git", head=None, base=None, files=())

    scope = scope_of(read("price-per-customer").declared_changes(), look, ())

    assert set(scope.patterns) >= {"catalog/prices.py", "tests/test_*.py", "catalog/invoice.py", "catalog/page.py"}


def test_a_bare_word_names_no_path(page: Callable[[str], str]) -> None:
    """A folder needs its slash; the page says so."""
    look = Look(vcs="git", head=None, base=None, files=())

    scope = scope_of(("`tests/`", "`catalog`", "`tests/*.py`", "`src/cache/`"), look, ())

    assert scope.patterns == ("src/cache", "tests", "tests/*.py")
    assert "A folder ends in `/`; a bare word (`catalog`) names no path" in " ".join(page("spec.md").split())


def test_criteria_of_every_kind(read: Callable[[str], Spec]) -> None:
    """Each field is read as its row says."""
    found = {each.id: each for _, each in read("kinds-of-criteria").criteria()}

    assert {each.expected for each in found.values()} == set(Expected)
    assert found["zero"].timeout_s == 300
    assert found["words"].contains == "catalog 2."
    assert found["refuses"].exit_code == 2
    assert found["script"].command.splitlines()[0] == "set -e"
    assert len(found["script"].command.splitlines()) == 3


def test_a_definition_of_done_is_no_criterion(read: Callable[[str], Spec]) -> None:
    """It is for people, and is never run."""
    assert "dod1" not in {each.id for _, each in read("price-per-customer").criteria()}


def test_a_green_baseline_says_why(read: Callable[[str], Spec]) -> None:
    """The reason stands behind the dash."""
    (guard,) = (each for _, each in read("price-per-customer").criteria() if each.id == "v1")

    assert (guard.start, guard.start_reason) == (
        Start.GREEN,
        "these tests passed before and must go on passing",
    )


def test_the_tables_name_what_the_reader_knows(page: Callable[[str], str]) -> None:
    """Fields and kinds of the page are those of the reader, none more and none fewer."""
    text = page("spec.md")
    fields = re.findall(r"^\| `([A-Z][A-Za-z ]+)` \|", text, re.M)
    kinds = re.findall(r"^\| `([a-z_]+)` \| ", text[text.index("| expected kind |") :], re.M)

    assert {STATED[field.lower()] for field in fields} == set(STATED.values()) - {"type"}
    assert set(kinds[: len(Expected)]) == set(map(str, Expected))


def test_what_scafld_writes_is_no_part_of_the_contract(examples: dict[str, str]) -> None:
    """Status, sections of scafld and check marks leave the digest; one changed word does not."""
    text = examples["price-per-customer"]
    projected = (
        text.replace("task_id:", "status: active\ntask_id:", 1)
        .replace("## Summary", "## Current State\n\nStatus: active\n\n## Summary", 1)
        .replace("- [ ] `ac1`", "- [x] `ac1`", 1)
        .replace("Status: pending", "Status: completed", 1)
    )
    reworded = text.replace("whoever asked before", "whoever asked first", 1)
    digest = {
        name: reader.read(each, name=name).spec for name, each in zip("abc", (text, projected, reworded), strict=True)
    }

    assert digest["a"] and digest["b"] and digest["c"]
    assert digest["a"].digest == digest["b"].digest != digest["c"].digest
