"""Which reviewer is asked is what the caller named, then what is configured; a rehearsal authorises nothing."""

from __future__ import annotations

import pytest

from scafld.adapters.providers.registry import NAMES, Means, choose
from scafld.app.ask import Question
from scafld.app.check import Order
from scafld.core.digest import digest_of
from scafld.core.evidence.criterion import Ended, Observation
from scafld.core.evidence.dossier import Budget, Mode, Verdict, dossier_problems
from scafld.core.names import task_id
from scafld.core.policy import Asked
from scafld.core.refusal import Misused
from scafld.core.value import changed

ran: list[str] = []


def run(order: Order, _watch: object) -> Observation:
    ran.append(order.command)
    return Observation(ended=Ended.EXITED, exit_code=1, duration_ms=1, output_digest=digest_of(b""), output_bytes=0)


MEANS = Means(root="/nowhere", run=run, save=lambda _task, _content: "/packet")
QUESTION = Question(
    task=task_id("add-cache"),
    attempt="review-1",
    prompt="packet",
    mode=Mode.VERIFY,
    budget=Budget(min_attack_angles=4, max_findings=5),
    limit_ms=1000,
    idle_ms=0,
)


def asked(name: str, command: str, configured: str = "") -> str:
    """The command that a choice leads to."""
    ran.clear()
    choose(name, command, changed(Asked(), command=configured), MEANS).ask(QUESTION, lambda beat: None)
    return ran[0] if ran else ""


def test_what_the_caller_names_wins() -> None:
    """Over the configuration, never the other way round."""
    assert "mine" in asked("command", "mine", "theirs")
    assert "mine" in asked("", "mine", "theirs")
    assert "theirs" in asked("command", "", "theirs")


def test_a_rehearsal_is_asked_by_name_only() -> None:
    """Nobody falls into it by a missing command."""
    provider = choose("local", "", Asked(), MEANS)

    assert (provider.name, provider.authorises) == ("local", False)
    for command in ("", "  \n"):
        with pytest.raises(Misused, match="no reviewer is configured") as told:
            choose("command", command, changed(Asked(), command=""), MEANS)
        assert "--provider-command" in str(told.value)


def test_a_rehearsal_says_that_it_is_one() -> None:
    """Its dossier is acceptable, and tells nobody that a model was asked."""
    reply = choose("local", "", Asked(), MEANS).ask(QUESTION, lambda beat: None)

    assert reply.dossier is not None
    assert dossier_problems(reply.dossier, mode=Mode.VERIFY, budget=QUESTION.budget) == ()
    assert reply.dossier.verdict is Verdict.PASS
    assert "no model was asked" in reply.dossier.summary


@pytest.mark.parametrize("name", ["Command", "human", "../command", "none", "command "])
def test_an_unknown_name_is_refused(name: str) -> None:
    """With those that there are."""
    with pytest.raises(Misused) as told:
        choose(name, "cat", Asked(), MEANS)

    assert all(known in str(told.value) for known in NAMES)
