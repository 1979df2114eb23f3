"""The front door: ports in, one method a verb.

ws = scafld.open(".")
ws.plan("add-cache", title="Add a cache", command="pytest -q")
overview = ws.build("add-cache").overview
overview.next_action.command
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scafld.app.given import Drafted, Noted, Proposed, Questioned, Stepped
from scafld.app.words import attestation, task_named
from scafld.core.contract.spec import Profile, Risk, Size
from scafld.core.refusal import Misused
from scafld.core.value import changed

if TYPE_CHECKING:
    from scafld.app.ask import Wanted
    from scafld.app.journal import Document, Opened
    from scafld.app.keys import Keys
    from scafld.app.ports import Ports
    from scafld.app.premises.accept import Accepted
    from scafld.app.premises.doctor import Health
    from scafld.app.premises.lay import LaidDown
    from scafld.app.premises.wiring import Wired
    from scafld.app.task.build import Built
    from scafld.app.task.complete import Ended
    from scafld.app.task.export import Exported
    from scafld.app.task.handoff import HandedOff
    from scafld.app.task.harden import Hardened
    from scafld.app.task.log import Logged
    from scafld.app.task.review import ReviewWanted
    from scafld.app.task.validate import Validated
    from scafld.app.to_sign import ToSign
    from scafld.app.verify import Verification
    from scafld.core.names import TaskId
    from scafld.core.proof.spoken.hand import Hand
    from scafld.core.views.metrics import Report, Row
    from scafld.core.views.overview import Overview
    from scafld.core.views.packet import Packet


class Workspace:
    """One workspace. Verbs are synchronous; every no is a `scafld.Refused` or another `scafld.ScafldError`."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    @property
    def root(self) -> str:
        """The folder that holds `.scafld/`, absolute."""
        return self._ports.root

    # A task from plan to complete.

    def plan(
        self,
        task: str,
        *,
        title: str = "",
        summary: str = "",
        command: str = "",
        files: tuple[str, ...] = (),
        size: Size = Size.SMALL,
        risk: Risk = Risk.LOW,
        profile: Profile | None = None,
    ) -> Drafted:
        """Write a draft that knows its repository. Refused when the id was ever used."""
        from scafld.app.task.plan import PlanAsked

        asked = PlanAsked(
            task_id=_id(task),
            title=title,
            summary=summary,
            command=command,
            files=files,
            size=size,
            risk=risk,
            profile=profile,
        )
        planned = self._ports.plan()(asked)
        return Drafted(overview=self._of(planned.opened), path=planned.opened.document.path, detected=planned.detected)

    def quick(self, task: str, *, title: str, command: str, summary: str = "", files: tuple[str, ...] = ()) -> Stepped:
        """Plan, approve and open a light contract in one act of a person, recorded as such."""
        from scafld.app.task.plan import PlanAsked

        asked = PlanAsked(
            task_id=_id(task), title=title, command=command, summary=summary, files=files, profile=Profile.LIGHT
        )
        return self._stepped(self._ports.quick()(asked))

    def plan_by_model(
        self,
        task: str,
        *,
        request: str,
        provider: str = "",
        model: str = "",
        provider_binary: str = "",
        provider_command: str = "",
        size: Size = Size.SMALL,
        risk: Risk = Risk.LOW,
        profile: Profile | None = None,
    ) -> Drafted:
        """Let a model read the workspace and draft the contract. Nothing of it is approved."""
        from scafld.app.task.plan import PlanAsked
        from scafld.core.evidence.terms import Subject

        if not request.strip():
            raise Misused("a model needs a request to plan from", next="scafld plan --help")
        asked = PlanAsked(task_id=_id(task), size=size, risk=risk, profile=profile)
        bench = self._ports.bench(Subject.PLAN, _wanted_of(provider, model, provider_binary, provider_command))
        planned = self._ports.draft()(asked, request, bench.providers[0])
        return Drafted(
            overview=_warned(self._of(planned.opened), bench.warnings),
            path=planned.opened.document.path,
            detected=planned.detected,
            questions=planned.questions,
        )

    def harden(self, task: str, *, mark_passed: bool = False, abandon: bool = False, reason: str = "") -> Questioned:
        """Open a round of questions on a draft; with `mark_passed`, have its answers checked and bound; with
        `abandon`, give it up."""
        verb = self._ports.harden()
        if mark_passed:
            done = verb.mark_passed(_id(task), reason)
        elif abandon:
            done = verb.abandon(_id(task), reason)
        else:
            done = verb(_id(task))
        prompt = "" if done.passed or abandon else self._by_hand(done.round)
        return self._questioned(done, prompt, ())

    def harden_by_model(
        self,
        task: str,
        *,
        provider: str = "",
        model: str = "",
        provider_binary: str = "",
        provider_command: str = "",
        force: bool = False,
        reason: str = "",
    ) -> Questioned:
        """Have a model question a draft. That it asks for another draft is an answer."""
        from scafld.core.evidence.terms import Subject

        _need_reason(force, reason, f"scafld harden {task}")
        bench = self._ports.bench(Subject.HARDEN, _wanted_of(provider, model, provider_binary, provider_command))
        done = self._ports.question()(_id(task), bench.providers[0], reason if force else "")
        return self._questioned(done, "", bench.warnings)

    def hardens_by_model(self) -> bool:
        """Whether the configuration names a model for hardening."""
        from scafld.core.evidence.terms import Subject

        return self._ports.names_a_model(Subject.HARDEN)

    def harden_context(self, task: str) -> Packet:
        """What a model that hardens would be sent now. Writes nothing."""
        return self._ports.question().context_of(_id(task))

    def plan_context(self, task: str, request: str) -> Packet:
        """What a model that plans would be sent first. Writes nothing."""
        from scafld.app.task.plan import PlanAsked

        return self._ports.draft().context_of(PlanAsked(task_id=_id(task)), request)

    def approve(self, task: str, *, reason: str = "", by: Hand | None = None) -> Overview:
        """Bind the contract as it reads now, and the tree as it is; where only signatures approve, once there are
        enough. `by`: how a signature comes in, here and wherever a person gives their word."""
        verb = self._ports.approve()
        return _warned(self._of(verb(_id(task), reason, by)), verb.warnings(by))

    @property
    def to_sign(self) -> ToSign:
        """The exact bytes that a person signs for a word of theirs."""
        from scafld.app.to_sign import ToSign

        return ToSign(ports=self._ports)

    def build(self, task: str) -> Stepped:
        """Take one step: open the next phase, or judge the open one."""
        return self._stepped(self._ports.build()(_id(task)))

    def attest(
        self, task: str, criterion: str, *, passed: bool, reason: str, evidence: str, by: Hand | None = None
    ) -> Overview:
        """Vouch for a manual criterion; `evidence` is the SHA-256 of what was looked at."""
        said = attestation(criterion, passed=passed, reason=reason, evidence=evidence)
        return self._of(self._ports.build().attest(_id(task), said, by))

    def review(
        self,
        task: str,
        *,
        provider: str = "",
        model: str = "",
        provider_binary: str = "",
        provider_command: str = "",
        mode: str = "",
        min_attack_angles: int | None = None,
        max_findings: int | None = None,
        force: bool = False,
        reason: str = "",
    ) -> Overview:
        """Ask another model, or a panel of them, to attack the change, and record the verdict. A verdict of fail is an
        answer."""
        from scafld.core.evidence.terms import Subject

        wanted = _wanted(mode, min_attack_angles, max_findings, reason if force else "")
        _need_reason(force, reason, f"scafld review {task}")
        bench = self._ports.bench(Subject.REVIEW, _wanted_of(provider, model, provider_binary, provider_command))
        return _warned(self._of(self._ports.review()(_id(task), bench, wanted)), bench.warnings)

    def dismiss(self, task: str, finding: str, *, reason: str, by: Hand | None = None) -> Overview:
        """Say, as a person, that a finding of the last review does not hold on the code as it stands."""
        return self._of(self._ports.review().dismiss(_id(task), finding, reason, by))

    def review_context(self, task: str, *, mode: str = "") -> Packet:
        """What a reviewer would be sent now. Writes nothing."""
        return self._ports.review().context_of(_id(task), _wanted(mode, None, None, ""))

    def review_by_human(self, task: str, *, reason: str, by: Hand | None = None) -> Overview:
        """Take the reviewer's place, with a reason, on the contract and material that stand there."""
        return self._of(self._ports.review().by_human(_id(task), reason, by))

    def abandon_review(self, task: str, *, reason: str = "") -> Overview:
        """End a reviewer's lease before it ends by itself."""
        return self._of(self._ports.review().abandon(_id(task), reason))

    def complete(self, task: str) -> Stepped:
        """Run every criterion again on the reviewed tree, and close the task."""
        done: Ended = self._ports.complete()(_id(task))
        overview = self._of(done.opened)
        blocked = str(overview.status) != "completed"
        return Stepped(overview=overview, kind="completed", phase=None, ran=done.ran, blocked=blocked)

    finalize = complete

    def fail(self, task: str, *, reason: str) -> Overview:
        """Give the task up because it cannot be done."""
        return self._of(self._ports.close().fail(_id(task), reason))

    def cancel(self, task: str, *, reason: str) -> Overview:
        """Give the task up because it is not wanted any more."""
        return self._of(self._ports.close().cancel(_id(task), reason))

    # Reading.

    def status(self, task: str) -> Overview:
        """Where one task stands, and what comes next."""
        return self._ports.status()(_id(task))

    def list(self, *, every: bool = False) -> tuple[Row, ...]:
        """The tasks that are not over, by id; with `every`, all of them."""
        return self._ports.tasks().list(every=every)

    def report(self) -> Report:
        """What all tasks say together."""
        return self._ports.tasks().report()

    def show(self, task: str) -> Document:
        """The spec itself, as it stands."""
        return self._ports.show()(_id(task))

    def log(self, task: str) -> Iterator[Logged]:
        """The ledger, entry by entry, each proved as it is read."""
        return self._ports.log()(_id(task))

    def handoff(self, task: str, *, role: str = "") -> HandedOff:
        """What the next voice is told, kept under runs/<id>/handoffs/ as it was told."""
        return self._ports.handoff()(_id(task), role)

    def export(self, task: str, *, format: str) -> Exported:
        """What is on record, in a format that other tools read: sarif, junit, in-toto or markdown. Writes nothing."""
        return self._ports.export()(_id(task), format)

    def verify(
        self, *receipts: str, commit: str = "", base: str = "", trust_from: str = "", depth: str = "full"
    ) -> Verification:
        """Hold receipts, named by task or file, or every one there is, against the working tree or a commit.

        With `base` only what came between it and `commit` (else HEAD) is asked about, and keys and demands are those of
        `trust_from`, else of `base`. `depth`: `material` looks at signatures, demands and files; `no-run` at the
        contract too; `full` runs every criterion again in a clean checkout.
        """
        from scafld.app.verify import Depth, Where

        if depth not in set(Depth):
            raise Misused(f"there is no depth {depth!r}; depths are {', '.join(Depth)}")
        where = Where(commit=commit or ("HEAD" if base else ""), base=base, trust_from=trust_from)
        return self._ports.verify(where)(receipts, Depth(depth))

    @property
    def keys(self) -> Keys:
        """This host's keys and the trusted ones: `list`, `show`, `rotate`, `revoke`, `trust`."""
        return self._ports.keys()

    def note(self, task: str, *, commit: str = "HEAD") -> Noted:
        """Attach the receipt of a task to a commit, as a git note beside those that are there."""
        return self._ports.note(_id(task), commit)

    def self_check(self) -> Wired:
        """What is really wired to verify receipts, and what to do where it is not as the policy says."""
        return self._ports.self_check()()

    def validate(self, task: str) -> Validated:
        """Everything that is wrong with a contract, at once."""
        return self._ports.validate()(_id(task))

    def validate_all(self) -> tuple[Validated, ...]:
        """The same for every contract of the workspace."""
        return self._ports.validate().all()

    # The workspace itself.

    def update(self) -> LaidDown:
        """Refresh what scafld lays down and manages; all of it, or nothing."""
        return self._ports.update()

    def config(self) -> Proposed:
        """A configuration that the repository itself gives evidence for, to be pasted as it stands."""
        return self._ports.propose()

    def doctor(self, *, repair: bool = False) -> Health:
        """Look everything over; with `repair`, mend what is only derived."""
        return self._ports.doctor()(repair=repair)

    def accept_ledger(self, task: str, *, reason: str) -> Accepted:
        """Take a ledger as it stands, as a person, against what this host remembers of it or can prove."""
        return self._ports.accept()(_id(task), reason)

    # Private.

    def _of(self, opened: Opened) -> Overview:
        return self._ports.status().of(opened.document, opened.spec, opened.memory)

    def _by_hand(self, round_id: str) -> str:
        from scafld.core.views.answering import answering

        return f"{self._ports.prompt('harden').rstrip()}\n\n{answering(round_id)}"

    def _questioned(self, done: Hardened, prompt: str, warnings: tuple[str, ...]) -> Questioned:
        return Questioned(
            overview=_warned(self._of(done.opened), warnings),
            round=done.round,
            passed=done.passed,
            created=done.created,
            prompt=prompt,
            path=done.opened.document.path,
        )

    def _stepped(self, built: Built) -> Stepped:
        from scafld.core.task.decide.step import Open

        overview = self._of(built.opened)
        kind = "opened" if isinstance(built.step, Open) else "judged"
        blocked = kind == "judged" and str(overview.status) == "blocked"
        return Stepped(overview=overview, kind=kind, phase=built.step.phase, ran=built.ran, blocked=blocked)


# Private.


def _wanted(mode: str, angles: int | None, findings: int | None, forced: str) -> ReviewWanted:
    from scafld.app.task.review import ReviewWanted
    from scafld.core.evidence.dossier import Mode

    if mode and mode not in set(Mode):
        raise Misused(f"there is no mode {mode!r}; modes are {', '.join(Mode)}")
    for name, number in (("min_attack_angles", angles), ("max_findings", findings)):
        if number is not None and number < 1:
            raise Misused(f"{name} is a number from 1, not {number}")
    return ReviewWanted(
        mode=Mode(mode) if mode else None, min_attack_angles=angles, max_findings=findings, forced=forced
    )


def _wanted_of(provider: str, model: str, binary: str, command: str) -> Wanted:
    from scafld.app.ask import Wanted

    return Wanted(provider=provider, model=model, binary=binary, command=command)


def _need_reason(force: bool, reason: str, command: str) -> None:
    if force and not reason.strip():
        raise Misused("--force needs --reason", next=f'{command} --force --reason "..."')


def _warned(overview: Overview, warnings: tuple[str, ...]) -> Overview:
    return changed(overview, warnings=(*overview.warnings, *warnings)) if warnings else overview


def _id(text: str) -> TaskId:
    return task_named(text)
