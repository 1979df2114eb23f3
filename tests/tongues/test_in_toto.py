"""A completed task's criteria as an in-toto statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scafld.core.digest import digest_of
from scafld.core.value import changed
from scafld.core.views.tongues.in_toto import Subject, statement_of

if TYPE_CHECKING:
    from conftest import Readers, Told

MATERIAL = digest_of(b"material")


def test_the_subject_is_the_material(told: Told, readers: Readers) -> None:
    """And the commit, where one is given."""
    alone = readers.statement(statement_of(told.overview, told.spec, Subject(material=MATERIAL)))
    both = readers.statement(statement_of(told.overview, told.spec, Subject(material=MATERIAL, commit="a" * 40)))

    material = {"name": "scafld-material-v1", "digest": {"sha256": MATERIAL}}
    assert alone["subject"] == [material]
    assert both["subject"] == [material, {"name": "git-commit", "digest": {"gitCommit": "a" * 40}}]


@pytest.mark.parametrize("commit", ["HEAD", "a" * 39, "A" * 40, "g" * 64, " " + "a" * 39])
def test_a_commit_is_named_whole(commit: str) -> None:
    """A branch, a short name, capitals are none."""
    with pytest.raises(ValueError, match="not the name of a git commit"):
        Subject(material=MATERIAL, commit=commit)


def test_the_configuration_is_the_contract(told: Told, readers: Readers) -> None:
    """Its digest, and each criterion by the digest of its wording, with what a test result has no word for."""
    told_of = readers.statement(statement_of(told.overview, told.spec, Subject(material=MATERIAL)))

    contract, first, *rest = told_of["predicate"]["configuration"]
    assert (contract["name"], contract["digest"]) == ("scafld-contract-v1", {"sha256": told.spec.digest})
    assert contract["annotations"]["scafld_task"] == "add-cache"
    assert first["digest"] == {"sha256": told.spec.phases[0].criteria[0].fingerprint}
    assert first["annotations"]["scafld_command"] == "check kept"
    assert first["annotations"]["scafld_strength"] == "red-green"
    assert [each["name"] for each in (first, *rest)] == ["ac1", "ac2", "ac3", "v1"]


def test_what_did_not_pass_has_failed(told: Told, readers: Readers) -> None:
    """Also what waits, and what was never run: nothing else is known of it."""
    predicate = readers.statement(statement_of(told.overview, told.spec, Subject(material=MATERIAL)))["predicate"]

    assert (predicate["result"], predicate["passedTests"]) == ("FAILED", ["ac1", "v1"])
    assert (predicate["warnedTests"], predicate["failedTests"]) == ([], ["ac2", "ac3"])


def test_all_passed_is_passed(told: Told, readers: Readers) -> None:
    """And none at all is not."""
    every = changed(told.overview, criteria=tuple(changed(each, outcome="pass") for each in told.overview.criteria))
    none = changed(told.overview, criteria=())

    whole, empty = (statement_of(each, told.spec, Subject(material=MATERIAL)) for each in (every, none))

    assert readers.statement(whole)["predicate"]["result"] == "PASSED"
    assert readers.statement(empty)["predicate"]["result"] == "FAILED"
