"""What each field of a published schema means, in words for whoever fills it in, and the limits that it is held to.

A description here is what a model reads beside the field. A limit says no more than what reading an answer refuses.
"""

from __future__ import annotations

from collections.abc import Mapping

from scafld.core.contract.offer import LONGEST_LIST, Proposal, ProposedCriterion, ProposedPhase, ProposedRisk
from scafld.core.contract.problems import Problem
from scafld.core.contract.questions import MOST_OBSERVATIONS, Dimension
from scafld.core.evidence.dossier import Attack, Dossier, Finding
from scafld.core.evidence.questioning import HardenDossier, Probe, ShapeJudged
from scafld.core.refusal import Refusal

MEANINGS: Mapping[type[object], Mapping[str, str]] = {
    Dossier: {
        "summary": "What you looked at and what came of it, in a few sentences.",
        "mode": "What you were asked for: discover, look for anything; verify, check that earlier findings are gone.",
        "findings": "What you hold against the change, the gravest first. Empty when there is nothing.",
        "attacks": "Every angle that you tried, those that found nothing too.",
    },
    Finding: {
        "id": "Your short name for it, unique in this answer, the same again in a later round: cache-key-leak.",
        "summary": "What is wrong, in one sentence.",
        "severity": "How grave it is when it happens.",
        "blocks_completion": "True when it makes the contract untrue or does harm, and must be mended first. "
        "Then path, evidence, impact and validation must be filled in.",
        "status": "What became of it. A new finding is open; the others are for findings of an earlier round.",
        "category": "What sort it is, in a word or two: correctness, security, scope, tests.",
        "confidence": "How sure you are: high, medium or low.",
        "path": "The file it is in, relative to the workspace, with /.",
        "line": "The line in that file, counted from 1; null where no line is to blame.",
        "evidence": "What you saw that shows it: the code, a command and what it said.",
        "impact": "What happens because of it, and to whom.",
        "reproducer": "How to see it happen: a command, an input, a sequence of steps.",
        "suggested_fix": "The smallest change that heals it.",
        "validation": "How one will see that it is healed.",
    },
    Attack: {
        "target": "What was attacked: a file, a function, a claim of the contract.",
        "attack": "What was tried against it.",
        "result": "finding when it led to one, clean when it found nothing, skipped when it was not carried out.",
        "notes": "What was seen, or why it was skipped.",
    },
    HardenDossier: {
        "summary": "What you make of the draft, in a few sentences.",
        "shape": "Whether the task is the right one, and of the right size.",
        "observations": f"One or more for each dimension: {', '.join(Dimension)}.",
    },
    ShapeJudged: {
        "decision": "keep when you would build from this draft; shrink, reframe or reject when you would not.",
        "true_shape": "What the task really is, in a sentence.",
        "minimal_plan": "The least that would make the contract true.",
        "shared_owner": "Which existing module or concept owns this, so that it is not built twice.",
        "adapter_boundaries": "Borders to the outside that the change must keep. Empty when there are none.",
        "required_spec_edits": "Edits that the draft needs before it can be approved. Empty when there are none.",
    },
    Probe: {
        "dimension": "Where you looked.",
        "result": "clean, advisory (worth knowing), blocks (the draft must change), or n/a.",
        "anchor": "What it leans on: code:PATH:LINE, spec_gap:FIELD or archive:TASK. Needed unless the result is n/a.",
        "note": "What you saw. Needed, or a question, unless the result is clean.",
        "question": "What the author must decide.",
        "recommended": "The answer that you would give.",
        "if_unanswered": "What holds when nobody answers.",
        "status": "What became of an observation that blocks; open while the draft is as it is.",
    },
    Proposal: {
        "title": "What the task is, in one line.",
        "summary": "What is wanted and why, in a few sentences.",
        "size": "How much work it is.",
        "risk": "How much harm a mistake would do. More is asked of a riskier task.",
        "objectives": "What will be true afterwards.",
        "scope_in": "What belongs to the task.",
        "scope_out": "What does not, though one might think so.",
        "files": "The files that will change, as paths relative to the workspace.",
        "assumptions": "What you take for granted without having seen it.",
        "risks": "What could go wrong.",
        "rollback": "How to take the change back, step by step.",
        "phases": "Steps that each leave the repository working.",
        "criteria": "What must be true of the whole, run at the end. Here and in the phases, at least one criterion.",
        "log": "What you read and what you concluded, step by step.",
        "questions": "What only a person can answer. Empty when there is nothing.",
    },
    ProposedPhase: {
        "name": "What the step is called.",
        "goal": "What is true when it is done.",
        "changes": "What changes in it: paths, each with a few words.",
        "criteria": "What shows that it is done.",
    },
    ProposedCriterion: {
        "title": "What must be true.",
        "command": "The shell command that shows it: fails today for the right reason, passes when the work is done.",
        "green_because": "For what must merely stay true: why it passes already. Empty where it fails today.",
    },
    ProposedRisk: {
        "description": "What could happen.",
        "mitigation": "What is done about it.",
    },
    Refusal: {
        "gate": "Which gate said no.",
        "reason": "Why, in a sentence.",
        "status": "The task's status, empty when there is none.",
        "expected": "What the gate wants to see.",
        "actual": "What it saw.",
        "evidence": "What shows it.",
        "blockers": "Everything that stands in the way.",
        "next": "The command that comes next, to be run as it stands; empty when there is none.",
    },
    Problem: {
        "code": "What sort it is; stable.",
        "message": "What is wrong, in a sentence.",
        "line": "The line in the document, counted from 1; 0 when no line is to blame.",
        "suggestion": "The way out, empty when none is known.",
    },
}
"""Of each class, each field."""

_SAID = {"minLength": 1}
_FEW = {"maxItems": LONGEST_LIST}
_LISTS = ("objectives", "scope_in", "scope_out", "files", "assumptions", "risks", "rollback", "phases", "criteria")

LIMITS: Mapping[type[object], Mapping[str, Mapping[str, int]]] = {
    Dossier: {"summary": _SAID},
    Finding: {"id": _SAID, "summary": _SAID, "line": {"minimum": 0, "maximum": 10**15 - 1}},
    Attack: {"target": _SAID, "attack": _SAID},
    HardenDossier: {"summary": _SAID, "observations": {"minItems": len(Dimension), "maxItems": MOST_OBSERVATIONS}},
    ShapeJudged: {"true_shape": _SAID, "minimal_plan": _SAID, "shared_owner": _SAID},
    Proposal: {
        "title": _SAID,
        "summary": _SAID,
        **dict.fromkeys(_LISTS, _FEW),
        "log": {"minItems": 1, **_FEW},
        "questions": _FEW,
    },
    ProposedCriterion: {"title": _SAID, "command": _SAID},
}
"""Keywords of JSON Schema that a field has besides its type."""
