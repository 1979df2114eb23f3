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
        data = json.loads(text)
    except ValueError as error:
        raise Unreadable(f"the answer is not one JSON object: {_start(text)} ({error})") from error
    if not isinstance(data, dict):
        raise Unreadable(f"the answer is not one JSON object: {_start(text)}")
    ours = _ours(data)
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


def _ours(data: dict[str, Any]) -> dict[str, Any]:
    """The answer in our words: what we derive is dropped, other lines' names become ours, null means not said."""
    kept = {_RENAMED.get(key, key): item for key, item in data.items() if key not in _DERIVED}
    kept["findings"] = [_finding(each) for each in kept.get("findings", []) or []]
    kept["attacks"] = [_said(each) for each in kept.get("attacks", []) or []]
    return kept


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
