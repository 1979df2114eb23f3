"""What git calls the tree of a workspace where there is no git binary: what is checked out, and what differs from it.

Contents are taken as they lie there; line ends and filters that attributes ask for are not converted.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scafld.adapters.git.difference import OURS
from scafld.adapters.git.dulwich_tree import DulwichTree
from scafld.adapters.git.paths import to_bytes
from scafld.core.evidence.seals import FileKind
from scafld.core.proof.git_names import LINEAGE, Footing, GitId, git_id

if TYPE_CHECKING:
    from scafld.adapters.git.repository import Place
    from scafld.core.evidence.seals import Seen

    Named = dict[bytes, tuple[int, bytes]]
    """Paths below the workspace, each with its mode and the name of its content."""


def footing_by_dulwich(place: Place, began: str | None = None) -> Footing:
    """See `footing`."""
    worktree = DulwichTree(place)
    look = worktree.look(None)
    committed = _committed(worktree, look.head)
    now = dict(committed)
    for seen in look.files:
        _put(now, place, seen)
    tree = _tree(now)
    commit = git_id(look.head) if look.head and _tree(committed) == tree else None
    return Footing(
        folder=os.fsdecode(place.prefix).rstrip("/") or ".",
        tree=git_id(tree),
        commit=commit,
        lineage=_before(worktree, began) if began else (),
    )


# Private.

_MODES = {FileKind.FILE: 0o100644, FileKind.EXECUTABLE: 0o100755, FileKind.LINK: 0o120000}


def _before(worktree: DulwichTree, head: str) -> tuple[GitId, ...]:
    """The commits before `head`, by first parents, as far as the repository holds them."""
    from dulwich.objects import Commit, ObjectID

    found: list[GitId] = []
    with worktree.repo() as repo:
        at = ObjectID(head.encode("ascii"))
        while len(found) < LINEAGE and at in repo.object_store:
            commit = repo.object_store[at]
            parents = repo.get_parents(at) if isinstance(commit, Commit) else []
            if not parents:
                break
            at = parents[0]
            found.append(git_id(at.decode("ascii")))
    return tuple(found)


def _committed(worktree: DulwichTree, head: str | None) -> Named:
    if head is None:
        return {}
    with worktree.repo() as repo:
        found = worktree.below(repo, head)
        return {
            path: (int(named[0], 8), named[1].encode("ascii"))
            for path, named in found
            if named is not None and path.partition(b"/")[0] != OURS
        }


def _put(now: Named, place: Place, seen: Seen) -> None:
    from dulwich.objects import Blob

    path = to_bytes(seen.path)
    if seen.kind is FileKind.ABSENT:
        now.pop(path, None)
    elif seen.kind in _MODES:
        whole = place.root + b"/" + path
        content = os.readlink(whole) if seen.kind is FileKind.LINK else _content(whole)
        now[path] = (_MODES[seen.kind], Blob.from_string(content).id)


def _content(path: bytes) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _tree(named: Named) -> str:
    from dulwich.index import commit_tree
    from dulwich.object_store import MemoryObjectStore
    from dulwich.objects import ObjectID

    rows = [(path, ObjectID(oid), mode) for path, (mode, oid) in sorted(named.items())]
    return commit_tree(MemoryObjectStore(), rows).decode("ascii")
