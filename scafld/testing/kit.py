"""A real Workspace over ports in memory, with a handle on each of them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from scafld.adapters.codec.answers import accepted
from scafld.adapters.memory.attendance import MemoryPresence
from scafld.adapters.memory.commits import MemoryTree
from scafld.adapters.memory.key_ring import MemoryKeyRing, memory_countersign
from scafld.adapters.memory.ledger_bytes import MemoryLedgers
from scafld.adapters.memory.notary_desk import PUBLIC, MemoryReceipts, memory_notary, memory_verify
from scafld.adapters.memory.reviewers import Answers, ScriptedReviewer, passes
from scafld.adapters.memory.scripts import MemoryRunner, Script
from scafld.adapters.memory.spec_texts import MemoryRounds, MemorySpecs
from scafld.adapters.memory.whole_workspace import (
    MemoryEstate,
    MemoryLog,
    MemoryPages,
    MemoryPremises,
    MemoryRows,
    TickingClock,
)
from scafld.app.ask import Bench, Inquiry, Provider, Wanted
from scafld.app.check import Checker, Runner
from scafld.app.countersign import Countersign
from scafld.app.given import Proposed, Trusted
from scafld.app.guard import Guard
from scafld.app.journal import Document, Journal, Memory
from scafld.app.observe import Observer
from scafld.app.ports import Ports
from scafld.app.premises.doctor import Doctor
from scafld.app.premises.lay import LaidDown
from scafld.app.task.approve import Approve
from scafld.app.task.build import Build
from scafld.app.task.close import Close
from scafld.app.task.complete import Complete
from scafld.app.task.draft_by_model import DraftByModel
from scafld.app.task.export import Export
from scafld.app.task.handoff import HandOff
from scafld.app.task.harden import Harden, HardenByModel
from scafld.app.task.list import Tasks
from scafld.app.task.log import Log
from scafld.app.task.plan import Plan
from scafld.app.task.quick import Quick
from scafld.app.task.review import Review
from scafld.app.task.show import Show
from scafld.app.task.status import StatusOf
from scafld.app.task.validate import Validate
from scafld.app.trial import Trial
from scafld.app.verify import Verify
from scafld.app.workspace import Workspace
from scafld.core.contract.commands import Detected
from scafld.core.digest import digest_of
from scafld.core.evidence.terms import Subject
from scafld.core.names import Actor, ActorKind, Digest, TaskId
from scafld.core.policy import Policy
from scafld.core.proof.ed25519 import key_id_of
from scafld.core.refusal import Unavailable
from scafld.core.value import changed, value
from scafld.testing.paper import cites, draft_of, page, read_spec, write_spec

SOMEBODY = Actor(kind=ActorKind.HUMAN, name="somebody", terminal=True)
FILES: Mapping[str, str | bytes] = {"a.py": "x = 1\n"}


@value
class Commands:
    """What commands do, by their text; see `commands`."""

    script: Script


@value
class Everything:
    """All that a workspace in memory holds; two that are equal tell nobody a different thing."""

    specs: tuple[tuple[str, str], ...]
    ledgers: tuple[tuple[TaskId, bytes], ...]
    tree: tuple[tuple[str, str], ...]
    head: str | None


class Kit(Workspace):
    """A Workspace whose world can be had: `tree`, `runner`, `ledgers`, `specs`, `clock`, `reviewer`, `pages`,
    `presence`, `receipts`, `keys`.

    `runner` is a MemoryRunner unless another Runner was given; `reviewer` a ScriptedReviewer unless a Provider was.
    """

    def __init__(self, house: _House) -> None:
        super().__init__(house.ports())
        self.tree = house.tree
        self.ledgers = house.ledgers
        self.specs = house.specs
        self.clock = house.clock
        self.pages = house.pages
        self._runner = house.run
        self.presence = house.presence
        self.receipts = house.receipts
        self.keys = house.keys
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
    return Kit(_House(tree, run or Commands(script={}), provider or scripted(), policy or Policy(), actor))


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
        return _Content((), name=name, vendor=vendor, authorises=authorises)
    return ScriptedReviewer(tuple(answers), name=name, vendor=vendor, authorises=authorises)


# Private.


class _Content(ScriptedReviewer):
    """Passes everything, as often as it is asked, after whatever was put into `answers`."""

    def provider(self, tree: MemoryTree) -> Provider:
        if not self.answers:
            self.answers.append(passes())
        return super().provider(tree)


class _House:
    """The composition root in memory: the same verbs as on disk, each made with the ports below."""

    def __init__(
        self,
        tree: MemoryTree,
        run: Commands | Runner,
        reviewer: ScriptedReviewer | Provider | tuple[ScriptedReviewer | Provider, ...],
        policy: Policy,
        actor: Actor,
    ) -> None:
        self.tree = tree
        self.run = MemoryRunner(tree, run.script) if isinstance(run, Commands) else run
        self.reviewer = reviewer
        self.policy = policy
        self.clock = TickingClock()
        self.presence = MemoryPresence()
        self.ledgers = MemoryLedgers()
        self.specs = MemorySpecs(read=read_spec, write=write_spec, used=lambda task_id: task_id in self.ledgers.files)
        self.pages = MemoryPages()
        self.receipts = MemoryReceipts()
        self.keys = MemoryKeyRing()
        self.journal = Journal(
            ledgers=self.ledgers, specs=self.specs, receipts=self.receipts, now=self.clock, actor=actor
        )
        self.observer = Observer(worktree=tree)
        self.rows = MemoryRows(specs=self.specs, ledgers=self.ledgers)

    def ports(self) -> Ports:
        return Ports(
            root="/memory",
            plan=self.plan,
            quick=lambda: Quick(plan=self.plan(), approve=self.approve(), build=self.build()),
            draft=self.draft,
            harden=self.harden,
            question=self.question,
            approve=self.approve,
            build=self.build,
            review=self.review,
            complete=self.complete,
            close=lambda: Close(journal=self.journal),
            status=self.status,
            tasks=lambda: Tasks(rows=self.rows),
            show=lambda: Show(specs=self.specs),
            log=lambda: Log(entries=MemoryLog(ledgers=self.ledgers)),
            export=lambda: Export(journal=self.journal, status=self.status(), receipt=lambda _task: ""),
            handoff=lambda: HandOff(status=self.status(), keep=self.pages.keep),
            validate=lambda: Validate(specs=self.specs, every=self.specs.every),
            verify=self.verify,
            receipted=lambda: tuple(sorted(self.receipts.files)),
            trust=lambda: Trusted(key_id=key_id_of(PUBLIC), path=".scafld/trusted-keys.json", added=False),
            doctor=self.doctor,
            update=lambda: LaidDown(root="/memory"),
            propose=lambda: Proposed(text="", path=".scafld/config.yaml"),
            bench=self.bench,
            names_a_model=lambda subject: False,
            prompt=lambda role: f"You are the {role}.",
        )

    # The verbs.

    def plan(self) -> Plan:
        return Plan(journal=self.journal, write=draft_of, read=self.specs.reading, detect=Detected)

    def harden(self) -> Harden:
        from scafld.adapters.markdown.rounds import open_round, read_rounds

        rounds = MemoryRounds(specs=self.specs, read_rounds=read_rounds, open_round=open_round)
        return Harden(
            journal=self.journal, rounds=rounds, cite=lambda _opened: cites(self.tree), presence=self.presence
        )

    def question(self) -> HardenByModel:
        return HardenByModel(
            journal=self.journal,
            inquiry=self.inquiry(),
            guard=self.guard(),
            presence=self.presence,
            packet=lambda opened: page(f"Question this draft.\n\n{opened.spec.text}"),
            cite=lambda _opened: cites(self.tree),
            rules=self.policy.harden,
            lease_seconds=self.policy.review.lease_seconds,
        )

    def draft(self) -> DraftByModel:
        from scafld.adapters.markdown.proposed import write_proposal

        return DraftByModel(
            journal=self.journal,
            inquiry=self.inquiry(),
            guard=self.guard(),
            write=write_proposal,
            read=self.specs.reading,
            detect=Detected,
            packet=lambda trying: page("\n".join((trying.request, trying.draft, *map(str, trying.problems)))),
            rules=self.policy.plan,
        )

    def inquiry(self) -> Inquiry:
        return Inquiry(accept=accepted, now=self.clock, watch=lambda _pulse: None)

    def guard(self) -> Guard:
        estate = MemoryEstate(specs=self.specs, ledgers=self.ledgers)
        return Guard(observer=self.observer, estate=estate, keep=lambda *_kept: None)

    def approve(self) -> Approve:
        return Approve(journal=self.journal, observer=self.observer, policy=self.policy, countersign=self.countersign)

    def build(self) -> Build:
        return Build(
            journal=self.journal,
            observer=self.observer,
            checker=self.checker(),
            policy=self.policy,
            countersign=self.countersign,
        )

    def review(self) -> Review:
        return Review(
            journal=self.journal,
            observer=self.observer,
            trial=Trial(
                journal=self.journal,
                inquiry=self.inquiry(),
                guard=self.guard(),
                abreast=lambda acts: tuple(act() for act in acts),
                locate=self.tree.locate,
            ),
            presence=self.presence,
            policy=self.policy,
            role=lambda: "You are the reviewer.",
            context=lambda: (),
            countersign=self.countersign,
        )

    def complete(self) -> Complete:
        notary = memory_notary(self.tree, self.ledgers, self.receipts, self.clock)
        return Complete(
            journal=self.journal,
            observer=self.observer,
            checker=self.checker(),
            policy=self.policy,
            notary=notary,
            countersign=self.countersign,
        )

    def countersign(self) -> Countersign:
        return memory_countersign(self.keys, self.policy.proof)

    def verify(self) -> Verify:
        plain = memory_verify(self.tree, self.receipts, self.contract, self.clock)
        return changed(plain, trusted=lambda: self.keys.trusted, check_ssh=self.keys.check, demands=self.policy.proof)

    def contract(self, task_id: TaskId) -> Digest | None:
        document = self.specs.find(task_id)
        return document.spec.digest if document and document.spec else None

    def status(self) -> StatusOf:
        return StatusOf(
            glimpse=self.glimpse,
            settle=self.settle,
            observer=lambda: self.observer,
            policy=lambda: self.policy,
            now=self.clock,
            alive=self.presence.attended,
            issued=self.receipts.issued,
        )

    def doctor(self) -> Doctor:
        premises = MemoryPremises(rows=self.rows)
        return Doctor(
            journal=self.journal,
            premises=premises,
            shows=self.specs.shows,
            evidence=lambda _task: (),
            issued=self.receipts.issued,
        )

    # What the verbs ask for.

    def checker(self) -> Checker:
        return Checker(runner=self.run, digest=self.digest, execution=self.policy.execution, tell=lambda _told: None)

    def digest(self, path: str) -> Digest | None:
        content = self.tree.content(path)
        return None if content is None else digest_of(content)

    def bench(self, _subject: Subject, wanted: Wanted) -> Bench:
        """The reviewers of this kit; under the name `local`, one whose verdict authorises nothing."""
        if wanted.provider == "local":
            return Bench(providers=(_Content((), name="local", authorises=False).provider(self.tree),))
        reviewers = self.reviewer if isinstance(self.reviewer, tuple) else (self.reviewer,)
        providers = tuple(
            each.provider(self.tree) if isinstance(each, ScriptedReviewer) else each for each in reviewers
        )
        return Bench(providers=providers, quorum=self.policy.review.panel.quorum)

    def settle(self, task_id: TaskId) -> None:
        """Finish what an interrupted command left to show, unless somebody is at work on the task."""
        with suppress(Unavailable), self.journal.open(task_id, "status"):
            pass

    def glimpse(self, task_id: TaskId) -> tuple[Document | None, Memory | None]:
        return self.specs.find(task_id), self.ledgers.recall(task_id)
