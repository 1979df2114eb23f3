"""Where receipts lie on this machine: in the workspace, in a file that is named, or in a commit."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from scafld.adapters.files.disk import open_plain
from scafld.adapters.git.ground.committed import Committed, changed_before, changed_between, commits_of
from scafld.adapters.git.ground.scene import standing_in
from scafld.adapters.git.paths import to_text
from scafld.adapters.local.spent import Spent
from scafld.adapters.local.standpoints import git_of, repository
from scafld.app.verify import Changes, Held
from scafld.app.words import task_named
from scafld.core.names import RECEIPT_END, RECEIPTS, TaskId, receipt_path
from scafld.core.proof.faults import covered
from scafld.core.proof.strict_json import LARGEST
from scafld.core.refusal import Gate, Refusal, Refused, Unavailable
from scafld.core.value import changed, value

if TYPE_CHECKING:
    from scafld.adapters.git.ground.footing import Attic
    from scafld.adapters.local.house import House
    from scafld.core.names import RepoPath
    from scafld.core.proof.faults import Standing
    from scafld.core.proof.git_names import GitId
    from scafld.core.proof.receipt import Receipt


@value
class Shelves:
    """The port Shelf. `commit`: where receipts are looked for when the working tree is not meant; `base`: those that
    it holds as they are there are not asked about. `noted`: whether receipts travel as git notes, too.
    """

    house: House
    commit: GitId | None = None
    base: GitId | None = None
    noted: bool = False

    def named(self, names: tuple[str, ...]) -> tuple[Held, ...]:
        """See `Shelf.named`."""
        return tuple(self._file(name) if _is_path(name) else self._of_task(name) for name in names)

    def every(self) -> tuple[Held, ...]:
        """See `Shelf.every`."""
        if self.commit is None:
            standing = tuple(self._standing(each) for each in self.house.receipts.tasks())
            return standing + self._notes("HEAD")
        with repository(self.house) as found:
            here = Committed(found, self.commit)
            if self.base is None:
                return _lying(here.below(RECEIPTS)) + self._notes(self.commit)
            came = _lying(here.came_below(RECEIPTS, Committed(found, self.base)))
            spent = Spent(found, self.base)
            asked = came + self._notes(f"{self.base}..{self.commit}")
            return tuple(changed(each, use=spent.use(each.content)) for each in asked)

    def changes(self, receipts: tuple[Receipt | None, ...]) -> Changes:
        """See `Shelf.changes`."""
        if self.base is None or self.commit is None:
            return Changes()
        with repository(self.house) as found:
            within, beyond = changed_between(found, self.base, self.commit)
            heads = dict.fromkeys(each.baseline.head for each in receipts if each and each.baseline.head)
            early = {head: changed_before(found, self.base, head) for head in heads}
            before = tuple(_early(found, each, early) for each in receipts)
        return Changes(within=frozenset(map(to_text, within)), beyond=frozenset(map(to_text, beyond)), before=before)

    # Private.

    def _notes(self, words: str) -> tuple[Held, ...]:
        """What is noted on the commits of a range, or on one."""
        if not self.noted:
            return ()
        from scafld.adapters.git.ground.notes import Notes

        notes = Notes.of(self.house.root, git_of(self.house), self.house.around.environ)
        found: dict[bytes, str] = {}
        for commit in commits_of(notes.git, words):
            found |= dict.fromkeys(notes.read(commit), commit)
        return tuple(Held(path=f"note on {commit[:12]}", content=content) for content, commit in found.items())

    def _standing(self, task: TaskId) -> Held:
        return Held(path=receipt_path(task), content=self.house.receipts.read(task), task=task)

    def _of_task(self, name: str) -> Held:
        """What lies in the commit that is asked about, else what lies in the workspace."""
        task = task_named(name)
        if self.commit is not None:
            with repository(self.house) as found:
                content = Committed(found, self.commit).read(receipt_path(task))
            if content is not None:
                return Held(path=receipt_path(task), content=content, task=task)
        return self._standing(task)

    def _file(self, name: str) -> Held:
        try:
            with open_plain(name) as file:
                content = file.read(LARGEST + 1)
        except FileNotFoundError as error:
            refusal = Refusal(gate=Gate.WORKSPACE, reason=f"there is no file {name}", next="ls .scafld/receipts")
            raise Refused(refusal) from error
        except OSError as error:
            raise Unavailable(f"{name} cannot be read: {error.strerror or error}") from error
        inside = os.path.dirname(os.path.realpath(name)) == os.path.realpath(self.house.receipts.folder)
        return _held(name, content) if inside else Held(path=name, content=content)


# Private.


def _is_path(name: str) -> bool:
    return "/" in name or name.endswith(".json")


def _early(
    found: Attic, receipt: Receipt | None, early: Mapping[GitId, frozenset[bytes]]
) -> Mapping[RepoPath, Standing]:
    head = receipt.baseline.head if receipt else None
    if receipt is None or head is None:
        return {}
    paths = covered(receipt) & frozenset(map(to_text, early[head]))
    return standing_in(found, head, paths) if paths else {}


def _lying(files: Mapping[str, bytes]) -> tuple[Held, ...]:
    return tuple(_held(path, files[path]) for path in sorted(files) if path.endswith(RECEIPT_END))


def _held(path: str, content: bytes) -> Held:
    """A receipt that lies among receipts: its name says whose it is."""
    stem = os.path.basename(path).removesuffix(RECEIPT_END)
    return Held(path=path, content=content, task=TaskId(stem))
