"""Does a ledger go on from where this host last left it? What a chain alone cannot show: a tail that was cut off, and a
chain that was computed anew."""

from __future__ import annotations

from collections.abc import Sequence

from scafld.core.names import Digest, TaskId
from scafld.core.refusal import Gate, Refusal
from scafld.core.value import value


@value
class Remembered:
    """The end of a ledger as this host last wrote it: so many entries, and the digest of the last."""

    head: Digest
    entries: int


def break_in(remembered: Remembered | None, digests: Sequence[Digest]) -> str:
    """Why a ledger with these entries' digests, in order, is not the one this host wrote, or "".

    A ledger that others wrote on has more entries behind the one that is remembered, and holds.
    """
    if remembered is None:
        return ""
    if not digests:
        return f"it is gone: this host wrote {remembered.entries} entries of it"
    if len(digests) < remembered.entries:
        return f"it was cut back: it has {len(digests)} entries, and this host wrote entry-{remembered.entries} of it"
    found = digests[remembered.entries - 1]
    if found != remembered.head:
        return (
            f"it was computed anew: this host wrote an entry-{remembered.entries} whose digest begins with "
            f"{remembered.head[:12]}, and the one that stands there begins with {found[:12]}"
        )
    return ""


def not_as_left(task_id: TaskId, broken: str) -> Refusal:
    """Nothing is written to a ledger that does not go on from what this host wrote."""
    return Refusal(
        gate=Gate.LEDGER,
        reason=f"the ledger of {task_id} is not as this host left it: {broken}",
        expected="the ledger that this host wrote, with more behind it or not",
        evidence=(
            "after a change of branch, a reset or a merge another ledger may rightly stand there: go back to the branch"
            " that it was written on, or have a person accept it as it stands: "
            f'scafld doctor --accept {task_id} --reason "..."',
            "if nobody did that, it was tampered with: restore it from git or a backup",
        ),
        next="scafld doctor",
    )
