"""What a person signs is one sentence about one thing."""

from __future__ import annotations

import pytest

from scafld.core.names import CriterionId, Digest, TaskId
from scafld.core.proof.spoken.consent import Consent, ConsentTo
from scafld.core.value import changed

SOUND = Consent(purpose=ConsentTo.APPROVE, task=TaskId("add-cache"), contract=Digest("a" * 64))


def test_it_can_be_read_before_it_is_signed() -> None:
    """Canonical JSON, a line of text."""
    assert SOUND.message == (
        b'{"contract":"%b","criterion":null,"evidence":null,"material":null,"purpose":"approve","reason":"",'
        b'"scafld_consent":1,"task":"add-cache","waived":[]}\n' % (b"a" * 64)
    )


@pytest.mark.parametrize(
    "other",
    [
        {"purpose": ConsentTo.OVERRIDE},
        {"purpose": ConsentTo.ATTEST},
        {"task": TaskId("add-cache-2")},
        {"contract": Digest("b" * 64)},
        {"material": Digest("b" * 64)},
        {"criterion": CriterionId("ac1")},
        {"evidence": Digest("b" * 64)},
        {"waived": ("review",)},
        {"reason": "because"},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_a_signature_for_one_thing_is_none_for_another(other: dict[str, object]) -> None:
    """Whatever differs, other bytes are signed."""
    assert changed(SOUND, **other).message != SOUND.message
