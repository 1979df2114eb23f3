"""How a reviewer's answer is read: one JSON object that is a dossier, exactly; anything else is said and refused."""

from __future__ import annotations

import json
from typing import Any

from scafld.adapters.codec import exactly
from scafld.core.evidence.dossier import Dossier

LARGEST_BYTES = 64 * 1024


class Unreadable(ValueError):
    """The answer is no dossier; the message says where it is not."""


def read_dossier(text: str) -> Dossier:
    """The dossier that this text is. Fields of other lines of scafld that are derived here (verdict, budget, provider)
    are read over; any other unknown field, missing field, wrong type or unknown word is Unreadable."""
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_int=_number)
        ours = _ours(data) if isinstance(data, dict) else None
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"the answer is not one JSON object: {_start(text)} ({error})") from error
    if ours is None:
        raise Unreadable(f"the answer is not one JSON object: {_start(text)}")
    found = exactly(Dossier, ours)
    return _said_exactly(ours) if found is None else found


# Private.


def _said_exactly(ours: dict[str, Any]) -> Dossier:
    """The dossier after all, or everything that pydantic has to say against it."""
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(Dossier).validate_json(json.dumps(ours), strict=True, extra="forbid")
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        raise Unreadable(f"the dossier does not fit its schema: {where}: {first['msg']}{more}") from error


_DERIVED = ("verdict", "budget", "provider", "model", "session_id", "output_format", "normalizations", "event_summary")
_RENAMED = {"attack_log": "attacks"}
_LONGEST_NUMBER = 15


def _ours(data: dict[str, Any]) -> dict[str, Any]:
    """The answer in our words: what we derive is dropped, other lines' names become ours, null means not said."""
    kept = _once([(_RENAMED.get(key, key), item) for key, item in data.items() if key not in _DERIVED])
    for name, mend in (("findings", _finding), ("attacks", _said)):
        items = kept.get(name)
        kept[name] = [mend(each) for each in items or []] if items is None or isinstance(items, list) else items
    return kept


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
        raise ValueError(f"{digits[:20]} is no number that a dossier holds")
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


def _start(text: str) -> str:
    bare = " ".join(text.split())
    return repr(bare[:60]) if bare else "it is empty"
