"""The reviewer that is none: `local` answers with an empty dossier, for rehearsals. Its verdict authorises nothing."""

from __future__ import annotations

from scafld.app.ask import Provider, Question, Reply
from scafld.app.check import Watch
from scafld.core.evidence.dossier import Attack, AttackResult, Dossier


def rehearsal() -> Provider:
    """No model is asked; the dossier says so."""
    return Provider(name="local", authorises=False, ask=_ask)


# Private.


def _ask(question: Question, _watch: Watch) -> Reply:
    attack = Attack(
        target="the packet",
        attack="rehearsal: no model was asked",
        result=AttackResult.CLEAN,
        notes="authorises nothing",
    )
    dossier = Dossier(
        summary="A rehearsal: no model was asked, and this verdict authorises nothing.",
        mode=question.mode,
        attacks=(attack,) * question.budget.min_attack_angles,
    )
    return Reply(dossier=dossier)
