"""How the output of a command is shown: as text that moves no cursor, hides nothing and runs in no terminal."""

from __future__ import annotations

_CONTROLS = (*range(0x20), *range(0x7F, 0xA0))
_DIRECTIONS = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_LINES = (0x2028, 0x2029)
_SHOWN = {code: f"\\x{code:02x}" for code in _CONTROLS if code not in (0x09, 0x0A)}
_SHOWN |= {code: f"\\u{code:04x}" for code in (*_DIRECTIONS, *_LINES)}


def printable(text: str) -> str:
    """`text` with CR LF as LF, and every other control character than tab and LF, every character that turns the
    reading direction and every hidden line break as an escape (`\\x1b`, `\\u202e`)."""
    return text.replace("\r\n", "\n").translate(_SHOWN)


def printable_end(text: str, most: int) -> str:
    """The end of `printable(text)`: at most `most` characters, and no half of an escape at its start."""
    kept: list[str] = []
    room = most
    for character in reversed(text.replace("\r\n", "\n")[-most:]):
        shown = _SHOWN.get(ord(character), character)
        room -= len(shown)
        if room < 0:
            break
        kept.append(shown)
    return "".join(reversed(kept))
