"""What of a change is covered. A receipt tells of what changed since its work began, and not of what had before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from scafld.core.evidence.seals import FileKind
from scafld.core.task.decide.no import shown
from scafld.core.value import changed

if TYPE_CHECKING:
    from scafld.app.verify import Verified
    from scafld.core.names import RepoPath
    from scafld.core.proof.faults import Standing
    from scafld.core.proof.receipt import Receipt

Before = tuple[Mapping["RepoPath", "Standing"], ...]
"""For each receipt, the files that it answers for and that had changed before its work began, as they then were; empty
where nothing is known of that."""


def from_the_start(
    held: tuple[Verified, ...], receipts: tuple[Receipt | None, ...], before: Before
) -> tuple[Verified, ...]:
    """The same, and none covers a file that had changed before its work began, unless an earlier one that holds, and
    that tells of the file from the start, left it so."""
    told: dict[int, Verified] = {}
    for at in sorted(range(len(held)), key=lambda at: held[at].minted_at or ""):
        earlier = [(each, receipts[other]) for other, each in told.items() if each.holds]
        loose = frozenset(
            path
            for path, standing in (before[at] if before else {}).items()
            if not any(path in each.answers and _left(receipt, path, standing) for each, receipt in earlier)
        )
        told[at] = changed(held[at], covers=held[at].covers - loose, answers=held[at].answers - loose)
    return tuple(told[at] for at in range(len(held)))


def uncovered(paths: frozenset[RepoPath], held: tuple[Verified, ...], whole: tuple[Verified, ...]) -> tuple[str, ...]:
    """What is said of each changed file that is in no receipt that holds. `whole`: the same receipts, and what they
    cover from the start of their work."""
    bare = sorted(paths - _covers(whole))
    return shown(tuple(_bare(path, known=path in _covers(held)) for path in bare))


# Private.


def _covers(held: tuple[Verified, ...]) -> frozenset[RepoPath]:
    return frozenset(path for each in held for path in each.covers)


def _bare(path: RepoPath, *, known: bool) -> str:
    if path.startswith(".scafld/"):
        return f"{path} changed, by which receipts are believed: who may pass by the check has to merge it"
    if known:
        return f"{path} had changed before the task that tells of it began, and no receipt that holds tells of that"
    return f"{path} changed, and no receipt that holds tells of it"


def _left(receipt: Receipt | None, path: RepoPath, standing: Standing) -> bool:
    """Whether a receipt tells that a file was left like this."""
    files = receipt.material.files if receipt else ()
    if standing is None:
        return any(path == each.was or (path == each.path and each.kind is FileKind.ABSENT) for each in files)
    kind, digest = standing
    return any(path == each.path and kind is each.kind and digest in (each.digest, each.committed) for each in files)
