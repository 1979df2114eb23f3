"""Which bytes at the end of a ledger are an append that never ended, and which are damage.

An append is one write: `,`, the lines of one step, the closing line, over the closing line that stood there. What a
crash can leave of it, and nothing else, is cut off:
- A killed process has written a beginning of it: proved lines of the step, then a line that breaks off.
- Of one, two or three bytes, the rest of the old closing line is still there.
- A power cut has left either of these, and zeros from there to the end of the file: from the edge of a disk sector, or
  from the end of the old closing line.
An append begins with a comma, which the first step of a ledger does not: that one is put in place as a whole. A line
that is there in full and does not hold was edited. Whatever else a power cut does, on a disk that keeps no order, is
told as damage: zeros between other bytes are not taken for a crash.

What this cannot tell from a crash: somebody who cuts the last step short, or writes zeros to the end. That stays on
record, and the bytes are kept; who cuts at the end of a step leaves neither.
"""

from __future__ import annotations

import re

from scafld.adapters.files.story import Edge
from scafld.core.ledger import CLOSING, FRAGMENTS, Broken, check_line
from scafld.core.names import Digest

SECTOR = 512
"""The smallest piece of a file that a disk writes or loses as a whole, in bytes."""


def is_cut_off(rest: bytes, edge: Edge) -> bool:
    """Whether the bytes behind the last whole step are those of an append that never ended."""
    left = rest.rstrip(b"\0")
    if not edge.seq:
        return False
    if left != rest and left != CLOSING and (edge.size + len(left)) % SECTOR:
        return False
    return left in (b"", *FRAGMENTS) or (left == CLOSING != rest) or _breaks_off(left, edge)


# Private.

_START = b'{"actor":{"kind":"'
_PREV = b',"prev":"'
_DIGEST = re.compile(rb',"digest":"[^"]{64}"},?\Z')
_LEAST_PRINTED = 0x20


def _breaks_off(rest: bytes, edge: Edge) -> bool:
    """Whether `rest` is the beginning of a step's write: proved lines, each with its comma, and then a fragment."""
    comma, *lines = rest.split(b"\n")
    if comma != b",":
        return False
    seq, prev = edge.seq, edge.head
    for text in lines[:-1]:
        seq += 1
        try:
            prev = check_line(text.removesuffix(b","), seq, prev)
        except Broken:
            return False
        if not text.endswith(b","):
            return False
    return not lines or _begins_a_line(lines[-1], seq + 1, prev)


def _begins_a_line(text: bytes, seq: int, prev: Digest) -> bool:
    """Whether a line of entry `seq` behind `prev` can begin with this text; one that is all there has to hold."""
    if _DIGEST.search(text):
        return _holds(text.removesuffix(b","), seq, prev)
    named = text.partition(_PREV)[2]
    follows = named.startswith(prev.encode() + b'"') or prev.startswith(named.decode("latin-1"))
    starts = text.startswith(_START) or _START.startswith(text)
    return starts and follows and min(text, default=_LEAST_PRINTED) >= _LEAST_PRINTED


def _holds(text: bytes, seq: int, prev: Digest) -> bool:
    try:
        check_line(text, seq, prev)
    except Broken:
        return False
    return True
