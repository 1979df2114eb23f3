"""What a whole document says, and every problem of it at once."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings, strategies
from hypothesis.strategies import DataObject, SearchStrategy

from scafld.adapters.markdown.reader import read
from scafld.core.contract.spec import Expected, Hazard, Profile, Risk, Size, Spec, Start

HEAD = "---\ntask_id: add-cache\n---\n\n# T\n\n"


def _spec(body: str) -> Spec:
    document = read(HEAD + body, name="x.md")
    assert document.spec is not None
    assert document.problems == ()
    return document.spec


def _codes(text: str) -> list[tuple[str, int]]:
    return [(problem.code, problem.line) for problem in read(text, name="x.md").problems]


def test_a_whole_spec_is_read(whole: str) -> None:
    """Every part of the grammar lands in its field."""
    document = read(whole, name="x.md")

    spec = document.spec
    assert spec is not None
    assert document.problems == ()
    assert (spec.task_id, spec.title, spec.size, spec.risk) == ("add-cache", "Add a cache", Size.SMALL, Risk.HIGH)
    assert spec.chosen_profile is Profile.STRICT
    assert spec.claimed_status == "draft"
    assert spec.summary == "Reads are slow.\n\n```text\n## Not a section\n```"
    assert spec.context.packages == ("src",)
    assert spec.context.files == ("`src/cache.py` (all) - the store", "docs/cache.md")
    assert spec.context.invariants == ("tenant_isolation",)
    assert spec.objectives == ("Reads take less than a millisecond on a warm cache.",)
    assert spec.scope_in == ("`src/cache.py`", "`src/client.py`")
    assert spec.scope_out == ("the wire format", "eviction by age")
    assert spec.risks == (
        Hazard(description="Stale reads", mitigation="bound the age."),
        Hazard(description="Memory grows", mitigation="a size limit"),
        Hazard(description="keys omit the tenant"),
    )
    assert [(done.id, done.text) for done in spec.definition_of_done] == [
        ("dod1", "The docs say how."),
        ("", "A person looked at it."),
    ]
    assert spec.rollback == ("Strategy: per_phase", "git revert HEAD")
    assert spec.planning_log == ("2026-01-31 drafted",)


def test_criteria_of_a_whole_spec(whole: str) -> None:
    """Ids, titles with dashes, fields, defaults, made-up ids."""
    document = read(whole, name="x.md")

    assert document.spec is not None
    first, second = document.spec.final_criteria
    assert (first.id, first.label, first.title) == ("v1", "test", "Everything passes - all of it.")
    assert (first.command, first.expected, first.timeout_s) == ("pytest -q", Expected.EXIT_CODE_ZERO, 300)
    assert whole.split("\n")[first.line - 1].startswith("- [ ] `v1`")
    assert (second.id, second.command, second.title) == ("f2", "git diff --check", "git diff --check")
    manual, lint = document.spec.phases[0].criteria
    assert (manual.id, manual.expected, manual.command) == ("ac1_1", Expected.MANUAL, "")
    assert (lint.start, lint.start_reason) == (Start.GREEN, "it is clean today")


def test_a_phase_is_read_to_its_next_label(whole: str) -> None:
    """A goal of several lines and paragraphs; `Goal:` and `Objective:` are one."""
    document = read(whole, name="x.md")
    other = _spec(
        "## phase 02 - Two\n\nObjective: a\nb\n\nStatus: active\nDepends on: phase1, none\nChanges:\n- x\n  y\n"
    )

    assert document.spec is not None
    phase = document.spec.phases[0]
    assert (phase.id, phase.number, phase.name) == ("phase1", 1, "Store")
    assert phase.goal == "Keep values\nby tenant.\n\nAnd evict the oldest."
    assert phase.changes == ("`src/cache.py` - the store",)
    assert [(each.id, each.name, each.goal, each.dependencies, each.changes) for each in other.phases] == [
        ("phase2", "Two", "a\nb", ("phase1",), ("x y",))
    ]


@pytest.mark.parametrize(
    ("heading", "found"),
    [
        ("## Phase 1: a", (1, "a")),
        ("## Phase 1:a", (1, "a")),
        ("## Phase 01: a", (1, "a")),
        ("## Phase 7 - a: b", (7, "a: b")),
        ("## phase 3 — a", (3, "a")),
        ("## Phase 4", (4, "Phase 4")),
        ("Phase 5: a\n---", (5, "a")),
        ("## Phases\n\n### Phase 6: a", (6, "a")),
        ("## Planned Phases\n\n### Phase 8 - a", (8, "a")),
    ],
)
def test_headings_of_phases(heading: str, found: tuple[int, str]) -> None:
    """Colon or dash, leading zeros, any case, setext, under a heading for all of them."""
    spec = _spec(f"{heading}\n\nGoal: g\n")

    assert [(phase.number, phase.name) for phase in spec.phases] == [found]
    assert spec.phases[0].goal == "g"


@pytest.mark.parametrize("heading", ["### Phase 1: a", "## Phase 1 Notes", "# Phases", "## The phase 1: a"])
def test_headings_that_are_no_phases(heading: str) -> None:
    """A sub-heading elsewhere or further words make no phase."""
    document = read(HEAD + heading + "\n", name="x.md")

    assert document.spec is not None
    assert document.spec.phases == ()


def test_every_problem_is_reported_at_once() -> None:
    """Each with its line; the rest of the contract is read all the same."""
    text = (
        "---\ntask_id: add-cache\nsize: gigantic\nrisk_level: spicy\nspec_version: '9'\n---\n# A\n\n# B\n\n"
        "## Acceptance\n\nProfile: stern\n\nValidation:\n- [ ] `v1` t - a\n  - Command: `x` (y)\n"
        "  - Expected kind: reviewed_output\n  - Timeout: soon\n  - Expected exit code: 999\n  - Baseline: blue\n"
        "- [ ] `v1` t - b\n  - Command: `y`\n  - Command: `z`\n"
        "- [ ] `a b` t - c\n  - Command: `y`\n\n## Phase 1: a\n\n## Phase 1: b\n\n"
        "## Phase one: c\n\n## Review\n\n## Review\n"
        "\nA\x1b[31m and \u202e\n\n```\nopen\n"
    )

    document = read(text, name="x.md")

    assert document.spec is not None
    assert [(problem.code, problem.line) for problem in document.problems] == [
        ("unknown_size", 3),
        ("unknown_risk", 4),
        ("unknown_spec_version", 5),
        ("second_title", 9),
        ("unknown_profile", 13),
        ("unclear_command", 17),
        ("unknown_expected_kind", 18),
        ("bad_number", 19),
        ("bad_number", 20),
        ("unknown_baseline", 21),
        ("duplicate_criterion_id", 22),
        ("duplicate_field", 24),
        ("bad_criterion_id", 25),
        ("duplicate_phase", 30),
        ("bad_phase_heading", 32),
        ("duplicate_section", 36),
        ("control_character", 38),
        ("hidden_character", 38),
        ("unclosed_fence", 40),
    ]
    assert all(problem.message for problem in document.problems)
    assert next(each for each in document.problems if each.line == 18).suggestion == "write manual"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "missing_front_matter"),
        ("# T\n", "missing_front_matter"),
        ("\n---\ntask_id: a\n---\n", "missing_front_matter"),
        ("---\ntask_id: a\n# T\n", "unclosed_front_matter"),
        ("---\n---\n# T\n", "missing_task_id"),
        ("---\ntask_id:\n---\n# T\n", "missing_task_id"),
        ("---\ntask_id: [a]\n---\n# T\n", "missing_task_id"),
        ("---\ntask_id: ../x\n---\n# T\n", "bad_task_id"),
        ("---\ntask_id: A B\n---\n# T\n", "bad_task_id"),
    ],
)
def test_documents_that_give_no_spec(text: str, code: str) -> None:
    """No front matter, no id: nothing to lean on, and one problem that says so."""
    document = read(text, name="x.md")

    assert document.spec is None
    assert [problem.code for problem in document.problems] == [code]


@pytest.mark.parametrize(
    ("word", "size"), [("xl", Size.LARGE), ("extra_large", Size.LARGE), ("Micro", Size.MICRO), ("none", Size.MEDIUM)]
)
def test_near_words_are_read(word: str, size: Size) -> None:
    """Sizes that people write for want of a larger one; case makes no difference."""
    document = read(f"---\ntask_id: a\nsize: {word}\nrisk_level: very_high\n---\n# T\n", name="x.md")

    assert document.problems == ()
    assert document.spec is not None
    assert (document.spec.size, document.spec.risk) == (size, Risk.HIGH)


def test_a_title_may_come_from_the_front_matter_and_is_missed_otherwise() -> None:
    """A heading first, then the key, then a problem."""
    titled = read("---\ntask_id: a\ntitle: From above\n---\n", name="x.md")

    assert titled.spec is not None
    assert titled.spec.title == "From above"
    assert _codes("---\ntask_id: a\n---\n\ntext\n") == [("missing_title", 4)]


def test_scope_in_its_many_shapes() -> None:
    """Prefixes, labels, sub-headings, nested lists, prose; what says neither is in."""
    spec = _spec(
        "## Scope\n\n- In scope: a\n- Out of scope: b\n- c\n\nIn scope:\n- d\n\n"
        "Out of scope for now:\n\n- e\n  - e2\n\n"
        "Likely files:\n- f\n\n### Out of scope\n\n- g\n\n### In scope\n\n- In scope:\n  - h\n- Out:\n  - i\n\n"
        "Prose about `j`.\n- None.\n"
    )

    assert spec.scope_in == ("a", "c", "d", "f", "h", "Prose about `j`.")
    assert spec.scope_out == ("b", "e", "e2", "g", "i")


def test_context_labels() -> None:
    """Beside or below, as lines or as items; prose under no label is not taken for packages."""
    spec = _spec(
        "## Context\n\n- CWD: `crates` (the workspace)\n\nPackages: a, `b`\n\nImpacted files:\n- x.py\n"
        "\nCurrent state of things:\n- not a package\n\n## Invariants\n\n- stay fast\n"
    )

    assert spec.context.cwd == "crates"
    assert spec.context.packages == ("a", "b")
    assert spec.context.files == ("x.py",)
    assert spec.context.invariants == ("stay fast",)


def test_a_nested_mitigation_belongs_to_its_risk() -> None:
    """As a child item, as a sentence, after a dash."""
    spec = _spec(
        "## Risks\n\n- It breaks.\n  - Mitigation: test it.\n- **Rot.** Mitigation: CI.\n- High: a - b - c\n- none\n"
    )

    assert [(risk.description, risk.mitigation) for risk in spec.risks] == [
        ("It breaks", "test it."),
        ("**Rot.**", "CI."),
        ("High: a", "b - c"),
    ]


@settings(max_examples=150, deadline=None)
@given(
    strategies.text(max_size=200)
    | strategies.binary(max_size=200).map(lambda raw: raw.decode("utf-8", "surrogateescape"))
)
def test_no_text_breaks_the_reader(text: str) -> None:
    """Random text gives a document, with or without a spec."""
    bare = read(text, name="x.md")
    inside = read(HEAD + text, name="x.md")

    assert bare.spec is not None or bare.problems
    assert inside.spec is not None
    assert inside.spec.digest


@settings(max_examples=80, deadline=None)
@given(data=strategies.data())
def test_no_document_breaks_the_reader(any_document: SearchStrategy[str], data: DataObject) -> None:
    """Documents that look like real ones, mangled; lines stay within the document."""
    text = data.draw(any_document)

    document = read(text, name="x.md")

    last = len(document.layout.page.lines) + 1
    assert all(0 <= problem.line <= last for problem in document.problems)
    if document.spec is not None:
        assert all(1 <= criterion.line <= last for _, criterion in document.spec.criteria())


def test_a_long_spec_is_read_in_a_blink(whole: str) -> None:
    """Twenty kilobytes, twice through the block parser at worst, with room to spare on a slow machine."""
    phases = "".join(
        f"\n## Phase {number}: p\n\nStatus: pending\n\nAcceptance:\n"
        + "".join(
            f"- [ ] `ac{number}_{at}` t - title\n  - Command: `make x`\n  - Status: pending\n" for at in range(10)
        )
        for number in range(2, 30)
    )
    text = whole + phases

    took = min(_clock(text) for _ in range(5))

    assert len(text) > 20_000
    assert took < 0.25


def _clock(text: str) -> float:
    begun = time.perf_counter()
    read(text, name="x.md")
    return time.perf_counter() - begun
