"""How a model's answer is read: one JSON object that is what was asked for, exactly; anything else is said and refused.

The command line of a provider, the submit server and the act of asking all read here, so that none of them accepts what
another would refuse.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from scafld.adapters.codec import exactly
from scafld.app.ask import Accepted
from scafld.core.contract.problems import Problem
from scafld.core.evidence.dossier import Dossier
from scafld.core.evidence.terms import SHAPES, Answer, Subject, Terms, problems_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import ValidationError

LARGEST_ANSWER = 1024 * 1024
"""In characters; a dossier of a hundred findings is a tenth of it."""
MOST_PROBLEMS = 8
"""So many are told in one line; `problems` holds all."""


class Unreadable(ValueError):
    """The answer is not what was asked for; `problems` says where it is not."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        words = [problem.message for problem in problems[:MOST_PROBLEMS]]
        more = len(problems) - len(words)
        super().__init__("; ".join([*words, f"and {more} more"] if more else words))
        self.problems = problems


def accept(text: str, terms: Terms) -> Answer:
    """The answer that this text is, held to its terms; Unreadable says everything that is wrong with it."""
    answer = read_answer(text, terms.subject)
    problems = problems_of(answer, terms)
    if problems:
        raise Unreadable(problems)
    return answer


def accepted(text: str, terms: Terms) -> Accepted:
    """The same as a value: the answer, or every problem that keeps it from being one."""
    try:
        return Accepted(answer=accept(text, terms))
    except Unreadable as error:
        return Accepted(answer=None, problems=error.problems)


def read_answer(text: str, subject: Subject) -> Answer:
    """The answer that this text is. Fields of other lines of scafld that are derived here (verdict, budget, provider)
    are read over; any other unknown field, missing field, wrong type or unknown word is Unreadable."""
    if len(text) > LARGEST_ANSWER:
        raise Unreadable(_one(f"the answer has {len(text)} characters, at most {LARGEST_ANSWER} are read"))
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_int=_number)
        ours = _MENDS[subject](data) if isinstance(data, dict) else None
    except (ValueError, RecursionError) as error:
        raise Unreadable(_one(f"the answer is not one JSON object: {_start(text)} ({error})")) from error
    if ours is None:
        raise Unreadable(_one(f"the answer is not one JSON object: {_start(text)}"))
    found = exactly(SHAPES[subject], ours)
    return _said_exactly(subject, ours) if found is None else found


def read_dossier(text: str) -> Dossier:
    """The same for a reviewer's dossier, its terms not looked at."""
    found = read_answer(text, Subject.REVIEW)
    assert isinstance(found, Dossier)
    return found


# Private.


def _said_exactly(subject: Subject, ours: dict[str, Any]) -> Answer:
    """The answer after all, or everything that pydantic has to say against it."""
    from pydantic import TypeAdapter, ValidationError

    adapter: TypeAdapter[Answer] = TypeAdapter(SHAPES[subject])
    try:
        return adapter.validate_json(json.dumps(ours), strict=True, extra="forbid")
    except ValidationError as error:
        name = "dossier" if subject is Subject.REVIEW else "answer"
        found = (f"the {name} does not fit its schema: {each}" for each in _words(error))
        raise Unreadable(tuple(Problem(code="schema", message=each) for each in found)) from error


def _words(error: ValidationError) -> Iterator[str]:
    for each in error.errors(include_url=False):
        path = ".".join(str(part) for part in each["loc"])
        yield f"{path}: {each['msg']}" if path else each["msg"]


_DERIVED = ("verdict", "budget", "provider", "model", "session_id", "output_format", "normalizations", "event_summary")
_RENAMED = {"attack_log": "attacks"}
_LONGEST_NUMBER = 15


def _dossier(data: dict[str, Any]) -> dict[str, Any]:
    """The answer in our words: what we derive is dropped, other lines' names become ours, null means not said."""
    kept = _once([(_RENAMED.get(key, key), item) for key, item in data.items() if key not in _DERIVED])
    for name, mend in (("findings", _finding), ("attacks", _said)):
        items = kept.get(name)
        kept[name] = [mend(each) for each in items or []] if items is None or isinstance(items, list) else items
    return kept


def _said_of(data: dict[str, Any]) -> dict[str, Any]:
    """The same for an answer without lists of its own kind: what is derived is dropped, null means not said."""
    return {key: _deep(item) for key, item in data.items() if key not in _DERIVED and item is not None}


_MENDS = {Subject.REVIEW: _dossier, Subject.HARDEN: _said_of, Subject.PLAN: _said_of}


def _deep(item: Any) -> Any:
    if isinstance(item, list):
        return [_deep(each) for each in item]
    if isinstance(item, dict):
        return {key: _deep(each) for key, each in item.items() if each is not None}
    return item


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys stand there once: of two lists of findings nobody can say which is meant."""
    found = dict(pairs)
    if len(found) != len(pairs):
        double = next(key for at, (key, _) in enumerate(pairs) if key in dict(pairs[:at]))
        raise ValueError(f"{double[:40]!r} stands there twice")
    return found


def _number(digits: str) -> int:
    """A whole number that a ledger can hold and a line can have."""
    if len(digits) > _LONGEST_NUMBER or int(digits) < 0:
        raise ValueError(f"{digits[:20]} is no number that an answer holds")
    return int(digits)


def _finding(each: Any) -> Any:
    if not isinstance(each, dict):
        return each
    location = each.get("location")
    flat = {key: item for key, item in each.items() if key not in ("location", "related_spec", "review_pass")}
    if isinstance(location, dict):
        flat |= {key: item for key, item in location.items() if key in ("path", "line")}
    return _said(flat)


def _said(each: Any) -> Any:
    return {key: item for key, item in each.items() if item is not None} if isinstance(each, dict) else each


def _one(message: str) -> tuple[Problem, ...]:
    return (Problem(code="not_an_answer", message=message),)


def _start(text: str) -> str:
    bare = " ".join(text[:2000].split())
    return repr(bare[:60]) if bare else "it is empty"
