"""Which items are criteria, and what they say."""

from __future__ import annotations

import pytest

from scafld.adapters.markdown.reader import read
from scafld.core.contract.spec import Criterion, Expected, Spec, Start

HEAD = "---\ntask_id: add-cache\n---\n\n# T\n\n## Acceptance\n\n"


def _spec(body: str) -> Spec:
    document = read(HEAD + body, name="x.md")
    assert document.spec is not None
    return document.spec


def _only(body: str) -> Criterion:
    (criterion,) = _spec(body).final_criteria
    return criterion


@pytest.mark.parametrize(
    ("head", "label", "title"),
    [
        ("- [ ] `a1` test - Title", "test", "Title"),
        ("- [x] `a1` Title", "command", "Title"),
        ("- [X] `a1` two words - Title - with dash", "two words", "Title - with dash"),
        ("- [ ] `a1` many more words - Title", "command", "many more words - Title"),
        ("- [ ] `a1` - untyped", "command", "untyped"),
        ("- [ ] `a1`: Title", "command", "Title"),
        ("- [ ] a1: Title", "command", "Title"),
        ("* [ ] `a1` Title", "command", "Title"),
        ("+ [ ] `a1` Title", "command", "Title"),
        ("3. [ ] `a1` Title", "command", "Title"),
        ("-\t[ ] `a1` Title", "command", "Title"),
        ("  - [ ] `a1` Title", "command", "Title"),
        ("- [ ] `a1` Title\n  goes on", "command", "Title goes on"),
        ("- [ ] `a1` Title\ngoes on", "command", "Title goes on"),
        ("- `a1` Title", "command", "Title"),
    ],
)
def test_heads_of_criteria(head: str, label: str, title: str) -> None:
    """A type is one or two words before a dash; a title keeps its own dashes."""
    criterion = _only(f"{head}\n    - Command: `make`\n")

    assert (criterion.id, criterion.label, criterion.title, criterion.command) == ("a1", label, title, "make")


@pytest.mark.parametrize(
    "fields",
    [
        "  - Command: `make`\n  - Cwd: `sub` (there)\n",
        "  - Command: make\n  - working-directory: sub\n",
        "  Command: `make`\n  Cwd: sub\n",
        "Command: make\nCwd: sub\n",
        "- Command: `make`\n- CWD: sub\n",
        "  * command: 'make'\n  * cwd: \"sub\"\n",
        "  - **Command:** `make`\n  - **Cwd:** sub\n",
        "  - Command:\n    `make`\n  - Cwd:\n    sub\n",
        "  - Command:\n\n    ```sh\n    make\n    ```\n  - Cwd: sub\n",
        "\n  - Command: `make`\n\n  - Cwd: sub\n",
    ],
)
def test_fields_in_many_dresses(fields: str) -> None:
    """Children, lines, siblings, fences; any bullet; any spelling of the label."""
    criterion = _only(f"- [ ] `a1` Title\n{fields}")

    assert (criterion.title, criterion.command, criterion.cwd) == ("Title", "make", "sub")


def test_every_field_of_a_criterion() -> None:
    """Each lands in its place, with its type."""
    criterion = _only(
        "- [ ] `a1` t - Title\n  - Type: boundary\n  - Command: `x 'a  b'`\n  - Expected kind: exit-code-nonzero\n"
        "  - Expected exit code: `3`\n  - Expected contains: `3 passed`\n  - Cwd: .\n  - Timeout seconds: 90\n"
        "  - Evidence required: the log\n  - Baseline: green - it is a guard\n"
    )

    assert criterion == Criterion(
        id=criterion.id,
        title="Title",
        label="boundary",
        command="x 'a  b'",
        expected=Expected.EXIT_CODE_NONZERO,
        exit_code=3,
        contains="3 passed",
        cwd="",
        timeout_s=90,
        evidence_required="the log",
        start=Start.GREEN,
        start_reason="it is a guard",
        line=9,
    )


def test_none_means_not_said() -> None:
    """Lines that say none leave the defaults."""
    criterion = _only(
        "- [ ] `a1` Title\n  - Command: `x`\n  - Expected kind: none\n  - Timeout: none\n"
        "  - Cwd: none\n  - Baseline: None.\n"
        "  - Expected exit code: none\n  - Expected contains: none\n"
    )

    assert criterion == Criterion(id=criterion.id, title="Title", command="x", line=9)


@pytest.mark.parametrize(
    ("said", "expected", "code"),
    [
        ("exit code 0", Expected.EXIT_CODE_ZERO, None),
        ("exit code 3", Expected.EXIT_CODE_NONZERO, 3),
        ("`no_matches` (none at all)", Expected.NO_MATCHES, None),
        ("No Matches", Expected.NO_MATCHES, None),
        ("non-zero", Expected.EXIT_CODE_NONZERO, None),
        ("browser evidence", Expected.BROWSER_EVIDENCE, None),
    ],
)
def test_words_for_what_is_expected(said: str, expected: Expected, code: int | None) -> None:
    """Old and near words are read."""
    criterion = _only(f"- [ ] `a1` T\n  - Command: `x`\n  - Expected: {said}\n")

    assert (criterion.expected, criterion.exit_code) == (expected, code)


@pytest.mark.parametrize(("label", "expected"), [("manual", Expected.MANUAL), ("Browser", Expected.BROWSER_EVIDENCE)])
def test_a_type_may_say_what_is_expected(label: str, expected: Expected) -> None:
    """Where no kind is given, the words manual and browser give it."""
    criterion = _only(f"- [ ] `a1` {label} - T\n")

    assert criterion.expected is expected


@pytest.mark.parametrize(
    ("body", "nearest"),
    [
        ("reviewed_output", "manual"),
        ("exit_code_zer0", "exit_code_zero"),
        ("stdout_empty", "no_matches"),
        ("gibberish!!", "exit_code_zero"),
    ],
)
def test_an_unknown_kind_is_a_problem_with_the_nearest_word(body: str, nearest: str) -> None:
    """It is never run as if it had been understood: the document has a problem."""
    document = read(f"{HEAD}- [ ] `a1` T\n  - Command: `x`\n  - Expected kind: {body}\n", name="x.md")

    assert [(each.code, each.suggestion) for each in document.problems] == [
        ("unknown_expected_kind", f"write {nearest}")
    ]


def test_a_definition_of_done_is_never_a_criterion() -> None:
    """With ids, with commands, in phases; ticked prose and `dod` ids without a label are none either."""
    spec = _spec(
        "Definition of done:\n- [x] `d1` One\n  - Command: `make`\n- [ ] two\n\n"
        "- [ ] `dod3` three\n\nValidation:\n- [ ] prose\n"
        "- [ ] `run me` whole\n\n## Phase 1: p\n\nAcceptance:\n- [ ] `ac1` T\n\nDefinition of done:\n- [ ] `ac9` nine\n"
    )

    assert spec.final_criteria == ()
    assert [(done.id, done.text) for done in spec.definition_of_done] == [
        ("d1", "One"),
        ("", "two"),
        ("dod3", "three"),
        ("", "prose"),
        ("", "`run me` whole"),
    ]
    assert [criterion.id for criterion in spec.phases[0].criteria] == ["ac1"]
    assert [(done.id, done.line) for done in spec.phases[0].definition_of_done] == [("ac9", 26)]


def test_prose_below_a_criterion_changes_nothing_of_it() -> None:
    """A field belongs to its item: words that follow the list are words."""
    criterion = _only("- [ ] `a1` T\n  - Command: `make`\n\nCommand: `rm -rf /`\n\nExpected kind: manual\n")

    assert (criterion.command, criterion.expected) == ("make", Expected.EXIT_CODE_ZERO)


def test_bare_commands_are_criteria_with_ids_from_their_place() -> None:
    """One code span and nothing else, where criteria are expected; words beside it make it prose."""
    spec = _spec(
        "Validation:\n- `make check`\n- `make test` once\n- [ ] `make lint`\n"
        "- `` echo `x` ``\n\nNotes on it:\n- `ls`\n\n"
        "## Phase 2: p\n\nChanges:\n- `src/a.py`\n\nAcceptance:\n- `make p`\n- [ ] `ac2_2` T\n  - Command: `b`\n"
        "- [ ] no id\n  - Command: `c`\n"
    )

    assert [(each.id, each.command) for each in spec.final_criteria] == [("f1", "make check"), ("f2", "make lint")]
    assert [(each.id, each.command) for each in spec.phases[0].criteria] == [
        ("ac2_1", "make p"),
        ("ac2_2", "b"),
        ("ac2_3", "c"),
    ]


def test_made_up_ids_avoid_those_that_stand() -> None:
    """An author's `f1` further down keeps its name."""
    spec = _spec("- `make a`\n- [ ] `f1` T\n  - Command: `b`\n")

    assert [(each.id, each.command) for each in spec.final_criteria] == [("f2", "make a"), ("f1", "b")]


def test_a_command_keeps_what_the_shell_needs() -> None:
    """Blanks, backticks, quotes, dashes, several lines."""
    spec = _spec(
        "- [ ] `a1` T\n  - Command: `` printf '%s' `date`  \"x\" ``\n- [ ] `a2` T\n"
        "  - Command:\n    ```sh\n    for x in a; do\n"
        '      echo "$x"\n    done\n    ```\n- [ ] `a3` T\n  - Command: test "a" = "b"\n'
    )

    assert [each.command for each in spec.final_criteria] == [
        "printf '%s' `date`  \"x\"",
        'for x in a; do\n  echo "$x"\ndone',
        'test "a" = "b"',
    ]
