"""The key that this machine's scafld signs with: one Ed25519 key a user, made when it is first needed.

It proves which machine and user wrote something, not which person wanted it: whatever runs as this user can use it.
"""

from __future__ import annotations

import re
from binascii import a2b_base64
from collections.abc import Callable
from functools import cached_property
from shlex import quote
from typing import TYPE_CHECKING

from scafld.adapters.signing.vault import Vault
from scafld.core.proof.signers.ed25519 import key_id_of
from scafld.core.refusal import Unavailable

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

CURRENT = "host-ed25519.pem"


class HostKey:
    """A key to sign with. `public` are its 32 bytes; the private half is never shown."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = private.public_key().public_bytes_raw()
        self.key_id = key_id_of(self.public)

    def __repr__(self) -> str:
        return f"HostKey({self.key_id})"

    def sign(self, message: bytes) -> bytes:
        """64 bytes, the same each time for the same message."""
        return self._private.sign(message)


class HostKeys:
    """The host keys in a folder for their owner alone: the one in use, and those that were rotated out."""

    def __init__(self, folder: str) -> None:
        self.vault = Vault(folder)

    def find(self) -> HostKey | None:
        """The key in use, None when none was made yet."""
        return self._read(CURRENT)

    def current(self) -> HostKey:
        """The key in use; the first call on a machine makes it. Of many calls at once all get the same."""
        found = self.find()
        if found is not None:
            return found
        with self.vault.held(CURRENT):
            return self.find() or self._make()

    def rotate(self) -> HostKey:
        """A new key takes the place of the one in use, which is kept. What it signed stays as good as its trust is."""
        with self.vault.held(CURRENT):
            old = self.find()
            if old is not None:
                content = self.vault.read(CURRENT)
                assert content is not None
                self.vault.write(_kept_name(old), content)
            return self._make()

    def retired(self) -> tuple[HostKey, ...]:
        """The keys that were rotated out."""
        names = (name for name in self.vault.names() if name.startswith(_KEPT) and name.endswith(_END))
        return tuple(key for key in map(self._read, names) if key is not None)

    # Private.

    def _read(self, name: str) -> HostKey | None:
        content = self.vault.read(name)
        return None if content is None else HostKey(_private_of(content, self.vault.path(name)))

    def _make(self) -> HostKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        private = Ed25519PrivateKey.generate()
        self.vault.write(CURRENT, _pem_of(private))
        return HostKey(private)


class HostSigner:
    """The port Signer: the host key in a folder, which is asked for when something is to be signed."""

    def __init__(self, folder: Callable[[], str]) -> None:
        self._folder = folder

    def key_id(self) -> str:
        """See `Signer.key_id`."""
        return self._key.key_id

    def sign(self, message: bytes) -> bytes:
        """See `Signer.sign`."""
        return self._key.sign(message)

    @property
    def public(self) -> bytes:
        """The 32 bytes of its public half."""
        return self._key.public

    # Private.

    @cached_property
    def _key(self) -> HostKey:
        return HostKeys(self._folder()).current()


def holds(public: bytes, message: bytes, sig: bytes) -> bool:
    """Whether the key of these 32 bytes signed this message so. Never raises for what the bytes are."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(sig, message)
    except (InvalidSignature, ValueError):
        return False
    return True


# Private.

_KEPT, _END = "host-ed25519-", ".pem"


def _kept_name(key: HostKey) -> str:
    return _KEPT + key.key_id.removeprefix("ed25519:") + _END


def _pem_of(private: Ed25519PrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _private_of(content: bytes, path: str) -> Ed25519PrivateKey:
    """The key in a file. Unavailable when it holds none."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    plain = _PLAIN.fullmatch(content)
    return Ed25519PrivateKey.from_private_bytes(a2b_base64(plain[1])[-32:]) if plain else _parsed(content, path)


_PLAIN = re.compile(
    rb"-----BEGIN PRIVATE KEY-----\n(MC4CAQAwBQYDK2VwBCIEI[A-P][A-Za-z0-9+/]{42})\n-----END PRIVATE KEY-----\n"
)
"""A file as `_pem_of` writes it: 16 bytes that say what it is (RFC 8410), then the key."""


def _parsed(content: bytes, path: str) -> Ed25519PrivateKey:
    """The same, whoever wrote the file; what reads that takes twenty milliseconds to load."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    aside = f"mv {quote(path)} {quote(path + '.aside')}"
    try:
        found = load_pem_private_key(content, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Unavailable(f"{path} holds no private key that can be read: it is damaged", next=aside) from error
    if not isinstance(found, Ed25519PrivateKey):
        raise Unavailable(f"{path} holds another sort of key than Ed25519", next=aside)
    return found
