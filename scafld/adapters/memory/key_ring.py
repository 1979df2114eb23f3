"""People's keys in memory: who has one can sign with it, and nobody else.

A signature is three words between two lines: whose key, for which namespace, over which bytes. That is no cryptography,
so nothing that is to be believed outside of a test is checked here.
"""

from __future__ import annotations

from scafld.adapters.memory.notary_desk import PUBLIC
from scafld.app.countersign import Countersign
from scafld.core.digest import digest_of
from scafld.core.policy import Proof
from scafld.core.proof.signers.ssh_key import ED25519, SshKey, ssh_key_of
from scafld.core.proof.signers.trust import Role, TrustedKey, TrustedKeys, trusted_ed25519, trusted_ssh
from scafld.core.proof.spoken.consent import NAMESPACE
from scafld.core.refusal import Unavailable

BEGIN, END = "-----BEGIN SIGNATURE IN MEMORY-----", "-----END SIGNATURE IN MEMORY-----"
PEOPLE = (Role.APPROVE, Role.OVERRIDE, Role.ATTEST)


class MemoryKeyRing:
    """The port Sign, the port SshCheck, and the trusted keys: the one that mints in memory, and those of people.

    `held`: the names of the keys that can be signed with here; a name is what stands for a key file.
    """

    def __init__(self) -> None:
        self.trusted = TrustedKeys(keys=(trusted_ed25519(PUBLIC, (Role.MINT,)),))
        self.held: set[str] = set()

    def trust(self, name: str, roles: tuple[Role, ...] = PEOPLE, **fields: object) -> TrustedKey:
        """Trust the key of this name, and let it be signed with; `fields` are the optional ones of a TrustedKey."""
        key = trusted_ssh(key_named(name), roles, **fields)
        others = tuple(each for each in self.trusted.keys if each.key_id != key.key_id)
        self.trusted = TrustedKeys(keys=(*others, key))
        self.held.add(name)
        return key

    def sign(self, path: str, message: bytes) -> str:
        """See `Sign`."""
        if path not in self.held:
            raise Unavailable(f"nobody here has the key {path}")
        return signature(path, message)

    def check(self, armored: str, message: bytes, namespace: str) -> SshKey:
        """See `SshCheck`."""
        lines = armored.splitlines()
        if len(lines) != 5 or (lines[0], lines[-1]) != (BEGIN, END):
            raise ValueError("it is no signature")
        if lines[2] != namespace:
            raise ValueError(f"it was made for {lines[2]!r} and not for {namespace!r}")
        if lines[3] != digest_of(message):
            raise ValueError("it is not one of this key over these bytes")
        return key_named(lines[1])


def key_named(name: str) -> SshKey:
    """The key of this name; the same name always gives the same."""
    return key_with(bytes.fromhex(digest_of(name.encode("utf-8"))))


def key_with(public: bytes) -> SshKey:
    """The SSH key that these 32 bytes of Ed25519 are."""
    kind = ED25519.encode("ascii")
    return ssh_key_of(b"".join(len(part).to_bytes(4, "big") + part for part in (kind, public)))


def signature(name: str, message: bytes, namespace: str = NAMESPACE) -> str:
    """What signing with the key of this name gives."""
    return "\n".join((BEGIN, name, namespace, digest_of(message), END)) + "\n"


def memory_countersign(keys: MemoryKeyRing, demands: Proof) -> Countersign:
    """What takes signatures in memory, where the key of `memory_notary` mints."""
    return Countersign(
        demands=demands,
        trusted=lambda: keys.trusted,
        check=keys.check,
        sign=keys.sign,
        minting=lambda: PUBLIC,
        unsettled=lambda: "",
    )
