"""How argv is read when it is plain and well-formed; anything else is left to the parser that explains."""

from __future__ import annotations

from scafld.adapters.cli.table import BARE, BY_NAME, CHOICE, FLAG, GLOBALS, NUMBER, ROOT, Command, Option
from scafld.core.value import value

Given = dict[str, object]

LONGEST_NUMBER = 9
"""In digits; what is longer is no plain word."""


@value
class Parsed:
    """A command and what it was given: by option name; a flag is a bool, `many` a tuple, what is not given absent."""

    command: Command
    given: Given


def parse(words: list[str]) -> Parsed | None:
    """The command that these words are, or None when it takes the other parser to say."""
    given: Given = {}
    rest = _leading(words, given)
    if rest is None:
        return None
    if not rest:
        return Parsed(command=BARE, given=given)
    command = BY_NAME.get(rest[0])
    if command is None:
        return None
    positionals = _following(command, rest[1:], given)
    return None if positionals is None else _placed(command, positionals, given)


def split(words: list[str]) -> tuple[str, list[str]]:
    """The command, and all other words: what may stand before a command is put behind it. Without a command, the word
    that is wrong, "" for none."""
    left = list(words)
    before: list[str] = []
    while left and left[0].startswith("-"):
        before.append(left.pop(0))
        if before[-1] == ROOT.flag and left:
            before.append(left.pop(0))
        elif before[-1] == "--":
            before.pop()
            break
    if left:
        return left[0], [*before, *left[1:]]
    known = [option.flag for option in GLOBALS]
    unknown = (word for word in before if word.startswith("-") and word.partition("=")[0] not in known)
    return next(unknown, before[-1] if before else ""), []


# Private.


def _leading(words: list[str], given: Given) -> list[str] | None:
    """What follows the options that may stand before a command; None when they are not plain."""
    left = list(words)
    known = {option.flag: option for option in GLOBALS}
    while left and left[0].startswith("-"):
        if not _take_one(known, left.pop(0), left, given):
            return None
    return left


def _following(command: Command, left: list[str], given: Given) -> list[str] | None:
    """The words after a command that are no options; None when something is not plain."""
    known = {option.flag: option for option in (*command.options, *GLOBALS)}
    positionals: list[str] = []
    while left:
        word = left.pop(0)
        if word == "--":
            return positionals + left
        if not word.startswith("-") or word == "-":
            positionals.append(word)
        elif not _take_one(known, word, left, given):
            return None
    return positionals


def _take_one(known: dict[str, Option], word: str, left: list[str], given: Given) -> bool:
    name, equals, text = word.partition("=")
    option = known.get(name)
    return option is not None and _take(option, text if equals else None, left, given)


def _take(option: Option, text: str | None, left: list[str], given: Given) -> bool:
    """Put one option's value where it belongs; False when it is not plain."""
    if option.kind == FLAG:
        given[option.name] = True
        return text is None
    if text is None:
        if not left or left[0].startswith("-"):
            return False
        text = left.pop(0)
    if option.many:
        earlier = given.get(option.name, ())
        given[option.name] = (*earlier, text) if isinstance(earlier, tuple) else (text,)
        return True
    fits = option.name not in given and _fits(option, text)
    given[option.name] = int(text) if fits and option.kind == NUMBER else text
    return fits


def _fits(option: Option, text: str) -> bool:
    if option.kind == CHOICE:
        return text in option.choices
    if option.kind == NUMBER:
        return text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER and int(text) > 0
    return True


def _placed(command: Command, positionals: list[str], given: Given) -> Parsed | None:
    most = (1 if command.positional else 0) + (1 if command.second else 0)
    least = 0 if command.optional or not command.positional else 1
    if len(positionals) < least or (len(positionals) > most and not command.several):
        return None
    if command.several and positionals:
        given[command.positional] = tuple(positionals)
        return Parsed(command=command, given=given)
    for name, word in zip((command.positional, command.second), positionals, strict=False):
        given[name] = word
    return Parsed(command=command, given=given)
