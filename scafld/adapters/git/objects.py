"""What git's objects hold, and what git calls them. Several are asked for in one question; each is held against its
name, which git itself does not do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from scafld.core.digest import hasher
from scafld.core.proof.git_names import GitId, git_id
from scafld.core.refusal import Unavailable
from scafld.core.value import value

Row = tuple[int, bytes, bytes]
"""Of a tree or an index: mode, name of the content as bytes, path."""


@value
class Object:
    name: GitId
    kind: bytes
    content: bytes


def name_of(kind: bytes, content: bytes, algorithm: str) -> GitId:
    """What git calls an object."""
    told = b"%b %d\0%b" % (kind, len(content), content)
    made = hasher(algorithm, len(told))
    made.update(told)
    return GitId(made.hexdigest())


def read_objects(told: bytes, asked: Sequence[bytes], algorithm: str) -> list[Object | None]:
    """What `git cat-file --batch` told of each of these words (no newline in them), None for what is not here.
    Unavailable for an object that is not what its name says."""
    found: list[Object | None] = []
    at = 0
    for words in asked:
        head, _, _ = told[at : at + len(words) + _HEAD].partition(b"\n")
        at += len(head) + 1
        if head in (words + b" missing", words + b" ambiguous"):
            found.append(None)
            continue
        name, kind, size = head.split(b" ")
        each = Object(name=git_id(name.decode("ascii")), kind=kind, content=told[at : at + int(size)])
        if name_of(kind, each.content, algorithm) != each.name:
            raise _spoilt(each.name)
        found.append(each)
        at += int(size) + 1
    return found


def blob(name: bytes, found: Object | None) -> bytes:
    """The content of a file. Unavailable when there is none."""
    if found is None or found.kind != b"blob":
        raise _spoilt(name.decode("ascii"))
    return found.content


def rows(tree: Object | None, size: int) -> Iterator[Row]:
    """What a tree holds, nothing where there is none. `size`: how many bytes an object's name has."""
    content = tree.content if tree and tree.kind == b"tree" else b""
    at = 0
    while at < len(content):
        mode, _, name = content[at : content.index(b"\0", at)].partition(b" ")
        at += len(mode) + 1 + len(name) + 1
        yield int(mode, 8), content[at : at + size], name
        at += size


def tree_of(entries: Iterable[Row], algorithm: str) -> GitId:
    """The name of the tree that holds these files, by their whole paths in the order of an index."""
    open_folders = [(b"", bytearray())]
    for mode, oid, path in entries:
        while not path.startswith(open_folders[-1][0]):
            _close(open_folders, algorithm)
        folder = open_folders[-1][0]
        for part in path[len(folder) :].split(b"/")[:-1]:
            folder += part + b"/"
            open_folders.append((folder, bytearray()))
        open_folders[-1][1].extend(row(mode, oid, path[len(folder) :]))
    while len(open_folders) > 1:
        _close(open_folders, algorithm)
    return name_of(b"tree", bytes(open_folders[0][1]), algorithm)


def row(mode: int, oid: bytes, name: bytes) -> bytes:
    """A row as a tree has it."""
    return b"%o %b\0%b" % (mode, name, oid)


# Private.

_HEAD = 128
_FOLDER = 0o040000


def _spoilt(name: str) -> Unavailable:
    return Unavailable(f"git's object {name} is not here, or not what its name says", next="git fsck")


def _close(open_folders: list[tuple[bytes, bytearray]], algorithm: str) -> None:
    """The innermost folder is whole; it becomes a row of the one around it."""
    folder, content = open_folders.pop()
    around, held = open_folders[-1]
    oid = bytes.fromhex(name_of(b"tree", bytes(content), algorithm))
    held.extend(row(_FOLDER, oid, folder[len(around) : -1]))
