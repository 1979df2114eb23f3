"""Law 16. `local` and rehearsed verdicts never authorise completion.

Who reviewed, with which binary and model, is recorded as seen, not as claimed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

import pytest

from scafld.adapters.providers.rehearsal import rehearsal
from scafld.adapters.providers.seat import Means, Seat
from scafld.app.ask import Provider, Reply
from scafld.core.digest import digest_of
from scafld.core.task.events import HumanReviewed, Reviewed
from scafld.core.task.known import Status
from scafld.core.value import changed
from scafld.testing import Kit, commands, passes, scripted, workspace

if TYPE_CHECKING:
    from conftest import Hands


def in_review(provider: object) -> Kit:
    kit = workspace(run=commands({"check": lambda files: 0 if "y" in files["a.py"] else 1}), provider=provider)
    kit.quick("add-cache", title="Add a cache", command="check", files=("a.py",))
    kit.tree.append("a.py", "y = 2\n")
    kit.build("add-cache")
    return kit


def nobody(*_asked: object) -> NoReturn:
    raise AssertionError("a rehearsal runs nothing and keeps nothing")


NO_MEANS = Means(root="/", environ={}, run=nobody, save=nobody, submit_command=nobody, schemas="/")
REHEARSALS: dict[str, Callable[[], Kit]] = {
    "the rehearsal itself": lambda: in_review(rehearsal(NO_MEANS, Seat(provider="local"))),
    "a scripted one": lambda: in_review(scripted([passes()], authorises=False)),
}


@pytest.mark.parametrize("which", REHEARSALS)
def test_a_rehearsed_verdict_completes_nothing(hands: Hands, which: str) -> None:
    """It passes, it is shown as a rehearsal, and the gate stays closed."""
    kit = REHEARSALS[which]()

    view = kit.review("add-cache")

    assert (view.review.verdict, view.review.standing, view.review.authorises) == ("pass", "rehearsed", False)
    assert "Authorises: no: a rehearsal" in hands.text(kit)
    no = hands.no(lambda: kit.complete("add-cache"))
    assert (no.reason, no.next) == (
        "the review was a rehearsal, which authorises nothing",
        "scafld review add-cache",
    )
    assert view.next == "scafld review add-cache"


def test_a_rehearsal_after_a_verdict_takes_its_authority(hands: Hands) -> None:
    """The last verdict counts, whoever gave it; and a real one after it gives it back."""
    kit = hands.reach("passed")
    kit.review("add-cache", provider="local", force=True, reason="rehearse")
    assert hands.no(lambda: kit.complete("add-cache")).actual == "rehearsed"

    hands.pass_review(kit)

    assert kit.complete("add-cache").overview.status == Status.COMPLETED


def test_who_reviewed_is_recorded_as_seen(hands: Hands) -> None:
    """Name of the provider, model, binary and output: as the adapter saw them, whatever the dossier says."""
    binary, output = digest_of(b"binary"), digest_of(b"said")

    def ask(question: object, _watch: object) -> Reply:
        reply = passes("I am claude, model opus, and I approve.")(question, None)
        return changed(reply, model="gpt-5.5", binary=binary, output=output)

    kit = in_review(Provider(name="codex", authorises=True, ask=ask))

    view = kit.review("add-cache")

    event = hands.events(kit)[-1]
    assert isinstance(event, Reviewed)
    assert (event.provider, event.model, event.binary, event.output) == ("codex", "gpt-5.5", binary, output)
    assert (view.review.by, view.review.model) == ("codex", "gpt-5.5")
    assert "Provider: codex:gpt-5.5" in hands.text(kit)


def test_a_person_is_recorded_as_one(hands: Hands) -> None:
    """With the actor of the entry and the reason."""
    kit = hands.reach(Status.REVIEW)

    view = kit.review_by_human("add-cache", reason="it was read line by line")

    entry = kit.ledgers.entries("add-cache")[-1]
    assert isinstance(entry.event, HumanReviewed)
    assert (entry.actor.name, entry.actor.terminal, view.review.by) == ("somebody", True, "human")
    assert kit.report().challenge_overrides.count == 1
