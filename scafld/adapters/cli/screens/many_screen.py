"""The pages of many things: a list of tasks, all of them added up, the entries of a ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from scafld.adapters.cli.console import DIM, Console, cells, cut, line_of, pad

if TYPE_CHECKING:
    from scafld.app.task.log import Logged
    from scafld.core.views.metrics import Rate, Report, Row

WIDEST_ID = 32
"""A longer id has its line for itself."""
ROOM_FOR_DAYS = 100
"""So many columns, and each entry of a ledger tells its day."""


def list_screen(rows: tuple[Row, ...], console: Console) -> tuple[str, ...]:
    """One line a task: id, status, when it last changed, title."""
    wide = max((len(row.task_id) for row in rows if len(row.task_id) <= WIDEST_ID), default=0)
    return tuple(line for row in rows for line in _row(row, wide, console))


def report_screen(report: Report, console: Console) -> tuple[str, ...]:
    """Counts and rates, a rate always with what it is a rate of."""
    statuses = ", ".join(f"{count} {status}" for status, count in report.by_status)
    lines = console.wrap(f"{report.total} task{'' if report.total == 1 else 's'}: {statuses}".removesuffix(": "), 0)
    blocked = ", ".join(f"{gate} {count}" for gate, count in report.blocked_by)
    facts = (
        ("first build passed", _rate(report.first_attempt_passes)),
        ("blocked and recovered", _rate(report.recoveries)),
        ("reviews passed", _rate(report.review_passes)),
        ("reviews with a dossier", _rate(report.dossier_coverage)),
        ("challenges overridden", _rate(report.challenge_overrides)),
        ("tasks with a baseline", _rate(report.baseline_coverage)),
        ("findings", f"{report.findings} from {report.attacks} attacks, {report.open_blockers} open"),
        ("stopped by a gate", blocked),
        ("ledgers", f"{report.sealed} sealed, {report.unsealed} unsealed"),
    )
    lines += [f"  {name.ljust(24)}  {fact}" for name, fact in facts]
    for task, why in report.damaged:
        first, *more = console.wrap(f"{task}: {why}", 11)
        lines += [f"  {console.meant('damaged')}  {first}", *(f"           {line}" for line in more)]
    return tuple(lines)


def log_screen(entries: Iterable[Logged], console: Console) -> Iterator[str]:
    """One line an entry, made as it is read: its number, the moment, who, what, and its telling fields. Where there is
    little room, a day is told once."""
    wide, day = console.width >= ROOM_FOR_DAYS, ""
    for entry in entries:
        if not wide and entry.at[:10] != day:
            day = entry.at[:10]
            yield f"  {console.paint(line_of(day), DIM)}"
        kind, said = cut(line_of(entry.kind), 24), " ".join(text for _, text in entry.said)
        head = f"{entry.seq:>4}  {_moment(entry, wide=wide)}  "
        yield f"{console.paint(head, DIM)}{kind}  {console.fold(said, cells(head) + cells(kind) + 2)}"


# Private.


def _row(row: Row, wide: int, console: Console) -> tuple[str, ...]:
    status = row.status if row.ledger != "unsealed" else f"{row.status}*"
    day = (row.last_at or "")[:10].ljust(10)
    name = line_of(row.task_id)
    facts = f"{console.meant(row.status, status.ljust(10))}  {console.paint(day, DIM)}  "
    facts += console.fold(row.problem or row.title, wide + 26)
    if len(name) > wide:
        return (name, f"{' ' * wide}  {facts}")
    return (f"{pad(name, wide)}  {facts}",)


def _moment(entry: Logged, *, wide: bool) -> str:
    """When, and who."""
    when = f"{entry.at[:10]} {entry.at[11:19]}" if wide else entry.at[11:19]
    room = 12 if wide else 8
    return f"{line_of(when)}  {pad(cut(line_of(entry.actor.name), room), room)}"


def _rate(rate: Rate) -> str:
    if rate.percent is None:
        return "n/a (0 of 0)"
    return f"{rate.percent:.1f} % ({rate.count} of {rate.of})"
