"""What a project asks of scafld: its configuration as values, named as the keys of `.scafld/config.yaml` are.

A field that stands here is a key there, in the same place: `policy.review.dossier.max_findings` is
`review: {dossier: {max_findings: ...}}`. Maps from text to text are tuples of pairs, in the order written.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from scafld.core.contract.problems import Problem
from scafld.core.evidence.criterion import Strength
from scafld.core.value import value


class ProviderChoice(StrEnum):
    """Who is asked. `auto` lets scafld choose among those installed; empty means that nobody is asked."""

    NOBODY = ""
    AUTO = "auto"
    CODEX = "codex"
    CLAUDE = "claude"
    GEMINI = "gemini"
    COMMAND = "command"
    LOCAL = "local"


class Fallback(StrEnum):
    """What happens when the provider of choice is not there, or only one of the author's own vendor is: stop, go on and
    say so, or go on."""

    DISABLE = "disable"
    WARN = "warn"
    ALLOW = "allow"


class Depth(StrEnum):
    """How far a reviewer is asked to dig."""

    LIGHT = "light"
    STANDARD = "standard"
    DEEP = "deep"


class Rerun(StrEnum):
    """What a second review is for: the open blockers first, everything anew, or the open blockers only."""

    VERIFY_OPEN_BLOCKERS = "verify_open_blockers"
    DISCOVER = "discover"
    VERIFY = "verify"


class Undeclared(StrEnum):
    """What a change outside the declared scope leads to before `complete`."""

    WARN = "warn"
    REFUSE = "refuse"


@value
class Execution:
    """How commands run. `path_prepend` stands as written (`~` and `$NAME` not yet replaced); times are seconds,
    0 for no bound on silence."""

    path_prepend: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    absolute_timeout_seconds: int = 300
    idle_timeout_seconds: int = 0


@value
class Recovery:
    """How often an agent may repair a blocked build before a person is needed."""

    max_attempts: int = 2


@value
class Llm:
    recovery: Recovery = Recovery()


@value
class Invariants:
    """What must stay true in this project: id and description, in the order written."""

    canonical: tuple[tuple[str, str], ...] = ()


@value
class Check:
    """A command the whole project stands by. `cwd` is relative to the workspace; `timeout_seconds` 0 takes the
    time of `execution`."""

    id: str
    command: str
    title: str = ""
    cwd: str = ""
    timeout_seconds: int = 0


@value
class Checks:
    """`complete`: run before a task of the standard or strict profile completes. `phase`: also run at the end of each
    phase of a strict one."""

    phase: tuple[Check, ...] = ()
    complete: tuple[Check, ...] = ()


@value
class Vendor:
    """One provider's own settings; empty where it decides itself."""

    model: str = ""
    binary: str = ""
    effort: str = ""
    model_reasoning_effort: str = ""


@value
class Asked:
    """Who is asked for a review, and for how long at most (seconds; 0 seconds of silence: no bound)."""

    provider: ProviderChoice = ProviderChoice.AUTO
    command: str = ""
    provider_binary: str = ""
    model: str = ""
    idle_timeout_seconds: int = 180
    absolute_max_seconds: int = 1800
    fallback_policy: Fallback = Fallback.DISABLE
    codex: Vendor = Vendor()
    claude: Vendor = Vendor()
    gemini: Vendor = Vendor()


@value
class Hardening:
    """How a draft is questioned; by nobody but its readers unless a provider is named."""

    max_issues_per_round: int = 8
    context_max_bytes: int = 16384
    external: Asked = Asked(provider=ProviderChoice.NOBODY)


@value
class Planning:
    """How a model drafts a contract: who is asked, and how often it is told what is wrong with its draft."""

    max_cycles: int = 3
    external: Asked = Asked(provider=ProviderChoice.NOBODY)


@value
class ReviewContext:
    """What a reviewer is given: `required_max_bytes` for contract, change and evidence, `max_bytes` for the `files`."""

    files: tuple[str, ...] = ("AGENTS.md", "CLAUDE.md", "README.md")
    max_bytes: int = 16384
    required_max_bytes: int = 131072


@value
class DossierAsked:
    """What a reviewer must hand in; the answer cannot lower it."""

    max_findings: int = 12
    min_attack_angles: int = 6
    review_depth: Depth = Depth.STANDARD
    rerun_policy: Rerun = Rerun.VERIFY_OPEN_BLOCKERS


@value
class Panel:
    """Several reviewers side by side. `seats`: `claude`, `codex:MODEL`, `command:COMMAND` and so on; none for a single
    reviewer. `quorum`: how many of them must pass, 0 when any open blocker fails the review."""

    seats: tuple[str, ...] = ()
    quorum: int = 0


@value
class Review:
    """`lease_seconds`: so long after its time is up, a reviewer that never answered is taken for dead."""

    external: Asked = Asked()
    context: ReviewContext = ReviewContext()
    dossier: DossierAsked = DossierAsked()
    panel: Panel = Panel()
    lease_seconds: int = 300


@value
class ScopeRules:
    undeclared: Undeclared = Undeclared.WARN


@value
class WorkspaceRules:
    """`evidence_roots`: further folders in which browser evidence may lie, as written."""

    evidence_roots: tuple[str, ...] = ()


class Independence(StrEnum):
    """How far the reviewer stands from the author, weakest first, as derived from what was observed of both.

    `none`: a rehearsal, or the author itself; `unknown`: one of the two is not known; `same-vendor`, `cross-vendor`:
    another run of a model of the same vendor, or of another one.
    """

    NONE = "none"
    UNKNOWN = "unknown"
    SAME_VENDOR = "same-vendor"
    CROSS_VENDOR = "cross-vendor"


INDEPENDENCES = tuple(Independence)


class Word(StrEnum):
    """When a person's word counts: never, when a trusted key signed it, or as it stands."""

    NEVER = "never"
    SIGNED = "signed"
    OPEN = "open"


class Approving(StrEnum):
    """Whose approval counts: anybody's, as the ledger has it, or that of trusted keys which signed it."""

    OPEN = "open"
    SIGNED = "signed"


class Carried(StrEnum):
    """How receipts travel: committed with the change, or as git notes on its commit."""

    COMMITTED = "committed"
    NOTES = "notes"


class Wiring(StrEnum):
    """Who holds receipts against a change: whoever wants to on their machine, CI that says what it found, or CI without
    which nothing is merged."""

    LOCAL = "local"
    ADVISORY = "advisory"
    REQUIRED = "required"


@value
class Proof:
    """What a receipt must show before it is believed, and how receipts are carried.

    `independence`: the least, of every review by a model. `strength_of_each`, `strength_of_best`: what each criterion
    must prove at least, and what one of them must. `human_review`: a person in the reviewer's place. `waivers`: a rule
    that a person set aside. `manual_evidence`: a person's word for a manual criterion. `approval`: `signed` asks for
    `approvals` different voices among `approvers` (ids of keys or owners; none named: every key with that role), and
    with `separation` a key that minted the receipt is none of them. `receipts`: how they travel. `wiring`: who
    verifies, as the project means it; `scafld verify --self-check` compares.
    """

    independence: Independence = Independence.UNKNOWN
    strength_of_each: Strength = Strength.DECLARED
    strength_of_best: Strength = Strength.GREEN
    human_review: Word = Word.SIGNED
    waivers: Word = Word.SIGNED
    manual_evidence: Word = Word.OPEN
    approval: Approving = Approving.OPEN
    approvals: int = 1
    approvers: tuple[str, ...] = ()
    separation: bool = True
    receipts: Carried = Carried.COMMITTED
    wiring: Wiring = Wiring.LOCAL


@value
class Policy:
    """Everything a project may settle, with what holds where it says nothing. `warnings` tell of keys that are
    understood and left unread."""

    version: str = "1.0"
    workspace: WorkspaceRules = WorkspaceRules()
    invariants: Invariants = Invariants()
    execution: Execution = Execution()
    llm: Llm = Llm()
    checks: Checks = Checks()
    plan: Planning = Planning()
    harden: Hardening = Hardening()
    review: Review = Review()
    scope: ScopeRules = ScopeRules()
    proof: Proof = Proof()
    warnings: tuple[Problem, ...] = ()


LIMITS: Mapping[str, tuple[int, int]] = {
    "execution.absolute_timeout_seconds": (1, 86_400),
    "execution.idle_timeout_seconds": (0, 86_400),
    "llm.recovery.max_attempts": (0, 20),
    "checks.phase.timeout_seconds": (0, 86_400),
    "checks.complete.timeout_seconds": (0, 86_400),
    "harden.max_issues_per_round": (1, 100),
    "harden.context_max_bytes": (0, 10_000_000),
    "harden.external.idle_timeout_seconds": (0, 86_400),
    "harden.external.absolute_max_seconds": (1, 86_400),
    "review.external.idle_timeout_seconds": (0, 86_400),
    "review.external.absolute_max_seconds": (1, 86_400),
    "review.context.max_bytes": (0, 10_000_000),
    "review.context.required_max_bytes": (4_096, 10_000_000),
    "review.dossier.max_findings": (1, 100),
    "review.dossier.min_attack_angles": (1, 100),
    "review.lease_seconds": (10, 86_400),
    "review.panel.quorum": (0, 20),
    "proof.approvals": (1, 20),
    "plan.max_cycles": (1, 10),
    "plan.external.idle_timeout_seconds": (0, 86_400),
    "plan.external.absolute_max_seconds": (1, 86_400),
}
"""The least and the most of every number, by its key; list items share a key."""

_FIRST_LINE = "scafld 1.x wrote it; nothing reads it now"
_LEFT = "nothing reads it yet"

UNREAD: Mapping[str, str] = {
    **dict.fromkeys(("modes", "rubric", "react", "tech_stack", "repo_layout", "communication", "safety"), _FIRST_LINE),
    "experimental": _FIRST_LINE,
    "validation": f"{_FIRST_LINE}; commands that every change must pass go under `checks`",
    "invariants.no_legacy_code": _FIRST_LINE,
    "invariants.no_test_logic_in_production": _FIRST_LINE,
    "invariants.public_api_changes": _FIRST_LINE,
    "llm.context": _FIRST_LINE,
    "review.runner": _FIRST_LINE,
    "llm.model_profile": _LEFT,
    "verify": _LEFT,
    "harden.max_questions_per_round": "it is called `harden.max_issues_per_round` now",
    "harden.required_context_max_bytes": _LEFT,
    "review.automated_passes": _LEFT,
    "review.adversarial_passes": _LEFT,
    **{
        f"{block}.external.{vendor}.{key}": _LEFT
        for block in ("plan", "harden", "review")
        for vendor in ("codex", "claude", "gemini")
        for key in ("endpoint_url", "endpoint_host")
    },
}
"""Keys of other lines of scafld that are accepted, said, and left unread, with the reason."""

FIRST_LINE_KEYS = frozenset(key for key, why in UNREAD.items() if why.startswith(_FIRST_LINE) and "." not in key)
"""Top-level keys that only scafld 1.x had."""
