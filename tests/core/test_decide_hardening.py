"""Whether a round of questions may begin, and whether it may pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from scafld.core.contract.questions import Decision, Dimension, Result
from scafld.core.evidence.hearing import UNSPENT, Failure
from scafld.core.evidence.questioning import HardenVerdict
from scafld.core.moments import later
from scafld.core.task.decide.hardening import (
    HardenAsked,
    abandon_round,
    conclude_round,
    open_round,
    pass_round,
    start_round,
)
from scafld.core.task.events import (
    HardenAbandoned,
    Hardened,
    HardenFailed,
    HardenOpened,
    HardenPassed,
    HardenStarted,
)
from scafld.core.task.known import RoundState, Task
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


# Rounds by a model.


def wanted(a: Nouns, **fields: object) -> HardenAsked:
    given = {"provider": "codex", "vendor": "openai", "packet": a.sha("packet"), "now": later(a.now, 60)} | fields
    return HardenAsked(lease_until=later(a.now, 600), **given)


def gone(a: Nouns, failure: Failure = Failure.SILENT, name: str = "round-1") -> HardenFailed:
    return HardenFailed(round=name, reason="it was silent", hearing=a.silent(failure))


AGAIN = 'scafld harden add-cache --provider codex --force --reason "the last round gave no answer"'
GIVEN_UP = HardenAbandoned(round="round-1", reason="its process is gone, or its lease ran out")


def test_a_draft_is_leased_to_one_model(a: Nouns) -> None:
    """As it reads now, with what it is sent."""
    spec = a.spec()

    assert start_round(Task(), spec, wanted(a, forced=" really ")) == (
        HardenStarted(
            round="round-1",
            provider="codex",
            vendor="openai",
            contract=spec.digest,
            packet=a.sha("packet"),
            lease_until=later(a.now, 600),
            forced="really",
        ),
    )


def test_one_model_at_a_time(a: Nouns, refused: Refused) -> None:
    """Neither a second one nor a round by hand begins meanwhile; how to end it is said."""
    spec, task = a.spec(), a.task(a.asked(a.spec()))

    for call in (
        lambda: start_round(task, spec, wanted(a, forced="x")),
        lambda: open_round(task, spec, later(a.now, 60)),
    ):
        no = refused(call)
        assert no.next == "scafld harden add-cache --abandon"
        assert "codex is at work on round-1" in no.reason


def test_no_model_is_asked_while_somebody_answers_by_hand(a: Nouns, refused: Refused) -> None:
    """The round that is open is given up first, by whoever says so."""
    no = refused(lambda: start_round(a.task(OPEN), a.spec(), wanted(a)))

    assert (no.expected, no.next) == ("no open round", "scafld harden add-cache --abandon")


@pytest.mark.parametrize(("seconds", "alive"), [(60, False), (99_999, True), (99_999, None)])
def test_a_round_whose_model_is_gone_is_given_up_first(a: Nouns, seconds: int, *, alive: bool | None) -> None:
    """Its process or its lease; on another draft nobody has to say why."""
    task, other = a.task(a.asked(a.spec())), a.spec(text="other")
    asked = wanted(a, now=later(a.now, seconds), alive=alive)

    by_model = start_round(task, other, asked)
    by_hand = open_round(task, other, later(a.now, seconds), alive)

    assert by_model[0] == by_hand[0] == GIVEN_UP
    assert a.task(*by_model, start=task).round.id == a.task(*by_hand, start=task).round.id == "round-2"


TOLD: dict[str, Callable[[Nouns], tuple[object, ...]]] = {
    "it gave no answer": lambda a: (gone(a),),
    "it was given up": lambda a: (HardenAbandoned(round="round-1", reason="x"),),
    "it never came back": lambda _a: (),
    "a round by hand came after it": lambda a: (
        gone(a),
        HardenOpened(round="round-2", contract=a.spec().digest),
        HardenAbandoned(round="round-2", reason="x"),
    ),
    "another draft was asked about since": lambda a: (
        gone(a),
        a.asked(a.spec(text="other"), "round-2"),
        gone(a, Failure.REJECTED, "round-2"),
    ),
}


@pytest.mark.parametrize("case", TOLD)
def test_a_draft_that_a_model_has_worked_on_is_not_sent_again_without_a_word(
    a: Nouns, refused: Refused, case: str
) -> None:
    """Whatever happened since; another draft is, and this one is for a reason."""
    spec, task = a.spec(), a.task(a.asked(a.spec()), *TOLD[case](a))

    no = refused(lambda: start_round(task, spec, wanted(a, alive=False)))

    assert no.next == AGAIN
    assert "codex was asked about this very draft" in no.reason
    assert start_round(task, spec, wanted(a, alive=False, forced="once more"))
    assert start_round(task, a.spec(text="a third"), wanted(a, alive=False))


@pytest.mark.parametrize("failure", sorted(UNSPENT))
def test_what_cost_nothing_is_asked_again_freely(a: Nouns, failure: Failure) -> None:
    """Nobody worked on it."""
    assert start_round(a.task(a.asked(a.spec()), gone(a, failure)), a.spec(), wanted(a))


def test_a_model_that_asks_for_another_draft_gets_one(a: Nouns, refused: Refused) -> None:
    """It is not asked again about the same; what it wants is listed."""
    spec = a.spec()
    answer = a.answered(spec, a.probe(Dimension.PATH, Result.BLOCKS, note="no such file"), decision=Decision.SHRINK)

    no = refused(lambda: start_round(a.task(a.asked(spec), answer), spec, wanted(a)))

    assert (no.next, "asks for another draft" in no.reason) == ("scafld handoff add-cache", True)
    assert no.blockers == ("the shape: shrink the task", "path: no such file")


@pytest.mark.parametrize("forced", ["", "once more"])
def test_a_draft_that_a_model_passed_is_not_asked_about_again(a: Nouns, refused: Refused, forced: str) -> None:
    """With no word at all."""
    task = a.task(a.asked(a.spec()), a.answered(a.spec()))

    assert refused(lambda: start_round(task, a.spec(), wanted(a, forced=forced))).next == "scafld approve add-cache"


@pytest.mark.parametrize("blocks", [True, False])
def test_a_round_ends_in_what_was_handed_in(a: Nouns, *, blocks: bool) -> None:
    """On the draft that it was sent, whatever stands there now."""
    spec, task = a.spec(), a.task(a.asked(a.spec()))
    dossier = a.questioned(a.probe(Dimension.SCOPE, Result.BLOCKS if blocks else Result.CLEAN))
    heard = a.hearing(dossier=None)

    (event,) = conclude_round(task, "round-1", spec.digest, heard, dossier=dossier, touched=())

    assert isinstance(event, Hardened)
    assert (event.contract, event.dossier, event.hearing) == (spec.digest, dossier, heard)
    assert event.verdict is (HardenVerdict.NEEDS_REVISION if blocks else HardenVerdict.PASS)


@pytest.mark.parametrize("answered", [True, False])
def test_a_model_that_changed_something_has_failed(a: Nouns, *, answered: bool) -> None:
    """Whatever it handed in."""
    dossier = a.questioned() if answered else None
    heard = a.hearing(dossier=None) if answered else a.silent(Failure.UNREACHABLE)

    (event,) = conclude_round(
        a.task(a.asked(a.spec())), "round-1", a.spec().digest, heard, dossier=dossier, touched=("a.py", "HEAD")
    )

    assert isinstance(event, HardenFailed)
    assert (event.changed, event.reason) == (
        ("a.py", "HEAD"),
        "it was to change nothing, and this changed: a.py, HEAD",
    )
    assert a.task(a.asked(a.spec()), event).round.spent


def test_silence_is_on_record(a: Nouns) -> None:
    """With all that was seen of it."""
    (event,) = conclude_round(
        a.task(a.asked(a.spec())), "round-1", a.spec().digest, a.silent(), dossier=None, touched=()
    )

    assert event == HardenFailed(round="round-1", reason="it was silent", hearing=a.silent())


@pytest.mark.parametrize(
    "told",
    [
        lambda _a: (HardenAbandoned(round="round-1", reason="x"),),
        lambda a: (HardenAbandoned(round="round-1", reason="x"), a.asked(a.spec(), "round-2")),
        lambda a: (a.answered(a.spec()),),
        lambda a: (*a.approved(a.spec()),),
    ],
)
def test_the_answer_of_a_round_that_was_given_up_is_void(
    a: Nouns, refused: Refused, told: Callable[[Nouns], tuple[object, ...]]
) -> None:
    """Also when another one runs meanwhile, or somebody approved the draft."""
    task = a.task(a.asked(a.spec()), *told(a))
    heard = a.hearing(dossier=None)

    no = refused(lambda: conclude_round(task, "round-1", "0" * 64, heard, dossier=a.questioned(), touched=()))

    assert "void" in no.reason


@pytest.mark.parametrize("by_hand", [True, False])
def test_a_round_can_be_given_up(a: Nouns, refused: Refused, *, by_hand: bool) -> None:
    """One by hand and one by a model; when there is none, that is said."""
    spec, task = a.spec(), a.task(OPEN if by_hand else a.asked(a.spec()))

    assert abandon_round(task, spec, " it hangs ") == (HardenAbandoned(round="round-1", reason="it hangs"),)
    assert abandon_round(task, spec, "")[0].reason == "somebody said so"
    over = a.task(*abandon_round(task, spec, ""), start=task)
    assert over.round.state is RoundState.FAILED
    assert refused(lambda: abandon_round(over, spec, "")).reason == "no round is open"
