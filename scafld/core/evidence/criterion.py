"""What a run of a criterion is worth: an observation goes in, a judgement comes out."""

from __future__ import annotations

import json
from enum import StrEnum

from scafld.core.contract.spec import Criterion, Expected
from scafld.core.evidence.nothing_ran import nothing_ran
from scafld.core.names import Digest
from scafld.core.value import value

TAIL_CHARACTERS = 4000


class Ended(StrEnum):
    """How a command came to its end."""

    EXITED = "exited"
    SIGNALLED = "signalled"
    TIMEOUT = "timeout"
    IDLE = "idle"
    CANCELLED = "cancelled"
    NOT_STARTED = "not_started"


@value
class Observation:
    """What the runner saw of one command. Nothing here is a verdict.

    `exit_code`: the shell's, None unless it exited. `signal`: the number that ended it, else None. `duration_ms`: wall
    time. `output_digest` and `output_bytes`: of all stdout and stderr as they came, which stand in an evidence file of
    that name. `tail`: the last of it as text, at most TAIL_CHARACTERS. `stdout`: the last 64 KiB of stdout alone, kept
    only when the order asks for it. `found`: whether the text the criterion expects was seen, None when it expects
    none. `stragglers`: processes ended after the shell had exited. `problem`: why it did not start.
    """

    ended: Ended
    duration_ms: int
    exit_code: int | None = None
    signal: int | None = None
    output_digest: Digest
    output_bytes: int
    tail: str = ""
    stdout: str = ""
    found: bool | None = None
    stragglers: int = 0
    problem: str = ""


class Outcome(StrEnum):
    """What a judgement says. `pending` waits for a person; only `pass` opens a gate."""

    PASS = "pass"
    FAIL = "fail"
    PENDING = "pending"


class Strength(StrEnum):
    """How much a pass proves, weakest first."""

    DECLARED = "declared"
    GREEN = "green"
    RED_GREEN = "red-green"


STRENGTHS = tuple(Strength)


@value
class Artifact:
    """A file that a criterion's output names, and its SHA-256; None when there is no such file in the workspace."""

    path: str
    digest: Digest | None


@value
class Judgement:
    """A verdict on one observation, in words that can be acted on."""

    outcome: Outcome
    reason: str


NOT_FOUND = (126, 127)
"""What a shell returns when the command is there but cannot run, and when it is not there."""


def judge(criterion: Criterion, seen: Observation, artifacts: tuple[Artifact, ...] = ()) -> Judgement:
    """Judge one run. Not started, not found, killed, out of time or `no tests ran` is never a pass, whatever was
    expected; a manual criterion is never judged by a run."""
    if criterion.expected is Expected.MANUAL:
        return Judgement(outcome=Outcome.PENDING, reason="needs the evidence of a person")
    unfit = _unfit(criterion, seen)
    if unfit:
        return _fail(unfit)
    match criterion.expected:
        case Expected.EXIT_CODE_ZERO:
            return _by_exit(seen, wanted=0 if criterion.exit_code is None else criterion.exit_code)
        case Expected.EXIT_CODE_NONZERO:
            return _by_failure(criterion, seen)
        case Expected.NO_MATCHES:
            return _by_silence(seen)
        case Expected.BROWSER_EVIDENCE:
            return _by_browser(seen, artifacts)


def is_red(judgement: Judgement, seen: Observation) -> bool:
    """Whether a run before the work shows that the criterion can fail: it ran to its end and said no."""
    if seen.ended is not Ended.EXITED or seen.exit_code is None or seen.exit_code in NOT_FOUND:
        return False
    return seen.exit_code <= _LARGEST_OWN and judgement.outcome is Outcome.FAIL


def strength_of(criterion: Criterion, *, red_seen: bool) -> Strength:
    """What a pass of this criterion proves."""
    if criterion.expected is Expected.MANUAL:
        return Strength.DECLARED
    return Strength.RED_GREEN if red_seen else Strength.GREEN


def artifact_paths(seen: Observation) -> tuple[str, ...]:
    """The files that browser evidence names, in its order; empty when its output is no such evidence."""
    packet = _browser_packet(seen)
    if isinstance(packet, str):
        return ()
    named = [item for key in _ARTIFACT_LISTS for item in _items(packet.get(key))]
    return tuple(str(item["path"]) for item in named if isinstance(item, dict) and item.get("path"))


# Private.

_LARGEST_OWN = 128
"""The largest exit code that is a command's own; beyond it a shell tells of a signal."""

_ARTIFACT_LISTS = ("screenshots", "traces", "videos", "artifacts")
_BROWSER_KEYS = ("url", "viewport", "console_errors", "network_errors")


def _pass(reason: str) -> Judgement:
    return Judgement(outcome=Outcome.PASS, reason=reason)


def _fail(reason: str) -> Judgement:
    return Judgement(outcome=Outcome.FAIL, reason=reason)


def _unfit(criterion: Criterion, seen: Observation) -> str:
    """Why a run is no evidence at all, or ""."""
    seconds = f"{seen.duration_ms / 1000:.1f} s"
    match seen.ended:
        case Ended.NOT_STARTED:
            return f"did not start: {seen.problem or 'the shell could not be run'}"
        case Ended.TIMEOUT:
            return f"ran out of time after {seconds}"
        case Ended.IDLE:
            return f"was silent for too long, ended after {seconds}"
        case Ended.CANCELLED:
            return f"was cancelled after {seconds}"
        case Ended.SIGNALLED:
            return f"was ended by signal {seen.signal}"
        case Ended.EXITED:
            pass
    if seen.exit_code in NOT_FOUND:
        return f"exit {seen.exit_code}: the command was not found or cannot be run"
    if seen.exit_code is None:
        return "ended, and nobody knows with which exit code"
    if seen.exit_code > _LARGEST_OWN:
        return f"exit {seen.exit_code}: ended by signal {seen.exit_code - _LARGEST_OWN}"
    idle = nothing_ran(seen.exit_code, seen.tail)
    if idle and criterion.expected is not Expected.NO_MATCHES:
        return f"no tests ran ({idle})"
    if criterion.contains and seen.found is not True:
        return f"the output does not contain {criterion.contains!r}"
    return ""


def _by_exit(seen: Observation, *, wanted: int) -> Judgement:
    words = f"exit {seen.exit_code}"
    return _pass(words) if seen.exit_code == wanted else _fail(f"{words}, expected {wanted}")


def _by_failure(criterion: Criterion, seen: Observation) -> Judgement:
    if criterion.exit_code is not None:
        return _by_exit(seen, wanted=criterion.exit_code)
    if seen.exit_code == 0:
        return _fail("exit 0, expected another code")
    return _pass(f"exit {seen.exit_code}")


def _by_silence(seen: Observation) -> Judgement:
    if seen.exit_code not in (0, 1):
        return _fail(f"exit {seen.exit_code}: a search ends with 0 or 1; anything else is an error of the search")
    if seen.output_bytes and seen.tail.strip():
        lines = len(seen.tail.strip().splitlines())
        return _fail(f"{lines} or more matching lines, expected none" if lines > 1 else "a match, expected none")
    return _pass("no matches")


def _by_browser(seen: Observation, artifacts: tuple[Artifact, ...]) -> Judgement:
    if seen.exit_code != 0:
        return _fail(f"exit {seen.exit_code}, expected 0")
    packet = _browser_packet(seen)
    if isinstance(packet, str):
        return _fail(packet)
    for key in ("console_errors", "network_errors"):
        if errors := _items(packet[key]):
            return _fail(f"{len(errors)} {key.replace('_', ' ')}: {str(errors[0])[:160]}")
    if not artifacts:
        return _fail("names no screenshot, trace, video or artifact")
    missing = next((artifact.path for artifact in artifacts if artifact.digest is None), None)
    if missing is not None:
        return _fail(f"names {missing}, which is no file in the workspace")
    return _pass(f"{packet['url']} at {packet['viewport']}, {len(artifacts)} artifact(s)")


def _browser_packet(seen: Observation) -> dict[str, object] | str:
    """The JSON object on stdout, or what is wrong with it."""
    try:
        packet = json.loads(seen.stdout)
    except ValueError:
        return "stdout is not one JSON object"
    if not isinstance(packet, dict):
        return "stdout is not one JSON object"
    absent = [key for key in _BROWSER_KEYS if key not in packet]
    if absent:
        return f"the evidence lacks {', '.join(absent)}"
    if not str(packet["url"]).strip() or not str(packet["viewport"]).strip():
        return "the evidence names no url or no viewport"
    wrong = [key for key in (*_ARTIFACT_LISTS, *_BROWSER_KEYS[2:]) if not isinstance(packet.get(key, []), list)]
    return f"{wrong[0]} is not a list" if wrong else packet


def _items(found: object) -> list[object]:
    return found if isinstance(found, list) else []
