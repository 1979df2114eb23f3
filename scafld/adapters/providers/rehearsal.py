"""The provider that is none: `local` answers by itself, for rehearsals. Its verdict authorises nothing."""

from __future__ import annotations

import json

from scafld.adapters.codec import encode
from scafld.adapters.providers.seat import Means, Seat
from scafld.app.ask import Provider, Question, Reply, Watcher
from scafld.core.contract.questions import Decision, Dimension, Result
from scafld.core.evidence.dossier import Attack, AttackResult, Dossier
from scafld.core.evidence.hearing import Failure
from scafld.core.evidence.questioning import HardenDossier, Probe, ShapeJudged
from scafld.core.evidence.terms import Subject, Terms


def rehearsal(_means: Means, seat: Seat) -> Provider:
    """No model is asked; the answer says so."""
    return Provider(name="local", authorises=False, ask=_ask, seat=seat.name)


# Private.

_SAID = "A rehearsal: no model was asked, and this verdict authorises nothing."


def _ask(question: Question, _watch: Watcher) -> Reply:
    match question.terms.subject:
        case Subject.REVIEW:
            return Reply(answer=json.dumps(encode(_dossier(question.terms))))
        case Subject.HARDEN:
            return Reply(answer=json.dumps(encode(_harden_dossier())))
        case Subject.PLAN:
            words = "local asks no model, and a plan needs one; name another with --provider"
            return Reply(problem=words, failure=Failure.NO_SUBMISSION)


def _dossier(terms: Terms) -> Dossier:
    attack = Attack(
        target="the packet",
        attack="rehearsal: no model was asked",
        result=AttackResult.CLEAN,
        notes="authorises nothing",
    )
    return Dossier(summary=_SAID, mode=terms.mode, attacks=(attack,) * terms.budget.min_attack_angles)


def _harden_dossier() -> HardenDossier:
    shape = ShapeJudged(decision=Decision.KEEP, true_shape=_SAID, minimal_plan=_SAID, shared_owner=_SAID)
    probes = tuple(
        Probe(dimension=each, result=Result.NOT_APPLICABLE, anchor="spec_gap:summary", note=_SAID) for each in Dimension
    )
    return HardenDossier(summary=_SAID, shape=shape, observations=probes)
