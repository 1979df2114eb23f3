"""A new spec: short, readable, and open about what a person must still say."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies

from scafld.adapters.markdown.draft import PLACEHOLDER, DraftCriterion, DraftRequest, code_span, draft
from scafld.adapters.markdown.reader import read
from scafld.core.contract.hollow import is_placeholder
from scafld.core.contract.spec import Profile, Risk, Size
from scafld.core.names import CriterionId, Moment, TaskId
from scafld.core.value import changed

REQUEST = DraftRequest(
    task_id=TaskId("add-cache"), title="Add a cache", created=Moment("2026-01-31T12:00:00.000Z"), command="pytest -q"
)


def test_a_light_draft_is_short_and_whole() -> None:
    """Front matter, title, state, one criterion; no gap, no empty section."""
    text = draft(REQUEST)

    assert text == (
        "---\nspec_version: '2.0'\ntask_id: add-cache\ncreated: '2026-01-31T12:00:00.000Z'\n"
        "updated: '2026-01-31T12:00:00.000Z'\nstatus: draft\nharden_status: not_run\n"
        "size: small\nrisk_level: low\n---\n\n"
        "# Add a cache\n\n## Current State\n\nStatus: draft\n\n## Acceptance\n\nProfile: light\n\nValidation:\n"
        "- [ ] `ac1` command - Add a cache\n  - Command: `pytest -q`\n  - Expected kind: `exit_code_zero`\n\n"
    )


@pytest.mark.parametrize("profile", list(Profile))
def test_every_draft_reads_back(profile: Profile) -> None:
    """No problem, and every given word in its place."""
    request = changed(
        REQUEST,
        profile=profile,
        risk=Risk.MEDIUM,
        size=Size.LARGE,
        summary="Reads are slow.\n\n## Not a section",
        files=("src/a b.py", "docs/`x`.md"),
        suggestions=(DraftCriterion(id=CriterionId("lint"), title="Lints", command="ruff check ."),),
    )

    document = read(draft(request), name="x.md")

    assert document.problems == ()
    assert document.spec is not None
    assert (document.spec.title, document.spec.size, document.spec.risk) == ("Add a cache", Size.LARGE, Risk.MEDIUM)
    assert document.spec.profile is profile
    assert document.spec.summary == "Reads are slow.\n\n\\## Not a section"
    assert [(each.id, each.command) for _, each in document.spec.criteria()] == [
        ("ac1", "pytest -q"),
        ("lint", "ruff check ."),
    ]
    assert any("src/a b.py" in each for each in document.spec.declared_changes())


@pytest.mark.parametrize(("profile", "gaps"), [(Profile.LIGHT, 2), (Profile.STANDARD, 8), (Profile.STRICT, 11)])
def test_gaps_are_visible_and_known_to_the_rules(profile: Profile, gaps: int) -> None:
    """What nobody said begins with one mark, which the rules take for nothing said."""
    text = draft(changed(REQUEST, profile=profile, command=""))

    spec = read(text, name="x.md").spec
    assert spec is not None
    assert text.count(PLACEHOLDER) == gaps
    assert all(is_placeholder(each.command) for _, each in spec.criteria())
    assert all(is_placeholder(text) for text in (*spec.objectives, *spec.scope_in, *spec.scope_out, *spec.rollback))
    assert all(is_placeholder(each.description) for each in spec.risks)
    assert all(is_placeholder(each.goal) and all(map(is_placeholder, each.changes)) for each in spec.phases)


COMMANDS = strategies.text(strategies.characters(blacklist_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), max_size=40)


@settings(max_examples=150, deadline=None)
@given(
    command=COMMANDS | strategies.text(strategies.sampled_from("` ab'\"\\$-"), max_size=12),
    title=strategies.text(max_size=30),
)
def test_any_title_and_command_survive(command: str, title: str) -> None:
    """A command comes back exactly as it was given, whatever backticks and quotes it holds."""
    request = changed(REQUEST, command=command, title=title)

    document = read(draft(request), name="x.md")

    assert document.spec is not None
    assert document.problems == ()
    (criterion,) = document.spec.final_criteria
    if command.strip() and command.strip().casefold().rstrip(".") != "none":
        assert criterion.command.strip() == command.strip()


def test_a_command_of_several_lines_stands_in_a_fence() -> None:
    """With fences of its own, if need be."""
    command = "cat <<'E'\n```\nx\n```\nE"

    document = read(draft(changed(REQUEST, command=command)), name="x.md")

    assert document.spec is not None
    assert document.spec.final_criteria[0].command == command


def test_a_code_span_is_as_long_as_it_must_be() -> None:
    """Backticks inside are outnumbered outside."""
    assert [code_span(text) for text in ("a", "a`b", "`a`", "a``b")] == ["`a`", "``a`b``", "`` `a` ``", "```a``b```"]
