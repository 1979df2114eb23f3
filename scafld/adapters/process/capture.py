"""What is remembered of an output while it streams by: how long it was, its end, and whether a text was in it."""

from __future__ import annotations

from scafld.adapters.process.printable import printable_end
from scafld.core.evidence.criterion import TAIL_CHARACTERS

STDOUT_BYTES = 64 * 2**10
"""What is kept of stdout when it is asked for."""
_CONTINUATION = bytes(range(0x80, 0xC0))


class End:
    """The last `most` bytes of a stream; `cut` says whether there were more."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.content = bytearray()
        self.cut = False

    def add(self, chunk: bytes) -> None:
        self.content += chunk
        if len(self.content) > self._most:
            del self.content[: -self._most]
            self.cut = True

    def text(self) -> str:
        """As UTF-8; what is not is U+FFFD, and a character whose beginning was cut off is left out."""
        content = bytes(self.content)
        if self.cut:
            begun = content[:3]  # at most three bytes can belong to a character that began before
            content = begun.lstrip(_CONTINUATION) + content[3:]
        return content.decode("utf-8", "replace")


class Search:
    """Whether `needle` occurs in a stream, chunk borders or not. An empty needle is not looked for."""

    def __init__(self, needle: bytes) -> None:
        self._needle = needle
        self._carried = b""
        self.found = False

    def look(self, chunk: bytes) -> None:
        if self.found or not self._needle:
            return
        window = self._carried + chunk
        self.found = self._needle in window
        self._carried = window[max(len(window) - len(self._needle) + 1, 0) :]


class Capture:
    """What one command said: stream 0 is stdout (and stderr too when both share a pipe), stream 1 stderr."""

    def __init__(self, needle: str) -> None:
        self._needle = needle
        wanted = needle.encode("utf-8", "surrogatepass")
        self._searches = (Search(wanted), Search(wanted))
        self._end = End(4 * TAIL_CHARACTERS)
        self._stdout = End(STDOUT_BYTES)
        self.bytes = 0

    def take(self, stream: int, chunk: bytes) -> None:
        """Remember a chunk of a stream."""
        self.bytes += len(chunk)
        self._end.add(chunk)
        self._searches[stream].look(chunk)
        if stream == 0:
            self._stdout.add(chunk)

    def tail(self) -> str:
        """The end of both streams as they came, harmless in a terminal, at most TAIL_CHARACTERS."""
        return printable_end(self._end.text(), TAIL_CHARACTERS)

    def stdout(self) -> str:
        """The end of stream 0 as it came, at most STDOUT_BYTES."""
        return self._stdout.text()

    def found(self) -> bool | None:
        """Whether the needle was seen in a stream; None without a needle."""
        return any(search.found for search in self._searches) if self._needle else None
