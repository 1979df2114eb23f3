"""What a digest is taken over: every human word, no owned one, and nothing that an owned line could change."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies
from hypothesis.strategies import DataObject, SearchStrategy

from scafld.adapters.markdown.layout import layout
from scafld.adapters.markdown.origin import placed
from scafld.adapters.markdown.reader import read
from scafld.adapters.markdown.wording import wording
from scafld.core.contract.spec import Spec
from scafld.core.value import changed

HEAD = "---\ntask_id: add-cache\n---\n\n# T\n\n"
OWNED = ("created:", "updated:", "status:", "harden_status:", "Status:", "  - Status:", "  - Evidence:", "    as it")


def _digest(text: str) -> str:
    spec = read(text, name="x.md").spec
    assert spec is not None
    return spec.digest


def _bare(spec: Spec | None) -> Spec | None:
    """The spec without its lines and without what scafld projects."""
    return placed(changed(spec, claimed_status=""), (0,) * 10_000) if spec is not None else None


def test_every_human_line_counts_and_no_owned_one(whole: str) -> None:
    """Change any line of the document: the digest moves exactly when a human owns the line."""
    lines = whole.split("\n")
    before = _digest(whole)
    owned = False
    for at, line in enumerate(lines):
        if line.startswith("## "):
            owned = line in ("## Current State", "## Harden Rounds")
        if not line or line == "---" or line.startswith("## ") or line.startswith("task_id"):
            continue
        longer = f"{line[:-1]} too{line[-1]}"
        edited = read("\n".join([*lines[:at], longer, *lines[at + 1 :]]), name="x.md").spec

        moved = edited is None or edited.digest != before

        assert moved == (not owned and not line.startswith(OWNED)), line


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n", "\r\n"),
        ("\n", "\r"),
        ("- [x]", "- [ ]"),
        ("- [ ]", "- [X]"),
        ("\n\n", "\n   \n\n"),
        ("none\n", "none  \t\n"),
        ("status: draft", "status: active"),
        ("  - Status: pending\n", ""),
        ("  - Timeout: 5m\n", "  - Timeout: 5m\n  - Strength: red-green\n  - Result: x\n"),
        ("Dependencies: none", "Status: active\nDependencies: none"),
        ("## Rollback", "## Review\n\nVerdict: pass\n\n## Rollback"),
        ("- 2026-01-31 drafted\n", "- 2026-01-31 drafted"),
    ],
)
def test_what_means_nothing_moves_nothing(whole: str, old: str, new: str) -> None:
    """Line ends, trailing white space, runs of blank lines, ticks, owned lines and sections."""
    other = whole.replace(old, new)

    assert other != whole
    assert _digest(other) == _digest(whole)
    assert _digest("\ufeff" + other) == _digest(whole)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("```text\n## Not", "```text\n\n\n## Not"),
        ("## Not a section\n", "## Not a section  \n"),
        ("Reads are slow.", "Reads are slow.\n\nVery."),
        ("size: small", "size: large"),
        ("owner:", "keeper:"),
        ("risk_level: high", "risk_level: low"),
        ("  - A note of mine.\n", ""),
        ("Anything goes here.", "Anything went here."),
        ("  - Command: `pytest -q`", "  - Command: `pytest`"),
    ],
)
def test_what_means_something_moves_it(whole: str, old: str, new: str) -> None:
    """White space inside a fence, unknown keys and sections, notes, and everything that is read."""
    other = whole.replace(old, new)

    assert other != whole
    assert _digest(other) != _digest(whole)


@settings(max_examples=150, deadline=None)
@given(data=strategies.data())
def test_the_digest_names_one_meaning(any_document: SearchStrategy[str], data: DataObject) -> None:
    """A document means what its wording means by itself: no two with one digest can ask for different things."""
    document = read(data.draw(any_document), name="x.md")

    if document.spec is not None:
        alone = read(document.spec.text, name="x.md")
        settled = read(alone.spec.text, name="x.md") if alone.spec is not None else alone
        if settled.spec is not None and alone.spec is not None and alone.spec.text == document.spec.text:
            assert _bare(alone.spec) == _bare(document.spec)


@settings(max_examples=150, deadline=None)
@given(data=strategies.data())
def test_a_clear_document_reads_as_its_wording_does(any_document: SearchStrategy[str], data: DataObject) -> None:
    """Where the short way is taken, it leads to the same contract as the long one."""
    text = data.draw(any_document)

    taken = wording(layout(text))

    document = read(text, name="x.md")
    if taken.clear and document.spec is not None:
        meant = read(taken.text, name="x.md").spec
        assert meant is not None
        assert changed(_bare(meant), text="") == changed(_bare(document.spec), text="")


@pytest.mark.parametrize(
    ("approved", "edited"),
    [
        (
            "## Acceptance\n\n- [ ] `v1` T\n    - Command: `make`\n    - Expected contains: ok\n",
            "## Acceptance\n\n- [ ] `v1` T\n    - Command: `make`\n  - Status: pass\n    - Expected contains: ok\n",
        ),
        (
            "## Acceptance\n\n- [ ] `v1` T\n    - Command: `make`\n",
            "## Acceptance\n\n- [ ] `v1` T\n  - Evidence: x\n    - Command: `make`\n",
        ),
        (
            "## Acceptance\n\n- [ ] `v1` T\n  - Command:\n    ```sh\n    make\n    ```\n",
            "## Acceptance\n\n- [ ] `v1` T\n  - Command:\n  - Result: x\n    ```sh\n    make\n    ```\n",
        ),
        ("## Phase 1: p\n\nGoal: a\nb\n", "## Phase 1: p\n\nGoal: a\nStatus: x\nb\n"),
        ("## Objectives\n\n- a\n\n   ## Scope\n\n- b\n", "## Objectives\n\n- a\n\n## Review\n\n   ## Scope\n\n- b\n"),
    ],
)
def test_an_owned_line_cannot_change_what_was_approved(approved: str, edited: str) -> None:
    """After approval an edit of owned lines moves neither the digest nor the meaning."""
    before, after = read(HEAD + approved, name="x.md").spec, read(HEAD + edited, name="x.md").spec

    assert before is not None
    assert after is not None
    assert before.digest == after.digest
    assert _bare(before) == _bare(after)


def test_lines_are_those_of_the_document_even_the_long_way() -> None:
    """A contract read from its wording names the lines that its author sees."""
    text = (
        HEAD + "## Acceptance\n\n- [ ] `v1` T\n  - Evidence: x\n    - Command: `a` b\n\n## Phase 1: p\n\n- [ ] `w` d\n"
    )

    document = read(text, name="x.md")

    assert document.spec is not None
    assert document.spec.final_criteria[0].line == 9
    assert document.spec.phases[0].line == 13
    assert [(problem.code, problem.line) for problem in document.problems] == [("unclear_command", 11)]
