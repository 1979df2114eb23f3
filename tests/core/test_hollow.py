"""Which commands cannot fail, which move their own task, and which words hold the place of others."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from scafld.core.contract.hollow import cannot_fail, is_placeholder, is_unwritten, runs_scafld

HOLLOW = [
    "true",
    " true ",
    ":",
    "/bin/true",
    "exit 0",
    "exit",
    "(exit 0)",
    "{ true; }",
    "echo ok",
    "echo 'all tests pass'",
    "printf done",
    "sleep 1",
    "pwd",
    "true && true",
    "echo a; echo b",
    "true\ntrue",
    "true # pytest -q",
    "[ 1 = 1 ]",
    "test 1",
    "pytest -q || true",
    "pytest -q || :",
    "pytest -q || exit 0",
    "pytest -q || echo failed",
    "pytest -q; true",
    "pytest -q; exit 0",
    "pytest -q;true",
    "pytest -q\ntrue",
    "pytest -q; echo $?",
    "pytest -q || { true; }",
    "(pytest -q || true)",
    "(pytest -q); true",
    "pytest -q &",
    "pytest -q & true",
    "pytest -q | tee out.txt",
    "pytest -q 2>&1 | tail -5",
    "pytest -q |& tee out.txt",
    "pytest -q | cat",
    "",
    "   ",
    "TODO",
    "TODO: a command",
    "...",
    "<command>",
    "your command here",
    "N/A",
]

REAL = [
    "pytest -q",
    "pytest -q && true",
    "true && pytest -q",
    "make test",
    "cd src && go test ./...",
    "test -f src/cache.py",
    "[ -f src/cache.py ]",
    "! grep -rn TODO src",
    "grep -q tenant src/cache.py",
    "exit 1",
    "false",
    "python -c 'import cache'",
    "set -o pipefail; pytest -q | tee out.txt",
    "pytest -q | grep -q passed",
    "echo x | grep y",
    "echo hello > /etc/cache.conf",
    "{ pytest -q; }",
    "{ ruff check . && pytest -q; }",
    "(cd src && pytest -q)",
    "for each in *.py; do python -m py_compile $each || exit 1; done",
    "if grep -q x a; then exit 1; fi",
    "pytest -k 'a or true'",
    "npm test -- --watch=false",
    "a 2>&1",
]


@pytest.mark.parametrize("command", HOLLOW)
def test_a_command_that_cannot_fail_is_found_out(command: str) -> None:
    """With a reason that reads after `its command`."""
    assert cannot_fail(command)


@pytest.mark.parametrize("command", REAL)
def test_a_command_that_can_fail_is_let_be(command: str) -> None:
    """Whoever writes a sound command is not stopped."""
    assert cannot_fail(command) == ""


@given(strategies.text(max_size=40))
def test_any_text_gets_an_answer(command: str) -> None:
    """Unclosed quotes, lone operators, control characters: never an exception."""
    assert isinstance(cannot_fail(command), str)
    assert isinstance(runs_scafld(command), str)
    assert isinstance(is_placeholder(command), bool)


@given(
    strategies.sampled_from(["pytest -q", "make test", "a | b", "c && d"]), strategies.sampled_from([";", "||", "\n"])
)
def test_nothing_saves_a_command_that_ends_in_success(command: str, joint: str) -> None:
    """Whatever came before."""
    assert cannot_fail(f"{command} {joint} true")


@pytest.mark.parametrize(
    ("command", "verb"),
    [
        ("scafld complete add-cache", "complete"),
        ("/usr/bin/scafld build x", "build"),
        ("env A=1 scafld review x", "review"),
        ("cd . && scafld approve x", "approve"),
        ("python -m scafld complete x", "complete"),
        ("scafld status x", ""),
        ("scafld validate x --json", ""),
        ("python -m scafldish complete", ""),
        ("grep scafld build.txt", ""),
    ],
)
def test_a_criterion_that_moves_its_own_task_is_found_out(command: str, verb: str) -> None:
    """The verb is named; commands that only read are let be."""
    assert runs_scafld(command) == verb


@pytest.mark.parametrize(
    "text",
    ["", " ", "TODO", "todo: x", "TBD", "`TBD`", "*fixme*", "...", "…", "???", "-", "None", "n/a", "<title>", "xxx"],
)
def test_placeholders(text: str) -> None:
    """They say nothing."""
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text", ["Add a cache", "The TODO list", "<b>bold</b>", "x", "Nonesuch", "todos are kept", "0"]
)
def test_words_that_say_something(text: str) -> None:
    """Also when they hold a mark somewhere."""
    assert not is_placeholder(text)


@pytest.mark.parametrize(("text", "unwritten"), [("TODO: say it", True), ("", False), ("...", False)])
def test_unwritten_is_what_says_so(text: str, *, unwritten: bool) -> None:
    """Nothing said is not the same as something to be said."""
    assert is_unwritten(text) is unwritten
