"""What CI says of a change is words of others: each odd one has a clear answer, exit code 2, and none is a verdict."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies

from scafld.adapters.cli.pipeline import range_of
from scafld.core.refusal import Misused

Scafld = Callable[..., Any]
Put = Callable[[object], str]

ODD: dict[str, object] = {
    "a nought": "a\0b",
    "half a character": "a\ud800",
    "another half": "\udcff",
    "enormous": "a" * 300_000,
    "enormous digits": "1" * 300_000,
    "a caret": "^HEAD",
    "a range": "HEAD~1..HEAD",
    "an option": "--all",
    "a line end": "HEAD\n",
    "an escape": "\x1b[31m",
    "a tree": "HEAD^{tree}",
    "a path": "HEAD:a.py",
    "a search": ":/first",
    "an upstream": "@{u}",
    "dots": "..",
    "blanks": "  ",
    "nothing": "",
    "a number": 5,
    "a huge number": 10**300,
    "no number": float("inf"),
    "a list": ["HEAD"],
    "an object": {"sha": "HEAD"},
    "null": None,
    "true": True,
}
KEYS: dict[str, Callable[[object], tuple[object, dict[str, str]]]] = {
    "base": lambda word: ({"pull_request": {"base": {"sha": word}, "head": {"sha": "HEAD"}}, "before": "HEAD"}, {}),
    "head": lambda word: (
        {"pull_request": {"base": {"sha": "HEAD"}, "head": {"sha": word}}},
        {"GITHUB_EVENT_NAME": "pull_request_target"},
    ),
    "before": lambda word: ({"before": word}, {}),
    "request": lambda word: ({"pull_request": word, "before": "HEAD"}, {}),
}


def enormous(path: Path) -> None:
    path.touch()
    os.truncate(path, 65 << 20)


FILES: dict[str, Callable[[Path], object]] = {
    "gone": lambda path: None,
    "a folder": lambda path: path.mkdir(),
    "a pipe": os.mkfifo,
    "empty": lambda path: path.write_bytes(b""),
    "no JSON": lambda path: path.write_bytes(b"{"),
    "no text": lambda path: path.write_bytes(b"\xff\xfe\x00\xd8"),
    "nested": lambda path: path.write_bytes(b"[" * 100_000),
    "digits": lambda path: path.write_bytes(b'{"before": ' + b"9" * 10_000 + b"}"),
    "enormous": enormous,
    "a list": lambda path: path.write_bytes(b"[]"),
    "text": lambda path: path.write_bytes(b'"before"'),
}


def refused(ended: Any) -> None:
    """Nothing else but an answer that says what to do."""
    told = ended.told
    assert (ended.code, told["ok"], told["error"]["code"]) == (2, False, "invalid_input"), ended
    assert told["error"]["next"]
    assert len(told["error"]["message"]) < 600


@pytest.mark.parametrize("key", KEYS)
def test_an_odd_word_in_an_event(scafld: Scafld, workspace: Path, tmp_path: Path, key: str) -> None:
    path = tmp_path / "event.json"
    for word in ODD.values():
        event, more = KEYS[key](word)
        path.write_text(json.dumps(event))

        refused(scafld("verify", "--ci", "--json", GITHUB_EVENT_PATH=str(path), GITHUB_SHA="HEAD", **more))


@pytest.mark.parametrize("name", ["SCAFLD_BASE", "SCAFLD_HEAD", "GITHUB_SHA", "GITHUB_EVENT_PATH"])
def test_an_odd_word_in_the_environment(scafld: Scafld, workspace: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / "event.json"
    path.write_text(json.dumps({"before": "HEAD"}))
    rest = {"SCAFLD_BASE": "HEAD"} if name == "SCAFLD_HEAD" else {"GITHUB_EVENT_PATH": str(path)}
    for word in ODD.values():
        if isinstance(word, str) and word:
            refused(scafld("verify", "--ci", "--json", **({"GITHUB_SHA": "HEAD"} | rest | {name: word})))


@pytest.mark.parametrize("name", FILES)
def test_an_event_that_cannot_be_read(scafld: Scafld, workspace: Path, tmp_path: Path, name: str) -> None:
    """Nothing is waited for."""
    FILES[name](tmp_path / "event.json")

    refused(scafld("verify", "--ci", "--json", GITHUB_EVENT_PATH=str(tmp_path / "event.json"), GITHUB_SHA="HEAD"))


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "a" * 5000, ".", "gone/page", "pipe", "/"], ids=ascii)
def test_a_page_that_cannot_be_written(scafld: Scafld, workspace: Path, name: str) -> None:
    """Nor is a reader."""
    os.mkfifo("pipe")

    refused(scafld("verify", "--ci", "--no-run", "--json", SCAFLD_BASE="HEAD", GITHUB_STEP_SUMMARY=name))


@pytest.fixture(scope="module")
def put(tmp_path_factory: pytest.TempPathFactory) -> Put:
    """Writes an event down, and tells where."""
    path = tmp_path_factory.mktemp("event") / "event.json"

    def written(event: object) -> str:
        path.write_text(json.dumps(event))
        return str(path)

    return written


def test_a_target_is_never_held_against_itself(put: Put) -> None:
    """Where an event does not say what the change is, what is checked out is not taken for it."""
    event = {"pull_request": {"base": {"sha": "a" * 40}, "head": {}}}
    said = {"GITHUB_EVENT_NAME": "pull_request_target", "GITHUB_SHA": "a" * 40}

    with pytest.raises(Misused, match="does not say which commits"):
        range_of(said | {"GITHUB_EVENT_PATH": put(event)})


WORDS = strategies.sampled_from(["pull_request", "base", "head", "sha", "before", "after"])
JSON = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers() | strategies.floats() | strategies.text(),
    lambda inner: strategies.lists(inner, max_size=3) | strategies.dictionaries(WORDS | strategies.text(), inner),
)


@given(JSON, strategies.sampled_from(["", "push", "pull_request", "pull_request_target"]), strategies.text(max_size=3))
def test_whatever_an_event_holds_it_names_two_commits_or_none(put: Put, event: object, name: str, sha: str) -> None:
    """Both are words, and the older one is never left open."""
    try:
        head, base = range_of({"GITHUB_EVENT_NAME": name, "GITHUB_SHA": sha, "GITHUB_EVENT_PATH": put(event)})
    except Misused as error:
        assert error.next
    else:
        assert head and base
