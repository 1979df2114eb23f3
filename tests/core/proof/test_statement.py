"""A receipt is one statement and back; what scafld could not have said is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies
from hypothesis.strategies import DataObject

from scafld.core.digest import canonical
from scafld.core.evidence.criterion import Strength
from scafld.core.evidence.seals import ChangeKind, FileKind
from scafld.core.proof.statement import NotAReceipt, payload_of, read_receipt, receipt_of, statement_of, subject_of
from scafld.core.value import changed

if TYPE_CHECKING:
    from conftest import Proofs

Bend = Callable[[dict[str, Any]], object]


def predicate(statement: dict[str, Any], *path: str | int) -> Any:
    found = statement["predicate"]
    for step in path:
        found = found[step]
    return found


def puts(*path: str | int, to: object) -> Bend:
    """Puts `to` at this place of the predicate."""

    def bend(statement: dict[str, Any]) -> None:
        predicate(statement, *path[:-1])[path[-1]] = to

    return bend


def takes(*path: str | int) -> Bend:
    """Takes this place of the predicate away."""

    def bend(statement: dict[str, Any]) -> None:
        del predicate(statement, *path[:-1])[path[-1]]

    return bend


HOSTILE: dict[str, tuple[Bend, str]] = {
    "another statement type": (lambda s: s.update(_type="https://in-toto.io/Statement/v0.1"), "_type: expected"),
    "another predicate": (
        lambda s: s.update(predicateType="https://slsa.dev/provenance/v1"),
        "predicateType: expected",
    ),
    "a type that is a list": (lambda s: s.update(predicateType=["x"]), "predicateType: expected"),
    "no subject": (lambda s: s.pop("subject"), "subject: is missing"),
    "an empty subject": (lambda s: s.update(subject=[]), "the statement is about nothing"),
    "a subject that is an object": (lambda s: s.update(subject={"x": 1}), "the statement is about nothing"),
    "no predicate": (lambda s: s.pop("predicate"), "predicate: is missing"),
    "a predicate that is null": (lambda s: s.update(predicate=None), "expected an object, found nothing"),
    "an unknown field": (lambda s: s.update(verified=True), "verified: there is no such field"),
    "another tree in the subject": (lambda s: s["subject"][0]["digest"].update(gitTree="d" * 40), "the subject is not"),
    "another file in the subject": (lambda s: s["subject"][1].update(name="other.py"), "the subject is not"),
    "a file less in the subject": (lambda s: s["subject"].pop(), "the subject is not"),
    "a file more in the subject": (lambda s: s["subject"].append(dict(s["subject"][1])), "the subject is not"),
    "a subject with a remark": (lambda s: s["subject"][1].update(uri="x"), "the subject is not"),
    "a subject without a digest": (lambda s: s["subject"][1].update(digest={}), "the subject is not"),
    "an unknown field below": (puts("review", "trusted", to=True), "review.trusted: there is no such field"),
    "a field in another spelling": (puts("minted_at", to="x"), "minted_at: there is no such field"),
    "a field less": (takes("guard"), "guard: is missing"),
    "an empty field less": (takes("overrides"), "overrides: is missing"),
    "an actor without a terminal": (takes("approval", "by", "terminal"), "approval.by.terminal: is missing"),
    "a digest that is none": (puts("contract", to="x" * 64), "contract: not a SHA-256 digest"),
    "a digest with its prefix": (puts("contract", to="sha256:" + "a" * 64), "contract: written as"),
    "a digest in capitals": (puts("contract", to="A" * 64), "contract: not a SHA-256 digest"),
    "a short tree": (puts("material", "tree", to="a" * 12), "material.tree: not the full name"),
    "a task that is a path": (puts("task", to="../x"), "task: task id"),
    "a file that is a way out": (puts("material", "files", 0, "path", to="../../etc/passwd"), "not a path of a file"),
    "a file in git's folder": (puts("material", "files", 0, "path", to=".git/config"), "keeps its own"),
    "a time without a zone": (puts("mintedAt", to="2026-01-31T12:00:00.000"), "mintedAt: a moment needs a time zone"),
    "a time in another zone": (puts("mintedAt", to="2026-01-31T13:00:00.000+01:00"), "mintedAt: written as"),
    "a time that is a day": (puts("mintedAt", to="2026-01-31"), "mintedAt: a moment needs"),
    "a time that is none": (puts("mintedAt", to="yesterday"), "mintedAt: "),
    "a time before all time": (puts("mintedAt", to="0001-01-01T00:00:00.000+23:59"), "mintedAt: "),
    "a strength nobody knows": (puts("criteria", 0, "strength", to="proven"), "expected one of declared, green"),
    "a word that is a list": (puts("criteria", 0, "outcome", to=["pass"]), "expected one of pass"),
    "a number that is text": (
        puts("ledger", "entries", to="10"),
        "ledger.entries: expected a whole number, found text",
    ),
    "a number that is a truth": (puts("ledger", "entries", to=True), "ledger.entries: expected a whole number"),
    "a truth that is a number": (puts("review", "authorises", to=1), "authorises: expected true or false"),
    "a list that is an object": (puts("criteria", to={}), "criteria: expected a list, found an object"),
    "text that is nothing": (puts("title", to=None), "title: expected text, found nothing"),
    "no criteria": (puts("criteria", to=[]), "criteria: the contract has none"),
    "a list of nothing": (puts("criteria", to=[None]), "criteria[0]: expected an object, found nothing"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_scafld_could_not_have_said_is_refused(p: Proofs, name: str) -> None:
    """With the path to what is wrong."""
    bend, words = HOSTILE[name]

    with pytest.raises(NotAReceipt) as told:
        receipt_of(p.statement(bend))

    assert any(words in problem for problem in told.value.problems), told.value.problems


@pytest.mark.parametrize("payload", [b"", b"[]", b"null", b'"receipt"', b"{}", b'{"a":1,"a":1}', b"[" * 9999])
def test_a_payload_that_is_no_statement_is_refused(payload: bytes) -> None:
    """Whatever it is instead."""
    with pytest.raises(NotAReceipt):
        read_receipt(payload)


def test_every_problem_is_told(p: Proofs) -> None:
    """Not the first alone."""

    def bend(statement: dict[str, Any]) -> None:
        puts("contract", to="x")(statement)
        puts("criteria", 0, "reason", to=7)(statement)
        takes("guard")(statement)

    with pytest.raises(NotAReceipt) as told:
        receipt_of(p.statement(bend))

    assert [problem.partition(": ")[2].partition(":")[0] for problem in told.value.problems] == [
        "contract",
        "criteria[0].reason",
        "guard",
    ]
    assert str(told.value).endswith("(and 2 more)")


def test_a_receipt_comes_back(p: Proofs) -> None:
    """What is written is read, and written the same again, byte for byte."""
    manual, person = p.manual(), p.by_person()
    for receipt in (
        p.receipt(),
        p.receipt(criteria=(p.criterion(), manual)),
        p.receipt(review=person, overrides=(p.override(),)),
        p.receipt(review=p.review(panel=(p.opinion(), p.opinion("claude")), rule="everyone")),
        p.receipt(approval=p.approval(p.signature())),
    ):
        payload = payload_of(receipt)

        assert read_receipt(payload) == receipt
        assert payload_of(read_receipt(payload)) == payload


def test_another_spacing_is_the_same_receipt(p: Proofs) -> None:
    """A statement that somebody wrote anew says the same, if it says the same."""
    again = json.dumps(p.statement(), indent=3, sort_keys=True).encode()

    assert read_receipt(again) == p.receipt()


@given(strategies.data())
def test_one_changed_place_is_seen(p: Proofs, data: DataObject) -> None:
    """Whatever leaf of a statement says something else: refused, or another receipt; never the same one."""
    statement = p.statement(criteria=(p.criterion(), p.manual()))
    place = data.draw(strategies.sampled_from(list(_leaves(statement, ()))))
    other = data.draw(strategies.sampled_from([None, True, 0, 1, "x", "0" * 64, [], {}]))
    holder = statement
    for step in place[:-1]:
        holder = holder[step]
    before = holder[place[-1]]
    holder[place[-1]] = other
    if (type(before), before) == (type(other), other):
        return

    try:
        found = receipt_of(statement)
    except NotAReceipt:
        return

    assert found != p.receipt(criteria=(p.criterion(), p.manual()))


def _leaves(found: Any, path: tuple[Any, ...]) -> Any:
    if isinstance(found, dict) and found:
        return (leaf for key, each in found.items() for leaf in _leaves(each, (*path, key)))
    if isinstance(found, list) and found:
        return (leaf for at, each in enumerate(found) for leaf in _leaves(each, (*path, at)))
    return iter([path])


def test_the_subject_is_the_tree_and_the_files(p: Proofs) -> None:
    """What is gone has no digest, and a submodule none that others could take."""
    files = (
        p.file("a.py"),
        p.file("gone.py", change=ChangeKind.DELETED, kind=FileKind.ABSENT, digest=None),
        p.file("sub", kind=FileKind.SUBMODULE),
        p.file("undone.py", digest=None),
    )

    assert subject_of(p.material(*files)) == [
        {"name": ".", "digest": {"gitCommit": "b" * 40, "gitTree": "a" * 40}},
        {"name": "a.py", "digest": {"sha256": files[0].digest}},
    ]


def test_without_git_the_files_are_the_subject(p: Proofs) -> None:
    """There is no tree to name."""
    bare = p.material(vcs="none", tree=None, commit=None)
    receipt = p.receipt(material=bare, baseline=changed(p.receipt().baseline, vcs="none", head=None))

    assert [each["name"] for each in statement_of(receipt)["subject"]] == ["src/cache.py"]  # type: ignore[union-attr]
    assert read_receipt(payload_of(receipt)) == receipt


def test_what_nobody_would_accept_is_not_written(p: Proofs) -> None:
    """The same check stands before the key and behind it."""
    belied = p.receipt(criteria=(p.criterion(strength=Strength.GREEN),))

    with pytest.raises(NotAReceipt, match="its strength is green, and red_seen is true"):
        payload_of(belied)


def test_the_payload_is_canonical(p: Proofs) -> None:
    """Two machines write the same bytes for the same receipt."""
    payload = payload_of(p.receipt())

    assert payload == canonical(json.loads(payload))
