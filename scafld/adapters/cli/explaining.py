"""The parser that explains: Typer, made from the same table, for words that are not plain.

It is loaded only when the front door cannot say what was meant. It runs what is right after all, and says of anything
else which word is wrong, and the nearest right one.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any

from scafld.adapters.cli import table
from scafld.adapters.cli.arguments import Given, Parsed, split
from scafld.adapters.cli.reply import Reply
from scafld.adapters.cli.showing import Showing
from scafld.adapters.cli.table import BY_NAME, CHOICE, FLAG, GLOBALS, NUMBER, Command, Option
from scafld.core.refusal import Misused

NEAR = 0.55
"""How alike two words are when one can be meant for the other."""


def explain(words: list[str], environ: Mapping[str, str]) -> int:
    """Run these words, or say which of them is wrong; the exit code."""
    try:
        parsed = parse_kindly(words)
    except Misused as error:
        return _say(error, words, environ)
    from scafld.adapters.cli.front import run

    return run(parsed.command.name, parsed.given, environ)


def parse_kindly(words: list[str]) -> Parsed:
    """The command that these words are. Misused says which word is wrong."""
    from typer.main import get_command

    first, rest = split(words)
    command = BY_NAME.get(first)
    if command is None:
        raise Misused(_no_command(first), next="scafld --help")
    _need_values(command, rest)
    chosen: list[Given] = []
    try:
        get_command(_app(command, chosen)).main([*rest], prog_name="scafld", standalone_mode=False)
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        raise Misused(_wrong(error, command, rest), next=f"scafld {first} --help") from error
    return Parsed(command=command, given=chosen[0])


def no_command(word: str) -> Misused:
    """The error for a word that is no command."""
    return Misused(_no_command(word), next="scafld --help")


# Private.


def _say(error: Misused, words: list[str], environ: Mapping[str, str]) -> int:
    def fail() -> Reply:
        raise error

    first, _ = split(words)
    name = BY_NAME[first].name if first in BY_NAME else "usage"
    return Showing(name=name, given={"json": "--json" in words}, environ=environ).run(fail)


def _no_command(word: str) -> str:
    if word.partition("=")[0] == table.ROOT.flag:
        return f"{table.ROOT.flag} needs a value, and stands there once"
    if word == "--version":
        return "--version stands alone"
    if word.startswith("-"):
        return f"scafld has no {word}" + _perhaps(word, ("--help", "--version", "--root", "--json"))
    return f"there is no command {word!r}" + _perhaps(word, BY_NAME) if word else "a command is missing"


def _perhaps(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word.lower(), list(known), n=1, cutoff=NEAR)
    return f"; did you mean {near[0]}?" if near else ""


def _app(command: Command, chosen: list[Given]) -> Any:
    import typer

    app = typer.Typer(
        add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, no_args_is_help=False
    )
    app.command(command.name, help=command.summary, add_help_option=False)(_function(command, chosen))
    return app


def _function(command: Command, chosen: list[Given]) -> Callable[..., None]:
    """A function with this command's parameters, as Typer reads them; called, it keeps what was given."""
    import typer

    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = []
    if command.positional:
        default: Any = None if command.optional else inspect.Parameter.empty
        one: Any = list[str] if command.several else str
        kind: Any = Annotated[one | None if command.optional else one, typer.Argument()]
        parameters.append(inspect.Parameter(command.positional, keyword, default=default, annotation=kind))
    if command.second:
        kind = Annotated[str | None, typer.Argument()]
        parameters.append(inspect.Parameter(command.second, keyword, default=None, annotation=kind))
    for option in (*command.options, *GLOBALS):
        told = typer.Option(option.flag, min=1) if option.kind == NUMBER else typer.Option(option.flag)
        start = False if option.kind == FLAG else None
        kind = Annotated[_kind(option), told]
        parameters.append(inspect.Parameter(option.name, keyword, default=start, annotation=kind))

    def call(**given: object) -> None:
        kept = {name: _bare(item) for name, item in given.items()}
        chosen.append({name: item for name, item in kept.items() if item is not None and item is not False})

    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    call.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return call


def _bare(item: object) -> object:
    """What Typer found, as the front door has it; an empty list is what was not given."""
    if isinstance(item, list):
        return tuple(item) or None
    return item.value if isinstance(item, StrEnum) else item


def _kind(option: Option) -> Any:
    """The type by which Typer reads an option."""
    match option.kind:
        case table.FLAG:
            return bool
        case table.NUMBER:
            return int | None
        case table.CHOICE:
            made: Any = StrEnum
            return made("Choice", {choice: choice for choice in option.choices}) | None
        case _:
            return list[str] | None if option.many else str | None


def _wrong(error: Any, command: Command, rest: list[str]) -> str:
    """What is wrong, by the kind of error; in Typer's own words where it is none of these."""
    options = {option.flag: option for option in (*command.options, *GLOBALS)}
    match type(error).__name__:
        case "NoSuchOption":
            return f"{command.name} has no {error.option_name}{_perhaps(error.option_name, options)}"
        case "BadOptionUsage":
            flag = options[error.option_name]
            return f"{flag.flag} takes no value" if flag.kind == FLAG else f"{flag.flag} needs a value"
        case "MissingParameter":
            return f"{command.name} needs a {command.positional.upper()}"
        case "BadParameter" if error.param is not None and error.param.name not in (command.positional, command.second):
            return _bad_value(next(each for each in options.values() if each.name == error.param.name), rest)
        case "UsageError" if "unexpected extra" in str(error.format_message()):
            return _too_many(command, rest)
        case _:
            return " ".join(str(error.format_message()).split())


def _bad_value(option: Option, rest: list[str]) -> str:
    given = [
        rest[at + 1] if word == option.flag else word.partition("=")[2]
        for at, word in enumerate(rest)
        if (word == option.flag and at + 1 < len(rest)) or word.startswith(f"{option.flag}=")
    ]
    if option.kind == CHOICE:
        words = f"{', '.join(option.choices[:-1])} or {option.choices[-1]}"
        return f"{option.flag} is {words}, not {given[-1]!r}{_perhaps(given[-1], option.choices)}"
    return f"{option.flag} is a whole number from 1, not {given[-1]!r}"


def _too_many(command: Command, rest: list[str]) -> str:
    places = [name.upper() for name in (command.positional, command.second) if name]
    takes = f"takes one {' and one '.join(places)}" if places else "takes no argument"
    extra = _loose(command, rest)[len(places) :]
    named = f": {extra[0]!r} is too much" if extra else ""
    return f"{command.name} {takes}{named}; words that belong together stand in quotes"


def _loose(command: Command, rest: list[str]) -> list[str]:
    """The words that are neither options nor values of options."""
    takers = {option.flag for option in (*command.options, *GLOBALS) if option.kind != FLAG}
    found: list[str] = []
    before = ""
    for at, word in enumerate(rest):
        if word == "--":
            return found + rest[at + 1 :]
        if before not in takers and not word.startswith("-"):
            found.append(word)
        before = word
    return found


def _need_values(command: Command, rest: list[str]) -> None:
    """Misused when an option stands where the value of another should: `--title --command C`."""
    options = {option.flag: option for option in (*command.options, *GLOBALS)}
    before = rest[: rest.index("--")] if "--" in rest else rest
    for flag, text in pairwise(before):
        if flag in options and options[flag].kind != FLAG and text in options:
            reason = f"{flag} needs a value; {text} stands in its place (if it is meant: {flag}={text})"
            raise Misused(reason, next=f"scafld {command.name} --help")
