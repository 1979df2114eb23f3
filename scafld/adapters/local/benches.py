"""Who is asked: what the caller names, else what the configuration says, seat by seat where it has a panel."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scafld.adapters.assets import ASSETS
from scafld.adapters.process.program import ProgramRunner
from scafld.adapters.providers.registry import Chosen, choose
from scafld.adapters.providers.seat import Means
from scafld.app.ask import Bench, Wanted
from scafld.core.evidence.hearing import VENDORS
from scafld.core.evidence.terms import Subject
from scafld.core.names import ActorKind
from scafld.core.policy import Asked, Policy
from scafld.core.refusal import Gate, Misused
from scafld.core.value import changed

if TYPE_CHECKING:
    from scafld.adapters.local.house import House

GATES = {Subject.REVIEW: Gate.REVIEW, Subject.HARDEN: Gate.HARDEN, Subject.PLAN: Gate.PLAN}


def bench_for(house: House, subject: Subject, wanted: Wanted) -> Bench:
    """One provider, or the panel of a review where the caller names nobody."""
    panel = house.policy.review.panel
    if subject is Subject.REVIEW and panel.seats and wanted.nobody:
        chosen = tuple(_choose(house, subject, each) for each in _seats(panel.seats))
        if panel.quorum > len(chosen):
            raise Misused(
                f"review.panel.quorum is {panel.quorum}, and the panel has {len(chosen)} seats",
                next="lower review.panel.quorum in .scafld/config.yaml",
            )
        warnings = tuple(dict.fromkeys(word for each in chosen for word in each.warnings))
        return Bench(providers=tuple(each.provider for each in chosen), quorum=panel.quorum, warnings=warnings)
    one = _choose(house, subject, wanted)
    return Bench(providers=(one.provider,), warnings=one.warnings)


def asked_for(policy: Policy, subject: Subject) -> Asked:
    """What the configuration says of whom to ask."""
    match subject:
        case Subject.REVIEW:
            return policy.review.external
        case Subject.HARDEN:
            return policy.harden.external
        case Subject.PLAN:
            return policy.plan.external


# Private.


def _seats(words: tuple[str, ...]) -> tuple[Wanted, ...]:
    """`claude`, `codex:MODEL`, `command:COMMAND`: whom each seat wants, named apart where two are of one provider."""
    seats: list[Wanted] = []
    for word in words:
        name, _, detail = word.partition(":")
        command = name == "command"
        wanted = Wanted(provider=name, command=detail if command else "", model="" if command else detail)
        before = sum(each.provider == name for each in seats)
        seats.append(changed(wanted, seat=f"{name}-{before + 1}" if before else name))
    return tuple(seats)


def _choose(house: House, subject: Subject, wanted: Wanted) -> Chosen:
    actor = house.around.actor
    author = VENDORS.get(actor.name, "") if actor.kind is ActorKind.AGENT else ""
    return choose(wanted, asked_for(house.policy, subject), _means(house), author, GATES[subject])


def _submit_command(order_path: str) -> tuple[str, ...]:
    from scafld.adapters.mcp.launch import submit_command

    return submit_command(order_path)


def _means(house: House) -> Means:
    from scafld.adapters.files.pages import Pages

    return Means(
        root=house.root,
        environ=house.around.environ,
        run=ProgramRunner(root=house.root, runs=os.path.join(house.scafld_dir, "runs")),
        save=Pages(scafld_dir=house.scafld_dir).save,
        submit_command=_submit_command,
        schemas=os.path.join(ASSETS, "schemas", "wire"),
    )
