"""What one entry of a ledger says to a reader, in a few words: what matters first, digests by their beginning, last."""

from __future__ import annotations

from scafld.core.evidence.panel import seat_verdict
from scafld.core.task import events
from scafld.core.task.events import Event

Said = tuple[tuple[str, str], ...]


def said_of(event: Event) -> Said:
    """The telling fields of an event by name, none of them empty, in an order that reads as a line."""
    return tuple((name, text) for name, item in _facts(event) if (text := _words(item)))


# Private.

_Facts = tuple[tuple[str, object], ...]
_PLAIN = (
    "title",
    "round",
    "phase",
    "criterion",
    "purpose",
    "outcome",
    "reason",
    "attempt",
    "contract",
    "material",
)
"""Fields that tell by themselves, whatever the event."""


def _facts(event: Event) -> _Facts:
    match event:
        case events.Drafted():
            return _drafted(event)
        case events.HardenStarted():
            return (("round", event.round), ("provider", event.provider), ("forced", event.forced), *_sealed(event))
        case events.HardenFailed():
            return (("round", event.round), ("provider", event.hearing.provider), *_failed(event))
        case events.Hardened():
            return _hardened(event)
        case events.BaselineTaken():
            found = event.baseline
            return (("head", found.head or "no commit"), ("dirty", _count(len(found.dirty), "uncommitted path")))
        case events.ApprovalRequested():
            wanted = _count(event.wanted, "signature")
            why = (("overrides", event.overrides), ("reason", event.reason))
            return (("wanted", f"waits for {wanted}"), *why, ("contract", event.contract))
        case events.ConsentGiven():
            signed = f"signed entry-{event.entry} with {event.key}"
            return (("voice", event.voice), ("key", signed), ("roles", event.roles))
        case events.Approved():
            why = (("overrides", event.overrides), ("reason", event.reason))
            return (*why, ("title", event.title), ("contract", event.contract))
        case events.PhaseOpened():
            return (("phase", event.phase or "final"),)
        case events.BuildBlocked():
            tried = f"attempt {event.attempt}" if event.attempt else ""
            return (("phase", event.phase), ("failing", event.failing), ("reason", event.reason), ("attempt", tried))
        case events.BuildPassed():
            return (("criteria", f"{event.criteria} criteri{'on' if event.criteria == 1 else 'a'}"),)
        case events.ReviewStarted():
            who = event.seats or event.provider
            return (("provider", who), ("mode", event.mode), ("forced", event.forced), *_sealed(event))
        case events.ReviewFailed():
            return (("failure", event.failure), *_failed(event), ("attempt", event.attempt))
        case events.Reviewed():
            return _reviewed(event)
        case events.PanelReviewed():
            return _panel(event)
        case events.FindingDismissed():
            where = (("finding", event.finding), ("path", event.path), ("reason", event.reason))
            return (*where, ("material", event.material))
        case events.ReceiptMinted():
            return (("receipt", event.receipt), ("key", f"signed with {_words(event.key)}"))
        case events.LegacySealed():
            return (("status", event.status), ("entries", _count(event.entries, "entry", "entries")))
        case events.TailCut():
            return (("bytes", f"{_count(event.bytes, 'byte')} cut off"),)
        case events.LedgerAccepted():
            return _accepted(event)
        case _:
            return _plain(event)


def _plain(event: object) -> _Facts:
    return tuple((name, getattr(event, name)) for name in _PLAIN if hasattr(event, name))


def _sealed(event: events.HardenStarted | events.ReviewStarted) -> _Facts:
    return tuple((name, getattr(event, name)) for name in ("contract", "material") if hasattr(event, name))


def _failed(event: events.HardenFailed | events.ReviewFailed) -> _Facts:
    """What a model changed stands in the reason too."""
    return (("reason", event.reason),)


def _drafted(event: events.Drafted) -> _Facts:
    return (
        ("provider", event.hearing.provider),
        ("model", event.hearing.model),
        ("cycles", _count(event.cycles, "cycle")),
        ("questions", _count(len(event.questions), "question")),
        ("left", _count(len(event.left), "problem left", "problems left")),
        ("request", event.request),
    )


def _hardened(event: events.Hardened) -> _Facts:
    blocks = sum(str(each.result) == "blocks" for each in event.dossier.observations)
    return (
        ("round", event.round),
        ("verdict", event.verdict),
        ("provider", event.hearing.provider),
        ("model", event.hearing.model),
        ("edits", _count(len(event.dossier.shape.required_spec_edits), "edit")),
        ("blocks", _count(blocks, "block")),
        ("summary", event.dossier.summary),
        ("contract", event.contract),
    )


def _reviewed(event: events.Reviewed) -> _Facts:
    findings = event.dossier.findings
    return (
        ("verdict", event.verdict),
        ("provider", event.provider),
        ("model", event.model),
        ("authorises", "" if event.authorises else "a rehearsal"),
        ("blockers", _count(len(event.dossier.blockers), "blocker")),
        ("findings", _count(len(findings), "finding")),
        ("attempt", event.attempt),
        ("contract", event.contract),
        ("material", event.material),
    )


def _panel(event: events.PanelReviewed) -> _Facts:
    gone = frozenset(event.dismissed)
    seats = tuple(f"{each.seat} {seat_verdict(each, gone) or 'gave none'}" for each in event.hearings)
    return (
        ("verdict", event.verdict),
        ("seats", seats),
        ("quorum", f"{event.quorum} must pass" if event.quorum else ""),
        ("attempt", event.attempt),
        ("contract", event.contract),
        ("material", event.material),
    )


def _accepted(event: events.LedgerAccepted) -> _Facts:
    return (
        ("reason", event.reason),
        ("remembered", f"{event.remembered_entries} remembered" if event.remembered else ""),
        ("found", f"{event.found_entries} found"),
        ("unproven", tuple(f"entry-{seq} unproven" for seq in event.unproven)),
    )


def _count(number: int, one: str, many: str = "") -> str:
    """So many of something; nothing where there are none."""
    return "" if not number else f"{number} {one if number == 1 else many or one + 's'}"


def _words(item: object) -> str:
    if item is None:
        return ""
    if isinstance(item, tuple):
        return ", ".join(str(each) for each in item)
    text = str(item)
    return text[:12] if len(text) in (40, 64) and text.isalnum() and not text.isalpha() else text
