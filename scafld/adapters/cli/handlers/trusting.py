"""The commands on keys: `scafld keys list|show|rotate|revoke|trust`."""

from __future__ import annotations

import os
from collections.abc import Callable

from scafld.adapters.cli.call import Call
from scafld.adapters.cli.reply import Reply
from scafld.app.keys import Changed, Hosted, Key, Keys, State, Wish
from scafld.core.refusal import Misused, Unavailable


def keys(call: Call) -> Reply:
    action = call.text("action") if "action" in call.given else "list"
    if action not in _ACTIONS:
        raise Misused(f"keys knows {', '.join(_ACTIONS)}, not {action!r}", next="scafld keys --help")
    act, takes = _ACTIONS[action]
    astray = [name for name in (*_OPTIONS, "key") if name in call.given and name not in takes]
    if astray:
        word = call.text("key") if astray[0] == "key" else f"--{astray[0].replace('_', '-')}"
        raise Misused(f"keys {action} does not take {word}", next="scafld keys --help")
    return act(call, call.open().keys)


# Private.


def _list(_call: Call, ring: Keys) -> Reply:
    found = ring.list()
    lines = tuple(line for each in found.keys for line in _lines(each)) or ("no key yet, of this host or trusted",)
    untrusted = not found.keys or any(
        each.hosted is Hosted.CURRENT and each.state is State.UNTRUSTED for each in found.keys
    )
    warnings = (found.problem,) if found.problem else ()
    return Reply(result=found, lines=lines, warnings=warnings, next="scafld keys trust" if untrusted else "")


def _show(call: Call, ring: Keys) -> Reply:
    found = ring.show(call.text("key"))
    return Reply(result=found, lines=(*_lines(found), f"  public    {found.public_key}"))


def _rotate(_call: Call, ring: Keys) -> Reply:
    found = ring.rotate()
    said = "the key before it is kept; what it signed counts as it did"
    return Reply(
        result=found, lines=(f"this host signs with {found.key_id} from now on", said), next="scafld keys trust"
    )


def _revoke(call: Call, ring: Keys) -> Reply:
    if not call.text("key"):
        raise Misused("keys revoke needs the id of a key", next="scafld keys list")
    done = ring.revoke(call.text("key"), reason=call.text("reason"), at=call.text("at"))
    line = f"{done.key.key_id} counts for nothing signed from {done.key.revoked_at} on: {done.path}"
    return Reply(result=done, lines=(line,), next=f"git add {done.path}")


def _trust(call: Call, ring: Keys) -> Reply:
    wish = Wish(
        key=_public(call),
        roles=call.many("role"),
        owner=call.text("owner"),
        not_before=call.text("not_before"),
        expires_at=call.text("expires"),
    )
    done = ring.trust(wish)
    return Reply(result=done, lines=_said(done), next=f"git add {done.path}" if done.added else "")


_OPTIONS = ("role", "owner", "not_before", "expires", "at", "reason")
_ACTIONS: dict[str, tuple[Callable[[Call, Keys], Reply], tuple[str, ...]]] = {
    "list": (_list, ()),
    "show": (_show, ("key",)),
    "rotate": (_rotate, ()),
    "revoke": (_revoke, ("key", "at", "reason")),
    "trust": (_trust, ("key", "role", "owner", "not_before", "expires")),
}
"""What each action does, and which words it takes."""

_LARGEST = 1 << 16


def _public(call: Call) -> str:
    """The text of the public key that is meant, "" for this host's. A file's name, or the line itself."""
    named = call.text("key")
    if not named:
        if "key" in call.given:
            raise Misused("a file with a public key is named, and it is empty", next="scafld keys --help")
        return ""
    if " " in named and not os.path.lexists(os.path.join(call.cwd, named)):
        return named
    path = os.path.join(call.cwd, os.path.expanduser(named))
    try:
        with open(path, "rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise Unavailable(f"{named} cannot be read: {error.strerror or error}", next="scafld keys list") from error
    if b"PRIVATE KEY" in content:
        raise Misused(f"{named} is a private key; name the .pub file beside it", next=f"scafld keys trust {named}.pub")
    if len(content) > _LARGEST:
        raise Misused(f"{named} is no public key: it is larger than {_LARGEST} bytes")
    return content.decode("utf-8", "replace")


def _said(done: Changed) -> tuple[str, ...]:
    word = "is trusted from now on" if done.added else "was trusted already"
    return (done.key.key_id, f"  {word}: it may {', '.join(done.key.roles)}", f"  {done.path}")


def _lines(key: Key) -> tuple[str, ...]:
    what = {Hosted.CURRENT: "this host's key", Hosted.RETIRED: "a key this host used before", Hosted.NO: key.alg.value}
    facts = (
        ("may", ", ".join(key.roles)),
        ("owner", key.owner),
        ("from", key.not_before or ""),
        ("until", key.expires_at or ""),
        ("revoked", key.revoked_at or ""),
        ("comment", key.comment),
    )
    told = tuple(f"  {name:<8}  {text}" for name, text in facts if text)
    return (f"{key.key_id}  {key.state}", f"  is        {what[key.hosted]}", *told)
