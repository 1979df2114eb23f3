"""Signatures of entries on disk: `runs/<task-id>/signatures.json`, beside the ledger whose bytes they leave alone.

They are written before the entries they are for. After a crash between the two there is a signature too many, which
stands for nothing and goes with the next write.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from shlex import quote

from scafld.adapters.files.atomic import write_whole
from scafld.adapters.files.disk import Disk, open_plain
from scafld.core.names import Digest, TaskId
from scafld.core.proof.vouching import (
    LARGEST,
    EntrySignature,
    NotSignatures,
    entry_message,
    read_signatures,
    with_more,
    write_signatures,
)
from scafld.core.refusal import Unavailable

Sign = Callable[[bytes], tuple[str, bytes]]
"""The id of this host's key, and its signature over a message. Unavailable says why there is none."""


def signatures_at(path: str, task_id: TaskId) -> tuple[EntrySignature, ...]:
    """The signatures in a file, none where there is none. Unavailable when it cannot be read."""
    try:
        with open_plain(path) as file:
            return read_signatures(file.read(LARGEST + 1), task_id)
    except FileNotFoundError:
        return ()
    except (OSError, NotSignatures) as error:
        said = (error.strerror if isinstance(error, OSError) else "") or str(error)
        name = f".scafld/runs/{task_id}/signatures.json"
        raise Unavailable(f"{name} cannot be read: {said}", next=f"git log -- {quote(name)}") from error


def sign_entries(path: str, task_id: TaskId, entries: tuple[tuple[int, Digest], ...], sign: Sign, disk: Disk) -> None:
    """Put a signature for each of these entries, by number and digest, beside those that stand there."""
    made = []
    for seq, digest in entries:
        key, raw = sign(entry_message(task_id, digest))
        made.append(EntrySignature(digest=digest, entry=seq, key=key, sig=base64.b64encode(raw).decode("ascii")))
    all_of_them = with_more(signatures_at(path, task_id), tuple(made), entries[0][0])
    write_whole(path, write_signatures(task_id, all_of_them), disk=disk)
