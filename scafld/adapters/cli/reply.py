"""What a command gives back: a page for people, a result for machines, and the code the process ends with."""

from __future__ import annotations

from collections.abc import Iterable

from scafld.core.refusal import Exit
from scafld.core.value import value


@value
class Told:
    """What went wrong, or what says no, as the envelope's `error` has it; the code of the process is with the Reply.

    `gate` is a Refusal or None, `problems` are Problems.
    """

    code: str
    message: str
    gate: object = None
    problems: tuple[object, ...] = ()


@value
class Reply:
    """`result`: values, dicts and lists of them. `lines`: the page, in plain text but for its colours. `text`: a
    document, which stands on stdout alone, as it is. `exact`: bytes that a program reads there, and nothing beside
    them. `next`: the command that comes next, "" for none; `then` is what
    follows the work that it prepares. `exit` other than OK says no: then `told` says which."""

    result: object = None
    lines: Iterable[str] = ()
    text: str = ""
    exact: bytes = b""
    next: str = ""
    then: str = ""
    warnings: tuple[str, ...] = ()
    exit: Exit = Exit.OK
    told: Told | None = None
