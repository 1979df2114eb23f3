"""`approve`: a person binds a contract as it reads now; where signatures approve, it waits until there are enough."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from scafld.app.journal import Decision, Journal, Opened
from scafld.app.observe import Observer
from scafld.core.names import TaskId
from scafld.core.policy import Approving, Policy
from scafld.core.refusal import Gate
from scafld.core.task.decide.approval import ApprovalAsked, approve, as_requested, is_bound, request
from scafld.core.task.events import ApprovalRequested, Approved, ConsentGiven, Event
from scafld.core.task.known import Given, Request
from scafld.core.task.standing import pending_request
from scafld.core.value import changed, value

if TYPE_CHECKING:
    from scafld.app.countersign import Countersign, Signable
    from scafld.core.names import Moment
    from scafld.core.proof.spoken.consent import Consent
    from scafld.core.proof.spoken.hand import Hand
    from scafld.core.proof.spoken.sentence import Approves


@value
class Approve:
    journal: Journal
    observer: Observer
    policy: Policy
    countersign: Callable[[], Countersign]

    def __call__(self, task_id: TaskId, reason: str, by: Hand | None = None) -> Opened:
        """Refused while the contract has problems, lacks what its profile demands, or is approved already. A signature
        may be added to an approval that stands. Where only signatures approve, this asks for them, and approves once
        there are enough."""
        with self.journal.open(task_id, "approve") as opened:
            if by is None and not self.signed_only:
                return self.bind(opened, reason, quick=False)
            return self.journal.record(opened, self._signed(opened, reason, by))

    @property
    def signed_only(self) -> bool:
        """Whether only signatures approve here."""
        return self.policy.proof.approval is Approving.SIGNED

    def bind(self, opened: Opened, reason: str, *, quick: bool) -> Opened:
        """The same on a task that is held, on nobody's signature."""
        asked = changed(self._asked(opened, reason), quick=quick)
        return self.journal.record(opened, self._noted(opened, approve(opened.task, opened.spec, asked)))

    def consent(self, task_id: TaskId, reason: str) -> Consent:
        """The sentence that would be signed now. Writes nothing; Refused where `approve` would refuse."""
        from scafld.app.countersign import spoken

        opened = self.journal.look(task_id)
        task, spec = opened.task, opened.spec
        asked = as_requested(pending_request(task, spec.digest), self._asked(opened, reason))
        if task.approval is not None and is_bound(task, spec, asked.reason):
            return self.countersign().consent(opened, task.approval, Gate.APPROVE)
        if self.signed_only:
            request(task, spec, asked, self._wanted)
        return self.countersign().consent(opened, spoken(approve(task, spec, asked)), Gate.APPROVE)

    def warnings(self, by: Hand | None) -> tuple[str, ...]:
        """What makes the trusted keys doubtful, where they decide."""
        found = self.countersign().unsettled() if by is not None or self.signed_only else ""
        return (found,) if found else ()

    # Private.

    @property
    def _wanted(self) -> int:
        return max(1, self.policy.proof.approvals)

    def _asked(self, opened: Opened, reason: str) -> ApprovalAsked:
        baseline = opened.task.baseline or self.observer.baseline()
        return ApprovalAsked(problems=opened.document.problems, baseline=baseline, reason=reason)

    def _noted(self, opened: Opened, events: Decision) -> Decision:
        """The decision, unless what it waives may never be waived here."""
        bound = events[-1]
        if isinstance(bound, Approved) and bound.overrides:
            self.countersign().need(opened, bound, Gate.APPROVE, None)
        return events

    def _signed(self, opened: Opened, reason: str, by: Hand | None) -> Decision:
        task, spec, at = opened.task, opened.spec, self.journal.now()
        asked = as_requested(pending_request(task, spec.digest), self._asked(opened, reason))
        if is_bound(task, spec, asked.reason):
            return self._added(opened, asked, by)
        if self.signed_only:
            return self._requested(opened, asked, by, at)
        return self.countersign().with_consent(opened, approve(task, spec, asked), Gate.APPROVE, by, at)

    def _added(self, opened: Opened, asked: ApprovalAsked, by: Hand | None) -> Decision:
        """One more signature under the approval that stands. It has to count at the moment of that approval."""
        signing = self.countersign()
        if by is None:
            signing.need_voices(opened, Gate.APPROVE)
            return approve(opened.task, opened.spec, asked)
        approval = opened.task.approval
        assert approval is not None
        return (signing.given(_asking(opened, approval, approval.seq, approval.at), by),)

    def _requested(self, opened: Opened, asked: ApprovalAsked, by: Hand | None, at: Moment) -> Decision:
        """The request, where it is new, the signature, where there is one, and the approval, where that is enough."""
        signing, task = self.countersign(), opened.task
        events = request(task, opened.spec, asked, self._wanted)
        word, entry = _word(task.request, events, task.entries)
        signing.need(opened, word, Gate.APPROVE, by)
        given = () if by is None else (signing.given(_asking(opened, word, entry, at), by),)
        before = tuple(each for each in task.consents if each.entry == entry)
        every = (*before, *(_learned(each, task.entries + len(events) + 1) for each in given))
        found = signing.tally(opened, word, every, at)
        if not found.enough:
            return (*events, *given)
        bound = approve(task, opened.spec, asked)
        return (*events, *given, *(_resting(each, found.standing) for each in bound))


# Private.


def _word(request: Request | None, events: Decision, entries: int) -> tuple[ApprovalRequested | Request, int]:
    """What is signed, and its entry: the new request, or the one that stands."""
    if events:
        word = events[-1]
        assert isinstance(word, ApprovalRequested)
        return word, entries + len(events)
    assert request is not None
    return request, request.seq


def _asking(opened: Opened, word: Approves, entry: int, at: Moment) -> Signable:
    from scafld.app.countersign import Signable

    return Signable(opened=opened, word=word, entry=entry, gate=Gate.APPROVE, at=at)


def _learned(given: ConsentGiven, seq: int) -> Given:
    return Given(
        entry=given.entry, key=given.key, voice=given.voice, roles=given.roles, signature=given.signature, seq=seq
    )


def _resting(event: Event, given: tuple[Given, ...]) -> Event:
    return changed(event, consents=tuple(each.seq for each in given)) if isinstance(event, Approved) else event
