"""A part of a file that scafld keeps, in a file that people own: it lies between two marker lines.

All bytes outside the markers stay as they are, line ends included.
"""

from __future__ import annotations

from scafld.core.refusal import Gate, Refusal, Refused
from scafld.core.value import value


@value
class Marks:
    """The two lines around the part."""

    begin: str
    end: str


DOCUMENT = Marks(begin="<!-- scafld:begin -->", end="<!-- scafld:end -->")
IGNORE_LIST = Marks(begin="# scafld:begin", end="# scafld:end")


def has_part(name: str, content: bytes, marks: Marks) -> bool:
    """Whether the file has the part. Refused when its markers make no pair."""
    return _find(name, content, marks) is not None


def with_part(name: str, content: bytes, part: str, marks: Marks) -> bytes:
    """`content` with `part` (lines with LF) in its place, or at its end when it has none. Refused like has_part."""
    found = _find(name, content, marks)
    newline = b"\r\n" if b"\r\n" in content[: content.find(b"\n") + 1] else b"\n"
    lines = (marks.begin, *part.strip("\n").split("\n"), marks.end)
    block = newline.join(line.encode() for line in lines)
    if found is not None:
        start, end = found
        return content[:start] + block + content[end:]
    if not content.strip(b"\xef\xbb\xbf \t\r\n"):
        return content + block + newline
    return content + _gap(content, newline) + block + newline


# Private.


def _gap(content: bytes, newline: bytes) -> bytes:
    if content.endswith((newline + newline, b"\n\n")):
        return b""
    return newline if content.endswith(b"\n") else newline + newline


def _find(name: str, content: bytes, marks: Marks) -> tuple[int, int] | None:
    """Where the part begins and ends, the line end behind it not counted; None when there is none."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content:
        raise _refused(name, "it is not UTF-8 text", ())
    begins = _lines_with(content, marks.begin.encode())
    ends = _lines_with(content, marks.end.encode())
    if not begins and not ends:
        return None
    at = sorted(line for line, _start, _end, _alone in begins + ends)
    if len(begins) != 1 or len(ends) != 1 or not (begins[0][3] and ends[0][3]) or begins[0][0] > ends[0][0]:
        raise _refused(name, "the markers of scafld's part make no pair", tuple(f"{name}:{line}" for line in at))
    return begins[0][1], ends[0][2]


def _lines_with(content: bytes, mark: bytes) -> list[tuple[int, int, int, bool]]:
    """Lines that hold the mark: number, where the mark begins and ends, and whether it stands alone."""
    found: list[tuple[int, int, int, bool]] = []
    offset = 0
    for number, line in enumerate(content.split(b"\n"), 1):
        at = line.find(mark)
        if at >= 0:
            bare = line.strip(b" \t\r\xef\xbb\xbf")
            found.append((number, offset + at, offset + at + len(mark), bare == mark))
        offset += len(line) + 1
    return found


def _refused(name: str, why: str, evidence: tuple[str, ...]) -> Refused:
    reason = f"{name}: {why}; nothing was changed"
    expected = "one line with each marker, the beginning first, or none of both"
    return Refused(Refusal(gate=Gate.WORKSPACE, reason=reason, expected=expected, evidence=evidence))
