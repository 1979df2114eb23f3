"""How a person's signature comes in: made now with a key, or brought along."""

from __future__ import annotations

from scafld.core.value import value


@value
class ByKey:
    """Sign now with the key at this path: a private key, or the public half of one that an ssh-agent holds."""

    path: str


@value
class Armored:
    """A signature that was made elsewhere, as `ssh-keygen -Y sign` writes it."""

    text: str


Hand = ByKey | Armored
