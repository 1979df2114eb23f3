"""Where one answer is taken: it is held to its terms, laid down once, and the model is told what became of it.

The rules:
- What does not hold is told in full, in words that a model can act on, and nothing is kept of it.
- The first answer that holds is laid down inside the call, whole and flushed, for the server is killed afterwards.
- No answer takes the place of another, not even one of a second server: the name is given only where none is.
"""

from __future__ import annotations

import errno
import json
import os
import stat
from contextlib import suppress

from scafld.adapters.codec.answers import Unreadable, accept
from scafld.adapters.mcp.order import Order
from scafld.core.contract.problems import Problem
from scafld.core.digest import canonical
from scafld.core.evidence.terms import Terms
from scafld.core.value import value


@value
class Told:
    """What the model is told. `no`: its answer was not taken."""

    text: str
    no: bool = True


def take(arguments: object, order: Order) -> Told:
    """Take what was handed in as the answer, or say why not."""
    if _kind(order.out) is not None:
        return _taken_before(order.out)
    try:
        content = whole_answer(arguments, order.terms)
    except Unreadable as error:
        return Told(text=_to_mend(error.problems, order.terms.tool))
    try:
        lay_down(order.out, content)
    except FileExistsError:
        return _taken_before(order.out)
    except OSError as error:
        return _not_kept(error.strerror or "the disk does not say why")
    return Told(text="Handed in. Nothing more is asked of you: end here.", no=False)


def whole_answer(arguments: object, terms: Terms) -> bytes:
    """The canonical JSON of an answer that holds, as it was handed in; Unreadable when it does not. Some clients hand
    in the text of an object where the object should be."""
    try:
        text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
        text.encode()
        accept(text, terms)
        return _canonical(text)
    except RecursionError as error:
        raise Unreadable(_one("the answer is nested too deeply")) from error
    except UnicodeEncodeError as error:
        raise Unreadable(_one(_PLAIN_ONLY)) from error


def lay_down(path: str, content: bytes) -> None:
    """Write all of `content` to `path`, for its owner alone, if nothing stands there; else FileExistsError. Whoever
    looks, and whenever this is killed, finds nothing or the whole."""
    draft = f"{path}.{os.getpid()}-{os.urandom(6).hex()}"
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _name(draft, path)
        _flush_folder(os.path.dirname(path))
    finally:
        with suppress(OSError):
            os.unlink(draft)


# Private.

_MOST_TOLD = 40
_LONGEST_TOLD = 400
_PLAIN_ONLY = "an answer holds Unicode text and whole numbers only"
_LINKLESS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


def _canonical(text: str) -> bytes:
    """What is read over (a verdict that was claimed) may hold what has no canonical form."""
    try:
        return canonical(json.loads(text))
    except (TypeError, ValueError) as error:
        raise Unreadable(_one(_PLAIN_ONLY)) from error


def _name(draft: str, path: str) -> None:
    """Let the draft be found at `path`: by a link, which never replaces anything, where the file system has links."""
    try:
        os.link(draft, path)
    except OSError as error:
        if error.errno not in _LINKLESS:
            raise
        if _kind(path) is not None:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from error
        os.rename(draft, path)


def _flush_folder(folder: str) -> None:
    """Make the name last through a power cut; what cannot flush a folder needs no flush."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _kind(path: str) -> int | None:
    """The mode of what stands there, None for nothing."""
    try:
        return os.lstat(path).st_mode
    except OSError:
        return None


def _taken_before(path: str) -> Told:
    mode = _kind(path)
    if mode is None or not stat.S_ISREG(mode):
        return _not_kept("something else is in its place")
    return Told(text="Your answer was handed in before and stays as it is. Nothing more is asked of you: end here.")


def _not_kept(why: str) -> Told:
    return Told(
        text=f"Your answer holds, but it could not be kept: {why}. Hand it in once more; if it fails again, end."
    )


def _to_mend(problems: tuple[Problem, ...], tool: str) -> str:
    many = f"{len(problems)} things keep it" if len(problems) > 1 else "one thing keeps it"
    lines = [f"{at}. {_words(problem)}" for at, problem in enumerate(problems[:_MOST_TOLD], start=1)]
    more = len(problems) - len(lines)
    return "\n".join(
        (
            f"Not taken: {many} from being an answer. Mend it and call {tool} again with the whole answer.",
            *lines,
            *([f"And {more} more."] if more else []),
        )
    )


def _words(problem: Problem) -> str:
    way_out = f" ({problem.suggestion})" if problem.suggestion else ""
    text = " ".join(f"{problem.message}{way_out}".split())
    return text if len(text) <= _LONGEST_TOLD else text[:_LONGEST_TOLD] + " ..."


def _one(message: str) -> tuple[Problem, ...]:
    return (Problem(code="not_an_answer", message=message),)
