"""How a file name is written as text: as it is when it is UTF-8, C-quoted as git prints it when it is not."""

from __future__ import annotations

import os

from scafld.core.names import RepoPath


def to_text(name: bytes) -> RepoPath:
    """The text form of a path's bytes; two different paths never share one."""
    if not name.startswith(b'"'):
        try:
            return RepoPath(name.decode("utf-8"))
        except UnicodeDecodeError:
            pass
    return RepoPath('"' + "".join(_quoted(byte) for byte in name) + '"')


def to_bytes(path: RepoPath) -> bytes:
    """The bytes that `path` stands for. ValueError when its quoting is broken or it is not Unicode text."""
    if not path.startswith('"'):
        return path.encode("utf-8")
    if len(path) < 2 or not path.endswith('"'):
        raise ValueError(f"a path that begins with a quote ends with one: {path!r}")
    return _unquoted(path[1:-1], path)


def as_git_shows(name: bytes) -> bytes:
    """A name as git writes it in a patch with `core.quotePath=false`: quoted only when it would break the line."""
    return _in_quotes(name) if any(byte < 0x20 or byte in b'"\\\x7f' for byte in name) else name


def in_list(folder: str) -> str:
    """A folder as git reads it in a list that is cut at colons, or at the ends of lines."""
    name = os.fsencode(folder)
    return os.fsdecode(_in_quotes(name) if b":" in name else as_git_shows(name))


def chosen(path: str, wanted: tuple[str, ...]) -> bool:
    """Whether `path` is one of `wanted` or lies under one of them; `.` wants everything."""
    return any(each == "." or path == each or path.startswith(each.rstrip("/") + "/") for each in wanted)


# Private.

_ESCAPES = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: '"', 92: "\\"}
_BYTES = {letter: byte for byte, letter in _ESCAPES.items()}


def _in_quotes(name: bytes) -> bytes:
    return b'"' + b"".join(bytes((byte,)) if byte >= 0x80 else _quoted(byte).encode("ascii") for byte in name) + b'"'


def _quoted(byte: int) -> str:
    if byte in _ESCAPES:
        return "\\" + _ESCAPES[byte]
    return chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}"


def _unquoted(inside: str, path: str) -> bytes:
    made = bytearray()
    at = 0
    while at < len(inside):
        char = inside[at]
        if char == '"':
            raise ValueError(f'a quote inside a quoted path is written \\": {path!r}')
        if char != "\\":
            made += char.encode("utf-8")
            at += 1
            continue
        after = inside[at + 1 : at + 2]
        if after in _BYTES:
            made.append(_BYTES[after])
            at += 2
            continue
        octal = inside[at + 1 : at + 4]
        if len(octal) != 3 or not set(octal) <= set("01234567") or octal[0] > "3":
            raise ValueError(f'an escape in a quoted path is one of \\a\\b\\t\\n\\v\\f\\r\\"\\\\ or \\ooo: {path!r}')
        made.append(int(octal, 8))
        at += 4
    return bytes(made)
