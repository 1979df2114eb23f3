"""The envelope: one line of JSON on stdout, whatever the command and whatever went wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scafld.adapters.cli.envelope import envelope
from scafld.adapters.cli.reply import Reply
from scafld.adapters.cli.showing import Showing
from scafld.adapters.cli.table import COMMANDS
from scafld.core.refusal import Exit

Scafld = Callable[..., Any]

KEYS = ["ok", "command", "warnings", "result", "error"]
ERROR_KEYS = ["code", "message", "exit_code", "gate", "problems", "next"]
GATE_KEYS = {"gate", "reason", "status", "expected", "actual", "evidence", "blockers", "next"}

A_LIFE = [
    (("init",), 0),
    (("plan", "add-z", "--title", "Add z", "--command", "grep -q z a.py", "--file", "a.py"), 0),
    (("validate", "add-z"), 0),
    (("validate", "--all"), 0),
    (("harden", "add-z"), 0),
    (("harden", "add-z", "--mark-passed"), 3),
    (("show", "add-z"), 0),
    (("approve", "add-z", "--reason", "small"), 0),
    (("cancel", "add-z", "--reason", "not wanted"), 0),
    (("quick", "add-y", "--title", "Add y", "--command", "grep -q y a.py", "--file", "a.py"), 0),
    (("status", "add-y"), 0),
    (("handoff", "add-y"), 0),
    (("build", "add-y"), 3),
    (("list",), 0),
    (("list", "--all"), 0),
    (("report",), 0),
    (("log", "add-y"), 0),
    (("export", "add-y", "--format", "junit"), 0),
    (("export", "add-y", "--format", "sarif"), 4),
    (("doctor",), 0),
    (("keys",), 0),
    (("keys", "trust"), 0),
    (("keys", "show"), 0),
    (("keys", "rotate"), 0),
    (("keys", "revoke", "nobody", "--reason", "lost"), 6),
    (("doctor", "--accept", "add-y", "--reason", "nothing is wrong"), 6),
    (("verify",), 3),
    (("note", "add-y"), 6),
    (("config",), 0),
    (("update",), 0),
    (("review", "add-y", "--provider", "local"), 4),
    (("complete", "add-y"), 3),
    (("fail", "add-y", "--reason", "cannot be done"), 0),
    (("completion", "bash"), 0),
    ((), 0),
    (("--version",), 0),
    (("--help",), 0),
    (("status", "--help"), 0),
]


def no_null_list(item: object, at: str = "") -> list[str]:
    """Where a key that names several things holds null."""
    if isinstance(item, list):
        return [found for each in item for found in no_null_list(each, f"{at}[]")]
    if not isinstance(item, dict):
        return []
    single = ("status", "duration_ms")
    plural = [f"{at}.{key}" for key, each in item.items() if each is None and key.endswith("s") and key not in single]
    return plural + [found for key, each in item.items() for found in no_null_list(each, f"{at}.{key}")]


def test_every_command_of_a_life_gives_one_envelope(scafld: Scafld, workspace: Path) -> None:
    """One line, the same five keys in order, in ASCII; `ok` says what the exit code says; nothing on stderr."""
    for words, code in A_LIFE:
        ended = scafld(*words, "--json")

        told = ended.told
        assert ended.code == code, (words, ended)
        assert list(told) == KEYS, words
        assert told["ok"] is (code == 0) and (told["error"] is None) is (code == 0), words
        assert ended.out.isascii() and ended.err == "", words
        assert isinstance(told["warnings"], list)
        assert no_null_list(told) == [], words
        if told["error"]:
            assert list(told["error"]) == ERROR_KEYS and told["error"]["exit_code"] == code


def test_every_command_of_the_table_is_in_that_life() -> None:
    """A new command cannot be forgotten; the demo has tests of its own."""
    played = {words[0] for words, _ in A_LIFE if words}

    assert {command.name for command in COMMANDS} - {"demo"} <= played


def test_validate_names_every_problem(scafld: Scafld, quick: Path, spec_of: Callable[[str], Path]) -> None:
    """`specs`, each with its problems by line, code, message and suggestion."""
    scafld("plan", "add-z", "--title", "Add z", "--command", "true")

    ended = scafld("validate", "--all", "--json")

    specs = {each["task_id"]: each for each in ended.told["result"]["specs"]}
    assert ended.code == 3
    assert set(specs["add-z"]) == {"task_id", "path", "valid", "problems", "demands"}
    assert (specs["add-y"]["valid"], specs["add-y"]["problems"]) == (True, [])
    assert specs["add-z"]["path"] == ".scafld/specs/drafts/add-z.md"
    assert specs["add-z"]["valid"] is False
    assert len(specs["add-z"]["problems"]) >= 1
    for problem in specs["add-z"]["problems"]:
        assert set(problem) == {"line", "code", "message", "suggestion"}
        assert spec_of("add-z").read_text(encoding="utf-8").splitlines()[problem["line"] - 1]


def test_a_refusal_is_data(scafld: Scafld, quick: Path) -> None:
    """Gate, status, reason, evidence, expected, actual, blockers, next: all there, empty ones too."""
    ended = scafld("complete", "add-y", "--json")

    gate = ended.told["error"]["gate"]
    assert set(gate) == GATE_KEYS
    assert (gate["gate"], gate["status"]) == ("complete", "active")
    assert gate["next"] == ended.told["error"]["next"] == "scafld build add-y"


def test_a_step_says_what_ran(scafld: Scafld, quick: Path) -> None:
    """A blocked build has the overview, the step with each run, and an error all in one."""
    ended = scafld("build", "add-y", "--json")

    result = ended.told["result"]
    assert ended.code == 3
    assert result["status"] == "blocked"
    assert {"task_id", "next_action", "criteria", "step"} <= set(result)
    assert result["step"]["blocked"] is True
    assert [(ran["criterion"], ran["outcome"]) for ran in result["step"]["ran"]] == [("ac1", "fail")]
    assert result["step"]["ran"][0]["observation"]["exit_code"] == 1
    assert ended.told["error"]["next"] == result["next_action"]["command"] == "scafld handoff add-y"


def test_the_verbs_tell_what_status_tells(scafld: Scafld, quick: Path) -> None:
    """The result of a step is the result of `status`, and the step beside it."""
    stepped = scafld("build", "add-y", "--json").told["result"]

    status = scafld("status", "add-y", "--json").told["result"]

    assert {name: item for name, item in stepped.items() if name != "step"} == status


def test_warnings_stand_in_the_envelope(scafld: Scafld, workspace: Path) -> None:
    """What people are noted of, machines find under `warnings`."""
    scafld("quick", "t", "--title", "T", "--command", "grep -q y a.py", "--file", "none.py")
    (workspace / "a.py").write_text("y = 1\n", encoding="utf-8")

    told = scafld("status", "t", "--json").told
    page = scafld("status", "t")

    assert told["warnings"] == ["declared, and nothing changed there: none.py"]
    assert "note: declared, and nothing changed there: none.py" in page.err


def damage_ledger(folder: Path) -> None:
    path = folder / ".scafld" / "runs" / "add-y" / "session.json"
    path.write_bytes(path.read_bytes().replace(b"Add y", b"Add n", 1))


def damage_spec(folder: Path) -> None:
    (path,) = (folder / ".scafld" / "specs").rglob("add-y.md")
    path.write_text("no spec\n", encoding="utf-8")


def damage_config(folder: Path) -> None:
    (folder / ".scafld" / "config.yaml").write_text("llm: [\n", encoding="utf-8")


def lose_workspace(folder: Path) -> None:
    (folder / ".scafld").rename(folder / "gone")


def nothing(_folder: Path) -> None:
    pass


ERRORS = [
    ("wrong words", nothing, ("biuld",), 2, "invalid_input", "usage"),
    ("wrong option", nothing, ("build", "add-y", "--x"), 2, "invalid_input", "build"),
    ("wrong id", nothing, ("status", "../x"), 2, "invalid_input", "status"),
    ("no such task", nothing, ("status", "add-q"), 6, "workspace_error", "status"),
    ("refused", nothing, ("complete", "add-y"), 3, "validation_failed", "complete"),
    ("refused review", nothing, ("review", "add-y", "--provider", "local"), 4, "review_failed", "review"),
    ("no workspace", lose_workspace, ("status", "add-y"), 6, "workspace_error", "status"),
    ("malformed spec", damage_spec, ("status", "add-y"), 3, "validation_failed", "status"),
    ("damaged ledger", damage_ledger, ("build", "add-y"), 6, "workspace_error", "build"),
    ("bad config", damage_config, ("build", "add-y"), 6, "workspace_error", "build"),
]


@pytest.mark.parametrize(
    ("damage", "words", "code", "word", "name"), [row[1:] for row in ERRORS], ids=[row[0] for row in ERRORS]
)
def test_every_kind_of_error_is_an_envelope(
    damage: Callable[[Path], None], words: tuple[str, ...], code: int, word: str, name: str, scafld: Scafld, quick: Path
) -> None:
    """The same keys, whoever's problem it is; and on a page the same words, on stderr alone."""
    damage(quick)

    ended = scafld(*words, "--json")
    page = scafld(*words)

    error = ended.told["error"]
    assert (ended.code, error["code"], error["exit_code"]) == (code, word, code)
    assert (ended.told["command"], ended.told["result"], ended.err) == (name, None, "")
    assert list(error) == ERROR_KEYS and error["message"]
    assert (page.code, page.out) == (code, "")
    assert 1 <= len(page.err.splitlines()) <= 10
    if error["next"]:
        assert page.err.splitlines()[-1] == f"next: {error['next']}"


def a_bug() -> Reply:
    raise ZeroDivisionError("by nothing")


def a_full_disk() -> Reply:
    raise OSError(28, "No space left on device", "/srv/project/.scafld/runs")


def test_a_bug_is_an_envelope_too(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 1, the code `bug`, and how to see more; the traceback stands where it was asked for, on stderr."""
    calm = Showing(name="list", given={"json": True}, environ={}).run(a_bug), capsys.readouterr()
    page = Showing(name="list", given={}, environ={}).run(a_bug), capsys.readouterr()
    loud = Showing(name="list", given={"json": True}, environ={"SCAFLD_LOG": "debug"}).run(a_bug), capsys.readouterr()

    assert (calm[0], page[0], loud[0]) == (1, 1, 1)
    error = json.loads(calm[1].out)["error"]
    assert (error["code"], calm[1].err) == ("bug", "")
    assert error["message"] == "this is a bug in scafld: ZeroDivisionError: by nothing"
    assert page[1].err.splitlines()[0] == "error: this is a bug in scafld: ZeroDivisionError: by nothing"
    assert page[1].err.splitlines()[-1].startswith("next: SCAFLD_LOG=debug scafld")
    assert "Traceback" not in page[1].err
    assert "Traceback" in loud[1].err and json.loads(loud[1].out)["error"]["code"] == "bug"


def test_the_world_is_not_a_bug(capsys: pytest.CaptureFixture[str]) -> None:
    """What an operating system says is told in its words, with the place; it is nobody's bug."""
    code = Showing(name="list", given={}, environ={"SCAFLD_LOG": "debug"}).run(a_full_disk)

    assert code == 1
    assert capsys.readouterr().err == "error: No space left on device: /srv/project/.scafld/runs\n"


def test_text_that_no_terminal_should_see_is_escaped_in_json() -> None:
    """An envelope is one line of ASCII, whatever was found."""
    line = envelope("show", Reply(result={"text": "a\nb\u2028c\x1b[31m\udcff"}, warnings=("\u202e",)))

    assert line.isascii() and line.isprintable()
    assert json.loads(line)["result"]["text"] == "a\nb\u2028c\x1b[31m\udcff"


def test_an_envelope_of_nothing_is_whole() -> None:
    """A key is not absent because it is empty."""
    told = json.loads(envelope("x", Reply(exit=Exit.OK)))

    assert told == {"ok": True, "command": "x", "warnings": [], "result": None, "error": None}
