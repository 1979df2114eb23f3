"""How a thing gets its fingerprint: canonical JSON (RFC 8785) and SHA-256, the only way here."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from scafld.core.names import Digest

if TYPE_CHECKING:
    from collections.abc import Callable
    from hashlib import _Hash

LARGEST_INTEGER = 2**53 - 1
"""Beyond this, JSON readers disagree about a number (RFC 8785 section 3.2.2.3)."""

_TYPE_ERROR = "no canonical JSON for {kind}: only text, whole numbers, true, false, null, lists and objects have one"


def canonical(item: object) -> bytes:
    """Canonical JSON of `item`: keys sorted by UTF-16 code units, no white space, UTF-8.

    Floats have no place in a ledger and are a TypeError; numbers beyond 2**53 and text that is not Unicode are a
    ValueError.
    """
    return _ENCODER.encode(_plain(item)).encode("utf-8")


def fingerprint(item: object) -> Digest:
    """SHA-256 of the canonical JSON of `item`."""
    return digest_of(canonical(item))


def digest_of(content: bytes) -> Digest:
    """SHA-256 of bytes, in hexadecimal."""
    return Digest(_maker("sha256", len(content))(content).hexdigest())


def hasher(algorithm: str, size: int) -> _Hash:
    """A hash that waits for about `size` bytes; `algorithm`: `sha256`, or `sha1` as git names contents by it.

    OpenSSL's is the faster one and takes two milliseconds to load; half a megabyte in all is done sooner by the one
    that the interpreter was built with, where it has one (`random` does the same). They agree on every byte.
    """
    return _maker(algorithm, size)(usedforsecurity=algorithm != "sha1")


# Private.

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False, allow_nan=False)


def _plain(item: object) -> object:
    match item:
        case bool() | None:
            return item
        case str():
            return str(item)
        case int():
            if abs(item) > LARGEST_INTEGER:
                raise ValueError(f"{item} is beyond the whole numbers that JSON readers agree on")
            return int(item)
        case dict():
            return {str(key): _plain(item[key]) for key in _in_order(item)}
        case list() | tuple():
            return [_plain(each) for each in item]
        case _:
            raise TypeError(_TYPE_ERROR.format(kind=type(item).__name__))


def _in_order(keys: dict[object, object]) -> list[object]:
    """By UTF-16 code units. Where all of it is ASCII, as nearly always, that is Python's own order, found sooner."""
    try:
        ascii_only = "".join(keys).isascii()  # type: ignore[arg-type]  # what is no text is told by _utf16
    except TypeError:
        ascii_only = False
    return sorted(keys) if ascii_only else sorted(keys, key=_utf16)  # type: ignore[type-var]


def _utf16(key: object) -> bytes:
    if not isinstance(key, str):
        raise TypeError(_TYPE_ERROR.format(kind=f"a key of type {type(key).__name__}"))
    return key.encode("utf-16-be")


_WORTH_OPENSSL = 1 << 19


class _Fingerprinted:
    """How many bytes this process has put to a hash."""

    size = 0


def _maker(algorithm: str, size: int) -> Callable[..., _Hash]:
    _Fingerprinted.size += size
    return _own(algorithm) if _Fingerprinted.size < _WORTH_OPENSSL else _openssl(algorithm)


@cache
def _openssl(algorithm: str) -> Callable[..., _Hash]:
    import hashlib

    made: Callable[..., _Hash] = getattr(hashlib, algorithm)
    return made


@cache
def _own(algorithm: str) -> Callable[..., _Hash]:
    """Neither module is promised; hashlib is."""
    try:
        return _own_sha1() if algorithm == "sha1" else _own_sha256()
    except ImportError:
        return _openssl(algorithm)


def _own_sha1() -> Callable[..., _Hash]:
    from _sha1 import sha1  # type: ignore[import-not-found,unused-ignore]

    made: Callable[..., _Hash] = sha1
    return made


def _own_sha256() -> Callable[..., _Hash]:
    try:
        from _sha2 import sha256  # type: ignore[import-not-found,unused-ignore]
    except ImportError:  # Python 3.11
        from _sha256 import sha256  # type: ignore[import-not-found,unused-ignore]
    made: Callable[..., _Hash] = sha256
    return made
