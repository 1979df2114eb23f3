"""Writing what readers are told: owned lines change, every other byte stays."""

from __future__ import annotations

import difflib
from collections.abc import Callable

import pytest
from hypothesis import given, settings, strategies
from hypothesis.strategies import DataObject, SearchStrategy

from scafld.adapters.markdown.origin import placed
from scafld.adapters.markdown.reader import read
from scafld.adapters.markdown.writer import project
from scafld.core.contract.spec import Spec
from scafld.core.names import CriterionId, PhaseId
from scafld.core.value import changed
from scafld.core.views.projection import (
    AttackShown,
    CriterionShown,
    FindingShown,
    ObservationShown,
    PhaseShown,
    Projection,
    ReviewShown,
    RoundShown,
)

HEAD = "---\ntask_id: add-cache\n---\n\n# T\n\n"
STATE = Projection(
    status="active",
    harden_status="passed",
    updated="2026-02-01T00:00:00.000Z",
    current_state=(("Status", "active"), ("Next", "scafld build add-cache"), ("Blockers", "")),
    phases=(PhaseShown(id=PhaseId("phase1"), status="active"),),
    criteria=(
        CriterionShown(id=CriterionId("v1"), status="fail", evidence="exit code was 1", source_event="entry-7"),
        CriterionShown(id=CriterionId("f2"), status="pass", evidence="exit code was 0", strength="green"),
        CriterionShown(id=CriterionId("ac1_2"), status="stale"),
    ),
    review=ReviewShown(
        pairs=(("Status", "completed"), ("Verdict", "fail")),
        attacks=(AttackShown(target="src/a.py", attack="omit the tenant", result="found", notes="twice"),),
        findings=(
            FindingShown(
                id="leak", severity="high", blocks=True, summary="keys omit it", details=(("Location", "src/a.py:8"),)
            ),
        ),
    ),
    rounds=(
        RoundShown(
            id="round-1",
            pairs=(("Status", "passed"), ("Verdict", "pass")),
            observations=(
                ObservationShown(dimension="design", pairs=(("Result", "clean"), ("Anchor", "code:a.py:1"))),
            ),
        ),
    ),
)


def _bare(spec: Spec | None) -> Spec | None:
    return placed(changed(spec, claimed_status=""), (0,) * 10_000) if spec is not None else None


def _changes(before: str, after: str) -> list[str]:
    return [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[:2] in ("- ", "+ ")]


def test_exactly_the_owned_lines_change(whole: str) -> None:
    """The difference is what was to be said, line by line, and nothing else."""
    text = project(whole, STATE)

    assert _changes(whole, text) == [
        "- updated: '2026-01-31T12:00:00Z'",
        "+ updated: '2026-02-01T00:00:00.000Z'",
        "- status: draft",
        "+ status: active",
        "- harden_status: not_run",
        "+ harden_status: passed",
        "- Status: draft",
        "- Next: approve",
        "+ Status: active",
        "+ Next: scafld build add-cache",
        "+ Blockers: none",
        "-   - Status: pending",
        "+   - Status: fail",
        "+   - Evidence: exit code was 1",
        "+   - Source event: entry-7",
        "+   - Status: pass",
        "+   - Evidence: exit code was 0",
        "+   - Strength: green",
        "+ Status: active",
        "- - [x] `ac1_2` Lints.",
        "+ - [ ] `ac1_2` Lints.",
        "-   - Evidence: exit code was 0",
        "-     as it should be",
        "+   - Evidence: none",
        "+   - Status: stale",
        "- - none",
        "+ ### round-1",
        "+ ",
        "+ Status: passed",
        "+ Verdict: pass",
        "+ ",
        "+ Observations:",
        "+ - design",
        "+   - Result: clean",
        "+   - Anchor: code:a.py:1",
        "+ ",
        "+ ## Review",
        "+ ",
        "+ Status: completed",
        "+ Verdict: fail",
        "+ ",
        "+ Attack log:",
        "+ - `src/a.py`: omit the tenant -> found (twice)",
        "+ ",
        "+ Findings:",
        "+ - [high/blocks completion] `leak` keys omit it",
        "+   - Location: src/a.py:8",
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_marks_of_the_document_are_used(whole: str, end: str) -> None:
    """A document in CRLF stays one; the byte order mark and the missing final newline stay."""
    text = "\ufeff" + whole.replace("\n", end).rstrip("\r\n")

    written = project(text, STATE)

    assert written.replace(end, "\n") == "\ufeff" + project(whole.rstrip("\n"), STATE)
    assert not written.endswith(("\r", "\n"))


def test_what_already_stands_is_left_as_it_is_spelled() -> None:
    """Quotes, backticks, case of labels, bold marks, comments: no byte changes when nothing new is said."""
    text = (
        "---\ntask_id: add-cache\nstatus:   \"active\"  # by hand\nupdated: '2026-02-01T00:00:00.000Z'\n---\n# T\n"
        "## Current State\n**STATUS:** `active`  \nNext:scafld build add-cache\nBlockers: None.\n\n"
        "## Acceptance\n- [X] `v1` T\n  * Command: `x`\n  * status: `pass`\n  * Evidence:   exit code was 0\n"
        "## Phase 1: p\nstatus:   'active'\n"
        "## Review\nVerdict: `pass`\nFindings: none\n"
    )
    state = Projection(
        status="active",
        updated="2026-02-01T00:00:00.000Z",
        current_state=(("Status", "active"), ("Next", "scafld build add-cache"), ("Blockers", "")),
        phases=(PhaseShown(id=PhaseId("phase1"), status="active"),),
        criteria=(CriterionShown(id=CriterionId("v1"), status="pass", evidence="exit code was 0"),),
        review=ReviewShown(pairs=(("Verdict", "pass"),)),
    )

    written = project(text, state)

    assert written == text


def test_a_comment_and_the_quotes_of_a_key_stay() -> None:
    """Only the value changes."""
    text = "---\ntask_id: a\nstatus: \"draft\"  # who knows\nupdated: 'x'   \nharden_status: >\n  folded\n---\n# T\n"

    written = project(text, Projection(status="active", updated="y", harden_status="passed"))

    assert written == (
        "---\ntask_id: a\nstatus: \"active\"  # who knows\nupdated: 'y'   \nharden_status: passed\n---\n# T\n"
    )


def test_words_of_people_inside_owned_sections_stay(whole: str) -> None:
    """Unknown lines of Current State, and a Review that begins with a person's rule."""
    text = (
        whole + "\n## Review\n\nReject a cache without a tenant.\n\nFindings:\n- look at the keys\n\n"
        "### Notes\n\nStatus: mine\n"
    )

    written = project(text, STATE)

    assert "Kept by hand: ask before you touch the cache." in written
    assert "Reject a cache without a tenant." in written
    assert "- look at the keys\n- [high/blocks completion] `leak`" in written
    assert written.endswith("### Notes\n\nStatus: mine\n")


def test_findings_are_replaced_and_notes_among_them_are_not() -> None:
    """An item that scafld wrote gives way; one that holds a person's note stays whole."""
    old = (
        "- [low/non-blocking] `gone` was minor\n  - Location: a\n"
        "- [low/non-blocking] `kept` was minor\n  - Location: b\n  - seen again on Monday\n"
    )
    text = f"{HEAD}## Review\n\nVerdict: pass\n\nFindings:\n{old}\nThe end.\n"

    written = project(text, Projection(review=STATE.review))

    assert "`gone`" not in written
    assert "- [low/non-blocking] `kept` was minor\n  - Location: b\n  - seen again on Monday\n" in written
    assert written.endswith(
        "  - Location: src/a.py:8\n\nThe end.\n\nAttack log:\n- `src/a.py`: omit the tenant -> found (twice)\n"
    )


def test_observations_that_people_filled_in_stay() -> None:
    """A round's labels follow the ledger; its rows are people's, and only missing ones are added."""
    rows = "Observations:\n- design\n  - Result: blocks\n  - Note: by hand\n"
    text = f"{HEAD}## Harden Rounds\n\n### round-1\n\nStatus: in_progress\nTrue shape: mine\n\n{rows}"
    more = ObservationShown(dimension="scope", pairs=(("Result", "clean"),))
    state = Projection(rounds=(changed(STATE.rounds[0], observations=(*STATE.rounds[0].observations, more)),))

    written = project(text, state)

    assert written == (
        f"{HEAD}## Harden Rounds\n\n### round-1\n\nStatus: passed\nVerdict: pass\nTrue shape: mine\n\n{rows}"
        "- scope\n  - Result: clean\n"
    )


def test_missing_sections_are_put_where_they_take_nothing_in() -> None:
    """Current State before the first section, after any introduction; the others at the end."""
    text = f"{HEAD}An introduction.\n\n## Summary\n\nx"

    written = project(text, STATE)

    assert written.startswith(
        f"{HEAD.replace('task_id: add-cache', 'task_id: add-cache' + _front())}An introduction.\n\n## Current"
    )
    assert written.index("## Summary") < written.index("## Review") < written.index("## Harden Rounds")
    assert not written.endswith("\n")


def _front() -> str:
    return "\nstatus: active\nharden_status: passed\nupdated: '2026-02-01T00:00:00.000Z'"


def test_nothing_is_written_into_an_open_fence() -> None:
    """A section that would become a fence's content is not added; the document has a problem that says so."""
    text = f"{HEAD}## Summary\n\n```\nopen\n"

    written = project(text, changed(STATE, status="", harden_status="", updated=""))

    assert written.endswith("## Summary\n\n```\nopen\n")
    assert "## Review" not in written
    assert "## Current State\n\nStatus: active" in written


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("- `make`\n", "- `make`\n  - Status: pass\n"),
        ("-   [ ] `f1` T\n", "-   [x] `f1` T\n    - Status: pass\n"),
        ("1. [ ] `f1` T\n", "1. [x] `f1` T\n   - Status: pass\n"),
        ("-\t[ ] `f1` T\n\t- Command: x\n", "-\t[x] `f1` T\n\t- Command: x\n\t- Status: pass\n"),
        ("- [ ] `f1` T\n    *  Command: x\n", "- [x] `f1` T\n    *  Command: x\n    *  Status: pass\n"),
        ("- [ ] `f1` T\n  Command: x\n", "- [x] `f1` T\n  Command: x\n  - Status: pass\n"),
        ("- [ ] `f1` T\n\n  A note.\n", "- [x] `f1` T\n\n  A note.\n  - Status: pass\n"),
        ("- [ ] `f1` T\n  ```\n  open\n", "- [x] `f1` T\n  ```\n  open\n"),
        ("- [ ] `f1` T\n  Status: fail\n", "- [x] `f1` T\n  Status: pass\n"),
    ],
)
def test_a_result_stands_where_it_belongs_to_its_criterion(item: str, expected: str) -> None:
    """Any bullet, tabs, wide markers, notes; what would fall into an open fence is left out."""
    text = f"{HEAD}## Acceptance\n\n{item}\n## Notes\n"
    state = Projection(criteria=(CriterionShown(id=CriterionId("f1"), status="pass"),))

    written = project(text, state)

    assert written == f"{HEAD}## Acceptance\n\n{expected}\n## Notes\n"
    assert project(written, state) == written


def test_lines_of_former_tools_do_not_contradict() -> None:
    """`Result` follows the status; times that nobody keeps say none."""
    text = (
        f"{HEAD}## Acceptance\n\n- [x] `v1` T\n  - Command: `x`\n  - Result: pass\n"
        "  - Status: pass\n  - Checked at: Monday\n"
    )

    written = project(text, Projection(criteria=(CriterionShown(id=CriterionId("v1"), status="fail"),)))

    assert written.endswith(
        "- [ ] `v1` T\n  - Command: `x`\n  - Result: fail\n  - Status: fail\n  - Checked at: none\n"
    )


def test_hostile_words_stay_words(whole: str, hostile: tuple[str, ...]) -> None:
    """Whatever a provider says, in every place at once: the document reads back to the same contract."""
    before = read(whole, name="x.md")
    for word in hostile:
        details = (("Evidence", word), (word, word))
        state = Projection(
            status=word,
            updated=word,
            current_state=(("Reason", word), (word, word)),
            phases=(PhaseShown(id=PhaseId("phase1"), status=word),),
            criteria=tuple(
                CriterionShown(id=each.id, status=word, evidence=word, source_event=word, strength=word)
                for _, each in before.spec.criteria()
            )
            if before.spec
            else (),
            review=ReviewShown(
                pairs=(("Verdict", word), ("Summary", word)),
                attacks=(AttackShown(target=word, attack=word, result=word, notes=word),),
                findings=(FindingShown(id=word, severity=word, blocks=True, summary=word, details=details),),
            ),
            rounds=(
                RoundShown(id=word, pairs=details, observations=(ObservationShown(dimension=word, pairs=details),)),
            ),
        )

        written = project(whole, state)

        after = read(written, name="x.md")
        assert after.problems == ()
        assert _bare(after.spec) == _bare(before.spec)
        assert after.spec is not None
        assert after.spec.text == before.spec.text if before.spec else True
        assert project(written, state) == written
        written.encode("utf-8")


@settings(max_examples=100, deadline=None)
@given(data=strategies.data())
def test_any_state_in_any_document(
    any_document: SearchStrategy[str],
    any_projection: Callable[[str], SearchStrategy[Projection]],
    data: DataObject,
) -> None:
    """Saying nothing changes nothing; saying it twice changes nothing more; the contract never moves."""
    text = data.draw(any_document)
    state = data.draw(any_projection(text))

    once = project(text, state)

    before, after = read(text, name="x.md"), read(once, name="x.md")
    assert project(text, Projection()) == text
    assert project(once, state) == once
    assert _bare(after.spec) == _bare(before.spec)


@settings(max_examples=60, deadline=None)
@given(data=strategies.data())
def test_human_lines_are_all_still_there(
    whole: str, any_projection: Callable[[str], SearchStrategy[Projection]], data: DataObject
) -> None:
    """Every line that is not owned stands in the result, byte for byte and in order."""
    state = data.draw(any_projection(whole))

    written = project(whole, state).split("\n")

    rest = iter(written)
    kept = [line for line in whole.split("\n") if line and not line.lstrip(" -").startswith(_OWNED)]
    assert all(any(line == each.replace("- [x]", "- [ ]") for each in rest) for line in _unticked(kept))


_OWNED = ("status", "updated", "harden_status", "Status", "Next", "Evidence", "as it should", "none")


def _unticked(lines: list[str]) -> list[str]:
    return [line.replace("- [x]", "- [ ]") for line in lines]
