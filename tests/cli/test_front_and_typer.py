"""The front door and the parser that explains agree: on what is plain, and that the rest is for one of them."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from scafld.adapters.cli.arguments import Parsed, parse
from scafld.adapters.cli.explaining import parse_kindly
from scafld.adapters.cli.table import BY_NAME, CHOICE, FLAG, GLOBALS, NUMBER, Command, Option
from scafld.core.refusal import Misused

TEXTS = strategies.one_of(
    strategies.sampled_from(
        ["add-y", "a b", "", "-", "x=y", "../x", "status", "é\u202e", "--", "-x", "--json", "0", "a.py"]
    ),
    strategies.text(max_size=6),
)
NUMBERS = strategies.sampled_from(
    ["1", "12", "007", "0", "-3", "+4", "1e3", "", "x", "٣", "1_0", "9" * 30, "999999999"]
)


def values(option: Option) -> strategies.SearchStrategy[str]:
    """What somebody might give for an option, right or wrong."""
    if option.kind == NUMBER:
        return NUMBERS
    if option.kind == CHOICE:
        return strategies.sampled_from([*option.choices, "", "nothing", option.choices[0].upper()])
    return TEXTS


@strategies.composite
def option_words(draw: strategies.DrawFn, option: Option) -> list[str]:
    """One option as it is typed, with its value beside it or behind an equals sign."""
    if option.kind == FLAG:
        return [draw(strategies.sampled_from([option.flag] * 8 + [f"{option.flag}=x"]))]
    text = draw(values(option))
    return draw(strategies.sampled_from([[option.flag, text], [f"{option.flag}={text}"]]))


@strategies.composite
def command_lines(draw: strategies.DrawFn) -> list[str]:
    """A command of the table with options and arguments in any order, now and then with a word too many or too few."""
    name, command = draw(strategies.sampled_from(sorted(BY_NAME.items())))
    groups = [
        draw(option_words(option))
        for option in draw(strategies.lists(strategies.sampled_from(_options(command)), max_size=4))
    ]
    if command.positional and draw(strategies.integers(0, 9)):
        groups.append([draw(TEXTS)])
    if command.second and draw(strategies.booleans()):
        groups.append([draw(TEXTS)])
    if not draw(strategies.integers(0, 5)):
        groups.append([draw(strategies.sampled_from(["--", "extra", "--nonsense", "-q", "--jsn"]))])
    before = [
        draw(option_words(option)) for option in draw(strategies.lists(strategies.sampled_from(GLOBALS), max_size=2))
    ]
    after = draw(strategies.permutations(groups))
    return [word for group in (*before, [name], *after) for word in group]


def _options(command: Command) -> list[Option]:
    return [*command.options, *GLOBALS]


def kindly(words: list[str]) -> Parsed | None:
    """What Typer makes of these words, None when it says that they are wrong."""
    try:
        return parse_kindly(words)
    except Misused:
        return None


@given(words=command_lines())
def test_what_the_front_door_takes_typer_takes_too(words: list[str]) -> None:
    """The same command, and the same values; or the front door declines."""
    plain = parse(words)

    if plain is not None:
        assert kindly(words) == plain


@given(
    words=strategies.lists(
        strategies.one_of(TEXTS, strategies.sampled_from([*BY_NAME, "--root", "--json", "--title"])), max_size=5
    )
)
def test_no_words_break_a_parser(words: list[str]) -> None:
    """Whatever is typed is a command, or misuse that is told in words of one line."""
    plain = parse(words)

    if plain is None:
        try:
            parse_kindly(words)
        except Misused as error:
            assert str(error).strip()
            assert error.next.startswith("scafld ")


PLAIN = [
    (["status", "add-y"], "status", {"task": "add-y"}),
    (["--root", "X", "status", "add-y"], "status", {"task": "add-y", "root": "X"}),
    (["status", "--root", "X", "add-y"], "status", {"task": "add-y", "root": "X"}),
    (["status", "add-y", "--root=X"], "status", {"task": "add-y", "root": "X"}),
    (["--json", "status", "add-y"], "status", {"task": "add-y", "json": True}),
    (["status", "add-y", "--json", "--json"], "status", {"task": "add-y", "json": True}),
    (["plan", "x", "--title=-x"], "plan", {"task": "x", "title": "-x"}),
    (["plan", "x", "--title=a=b"], "plan", {"task": "x", "title": "a=b"}),
    (["plan", "x", "--title="], "plan", {"task": "x", "title": ""}),
    (["plan", "x", "--file", "a", "--file=b", "--file", "c d"], "plan", {"task": "x", "file": ("a", "b", "c d")}),
    (["plan", "--", "-x"], "plan", {"task": "-x"}),
    (["plan", "--title", "T", "--", "--json"], "plan", {"task": "--json", "title": "T"}),
    (["plan", "-"], "plan", {"task": "-"}),
    (["review", "x", "--max-findings", "007"], "review", {"task": "x", "max_findings": 7}),
    (["review", "x", "--mode", "verify"], "review", {"task": "x", "mode": "verify"}),
    (["finalize", "x"], "complete", {"task": "x"}),
    (["validate"], "validate", {}),
    (["validate", "--all"], "validate", {"all": True}),
    (["init", "--no-agent-docs"], "init", {"no_agent_docs": True}),
    (["list", "--all"], "list", {"all": True}),
]


@pytest.mark.parametrize(("words", "name", "values"), PLAIN, ids=[" ".join(words) for words, _, _ in PLAIN])
def test_plain_words_are_read_alike(words: list[str], name: str, values: dict[str, object]) -> None:
    """Both parsers read them, and read the same."""
    plain = parse(words)

    assert plain == Parsed(command=BY_NAME[name], given=values)
    assert parse_kindly(words) == plain


DECLINED = [
    (["plan", "x", "--title", "-x"], {"task": "x", "title": "-x"}),
    (["plan", "x", "--title", "A", "--title", "B"], {"task": "x", "title": "B"}),
    (["--", "status", "x"], {"task": "x"}),
    (["--root", "X", "status", "x", "--root", "Y"], {"task": "x", "root": "Y"}),
    (["review", "x", "--max-findings", "9999999999"], {"task": "x", "max_findings": 9999999999}),
]


@pytest.mark.parametrize(("words", "values"), DECLINED, ids=[" ".join(words) for words, _ in DECLINED])
def test_what_is_not_plain_is_left_to_typer(words: list[str], values: dict[str, object]) -> None:
    """The front door declines, and Typer knows what is meant."""
    assert parse(words) is None
    assert parse_kindly(words).given == values


@pytest.mark.parametrize(
    "words",
    [
        ["foo", "status"],
        ["status", "a", "b"],
        ["status"],
        ["list", "x"],
        ["status", "x", "--json=1"],
        ["status", "x", "--all"],
        ["review", "x", "--max-findings", "0"],
        ["review", "x", "--max-findings", "-1"],
        ["review", "x", "--max-findings", "9" * 5000],
        ["plan", "x", "--size", "SMALL"],
        ["plan", "x", "--title"],
        ["--root", "status", "x"],
    ],
    ids=lambda words: " ".join(words)[:40],
)
def test_what_is_wrong_is_wrong_for_both(words: list[str]) -> None:
    """A word in the wrong place never runs another command than the one that was typed first."""
    assert parse(words) is None
    with pytest.raises(Misused):
        parse_kindly(words)


def test_a_bare_call_is_the_overview() -> None:
    """`scafld`, with or without a root, shows what is in flight."""
    bare, rooted = parse([]), parse(["--json", "--root", "X"])

    assert bare is not None and bare.command.name == "overview"
    assert rooted is not None and rooted.given == {"json": True, "root": "X"}
