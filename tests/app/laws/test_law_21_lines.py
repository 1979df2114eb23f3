"""Law 21. scafld never loses a user's line: whatever it writes into a spec, what people wrote stays byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies
from hypothesis.strategies import DataObject

from scafld.core.names import TaskId
from scafld.core.task.known import Status
from scafld.testing import Act, Kit, acts, governed, play, spec_texts

if TYPE_CHECKING:
    from conftest import Hands

WRITTEN = (
    "Prose before anything.",
    "## Notes of our own",
    "Status of the art: unknown.",
    "- a list item",
    "  - Owner: the team",
    "> a quotation",
    "| a | table |",
    "<!-- a comment -->",
    "Trailing blanks   ",
    "Ünïcödé, 日本語, \u2028 and more",
    "```text\n## Not a section\n- [ ] `ac9` not a criterion\n```",
)
FRONT = ("owner: the-team", "links: [a, b]", "# a comment of ours", "priority: 3   # high")


@given(spec_texts(), strategies.lists(strategies.sampled_from(WRITTEN), max_size=4), strategies.data())
def test_no_life_loses_a_line(text: str, notes: list[str], data: DataObject) -> None:
    """Lines of people in front matter and at the end, unknown sections and all: after any life they are where they
    were, in their order, and the contract is what it was."""
    kit = governed()
    kit.plan("add-cache", title="Say it", command="check alpha")
    written = (
        text.replace("---\n\n#", "\n".join((*FRONT, "---\n\n#")), 1) + "\n\n## Notes\n\n" + "\n\n".join(notes) + "\n"
    )
    kit.specs.edit(TaskId("add-cache"), lambda _text: written)
    digest = kit.status("add-cache").contract.digest
    for _ in range(data.draw(strategies.integers(min_value=1, max_value=8))):
        act = data.draw(acts(kit, "add-cache", straying=1))
        if act.name not in ("reword", "scribble", "plan", "quick"):
            play(kit, act)

    now = kit.show("add-cache")

    assert now.spec.digest == digest
    assert now.problems == ()
    assert "\n\n".join(notes) in now.text
    for line in FRONT:
        assert f"\n{line}\n" in now.text
    assert in_order([line for line in written.split("\n") if not owned(line)], now.text.split("\n"))


def owned(line: str) -> bool:
    """Whether scafld may write this line: a date or a status, a check mark, an evidence line."""
    bare = line.strip()
    return bare.startswith(("status:", "harden_status:", "updated:", "Status:", "- [ ]", "- [x]", "- Status:"))


def in_order(wanted: list[str], found: list[str]) -> bool:
    rest = iter(found)
    return all(line in rest for line in wanted)


@pytest.mark.parametrize("status", Status)
def test_line_ends_and_a_byte_order_mark_stay(hands: Hands, status: Status) -> None:
    """As the author's editor wrote them."""
    kit = hands.reach(status)
    kit.specs.edit(TaskId("add-cache"), lambda text: "\ufeff" + text.replace("\n", "\r\n"))
    digest = hands.reach(status).status("add-cache").contract.digest

    for name in ("approve_without_reason", "build", "cancel"):
        play(kit, Act(name=name, task="add-cache"))

    text = hands.text(kit)
    assert text.startswith("\ufeff---\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert kit.status("add-cache").contract.digest == digest


def test_a_projection_is_written_once(hands: Hands) -> None:
    """Showing the same again changes no byte."""
    for status in Status:
        kit: Kit = hands.reach(status)
        before = hands.text(kit)
        kit.doctor(repair=True)
        assert hands.text(kit) == before
