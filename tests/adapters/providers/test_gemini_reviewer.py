"""Gemini CLI as a provider, against an executable that behaves as it does: what it is given, what becomes of it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scafld.app.ask import Pulse, Reply
from scafld.core.evidence.hearing import Failure, Usage
from tests.adapters.providers.emulated import ANSWER, FAILS, HOSTILE, Row, holds, install

Ask = Callable[..., Reply]
HELLO = ("emit", {"type": "init", "session_id": "g-1", "model": "gemini-3.1-pro"})
STATS = {"total_tokens": 68, "input_tokens": 40, "output_tokens": 28, "cached": 10}
DONE = ("emit", {"type": "result", "status": "success", "stats": STATS})


def says(text: str) -> tuple[str, object]:
    """A whole message of the model."""
    return ("emit", {"type": "message", "role": "assistant", "content": text})


def uses(tool: str, **given: str) -> tuple[str, object]:
    """A use of a tool."""
    return ("emit", {"type": "tool_use", "tool_name": tool, "tool_id": f"{tool}-1", "parameters": given})


def fails(words: str, code: int) -> tuple[tuple[object, ...], ...]:
    """A run that ended in an error of the API, as it tells of one."""
    last = {"type": "result", "status": "error", "error": {"type": "unknown", "message": words}, "stats": STATS}
    return HELLO, ("emit", last), ("exit", code)


ROWS = {
    "it passes the change": Row(steps=(HELLO, ("hand_in", ANSWER), DONE), answer=ANSWER),
    "it finds something": Row(steps=(HELLO, ("hand_in", FAILS), DONE), answer=FAILS),
    "it thinks aloud before": Row(
        steps=(HELLO, says("Let me see."), uses("read_file", file_path="a.py"), ("hand_in", ANSWER), DONE),
        answer=ANSWER,
    ),
    "it writes its answer into a fence": Row(
        steps=(("hand_in", f"```json\n{json.dumps(ANSWER, indent=1)}\n```"), DONE), answer=ANSWER
    ),
    "it answers, and its exit code is odd": Row(steps=(("hand_in", ANSWER), DONE, ("exit", 7)), answer=ANSWER),
    "it answers, and is killed": Row(steps=(("hand_in", ANSWER), ("signal", 9)), answer=ANSWER),
    "it answers, and goes on for ever": Row(steps=(("hand_in", ANSWER), ("wait",)), answer=ANSWER, limit_ms=2500),
    "its answer is of another schema": Row(steps=(("hand_in", {"verdict": "pass"}), DONE), answer={"verdict": "pass"}),
    "its answer is cut off with it": Row(
        steps=(("hand_in", '{"summary": "Read'), ("exit", 1)), failure=Failure.CRASHED
    ),
    "it writes prose": Row(
        steps=(("hand_in", "Looks good to me."), DONE), failure=Failure.NO_SUBMISSION, words="Looks good to me"
    ),
    "it answered, and went on": Row(
        steps=(("hand_in", ANSWER), uses("read_file", file_path="a.py"), says("I take that back."), DONE),
        failure=Failure.NO_SUBMISSION,
    ),
    "it does nothing": Row(steps=(HELLO, DONE), failure=Failure.NO_SUBMISSION),
    "its key is not accepted": Row(
        steps=fails('[API Error: {"error":{"code":401,"message":"invalid key","status":"X"}}]', 145),
        failure=Failure.NOT_LOGGED_IN,
        words="(HTTP 401: invalid key)",
    ),
    "it has no key": Row(
        steps=(("stderr", "Invalid auth method selected."), ("exit", 41)),
        failure=Failure.NOT_LOGGED_IN,
        words="GEMINI_API_KEY",
    ),
    "it is told to slow down": Row(
        steps=fails("[API Error: slow down]\nPlease wait.", 173), failure=Failure.RATE_LIMITED, words="HTTP 429"
    ),
    "its server is broken": Row(
        steps=fails('[API Error: {"error":{"code":500,"message":"boom"}}]', 244), failure=Failure.UNREACHABLE
    ),
    "its packet is too long": Row(
        steps=fails('[API Error: {"error":{"code":400,"message":"prompt is too long"}}]', 144),
        failure=Failure.REJECTED,
    ),
    "its model is not there": Row(steps=fails("[API Error: model: nope]", 1), failure=Failure.REJECTED),
    "its connection is cut": Row(steps=fails("[API Error: terminated]", 1), failure=Failure.UNREACHABLE),
    "nobody answers it": Row(
        steps=(
            HELLO,
            ("stderr", "Attempt 3 failed. Retrying... Error: fetch failed sending request\n    at credentials (x.js)"),
            ("wait",),
        ),
        failure=Failure.UNREACHABLE,
        limit_ms=2500,
    ),
    "its stream is cut": Row(steps=(HELLO, ("emit", '{"type":"message","ro'), ("exit", 1)), failure=Failure.CRASHED),
    "it is silent": Row(steps=(HELLO, ("wait",)), failure=Failure.SILENT, idle_ms=900),
    "it never stops talking": Row(steps=(HELLO, ("talk",)), failure=Failure.OUT_OF_TIME, limit_ms=1000),
    "it prints 50 MB": Row(steps=(("flood", 50 * 2**20), ("hand_in", ANSWER)), answer=ANSWER, limit_ms=60_000),
    "it prints a line of 20 MB": Row(steps=(("line", 20 * 2**20), ("hand_in", ANSWER)), answer=ANSWER),
    "it leaves a daemon": Row(steps=(("daemon",), ("hand_in", ANSWER)), answer=ANSWER),
    "it prints garbage": Row(
        steps=(
            ("emit", "[STARTUP] Cannot measure"),
            ("emit", {"type": "message", "role": ["assistant"], "content": 7}),
            ("emit", {"type": "tool_use", "tool_name": 7, "parameters": [1]}),
            ("emit", {"type": "tool_result", "status": "error", "error": "denied"}),
            ("emit", {"type": "result", "status": 7, "stats": {"models": [1], "cached": -4}}),
            ("hand_in", ANSWER),
        ),
        answer=ANSWER,
    ),
    "it dies by a signal": Row(steps=(HELLO, ("signal", 11)), failure=Failure.CRASHED, words="signal 11"),
    "it is no program": Row(steps=(("exit", 127),), failure=Failure.NOT_INSTALLED),
    "it complains in escape sequences": Row(steps=(("stderr", HOSTILE * 50), ("exit", 1)), failure=Failure.CRASHED),
    "its error holds escape sequences": Row(steps=fails(HOSTILE * 50, 1), failure=Failure.CRASHED),
    "its error holds a key": Row(
        steps=fails("strange: AIzaSyabcdefghijklmnopqrstuv, my-own-key", 1),
        failure=Failure.CRASHED,
        words="strange: [secret], [secret]",
    ),
}


@pytest.mark.parametrize("kind", ROWS)
def test_whatever_it_does_is_a_reply(ask: Ask, environ: dict, scratches: Path, tools: Path, kind: str) -> None:
    """An answer, or one clear sentence; no process and no file of its own is left."""
    environ["GEMINI_API_KEY"] = "my-own-key"
    row = ROWS[kind]

    reply = ask("gemini", row.steps, limit_ms=row.limit_ms, idle_ms=row.idle_ms)

    holds(row, reply)
    assert os.listdir(scratches) == []
    if sys.platform == "linux" and (tools / "gemini.child").exists():
        with pytest.raises(ProcessLookupError):
            os.kill(int((tools / "gemini.child").read_text()), 0)


def test_it_is_given_a_chosen_environment(ask: Ask, environ: dict, given) -> None:
    """What any program needs, its key and address, a home of its own; and what an .env of the workspace could set is
    set already, to nothing."""
    environ |= {"GEMINI_API_KEY": "mine", "GOOGLE_GEMINI_BASE_URL": "http://127.0.0.1:1", "OPENAI_API_KEY": "no"}

    ask("gemini", (("hand_in", ANSWER),))

    env = given("gemini")["env"]
    assert set(env) - {"LC_CTYPE"} == {
        *("HOME", "PATH", "LANG", "TMPDIR", "GEMINI_API_KEY", "GOOGLE_GEMINI_BASE_URL", "GEMINI_CLI_HOME"),
        *("GEMINI_RESTRICTED_MODE", "GEMINI_CLI_NO_RELAUNCH"),
        *("GOOGLE_API_KEY", "GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_LOCATION"),
    }
    assert (env["GEMINI_API_KEY"], env["GOOGLE_API_KEY"], env["GOOGLE_CLOUD_PROJECT"]) == ("mine", "", "")
    assert (env["GEMINI_RESTRICTED_MODE"], env["GEMINI_CLI_HOME"]) == ("true", env["TMPDIR"])


@pytest.mark.parametrize(
    ("variables", "way", "key"),
    [
        ({"GEMINI_API_KEY": "mine"}, "gemini-api-key", "mine"),
        ({"GOOGLE_API_KEY": "mine"}, "gemini-api-key", "mine"),
        ({"GOOGLE_GENAI_USE_VERTEXAI": "true", "GOOGLE_CLOUD_PROJECT": "p"}, "vertex-ai", ""),
        ({"GOOGLE_GENAI_USE_GCA": "true", "GOOGLE_CLOUD_PROJECT": "p"}, "oauth-personal", ""),
        ({}, None, ""),
    ],
)
def test_it_logs_in_by_what_is_set(ask: Ask, environ: dict, given, variables: dict, way: str | None, key: str) -> None:
    """And by nothing that the workspace says."""
    environ |= variables

    ask("gemini", (("hand_in", ANSWER),))

    seen = given("gemini")
    assert settings_in(seen)["security"].get("auth", {}).get("selectedType") == way
    assert (seen["env"]["GEMINI_API_KEY"], seen["env"]["GOOGLE_CLOUD_PROJECT"]) == (
        key,
        variables.get("GOOGLE_CLOUD_PROJECT", ""),
    )


def test_a_login_is_linked_and_nothing_else_of_its_home(ask: Ask, given, home: Path) -> None:
    """Neither settings nor memories nor servers; of the settings only how the user logs in."""
    own = home / ".gemini"
    own.mkdir()
    for name in ("oauth_creds.json", "google_accounts.json", "GEMINI.md", "extensions"):
        (own / name).write_text("theirs", encoding="utf-8")
    chosen = {"security": {"auth": {"selectedType": "oauth-personal"}}, "mcpServers": {"evil": {"command": "x"}}}
    (own / "settings.json").write_text(json.dumps(chosen), encoding="utf-8")

    ask("gemini", (("hand_in", ANSWER),))

    seen = given("gemini")
    files = {Path(path).name: content for path, content in seen["files"].items()}
    assert files["oauth_creds.json"] == [str(own / "oauth_creds.json")]
    assert set(files) == {"settings.json", "oauth_creds.json", "google_accounts.json", ".held"}
    assert settings_in(seen)["security"]["auth"] == {"selectedType": "oauth-personal"}
    assert "evil" not in files["settings.json"]


def test_a_key_in_the_env_file_of_the_home_is_found(ask: Ask, given, home: Path, root: Path) -> None:
    """That is where many keep it; one in the workspace is the repository's word, and counts for nothing."""
    (home / ".gemini").mkdir()
    (home / ".gemini" / ".env").write_text('# mine\nexport GEMINI_API_KEY="from home" # x\nNODE_OPTIONS=--evil\n')
    (root / ".env").write_text("GEMINI_API_KEY=planted\n")

    ask("gemini", (("hand_in", ANSWER),))

    env = given("gemini")["env"]
    assert (env["GEMINI_API_KEY"], "NODE_OPTIONS" in env) == ("from home", False)


def test_it_is_confined_by_a_clean_home(ask: Ask, given, root: Path) -> None:
    """Tools that read, no trust in the folder, no skill, no hook; the packet on stdin, in the workspace."""
    ask("gemini", (("hand_in", ANSWER),), seat={"model": "gemini-3.1-pro"})

    seen = given("gemini")
    settings = settings_in(seen)
    assert settings["tools"]["core"] == ["read_file", "grep_search", "list_directory"]
    assert (settings["skills"], settings["hooksConfig"]) == ({"enabled": False}, {"enabled": False})
    assert not {"--skip-trust", "--yolo", "-y"} & set(seen["argv"])
    assert seen["argv"][seen["argv"].index("-m") + 1] == "gemini-3.1-pro"
    assert (seen["stdin"], seen["cwd"]) == ("the packet ÿ", str(root))


@pytest.mark.parametrize("version", ["0.60.9", "0.9.1", "none"])
def test_one_that_is_too_old_to_be_confined_is_not_asked(ask: Ask, tmp_path: Path, version: str) -> None:
    """An older one does not know the restricted mode: it would trust whatever the repository holds."""
    package = tmp_path / "node_modules" / "gemini-cli"
    path = install(package / "bundle", "gemini", (("hand_in", ANSWER),))
    path.write_text(path.read_text().replace("0.61.0", version))
    (package / "package.json").write_text(json.dumps({"name": "x", "bin": {}, "version": version}))

    reply = ask("gemini", (), seat={"binary": str(path)})

    assert reply.failure is Failure.NOT_INSTALLED
    assert "too old" in reply.problem
    assert not path.with_name("gemini.seen").exists()


def test_what_was_seen_is_told(ask: Ask) -> None:
    """Model, version, session and tokens as it tells them, and what it tried and was not let."""
    outside = "Path not in workspace: Attempted path resolves outside the allowed directories"
    steps = (
        HELLO,
        uses("read_file", file_path="/etc/passwd"),
        ("emit", result_of("read_file-1", outside)),
        uses("grep_search", pattern="x"),
        ("emit", result_of("grep_search-1", "no such file")),
        ("hand_in", ANSWER),
        DONE,
    )

    reply = ask("gemini", steps)

    assert (reply.model, reply.version, reply.session) == ("gemini-3.1-pro", "0.61.0", "g-1")
    assert reply.usage == Usage(input_tokens=40, output_tokens=28, cached_tokens=10)
    assert reply.denied == ("read_file /etc/passwd",)


def test_a_model_that_it_chose_itself_is_told(ask: Ask) -> None:
    """The one that did most of the work; its helpers are told as well."""
    models = {"gemini-flash-lite": {"total_tokens": 17}, "gemini-pro": {"total_tokens": 51}, "odd": 3}
    init = ("emit", {"type": "init", "session_id": "g-1", "model": "auto"})
    last = ("emit", {"type": "result", "status": "success", "stats": STATS | {"models": models}})

    reply = ask("gemini", (init, ("hand_in", ANSWER), last))

    assert reply.model == "gemini-pro"


def test_a_watcher_is_told_while_it_works(ask: Ask, pulses: list[Pulse], root: Path) -> None:
    """What it last did, in the workspace's own words."""
    ask("gemini", (HELLO, uses("read_file", file_path=f"{root}/a.py"), ("wait",)), limit_ms=2500)

    assert (pulses[-1].provider, pulses[-1].last) == ("gemini", "read_file a.py")


def settings_in(seen: dict) -> dict:
    """The settings of its home."""
    return next(json.loads(text) for path, text in seen["files"].items() if path.endswith("/settings.json"))


def result_of(use: str, words: str) -> dict:
    """A use of a tool that went wrong."""
    error = {"type": "invalid_tool_params", "message": words}
    return {"type": "tool_result", "tool_id": use, "status": "error", "output": words, "error": error}
