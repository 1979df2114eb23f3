"""What git's objects hold, and what git calls them. Several are asked for in one question; each is held against its
name, which git itself does not do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from scafld.core.digest import hasher
from scafld.core.proof.git_names import GitId, git_id
from scafld.core.refusal import Unavailable
from scafld.core.value import value

Row = tuple[bytes, bytes, bytes]
"""Of a tree or an index: mode (`100644`), name of the content in bytes, path."""


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
        yield mode, content[at : at + size], name
        at += size


def tree(held: Iterable[Row], algorithm: str) -> Object:
    """A tree of these rows, by the name that git gives it."""
    content = b"".join(b"%b %b\0%b" % (mode, name, oid) for mode, oid, name in held)
    return Object(name=name_of(b"tree", content, algorithm), kind=b"tree", content=content)


def tree_of(files: Iterable[Row], algorithm: str) -> Object:
    """The tree that holds these files, by their whole paths in the order of an index. The loop is bare because it sees
    every file there is."""
    folder, held = b"", list[Row]()
    around: list[tuple[bytes, list[Row]]] = []
    for mode, oid, path in files:
        while not path.startswith(folder):
            folder, held = _closed(folder, held, around, algorithm)
        start = len(folder)
        while (end := path.find(b"/", start)) >= 0:
            around.append((folder, held))
            folder, held, start = path[: end + 1], [], end + 1
        held.append((mode, oid, path[start:]))
    while around:
        folder, held = _closed(folder, held, around, algorithm)
    return tree(held, algorithm)


# Private.

_HEAD = 128
_FOLDER = b"40000"


def _spoilt(name: str) -> Unavailable:
    return Unavailable(f"git's object {name} is not here, or not what its name says", next="git fsck")


def _closed(
    folder: bytes, held: list[Row], around: list[tuple[bytes, list[Row]]], algorithm: str
) -> tuple[bytes, list[Row]]:
    """The folder around this one, which is whole and becomes a row of it."""
    outer, rest = around.pop()
    rest.append((_FOLDER, bytes.fromhex(tree(held, algorithm).name), folder[len(outer) : -1]))
    return outer, rest
