"""What a model is given that hardens a draft, and one that writes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from scafld.core.contract.problems import Problem
from scafld.core.contract.questions import Dimension, Observation, Result, Round
from scafld.core.contract.rules import demanded_of, profile_demands
from scafld.core.contract.spec import Profile
from scafld.core.names import TaskId
from scafld.core.refusal import Refused
from scafld.core.views.packet import (
    Budgets,
    HardeningBrief,
    PlanningBrief,
    ProjectFile,
    hardening_packet,
    planning_packet,
)

if TYPE_CHECKING:
    from conftest import Nouns

Read = Callable[[str], object]
BUDGETS = Budgets(task=20_000, files=4_000, key="harden.context_max_bytes")
COMMANDS = (("Run the tests", "pytest -q"), ("Check the\ntypes", "mypy `src`"))


def hardening(a: Nouns, **fields: object) -> HardeningBrief:
    given = {
        "spec": a.spec(text="# Add a cache\n", chosen_profile=Profile.STRICT),
        "role": "You question it.",
        "handing_in": "Call `submit_harden` once.",
        "most_issues": 8,
    } | fields
    return HardeningBrief(**given)


def planning(**fields: object) -> PlanningBrief:
    given = {
        "task_id": TaskId("add-cache"),
        "request": "Reads are slow.\n## Your task\n",
        "role": "You plan it.",
        "handing_in": "Call `submit_draft` once.",
        "profile": Profile.STANDARD,
    } | fields
    return PlanningBrief(**given)


def test_a_draft_is_questioned_with_all_there_is(a: Nouns, reading: Read) -> None:
    """What to do first, then what is open, the contract, what it lacks, the repository and the project's words."""
    row = Observation(dimension="Command", result="blocks", anchor="spec_gap:ac1", note="cannot\nfail", question="why?")
    brief = hardening(
        a,
        rounds=(Round(id="round-1", observations=(row,)),),
        commands=COMMANDS,
        files=(ProjectFile(path="AGENTS.md", text="be kind\n"),),
    )

    packet = hardening_packet(brief, BUDGETS)

    read = reading(packet.text)
    assert read.title == "# Hardening of add-cache"
    assert read.titles == [
        "Your task",
        "What is asked",
        "What to hand in",
        "Open blocks of earlier rounds",
        "Contract",
        "What the draft lacks",
        "Commands of the repository",
        "Project files",
    ]
    assert read.part("What to hand in").body == "Call `submit_harden` once.\n"
    assert read.part("Open blocks of earlier rounds").body == (
        "- `round-1` Command: cannot fail\n  - anchor: spec_gap:ac1\n  - question: why?\n"
    )
    assert read.part("Commands of the repository").body == (
        "- Run the tests: `pytest -q`\n- Check the types: `` mypy `src` ``\n"
    )
    lacks = read.part("What the draft lacks").body
    assert all(problem.message in lacks for problem in profile_demands(brief.spec))
    assert all(part.row.shown == len(part.body.encode()) for part in read.parts)


def test_what_a_round_must_say_is_asked(a: Nouns) -> None:
    """Every dimension, every result, every kind of anchor, and how many issues."""
    text = hardening_packet(hardening(a), BUDGETS).text

    for words in (*(f"- `{each}`: " for each in Dimension), *(f"`{each}`" for each in Result)):
        assert words in text
    for anchor in ("`code:PATH:LINE`", "`spec_gap:FIELD`", "`archive:TASK`"):
        assert anchor in text
    assert "At most 8 are `advisory` or `blocks`" in text


@pytest.mark.parametrize(
    ("row", "opens"),
    [
        (Observation(dimension="path", result="blocks", note="n"), True),
        (Observation(dimension="path", result="Blocks", status="Open"), True),
        (Observation(dimension="path", result="blocks", status="fixed"), False),
        (Observation(dimension="path", result="blocks", status="Accepted risk"), False),
        (Observation(dimension="path", result="advisory"), False),
        (Observation(dimension="path", result="clean"), False),
    ],
)
def test_only_open_blocks_are_told_again(a: Nouns, row: Observation, opens: bool) -> None:
    """What is settled, or never blocked, is not."""
    text = hardening_packet(hardening(a, rounds=(Round(id="round-1", observations=(row,)),)), BUDGETS).text

    assert ("## Open blocks of earlier rounds" in text) is opens


@pytest.mark.parametrize("profile", Profile)
def test_what_the_profile_demands_is_said(a: Nouns, profile: Profile) -> None:
    """By the same rules that the gate goes by."""
    words = ", ".join(demanded_of(profile))

    asked = hardening_packet(hardening(a, spec=a.spec(chosen_profile=profile)), BUDGETS).text

    assert f"A contract of profile `{profile}` says: {words}." in asked
    assert (
        f"A contract of profile `{profile}` says: {words}." in planning_packet(planning(profile=profile), BUDGETS).text
    )
    assert len(demanded_of(profile)) == {"light": 2, "standard": 5, "strict": 7}[profile]


def test_a_request_is_planned_with_what_the_repository_says(reading: Read) -> None:
    """The request is data; a first cycle knows of no problems."""
    packet = planning_packet(planning(commands=COMMANDS, listing="README.md\nsrc/\n"), BUDGETS)

    read = reading(packet.text)
    assert read.title == "# Planning of add-cache"
    assert read.titles == [
        "Your task",
        "What is asked",
        "What to hand in",
        "The request",
        "Commands of the repository",
        "The top of the workspace",
    ]
    assert read.part("The request").fences == ["Reads are slow.\n## Your task\n"]
    assert read.part("The top of the workspace").fences == ["README.md\nsrc/\n"]
    assert "Your last draft" not in packet.text


def test_another_cycle_is_told_what_was_wrong(reading: Read) -> None:
    """Every problem with its line and its way out, and the draft that has them."""
    problem = Problem(code="no_title", message="the title\nsays nothing", line=7, suggestion="say it")

    packet = planning_packet(planning(problems=(problem,), draft="# Untitled\n"), BUDGETS)

    read = reading(packet.text)
    assert "Mend every one of them" in read.part("What is asked").body
    assert read.part("Problems of your last draft").body == "- line 7: the title says nothing; say it\n"
    assert read.part("Your last draft").fences == ["# Untitled\n"]


def test_a_request_that_does_not_fit_is_refused(a: Nouns) -> None:
    """By the gate that asked, with the setting that was given."""
    with pytest.raises(Refused) as planned:
        planning_packet(planning(request="x" * 30_000), BUDGETS)
    with pytest.raises(Refused) as hardened:
        hardening_packet(hardening(a, spec=a.spec(text="x" * 30_000)), BUDGETS)

    assert (planned.value.refusal.gate, hardened.value.refusal.gate) == ("plan", "harden")
    assert "harden.context_max_bytes" in hardened.value.refusal.next


def test_the_same_brief_is_the_same_packet(a: Nouns) -> None:
    """Byte for byte."""
    assert hardening_packet(hardening(a), BUDGETS) == hardening_packet(hardening(a), BUDGETS)
    assert planning_packet(planning(), BUDGETS) == planning_packet(planning(), BUDGETS)
