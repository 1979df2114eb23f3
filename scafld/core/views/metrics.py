"""What many tasks say together: how often the first build passed, a blocked one recovered, a review found something.

A task's `Tally` is folded from its events with the same table as its replay, so that `list` and `report` agree with
`status`; it reads of an event only what it counts. Rates are counts in pairs, so that nobody mistakes 1 of 1 for more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scafld.core.names import Moment, TaskId
from scafld.core.task import events
from scafld.core.task.known import Status
from scafld.core.task.life import LIFECYCLE, Impossible
from scafld.core.value import value

COUNTED = frozenset(
    {
        events.Planned,
        events.Approved,
        events.BaselineTaken,
        events.BuildBlocked,
        events.BuildPassed,
        events.ReviewFailed,
        events.Reviewed,
        events.HumanReviewed,
        events.LegacySealed,
    }
)
"""The events of which a tally reads more than that they happened."""


@value
class Row:
    """One task in a list. `status` is a Status, or `unrecorded` for a spec outside drafts/ without a ledger, or
    `damaged` when `problem` says why nothing can be said. `counts`: its tally."""

    task_id: TaskId
    title: str
    status: str
    path: str
    ledger: str
    last_at: Moment | None
    profile: str
    problem: str
    counts: Mapping[str, int]


class Tally:
    """A fold over the events of one task: `status`, `title`, `profile`, and `counts` by name."""

    __slots__ = ("counts", "first", "last_at", "profile", "status", "title")

    def __init__(self) -> None:
        self.status = Status.DRAFT
        self.title = ""
        self.profile = ""
        self.last_at: Moment | None = None
        self.first = ""
        self.counts: dict[str, int] = {}

    def add(self, event: type[object], fields: Mapping[str, Any], at: Moment) -> None:
        """One more event, by its class and its fields as JSON; Impossible when the table does not have it."""
        if event is events.TailCut:
            return
        if event is events.LegacySealed:
            self.status = Status(fields["status"])
        else:
            reached = LIFECYCLE[self.status].get(event)
            if reached is None:
                raise Impossible(f"{event.__name__} cannot happen to a task that is {self.status}")
            self.status = reached
        self.last_at = at
        if event in COUNTED:
            self._count(event, fields)

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
            self._reviewed(fields)
        elif event is events.HumanReviewed:
            self._up("reviews")
            self._up("review_passes")
            self.counts["challenged"] = self.counts["overridden"] = 1

    def _built(self, how: str) -> None:
        if not self.first:
            self.first = how
            self.counts["first_builds"] = 1
            self.counts["first_build_passes" if how == "passed" else "first_build_blocks"] = 1

    def _reviewed(self, fields: Mapping[str, Any]) -> None:
        dossier = fields["dossier"]
        self._up("reviews")
        self._up("dossiers")
        self._up(f"mode_{dossier['mode']}")
        self._up("findings", len(dossier["findings"]))
        self._up("attacks", len(dossier["attacks"]))
        blocking = [each for each in dossier["findings"] if each["blocks_completion"] and each["status"] == "open"]
        self._up("open_blockers", len(blocking))
        if blocking:
            self.counts["challenged"] = 1
            self._up("blocked_by_review")
        else:
            self._up("review_passes")

    def _up(self, name: str, by: int = 1) -> None:
        self.counts[name] = self.counts.get(name, 0) + by


@value
class Rate:
    """So many of so many; `percent` None when there were none."""

    count: int
    of: int

    @property
    def percent(self) -> float | None:
        return round(100 * self.count / self.of, 1) if self.of else None


@value
class Report:
    """All tasks of a workspace together. `damaged`: tasks of which nothing can be said, with the reason."""

    total: int
    by_status: tuple[tuple[str, int], ...]
    first_attempt_passes: Rate
    recoveries: Rate
    challenge_overrides: Rate
    review_passes: Rate
    dossier_coverage: Rate
    baseline_coverage: Rate
    findings: int
    open_blockers: int
    attacks: int
    modes: tuple[tuple[str, int], ...]
    blocked_by: tuple[tuple[str, int], ...]
    sealed: int
    unsealed: int
    damaged: tuple[tuple[TaskId, str], ...]


def report_of(rows: Iterable[Row]) -> Report:
    """Add the rows up."""
    sums: dict[str, int] = {}
    statuses: dict[str, int] = {}
    ledgers: dict[str, int] = {}
    damaged = []
    total = 0
    for row in rows:
        total += 1
        statuses[row.status] = statuses.get(row.status, 0) + 1
        ledgers[row.ledger] = ledgers.get(row.ledger, 0) + 1
        if row.problem:
            damaged.append((row.task_id, row.problem))
        for name, count in row.counts.items():
            sums[name] = sums.get(name, 0) + count
    return _report(total, statuses, ledgers, sums, tuple(damaged))


# Private.


def _report(
    total: int,
    statuses: dict[str, int],
    ledgers: dict[str, int],
    sums: dict[str, int],
    damaged: tuple[tuple[TaskId, str], ...],
) -> Report:
    def rate(count: str, of: str) -> Rate:
        return Rate(count=sums.get(count, 0), of=sums.get(of, 0))

    recorded = ledgers.get("sealed", 0) + ledgers.get("unsealed", 0)
    order = [*(str(status) for status in Status), "unrecorded", "damaged"]
    return Report(
        total=total,
        by_status=tuple((status, statuses[status]) for status in order if status in statuses),
        first_attempt_passes=rate("first_build_passes", "first_builds"),
        recoveries=rate("recovered", "first_build_blocks"),
        challenge_overrides=rate("overridden", "challenged"),
        review_passes=rate("review_passes", "reviews"),
        dossier_coverage=rate("dossiers", "reviews"),
        baseline_coverage=Rate(count=sums.get("baselines", 0), of=recorded),
        findings=sums.get("findings", 0),
        open_blockers=sums.get("open_blockers", 0),
        attacks=sums.get("attacks", 0),
        modes=tuple((mode, sums.get(f"mode_{mode}", 0)) for mode in ("discover", "verify")),
        blocked_by=tuple((gate, sums.get(f"blocked_by_{gate}", 0)) for gate in ("build", "review", "provider")),
        sealed=ledgers.get("sealed", 0),
        unsealed=ledgers.get("unsealed", 0),
        damaged=damaged,
    )
