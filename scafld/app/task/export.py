"""`export`: what is on record of a task, in a format that other tools read."""

from __future__ import annotations

from collections.abc import Callable

from scafld.app.journal import Journal, Opened
from scafld.app.task.status import StatusOf
from scafld.core.names import Digest, TaskId
from scafld.core.refusal import Gate, Misused, Refusal, Refused
from scafld.core.task.known import Review, Status
from scafld.core.task.standing import Binding
from scafld.core.value import value
from scafld.core.views.overview import Overview

MEDIA_TYPES = {
    "sarif": "application/sarif+json",
    "junit": "application/xml",
    "in-toto": "application/vnd.in-toto+json",
    "markdown": "text/markdown",
}
"""The formats, and what each is called on the web."""


@value
class Exported:
    """A task in a format. `text` is ASCII and ends with a line break."""

    task_id: TaskId
    format: str
    media_type: str
    text: str


@value
class Export:
    """Reads the ledger from its first entry, as a gate does: what leaves the machine leans on no memory of it.

    `receipt` gives the path of a task's receipt, relative to the workspace, "" while there is none.
    """

    journal: Journal
    status: StatusOf
    receipt: Callable[[TaskId], str]

    def __call__(self, task_id: TaskId, wanted: str) -> Exported:
        """Misused for a format that is none, Refused where the ledger holds nothing that the format could say. Writes
        nothing."""
        if wanted not in MEDIA_TYPES:
            raise Misused(f"there is no format {wanted!r}; formats are {', '.join(MEDIA_TYPES)}")
        opened = self.journal.look(task_id)
        overview = self.status.of(opened.document, opened.spec, opened.memory)
        text = self._text(wanted, opened, overview)
        return Exported(task_id=task_id, format=wanted, media_type=MEDIA_TYPES[wanted], text=text)

    def _text(self, wanted: str, opened: Opened, overview: Overview) -> str:
        match wanted:
            case "sarif":
                return _sarif(overview)
            case "junit":
                from scafld.core.views.tongues.junit import junit_of

                return junit_of(overview, opened.task)
            case "in-toto":
                return _in_toto(opened, overview)
            case _:
                from scafld.core.views.tongues.summary import summary_of

                return summary_of(overview, _dismissed(overview), receipt=self.receipt(opened.task_id))


# Private.


def _dismissed(overview: Overview) -> dict[Digest, str]:
    """The findings that a person took out of the way, each with the reason."""
    return {each.fingerprint: each.dismissed for each in overview.review.raised if each.dismissed}


def _sarif(overview: Overview) -> str:
    from scafld.core.views.tongues.sarif import sarif_of

    if not overview.review.by:
        raise Refused(
            Refusal(
                gate=Gate.REVIEW,
                status=str(overview.status),
                reason=f"nobody has reviewed {overview.task_id}: an empty list of findings would say that somebody did",
                expected="a review on record",
                next=overview.next_action.command,
            )
        )
    return sarif_of(overview, _dismissed(overview))


def _in_toto(opened: Opened, overview: Overview) -> str:
    from scafld.core.views.tongues.in_toto import Subject, statement_of

    review = _on_one_tree(opened, overview)
    return statement_of(overview, opened.spec, Subject(material=review.material))


def _on_one_tree(opened: Opened, overview: Overview) -> Review:
    """The review that sealed the tree on which every criterion ran: only completing runs them all on one."""
    review = opened.task.review
    if overview.status is not Status.COMPLETED or review is None:
        raise Refused(
            Refusal(
                gate=Gate.COMPLETE,
                status=str(overview.status),
                reason="a test result is about one tree, and only completing runs every criterion on one",
                expected="a task that was completed here",
                actual=str(overview.status),
                next=overview.next_action.command,
            )
        )
    if overview.contract.binding is not Binding.CURRENT or review.contract != opened.spec.digest:
        raise Refused(
            Refusal(
                gate=Gate.COMPLETE,
                status=str(overview.status),
                reason="the contract reads otherwise than when the task was completed: other criteria ran",
                expected=f"contract {review.contract[:12]}",
                actual=f"contract {opened.spec.digest[:12]}",
                next=f"scafld show {opened.task_id}",
            )
        )
    return review
