"""What stands behind the entries that carry authority: a signature over each one's digest, kept beside the ledger.

    {"version":1,"task_id":"add-cache","signatures":[
    {"digest":"...","entry":3,"key":"ed25519:...","sig":"<base64>"}
    ]}

What is signed is `scafld-entry-v1`, a line feed, the task's id, a line feed, the entry's digest, a line feed. A digest
names the one before it, so a signature covers every entry up to its own as well. The ledger's own bytes do not change.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from scafld.core.digest import canonical
from scafld.core.names import Digest, Moment, TaskId
from scafld.core.proof.form import Unfit, read, written
from scafld.core.proof.strict_json import Strange, read_json
from scafld.core.refusal import Gate, Refusal
from scafld.core.value import value

if TYPE_CHECKING:
    from scafld.core.task.events import Event

VERSION = 1
LARGEST = 4_000_000

Believes = Callable[[str, bytes, bytes, Moment], str]
"""Why the key of this id does not stand behind this message with these bytes, at that moment; "" when it does."""


@value
class EntrySignature:
    """One signature: the entry's number and digest, the id of the key, and its 64 bytes in base64."""

    digest: Digest
    entry: int
    key: str
    sig: str


@value
class Written:
    """One entry of a ledger as the chain proves it."""

    seq: int
    at: Moment
    digest: Digest
    event: Event


@value
class Unproven:
    """An entry that carries authority and has nobody known behind it; `why` says what is missing."""

    seq: int
    why: str


class NotSignatures(ValueError):
    """The file of signatures cannot be read; the message says why."""


def entry_message(task_id: TaskId, digest: Digest) -> bytes:
    """The bytes that are signed for an entry of this digest."""
    return f"scafld-entry-v1\n{task_id}\n{digest}\n".encode()


def read_signatures(content: bytes, task_id: TaskId) -> tuple[EntrySignature, ...]:
    """The signatures of a file. NotSignatures when it is not one of this task's."""
    try:
        file = read(_File, read_json(content, largest=LARGEST))
    except (Strange, Unfit) as error:
        raise NotSignatures(str(error)) from error
    if (file.version, file.task_id) != (VERSION, task_id):
        raise NotSignatures(f"it says version {file.version} and task {file.task_id!r}")
    return file.signatures


def write_signatures(task_id: TaskId, signatures: Iterable[EntrySignature]) -> bytes:
    """The file that holds them, one a line; always the same for the same signatures."""
    rows = b",\n".join(canonical(written(each)) for each in signatures)
    return b'{"version":%d,"task_id":"%s","signatures":[\n%s\n]}\n' % (VERSION, task_id.encode(), rows)


def with_more(
    before: tuple[EntrySignature, ...], more: tuple[EntrySignature, ...], first: int
) -> tuple[EntrySignature, ...]:
    """The signatures of a ledger that goes on at entry `first`: what bears a later number is left of a write that never
    came about."""
    return (*(each for each in before if each.entry < first), *more)


def unproven(
    task_id: TaskId, entries: Iterable[Written], signatures: Iterable[EntrySignature], believes: Believes
) -> tuple[Unproven, ...]:
    """Every entry with authority that no key stands behind, but for those that a person took as they stood, in an entry
    that is proved itself."""
    from scafld.core.task.authority import carries_authority
    from scafld.core.task.events import LedgerAccepted

    by_digest: dict[Digest, list[EntrySignature]] = {}
    for each in signatures:
        by_digest.setdefault(each.digest, []).append(each)
    found: dict[int, str] = {}
    for entry in entries:
        if not carries_authority(entry.event):
            continue
        why = _why(by_digest.get(entry.digest, []), entry_message(task_id, entry.digest), entry.at, believes)
        if why:
            found[entry.seq] = why
        elif isinstance(entry.event, LedgerAccepted):
            for seq in entry.event.unproven:
                found.pop(seq, None)
    return tuple(Unproven(seq=seq, why=why) for seq, why in found.items())


def nobody_behind(task_id: TaskId, status: str, found: tuple[Unproven, ...]) -> Refusal:
    """Nothing is minted on the word of an entry that nobody known stands behind."""
    from scafld.core.task.decide.no import shown

    names = ", ".join(f"entry-{each.seq}" for each in found[:5]) + (" ..." if len(found) > 5 else "")
    return Refusal(
        gate=Gate.COMPLETE,
        status=status,
        reason=f"{names} of the ledger carr{'ies' if len(found) == 1 else 'y'} authority, and nobody known signed it",
        expected="a signature of a key of this host, or of one that is trusted to mint",
        blockers=shown(tuple(f"entry-{each.seq}: {each.why}" for each in found)),
        evidence=(
            "another host wrote it: scafld keys trust there, and commit; or a person accepts it as it stands: "
            f'scafld doctor --accept {task_id} --reason "..."',
        ),
        next=f"scafld log {task_id}",
    )


# Private.


@value
class _File:
    version: int
    task_id: TaskId
    signatures: tuple[EntrySignature, ...]


def _why(signatures: list[EntrySignature], message: bytes, at: Moment, believes: Believes) -> str:
    whys = list(_whys(signatures, message, at, believes))
    return "" if "" in whys else (whys[0] if whys else "it is not signed")


def _whys(signatures: list[EntrySignature], message: bytes, at: Moment, believes: Believes) -> Iterator[str]:
    for each in signatures:
        try:
            raw = base64.b64decode(each.sig.encode("ascii"), validate=True)
        except (UnicodeEncodeError, binascii.Error):
            yield "its signature is no base64"
        else:
            yield believes(each.key, message, raw, at)
