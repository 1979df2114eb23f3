"""A real Workspace over ports in memory, with a handle on each of them."""

from __future__ import annotations

from collections.abc import Mapping

from scafld.adapters.memory.commits import MemoryTree
from scafld.adapters.memory.reviewers import Answers, ScriptedReviewer
from scafld.adapters.memory.scripts import MemoryRunner, Script
from scafld.app.ask import Provider
from scafld.app.check import Runner
from scafld.app.journal import Memory
from scafld.app.workspace import Workspace
from scafld.core.names import Actor, ActorKind, TaskId
from scafld.core.policy import Policy
from scafld.core.value import value
from scafld.testing.household import Commands, Content, Household

SOMEBODY = Actor(kind=ActorKind.HUMAN, name="somebody", terminal=True)
FILES: Mapping[str, str | bytes] = {"a.py": "x = 1\n"}


@value
class Everything:
    """All that a workspace in memory holds; two that are equal tell nobody a different thing."""

    specs: tuple[tuple[str, str], ...]
    ledgers: tuple[tuple[TaskId, bytes], ...]
    tree: tuple[tuple[str, str], ...]
    head: str | None


class Kit(Workspace):
    """A Workspace whose world can be had: `tree`, `runner`, `ledgers`, `specs`, `clock`, `reviewer`, `pages`,
    `presence`, `receipts`, and `people`: the keys of people.

    `runner` is a MemoryRunner unless another Runner was given; `reviewer` a ScriptedReviewer unless a Provider was.
    """

    def __init__(self, house: Household) -> None:
        super().__init__(house.ports())
        self.tree = house.tree
        self.ledgers = house.ledgers
        self.specs = house.specs
        self.clock = house.clock
        self.pages = house.pages
        self._runner = house.run
        self.presence = house.presence
        self.receipts = house.receipts
        self.people = house.people
        self._reviewer = house.reviewer

    @property
    def ws(self) -> Workspace:
        """This, as what it is."""
        return self

    @property
    def runner(self) -> MemoryRunner:
        """The scripted runner; TypeError when the kit was given another."""
        if not isinstance(self._runner, MemoryRunner):
            raise TypeError("this workspace was given a runner of its own")
        return self._runner

    @property
    def reviewer(self) -> ScriptedReviewer:
        """The scripted reviewer; TypeError when the kit was given a Provider."""
        if not isinstance(self._reviewer, ScriptedReviewer):
            raise TypeError("this workspace was given a provider of its own")
        return self._reviewer

    def memory(self, task: str) -> Memory | None:
        """What the ledger of a task holds now, proved."""
        return self.ledgers.recall(TaskId(task))

    def ledger(self, task: str) -> bytes:
        """The bytes of a task's ledger; KeyError when it has none."""
        return self.ledgers.files[TaskId(task)]

    def everything(self) -> Everything:
        """All that is on record and in the tree; handoffs, which nobody reads back, apart."""
        return Everything(
            specs=tuple(sorted(self.specs.texts.items())),
            ledgers=tuple(sorted(self.ledgers.files.items())),
            tree=tuple(self.tree.files.items()),
            head=self.tree.head,
        )


def workspace(
    *,
    files: Mapping[str, str | bytes] = FILES,
    run: Commands | Runner | None = None,
    provider: ScriptedReviewer | Provider | tuple[ScriptedReviewer | Provider, ...] | None = None,
    policy: Policy | None = None,
    actor: Actor = SOMEBODY,
) -> Kit:
    """A workspace in memory around these files, which stand committed. No command is found, and every review passes,
    unless `run` and `provider` say otherwise. Several reviewers are a panel."""
    tree = MemoryTree(files)
    tree.commit()
    return Kit(Household(tree, run or Commands(script={}), provider or scripted(), policy or Policy(), actor))


def commands(script: Script) -> Commands:
    """What each command does: an exit code, `(code, output)`, an Exit, or a function from the files (text by path) to
    one of these. A command that is not named is not found: exit 127."""
    return Commands(script=script)


def scripted(
    answers: tuple[Answers, ...] | list[Answers] | None = None,
    *,
    name: str = "scripted",
    vendor: str = "",
    authorises: bool = True,
) -> ScriptedReviewer:
    """A reviewer that gives these answers in turn; without any, one that passes whatever it is shown. `vendor`: whose
    model it is, as if it had been seen."""
    if answers is None:
        return Content((), name=name, vendor=vendor, authorises=authorises)
    return ScriptedReviewer(tuple(answers), name=name, vendor=vendor, authorises=authorises)
