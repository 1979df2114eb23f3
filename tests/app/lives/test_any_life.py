"""Any life at all: whatever people, agents and reviewers do in whatever order, the laws hold after each act."""

from __future__ import annotations

import shlex

from hypothesis import settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.strategies import DataObject

from scafld.core.names import TaskId
from scafld.core.task.events import Completed, HumanReviewed, Reviewed
from scafld.core.task.known import TERMINAL, Status
from scafld.core.task.life import LIFECYCLE, replay
from scafld.testing import ACTS, WORLD, Act, Kit, Outcomes, acts, governed, play, spec_texts
from scafld.testing.contracts import MARKERS

TASK = TaskId("add-cache")


class AnyLife(RuleBasedStateMachine):
    """One task, from its plan on. `kit` is the workspace, `before` what was on record when the last act began."""

    def __init__(self) -> None:
        super().__init__()
        self.kit: Kit = governed()
        self.last: Outcomes | None = None
        self.seen: bytes = b""

    # What is done.

    @initialize(text=strategies.just("") | spec_texts(task_id=TASK))
    def plan(self, text: str) -> None:
        self.do(Act(name="plan", task=TASK, detail=text))

    @rule(data=strategies.data())
    def anything(self, data: DataObject) -> None:
        self.do(data.draw(acts(self.kit, TASK)))

    @rule(marker=strategies.sampled_from((" ".join(MARKERS), *MARKERS)))
    def work(self, marker: str) -> None:
        self.do(Act(name="work", task=TASK, detail=marker))

    @rule()
    def follow(self) -> None:
        """Do what the last answer said to do next: it is accepted as it stands."""
        following = self.kit.status(TASK).next
        if following:
            told = self.run(following)
            assert told.accepted, f"{following} was offered and refused: {told.refusal or told.error}"

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
            if told.accepted:
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
        assert isinstance(review, HumanReviewed) or (review.authorises and not review.dossier.blockers)

    @invariant()
    def a_passed_review_is_what_completes(self) -> None:
        """`complete` is offered exactly when its gate stands open."""
        if self.kit.memory(TASK) is None:
            return
        view = self.kit.status(TASK)
        open_gate = view.review.standing == "passed" and view.contract.binding == "current"
        assert (view.next == f"scafld complete {TASK}") is (view.status == Status.REVIEW and open_gate)

    # Private.

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
            if verb == "review" and named == "review":
                return self.do(Act(name="review", task=TASK, detail="passes"))
            return self.do(Act(name=named, task=TASK))
        return _look(self.kit, verb)


_ACTS = {
    ("harden", "--mark-passed"): "mark_passed",
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
