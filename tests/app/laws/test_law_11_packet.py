"""Law 11. The reviewer is given the change itself, the contract and the evidence, within a byte budget.

What the budget leaves out is listed, and asking what would be sent changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from scafld.core.policy import Invariants, Policy, Review, ReviewContext
from scafld.core.refusal import Refused
from scafld.core.task.known import Status
from scafld.testing import Kit, Life, commands, fails, lives, mutating, passes, scripted, stopped, workspace

if TYPE_CHECKING:
    from conftest import Hands

TASK = "add-cache"
Read = Callable[[str], object]


def in_review(*answers: object, required: int = 131_072, text: str = "alpha\n") -> Kit:
    """A task in review whose change is this text, in a folder that it declares."""
    kit = workspace(
        files={"src/a.py": "x = 1\n", "src/old name.py": "one\ntwo\nthree\nfour\n", "docs/b.md": "b\n"},
        run=commands({"check": lambda files: (0, "ok\n") if "alpha" in files["src/a.py"] else (1, "no alpha\n")}),
        provider=scripted([*answers]),
        policy=Policy(
            invariants=Invariants(canonical=(("tenants", "keys name the tenant"),)),
            review=Review(context=ReviewContext(required_max_bytes=required)),
        ),
    )
    kit.quick(TASK, title="Add a cache", command="check", files=("src",))
    kit.tree.append("src/a.py", text)
    kit.build(TASK)
    return kit


def test_the_change_is_in_it_however_it_was_made(reading: Read) -> None:
    """Committed or not, renamed, new under an odd name, and outside the declared scope."""
    kit = in_review()
    kit.tree.commit()
    kit.tree.append("src/a.py", "beta\n")
    kit.tree.rename("src/old name.py", "src/new name.py")
    kit.tree.write("src/größe\nund `so`.py", "gamma\n")
    kit.tree.write("docs/b.md", "delta\n")

    read = reading(kit.review_context(TASK).text)

    change = read.part("The change").body
    assert all(f"\n+{word}\n" in change for word in ("alpha", "beta", "gamma"))
    assert "rename from src/old name.py\nrename to src/new name.py\n" in change
    assert "\n-b\n+delta\n" in read.part("Outside the declared scope").body
    assert read.part("Changed paths").body.splitlines() == [
        "- modified `src/a.py`",
        "- added ``src/größe\\x0aund `so`.py``",
        "- renamed `src/new name.py` (was `src/old name.py`)",
        "- modified `docs/b.md`",
    ]


def test_contract_evidence_and_invariants_are_in_it(reading: Read) -> None:
    """The contract as written, what scafld saw, and what must stay true."""
    kit = in_review()

    read = reading(kit.review_context(TASK).text)

    assert "# Add a cache\n" in read.part("Contract").body
    assert read.part("Evidence").body == "- `ac1` pass, red-green: exit 0\n  - runs: `check`\nok\n"
    assert read.part("Invariants").body == "- `tenants`: keys name the tenant\n"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(life=lives())
def test_in_every_life_the_packet_is_whole_and_changes_nothing(reading: Read, life: Life) -> None:
    """At any moment of it: the numbers add up, every changed path is named, the same gives the same."""
    kit = life.kit
    for row in kit.list(every=True):
        material = kit.status(row.task_id).material
        before = kit.everything()

        packet = kit.review_context(row.task_id)

        read = reading(packet.text)
        assert all(part.row.shown == len(part.body.encode()) for part in read.parts)
        assert all(part.row.shown + part.row.omitted == part.row.size for part in read.parts)
        changed = (*material.changes, *material.drift) if material else ()
        assert all(f"`{change.path}`" in read.part("Changed paths").body for change in changed)
        assert kit.review_context(row.task_id) == packet
        assert kit.everything() == before


def test_what_is_shown_is_what_is_sent() -> None:
    """Byte for byte, and the ledger names it by its digest."""
    kit = in_review(passes())
    packet = kit.review_context(TASK)

    kit.review(TASK)

    assert kit.reviewer.questions[0].prompt == packet.text
    started = next(entry.event for entry in kit.ledgers.entries(TASK) if hasattr(entry.event, "packet"))
    assert started.packet == packet.digest


def test_a_budget_is_kept_and_what_it_leaves_out_is_listed(reading: Read) -> None:
    """The change is cut; contract and request are whole."""
    kit = in_review(required=4_096, text="alpha\n" * 2_000)

    read = reading(kit.review_context(TASK).text)

    assert sum(part.row.shown for part in read.parts) <= 4_096
    cut = [part.title for part in read.parts if part.row.omitted]
    assert cut == ["The change"]
    assert read.part("The change").rows[0].why == "the budget is spent"


def test_without_room_for_the_contract_nobody_is_asked(hands: Hands) -> None:
    """The refusal names the setting; nothing is on record, and no reviewer saw anything."""
    kit = in_review(passes(), required=600)
    before = kit.everything()

    refusal = hands.no(lambda: kit.review(TASK))
    with pytest.raises(Refused):
        kit.review_context(TASK)

    assert (refusal.gate, refusal.status) == ("review", "review")
    assert "review.context.required_max_bytes" in refusal.next
    assert kit.everything() == before
    assert kit.reviewer.questions == []


def test_it_can_be_seen_whatever_stands_at_the_gate(hands: Hands) -> None:
    """After a failed review, after a stopped one, and while a reviewer is at work."""
    kit = in_review(stopped())
    first = kit.review_context(TASK)
    with pytest.raises(Exception, match="stopped"):
        kit.review(TASK)
    assert kit.review_context(TASK) == first

    seen = []
    kit.reviewer.answers = [mutating(lambda _tree: seen.append(kit.review_context(TASK)), fails("leak"))]
    kit.review(TASK, force=True, reason="it was stopped by hand")
    assert seen == [first]

    after = kit.review_context(TASK)
    assert kit.status(TASK).review.standing == "failed"
    assert "mode `verify`" in after.text
    assert "- `leak` high, blocks" in after.text


def test_a_draft_shows_what_a_reviewer_would_be_told(hands: Hands) -> None:
    """There is no baseline and no change yet."""
    kit = hands.reach(Status.DRAFT)

    text = kit.review_context(TASK).text

    assert "- nothing changed\n" in text
    assert "- `ac1` not run: not run yet\n" in text
