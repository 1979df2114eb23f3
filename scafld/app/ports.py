"""What a workspace is made of: the verbs, each made with its ports when it is asked for.

Every field makes its verb on call, so that a command loads no more of the house than it uses.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from scafld.core.value import value

if TYPE_CHECKING:
    from scafld.app.ask import Bench, Wanted
    from scafld.app.given import Noted, Proposed
    from scafld.app.keys import Keys
    from scafld.app.premises.accept import Accept
    from scafld.app.premises.doctor import Doctor
    from scafld.app.premises.lay import LaidDown
    from scafld.app.premises.wiring import SelfCheck
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
    from scafld.app.verify import VerifyAll, Where
    from scafld.core.evidence.terms import Subject
    from scafld.core.names import TaskId


@value
class Ports:
    """`prompt` gives the words for a role; `bench` whom the caller's words and the configuration choose for a subject;
    `names_a_model` whether the configuration does so where the caller says nothing. `note` attaches a task's receipt to
    a commit. `accept` takes a ledger as it stands."""

    root: str
    plan: Callable[[], Plan]
    quick: Callable[[], Quick]
    draft: Callable[[], DraftByModel]
    harden: Callable[[], Harden]
    question: Callable[[], HardenByModel]
    approve: Callable[[], Approve]
    build: Callable[[], Build]
    review: Callable[[], Review]
    complete: Callable[[], Complete]
    close: Callable[[], Close]
    status: Callable[[], StatusOf]
    tasks: Callable[[], Tasks]
    show: Callable[[], Show]
    log: Callable[[], Log]
    handoff: Callable[[], HandOff]
    export: Callable[[], Export]
    validate: Callable[[], Validate]
    doctor: Callable[[], Doctor]
    verify: Callable[[Where], VerifyAll]
    self_check: Callable[[], SelfCheck]
    note: Callable[[TaskId, str], Noted]
    keys: Callable[[], Keys]
    accept: Callable[[], Accept]
    update: Callable[[], LaidDown]
    propose: Callable[[], Proposed]
    bench: Callable[[Subject, Wanted], Bench]
    names_a_model: Callable[[Subject], bool]
    prompt: Callable[[str], str]
