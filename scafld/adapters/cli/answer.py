"""What a command gives back: a page for people, a result for machines, and the code the process ends with."""

from __future__ import annotations

from typing import Any

from scafld.core.refusal import Exit
from scafld.core.value import value


@value
class Answer:
    """`lines`: the page, without `next`, which always is its last line. `text`: a document, printed as it is.
    `exit` other than OK says no: `code` and `message` then stand in the envelope's error."""

    result: Any
    lines: tuple[str, ...] = ()
    text: str = ""
    next: str = ""
    exit: Exit = Exit.OK
    code: str = ""
    message: str = ""
    warnings: tuple[str, ...] = ()
