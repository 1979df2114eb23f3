"""What was asked: the contract a human wrote, as a value. It never holds a status."""

from __future__ import annotations

from enum import StrEnum

from scafld.core.digest import digest_of
from scafld.core.names import CriterionId, Digest, PhaseId, TaskId
from scafld.core.value import value


class Size(StrEnum):
    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class Risk(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Profile(StrEnum):
    """How much ceremony the risk is worth."""

    LIGHT = "light"
    STANDARD = "standard"
    STRICT = "strict"


PROFILE_BY_RISK = {Risk.LOW: Profile.LIGHT, Risk.MEDIUM: Profile.STANDARD, Risk.HIGH: Profile.STRICT}


class Expected(StrEnum):
    """What a criterion expects of the world."""

    EXIT_CODE_ZERO = "exit_code_zero"
    EXIT_CODE_NONZERO = "exit_code_nonzero"
    NO_MATCHES = "no_matches"
    MANUAL = "manual"
    BROWSER_EVIDENCE = "browser_evidence"


class Start(StrEnum):
    """What the author says a criterion shows before the work: `Baseline: red` (the default) or `green - reason`."""

    RED = "red"
    GREEN = "green"


@value
class Criterion:
    """One thing that must be true, and the command that shows it.

    `line` is where it stands in the document, from 1. `exit_code`, `contains`, `cwd` (relative to the workspace) and
    `timeout_s` (seconds) are None or empty when the author did not say. `label` is the author's word for its sort
    (`command`, `integration`, `test` ...) and decides nothing.
    """

    id: CriterionId
    title: str
    expected: Expected = Expected.EXIT_CODE_ZERO
    label: str = "command"
    command: str = ""
    exit_code: int | None = None
    contains: str = ""
    cwd: str = ""
    timeout_s: int | None = None
    evidence_required: str = ""
    start: Start = Start.RED
    start_reason: str = ""
    line: int = 0

    @property
    def fingerprint(self) -> Digest:
        """Names exactly what is asked; evidence for another wording is no evidence for this one."""
        asked: tuple[object, ...] = (
            self.expected,
            self.command,
            self.exit_code,
            self.contains,
            self.cwd,
            self.evidence_required,
        )
        if self.expected is Expected.MANUAL:
            asked = (*asked, self.title)
        return digest_of("\0".join(str(part) for part in asked).encode("utf-8", "surrogatepass"))


@value
class Done:
    """A line of a definition of done: for people, never a criterion. Its tick is not part of the contract."""

    text: str
    id: str = ""
    line: int = 0


@value
class Hazard:
    """A risk the author sees, and what is done about it."""

    description: str
    mitigation: str = ""


@value
class Phase:
    """A step of the work with its own criteria; `number` as written, `line` from 1."""

    id: PhaseId
    number: int
    name: str
    goal: str = ""
    dependencies: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    definition_of_done: tuple[Done, ...] = ()
    line: int = 0


@value
class Context:
    """Where the work happens, in the author's words."""

    cwd: str = ""
    packages: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    invariants: tuple[str, ...] = ()
    related_docs: tuple[str, ...] = ()


@value
class Spec:
    """A whole contract. `text` is everything a human wrote, none of what scafld projects, with LF and no BOM:
    what the contract digest is taken over. All other fields are read out of it."""

    task_id: TaskId
    title: str
    text: str
    summary: str = ""
    size: Size = Size.MEDIUM
    risk: Risk = Risk.MEDIUM
    chosen_profile: Profile | None = None
    context: Context = Context()
    objectives: tuple[str, ...] = ()
    scope_in: tuple[str, ...] = ()
    scope_out: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    touchpoints: tuple[str, ...] = ()
    risks: tuple[Hazard, ...] = ()
    definition_of_done: tuple[Done, ...] = ()
    final_criteria: tuple[Criterion, ...] = ()
    phases: tuple[Phase, ...] = ()
    rollback: tuple[str, ...] = ()
    planning_log: tuple[str, ...] = ()
    claimed_status: str = ""

    @property
    def digest(self) -> Digest:
        """The contract digest: what an approval binds."""
        return digest_of(b"scafld-contract-v1\n" + self.text.encode("utf-8", "surrogatepass"))

    @property
    def profile(self) -> Profile:
        """The author's choice, else what the risk is worth."""
        return self.chosen_profile or PROFILE_BY_RISK[self.risk]

    def criteria(self) -> tuple[tuple[PhaseId | None, Criterion], ...]:
        """Every criterion in document order of judging: phase by phase, then the final ones (phase None)."""
        of_phases = tuple((phase.id, criterion) for phase in self.phases for criterion in phase.criteria)
        return of_phases + tuple((None, criterion) for criterion in self.final_criteria)

    def phase(self, wanted: PhaseId) -> Phase | None:
        return next((phase for phase in self.phases if phase.id == wanted), None)

    def declared_changes(self) -> tuple[str, ...]:
        """Every place where the author names files: what the declared scope is read from."""
        of_phases = tuple(change for phase in self.phases for change in phase.changes)
        return (*self.context.packages, *self.context.files, *self.scope_in, *self.touchpoints, *of_phases)
