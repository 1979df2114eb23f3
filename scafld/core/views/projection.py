"""What the spec itself tells its readers about the ledger: values to be written into the document, never read back.

What is empty or None is left as it stands in the document. All text is data: whoever writes it makes it harmless.
"""

from __future__ import annotations

from scafld.core.names import CriterionId, PhaseId
from scafld.core.value import value

Pair = tuple[str, str]
"""A label and its value, in the order in which readers meet them; an empty value is shown as `none`."""


@value
class CriterionShown:
    """`status`: pass, fail, pending or stale. `evidence` is one line; `source_event` an entry id; `strength` a rung."""

    id: CriterionId
    status: str
    evidence: str = ""
    source_event: str = ""
    strength: str = ""


@value
class PhaseShown:
    """`status`: pending, active, blocked or completed."""

    id: PhaseId
    status: str


@value
class FindingShown:
    """A reviewer's finding; `details` are label and value pairs (Category, Location, Evidence ...)."""

    id: str
    severity: str
    blocks: bool
    summary: str
    details: tuple[Pair, ...] = ()


@value
class AttackShown:
    """One thing a reviewer tried, and what came of it."""

    target: str
    attack: str
    result: str
    notes: str = ""


@value
class ReviewShown:
    """The last review: labels (Status, Verdict, Mode, Provider, Summary ...), then its lists."""

    pairs: tuple[Pair, ...]
    attacks: tuple[AttackShown, ...] = ()
    findings: tuple[FindingShown, ...] = ()


@value
class ObservationShown:
    """What a harden round observed in one dimension."""

    dimension: str
    pairs: tuple[Pair, ...]


@value
class RoundShown:
    """One harden round: labels (Status, Started, Ended, Spec digest ...), then its observations."""

    id: str
    pairs: tuple[Pair, ...]
    observations: tuple[ObservationShown, ...] = ()


@value
class Projection:
    """Everything that scafld shows through the spec. The default shows nothing and changes nothing."""

    status: str = ""
    harden_status: str = ""
    updated: str = ""
    current_state: tuple[Pair, ...] = ()
    phases: tuple[PhaseShown, ...] = ()
    criteria: tuple[CriterionShown, ...] = ()
    review: ReviewShown | None = None
    rounds: tuple[RoundShown, ...] = ()
