"""How scafld says no: a refusal is data, and names what would make it a yes.

    ScafldError
    ├── Refused        the rules say no                     exit 3, 4 or 6 by kind
    ├── Malformed      a text cannot be read as it stands    exit 3 (a document) or 6 (configuration, a damaged ledger)
    ├── Unavailable    the world did not help                exit 1 (disk full ...), 5 (cancelled), 6 (no workspace)
    └── Misused        the caller's words are wrong          exit 2

Everything else that is raised is a bug.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum

from scafld.core.contract.problems import Problem
from scafld.core.value import value


class Exit(IntEnum):
    """What a process that ends with a no returns."""

    OK = 0
    RUNTIME = 1
    USAGE = 2
    VALIDATION = 3
    REVIEW = 4
    CANCELLED = 5
    WORKSPACE = 6


class Gate(StrEnum):
    """Which gate said no."""

    PLAN = "plan"
    HARDEN = "harden"
    APPROVE = "approve"
    BUILD = "build"
    REVIEW = "review"
    COMPLETE = "complete"
    CLOSE = "close"
    LEDGER = "ledger"
    CONFIG = "config"
    WORKSPACE = "workspace"


@value
class Refusal:
    """A no, with what would make it a yes. `next` can be run as it stands, or is empty."""

    gate: Gate
    reason: str
    status: str = ""
    expected: str = ""
    actual: str = ""
    evidence: tuple[str, ...] = ()
    blockers: tuple[str, ...] = ()
    next: str = ""


class ScafldError(Exception):
    """The root of every error that scafld raises on purpose. `exit` is the process's exit code."""

    exit: Exit = Exit.RUNTIME
    code = "runtime_error"


class Refused(ScafldError):
    """The rules say no; `refusal` says what would make it a yes. Nothing on disk has changed."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal
        match refusal.gate:
            case Gate.REVIEW:
                self.exit, self.code = Exit.REVIEW, "review_failed"
            case Gate.CONFIG | Gate.WORKSPACE | Gate.LEDGER:
                self.exit, self.code = Exit.WORKSPACE, "workspace_error"
            case _:
                self.exit, self.code = Exit.VALIDATION, "validation_failed"


class Malformed(ScafldError):
    """A text cannot be read as it stands: `path` (relative to the workspace) and every problem at once."""

    exit = Exit.VALIDATION
    code = "validation_failed"

    def __init__(self, path: str, problems: tuple[Problem, ...], *, next: str = "") -> None:
        first = problems[0].message if problems else "it cannot be read"
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"{path}: {first}{more}")
        self.path = path
        self.problems = problems
        self.next = next


class Damaged(Malformed):
    """A ledger does not hold together; the problems name the entry. Nothing may lean on it."""

    exit = Exit.WORKSPACE
    code = "workspace_error"


class BadConfig(Malformed):
    """The configuration cannot be read as it stands."""

    exit = Exit.WORKSPACE
    code = "workspace_error"


class Unavailable(ScafldError):
    """The world did not help: a file, a lock, a tool. `next` is what to do about it."""

    def __init__(self, reason: str, *, next: str = "") -> None:
        super().__init__(reason)
        self.next = next


class NoWorkspace(Unavailable):
    """No `.scafld/` here or above."""

    exit = Exit.WORKSPACE
    code = "workspace_error"


class Cancelled(Unavailable):
    """Somebody stopped it; what was recorded stays recorded."""

    exit = Exit.CANCELLED
    code = "cancelled"


class Misused(ScafldError):
    """The caller's words are wrong: an unknown flag, a bad number, an id that is no id."""

    exit = Exit.USAGE
    code = "invalid_input"

    def __init__(self, reason: str, *, next: str = "") -> None:
        super().__init__(reason)
        self.next = next
