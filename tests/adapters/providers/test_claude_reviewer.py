"""Claude Code as a provider, against an executable that behaves as it does: what it is given, what becomes of it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scafld.app.ask import Pulse, Reply
from scafld.core.digest import digest_of
from scafld.core.evidence.hearing import Failure, Usage
from scafld.core.evidence.terms import Subject, Terms
from tests.adapters.providers.emulated import ANSWER, FAILS, HOSTILE, Row, holds

Ask = Callable[..., Reply]
INIT = {
    "type": "system",
    "subtype": "init",
    "session_id": "s-1",
    "model": "claude-opus-5-5",
    "claude_code_version": "2.1.332",
}
HELLO = ("emit", INIT)


def says(text: str, message_id: str = "m1") -> tuple[str, object]:
    """A whole message of the model."""
    usage = {"input_tokens": 10, "cache_read_input_tokens": 90, "cache_creation_input_tokens": 0, "output_tokens": 7}
    content = [{"type": "text", "text": text}]
    message = {"id": message_id, "model": "claude-opus-5-5", "content": content, "usage": usage}
    return ("emit", {"type": "assistant", "message": message})


def uses(tool: str, **given: str) -> tuple[str, object]:
    """A use of a tool."""
    use = {"type": "tool_use", "id": "toolu_7", "name": tool, "input": given}
    return ("emit", {"type": "assistant", "message": {"id": "m2", "model": "claude-opus-5-5", "content": [use]}})


def ends(result: str = "done", **fields: object) -> tuple[str, object]:
    """The last event."""
    usage = {"input_tokens": 40, "cache_read_input_tokens": 100, "output_tokens": 28}
    last = {"type": "result", "subtype": "success", "is_error": False, "result": result, "usage": usage}
    return ("emit", last | {"total_cost_usd": 0.0123} | fields)


def fails(status: int | None, words: str) -> tuple[tuple[object, ...], ...]:
    """A run that ended in an error of the API, as it tells of one."""
    return HELLO, ends(words, is_error=True, api_error_status=status, usage={}, total_cost_usd=0), ("exit", 1)


ROWS = {
    "it passes the change": Row(steps=(HELLO, ("hand_in", ANSWER), ends()), answer=ANSWER),
    "it finds something": Row(steps=(HELLO, ("hand_in", FAILS), ends()), answer=FAILS),
    "it hands in, and its exit code is odd": Row(steps=(HELLO, ("hand_in", ANSWER), ("exit", 7)), answer=ANSWER),
    "it hands in, and is killed": Row(steps=(HELLO, ("hand_in", ANSWER), ("signal", 9)), answer=ANSWER),
    "it hands in, and goes on for ever": Row(steps=(("hand_in", ANSWER), ("wait",)), answer=ANSWER, limit_ms=3000),
    "it mends what was not accepted": Row(steps=(("hand_in", {}), ("hand_in", ANSWER), ends()), answer=ANSWER),
    "it hands in what does not hold": Row(
        steps=(HELLO, ("hand_in", {"verdict": "pass"}), says("Handed in."), ends()),
        failure=Failure.NO_SUBMISSION,
        words="without handing in an answer (Handed in.)",
    ),
    "it only writes its answer down": Row(
        steps=(HELLO, says(json.dumps(ANSWER)), ends()), answer=ANSWER, words="stood in the last message"
    ),
    "it writes its answer into a fence": Row(
        steps=(HELLO, says(f"```json\n{json.dumps(ANSWER)}\n```"), ends()), answer=ANSWER, words="stood in the last"
    ),
    "it quotes an answer": Row(
        steps=(says(f"The repository asks me to say:\n```json\n{json.dumps(ANSWER)}\n```\nI do not."), ends()),
        failure=Failure.NO_SUBMISSION,
    ),
    "it writes two answers": Row(
        steps=(says(json.dumps(ANSWER) + json.dumps(FAILS)), ends()), failure=Failure.NO_SUBMISSION
    ),
    "it wrote an answer, and went on": Row(
        steps=(says(json.dumps(ANSWER)), says("On second thoughts, no.", "m2"), ends()), failure=Failure.NO_SUBMISSION
    ),
    "it writes an answer of too few attacks": Row(
        steps=(says(json.dumps(ANSWER | {"attacks": []})), ends()), failure=Failure.NO_SUBMISSION
    ),
    "it does nothing": Row(steps=(HELLO, ends("")), failure=Failure.NO_SUBMISSION, words="ask again"),
    "it ends without a word": Row(steps=(), failure=Failure.NO_SUBMISSION),
    "it is at a bound of its own": Row(
        steps=(HELLO, ends("", subtype="error_max_turns", is_error=True), ("exit", 1)),
        failure=Failure.NO_SUBMISSION,
        words="error_max_turns",
    ),
    "its key is not accepted": Row(
        steps=fails(401, "Failed to authenticate. API Error: 401 invalid x-api-key"),
        failure=Failure.NOT_LOGGED_IN,
        words="claude auth login",
    ),
    "it is not logged in": Row(
        steps=fails(None, "Not logged in · Please run /login"), failure=Failure.NOT_LOGGED_IN, words="ANTHROPIC_API_KEY"
    ),
    "it is told to slow down": Row(
        steps=fails(429, "API Error: Request rejected (429) · slow down"), failure=Failure.RATE_LIMITED, words="429"
    ),
    "its model is overloaded": Row(steps=fails(529, "API Error: Overloaded"), failure=Failure.RATE_LIMITED),
    "its server is broken": Row(steps=fails(500, "API Error: 500 boom"), failure=Failure.UNREACHABLE, words="boom"),
    "its packet is too long": Row(steps=fails(400, "Prompt is too long"), failure=Failure.REJECTED, words="HTTP 400"),
    "its model is not there": Row(steps=fails(404, "issue with the selected model"), failure=Failure.REJECTED),
    "it may not": Row(steps=fails(403, "API Error: 403 forbidden"), failure=Failure.REJECTED),
    "nobody answers it": Row(
        steps=fails(None, "API Error: Connection refused (ECONNREFUSED)"), failure=Failure.UNREACHABLE
    ),
    "it is cut off while it retries": Row(
        steps=(
            HELLO,
            ("emit", {"type": "system", "subtype": "api_retry", "error_status": 429, "error": "rate_limit"}),
            ("wait",),
        ),
        failure=Failure.RATE_LIMITED,
        limit_ms=2500,
    ),
    "it retried, worked, and is slow": Row(
        steps=(
            ("emit", {"type": "system", "subtype": "api_retry", "error_status": 429, "error": "rate_limit"}),
            uses("Grep", pattern="TODO"),
            ("wait",),
        ),
        failure=Failure.OUT_OF_TIME,
        words="last seen: Grep TODO",
        limit_ms=2500,
    ),
    "its stream is cut": Row(
        steps=(HELLO, ("emit", '{"type":"assistant","message":{"content":[{"type"'), ("exit", 1)),
        failure=Failure.CRASHED,
        words="exit 1",
    ),
    "it is silent": Row(steps=(HELLO, ("wait",)), failure=Failure.SILENT, words="idle_timeout", idle_ms=700),
    "it never stops talking": Row(
        steps=(HELLO, ("talk",)), failure=Failure.OUT_OF_TIME, words="absolute_max_seconds", limit_ms=1000
    ),
    "it prints 50 MB": Row(
        steps=(HELLO, ("flood", 50 * 2**20), ("hand_in", ANSWER), ends()), answer=ANSWER, limit_ms=60_000
    ),
    "it prints a line of 20 MB": Row(steps=(("line", 20 * 2**20), HELLO, ("hand_in", ANSWER)), answer=ANSWER),
    "it leaves a daemon": Row(steps=(HELLO, ("daemon",), ("hand_in", ANSWER), ends()), answer=ANSWER),
    "it prints garbage": Row(
        steps=(
            ("emit", '{"type": "system", '),
            ("emit", "[1, 2]"),
            ("emit", "null"),
            ("emit", "[" * 100_000),
            ("emit", {"type": ["assistant"], "message": 3}),
            ("emit", {"type": "assistant", "message": {"content": {"a": 1}, "usage": [1], "model": 5, "id": {}}}),
            ("emit", {"type": "result", "permission_denials": [3, {}], "usage": 7, "total_cost_usd": "free"}),
            ("hand_in", ANSWER),
        ),
        answer=ANSWER,
    ),
    "it dies by a signal": Row(steps=(HELLO, ("signal", 11)), failure=Failure.CRASHED, words="signal 11"),
    "it is no program": Row(steps=(("exit", 127),), failure=Failure.NOT_INSTALLED, words="--provider-binary"),
    "it complains in escape sequences": Row(
        steps=(("stderr", HOSTILE * 50), ("exit", 1)), failure=Failure.CRASHED, words="exit 1"
    ),
    "its error holds escape sequences": Row(
        steps=(ends(HOSTILE * 50, is_error=True), ("exit", 1)), failure=Failure.CRASHED
    ),
    "its error holds a key": Row(
        steps=fails(None, "strange: sk-ant-api03-abcdefghijklmnopqrstuv and my-own-key"),
        failure=Failure.CRASHED,
        words="strange: [secret] and [secret]",
    ),
}


@pytest.mark.parametrize("kind", ROWS)
def test_whatever_it_does_is_a_reply(
    ask: Ask, environ: dict[str, str], scratches: Path, tools: Path, kind: str
) -> None:
    """An answer, or one clear sentence; no process and no file of its own is left."""
    environ["ANTHROPIC_API_KEY"] = "my-own-key"
    row = ROWS[kind]

    reply = ask("claude", row.steps, limit_ms=row.limit_ms, idle_ms=row.idle_ms)

    holds(row, reply)
    assert os.listdir(scratches) == []
    if sys.platform == "linux" and (tools / "claude.child").exists():
        with pytest.raises(ProcessLookupError):
            os.kill(int((tools / "claude.child").read_text()), 0)


def test_it_is_given_a_chosen_environment(ask: Ask, environ: dict[str, str], given, scratches: Path) -> None:
    """What any program needs, its own key and address, a private folder for temporary files, and nothing else."""
    environ |= {"ANTHROPIC_API_KEY": "my-own-key", "ANTHROPIC_BASE_URL": "http://127.0.0.1:1", "OPENAI_API_KEY": "no"}
    environ |= {"HTTPS_PROXY": "http://proxy", "AWS_REGION": "nowhere"}

    ask("claude", (("hand_in", ANSWER),))

    env = given("claude")["env"]
    assert set(env) - {"LC_CTYPE"} == {
        *("HOME", "PATH", "LANG", "TMPDIR", "HTTPS_PROXY", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"),
        *("CLAUDE_CONFIG_DIR", "CLAUDE_CODE_DISABLE_AUTO_MEMORY", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC"),
        *("DISABLE_AUTOUPDATER", "MCP_CONNECT_TIMEOUT_MS", "CLAUDE_CODE_MAX_RETRIES"),
    }
    assert env["CLAUDE_CODE_DISABLE_AUTO_MEMORY"] == "1"
    assert Path(env["TMPDIR"]).parent == scratches
    assert env["CLAUDE_CONFIG_DIR"].startswith(env["TMPDIR"])


def test_a_login_stays_where_it_is(ask: Ask, environ: dict[str, str], given) -> None:
    """Without a key the folder in which the login lies is the user's own; with Bedrock switched on, Amazon's keys."""
    environ["CLAUDE_CONFIG_DIR"] = "/my/claude"
    ask("claude", (("hand_in", ANSWER),))
    logged_in = given("claude")["env"]
    environ |= {"CLAUDE_CODE_USE_BEDROCK": "1", "AWS_REGION": "here"}
    ask("claude", (("hand_in", ANSWER),))
    bedrock = given("claude")["env"]

    assert (logged_in["CLAUDE_CONFIG_DIR"], "AWS_SECRET_ACCESS_KEY" in logged_in) == ("/my/claude", False)
    assert (bedrock["AWS_REGION"], bedrock["AWS_SECRET_ACCESS_KEY"]) == ("here", "aws-secret-value")


def test_it_is_confined_by_its_own_flags(ask: Ask, given, home: Path, root: Path) -> None:
    """Tools that read, permission for our tool alone, no source of settings, no server but ours, no look at what it
    did before on this repository."""
    ask("claude", (("hand_in", ANSWER),), seat={"model": "opus", "effort": "high"})

    seen = given("claude")
    argv = seen["argv"]
    flags = {name: argv[argv.index(name) + 1] for name in argv if name.startswith("--")}
    assert (flags["--tools"], flags["--allowedTools"]) == ("Read,Grep,Glob", "mcp__scafld__submit_review")
    assert (flags["--permission-mode"], flags["--setting-sources"]) == ("dontAsk", "")
    assert "--strict-mcp-config" in argv
    assert list(json.loads(flags["--mcp-config"])["mcpServers"]) == ["scafld"]
    denied = json.loads(flags["--settings"])["permissions"]["deny"]
    assert {"Read(~/.claude/**)", f"Read(/{home}/.claude/**)"} <= set(denied)
    assert (flags["--model"], flags["--effort"]) == ("opus", "high")
    assert (seen["stdin"], seen["cwd"]) == ("the packet ÿ", str(root))


def test_the_order_says_what_is_asked(ask: Ask, given) -> None:
    """Where the answer goes, and its terms; the tool is named for the subject."""
    ask("claude", (("exit", 0),), terms=Terms(subject=Subject.PLAN))

    seen = given("claude")
    order = next(json.loads(text) for path, text in seen["files"].items() if path.endswith("order.json"))
    assert set(order) == {"out", "terms"}
    assert order["terms"]["subject"] == "plan"
    assert "mcp__scafld__submit_plan" in seen["argv"]


def test_what_was_seen_is_told(ask: Ask, root: Path, tools: Path) -> None:
    """Model, version, session, tokens and money as the stream tells them, and what it tried and was not let."""
    denied = {"tool_name": "Read", "tool_input": {"file_path": "/etc/passwd"}}
    steps = (
        HELLO,
        uses("Read", file_path="/etc/passwd"),
        ("emit", {"type": "system", "subtype": "permission_denied", "tool_name": "Read", "tool_use_id": "toolu_7"}),
        says("Hm.", "m3"),
        ("hand_in", ANSWER),
        ends(permission_denials=[denied, {"tool_name": "Bash", "tool_input": {"command": "rm -rf /"}}]),
    )

    reply = ask("claude", steps)

    assert (reply.model, reply.version, reply.session) == ("claude-opus-5-5", "2.1.332", "s-1")
    assert reply.usage == Usage(input_tokens=140, output_tokens=28, cached_tokens=100, cost_microdollars=12_300)
    assert reply.denied == ("Read /etc/passwd", "Bash rm -rf /")
    assert reply.binary == digest_of((tools / "claude").read_bytes())


def test_what_a_broken_off_run_consumed_is_summed_up(ask: Ask) -> None:
    """Each message once, however often it is told."""
    start = {"type": "message_start", "message": {"id": "m1", "usage": {"input_tokens": 10, "output_tokens": 1}}}
    grown = {"type": "message_delta", "usage": {"output_tokens": 30}}
    steps = (
        *(("emit", {"type": "stream_event", "event": part}) for part in (start, grown)),
        says("One."),
        says("Two.", "m2"),
        says("Two.", "m2"),
        ("signal", 9),
    )

    reply = ask("claude", steps)

    assert reply.usage == Usage(input_tokens=200, output_tokens=37, cached_tokens=180)


def test_at_most_twenty_denials_are_told(ask: Ask) -> None:
    """Each of them short, whatever it held."""
    denials = [
        {"tool_name": "Bash", "tool_input": {"command": f"{number} {HOSTILE} {'x' * 500}"}} for number in range(50)
    ]

    reply = ask("claude", (ends(permission_denials=denials),))

    assert len(reply.denied) == 20
    assert all(len(each) <= 80 and each.isprintable() for each in reply.denied)


def test_a_watcher_is_told_while_it_works(ask: Ask, pulses: list[Pulse], root: Path) -> None:
    """What it last did, in the workspace's own words, and its tokens so far."""
    ask("claude", (HELLO, says("Hm."), uses("Read", file_path=f"{root}/a.py"), ("wait",)), limit_ms=2500)

    assert len(pulses) >= 2
    last = pulses[-1]
    assert (last.provider, last.last, last.tokens) == ("claude", "Read a.py", 107)
    assert last.output_bytes > 0


def test_a_program_that_is_gone_is_not_installed(ask: Ask) -> None:
    """It is told before anything is sent."""
    reply = ask("claude", (), seat={"binary": "/no/such/claude"})

    assert (reply.failure, reply.output) == (Failure.NOT_INSTALLED, None)
    assert "--provider-binary" in reply.problem
