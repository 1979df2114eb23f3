"""What `--help` says: pages written from the table, without the parser that explains."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from scafld.adapters.cli.arguments import split
from scafld.adapters.cli.console import Console, console_of
from scafld.adapters.cli.reply import Reply
from scafld.adapters.cli.showing import Showing
from scafld.adapters.cli.table import BY_NAME, CHOICE, COMMANDS, EXITS, FLAG, GLOBALS, Command, Option


def help_about(words: list[str], environ: Mapping[str, str]) -> int:
    """Help on the command that these words name, else on all; the exit code."""
    console = console_of(sys.stdout, environ)
    first, rest = split(words)
    if first == "help":
        first, _ = split(rest)
    named, advanced = BY_NAME.get(first), "--advanced" in words

    def act() -> Reply:
        if named is not None:
            return Reply(result=_data(named), lines=help_of(named, console))
        if first and not first.startswith("-"):
            from scafld.adapters.cli.explaining import no_command

            raise no_command(first)
        shown = [_data(command) for command in COMMANDS if advanced or command.daily]
        return Reply(result={"commands": shown}, lines=overall_help(console, advanced=advanced))

    return Showing(name="help", given={"json": "--json" in words}, environ=environ).run(act)


def overall_help(console: Console, *, advanced: bool) -> tuple[str, ...]:
    """`scafld --help`: the daily commands, or all of them."""
    commands = [command for command in COMMANDS if advanced or command.daily]
    rows = [(command.name, command.summary) for command in commands]
    return (
        'scafld decides whether "done" is true, and can prove it.',
        "",
        "usage: scafld COMMAND [OPTIONS]",
        "",
        *_columns(rows, console),
        "",
        "  --root PATH, --json and --help go with every command; --version stands alone.",
        "  `scafld` alone shows what is in flight; `scafld COMMAND --help` tells more.",
        *(() if advanced else ("  `scafld --help --advanced` lists every command.",)),
    )


def help_of(command: Command, console: Console) -> tuple[str, ...]:
    """One sentence, its flags, one example, the exit codes it can end with."""
    rows = [(_head(option), option.help) for option in (*command.options, *GLOBALS)]
    return (
        command.summary,
        *((f"Also called `scafld {command.alias}`.",) if command.alias else ()),
        "",
        f"usage: scafld {command.name}{argument_of(command)} [OPTIONS]",
        "",
        *_columns(rows, console),
        "",
        f"example: {command.example}",
        "",
        "exit codes:",
        *_columns([(str(code), EXITS[code]) for code in command.exits], console),
    )


def argument_of(command: Command) -> str:
    """A command's argument as usage shows it, with a blank before it; "" when it has none."""
    shown = command.positional.upper()
    more = "..." if command.several else ""
    behind = f" [{command.second.upper()}]" if command.second else ""
    return "" if not shown else f" [{shown}{more}]{behind}" if command.optional else f" {shown}{more}{behind}"


# Private.

_WIDEST = 34
"""A head that is wider stands on a line of its own."""


def _head(option: Option) -> str:
    if option.kind == FLAG:
        return option.flag
    return f"{option.flag} {'|'.join(option.choices) if option.kind == CHOICE else option.metavar}"


def _columns(rows: list[tuple[str, str]], console: Console) -> list[str]:
    """Heads, and what they mean beside them or, where they are too wide for that, beneath."""
    wide = max((len(head) for head, _ in rows if len(head) <= _WIDEST), default=0)
    lines = []
    for head, words in rows:
        first, *more = console.wrap(words, wide + 4)
        if len(head) > wide:
            lines += [f"  {head}", f"  {' ' * wide}  {first}"]
        else:
            lines.append(f"  {head.ljust(wide)}  {first}")
        lines += [f"  {' ' * wide}  {line}" for line in more]
    return lines


def _data(command: Command) -> dict[str, object]:
    """A command for a machine."""
    return {
        "name": command.name,
        "alias": command.alias,
        "summary": command.summary,
        "usage": f"scafld {command.name}{argument_of(command)} [OPTIONS]",
        "example": command.example,
        "options": [
            {
                "flag": option.flag,
                "kind": option.kind,
                "choices": option.choices,
                "many": option.many,
                "help": option.help,
            }
            for option in (*command.options, *GLOBALS)
        ],
        "exits": {str(code): EXITS[code] for code in command.exits},
        "daily": command.daily,
    }
