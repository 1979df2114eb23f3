"""Whose signatures make an approval: so many different voices, of those who may, and not of who minted."""

from __future__ import annotations

from scafld.core.policy import Proof
from scafld.core.proof.signers.trust import TrustedKey, identity_of
from scafld.core.value import value


@value
class Count:
    """How many keys `signed`, how many of them may approve here (`able`), how many of those minted nothing (`apart`),
    how many `voices` that makes, and how many are `wanted`."""

    signed: int
    able: int
    apart: int
    voices: int
    wanted: int

    @property
    def enough(self) -> bool:
        return self.voices >= self.wanted

    @property
    def words(self) -> str:
        """`1 of 2 signed approvals`, and why a signature is none of them."""
        reasons = []
        if self.signed > self.able:
            reasons.append(f"{self.signed - self.able} by keys that may not approve here")
        if self.able > self.apart:
            reasons.append(f"{self.able - self.apart} by a key that minted the receipt")
        why = f" ({', '.join(reasons)})" if reasons else ""
        return f"{self.voices} of {self.wanted} signed approvals{why}"


def count(keys: tuple[TrustedKey, ...], demands: Proof, minting: frozenset[bytes]) -> Count:
    """What these keys, which signed an approval in their role, come to. `minting`: the identities of keys that mint."""
    able = [key for key in keys if may_approve(key, demands)]
    apart = [key for key in able if is_apart(key, demands, minting)]
    return Count(
        signed=len(keys),
        able=len(able),
        apart=len(apart),
        voices=len({key.voice for key in apart}),
        wanted=max(1, demands.approvals),
    )


def may_approve(key: TrustedKey, demands: Proof) -> bool:
    """Whether a key is among the approvers, where the project names some."""
    return not demands.approvers or bool({key.key_id, key.owner or key.key_id} & set(demands.approvers))


def is_apart(key: TrustedKey, demands: Proof, minting: frozenset[bytes]) -> bool:
    """Whether a key mints nothing, where the project asks for that."""
    return not demands.separation or identity_of(key) not in minting
