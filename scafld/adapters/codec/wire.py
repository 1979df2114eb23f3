"""What each thing that can happen is called in a ledger."""

from __future__ import annotations

from collections.abc import Mapping

from scafld.core.task import events

WIRE_NAMES: Mapping[type[object], str] = {
    events.Planned: "plan",
    events.Drafted: "draft",
    events.HardenOpened: "harden_open",
    events.HardenPassed: "harden_pass",
    events.HardenStarted: "harden_start",
    events.HardenFailed: "harden_fail",
    events.HardenAbandoned: "harden_abandon",
    events.Hardened: "harden",
    events.BaselineTaken: "workspace_baseline",
    events.ApprovalRequested: "approval_request",
    events.Approved: "approval",
    events.ConsentGiven: "consent",
    events.PhaseOpened: "phase_open",
    events.CriterionRan: "criterion",
    events.ManualAttested: "manual_evidence",
    events.PhasePassed: "phase_pass",
    events.BuildBlocked: "build_block",
    events.BuildPassed: "build_pass",
    events.ReviewStarted: "review_start",
    events.ReviewFailed: "review_fail",
    events.ReviewAbandoned: "review_abandon",
    events.Reviewed: "review",
    events.PanelReviewed: "panel_review",
    events.FindingDismissed: "finding_dismissed",
    events.HumanReviewed: "review_override",
    events.ReceiptMinted: "receipt",
    events.Completed: "complete",
    events.Failed: "fail",
    events.Cancelled: "cancel",
    events.LegacySealed: "legacy_seal",
    events.TailCut: "recovery",
    events.LedgerAccepted: "ledger_accepted",
}
"""The `type` of a ledger entry, for each thing that can happen."""

EVENTS: Mapping[str, type[object]] = {name: event for event, name in WIRE_NAMES.items()}
