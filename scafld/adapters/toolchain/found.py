"""What one folder gives away about one toolchain, as its reader collects it."""

from __future__ import annotations

from scafld.adapters.toolchain.folder import Folder
from scafld.core.contract.commands import FoundCommand, Purpose, Toolchain


class Find:
    """Commands of one toolchain in one folder, in the order they are to be proposed."""

    def __init__(self, name: str, folder: Folder) -> None:
        self.name = name
        self.folder = folder
        self.source = ""
        self.commands: list[FoundCommand] = []

    def marked_by(self, name: str) -> None:
        """The toolchain lives here; the file `name` says so."""
        self.source = self.source or self.folder.at(name)

    def add(self, purpose: Purpose, command: str, title: str, source: str, *, kind: str = "") -> None:
        """A command the folder supports. Its id is the toolchain and `kind`, which is the purpose unless said."""
        self.commands.append(
            FoundCommand(
                id=f"{self.name}_{kind or purpose.value}",
                toolchain=self.name,
                purpose=purpose,
                title=title,
                command=command,
                cwd=self.folder.cwd,
                source=self.folder.at(source),
            )
        )

    @property
    def toolchain(self) -> Toolchain | None:
        return Toolchain(name=self.name, source=self.source, cwd=self.folder.cwd) if self.source else None

    @property
    def tests(self) -> bool:
        return any(found.purpose is Purpose.TEST for found in self.commands)
