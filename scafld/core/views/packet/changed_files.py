"""The change as a reviewer sees it: which paths differ since the approval, and the patch of each."""

from __future__ import annotations

from collections.abc import Iterator

from scafld.core.evidence.seals import Change, Material
from scafld.core.names import RepoPath
from scafld.core.task.known import Task
from scafld.core.views.packet.patches import Patch
from scafld.core.views.packet.quoting import code, label, lines_of, one_line
from scafld.core.views.packet.section import Piece, Rank, Section

MOST_DRIFT = 200
"""Paths outside the declared scope whose diff is asked for; all of them are listed."""


def drift_paths(material: Material) -> tuple[RepoPath, ...]:
    """The paths outside the declared scope of which a packet shows the diff, old names of renames included."""
    return paths_of(material.drift[:MOST_DRIFT])


def paths_of(changes: tuple[Change, ...]) -> tuple[RepoPath, ...]:
    """Every path of these changes, old names of renames included, sorted."""
    return tuple(sorted({path for each in changes for path in (each.path, each.was) if path}))


def paths_section(
    task: Task, material: Material, patches: tuple[Patch, ...], drift: tuple[Patch, ...], rank: Rank
) -> Section:
    """What changed, in the declared scope and outside of it, a line a path. `patches` and `drift` are what is shown."""
    unmatched = "".join(f"- declared, and nothing changed there: {code(each)}\n" for each in material.scope.unmatched)
    inside = _lines(material.changes, task, patches) or "- nothing changed\n"
    lead = "The contract declares no file that changed: every change is in its scope." if material.whole_tree else ""
    pieces = (
        _listed("in the declared scope", inside + unmatched, rank),
        _listed("outside the declared scope", _lines(material.drift, task, drift), rank),
    )
    return Section(title="Changed paths", lead=lead, pieces=tuple(piece for piece in pieces if piece.body))


def change_section(task: Task, patches: tuple[Patch, ...], rank: Rank) -> Section:
    """The patch of each file in scope."""
    lead = f"{_since(task)} A fence a file, in the order of their paths."
    return Section(title="The change", lead=lead if patches else "The diff is empty.", pieces=_pieces(patches, rank))


def drift_section(material: Material, patches: tuple[Patch, ...], rank: Rank) -> tuple[Section, ...]:
    """The patch of each file outside the declared scope; no section where there is none."""
    if not material.drift:
        return ()
    lead = "These files changed too, and the contract does not declare them. Is any of it part of the change?"
    return (Section(title="Outside the declared scope", lead=lead, pieces=_pieces(patches, rank)),)


# Private.


def _pieces(patches: tuple[Patch, ...], rank: Rank) -> tuple[Piece, ...]:
    ordered = sorted(patches, key=lambda patch: patch.path)
    return tuple(
        Piece(
            body=lines_of(patch.text),
            rank=rank,
            name=label(patch.path) if patch.path else "a part without a name",
            fence="diff",
        )
        for patch in ordered
    )


def _listed(name: str, body: str, rank: Rank) -> Piece:
    return Piece(body=body, rank=rank, name=name, above=f"{name[0].upper()}{name[1:]}:")


def _lines(changes: tuple[Change, ...], task: Task, patches: tuple[Patch, ...]) -> str:
    """A line a path; where its patch tells more than the change, or nothing of it, that is said."""
    baseline = task.baseline
    early = {each.path for each in baseline.dirty} if baseline and baseline.head else set[RepoPath]()
    sources = {patch.path: patch.was for patch in patches}
    told = {place for patch in patches for name in (patch.path, patch.was) if name for place in _places(name)}
    lines = []
    for each in changes:
        old = each.was or sources.get(each.path)
        was = f" (was {code(old)})" if old else ""
        note = "" if each.path in told else "; there is no diff of it here"
        if not note and each.path in early:
            note = "; it had uncommitted edits when the task was approved, and its diff shows those too"
        lines.append(f"- {each.kind} {code(each.path)}{was}{note}\n")
    return "".join(lines)


def _places(name: RepoPath) -> Iterator[str]:
    """A path and the folders above it: what changed inside a submodule is told beneath the submodule's path."""
    yield name
    while "/" in name:
        name = RepoPath(name.rpartition("/")[0])
        yield name


def _since(task: Task) -> str:
    baseline = task.baseline
    if baseline is None:
        return "The task is not approved yet: this is what differs from the last commit."
    if baseline.vcs == "none":
        return "There is no repository here, so each changed file is shown whole, as new."
    if baseline.head is None:
        return "Nothing was committed when the task was approved, so every file is shown whole, as new."
    return (
        f"From commit {one_line(baseline.head)[:12]}, where the task was approved, to the working tree: "
        "commits and uncommitted work alike."
    )
