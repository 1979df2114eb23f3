"""The act of saying whose signature counts: this host's keys, and those that the workspace trusts."""

from __future__ import annotations

import base64
from collections.abc import Callable
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import Protocol

from scafld.core.moments import moment
from scafld.core.names import Moment
from scafld.core.proof.signers.allowed_signers import NotAllowedSigners, read_allowed_signers, trusted_from
from scafld.core.proof.signers.ed25519 import key_id_of
from scafld.core.proof.signers.ssh_key import NotAnSshKey, read_ssh_key
from scafld.core.proof.signers.trust import Alg, Role, TrustedKey, TrustedKeys, trusted_ed25519, trusted_ssh
from scafld.core.proof.spoken.consent import NAMESPACE
from scafld.core.refusal import Gate, Misused, Refusal, Refused
from scafld.core.value import changed, value

PATH = ".scafld/trusted-keys.json"
PEOPLE = (Role.APPROVE, Role.OVERRIDE, Role.ATTEST)
"""What a person's key may do when nothing else is said."""


class State(StrEnum):
    """Whether what a trusted key signs now counts; `untrusted`: it is this host's and nobody trusts it here."""

    COUNTS = "counts"
    NOT_YET = "not yet"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNTRUSTED = "untrusted"


class Hosted(StrEnum):
    """What a key is to this host: the one it signs with, one that it signed with, or somebody else's."""

    CURRENT = "current"
    RETIRED = "retired"
    NO = "no"


@value
class HostHeld:
    """A key whose private half lies on this host; `public` are its 32 bytes."""

    public: bytes
    current: bool

    @property
    def key_id(self) -> str:
        return key_id_of(self.public)


@value
class Key:
    """One key as it stands. `public_key`: base64 of 32 bytes, or the line of an SSH key. `roles` are empty for a key of
    this host that is not trusted here."""

    key_id: str
    alg: Alg
    public_key: str
    hosted: Hosted
    state: State
    roles: tuple[Role, ...] = ()
    not_before: Moment | None = None
    expires_at: Moment | None = None
    revoked_at: Moment | None = None
    owner: str = ""
    comment: str = ""


@value
class Listed:
    """Every key, those of this host first. `problem`: why this host has no place for keys."""

    keys: tuple[Key, ...]
    problem: str = ""


@value
class Changed:
    """What came of a change: the key as it stands now, the file that says so, and whether it said so before."""

    key: Key
    path: str = PATH
    added: bool = True


@value
class Wish:
    """How a key is to be trusted. `key`: the text of a public key, or of a file of allowed signers; "" for this host's
    key. `roles` and `owner` are the usual ones when nothing is said."""

    key: str = ""
    roles: tuple[str, ...] = ()
    owner: str = ""
    not_before: str = ""
    expires_at: str = ""


HOSTS_OWN = Wish()
"""This host's key, to mint."""


class Trust(Protocol):
    """The keys that a workspace trusts."""

    def read(self) -> TrustedKeys:
        """None when there is no file. Unavailable when it cannot be believed."""
        ...

    def write(self, keys: TrustedKeys) -> None:
        """All of them or nothing. Only under `changing`."""
        ...

    def changing(self, command: str) -> AbstractContextManager[None]:
        """Keep every other command from changing them. Waits a bounded time, then Unavailable says who holds them."""
        ...


class HostRing(Protocol):
    """The keys of this host. Unavailable when there is no place for them, or others can get at them."""

    def held(self) -> tuple[HostHeld, ...]:
        """The one in use, if one was made, then those that were rotated out."""
        ...

    def current(self) -> HostHeld:
        """The one in use; made by the first call."""
        ...

    def rotate(self) -> HostHeld:
        """A new one takes its place; the old one is kept."""
        ...


@value
class Keys:
    """`now`: what states are told by."""

    trusted: Trust
    ring: HostRing
    now: Callable[[], Moment]

    def list(self) -> Listed:
        """Every key of this host, and every trusted one. Makes none."""
        from scafld.core.refusal import Unavailable

        trusted = self.trusted.read()
        problem: str = ""
        held: tuple[HostHeld, ...] = ()
        try:
            held = self.ring.held()
        except Unavailable as error:
            problem = str(error)
        own = {each.key_id: each for each in held}
        first = tuple(self._of_host(each, trusted) for each in held)
        others = tuple(self._shown(key, Hosted.NO) for key in trusted.keys if key.key_id not in own)
        return Listed(keys=(*first, *others), problem=problem)

    def show(self, key_id: str = "") -> Key:
        """One key; without an id this host's. Refused when there is none of that id."""
        keys = self.list().keys
        wanted = [each for each in keys if each.key_id == key_id or (not key_id and each.hosted is Hosted.CURRENT)]
        if not wanted:
            raise Refused(_unknown(key_id, "neither this host nor the workspace has it"))
        return wanted[0]

    def rotate(self) -> Key:
        """This host signs with a new key from now on. What the old one signed counts as before."""
        return self._of_host(self.ring.rotate(), self.trusted.read())

    def revoke(self, key_id: str, *, reason: str, at: str = "") -> Changed:
        """A trusted key counts for nothing that is signed from `at` on, now when nothing is said."""
        if not reason.strip():
            raise Misused("a key is revoked with a reason", next=f'scafld keys revoke {key_id} --reason "..."')
        when = _moment("at", at)
        with self.trusted.changing("keys revoke"):
            return self._revoked(key_id, reason, when or self.now())

    def trust(self, wish: Wish = HOSTS_OWN) -> Changed:
        """A key counts from now on. Refused when it stands there already, but for this host's key as it is."""
        new = self._wanted(wish)
        with self.trusted.changing("keys trust"):
            return self._trusted(wish, new)

    # Private.

    def _revoked(self, key_id: str, reason: str, when: Moment) -> Changed:
        trusted = self.trusted.read()
        key = trusted.find(key_id)
        if key is None:
            raise Refused(_unknown(key_id, f"{PATH} does not have it; what is not trusted needs no revoking"))
        if key.revoked_at is not None:
            raise Refused(
                Refusal(
                    gate=Gate.WORKSPACE,
                    reason=f"{key_id} is revoked already, from {key.revoked_at} on",
                    expected="a key that is not revoked",
                    next=f"scafld keys show {key_id}",
                )
            )
        words = " ".join(each for each in (key.comment, f"revoked: {' '.join(reason.split())}") if each)
        gone = changed(key, revoked_at=when, comment=words)
        self.trusted.write(TrustedKeys(keys=tuple(gone if each is key else each for each in trusted.keys)))
        return Changed(key=self._shown(gone, self._hosted(gone.key_id)))

    def _trusted(self, wish: Wish, new: TrustedKey) -> Changed:
        before = self.trusted.read()
        known = before.find(new.key_id)
        if known is not None and not wish.key and known.revoked_at is None and not _says_more(wish):
            return Changed(key=self._shown(known, Hosted.CURRENT), added=False)
        if known is not None:
            more = ", and is revoked" if known.revoked_at is not None else ""
            raise Refused(
                Refusal(
                    gate=Gate.WORKSPACE,
                    reason=f"{new.key_id} is among the trusted keys already{more}",
                    expected="a key that is not there",
                    next="scafld keys rotate" if more and not wish.key else f"scafld keys show {new.key_id}",
                )
            )
        self.trusted.write(TrustedKeys(keys=(*before.keys, new)))
        return Changed(key=self._shown(new, Hosted.NO if wish.key else Hosted.CURRENT))

    def _wanted(self, wish: Wish) -> TrustedKey:
        roles = _roles(wish.roles, PEOPLE if wish.key else (Role.MINT,))
        fields: dict[str, object] = {
            "owner": wish.owner,
            "not_before": _moment("not-before", wish.not_before),
            "expires_at": _moment("expires", wish.expires_at),
        }
        start, end = fields["not_before"], fields["expires_at"]
        if start is not None and end is not None and str(end) <= str(start):
            raise Misused(f"the key would end at {end}, before it begins at {start}")
        if not wish.key:
            if set(roles) != {Role.MINT}:
                raise Misused("this host's key can only mint; people sign with an SSH key: name its .pub file")
            return trusted_ed25519(self.ring.current().public, roles, **fields)
        if Role.MINT in roles:
            raise Misused("an SSH key cannot mint; receipts are signed with the key of a host")
        return changed(_ssh(wish.key, roles), **{name: each for name, each in fields.items() if each})

    def _hosted(self, key_id: str) -> Hosted:
        return next((each.hosted for each in self.list().keys if each.key_id == key_id), Hosted.NO)

    def _of_host(self, held: HostHeld, trusted: TrustedKeys) -> Key:
        hosted = Hosted.CURRENT if held.current else Hosted.RETIRED
        known = trusted.find(held.key_id)
        if known is not None:
            return self._shown(known, hosted)
        public = base64.b64encode(held.public).decode("ascii")
        return Key(key_id=held.key_id, alg=Alg.ED25519, public_key=public, hosted=hosted, state=State.UNTRUSTED)

    def _shown(self, key: TrustedKey, hosted: Hosted) -> Key:
        return Key(
            key_id=key.key_id,
            alg=key.alg,
            public_key=key.public_key,
            hosted=hosted,
            state=state_of(key, self.now()),
            roles=key.roles,
            not_before=key.not_before,
            expires_at=key.expires_at,
            revoked_at=key.revoked_at,
            owner=key.owner,
            comment=key.comment,
        )


def state_of(key: TrustedKey, now: Moment) -> State:
    """Whether what this key signs now counts. A revocation in the future has not come about yet."""
    if key.revoked_at is not None and now >= key.revoked_at:
        return State.REVOKED
    if key.expires_at is not None and now >= key.expires_at:
        return State.EXPIRED
    return State.NOT_YET if key.not_before is not None and now < key.not_before else State.COUNTS


# Private.


def _roles(asked: tuple[str, ...], usual: tuple[Role, ...]) -> tuple[Role, ...]:
    wrong = [each for each in asked if each not in set(Role)]
    if wrong:
        raise Misused(f"there is no role {wrong[0]!r}; roles are {', '.join(Role)}")
    return tuple(dict.fromkeys(Role(each) for each in asked)) or usual


def _moment(name: str, text: str) -> Moment | None:
    if not text:
        return None
    day = f"{text}T00:00:00.000Z" if len(text) == len("2026-01-31") else text
    try:
        return moment(day)
    except (ValueError, OverflowError) as error:
        raise Misused(f"{name} is a day or a moment in UTC, as 2026-01-31 or 2026-01-31T12:00:00Z: {text!r}") from error


def _ssh(text: str, roles: tuple[Role, ...]) -> TrustedKey:
    """The one key of a public key file, or of a line of allowed signers with what that line says of it."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if len(lines) != 1:
        raise Misused(f"one public key is needed, on one line; there are {len(lines)}")
    try:
        return trusted_ssh(read_ssh_key(lines[0]), roles)
    except NotAnSshKey as error:
        try:
            signers = read_allowed_signers(lines[0])
        except NotAllowedSigners:
            raise Misused(f"it is no public key of OpenSSH: {error}") from error
    if not signers:
        raise Misused("a certificate authority gives nobody a key here")
    found = trusted_from(signers, NAMESPACE, roles)
    if not found:
        raise Misused(f"this signer is not allowed in the namespace {NAMESPACE}; its line says for what it is")
    return found[0]


def _says_more(wish: Wish) -> bool:
    return bool(wish.owner or wish.not_before or wish.expires_at)


def _unknown(key_id: str, why: str) -> Refusal:
    reason = f"there is no key {key_id}: {why}" if key_id else "this host has no key yet; the first approval makes it"
    return Refusal(gate=Gate.WORKSPACE, reason=reason, expected="the id of a key", next="scafld keys list")
