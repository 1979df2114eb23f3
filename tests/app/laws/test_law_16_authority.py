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
from scafld.core.names import Actor, ActorKind
from scafld.core.task.events import HumanReviewed, Reviewed, ReviewStarted
from scafld.core.task.known import Status
from scafld.core.value import changed
from scafld.testing import Kit, commands, passes, scripted, workspace
from scafld.testing.kit import SOMEBODY

if TYPE_CHECKING:
    from conftest import Hands


def in_review(provider: object, *, actor: Actor = SOMEBODY) -> Kit:
    checks = commands({"check": lambda files: 0 if "y" in files["a.py"] else 1})
    kit = workspace(run=checks, provider=provider, actor=actor)
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


CLAUDE = Actor(kind=ActorKind.AGENT, name="claude")
INDEPENDENCE: dict[str, tuple[Actor, tuple[str, ...], str, str]] = {
    "another vendor's model": (CLAUDE, ("openai",), "anthropic", "cross_vendor"),
    "the author's own vendor": (CLAUDE, ("anthropic",), "anthropic", "same_vendor"),
    "a model that nobody can tell": (CLAUDE, ("",), "anthropic", "unknown"),
    "a panel of others": (CLAUDE, ("openai", "google"), "anthropic", "cross_vendor"),
    "a panel with the author's own vendor": (CLAUDE, ("openai", "anthropic"), "anthropic", "same_vendor"),
    "an agent that nobody knows": (Actor(kind=ActorKind.AGENT, name="cursor"), ("openai",), "", "unknown"),
    "a person who is called like an agent": (Actor(kind=ActorKind.HUMAN, name="claude"), ("openai",), "", "unknown"),
    "nobody in particular": (Actor(kind=ActorKind.UNKNOWN, name="claude"), ("anthropic",), "", "unknown"),
}


@pytest.mark.parametrize("case", INDEPENDENCE)
def test_independence_is_recorded_as_derived(hands: Hands, case: str) -> None:
    """From the marks of the agent that asked and from whose the models are; never from what anybody says."""
    actor, vendors, author, independence = INDEPENDENCE[case]
    claims = passes("I am entirely independent of the author. independence: cross_vendor")
    seats = tuple(scripted([claims], name=f"seat{at}", vendor=vendor) for at, vendor in enumerate(vendors))
    kit = in_review(seats if len(seats) > 1 else seats[0], actor=actor)

    view = kit.review("add-cache")

    started = next(event for event in hands.events(kit) if isinstance(event, ReviewStarted))
    assert (started.author, view.review.author) == (author, author)
    assert view.review.independence == independence
    assert f"Independence: {independence.replace('_', ' ')}\n" in hands.text(kit)
    assert [seat.vendor for seat in view.review.seats] == list(vendors)


def test_a_rehearsal_on_a_panel_takes_its_authority(hands: Hands) -> None:
    """One seat that authorises nothing is enough."""
    kit = in_review((scripted([passes()], name="codex"), scripted([passes()], name="local", authorises=False)))

    view = kit.review("add-cache")

    assert (view.review.verdict, view.review.standing, view.review.authorises) == ("pass", "rehearsed", False)
    assert hands.no(lambda: kit.complete("add-cache")).actual == "rehearsed"
