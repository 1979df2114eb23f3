"""Why nothing came from a program, out of what was seen of it: one of few reasons, in one sentence with a way out.

A HTTP status that the program told of decides; then words in what it complained of; then how it ended. The sentence
quotes one line at most, without secrets.
"""

from __future__ import annotations

import re

from scafld.adapters.providers.brand import Brand
from scafld.adapters.providers.told import Told, one_line
from scafld.core.evidence.criterion import NOT_FOUND, Ended, Observation
from scafld.core.evidence.hearing import Failure
from scafld.core.value import value

LONGEST = 200


@value
class Diagnosis:
    failure: Failure
    words: str


def diagnose(brand: Brand, seen: Observation, told: Told, secrets: tuple[str, ...] = ()) -> Diagnosis:
    """What kept this program from handing in an answer."""
    failure, detail = _cause(seen, told)
    return Diagnosis(failure=failure, words=sentence(brand, failure, _without(detail, secrets)))


def sentence(brand: Brand, failure: Failure, detail: str = "") -> str:
    """What happened, as far as is known how, and what to do: at most LONGEST characters, on one line."""
    what, advice = _WORDS[failure]
    head, tail = what.format(name=brand.name), advice.format(login=brand.login)
    room = LONGEST - len(head) - len(tail) - len(" (); ")
    shown = one_line(detail, room) if room >= _SHORTEST_DETAIL else ""
    return f"{head} ({shown}); {tail}" if shown else f"{head}; {tail}"


def failure_of_status(status: int) -> Failure | None:
    """What an HTTP status says; None when it tells of no trouble."""
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if 400 <= status < 500:
        return Failure.REJECTED
    return Failure.UNREACHABLE if 500 <= status < 600 else None


# Private.


_BY_STATUS = {
    401: Failure.NOT_LOGGED_IN,
    408: Failure.UNREACHABLE,
    429: Failure.RATE_LIMITED,
    529: Failure.RATE_LIMITED,
}
_WORDS = {
    Failure.NOT_INSTALLED: ("{name} cannot be run", "install it, or name its program with --provider-binary"),
    Failure.NOT_LOGGED_IN: ("{name} is not logged in", "log in with {login}"),
    Failure.RATE_LIMITED: ("{name} is at its limit of use", "wait, or ask another provider"),
    Failure.UNREACHABLE: (
        "{name} did not reach its model",
        "look at the network, proxy and base URL, then ask again",
    ),
    Failure.REJECTED: ("the model's server rejected what {name} sent", "look at --model, and at the packet's size"),
    Failure.OUT_OF_TIME: ("{name} ran out of time", "raise absolute_max_seconds in the configuration, or ask for less"),
    Failure.SILENT: ("{name} was silent for too long", "raise idle_timeout_seconds in the configuration, or ask again"),
    Failure.NO_SUBMISSION: ("{name} ended without handing in an answer", "ask again, or ask another provider"),
    Failure.CRASHED: ("{name} crashed", "its output is kept as evidence; run it by hand to see what is wrong"),
}
_SHORTEST_DETAIL = 12
_STATUS = re.compile(r"(?:\bstatus(?: code)?|\bHTTP|\bAPI error|\bcode)\W{0,4}([45]\d\d)\b", re.I)
_BY_WORDS = tuple(
    (failure, re.compile(pattern, re.I))
    for failure, pattern in (
        (
            Failure.RATE_LIMITED,
            r"rate.?limit|too many requests|usage limit|quota|overloaded|resource.?exhausted|at capacity",
        ),
        (
            Failure.NOT_LOGGED_IN,
            r"not logged in|logged out|please (run /login|log ?in|sign in)|unauthori[sz]ed|unauthenticated|"
            r"authenticat|auth method|api.?key|access token|refresh token|credentials|missing environment variable",
        ),
        (
            Failure.REJECTED,
            r"too (long|large)|input_too_large|context (window|length)|invalid.?request|bad request|forbidden|"
            r"permission.?denied|not_found|model\b.*\bnot\b|credit balance|billing",
        ),
        (
            Failure.UNREACHABLE,
            r"ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|refused|could not resolve|dns|network|timed? ?out|disconnected|"
            r"error sending request|unable to connect|connection|fetch failed|socket|certificate|internal server error|"
            r"unavailable|bad gateway|stream (closed|ended|error)|reconnecting|high demand|terminated",
        ),
        (Failure.REJECTED, r"API error|\"error\""),
    )
)
_MESSAGE = re.compile(r'"message"\s*:\s*"((?:[^"\\]|\\.)+)"')
_KEY = re.compile(r"\b(?:sk|pk|key|AIza|ya29|Bearer|eyJ)[-_ .]?[-_.A-Za-z0-9*]{12,}")


def _cause(seen: Observation, told: Told) -> tuple[Failure, str]:
    if seen.ended is Ended.NOT_STARTED:
        missing = "No such file" in seen.problem
        return (Failure.NOT_INSTALLED if missing else Failure.CRASHED), seen.problem
    if told.trouble:
        failure = failure_of_status(told.status) or _by_words(told.trouble)
        if failure is not None:
            return failure, _with_status(_said(told.trouble), told.status)
    complaint = _complaint(told)
    if seen.ended in (Ended.TIMEOUT, Ended.IDLE) and not told.last and (failure := _by_words(complaint)):
        return failure, _last_line(complaint)
    if seen.ended is Ended.TIMEOUT:
        return Failure.OUT_OF_TIME, f"after {_seconds(seen)}{_while(told)}"
    if seen.ended is Ended.IDLE:
        return Failure.SILENT, f"ended after {_seconds(seen)}{_while(told)}"
    if seen.ended is Ended.EXITED and (seen.exit_code == 0 or told.capped):
        return Failure.NO_SUBMISSION, told.capped or told.message or f"exit {seen.exit_code}, and no message"
    return _of_a_crash(seen, told, complaint)


def _of_a_crash(seen: Observation, told: Told, complaint: str) -> tuple[Failure, str]:
    last = _said(told.trouble) or _last_line(complaint)
    if seen.ended is Ended.SIGNALLED:
        return Failure.CRASHED, f"signal {seen.signal}" if seen.signal else seen.problem
    if seen.exit_code in NOT_FOUND:
        return Failure.NOT_INSTALLED, last or f"exit {seen.exit_code}"
    failure = _by_words(told.trouble or complaint) or Failure.CRASHED
    return failure, f"exit {seen.exit_code}: {last}" if last else f"exit {seen.exit_code}"


def _by_words(words: str) -> Failure | None:
    status = _STATUS.search(words)
    told = failure_of_status(int(status[1])) if status else None
    return told or next((failure for failure, pattern in _BY_WORDS if pattern.search(words)), None)


def _with_status(words: str, status: int) -> str:
    return words if not status or str(status) in words else f"HTTP {status}: {words}"


def _complaint(told: Told) -> str:
    """What it wrote on stderr, without the frames of stack traces."""
    lines = told.errors.text().splitlines()
    return "\n".join(line for line in lines if line.strip() and not line.lstrip().startswith("at "))


def _last_line(text: str) -> str:
    return text.rpartition("\n")[2]


def _said(words: str) -> str:
    """What a person would say of it: of a JSON body the message that stands in it."""
    inner = _MESSAGE.search(words)
    return inner[1].replace('\\"', '"') if inner else words


def _while(told: Told) -> str:
    return f", last seen: {told.last}" if told.last else ""


def _seconds(seen: Observation) -> str:
    return f"{seen.duration_ms / 1000:.0f} s" if seen.duration_ms >= 10_000 else f"{seen.duration_ms / 1000:.1f} s"


def _without(detail: str, secrets: tuple[str, ...]) -> str:
    """The detail with every secret that is known, and what looks like one, taken out."""
    for secret in secrets:
        detail = detail.replace(secret, "[secret]")
    return _KEY.sub("[secret]", detail)
