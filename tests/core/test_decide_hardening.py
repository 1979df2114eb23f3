"""Whether a round of questions may begin, and whether it may pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from scafld.core.task.decide.hardening import open_round, pass_round
from scafld.core.task.events import HardenOpened, HardenPassed
from scafld.core.task.known import Task
from scafld.core.value import changed

if TYPE_CHECKING:
    from conftest import Nouns

Refused = Callable[[Callable[[], object]], object]
OPEN = HardenOpened(round="round-1", contract="0" * 64)


def test_rounds_are_numbered(a: Nouns) -> None:
    """From one, each on the draft as it reads then."""
    spec = a.spec()
    passed = a.task(OPEN, HardenPassed(round="round-1", contract="0" * 64))

    assert open_round(Task(), spec, a.now) == (HardenOpened(round="round-1", contract=spec.digest),)
    assert open_round(passed, spec, a.now) == (HardenOpened(round="round-2", contract=spec.digest),)


def test_an_open_round_is_come_back_to(a: Nouns) -> None:
    """Nothing is decided."""
    assert open_round(a.task(OPEN), a.spec(), a.now) == ()


def test_a_draft_that_passed_is_not_asked_again(a: Nouns, refused: Refused) -> None:
    """Until it changes."""
    spec = a.spec()
    task = a.task(OPEN, HardenPassed(round="round-1", contract=spec.digest))

    assert refused(lambda: open_round(task, spec, a.now)).next == "scafld approve add-cache"
    assert open_round(task, changed(spec, text="other"), a.now)


def test_a_round_passes_on_the_draft_as_it_reads_then(a: Nouns) -> None:
    """With what it cites, and the reason."""
    spec = a.spec()

    assert pass_round(a.task(OPEN), spec, True, ("code:a.py:1",), " fine ") == (
        HardenPassed(round="round-1", contract=spec.digest, anchors=("code:a.py:1",), reason="fine"),
    )


@pytest.mark.parametrize("told", [(), (OPEN, HardenPassed(round="round-1", contract="0" * 64))])
def test_only_an_open_round_passes(a: Nouns, refused: Refused, told: tuple[object, ...]) -> None:
    """Not none, and none twice."""
    assert refused(lambda: pass_round(a.task(*told), a.spec(), True, (), "")).reason == "no round is open"


def test_a_round_that_was_taken_out_of_the_spec_does_not_pass(a: Nouns, refused: Refused) -> None:
    """Nobody answered it."""
    no = refused(lambda: pass_round(a.task(OPEN), a.spec(), False, (), ""))

    assert no.expected == "### round-1 under ## Harden Rounds"


def test_only_drafts_are_hardened(a: Nouns, refused: Refused) -> None:
    """What is approved is settled."""
    task = a.task(*a.approved(a.spec()))

    assert refused(lambda: open_round(task, a.spec(), a.now)).status == "approved"
    assert refused(lambda: pass_round(task, a.spec(), True, (), "")).status == "approved"
