"""How a label and its value are written: `Expected kind: exit_code_zero`, with quotes, backticks, any case."""

from __future__ import annotations

import re

from scafld.core.value import value


@value
class Label:
    """A label at the beginning of a text: its normalised `key`, the raw `value`, and where the value begins."""

    key: str
    value: str
    start: int


def label(text: str) -> Label | None:
    """Read `Key: value`, `**Key:** value` or `**Key**: value` at the beginning of `text`."""
    found = _LABEL.match(text) or _BOLD.match(text)
    if found is None:
        return None
    rest = text[found.end() :]
    return Label(
        key=normalise(found.group("key")),
        value=rest.strip(" \t"),
        start=found.end() + len(rest) - len(rest.lstrip(" \t")),
    )


def normalise(key: str) -> str:
    """One spelling for `Expected_kind`, `expected-kind` and `Expected  Kind`."""
    return _GAPS.sub(" ", key).strip().casefold()


def clean(text: str) -> str:
    """A value without the one pair of quotes or backticks that wraps the whole of it."""
    bare = text.strip()
    if bare[:1] == "`" and bare[-1:] == "`" and len(bare) > 1:
        return _unticked(bare)
    if len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "\"'":
        return _unquoted(bare)
    return bare


def absent(text: str) -> bool:
    """Whether a value says that there is none."""
    return clean(text).casefold() in ("", "none", "none.")


def given(text: str) -> str:
    """The clean value, empty when it says that there is none."""
    return "" if absent(text) else clean(text)


def first_span(text: str) -> str:
    """The leading code span where prose follows it (`` `crates` (the workspace)``), else the clean value."""
    found = _SPAN.match(text.strip())
    return found.group("inner").strip() if found else clean(text)


def listed(text: str) -> tuple[str, ...]:
    """The parts of a comma-separated value; `none` is no part."""
    return tuple(given(part) for part in text.split(",") if not absent(part))


def seconds(text: str) -> int:
    """A duration in seconds from `300`, `300s`, `5m` or `1h`. ValueError for anything else."""
    found = _DURATION.match(clean(text).casefold())
    if found is None:
        raise ValueError(f"not a duration: {text!r}")
    return int(found.group(1)) * _UNITS[found.group(2)[:1]]


# Private.

_LABEL = re.compile(r"(?P<key>[^\W\d_][\w /()\-]{0,59}?)[ \t]*:")
_BOLD = re.compile(r"(?P<mark>\*\*|__)(?P<key>[^\W\d_][\w /()\-]{0,59}?)[ \t]*(?::(?P=mark)|(?P=mark)[ \t]*:)")
_GAPS = re.compile(r"[\s_\-]+")
_SPAN = re.compile(r"(?P<run>`+)(?P<inner>[^`]+)(?P=run)(?!`)(?=\s)")
_DURATION = re.compile(r"([0-9]{1,7})\s*(s|sec|secs|seconds|m|min|mins|minutes|h|hours|)\Z")
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}
_RUN = re.compile(r"`+")


def _unticked(bare: str) -> str:
    left = len(bare) - len(bare.lstrip("`"))
    if left == len(bare):
        return bare
    run = min(left, len(bare) - len(bare.rstrip("`")))
    inner = bare[run:-run]
    if _two_spans(inner, run):
        return bare
    if inner[0] == inner[-1] == " " and inner.strip():
        return inner[1:-1].strip() if "`" not in inner else inner[1:-1]
    return inner.strip()


def _two_spans(inner: str, run: int) -> bool:
    """Whether the first backticks inside close a span (`` `a` and `b` ``) and do not open one of the shell's."""
    found = next((each for each in _RUN.finditer(inner) if len(each.group()) == run), None)
    if found is None:
        return False
    before, after = inner[: found.start()][-1:], inner[found.end() :][:1]
    return bool(before.strip()) and not after.strip()


def _unquoted(bare: str) -> str:
    mark, inner = bare[0], bare[1:-1]
    if mark == "'":
        return bare if mark in inner else inner
    if '"' in inner.replace("\\\\", "").replace('\\"', ""):
        return bare
    return inner.replace('\\"', '"').replace("\\\\", "\\") if '\\"' in inner else inner
