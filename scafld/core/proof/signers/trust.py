"""Whose signature counts, for what, and when: `.scafld/trusted-keys.json`.

    {"version": 1, "keys": [{"key_id": "ed25519:...", "alg": "ed25519", "public_key": "<base64>", "roles": ["mint"]}]}

A key's id follows from the key and is checked. What mints is an `ed25519` key, for an SSH signature is none of DSSE;
what people sign with is an `ssh` key. `owner` says whose key it is: two keys of one owner are one voice where voices
are counted.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from enum import StrEnum

from scafld.core.moments import moment
from scafld.core.names import Moment
from scafld.core.proof.form import Unfit, read, written
from scafld.core.proof.signers.ed25519 import flaw_of, key_id_of
from scafld.core.proof.signers.ssh_key import ED25519, SshKey, read_ssh_key
from scafld.core.proof.strict_json import Strange, read_json
from scafld.core.value import changed, value

VERSION = 1
LARGEST = 1_000_000
MOST_KEYS = 500


class Alg(StrEnum):
    """What sort of key it is: 32 bytes of Ed25519 that sign DSSE, or a line of OpenSSH that signs consents."""

    ED25519 = "ed25519"
    SSH = "ssh"


class Role(StrEnum):
    """What a key may do: mint receipts, approve contracts, set rules aside, vouch for manual criteria."""

    MINT = "mint"
    APPROVE = "approve"
    OVERRIDE = "override"
    ATTEST = "attest"


@value
class TrustedKey:
    """One key. It counts from `not_before` until before `expires_at` and `revoked_at`, for its roles."""

    key_id: str
    alg: Alg
    public_key: str
    roles: tuple[Role, ...]
    not_before: Moment | None = None
    expires_at: Moment | None = None
    revoked_at: Moment | None = None
    owner: str = ""
    comment: str = ""

    @property
    def voice(self) -> str:
        """Who speaks with this key, for counting: its owner, else the key itself."""
        return f"owner {self.owner}" if self.owner else f"key {self.key_id}"


@value
class TrustedKeys:
    keys: tuple[TrustedKey, ...]

    def find(self, key_id: str) -> TrustedKey | None:
        """The key of this id."""
        return next((key for key in self.keys if key.key_id == key_id), None)


class NotTrustedKeys(ValueError):
    """The file cannot be believed as it stands; `problems` are all the reasons."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"{problems[0]}{more}")
        self.problems = problems


def read_trusted_keys(content: bytes) -> TrustedKeys:
    """The keys of a file. NotTrustedKeys names every problem of every key; one bad key makes the file no good."""
    try:
        found = read_json(content, largest=LARGEST)
        file = read(_File, _with_whole_moments(found))
    except Strange as error:
        raise NotTrustedKeys((str(error),)) from error
    except Unfit as error:
        raise NotTrustedKeys(error.problems) from error
    problems = (*_of_file(file), *(words for at, key in enumerate(file.keys) for words in _of_key(key, f"keys[{at}]")))
    problems = problems or tuple(_doubles(file.keys))
    if problems:
        raise NotTrustedKeys(problems)
    return TrustedKeys(keys=file.keys)


def write_trusted_keys(trusted: TrustedKeys) -> bytes:
    """The file that holds them, to be read by people and by `git diff`; always the same for the same keys."""
    rows = [{name: each for name, each in written(key).items() if each not in (None, "")} for key in trusted.keys]
    return json.dumps({"version": VERSION, "keys": rows}, indent=2, ensure_ascii=False).encode("utf-8") + b"\n"


def trusted_ed25519(raw: bytes, roles: tuple[Role, ...], **fields: object) -> TrustedKey:
    """The entry of an Ed25519 key; `fields` are the optional ones."""
    text = base64.b64encode(raw).decode("ascii")
    return changed(TrustedKey(key_id=key_id_of(raw), alg=Alg.ED25519, public_key=text, roles=roles), **fields)


def trusted_ssh(key: SshKey, roles: tuple[Role, ...], **fields: object) -> TrustedKey:
    """The entry of an SSH key."""
    return changed(TrustedKey(key_id=key.fingerprint, alg=Alg.SSH, public_key=key.line, roles=roles), **fields)


def why_not(key: TrustedKey, role: Role, at: Moment) -> str:
    """Why what this key signed at that moment does not count, or ""."""
    if role not in key.roles:
        return f"key {key.key_id} may {', '.join(key.roles)}, and not {role}"
    if key.not_before is not None and at < key.not_before:
        return f"key {key.key_id} counts from {key.not_before} on, and this was signed at {at}"
    if key.expires_at is not None and at >= key.expires_at:
        return f"key {key.key_id} expired at {key.expires_at}, and this was signed at {at}"
    if key.revoked_at is not None and at >= key.revoked_at:
        return f"key {key.key_id} was revoked at {key.revoked_at}, and this was signed at {at}"
    return ""


def raw_of(key: TrustedKey) -> bytes:
    """The 32 bytes of an `ed25519` key that was read from a file."""
    return base64.b64decode(key.public_key)


def identity_of(key: TrustedKey) -> bytes:
    """The key itself, whichever way it is written down: one Ed25519 key as `ed25519` and as `ssh` is one key."""
    if key.alg is Alg.ED25519:
        return raw_of(key)
    found = read_ssh_key(key.public_key)
    return found.parts[0] if found.kind == ED25519 else found.blob


# Private.


@value
class _File:
    version: int
    keys: tuple[TrustedKey, ...]


_MOMENTS = ("not_before", "expires_at", "revoked_at")
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:[Zz]|[+-]\d\d:\d\d)")


def _with_whole_moments(found: object) -> object:
    """The same with every moment as scafld writes it: people leave milliseconds out, or write their own zone."""
    if not isinstance(found, dict) or not isinstance(found.get("keys"), list):
        return found
    rows = [_in_utc(row) if isinstance(row, dict) else row for row in found["keys"]]
    return {**found, "keys": rows}


def _in_utc(row: dict[str, object]) -> dict[str, object]:
    return {name: _moment(each) if name in _MOMENTS else each for name, each in row.items()}


def _moment(text: object) -> object:
    if not isinstance(text, str) or not _RFC_3339.fullmatch(text):
        return text
    try:
        return moment(text.upper())
    except (ValueError, OverflowError):
        return text


def _of_file(file: _File) -> Iterator[str]:
    if file.version != VERSION:
        yield f"version: expected {VERSION}, found {file.version}"
    if len(file.keys) > MOST_KEYS:
        yield f"keys: there are {len(file.keys)}; the most is {MOST_KEYS}"


def _of_key(key: TrustedKey, where: str) -> Iterator[str]:
    try:
        wanted = _derived(key)
    except ValueError as error:
        yield f"{where}.public_key: {error}"
        return
    if key.key_id != wanted:
        yield f"{where}.key_id: it is not that of the key, which is {wanted}"
    if not key.roles:
        yield f"{where}.roles: it is empty; a key without a role counts for nothing"
    if len(set(key.roles)) != len(key.roles):
        yield f"{where}.roles: one stands there twice"
    if key.alg is Alg.ED25519 and set(key.roles) - {Role.MINT}:
        yield f"{where}.roles: an ed25519 key can only mint; people sign with SSH keys"
    if key.alg is Alg.SSH and Role.MINT in key.roles:
        yield f"{where}.roles: an SSH key cannot mint; receipts are signed by an ed25519 key"
    if key.expires_at is not None and key.not_before is not None and key.expires_at <= key.not_before:
        yield f"{where}.expires_at: the key ends before it begins"


def _derived(key: TrustedKey) -> str:
    """The id that the key itself gives. ValueError when it is no key."""
    if key.alg is Alg.SSH:
        return read_ssh_key(key.public_key).fingerprint
    try:
        raw = base64.b64decode(key.public_key.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise ValueError("it is no base64") from error
    flaw = flaw_of(raw)
    if flaw:
        raise ValueError(f"an ed25519 key {flaw}")
    return key_id_of(raw)


def _doubles(keys: tuple[TrustedKey, ...]) -> Iterator[str]:
    """Keys that stand there twice, in whatever guise: who is counted twice, or is two persons, is neither."""
    seen: dict[bytes, int] = {}
    for at, key in enumerate(keys):
        before = seen.setdefault(identity_of(key), at)
        if before != at:
            yield f"keys[{at}]: it is the same key as keys[{before}]"
