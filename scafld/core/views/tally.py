"""What one task adds to a report: a fold over its events, with the same table as its replay.

It reads of an event only what it counts, so that a thousand ledgers are added up in the time that few are replayed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scafld.core.names import Moment
from scafld.core.task import events
from scafld.core.task.life import ASIDE, LIFECYCLE, Impossible
from scafld.core.task.statuses import Status

READ = frozenset({events.Planned, events.Approved, events.Reviewed, events.PanelReviewed, events.LegacySealed})
"""The events whose fields a tally reads; of all others it is enough to know that they happened."""

COUNTED = frozenset(
    {
        events.Planned,
        events.Approved,
        events.BaselineTaken,
        events.BuildBlocked,
        events.BuildPassed,
        events.ReviewFailed,
        events.Reviewed,
        events.PanelReviewed,
        events.HumanReviewed,
    }
)
"""The events that count for more than the status they lead to."""


class Tally:
    """A fold over the events of one task: `status`, `title`, `profile`, and `counts` by name."""

    __slots__ = ("_moves", "counts", "first", "last_at", "profile", "status", "title")

    def __init__(self) -> None:
        self.status = Status.DRAFT
        self._moves = LIFECYCLE[self.status]
        self.title = ""
        self.profile = ""
        self.last_at: Moment | None = None
        self.first = ""
        self.counts: dict[str, int] = {}

    def add(self, event: type[object], fields: Mapping[str, Any], at: Moment) -> None:
        """One more event, by its class and, if that is in READ, its fields as JSON; Impossible when the table does not
        have it."""
        self.fold(event, fields)
        if event not in ASIDE:
            self.last_at = at

    def fold(self, event: type[object], fields: Mapping[str, Any]) -> None:
        """The same for who tells the time of the last event apart."""
        reached = self._moves.get(event)
        if reached is None:
            reached = self._beside_the_table(event, fields)
        if reached is not self.status:
            self.status = reached
            self._moves = LIFECYCLE[reached]
        if event in COUNTED:
            self._count(event, fields)

    def _beside_the_table(self, event: type[object], fields: Mapping[str, Any]) -> Status:
        if event in ASIDE:
            return self.status
        if event is events.LegacySealed and self.status is Status.DRAFT:
            return Status(fields["status"])
        raise Impossible(f"{event.__name__} cannot happen to a task that is {self.status}")

    def _count(self, event: type[object], fields: Mapping[str, Any]) -> None:
        if event in (events.Planned, events.Approved):
            self.title, self.profile = fields["title"], fields["profile"]
        elif event is events.BaselineTaken:
            self.counts["baselines"] = 1
        elif event is events.BuildBlocked:
            self._built("blocked")
            self._up("blocked_by_build")
        elif event is events.BuildPassed:
            self._built("passed")
            if self.first == "blocked":
                self.counts["recovered"] = 1
        elif event is events.ReviewFailed:
            self._up("blocked_by_provider")
        elif event is events.Reviewed:
            self._reviewed((fields["dossier"],), fields)
        elif event is events.PanelReviewed:
            self._reviewed(tuple(each["dossier"] for each in fields["hearings"] if each["dossier"]), fields)
        elif event is events.HumanReviewed:
            self._up("reviews")
            self._up("review_passes")
            self.counts["challenged"] = self.counts["overridden"] = 1

    def _built(self, how: str) -> None:
        if not self.first:
            self.first = how
            self.counts["first_builds"] = 1
            self.counts["first_build_passes" if how == "passed" else "first_build_blocks"] = 1

    def _reviewed(self, dossiers: tuple[Mapping[str, Any], ...], fields: Mapping[str, Any]) -> None:
        self._up("reviews")
        self._up("dossiers")
        self._up(f"mode_{dossiers[0]['mode']}")
        for dossier in dossiers:
            self._up("findings", len(dossier["findings"]))
            self._up("attacks", len(dossier["attacks"]))
            blocking = [each for each in dossier["findings"] if each["blocks_completion"] and each["status"] == "open"]
            self._up("open_blockers", len(blocking))
        if fields["verdict"] == "fail":
            self.counts["challenged"] = 1
            self._up("blocked_by_review")
        else:
            self._up("review_passes")

    def _up(self, name: str, by: int = 1) -> None:
        self.counts[name] = self.counts.get(name, 0) + by
