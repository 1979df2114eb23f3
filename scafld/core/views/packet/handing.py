"""How an answer is handed in: one JSON object, through the tool that a provider was given, or as all that it says.

The same words for every provider, so that one packet does for a panel, and what is printed is what is sent.
"""

from __future__ import annotations

from scafld.core.evidence.terms import Subject, Terms


def handing_in(terms: Terms) -> str:
    """What a model is told about the form of its answer."""
    lead = (
        f"One JSON object. If you have a tool named `{terms.tool}`, or whose name ends so, call it with this object:"
        " it says what to mend, and accepts one. If you have none, this object is the whole of your last message, or of"
        " your standard output, with nothing before or after it:"
    )
    return f"{lead}\n\n{_SHAPES[terms.subject].replace('MODE', terms.mode)}"


# Private.

_REVIEW = """\
    {"mode": "MODE", "summary": "...",
     "attacks": [{"target": "...", "attack": "...", "result": "finding|clean|skipped", "notes": "..."}],
     "findings": [{"id": "short-name", "summary": "...", "severity": "critical|high|medium|low",
                   "blocks_completion": true, "category": "...", "path": "...", "line": 1, "evidence": "...",
                   "impact": "...", "reproducer": "...", "suggested_fix": "...", "validation": "..."}]}
"""
_HARDEN = """\
    {"summary": "...",
     "shape": {"decision": "keep|shrink|reframe|reject", "true_shape": "...", "minimal_plan": "...",
               "shared_owner": "...", "adapter_boundaries": ["..."], "required_spec_edits": ["..."]},
     "observations": [{"dimension": "design|scope|path|command|timing|rollback", "result": "clean|advisory|blocks|n/a",
                       "anchor": "code:PATH:LINE", "note": "...", "question": "...", "recommended": "...",
                       "if_unanswered": "..."}]}
"""
_PLAN = """\
    {"title": "...", "summary": "...", "size": "micro|small|medium|large", "risk": "low|medium|high",
     "objectives": ["..."], "scope_in": ["..."], "scope_out": ["..."], "files": ["path"], "assumptions": ["..."],
     "risks": [{"description": "...", "mitigation": "..."}], "rollback": ["..."],
     "phases": [{"name": "...", "goal": "...", "changes": ["path"],
                 "criteria": [{"title": "...", "command": "...", "green_because": ""}]}],
     "criteria": [{"title": "...", "command": "...", "green_because": ""}],
     "log": ["what was read, and what follows from it"], "questions": ["what only a person can answer"]}

Every key is there; a list may be empty. `green_because` is empty for a criterion that fails before the work.
"""
_SHAPES = {Subject.REVIEW: _REVIEW, Subject.HARDEN: _HARDEN, Subject.PLAN: _PLAN}
