"""`list` and `report`: all tasks of a workspace, one line each or added up."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scafld.core.task.statuses import TERMINAL
from scafld.core.value import value
from scafld.core.views.metrics import Report, Row, report_of


@value
class Tasks:
    """`rows`: every task, by id; a damaged one is a row that says so and hides no other."""

    rows: Callable[[], Iterator[Row]]

    def list(self, *, every: bool) -> tuple[Row, ...]:
        """The tasks that are not over; with `every`, all of them."""
        over = {str(status) for status in TERMINAL} | {"unrecorded"}
        return tuple(row for row in self.rows() if every or row.status not in over)

    def report(self) -> Report:
        """What all of them say together."""
        return report_of(self.rows())
