"""What an entry of a ledger says in a line: of everything that can happen, what matters, and nothing that is empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given

from scafld.core.contract.questions import Decision, Dimension, Result
from scafld.core.evidence.dossier import Verdict
from scafld.core.evidence.hearing import Hearing
from scafld.core.evidence.questioning import HardenDossier, HardenVerdict, Probe, ShapeJudged
from scafld.core.evidence.seals import Baseline, Dirty
from scafld.core.task.events import (
    BaselineTaken,
    BuildPassed,
    Drafted,
    Event,
    Hardened,
    PanelReviewed,
    PhaseOpened,
    ReceiptMinted,
    Reviewed,
    ReviewStarted,
    TailCut,
)
from scafld.core.views.telling import said_of
from scafld.testing import events

if TYPE_CHECKING:
    from conftest import Nouns


def line(event: Event) -> str:
    return " ".join(text for _, text in said_of(event))


@given(events())
def test_whatever_happens_is_told_by_named_fields(event: Event) -> None:
    """Each once, and none of them empty."""
    said = said_of(event)

    assert len({name for name, _ in said}) == len(said)
    assert all(text for _, text in said)


def test_a_review_tells_its_verdict_first(a: Nouns) -> None:
    """Then who said so, and what they hold against it; a rehearsal is called one."""
    dossier = a.dossier(a.finding("leak"), a.finding("taste", blocks_completion=False))
    reviewed = Reviewed(
        attempt="review-9",
        provider="codex",
        verdict=Verdict.FAIL,
        authorises=False,
        contract=a.sha("c"),
        material=a.sha("m"),
        dossier=dossier,
        model="m-1",
    )

    assert line(reviewed).startswith("fail codex m-1 a rehearsal 1 blocker 2 findings review-9 ")
    assert line(reviewed).endswith(f" {a.sha('c')[:12]} {a.sha('m')[:12]}")


def test_a_panel_tells_every_seat(a: Nouns) -> None:
    """Also the one that gave no verdict; and its rule, where that is not the usual one."""
    hearings = (
        Hearing(seat="codex", provider="codex", dossier=a.dossier()),
        Hearing(seat="claude", provider="claude", dossier=a.dossier(a.finding("leak"))),
        Hearing(seat="gemini", provider="gemini", problem="silent", failure="silent"),
    )
    panel = PanelReviewed(
        attempt="review-9",
        verdict=Verdict.PASS,
        authorises=True,
        contract=a.sha("c"),
        material=a.sha("m"),
        hearings=hearings,
        quorum=1,
    )

    assert line(panel).startswith("pass codex pass, claude fail, gemini gave none 1 must pass review-9 ")


def test_who_was_asked_is_told(a: Nouns) -> None:
    """The seats of a panel by name, and why it was asked again."""
    started = ReviewStarted(
        attempt="review-9",
        provider="panel",
        mode=a.dossier().mode,
        contract=a.sha("c"),
        material=a.sha("m"),
        packet=a.sha("p"),
        lease_until=a.now,
        forced="it was ill",
        seats=("codex", "claude"),
    )

    assert line(started).startswith("codex, claude discover it was ill ")


def test_a_model_that_questioned_a_draft_is_told(a: Nouns) -> None:
    """With how much it asks for."""
    probe = Probe(dimension=Dimension.SCOPE, result=Result.BLOCKS, anchor="spec_gap:scope", note="a caller")
    shape = ShapeJudged(
        decision=Decision.KEEP, true_shape="t", minimal_plan="m", shared_owner="s", required_spec_edits=("one", "two")
    )
    hardened = Hardened(
        round="round-2",
        contract=a.sha("c"),
        verdict=HardenVerdict.NEEDS_REVISION,
        dossier=HardenDossier(summary="Two things.", shape=shape, observations=(probe,)),
        hearing=Hearing(seat="claude", provider="claude", model="m-1"),
    )

    assert line(hardened) == f"round-2 needs_revision claude m-1 2 edits 1 block Two things. {a.sha('c')[:12]}"


def test_a_draft_by_a_model_is_told(a: Nouns) -> None:
    """With what it leaves open."""
    drafted = Drafted(
        hearing=Hearing(seat="claude", provider="claude"),
        request="a cache",
        cycles=3,
        log=("read",),
        questions=("which?",),
        left=("no scope",),
    )

    assert line(drafted) == "claude 3 cycles 1 question 1 problem left a cache"


def test_small_things_are_told_in_words(a: Nouns) -> None:
    """What is not there yet, what has no name, and what was cut off."""
    dirty = Dirty(path="a.py", digest=None)
    unborn, born = Baseline(vcs="git", head=None, dirty=(dirty,)), Baseline(vcs="git", head="ab12" * 10)

    assert line(BaselineTaken(baseline=unborn)) == "no commit 1 uncommitted path"
    assert line(BaselineTaken(baseline=born)) == "ab12ab12ab12"
    assert line(PhaseOpened(phase=None)) == "final"
    minted = ReceiptMinted(receipt=a.sha("r"), payload=a.sha("p"), key="SHA256:abc", minted_at=a.now)
    assert line(minted) == f"{a.sha('r')[:12]} signed with SHA256:abc"
    assert line(a.blocked("ac1", "ac2")).endswith(" attempt 1")
    assert [line(BuildPassed(criteria=number)) for number in (1, 2)] == ["1 criterion", "2 criteria"]
    assert line(TailCut(bytes=1, content=a.sha("x"), path="p")) == "1 byte cut off"
