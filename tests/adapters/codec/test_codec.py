"""JSON <-> core: everything written is read back as it was, and nothing else is read at all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scafld.adapters.codec import (
    Mismatch,
    decode,
    decode_actor,
    decode_event,
    encode,
    encode_event,
)
from scafld.adapters.codec.wire import EVENTS, WIRE_NAMES
from scafld.core.contract.questions import Decision, Dimension, Result
from scafld.core.contract.spec import Criterion, Expected, Phase, Profile, Risk, Size, Spec, Start
from scafld.core.evidence.criterion import Artifact, Ended, Observation, Outcome
from scafld.core.evidence.dossier import Attack, AttackResult, Dossier, Finding, Mode, Severity, Verdict
from scafld.core.evidence.hearing import Hearing, Usage
from scafld.core.evidence.questioning import HardenDossier, Probe, ShapeJudged
from scafld.core.evidence.seals import Baseline, Dirty
from scafld.core.ledger import ENVELOPE
from scafld.core.names import Actor, ActorKind, CriterionId, Digest, Moment, PhaseId, RepoPath, TaskId
from scafld.core.task import events
from scafld.core.task.known import Task
from scafld.core.task.life import Occurrence, evolve

DIGEST = Digest("ab" * 32)
AT = Moment("2026-01-31T12:00:00.000Z")
SEEN = Observation(
    ended=Ended.EXITED,
    duration_ms=12,
    exit_code=1,
    output_digest=DIGEST,
    output_bytes=3,
    tail="n\u00e3o \u2028 \U0001f600",
    found=True,
    stragglers=2,
)
DOSSIER = Dossier(
    summary="It leaks.",
    mode=Mode.VERIFY,
    findings=(
        Finding(id="leak", summary="a leak", severity=Severity.HIGH, blocks_completion=True, path="a.py", line=3),
    ),
    attacks=(Attack(target="a.py", attack="two tenants", result=AttackResult.FINDING, notes="n"),),
)
HEARING = Hearing(
    seat="codex-2",
    provider="codex",
    dossier=DOSSIER,
    vendor="openai",
    usage=Usage(input_tokens=10, cost_microdollars=1),
    denied=("Bash rm",),
    repaired=True,
    output=DIGEST,
)
HARDENED = HardenDossier(
    summary="It holds.",
    shape=ShapeJudged(
        decision=Decision.KEEP, true_shape="one", minimal_plan="two", shared_owner="none", required_spec_edits=("say",)
    ),
    observations=(Probe(dimension=Dimension.DESIGN, result=Result.CLEAN, anchor="code:a.py:1"),),
)
ONE_OF_EACH = (
    events.Planned(title="T", size=Size.SMALL, risk=Risk.LOW, profile=Profile.LIGHT, contract=DIGEST),
    events.HardenOpened(round="round-1", contract=DIGEST),
    events.HardenPassed(round="round-1", contract=DIGEST, anchors=("code:a.py:1",), reason="r"),
    events.BaselineTaken(
        baseline=Baseline(
            vcs="git",
            head="c0ffee",
            dirty=(Dirty(path=RepoPath("a b.py"), digest=DIGEST), Dirty(path=RepoPath("gone"), digest=None)),
        )
    ),
    events.Approved(
        contract=DIGEST,
        title="T",
        size=Size.LARGE,
        risk=Risk.HIGH,
        profile=Profile.STRICT,
        reason="r",
        overrides=("round-1 is open",),
        quick=True,
    ),
    events.PhaseOpened(phase=PhaseId("phase1")),
    events.CriterionRan(
        criterion=CriterionId("ac1"),
        phase=None,
        purpose=events.Purpose.OPEN,
        fingerprint=DIGEST,
        command="pytest -q",
        expected=Expected.EXIT_CODE_ZERO,
        outcome=Outcome.FAIL,
        red=True,
        reason="exit 1",
        observation=SEEN,
        artifacts=(Artifact(path="shot.png", digest=DIGEST), Artifact(path="no.png", digest=None)),
    ),
    events.ManualAttested(
        criterion=CriterionId("m1"),
        phase=PhaseId("phase1"),
        fingerprint=DIGEST,
        outcome=Outcome.PASS,
        reason="seen",
        evidence=DIGEST,
        contract=DIGEST,
        material=DIGEST,
    ),
    events.PhasePassed(phase=PhaseId("phase1"), unproven="a guard"),
    events.BuildBlocked(phase=None, failing=(CriterionId("ac1"),), attempt=1, reason="1 of 1 criteria fail"),
    events.BuildPassed(criteria=3),
    events.ReviewStarted(
        attempt="review-9",
        provider="command",
        mode=Mode.DISCOVER,
        contract=DIGEST,
        material=DIGEST,
        packet=DIGEST,
        lease_until=AT,
        forced="again",
    ),
    events.ReviewFailed(attempt="review-9", reason="silent", changed=("a.py",), output=DIGEST),
    events.ReviewAbandoned(attempt="review-9", reason="gone"),
    events.Reviewed(
        attempt="review-9",
        provider="command",
        verdict=Verdict.FAIL,
        authorises=True,
        contract=DIGEST,
        material=DIGEST,
        dossier=DOSSIER,
        model="m",
        binary=DIGEST,
        output=DIGEST,
    ),
    events.HumanReviewed(reason="looked", contract=DIGEST, material=DIGEST),
    events.ReceiptMinted(
        receipt=DIGEST, payload=DIGEST, key="ed25519:abc", minted_at=Moment("2026-01-31T12:00:00.000Z")
    ),
    events.Completed(contract=DIGEST, material=DIGEST, reason=""),
    events.Failed(reason="cannot"),
    events.Cancelled(reason="unwanted"),
    events.LegacySealed(
        file=DIGEST, path="session.v1.json", schema_version=1, entries=5, status="completed", title="old"
    ),
    events.TailCut(bytes=7, content=DIGEST, path="torn-1.bin"),
    events.LedgerAccepted(
        reason="I switched branches",
        remembered=DIGEST,
        remembered_entries=7,
        found=None,
        found_entries=0,
        unproven=(3, 5),
    ),
    events.Drafted(
        hearing=HEARING, request="a cache", cycles=2, log=("read a.py",), questions=("which?",), left=("x",)
    ),
    events.HardenStarted(
        round="round-1", provider="codex", vendor="openai", contract=DIGEST, packet=DIGEST, lease_until=AT, forced="f"
    ),
    events.HardenFailed(round="round-1", reason="silent", hearing=HEARING, changed=("a.py",)),
    events.HardenAbandoned(round="round-1", reason="gone"),
    events.Hardened(round="round-1", contract=DIGEST, verdict=HARDENED.verdict, dossier=HARDENED, hearing=HEARING),
    events.PanelReviewed(
        attempt="review-9",
        verdict=Verdict.PASS,
        authorises=True,
        contract=DIGEST,
        material=DIGEST,
        hearings=(HEARING,),
        quorum=1,
        dismissed=(DIGEST,),
    ),
    events.FindingDismissed(
        finding="leak", fingerprint=DIGEST, path="a.py", code=None, material=DIGEST, summary="s", reason="r"
    ),
    events.ApprovalRequested(contract=DIGEST, wanted=2, reason="r", overrides=("round-1 is open",)),
    events.ConsentGiven(
        entry=3, sentence=DIGEST, key="SHA256:abc", voice="owner anna", roles=("approve", "override"), signature="-----"
    ),
)


def test_every_event_has_an_example_here() -> None:
    """The list above leaves no event out."""
    assert {type(event) for event in ONE_OF_EACH} == set(WIRE_NAMES)


def test_wire_names_are_one_to_one() -> None:
    """No two events share a type, so that reading is never a guess."""
    assert len(EVENTS) == len(WIRE_NAMES)


@pytest.mark.parametrize("event", ONE_OF_EACH, ids=lambda event: type(event).__name__)
def test_an_event_is_read_back_as_it_was_written(event: events.Event) -> None:
    """Encode, write as JSON, read, decode: the same event."""
    kind, fields = encode_event(event)

    again = decode_event(kind, json.loads(json.dumps(fields)))

    assert again == event


@pytest.mark.parametrize("event", ONE_OF_EACH, ids=lambda event: type(event).__name__)
def test_no_event_has_a_field_that_belongs_to_the_entry(event: events.Event) -> None:
    """An event's fields stand beside the entry's own in one object, so their names never meet."""
    _, fields = encode_event(event)

    assert set(fields).isdisjoint(ENVELOPE)


@pytest.mark.parametrize("event", ONE_OF_EACH, ids=lambda event: type(event).__name__)
def test_each_field_is_read_strictly(event: events.Event) -> None:
    """A field of a type that nothing here has is a Mismatch that names it."""
    kind, fields = encode_event(event)

    for name in fields:
        with pytest.raises(Mismatch, match=name):
            decode_event(kind, {**fields, name: 1.5})


@pytest.mark.parametrize(
    ("kind", "changes", "words"),
    [
        ("no_such_event", {}, "there is no event called 'no_such_event'"),
        ("plan", {"surprise": 1}, "plan.surprise: there is no such field"),
        ("plan", {"size": "gigantic"}, "plan.size: expected one of micro, small, medium, large, found 'gigantic'"),
        ("plan", {"title": None}, "plan.title: expected text, found null"),
        ("plan", {"title": True}, "plan.title: expected text, found true or false"),
    ],
)
def test_a_mismatch_says_where_and_what(kind: str, changes: dict[str, Any], words: str) -> None:
    """The message begins with the path, and says what was expected."""
    _, fields = encode_event(ONE_OF_EACH[0])

    with pytest.raises(Mismatch) as caught:
        decode_event(kind, {**fields, **changes})

    assert words in str(caught.value)


def test_a_missing_field_is_named() -> None:
    """A field without a default cannot be left out."""
    _, fields = encode_event(ONE_OF_EACH[0])
    del fields["contract"]

    with pytest.raises(Mismatch, match=r"plan\.contract: is missing"):
        decode_event("plan", fields)


def test_a_whole_number_is_not_a_truth_value() -> None:
    """JSON true is no 1: Python thinks so, a ledger does not."""
    _, fields = encode_event(ONE_OF_EACH[10])

    with pytest.raises(Mismatch, match="expected a whole number, found true or false"):
        decode_event("build_pass", {**fields, "criteria": True})


def test_an_actor_is_read_back() -> None:
    """Who acted is a value like any other."""
    actor = Actor(kind=ActorKind.AGENT, name="claude", terminal=True)

    assert decode_actor(encode(actor)) == actor


def test_a_whole_replay_is_read_back() -> None:
    """What is remembered of a task is what it was: maps, sets and pairs included."""
    task = Task()
    for seq, event in enumerate((*ONE_OF_EACH[:1], *ONE_OF_EACH[3:7], ONE_OF_EACH[8], ONE_OF_EACH[9]), start=1):
        task = evolve(task, Occurrence(seq=seq, at=AT, event=event))

    again = decode(Task, json.loads(json.dumps(encode(task))))

    assert again == task
    assert again.results[CriterionId("ac1")].observation == SEEN


def test_a_contract_is_read_back() -> None:
    """A remembered contract is the contract, so that a view shows what a gate reads."""
    criterion = Criterion(
        id=CriterionId("ac1"), title="t", command="c", timeout_s=3, start=Start.GREEN, start_reason="guard", line=9
    )
    phase = Phase(id=PhaseId("phase1"), number=1, name="n", criteria=(criterion,))
    spec = Spec(task_id=TaskId("t"), title="T", text="# T\n", phases=(phase,), chosen_profile=Profile.STRICT)

    again = decode(Spec, json.loads(json.dumps(encode(spec))))

    assert again == spec
    assert again.digest == spec.digest
