"""Any life at all: whatever people, agents and reviewers do in whatever order, the laws hold after each act."""

from __future__ import annotations

import shlex
from collections import Counter

from hypothesis import settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.strategies import DataObject

from scafld.core.evidence.hearing import UNSPENT
from scafld.core.evidence.questioning import HardenVerdict
from scafld.core.names import TaskId
from scafld.core.task.events import (
    Completed,
    FindingDismissed,
    Hardened,
    HardenFailed,
    HardenPassed,
    HardenStarted,
    HumanReviewed,
    Reviewed,
    ReviewFailed,
    ReviewStarted,
)
from scafld.core.task.known import TERMINAL, Status
from scafld.core.task.life import LIFECYCLE, replay
from scafld.testing import ACTS, DETAILS, WORLD, Act, Kit, Outcomes, acts, governed, play, spec_texts
from scafld.testing.contracts import MARKERS
from scafld.testing.walks import QUESTIONERS, REVIEWERS

TASK = TaskId("add-cache")


class AnyLife(RuleBasedStateMachine):
    """One task, from its plan on. `kit` is the workspace, `before` what was on record when the last act began."""

    def __init__(self) -> None:
        super().__init__()
        self.kit: Kit = governed()
        self.last: Outcomes | None = None
        self.seen: bytes = b""

    # What is done.

    @initialize(text=strategies.just("") | spec_texts(task_id=TASK), built=strategies.booleans())
    def plan(self, text: str, *, built: bool) -> None:
        """A draft; every other one is built at once, so that the gates behind the work are seen as often."""
        self.do(Act(name="plan", task=TASK, detail="" if built else text))
        for name in ("approve", "build", "work", "build") if built else ():
            self.do(Act(name=name, task=TASK, detail=DETAILS.get(name, ("",))[0]))

    @rule(data=strategies.data())
    def anything(self, data: DataObject) -> None:
        self.do(data.draw(acts(self.kit, TASK)))

    @rule(marker=strategies.sampled_from((" ".join(MARKERS), *MARKERS)))
    def work(self, marker: str) -> None:
        self.do(Act(name="work", task=TASK, detail=marker))

    @precondition(lambda self: self.stands_at(Status.REVIEW))
    @rule(how=strategies.sampled_from(sorted(REVIEWERS)))
    def ask(self, how: str) -> None:
        self.do(Act(name="review", task=TASK, detail=how))

    @precondition(lambda self: self.stands_at(Status.DRAFT))
    @rule(how=strategies.sampled_from(sorted(QUESTIONERS)))
    def question(self, how: str) -> None:
        self.do(Act(name="harden_by_model", task=TASK, detail=how))

    @rule()
    def follow(self) -> None:
        """Do what the last answer said to do next: it is accepted as it stands."""
        following = self.kit.status(TASK).next
        if following:
            told = self.run(following)
            held = told.error.startswith(f"somebody is at work on {TASK}")
            assert told.accepted or held, f"{following} was offered and refused: {told.refusal or told.error}"

    @precondition(lambda self: self.last is not None and self.last.refusal is not None)
    @rule()
    def mend(self) -> None:
        """Do what a refusal said would make it a yes: in a few steps something is accepted."""
        assert self.last is not None
        told = self.last
        for _ in range(3):
            if not told.next.startswith("scafld "):
                return
            told = self.run(told.next)
            if told.accepted or told.error:
                return
        raise AssertionError(f"from {self.last.act} on, no next command is ever accepted: {told}")

    # What holds after it.

    @invariant()
    def what_was_recorded_stays(self) -> None:
        """A ledger only grows: what stood there stands there byte for byte."""
        now = self.kit.ledgers.files.get(TASK, b"")
        assert now.startswith(self.seen)
        self.seen = now.removesuffix(b"\n]}\n")

    @invariant()
    def every_prefix_replays(self) -> None:
        """Each move is in the table, and the fold of all of them is what is known."""
        occurrences = [entry.occurrence for entry in self.kit.ledgers.entries(TASK)]
        task = replay(())
        for count, occurrence in enumerate(occurrences, start=1):
            reached = LIFECYCLE[task.status][type(occurrence.event)]
            task = replay(occurrences[:count])
            assert task.status is reached
        memory = self.kit.memory(TASK)
        assert memory is None or memory.task == task

    @invariant()
    def the_views_agree(self) -> None:
        """List, status, spec and handoff."""
        if self.kit.memory(TASK) is None:
            return
        view = self.kit.status(TASK)
        assert [row.status for row in self.kit.list(every=True)] == [view.status]
        assert self.kit.handoff(TASK).handoff.overview.next == view.next
        assert f"Status: {view.status}\n" in self.kit.show(TASK).text
        assert (view.next == "") is (view.status in TERMINAL)

    @invariant()
    def completed_means_reviewed_on_the_very_material(self) -> None:
        """An authorising review of this contract and this material stands behind it, and no finding blocks."""
        told = [entry.event for entry in self.kit.ledgers.entries(TASK)]
        if not told or not isinstance(told[-1], Completed):
            return
        review = next(event for event in reversed(told) if isinstance(event, (Reviewed, HumanReviewed)))
        assert (review.contract, review.material) == (told[-1].contract, told[-1].material)
        assert isinstance(review, HumanReviewed) or (review.authorises and not standing_blockers(told, review))

    @invariant()
    def nothing_is_sent_twice_without_a_word(self) -> None:
        """Of each contract and material one question is asked freely, and one more for each reason on record; a
        question that no model worked on counts for nothing. Drafts alike."""
        told = [entry.event for entry in self.kit.ledgers.entries(TASK)]
        asked = {question.attempt for question in self.kit.reviewer.questions}
        free = {event.attempt for event in told if isinstance(event, ReviewFailed) and event.failure in UNSPENT}
        free |= {event.round for event in told if isinstance(event, HardenFailed) and not spent(event)}
        started = [event for event in told if isinstance(event, (ReviewStarted, HardenStarted))]
        sent = Counter(sealed(event) for event in started if name_of(event) in asked - free)
        forced = Counter(sealed(event) for event in started if event.forced)
        assert not {what: count for what, count in sent.items() if count > 1 + forced[what]}

    @invariant()
    def only_a_round_that_passed_hardens(self) -> None:
        """A draft is called hardened when a person or a model answered for it, and it reads as it did then."""
        if self.kit.memory(TASK) is None or self.kit.status(TASK).harden != "passed":
            return
        told = [entry.event for entry in self.kit.ledgers.entries(TASK)]
        passes = [each for each in told if isinstance(each, HardenPassed) or passed_by_model(each)]
        assert passes
        assert self.kit.status(TASK).status != Status.DRAFT or passes[-1].contract == self.kit.show(TASK).spec.digest

    @invariant()
    def a_passed_review_is_what_completes(self) -> None:
        """`complete` is offered exactly when its gate stands open."""
        if self.kit.memory(TASK) is None:
            return
        view = self.kit.status(TASK)
        open_gate = view.review.standing == "passed" and view.contract.binding == "current"
        assert (view.next == f"scafld complete {TASK}") is (view.status == Status.REVIEW and open_gate)

    # Private.

    def stands_at(self, status: Status) -> bool:
        memory = self.kit.memory(TASK)
        return memory is not None and memory.task.status is status

    def do(self, act: Act) -> Outcomes:
        before = self.kit.everything()
        told = play(self.kit, act)
        if told.refusal is not None:
            after = self.kit.everything()
            assert (after.ledgers, after.tree, after.head) == (before.ledgers, before.tree, before.head)
        if act.name not in WORLD:
            self.last = told
        return told

    def run(self, command: str) -> Outcomes:
        """Do what a command line says."""
        program, verb, *words = shlex.split(command)
        assert program == "scafld"
        named = _ACTS.get((verb, *(word for word in words if word.startswith("--"))), verb)
        if named in ACTS:
            return self.do(Act(name=named, task=TASK, detail=DETAILS.get(named, ("",))[0]))
        return _look(self.kit, verb)


def standing_blockers(told: list[object], review: Reviewed) -> list[str]:
    """What the dossier holds against the change, but for what a person dismissed on this very material."""
    gone = {*review.dismissed}
    gone |= {
        each.fingerprint
        for each in told[told.index(review) :]
        if isinstance(each, FindingDismissed) and each.material == review.material
    }
    return [each.id for each in review.dossier.blockers if each.fingerprint not in gone]


def sealed(event: ReviewStarted | HardenStarted) -> tuple[str, str]:
    """What was sent: a contract, and the material where there is one."""
    return event.contract, event.material if isinstance(event, ReviewStarted) else ""


def name_of(event: ReviewStarted | HardenStarted) -> str:
    return event.attempt if isinstance(event, ReviewStarted) else event.round


def spent(event: HardenFailed) -> bool:
    """Whether a model may have worked on the draft."""
    return event.hearing.failure not in UNSPENT or bool(event.changed)


def passed_by_model(event: object) -> bool:
    return isinstance(event, Hardened) and event.dossier.verdict is HardenVerdict.PASS


_ACTS = {
    ("harden", "--mark-passed"): "mark_passed",
    ("harden", "--abandon"): "abandon_round",
    ("harden", "--force", "--reason"): "harden_again",
    ("harden", "--provider", "--force", "--reason"): "harden_again",
    ("review", "--force", "--reason"): "review_again",
    ("review", "--provider", "--force", "--reason"): "review_again",
    ("review", "--abandon"): "abandon",
    ("approve",): "approve",
    ("approve", "--reason"): "approve",
}
_LOOKS = {
    "status": lambda kit: kit.status(TASK),
    "handoff": lambda kit: kit.handoff(TASK),
    "validate": lambda kit: kit.validate(TASK),
    "show": lambda kit: kit.show(TASK),
    "list": lambda kit: kit.list(),
}


def _look(kit: Kit, verb: str) -> Outcomes:
    _LOOKS[verb](kit)
    return Outcomes(act=Act(name=verb, task=TASK), accepted=True, refusal=None, error="", next="", status="", entries=0)


TestAnyLife = AnyLife.TestCase
TestAnyLife.settings = settings(settings.get_profile("scafld"), max_examples=40, stateful_step_count=20)
