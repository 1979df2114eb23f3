"""`--help`: one sentence, the command's own flags, an example that works, the codes it can end with."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from typing import Any

import pytest

from scafld.adapters.cli.arguments import parse
from scafld.adapters.cli.handlers import HANDLERS
from scafld.adapters.cli.table import BY_NAME, COMMANDS, EXITS, GLOBALS, Command

Scafld = Callable[..., Any]
every_command = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)


@every_command
def test_the_help_of_a_command(command: Command, scafld: Scafld) -> None:
    """Its sentence first, its flags and no others, its example, its codes; at most 80 columns; no workspace needed."""
    ended = scafld(command.name, "--help")

    shown = set(re.findall(r"^  (--[a-z-]+)", ended.out, re.M))
    codes = re.findall(r"^  (\d)  (.*)$", ended.out, re.M)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines()[0] == command.summary and command.summary.endswith(".")
    assert shown == {option.flag for option in (*command.options, *GLOBALS)}
    assert f"example: {command.example}\n" in ended.out
    assert codes == [(str(code), EXITS[code]) for code in command.exits]
    assert max(map(len, ended.out.splitlines())) <= 80


@every_command
def test_an_example_is_plain(command: Command) -> None:
    """The front door takes it, as the command it stands for."""
    first, *words = shlex.split(command.example)

    parsed = parse(words)

    assert first == "scafld"
    assert parsed is not None and parsed.command == command


@every_command
def test_a_command_has_somebody_who_does_it(command: Command) -> None:
    """What is not built is not in the table, and what is in the table is built."""
    assert callable(HANDLERS[command.name]())


def listed(text: str) -> set[str]:
    return set(re.findall(r"^  ([a-z]+)  +[A-Z]", text, re.M))


def test_help_lists_the_daily_commands(scafld: Scafld) -> None:
    """`--advanced` lists all; each with its sentence, on one line."""
    daily, every = scafld("--help"), scafld("--help", "--advanced")

    assert (daily.code, every.code) == (0, 0)
    assert listed(daily.out) == {command.name for command in COMMANDS if command.daily}
    assert listed(every.out) == {command.name for command in COMMANDS}
    assert 8 <= len(listed(daily.out)) < len(listed(every.out))
    assert max(map(len, every.out.splitlines())) <= 80


@pytest.mark.parametrize("words", [("-h",), ("help",), ("--json", "--help"), ("--root", "x", "--help")], ids=" ".join)
def test_help_is_found_whatever_it_is_called(words: tuple[str, ...], scafld: Scafld) -> None:
    """Nobody has to know how help is spelt."""
    ended = scafld(*words)

    assert ended.code == 0
    assert "Say where a task stands and what comes next." in ended.out


@pytest.mark.parametrize(
    "words",
    [("build", "-h"), ("help", "build"), ("build", "x", "--criterion", "--help"), ("--root", "x", "build", "--help")],
    ids=" ".join,
)
def test_help_on_a_command_is_found_whatever_else_stands_there(words: tuple[str, ...], scafld: Scafld) -> None:
    """Whoever asks for help in the midst of a command gets help, and nothing is run."""
    ended = scafld(*words)

    assert ended.code == 0
    assert ended.out.splitlines()[0] == BY_NAME["build"].summary


def test_help_after_two_dashes_is_a_word(scafld: Scafld) -> None:
    """Behind `--` nothing is an option: the task is called --help, which no task is."""
    ended = scafld("status", "--", "--help")

    assert ended.code == 2


def test_an_alias_has_the_same_help(scafld: Scafld) -> None:
    """It says its own second name."""
    assert scafld("finalize", "--help").out == scafld("complete", "--help").out
    assert "Also called `scafld finalize`." in scafld("complete", "--help").out


def test_help_is_data_too(scafld: Scafld) -> None:
    """A harness can read which commands there are, and with which flags."""
    commands = scafld("--help", "--advanced", "--json").told["result"]["commands"]

    assert [each["name"] for each in commands] == [command.name for command in COMMANDS]
    assert all(each["options"][-1]["flag"] == "--json" for each in commands)
