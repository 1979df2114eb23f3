"""The verbs of a workspace in memory: what each is made of."""

from __future__ import annotations

from contextlib import suppress

from scafld.adapters.codec.answers import accepted
from scafld.adapters.memory.attendance import MemoryPresence
from scafld.adapters.memory.commits import MemoryTree
from scafld.adapters.memory.custodian import MemoryHost
from scafld.adapters.memory.key_ring import MemoryKeyRing, memory_countersign
from scafld.adapters.memory.notary_desk import (
    MemoryReceipts,
    MemoryStandpoint,
    MemoryWiring,
    memory_notary,
    memory_verify,
)
from scafld.adapters.memory.reviewers import ScriptedReviewer, passes
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
from scafld.app.given import Proposed
from scafld.app.guard import Guard
from scafld.app.journal import Document, Memory
from scafld.app.observe import Observer
from scafld.app.ports import Ports
from scafld.app.premises.accept import Accept
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
from scafld.app.verify import VerifyAll, Where
from scafld.core.contract.commands import Detected
from scafld.core.contract.spec import Spec
from scafld.core.digest import digest_of
from scafld.core.evidence.terms import Subject
from scafld.core.names import Actor, Digest, TaskId
from scafld.core.policy import Policy
from scafld.core.refusal import Misused, Refused, Unavailable
from scafld.core.value import value
from scafld.testing.paper import cites, draft_of, page, read_spec, write_spec


@value
class Commands:
    """What commands do, by their text; see `commands`."""

    script: Script


class Content(ScriptedReviewer):
    """Passes everything, as often as it is asked, after whatever was put into `answers`."""

    def provider(self, tree: MemoryTree) -> Provider:
        if not self.answers:
            self.answers.append(passes())
        return super().provider(tree)


class Household:
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
        self.host = MemoryHost()
        self.ledgers = self.host.ledgers
        self.specs = MemorySpecs(read=read_spec, write=write_spec, used=lambda task_id: task_id in self.ledgers.files)
        self.pages = MemoryPages()
        self.receipts = MemoryReceipts()
        self.people = MemoryKeyRing()
        self.journal = self.host.journal(self.specs, self.receipts, self.clock, actor)
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
            self_check=MemoryWiring(self.policy.proof, self.clock).self_check,
            note=MemoryWiring.note,
            keys=lambda: self.host.keys(self.clock),
            accept=lambda: Accept(journal=self.journal),
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
        return memory_countersign(self.people, self.policy.proof)

    def verify(self, where: Where) -> VerifyAll:
        standpoint = MemoryStandpoint(tree=self.tree, contract=self.contract, checker=self.checker())
        if where != Where():
            raise Misused("a workspace in memory is verified as it stands")
        trusted = (self.people.trusted, self.people.check)
        return memory_verify(standpoint, self.receipts, self.clock, self.policy, trusted)

    def contract(self, task_id: TaskId) -> Spec | None:
        document = self.specs.find(task_id)
        return document.spec if document else None

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
            remembered=self.host.custody.tasks,
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
            return Bench(providers=(Content((), name="local", authorises=False).provider(self.tree),))
        reviewers = self.reviewer if isinstance(self.reviewer, tuple) else (self.reviewer,)
        providers = tuple(
            each.provider(self.tree) if isinstance(each, ScriptedReviewer) else each for each in reviewers
        )
        return Bench(providers=providers, quorum=self.policy.review.panel.quorum)

    def settle(self, task_id: TaskId) -> None:
        """Finish what an interrupted command left to show, unless somebody is at work on the task."""
        with suppress(Unavailable, Refused), self.journal.open(task_id, "status"):
            pass

    def glimpse(self, task_id: TaskId) -> tuple[Document | None, Memory | None]:
        return self.specs.find(task_id), self.ledgers.recall(task_id)
