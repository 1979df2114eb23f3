"""What scafld itself saw of the criteria: the outcome of each, and the end of what its command printed."""

from __future__ import annotations

from scafld.core.contract.spec import Spec
from scafld.core.evidence.criterion import Outcome
from scafld.core.names import Digest
from scafld.core.task.known import Task
from scafld.core.task.standing import Standing, standings
from scafld.core.views.packet.quoting import code, label, lines_of, one_line
from scafld.core.views.packet.section import Keep, Piece, Rank, Section, size_of

MOST_LINES = 20
"""Lines of the end of an output."""

_LEAD = (
    "scafld ran these commands itself. `red-green`: it failed before the work, and passes now. `green`: nobody saw it"
    " fail. `declared`: a person's word."
)


def evidence_section(spec: Spec, task: Task, material: Digest, rank: Rank, output: Rank) -> Section:
    """Every criterion and its evidence for this material; `output` is the rank of what the commands printed."""
    every = standings(spec, task, material)
    outcomes = Piece(body="".join(map(_outcome, every)), rank=rank, name="outcomes")
    tails = tuple(piece for each in every for piece in _tail(spec, each, output))
    return Section(title="Evidence", lead=_LEAD, pieces=(outcomes, *tails) if every else ())


# Private.


def _outcome(each: Standing) -> str:
    outcome = str(each.outcome) if each.outcome else "not run"
    strength = f", {each.strength}" if each.outcome is Outcome.PASS else ""
    runs = f"  - runs: {code(each.criterion.command)}\n" if each.criterion.command else ""
    return f"- {code(each.criterion.id)} {outcome}{strength}: {one_line(each.reason)}\n{runs}"


def _tail(spec: Spec, each: Standing, rank: Rank) -> tuple[Piece, ...]:
    seen = each.result.observation if each.result else None
    if seen is None or not seen.tail.strip():
        return ()
    whole = lines_of(seen.tail.strip("\n"))
    lines = whole.splitlines(keepends=True)
    body = "".join(lines[-MOST_LINES:])
    named = f"output of {label(each.criterion.id)}"
    above = f"O{named[1:]}:"
    if len(lines) > MOST_LINES or size_of(whole) < seen.output_bytes - 2:
        kept = f".scafld/runs/{spec.task_id}/evidence/{seen.output_digest}.txt"
        above = f"The end of the o{named[1:]}; all {seen.output_bytes} bytes of it are in {code(kept)}:"
    return (Piece(body=body, rank=rank, name=named, fence="text", above=above, keep=Keep.END),)
