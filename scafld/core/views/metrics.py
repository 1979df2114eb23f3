"""What many tasks say together: how often the first build passed, a blocked one recovered, a review found something.

What a task adds is its tally (`tally.py`). Rates are counts in pairs, so that nobody mistakes 1 of 1 for more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scafld.core.names import Moment, TaskId
from scafld.core.task.statuses import Status
from scafld.core.value import value


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
