"""May a finding be taken out of the way?"""

from __future__ import annotations

from scafld.core.contract.spec import Spec
from scafld.core.evidence.dossier import Finding
from scafld.core.evidence.seals import Material
from scafld.core.names import Actor, ActorKind
from scafld.core.refusal import Gate
from scafld.core.task.decide.no import need_binding, need_status, refuse, shown
from scafld.core.task.decide.verdict import code_at
from scafld.core.task.events import Event, FindingDismissed
from scafld.core.task.known import Status, Task


def dismiss(
    task: Task, spec: Spec, name: str, reason: str, *, material: Material, actor: Actor, alive: bool = False
) -> tuple[Event, ...]:
    """A person's word that a finding of the last review does not hold, for the code as it stands. An agent does not
    take away what was found against it, nor does anybody while a reviewer is at work (`alive`)."""
    need_status(Gate.REVIEW, task, (Status.ACTIVE, Status.BLOCKED, Status.REVIEW), spec.task_id)
    need_binding(Gate.REVIEW, task, spec)
    if alive:
        refuse(
            Gate.REVIEW,
            task,
            "a reviewer is at work; what it finds is not known yet",
            expected="no reviewer at work",
            next=f"scafld status {spec.task_id}",
        )
    if actor.kind is ActorKind.AGENT:
        refuse(
            Gate.REVIEW,
            task,
            f"{actor.name} is an agent: a finding is dismissed by a person",
            expected="a person at a terminal",
            next=f"scafld handoff {spec.task_id}",
        )
    if not reason.strip():
        refuse(Gate.REVIEW, task, "a finding is dismissed with a reason", expected="--reason")
    found = _the_finding(task, spec, name)
    return (
        FindingDismissed(
            finding=found.id,
            fingerprint=found.fingerprint,
            path=found.path,
            code=code_at(material, found.path),
            material=material.digest,
            summary=found.summary,
            reason=reason.strip(),
        ),
    )


# Private.

_LEAST_DIGITS = 8


def _the_finding(task: Task, spec: Spec, name: str) -> Finding:
    """By its id, or by eight digits or more of its fingerprint where an id is not enough."""
    hearings = task.review.hearings if task.review is not None else ()
    every = {each.fingerprint: each for hearing in hearings if hearing.dossier for each in hearing.dossier.findings}
    named = [
        each for each in every.values() if each.id == name or (len(name) > 7 and each.fingerprint.startswith(name))
    ]
    if not named:
        known = tuple(dict.fromkeys(each.id for each in every.values()))
        refuse(
            Gate.REVIEW,
            task,
            f"the last review has no finding {name!r}",
            expected=f"one of {', '.join(shown(known))}" if known else "a review with findings",
            next=f"scafld status {spec.task_id}",
        )
    if len(named) > 1:
        refuse(
            Gate.REVIEW,
            task,
            f"{len(named)} findings are called {name!r}",
            expected="a fingerprint",
            blockers=shown(tuple(f"{each.fingerprint[:12]}: {each.summary}" for each in named)),
        )
    return named[0]
