"""Codex as a provider, against an executable that behaves as it does: what it is given, and what becomes of it."""

from __future__ import annotations

import json
import os
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from scafld.app.ask import Pulse, Reply
from scafld.core.evidence.hearing import Failure, Usage
from scafld.core.evidence.terms import Subject, Terms
from tests.adapters.providers.emulated import ANSWER, FAILS, HOSTILE, Row, holds, install

Ask = Callable[..., Reply]
HELLO = ("emit", {"type": "thread.started", "thread_id": "t-1"})
USAGE = {"input_tokens": 100, "cached_input_tokens": 40, "output_tokens": 7}
DONE = ("emit", {"type": "turn.completed", "usage": USAGE})


def item(kind: str, **fields: object) -> tuple[str, object]:
    """Something that was done."""
    return ("emit", {"type": "item.completed", "item": {"id": "item_0", "type": kind} | fields})


def fails(words: str) -> tuple[tuple[object, ...], ...]:
    """A turn that failed, as it tells of one."""
    return HELLO, ("emit", {"type": "turn.failed", "error": {"message": words}}), ("exit", 1)


ROWS = {
    "it passes the change": Row(steps=(HELLO, ("hand_in", ANSWER), DONE), answer=ANSWER),
    "it finds something": Row(steps=(HELLO, ("hand_in", FAILS), DONE), answer=FAILS),
    "it hands in, and its exit code is odd": Row(steps=(("hand_in", ANSWER), ("exit", 7)), answer=ANSWER),
    "it hands in, and is killed": Row(steps=(("hand_in", ANSWER), ("signal", 9)), answer=ANSWER),
    "it hands in, and goes on for ever": Row(steps=(("hand_in", ANSWER), ("wait",)), answer=ANSWER, limit_ms=2500),
    "its answer is of another schema": Row(steps=(("hand_in", {"verdict": "pass"}), DONE), answer={"verdict": "pass"}),
    "its answer is cut off with it": Row(
        steps=(("hand_in", '{"summary": "Read'), ("exit", 1)), failure=Failure.CRASHED, words="exit 1"
    ),
    "it writes prose": Row(
        steps=(("hand_in", "Looks good to me."), DONE), failure=Failure.NO_SUBMISSION, words="Looks good to me"
    ),
    "it does nothing": Row(steps=(HELLO, DONE), failure=Failure.NO_SUBMISSION),
    "its key is not accepted": Row(
        steps=fails("unexpected status 401 Unauthorized: nope, url: http://x"),
        failure=Failure.NOT_LOGGED_IN,
        words="`codex login`",
    ),
    "it has no key": Row(steps=fails("Missing environment variable: `K`."), failure=Failure.NOT_LOGGED_IN),
    "it is told to slow down": Row(
        steps=fails("exceeded retry limit, last status: 429 Too Many Requests"), failure=Failure.RATE_LIMITED
    ),
    "its subscription is used up": Row(
        steps=fails("You\u2019ve hit your usage limit. Try again later."), failure=Failure.RATE_LIMITED
    ),
    "its server is broken": Row(
        steps=fails("We\u2019re currently experiencing high demand, which may cause temporary errors."),
        failure=Failure.UNREACHABLE,
    ),
    "its packet is too long": Row(
        steps=fails('{"error": {"message": "prompt is too long", "type": "invalid_request_error"}}'),
        failure=Failure.REJECTED,
        words="(prompt is too long)",
    ),
    "its model is not there": Row(steps=fails("unexpected status 404 Not Found: no"), failure=Failure.REJECTED),
    "nobody answers it": Row(
        steps=fails("Connection failed: error sending request"), failure=Failure.UNREACHABLE, words="base URL"
    ),
    "its stream is cut": Row(
        steps=fails("stream disconnected before completion: stream closed"), failure=Failure.UNREACHABLE
    ),
    "it is cut off while it reconnects": Row(
        steps=(HELLO, ("emit", {"type": "error", "message": "Reconnecting... 1/2 (connection refused)"}), ("wait",)),
        failure=Failure.UNREACHABLE,
        limit_ms=2500,
    ),
    "it goes on from an error of its own": Row(
        steps=(item("error", message="Model metadata not found"), ("hand_in", ANSWER), DONE), answer=ANSWER
    ),
    "it is silent": Row(steps=(HELLO, ("wait",)), failure=Failure.SILENT, idle_ms=900),
    "it never stops talking": Row(steps=(HELLO, ("talk",)), failure=Failure.OUT_OF_TIME, limit_ms=1000),
    "it prints 50 MB": Row(steps=(("flood", 50 * 2**20), ("hand_in", ANSWER)), answer=ANSWER, limit_ms=60_000),
    "it prints a line of 20 MB": Row(steps=(("line", 20 * 2**20), ("hand_in", ANSWER)), answer=ANSWER),
    "its answer is larger than any": Row(
        steps=(("hand_in", "x" * 9_000_000), DONE), failure=Failure.NO_SUBMISSION, words="xxx"
    ),
    "it leaves a daemon": Row(steps=(("daemon",), ("hand_in", ANSWER)), answer=ANSWER),
    "it prints garbage": Row(
        steps=(
            ("emit", '{"type": "item.completed", '),
            ("emit", {"type": "item.completed", "item": [1]}),
            item("command_execution", command=7, exit_code="x", aggregated_output=["Permission denied"]),
            item("file_change", changes={"a": 1}, status=7),
            ("emit", {"type": "turn.completed", "usage": {"input_tokens": -1, "output_tokens": True}}),
            ("emit", {"type": "turn.failed", "error": "no object"}),
            ("hand_in", ANSWER),
        ),
        answer=ANSWER,
    ),
    "it dies by a signal": Row(steps=(HELLO, ("signal", 11)), failure=Failure.CRASHED, words="signal 11"),
    "it is no program": Row(steps=(("exit", 126),), failure=Failure.NOT_INSTALLED),
    "a flag is unknown to it": Row(
        steps=(("stderr", "error: unexpected argument '--json' found"), ("exit", 2)),
        failure=Failure.CRASHED,
        words="exit 2: error: unexpected argument",
    ),
    "it complains in escape sequences": Row(steps=(("stderr", HOSTILE * 50), ("exit", 1)), failure=Failure.CRASHED),
    "its error holds escape sequences": Row(steps=fails(HOSTILE * 50), failure=Failure.CRASHED),
    "its error holds a key": Row(
        steps=fails("strange: sk-proj-abcdefghijklmnopqrstuv, my-own-key"),
        failure=Failure.CRASHED,
        words="strange: [secret], [secret]",
    ),
}


@pytest.mark.parametrize("kind", ROWS)
def test_whatever_it_does_is_a_reply(ask: Ask, environ: dict, scratches: Path, tools: Path, kind: str) -> None:
    """An answer, or one clear sentence; no process and no file of its own is left."""
    environ["CODEX_API_KEY"] = "my-own-key"
    row = ROWS[kind]

    reply = ask("codex", row.steps, limit_ms=row.limit_ms, idle_ms=row.idle_ms)

    holds(row, reply)
    assert os.listdir(scratches) == []
    if sys.platform == "linux" and (tools / "codex.child").exists():
        with pytest.raises(ProcessLookupError):
            os.kill(int((tools / "codex.child").read_text()), 0)


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ({"CODEX_API_KEY": "mine"}, "mine"),
        ({"OPENAI_API_KEY": "other"}, "other"),
        ({"CODEX_API_KEY": "mine", "OPENAI_API_KEY": "other"}, "mine"),
        ({}, None),
    ],
)
def test_it_is_given_a_chosen_environment(ask: Ask, environ: dict, given, keys: dict, key: str | None) -> None:
    """What any program needs, the key as Codex reads it, a CODEX_HOME of its own, and nothing else."""
    environ |= {**keys, "ANTHROPIC_API_KEY": "no", "SSL_CERT_FILE": "/certs"}

    ask("codex", (("hand_in", ANSWER),))

    env = given("codex")["env"]
    own = {"CODEX_API_KEY"} if key else set()
    expected = {"HOME", "PATH", "LANG", "TMPDIR", "SSL_CERT_FILE", "CODEX_HOME"} | own
    assert set(env) - {"LC_CTYPE"} == expected
    assert (env.get("CODEX_API_KEY"), env["CODEX_HOME"]) == (key, env["TMPDIR"])


@pytest.mark.parametrize("named", [True, False])
def test_a_login_is_linked_and_nothing_else_of_its_home(
    ask: Ask, environ: dict, given, home: Path, named: bool
) -> None:
    """From the CODEX_HOME that is named, or from ~/.codex; a login goes before a key that is meant for other programs,
    and a refreshed one is written where it belongs."""
    codex_home = home / ("own" if named else ".codex")
    codex_home.mkdir()
    for name in ("auth.json", "config.toml", "AGENTS.md"):
        (codex_home / name).write_text("secret", encoding="utf-8")
    environ |= {"OPENAI_API_KEY": "other"} | ({"CODEX_HOME": str(codex_home)} if named else {})

    ask("codex", (("hand_in", ANSWER),))

    seen = given("codex")
    files = {Path(path).name: content for path, content in seen["files"].items()}
    assert files["auth.json"] == [str(codex_home / "auth.json")]
    assert not {"config.toml", "AGENTS.md"} & set(files)
    assert "CODEX_API_KEY" not in seen["env"]
    assert (codex_home / "auth.json").read_text() == "secret"


def test_it_is_confined_by_its_own_sandbox(ask: Ask, given, root: Path, tools: Path, means) -> None:
    """A profile that can read the workspace and programs; no flag beside it that would put the profile out of force."""
    ask("codex", (("hand_in", ANSWER),), seat={"model": "gpt-6", "effort": "high"})

    seen = given("codex")
    argv = seen["argv"]
    settings = settings_of(argv)
    assert settings["default_permissions"] == "scafld"
    files = settings["permissions"]["scafld"]["filesystem"]
    own = str(tools / "codex")
    assert files == {":minimal": "read", "/etc": "deny", own: "read", ":workspace_roots": {".": "read"}}
    assert not {"-s", "--sandbox", "--full-auto", "--dangerously-bypass-approvals-and-sandbox"} & set(argv)
    assert settings["shell_environment_policy"]["inherit"] == "core"
    assert not any(settings["features"].values())
    assert (settings["project_doc_max_bytes"], settings["skills"]) == (0, {"include_instructions": False})
    assert {"--ignore-user-config", "--ignore-rules"} <= set(argv)
    assert argv[argv.index("--output-schema") + 1] == f"{means.schemas}/review.json"
    assert (argv[argv.index("-C") + 1], argv[argv.index("-m") + 1]) == (str(root), "gpt-6")
    assert settings["model_reasoning_effort"] == "high"
    assert (seen["stdin"], seen["cwd"], argv[-1]) == ("the packet ÿ", str(root), "-")


@pytest.mark.parametrize(("scope", "whole"), [("@openai", True), ("projects", False)])
def test_a_package_of_npm_is_read_as_a_whole(ask: Ask, tools: Path, tmp_path: Path, scope: str, whole: bool) -> None:
    """Codex starts each command with a part of itself, which lies beside the launcher; what lies beside another program
    is none of its business."""
    folder = tmp_path.resolve() / scope
    path = install(folder / "codex" / "bin", "codex", (("hand_in", ANSWER),))
    (folder / "codex" / "package.json").write_text('{"bin": {}, "version": "0.1.0"}')
    link = tools / "linked"
    link.symlink_to(path)

    ask("codex", (), seat={"binary": str(link)})

    argv = json.loads(path.with_name("codex.seen").read_text())["argv"]
    files = settings_of(argv)["permissions"]["scafld"]["filesystem"]
    assert set(files) == {":minimal", "/etc", ":workspace_roots", str(folder if whole else path)}


def test_another_server_than_openais_is_configured(ask: Ask, environ: dict, given) -> None:
    """OPENAI_BASE_URL is not read by Codex; whatever stands in it is one text, and no other setting."""
    url = 'http://127.0.0.1:1/v1"},model="evil'
    environ["OPENAI_BASE_URL"] = url

    ask("codex", (("hand_in", ANSWER),))

    settings = settings_of(given("codex")["argv"])
    assert settings["model_provider"] == "scafld"
    server = settings["model_providers"]["scafld"]
    assert (server["base_url"], server["requires_openai_auth"]) == (url, True)
    assert "model" not in settings


def test_each_subject_has_its_schema(ask: Ask, given, means) -> None:
    """The file of its name."""
    ask("codex", (), terms=Terms(subject=Subject.HARDEN))

    assert f"{means.schemas}/harden.json" in given("codex")["argv"]


def test_what_was_seen_is_told(ask: Ask) -> None:
    """The model and the version as Codex wrote them down, and tokens as it counts them."""
    reply = ask("codex", (HELLO, ("hand_in", ANSWER), DONE))

    assert (reply.model, reply.version, reply.session) == ("gpt-6", "0.171.0", "t-1")
    assert reply.usage == Usage(input_tokens=100, output_tokens=7, cached_tokens=40)


NOISE = "/bin/bash: /etc/bash.bashrc: Permission denied\n"
CALLS = [
    ("exec_command", {"cmd": "touch x"}, f"{NOISE}touch: cannot touch 'x': Read-only file system", "run touch x"),
    ("exec_command", {"cmd": "cat /etc/passwd"}, f"{NOISE}cat: /etc/passwd: Permission denied", "run cat /etc/passwd"),
    ("shell", {"command": ["ls", "HOME"]}, "ls: cannot access 'HOME': No such file or directory", "run ls HOME"),
    ("apply_patch", "*** Begin Patch\n*** Add File: z.txt\n+hi\n", "patch rejected: read-only", "change z.txt"),
    ("exec", "await tools.write('x')", [{"type": "text", "text": "Operation not permitted"}], "exec await tools.wr"),
    ("exec_command", {"cmd": "grep x a.py"}, f"{NOISE}Process exited with code 1", None),
    ("exec_command", {"cmd": "cat gone"}, f"{NOISE}cat: gone: No such file or directory", None),
    ("exec_command", {"cmd": "cat /gone"}, f"{NOISE}cat: /gone: No such file or directory", None),
    ("exec_command", {"cmd": "cat ROOT/gone"}, f"{NOISE}cat: ROOT/a.py: No such file or directory", None),
    ("exec_command", "[1", ["odd", {"text": 7}], None),
]


@pytest.mark.parametrize(("tool", "call", "output", "told"), CALLS)
def test_what_its_sandbox_refused_is_told(
    ask: Ask, home: Path, root: Path, tool: str, call: object, output: object, told: str | None
) -> None:
    """Also what it hid: a file that is there, and could not be seen. What failed for other reasons is no denial."""
    places = {"HOME": str(home), "ROOT": str(root.parent / "work")}
    for name, path in places.items():
        Path(path).mkdir(exist_ok=True)
        call, output = (json.loads(json.dumps(each).replace(name, path)) for each in (call, output))
    given = call if isinstance(call, str) else json.dumps(call)
    kind, field = ("custom_tool_call", "input") if isinstance(call, str) else ("function_call", "arguments")
    payload = {"type": kind, "name": tool, "call_id": "c1", field: given}
    answer = {"type": f"{kind}_output", "call_id": "c1", "output": output}

    reply = ask("codex", (*(("written", {"type": "response_item", "payload": each}) for each in (payload, answer)),))

    shown = [each.replace(str(home), "HOME")[:19] for each in reply.denied]
    assert shown == ([] if told is None else [told])


def test_a_watcher_is_told_while_it_works(ask: Ask, pulses: list[Pulse]) -> None:
    """What it last did."""
    ask("codex", (HELLO, item("command_execution", command="rg TODO", exit_code=0), ("wait",)), limit_ms=2500)

    assert (pulses[-1].provider, pulses[-1].last) == ("codex", "runs rg TODO")


def settings_of(argv: list[str]) -> dict:
    """All `-c` settings, read as Codex reads them."""
    found: dict = {}
    for at, word in enumerate(argv):
        if word == "-c":
            _merge(found, tomllib.loads(argv[at + 1]))
    return found


def _merge(into: dict, more: dict) -> None:
    for key, content in more.items():
        if isinstance(content, dict) and isinstance(into.get(key), dict):
            _merge(into[key], content)
        else:
            into[key] = content
