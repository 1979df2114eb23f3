"""A review's findings in SARIF 2.1.0, the format that code scanning reads.

One run; its category is the task, so that the findings of one task never close those of another. What GitHub demands of
an upload is there: a rule for each result, a place with a line, texts and lists within its limits. A hash of the source
line is not: that needs the file, and GitHub's upload action adds it from the checkout.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from types import MappingProxyType

from scafld.core.digest import digest_of
from scafld.core.evidence.dossier import Finding, FindingStatus, Severity
from scafld.core.names import Digest
from scafld.core.value import changed
from scafld.core.version import VERSION
from scafld.core.views.overview import Overview
from scafld.core.views.tongues.lettering import one_line, shortened, visible
from scafld.core.views.tongues.place import uri_of

MOST_RESULTS = 5000
"""As many as GitHub shows of one run; more than that and the gravest are kept."""
MOST_TEXT = 4000
"""Characters of one text of a finding."""
MOST_WORDS = 1000
"""Characters of a fact that is shown beside a finding."""

FINGERPRINT = "scafldFinding/v1"
"""What a finding's fingerprint is called here: one that stays the same over rounds, rewordings and moved lines."""

Dismissed = Mapping[Digest, str]
"""Findings that a person put aside: fingerprint, and why."""

NONE_DISMISSED: Dismissed = MappingProxyType({})


def sarif_of(overview: Overview, dismissed: Dismissed = NONE_DISMISSED) -> str:
    """The last review as a SARIF log in ASCII. Without a review on record the run has no `results` at all: an empty
    list would say that somebody looked and found nothing. What is fixed is no result; its id is listed."""
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(overview, dismissed)]}
    return json.dumps(log, ensure_ascii=True, indent=2) + "\n"


def rule_id(finding: Finding) -> str:
    """The rule that a finding falls under: its category and its id, both in plain letters. A name that had to be
    rewritten carries a digest of itself, so that two names never make one rule."""
    return f"{_plain(finding.category, 'review')}/{_plain(finding.id, 'finding')}"


def fingerprint_of(finding: Finding) -> Digest:
    """The finding's fingerprint; of one whose name is no Unicode, which no ledger can hold, that of what is shown."""
    try:
        return finding.fingerprint
    except UnicodeEncodeError:
        names = {name: visible(getattr(finding, name)) for name in ("id", "category", "path")}
        return changed(finding, **names).fingerprint


# Private.

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}
_WAIVED = {
    FindingStatus.ACCEPTED_RISK: "the review records it as an accepted risk",
    FindingStatus.SUPERSEDED: "the review records it as superseded by another finding",
}
_HELP = (
    "A reviewer holds this against a change that scafld governs. Repair it, say `scafld build TASK`, and have the "
    "change reviewed again with `scafld review TASK`."
)
_LONGEST_PART = 80
_LARGEST_LINE = 2**31 - 1

_Json = dict[str, object]


def _run(overview: Overview, dismissed: Dismissed) -> _Json:
    standing = tuple(each for each in overview.review.findings if each.status is not FindingStatus.FIXED)
    kept = _gravest(standing)
    rules: dict[str, _Json] = {}
    for each in kept:
        rules.setdefault(rule_id(each), _rule(each))
    run: _Json = {
        "tool": {"driver": {"name": "scafld", "version": VERSION, "rules": list(rules.values())}},
        "automationDetails": {"id": f"scafld/{overview.task_id}/"},
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the workspace."}}},
        "invocations": [_invocation(overview)],
        "properties": _facts(overview, left_out=len(standing) - len(kept)),
    }
    if overview.review.by:
        index = {name: at for at, name in enumerate(rules)}
        run["results"] = [_result(each, index, overview.path, dismissed) for each in kept]
    return run


def _gravest(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """As many as may be told, in their own order."""
    ranks = tuple(Severity)
    by_rank = sorted(range(len(findings)), key=lambda at: ranks.index(findings[at].severity))
    return tuple(findings[at] for at in sorted(by_rank[:MOST_RESULTS]))


def _invocation(overview: Overview) -> _Json:
    invocation: _Json = {"executionSuccessful": bool(overview.review.by)}
    if overview.review.at is not None:
        invocation["endTimeUtc"] = overview.review.at
    return invocation


def _facts(overview: Overview, *, left_out: int) -> _Json:
    """What SARIF has no word for."""
    review = overview.review
    fixed = (each for each in review.findings if each.status is FindingStatus.FIXED)
    return {
        "task": overview.task_id,
        "contract": overview.contract.digest,
        "reviewer": one_line(review.by),
        "model": one_line(review.model),
        "verdict": review.verdict,
        "standing": str(review.standing),
        "authorises": review.authorises,
        "ledger": overview.ledger,
        "fixed": [shortened(one_line(each.id), MOST_WORDS) for each in fixed],
        "resultsLeftOut": left_out,
    }


def _rule(finding: Finding) -> _Json:
    said = shortened(one_line(finding.id), 200) or "a finding without a name"
    category = shortened(one_line(finding.category), 200)
    return {
        "id": rule_id(finding),
        "shortDescription": {"text": _literal(f"{category}: {said}" if category else said)},
        "fullDescription": {"text": _literal(f"What a reviewer of a change calls {said}.")},
        "help": {"text": _HELP},
        "properties": {"tags": ["scafld", "review", *([category] if category else [])]},
    }


def _result(finding: Finding, index: Mapping[str, int], contract: str, dismissed: Dismissed) -> _Json:
    """A finding that names no file of the workspace lies at its contract, one that names no line at the first."""
    name, uri, line = rule_id(finding), uri_of(finding.path), finding.line or 0
    known = uri is not None and 0 < line <= _LARGEST_LINE
    return {
        "ruleId": name,
        "ruleIndex": index[name],
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [_location(uri or uri_of(contract) or ".scafld", line if known else 1)],
        "partialFingerprints": {FINGERPRINT: fingerprint_of(finding)},
        "suppressions": _suppressions(finding, dismissed),
        "properties": {
            "severity": str(finding.severity),
            "status": str(finding.status),
            "blocksCompletion": finding.blocks_completion,
            "confidence": shortened(one_line(finding.confidence), MOST_WORDS),
            "path": shortened(visible(finding.path), MOST_TEXT),
            "lineKnown": known,
        },
    }


def _message(finding: Finding) -> str:
    """The summary first: where there is little room, only the first sentence is shown."""
    told = (
        ("Evidence", finding.evidence),
        ("Impact", finding.impact),
        ("To reproduce", finding.reproducer),
        ("Suggested fix", finding.suggested_fix),
        ("Validation", finding.validation),
    )
    summary = shortened(one_line(finding.summary), MOST_TEXT) or "A finding without a summary."
    rest = [f"{label}: {shortened(visible(text).strip(), MOST_TEXT)}" for label, text in told if text.strip()]
    return _literal("\n\n".join((summary, *rest)))


def _literal(text: str) -> str:
    """Text in which a viewer finds no link and no placeholder."""
    return _PLACEHOLDER.sub(r"{{\1}}", text.replace("](", "] ("))


_PLACEHOLDER = re.compile(r"\{([0-9]+)\}")


def _location(uri: str, line: int) -> _Json:
    artifact = {"uri": uri, "uriBaseId": "%SRCROOT%"}
    return {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": line}}}


def _suppressions(finding: Finding, dismissed: Dismissed) -> list[_Json]:
    """What puts a finding aside: a person's word first, else the review's own."""
    reason = dismissed.get(fingerprint_of(finding), _WAIVED.get(finding.status))
    if reason is None:
        return []
    return [{"kind": "external", "status": "accepted", "justification": shortened(one_line(reason), MOST_TEXT)}]


def _plain(name: str, absent: str) -> str:
    """A name in lower-case letters, digits, `.`, `_` and `-`."""
    if not name:
        return absent
    plain = re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-")[:_LONGEST_PART]
    if plain == name:
        return plain
    mark = digest_of(name.encode("utf-8", "surrogatepass"))[:12]
    return f"{plain or absent}~{mark}"
