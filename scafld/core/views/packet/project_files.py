"""The project's own words beside a task: files that its configuration names, and why some of them are not shown."""

from __future__ import annotations

from scafld.core.value import value
from scafld.core.views.packet.quoting import label, lines_of
from scafld.core.views.packet.section import Piece, Purse, Rank, Section, Withheld


@value
class ProjectFile:
    """A text that the configuration names, by its path in the workspace."""

    path: str
    text: str


@value
class Unshown:
    """A name in the configuration that gives nothing to show, and why. `size` in bytes, 0 where nobody looked."""

    path: str
    why: str
    size: int = 0


ProjectFiles = tuple[ProjectFile | Unshown, ...]


def files_section(files: ProjectFiles) -> tuple[Section, ...]:
    """The section of these files; none where the configuration names none."""
    if not files:
        return ()
    shown = tuple(_piece(each) for each in files if isinstance(each, ProjectFile))
    return (
        Section(
            title="Project files",
            lead="What the project says of itself, by the files that its configuration names.",
            pieces=shown,
            purse=Purse.FILES,
            withheld=tuple(
                Withheld(name=label(each.path), why=each.why, size=each.size)
                for each in files
                if isinstance(each, Unshown)
            ),
        ),
    )


# Private.


def _piece(file: ProjectFile) -> Piece:
    name = label(file.path)
    return Piece(body=lines_of(file.text), rank=Rank(order=1), name=name, fence="", above=f"{name}:")
