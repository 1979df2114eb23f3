"""The pages of many tasks: a list, and all of them added up."""

from __future__ import annotations

from scafld.adapters.cli.console import DIM, Console, plain
from scafld.core.views.metrics import Rate, Report, Row


def list_page(rows: tuple[Row, ...], console: Console) -> tuple[str, ...]:
    """One line a task: id, status, when it last changed, title."""
    wide = min(32, max((len(row.task_id) for row in rows), default=0))
    return tuple(_row(row, wide, console) for row in rows)


def report_page(report: Report, console: Console) -> tuple[str, ...]:
    """Counts and rates, a rate always with what it is a rate of."""
    statuses = ", ".join(f"{count} {status}" for status, count in report.by_status)
    lines = [f"{report.total} task{'' if report.total == 1 else 's'}" + (f": {statuses}" if statuses else "")]
    rates = (
        ("first build passed", report.first_attempt_passes),
        ("blocked and recovered", report.recoveries),
        ("reviews passed", report.review_passes),
        ("reviews with a dossier", report.dossier_coverage),
        ("challenges overridden", report.challenge_overrides),
        ("tasks with a baseline", report.baseline_coverage),
    )
    lines += [f"  {name.ljust(24)}  {_rate(rate)}" for name, rate in rates]
    lines.append(
        f"  {'findings'.ljust(24)}  {report.findings} of {report.attacks} attacks, {report.open_blockers} open"
    )
    blocked = ", ".join(f"{gate} {count}" for gate, count in report.blocked_by)
    lines.append(f"  {'stopped by a gate'.ljust(24)}  {blocked}")
    lines.append(f"  {'ledgers'.ljust(24)}  {report.sealed} sealed, {report.unsealed} unsealed")
    lines += [f"  {console.meant('damaged')}  {plain(task)}: {console.fold(why, 12)}" for task, why in report.damaged]
    return tuple(lines)


# Private.


def _row(row: Row, wide: int, console: Console) -> str:
    status = row.status if row.ledger != "unsealed" else f"{row.status}*"
    day = (row.last_at or "")[:10].ljust(10)
    told = plain(row.problem) if row.problem else row.title
    name = plain(row.task_id)
    line = f"{name.ljust(wide)}  {console.meant(row.status, status.ljust(10))}  {console.paint(day, DIM)}  "
    return line + console.fold(told, wide + 26)


def _rate(rate: Rate) -> str:
    if rate.percent is None:
        return "n/a (0 of 0)"
    return f"{rate.percent:.1f} % ({rate.count} of {rate.of})"
