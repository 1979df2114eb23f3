"""How argv is read when it is plain and well-formed; anything else is left to the parser that explains."""

from __future__ import annotations

from scafld.adapters.cli.table import BY_NAME, CHOICE, FLAG, GLOBALS, NUMBER, Command, Option
from scafld.core.value import value

Given = dict[str, object]


@value
class Parsed:
    """A command and what it was given: by option name; a flag is a bool, `many` a tuple, what is not given absent."""

    command: Command
    given: Given


def parse(words: list[str]) -> Parsed | None:
    """The command that these words are, or None when it takes the other parser to say."""
    given: Given = {}
    rest = _leading(words, given)
    if rest is None or not rest or rest[0] not in BY_NAME:
        return None
    command = BY_NAME[rest[0]]
    options = {option.flag: option for option in (*command.options, *GLOBALS)}
    positionals: list[str] = []
    left = rest[1:]
    while left:
        word = left.pop(0)
        if word == "--":
            positionals += left
            break
        if not word.startswith("-") or word == "-":
            positionals.append(word)
            continue
        name, equals, text = word.partition("=")
        option = options.get(name)
        if option is None or not _take(option, text if equals else None, left, given):
            return None
    return _placed(command, positionals, given)


# Private.


def _leading(words: list[str], given: Given) -> list[str] | None:
    """What follows the options that may stand before a command."""
    left = list(words)
    known = {option.flag: option for option in GLOBALS}
    while left and left[0].startswith("-"):
        name, equals, text = left.pop(0).partition("=")
        option = known.get(name)
        if option is None or not _take(option, text if equals else None, left, given):
            return None
    return left


def _take(option: Option, text: str | None, left: list[str], given: Given) -> bool:
    """Put one option's value where it belongs; False when it is not plain."""
    if option.kind == FLAG:
        given[option.name] = True
        return text is None
    if text is None:
        if not left or left[0].startswith("-"):
            return False
        text = left.pop(0)
    found: object = text
    if option.kind == CHOICE and text not in option.choices:
        return False
    if option.kind == NUMBER:
        if not (text.isascii() and text.isdigit()):
            return False
        found = int(text)
    if option.many:
        earlier = given.get(option.name, ())
        found = (*earlier, text) if isinstance(earlier, tuple) else (text,)
    elif option.name in given:
        return False
    given[option.name] = found
    return True


def _placed(command: Command, positionals: list[str], given: Given) -> Parsed | None:
    most = 1 if command.positional else 0
    least = 0 if command.optional else most
    if not least <= len(positionals) <= most:
        return None
    if positionals:
        given[command.positional] = positionals[0]
    return Parsed(command=command, given=given)
