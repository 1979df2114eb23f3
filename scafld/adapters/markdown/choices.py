"""Which word of a fixed set an author meant: near spellings are read, unknown ones get a suggestion."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from scafld.adapters.markdown.labels import clean, first_span, normalise
from scafld.core.contract.problems import Problem
from scafld.core.contract.spec import Expected, Profile, Risk, Size

Choice = TypeVar("Choice", bound=StrEnum)

SIZES = {"xs": Size.MICRO, "tiny": Size.MICRO, "trivial": Size.MICRO} | dict.fromkeys(
    ("xl", "xxl", "extra large", "x large", "very large", "huge"), Size.LARGE
)
RISKS = {"moderate": Risk.MEDIUM} | dict.fromkeys(("very low", "minimal", "trivial", "none"), Risk.LOW)
RISKS |= dict.fromkeys(("very high", "critical", "extreme", "severe"), Risk.HIGH)
PROFILES = {"lite": Profile.LIGHT, "normal": Profile.STANDARD, "default": Profile.STANDARD}
EXPECTATIONS = dict.fromkeys(
    ("exit code 0", "exit 0", "exit zero", "0", "success", "zero", "pass"), Expected.EXIT_CODE_ZERO
)
EXPECTATIONS |= dict.fromkeys(
    ("nonzero", "non zero", "exit code non zero", "exit nonzero", "failure"), Expected.EXIT_CODE_NONZERO
)
EXPECTATIONS |= {"no matches": Expected.NO_MATCHES, "browser": Expected.BROWSER_EVIDENCE}
_MEANT = {
    "reviewed output": "manual",
    "manual review": "manual",
    "human": "manual",
    "stdout empty": "no_matches",
    "empty stdout": "no_matches",
    "empty": "no_matches",
    "screenshot": "browser_evidence",
}


def chosen(
    text: str, kind: type[Choice], also: dict[str, Choice], *, what: str, line: int
) -> tuple[Choice | None, Problem | None]:
    """The member that `text` names, or None and a problem; nothing at all where it says none. `line` from 1."""
    word = clean(text)
    found = _lookup(word, kind, also) or _lookup(first_span(text), kind, also)
    if found is not None or normalise(word) in ("", "none", "none."):
        return found, None
    return None, Problem(
        code=f"unknown_{what.replace(' ', '_')}",
        line=line,
        message=f"{what} {word!r} is none of {', '.join(kind)}",
        suggestion=f"write {_nearest(word, kind)}",
    )


# Private.


def _lookup(word: str, kind: type[Choice], also: dict[str, Choice]) -> Choice | None:
    spelled = normalise(word).rstrip(".")
    if spelled in also:
        return also[spelled]
    return next((member for member in kind if normalise(member) == spelled), None)


def _nearest(word: str, kind: type[Choice]) -> str:
    from difflib import get_close_matches

    spelled = normalise(word[:60])
    meant = next((right for wrong, right in _MEANT.items() if wrong in spelled), "")
    if meant in set(kind):
        return meant
    near = get_close_matches(spelled, [normalise(member) for member in kind], n=1, cutoff=0.4)
    return next((str(member) for member in kind if near and normalise(member) == near[0]), str(next(iter(kind))))
