"""What is wrong with a contract: every problem at once, each with its line and a way out."""

from __future__ import annotations

from scafld.core.value import value


@value
class Problem:
    """`line` counts from 1 in the document, 0 when no line is to blame. `code` is stable snake_case."""

    code: str
    message: str
    line: int = 0
    suggestion: str = ""
