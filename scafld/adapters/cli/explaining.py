"""The parser that explains: Typer, made from the same table, for help and for words that are not plain.

It is loaded only when the front door cannot say what was meant.
"""

from __future__ import annotations

import difflib
import inspect
import sys
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Annotated, Any

from scafld.adapters.cli import table
from scafld.adapters.cli.table import BY_NAME, CHOICE, COMMANDS, EXITS, FLAG, GLOBALS, NUMBER, Command, Option


def explain(words: list[str], environ: Mapping[str, str]) -> int:
    """Parse with Typer: run what is right after all, print help, or say which word is wrong. The exit code."""
    if "--help" in words and "--advanced" in words and not any(word in BY_NAME for word in words):
        sys.stdout.write(overall_help(advanced=True))
        return 0
    if words[0] in ("--help", "-h", "help"):
        sys.stdout.write(overall_help(advanced=False))
        return 0
    named = next((word for word in words if word in BY_NAME), "")
    if named and any(word in ("--help", "-h") for word in words):
        sys.stdout.write(help_of(BY_NAME[named]))
        return 0
    return _by_typer(words, environ)


def overall_help(*, advanced: bool) -> str:
    """`scafld --help`: the daily commands, or all of them."""
    commands = [command for command in COMMANDS if advanced or command.daily]
    wide = max(len(command.name) for command in commands)
    lines = ['scafld decides whether "done" is true, and can prove it.', "", "usage: scafld COMMAND ...", ""]
    lines += [f"  {command.name.ljust(wide)}  {command.summary}" for command in commands]
    lines += ["", "  --root PATH, --json, --help go with every command; --version stands alone."]
    if not advanced:
        lines.append("  scafld --help --advanced lists all commands.")
    return "\n".join(lines) + "\n"


def help_of(command: Command) -> str:
    """One sentence, its own flags, one example, the exit codes it can give."""
    shown = {FLAG: "", NUMBER: " N"}
    heads = [
        option.flag + (shown[option.kind] if option.kind in shown else f" {_metavar(option)}")
        for option in (*command.options, *GLOBALS)
    ]
    wide = max(len(head) for head in heads)
    argument = command.positional.upper()
    argument = f" [{argument}]" if command.optional else f" {argument}" if argument else ""
    lines = [command.summary, "", f"usage: scafld {command.name}{argument} [OPTIONS]", ""]
    for head, option in zip(heads, (*command.options, *GLOBALS), strict=True):
        if wide + len(option.help) + 4 <= 80:
            lines.append(f"  {head.ljust(wide)}  {option.help}")
        else:
            lines += [f"  {head}", f"      {option.help}"]
    lines += ["", f"example: {command.example}", "", "exit codes:"]
    lines += [f"  {code}  {EXITS[code]}" for code in sorted({0, 1, 2, 6, *command.exits})]
    also = f"\nAlso called {command.alias}.\n" if command.alias else ""
    return "\n".join(lines) + "\n" + also


# Private.


def _metavar(option: Option) -> str:
    return "|".join(option.choices) if option.kind == CHOICE else option.metavar


def _by_typer(words: list[str], environ: Mapping[str, str]) -> int:
    from typer.main import get_command

    chosen: list[tuple[str, dict[str, object]]] = []
    try:
        given = get_command(_app(chosen)).main(_rotated(words), standalone_mode=False)
    except Exception as error:
        return _wrong(error, words, environ)
    if isinstance(given, int) and not chosen:
        return given
    from scafld.adapters.cli.front import run

    name, found = chosen[0]
    return run(name, found, environ)


def _rotated(words: list[str]) -> list[str]:
    """Options that every command has may stand before it."""
    at = next((at for at, word in enumerate(words) if word in BY_NAME), None)
    if at is None:
        return words
    return [words[at], *words[:at], *words[at + 1 :]]


def _app(chosen: list[tuple[str, dict[str, object]]]) -> Any:
    import typer

    app = typer.Typer(
        add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, no_args_is_help=False
    )
    for name, command in BY_NAME.items():
        app.command(name, help=command.summary, add_help_option=False)(_function(command, chosen))
    return app


def _function(command: Command, chosen: list[tuple[str, dict[str, object]]]) -> Callable[..., None]:
    """A function with this command's parameters, as Typer reads them."""
    import typer

    parameters = []
    keyword = inspect.Parameter.KEYWORD_ONLY
    if command.positional:
        default: Any = None if command.optional else inspect.Parameter.empty
        text: Any = str | None if command.optional else str
        kind: Any = Annotated[text, typer.Argument()]
        parameters.append(inspect.Parameter(command.positional, keyword, default=default, annotation=kind))
    for option in (*command.options, *GLOBALS):
        told = typer.Option(option.flag, min=1) if option.kind == NUMBER else typer.Option(option.flag)
        start = False if option.kind == FLAG else None
        kind = Annotated[_kind(option), told]
        parameters.append(inspect.Parameter(option.name, keyword, default=start, annotation=kind))

    def call(**given: object) -> None:
        kept = {name: _plain(item) for name, item in given.items()}
        chosen.append((command.name, {name: item for name, item in kept.items() if item not in (None, False, ())}))

    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    call.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return call


def _plain(item: object) -> object:
    if isinstance(item, list):
        return tuple(item)
    return item.value if isinstance(item, Enum) else item


def _kind(option: Option) -> Any:
    """The type by which Typer reads an option."""
    match option.kind:
        case table.FLAG:
            return bool
        case table.NUMBER:
            return int | None
        case table.CHOICE:
            choices: Any = Enum("choices", {choice: choice for choice in option.choices})
            return choices | None
        case _:
            return list[str] | None if option.many else str | None


def _wrong(error: Exception, words: list[str], environ: Mapping[str, str]) -> int:
    """Say which word is wrong, and the nearest right one."""
    if not hasattr(error, "format_message"):
        raise error
    from scafld.adapters.cli.console import console_of
    from scafld.adapters.cli.showing import show
    from scafld.core.refusal import Misused

    name = next((word for word in words if word in BY_NAME), "")
    message, way_on = _words(error, words, name), f"scafld {name} --help" if name else "scafld --help"

    def fail() -> Any:
        raise Misused(message, next=way_on)

    return show(name or "usage", {"json": "--json" in words}, console_of(environ), environ, fail)


def _words(error: Any, words: list[str], name: str) -> str:
    message = " ".join(str(error.format_message()).split()).rstrip(".")
    if not name:
        first = next((word for word in words if not word.startswith("-")), words[0])
        near = difflib.get_close_matches(first, list(BY_NAME), n=1, cutoff=0.5)
        return f"there is no command {first!r}" + (f"; did you mean {near[0]}?" if near else "")
    unknown = getattr(error, "option_name", "")
    flags = [option.flag for option in (*BY_NAME[name].options, *GLOBALS)]
    if unknown and unknown not in flags:
        near = difflib.get_close_matches(unknown, flags, n=1, cutoff=0.5)
        return f"{name} has no {unknown}" + (f"; did you mean {near[0]}?" if near else "")
    return message[:1].lower() + message[1:]
