"""What makes a ledger one: every line carries the digest of what it says and of the line before it.

The rules, on bytes:
- An entry's line is its canonical JSON (RFC 8785) with `,"digest":"<64 hex>"` as the last member. The digest is the
  SHA-256 of the canonical JSON without that member, so one changed byte, white space too, breaks it.
- `prev` is the digest of the line before; the first line's is `origin(task_id)`, so that no entry passes for another
  task's. `seq` counts from 1 without a gap; `id` is `entry-<seq>`.
- The entries of one step are written together: `step_end` is the `seq` of the last of them. A step that lacks its end
  was torn by a crash and counts as never written.
- The chain shows any edit, deletion, insertion and reordering. It does not show a tail cut off at the end of a step.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scafld.core.digest import canonical, digest_of
from scafld.core.names import Digest, Moment, TaskId
from scafld.core.value import value

SCHEMA_VERSION = 2
ENVELOPE = ("id", "seq", "type", "recorded_at", "actor", "step_end", "prev", "digest")
"""Names that belong to the entry; an event's fields bear none of them."""


@value
class Line:
    """One sealed line: its text without the line's end, and its digest."""

    text: bytes
    digest: Digest


class Broken(Exception):
    """The chain does not hold at entry `seq`; `reason` says how."""

    def __init__(self, seq: int, reason: str) -> None:
        super().__init__(f"entry-{seq}: {reason}")
        self.seq = seq
        self.reason = reason


def origin(task_id: TaskId) -> Digest:
    """What the first entry of this task's ledger names as the one before it."""
    return digest_of(b"scafld-ledger-v2\n" + task_id.encode())


def head_line(task_id: TaskId) -> bytes:
    """The first line of a ledger file, without its end."""
    return b'{"schema_version":%d,"task_id":"%s","entries":[' % (SCHEMA_VERSION, task_id.encode())


CLOSING = b"\n]}\n"

FRAGMENTS = (b",]}\n", b",\n}\n", b",\n{\n")
"""The closing line when one, two or three bytes of the next step have been written over it."""


def seal_line(record: dict[str, object], prev: Digest) -> Line:
    """Seal one entry's record (all members but `prev` and `digest`) onto the chain."""
    body = canonical({**record, "prev": prev})
    found = digest_of(body)
    return Line(text=body[:-1] + _MEMBER + found.encode() + _END, digest=found)


def check_line(text: bytes, seq: int, prev: Digest) -> Digest:
    """The digest of line `seq`, whose end is cut off, checked against itself and the line before; Broken when not."""
    found = _seal_of(text, seq, prev.encode())
    if found is None:
        raise Broken(seq, _wrong(text, seq, prev))
    return Digest(found.decode())


def proved_lines(content: bytes, task_id: TaskId) -> list[bytes] | None:
    """The lines of a whole ledger, in one go, each proved and the last one the end of a step. None when anything is not
    as it should be: what that is, only a closer look tells."""
    head = head_line(task_id) + b"\n"
    if not (content.startswith(head) and content.endswith(CLOSING)):
        return None
    lines: list[bytes] = []
    prev = origin(task_id).encode()
    for each in (content[len(head) : -len(CLOSING)] + b",").split(b"\n"):
        text = each[:-1]
        lines.append(text)
        found = _seal_of(text, len(lines), prev)
        if found is None or not each.endswith(b","):
            return None
        prev = found
    return lines if b',"step_end":%d,' % len(lines) in lines[-1] else None


def check_chain(lines: Iterable[bytes], task_id: TaskId) -> Iterator[Line]:
    """The lines, each once it is proved to hold; Broken at the first that does not."""
    prev = origin(task_id)
    for seq, text in enumerate(lines, start=1):
        prev = check_line(text, seq, prev)
        yield Line(text=text, digest=prev)


def record_of(
    *, seq: int, kind: str, at: Moment, actor: dict[str, object], step_end: int, fields: dict[str, object]
) -> dict[str, object]:
    """The record that an entry is, before it is sealed. ValueError when a field bears a name of the entry's own."""
    taken = sorted(set(fields) & set(ENVELOPE))
    if taken:
        raise ValueError(f"an event cannot have a field named {taken[0]}")
    own = {"id": f"entry-{seq}", "seq": seq, "type": kind, "recorded_at": at, "actor": actor, "step_end": step_end}
    return {**own, **fields}


# Private.

_MEMBER = b',"digest":"'
_END = b'"}'
_SUFFIX = len(_MEMBER) + 64 + len(_END)


def _seal_of(text: bytes, seq: int, prev: bytes) -> bytes | None:
    """The digest of a line that holds, None for any other."""
    body = text[:-_SUFFIX] + b"}"
    found = digest_of(body).encode()
    sealed = text.endswith(b',"digest":"%b"}' % found)
    holds = sealed and body.rfind(b'"prev":"%b"' % prev) > 0 and body.rfind(b',"seq":%d,' % seq) > 0
    return found if holds else None


def _wrong(text: bytes, seq: int, prev: Digest) -> str:
    """Why a line that does not hold does not."""
    body = text[:-_SUFFIX] + b"}"
    if text[-_SUFFIX:-66] != _MEMBER or not text.endswith(_END):
        return "its line does not end in a digest"
    if digest_of(body).encode() != text[-66:-2]:
        return "it was edited: its digest is not that of what it says"
    if b'"prev":"' + prev.encode() + b'"' not in body:
        return "it does not follow the entry before it: one was removed, inserted or moved"
    return f"it does not say that it is number {seq}"
