"""Which entries carry authority: on their word a gate opens, so they are signed by the host that wrote them."""

from __future__ import annotations

from scafld.core.task.events import (
    Approved,
    Completed,
    Event,
    FindingDismissed,
    HumanReviewed,
    LedgerAccepted,
    ManualAttested,
    PanelReviewed,
    ReceiptMinted,
    Reviewed,
)

ALWAYS = (Approved, ManualAttested, FindingDismissed, HumanReviewed, ReceiptMinted, Completed, LedgerAccepted)


def carries_authority(event: Event) -> bool:
    """Whether a gate leans on this entry. A rehearsed review opens none; a verdict of fail holds one shut."""
    if isinstance(event, Reviewed | PanelReviewed):
        return event.authorises
    return isinstance(event, ALWAYS)
