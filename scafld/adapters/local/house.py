"""Everything a workspace on this machine is made of, each part made when it is first needed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from scafld.adapters.files.root import WORKSPACE
from scafld.adapters.trace import trace
from scafld.app.ports import Ports
from scafld.core.names import Actor, Digest, Moment, TaskId
from scafld.core.refusal import Refused, Unavailable
from scafld.core.value import changed, value

if TYPE_CHECKING:
    from scafld.adapters.files.census import Census
    from scafld.adapters.files.glimpse import Glimpses
    from scafld.adapters.files.ledgers import FileLedgers
    from scafld.adapters.files.presence import Presence
    from scafld.adapters.files.receipts import FileReceipts
    from scafld.adapters.files.specs import FileSpecs
    from scafld.adapters.local.models import Models
    from scafld.adapters.local.proofs import Proofs
    from scafld.adapters.local.strongroom import Strongroom
    from scafld.app.ask import Watcher
    from scafld.app.check import Checker, Runner, Telling
    from scafld.app.countersign import Countersign
    from scafld.app.given import Noted, Proposed
    from scafld.app.journal import Document, Journal, Memory
    from scafld.app.keys import Keys
    from scafld.app.observe import Observer
    from scafld.app.premises.accept import Accept
    from scafld.app.premises.doctor import Doctor
    from scafld.app.premises.lay import LaidDown
    from scafld.app.premises.wiring import SelfCheck
    from scafld.app.task.approve import Approve
    from scafld.app.task.build import Build
    from scafld.app.task.close import Close
    from scafld.app.task.complete import Complete
    from scafld.app.task.export import Export
    from scafld.app.task.handoff import HandOff
    from scafld.app.task.harden import Harden
    from scafld.app.task.list import Tasks
    from scafld.app.task.log import Log, Logged
    from scafld.app.task.plan import Plan
    from scafld.app.task.quick import Quick
    from scafld.app.task.show import Show
    from scafld.app.task.status import StatusOf
    from scafld.app.task.validate import Validate
    from scafld.app.verify import VerifyAll, Where
    from scafld.core.contract.commands import Detected
    from scafld.core.policy import Policy


@value
class Surroundings:
    """What a workspace takes from the process it is opened in. `start`: the folder from which it was looked for; None
    where it was named."""

    environ: Mapping[str, str]
    actor: Actor
    tell: Telling | None
    watch: Watcher | None
    now: Callable[[], Moment] | None
    start: str | None = None


class House:
    """`ports()` is what a Workspace is made with; nothing else is for callers."""

    def __init__(self, root: str, around: Surroundings) -> None:
        self.root = root
        self.around = around
        self.scafld_dir = os.path.join(root, WORKSPACE)

    def ports(self) -> Ports:
        return Ports(
            root=self.root,
            plan=self.plan,
            quick=self.quick,
            draft=self.models.draft,
            harden=self.harden,
            question=self.models.question,
            approve=self.approve,
            build=self.build,
            review=self.models.review,
            complete=self.complete,
            close=self.close,
            status=self.status,
            tasks=self.tasks,
            show=self.show,
            log=self.log,
            handoff=self.handoff,
            export=self.export,
            validate=self.validate,
            doctor=self.doctor,
            verify=self.verify,
            self_check=self.self_check,
            note=self.note,
            keys=self.keys,
            accept=self.accept,
            update=self.update,
            propose=self.propose,
            bench=self.models.bench,
            names_a_model=self.models.names_a_model,
            prompt=self.prompt,
        )

    # What the verbs share.

    def now(self) -> Moment:
        if self.around.now is not None:
            return self.around.now()
        seconds, milliseconds = divmod(time.time_ns() // 1_000_000, 1000)
        return Moment(f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{milliseconds:03d}Z")

    @cached_property
    def ledgers(self) -> FileLedgers:
        from scafld.adapters.files.ledgers import FileLedgers

        return FileLedgers(scafld_dir=self.scafld_dir, sign=self._sign)

    def _sign(self, message: bytes) -> tuple[str, bytes]:
        return self.strongroom.sign(message)

    @cached_property
    def specs(self) -> FileSpecs:
        from scafld.adapters.files.specs import FileSpecs
        from scafld.adapters.local.joints import read_spec, write_spec

        return FileSpecs(scafld_dir=self.scafld_dir, read=read_spec, write=write_spec)

    @cached_property
    def receipts(self) -> FileReceipts:
        from scafld.adapters.files.receipts import FileReceipts

        return FileReceipts(scafld_dir=self.scafld_dir)

    @cached_property
    def glimpses(self) -> Glimpses:
        from scafld.adapters.files.glimpse import Glimpses

        return Glimpses(ledgers=self.ledgers)

    @cached_property
    def journal(self) -> Journal:
        return self.strongroom.journal()

    @cached_property
    def strongroom(self) -> Strongroom:
        from scafld.adapters.local.strongroom import Strongroom

        return Strongroom(self)

    @cached_property
    def observer(self) -> Observer:
        from scafld.adapters.git.worktree import open_worktree
        from scafld.adapters.local.joints import git_binary
        from scafld.app.observe import Observer

        git = git_binary(self.around.environ)
        trace("worktree.open", root=self.root, git=git)
        return Observer(worktree=open_worktree(self.root, git, self.around.environ))

    @cached_property
    def policy(self) -> Policy:
        """The configuration as written: what gates go by."""
        from scafld.adapters.config.overlay import policy_as_written

        trace("policy.read", root=self.root)
        return policy_as_written(self.root)

    @cached_property
    def glimpsed_policy(self) -> Policy:
        """The configuration as remembered: what views go by."""
        from scafld.adapters.config.overlay import read_policy

        return read_policy(self.root)

    def checker(self) -> Checker:
        from scafld.adapters.local.workshop import checker_of

        return checker_of(self)

    def runner(self) -> Runner:
        from scafld.adapters.local.workshop import runner_of

        return runner_of(self)

    def detect(self) -> Detected:
        from scafld.adapters.toolchain.detect import detect

        return detect(self.root)

    def prompt(self, role: str) -> str:
        from scafld.adapters.files.laid.footprint import prompt

        return prompt(self.root, role)

    # The verbs.

    def plan(self) -> Plan:
        from scafld.adapters.local.joints import write_draft
        from scafld.app.task.plan import Plan

        return Plan(journal=self.journal, write=write_draft, read=self.specs.reading, detect=self.detect)

    def quick(self) -> Quick:
        from scafld.app.task.quick import Quick

        return Quick(plan=self.plan(), approve=self.approve(), build=self.build())

    def harden(self) -> Harden:
        from scafld.adapters.files.citations import cite
        from scafld.adapters.markdown.harden_rounds import SpecRounds
        from scafld.app.task.harden import Harden

        return Harden(
            journal=self.journal,
            rounds=SpecRounds(write=self.specs.rewrite),
            cite=lambda opened: cite(self.root, opened.spec),
            presence=self.presence,
        )

    @cached_property
    def presence(self) -> Presence:
        from scafld.adapters.files.presence import Presence

        return Presence(scafld_dir=self.scafld_dir)

    @cached_property
    def models(self) -> Models:
        from scafld.adapters.local.models import Models

        return Models(self)

    def approve(self) -> Approve:
        from scafld.app.task.approve import Approve

        return Approve(journal=self.journal, observer=self.observer, policy=self.policy, countersign=self.countersign)

    def build(self) -> Build:
        from scafld.app.task.build import Build

        return Build(
            journal=self.journal,
            observer=self.observer,
            checker=self.checker(),
            policy=self.policy,
            countersign=self.countersign,
        )

    def complete(self) -> Complete:
        from scafld.app.task.complete import Complete

        return Complete(
            journal=self.journal,
            observer=self.observer,
            checker=self.checker(),
            policy=self.policy,
            notary=self.proofs.notary(),
            countersign=self.countersign,
        )

    def countersign(self) -> Countersign:
        from scafld.adapters.local.consents import countersign_of

        return countersign_of(self)

    @cached_property
    def proofs(self) -> Proofs:
        from scafld.adapters.local.proofs import Proofs

        return Proofs(self)

    def verify(self, where: Where) -> VerifyAll:
        return self.proofs.verify(where)

    def self_check(self) -> SelfCheck:
        return self.proofs.self_check()

    def note(self, task_id: TaskId, commit: str) -> Noted:
        return self.proofs.note(task_id, commit)

    def keys(self) -> Keys:
        return self.strongroom.keys()

    def accept(self) -> Accept:
        return self.strongroom.accept()

    def close(self) -> Close:
        from scafld.app.task.close import Close

        return Close(journal=self.journal)

    def status(self) -> StatusOf:
        from scafld.app.task.status import StatusOf

        return StatusOf(
            glimpse=self.glimpse,
            settle=self.settle,
            observer=lambda: self.observer,
            policy=lambda: self.glimpsed_policy,
            now=self.now,
            alive=self.attended,
            issued=self.issued,
        )

    def issued(self, task_id: TaskId, receipt: Digest) -> bool:
        return self.receipts.issued(task_id, receipt)

    def attended(self, task_id: TaskId) -> bool:
        return self.presence.attended(task_id)

    def settle(self, task_id: TaskId) -> None:
        """Finish what an interrupted command left to show, unless somebody is at work on the task or cannot write."""
        impatient = changed(self.ledgers, patience_s=0.0)
        trace("projection.settle", task=task_id)
        with suppress(Unavailable, Refused), changed(self.journal, ledgers=impatient).open(task_id, "status"):
            pass

    def glimpse(self, task_id: TaskId) -> tuple[Document | None, Memory | None]:
        trace("task.glimpse", task=task_id)
        return self.specs.glimpse(task_id), self.glimpses.recall(task_id)

    def tasks(self) -> Tasks:
        from scafld.adapters.files.index import Index
        from scafld.app.task.list import Tasks

        return Tasks(rows=Index(scafld_dir=self.scafld_dir, census=self._census).rows)

    def _census(self) -> Census:
        from scafld.adapters.files.census import Census

        return Census(specs=self.specs, ledgers=self.ledgers)

    def show(self) -> Show:
        from scafld.app.task.show import Show

        return Show(specs=self.specs)

    def log(self) -> Log:
        from scafld.app.task.log import Log

        return Log(entries=self._entries)

    def _entries(self, task_id: TaskId) -> Iterator[Logged]:
        from scafld.adapters.files.logbook import logged

        return logged(self.ledgers, task_id)

    def handoff(self) -> HandOff:
        from scafld.adapters.files.pages import Pages
        from scafld.app.task.handoff import HandOff

        return HandOff(status=self.status(), keep=Pages(scafld_dir=self.scafld_dir).keep)

    def export(self) -> Export:
        from scafld.adapters.local.joints import receipt_of
        from scafld.app.task.export import Export

        return Export(journal=self.journal, status=self.status(), receipt=lambda task: receipt_of(self.root, task))

    def validate(self) -> Validate:
        from scafld.app.task.validate import Validate

        return Validate(specs=self.specs, every=self.specs.every)

    def doctor(self) -> Doctor:
        from scafld.adapters.config.overlay import policy_as_written
        from scafld.adapters.files.laid.inventory import Inventory
        from scafld.adapters.files.pages import Pages
        from scafld.adapters.local.joints import write_spec
        from scafld.app.premises.doctor import Doctor

        premises = Inventory(specs=self.specs, read_config=lambda: policy_as_written(self.root))
        return Doctor(
            journal=self.journal,
            premises=premises,
            shows=lambda document, projection: write_spec(document.text, projection) == document.text,
            evidence=Pages(scafld_dir=self.scafld_dir).spoiled,
            issued=self.receipts.issued,
            remembered=self.strongroom.custody.tasks,
        )

    def update(self) -> LaidDown:
        from scafld.adapters.local.upkeep import refresh

        return refresh(self.root)

    def propose(self) -> Proposed:
        from scafld.adapters.local.upkeep import proposed

        return proposed(self.root, self.detect())
