"""Whether a person may vouch for a criterion, and what their word is bound to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from scafld.core.contract.spec import Expected
from scafld.core.evidence.criterion import Outcome
from scafld.core.names import CriterionId
from scafld.core.task.decide.attest import Attestation, attest
from scafld.core.task.events import Cancelled, ManualAttested, PhaseOpened
from scafld.core.value import changed

if TYPE_CHECKING:
    from conftest import Nouns

    from scafld.core.contract.spec import Spec

Refused = Callable[[Callable[[], object]], object]


def looked(a: Nouns, name: str = "m1", **fields: object) -> Attestation:
    given = {"outcome": Outcome.PASS, "reason": " it is blue ", "evidence": a.sha("picture")} | fields
    return Attestation(criterion=CriterionId(name), **given)


def spec_of(a: Nouns) -> Spec:
    manual = a.criterion("m1", expected=Expected.MANUAL, command="", title="It is blue")
    return a.spec(a.criterion("v1"), phases=(a.phase(1, manual),))


@pytest.mark.parametrize("outcome", [Outcome.PASS, Outcome.FAIL])
def test_a_word_is_bound_to_what_it_was_given_for(a: Nouns, outcome: Outcome) -> None:
    """Wording, contract, material, and the digest of what was seen."""
    spec = spec_of(a)
    task = a.task(*a.approved(spec), PhaseOpened(phase=spec.phases[0].id))

    (event,) = attest(task, spec, looked(a, outcome=outcome), a.sha("m"))

    assert event == ManualAttested(
        criterion=CriterionId("m1"),
        phase=spec.phases[0].id,
        fingerprint=spec.phases[0].criteria[0].fingerprint,
        outcome=outcome,
        reason="it is blue",
        evidence=a.sha("picture"),
        contract=spec.digest,
        material=a.sha("m"),
    )


@pytest.mark.parametrize(
    ("name", "fields", "words"),
    [
        ("nobody", {}, "there is no criterion nobody"),
        ("v1", {}, "judged by running it"),
        ("m1", {"reason": " "}, "needs a reason"),
    ],
)
def test_a_word_that_does_not_count(
    a: Nouns, refused: Refused, name: str, fields: dict[str, object], words: str
) -> None:
    """On a command, on nothing, or without a reason."""
    spec = spec_of(a)
    task = a.task(*a.approved(spec), PhaseOpened(phase=spec.phases[0].id))

    no = refused(lambda: attest(task, spec, looked(a, name, **fields), a.sha("m")))

    assert words in no.reason
    assert no.expected


def test_a_word_before_the_work_or_after_its_end_does_not_count(a: Nouns, refused: Refused) -> None:
    """Nor on a contract that changed."""
    spec = spec_of(a)
    approved = a.task(*a.approved(spec))
    active = a.task(PhaseOpened(phase=spec.phases[0].id), start=approved)

    assert refused(lambda: attest(approved, spec, looked(a), a.sha("m"))).status == "approved"
    assert refused(lambda: attest(a.task(Cancelled(reason="x"), start=active), spec, looked(a), a.sha())).next == ""
    changed_no = refused(lambda: attest(active, changed(spec, text="other"), looked(a), a.sha("m")))
    assert changed_no.reason == "the contract changed since it was approved"
