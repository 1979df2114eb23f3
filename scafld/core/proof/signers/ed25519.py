"""What an Ed25519 public key is named by, and which 32 bytes are none."""

from __future__ import annotations

import base64

from scafld.core.digest import digest_of

SIZE = 32


def key_id_of(raw: bytes) -> str:
    """`ed25519:` and the SHA-256 of the 32 bytes, in URL-safe base64 without padding."""
    name = base64.urlsafe_b64encode(bytes.fromhex(digest_of(raw))).decode("ascii").rstrip("=")
    return f"ed25519:{name}"


def flaw_of(raw: bytes) -> str:
    """Why nobody may trust these bytes as a key, or "". For a point of small order there are signatures that hold for
    many messages, made without any secret; OpenSSL accepts them."""
    if len(raw) != SIZE:
        return f"has {len(raw)} bytes and not {SIZE}"
    y = int.from_bytes(raw, "little") & ~(1 << 255)
    if y % _PRIME in _SMALL:
        return "is a point of small order, for which anybody can sign"
    return "is not written in the one way there is" if y >= _PRIME else ""


# Private.

_PRIME = 2**255 - 19
_EIGHT = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL = frozenset({0, 1, _PRIME - 1, _EIGHT, _PRIME - _EIGHT})
"""The y of the points whose order divides 8: of order 4, 1, 2, and the two of order 8."""
