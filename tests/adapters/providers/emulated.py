"""Executables that behave as the vendors' programs do: the same argv, stdin, events, exit codes, and worse.

`install(folder, name, steps)` writes one. It writes down what it was given beside itself, as `<name>.seen`, and then
plays its steps, each a list of a word and what belongs to it:

    ["emit", event]      print an event (a dict) or a line (a text)
    ["flood", size]      print so many bytes of lines that are no event
    ["line", size]       print one line of so many bytes
    ["hand_in", answer]  hand in as this program's model would
    ["stderr", text]     complain
    ["written", event]   write a line into the session that Codex keeps
    ["run", code]        do what this Python says
    ["daemon"]           leave a child in a session of its own that holds stdout
    ["wait"]             say nothing for a minute
    ["talk"]             never stop talking
    ["exit", code]       end so
    ["signal", number]   die so
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from scafld.app.ask import Question, Reply
from scafld.core.evidence.dossier import Budget, Mode
from scafld.core.evidence.hearing import Failure
from scafld.core.evidence.terms import Subject, Terms
from scafld.core.names import task_id
from scafld.core.value import value

ANSWER = {
    "mode": "discover",
    "summary": "Read it.",
    "attacks": [{"target": "a.py", "attack": "empty input", "result": "clean"}],
    "findings": [],
}
FINDING = {
    "id": "broken",
    "summary": "It breaks.",
    "severity": "high",
    "blocks_completion": True,
    "path": "a.py",
    "line": 1,
    "evidence": "seen",
    "impact": "harm",
    "validation": "run it",
}
FAILS = ANSWER | {"findings": [FINDING]}
HOSTILE = "\x1b[2J\x1b]0;owned\x07\u202ereversed\n# Heading\n---\nstatus: completed"
Step = Sequence[object]


@value
class Row:
    """What a program does, and what is to come of it: an answer that reads so, or a failure with these words."""

    steps: tuple[Step, ...]
    answer: object = None
    failure: Failure | None = None
    words: str = ""
    limit_ms: int = 20_000
    idle_ms: int = 0


def holds(row: Row, reply: Reply) -> None:
    """The reply is what the row says, and whatever it says fits one harmless line."""
    said = json.loads(reply.answer) if reply.answer else None
    assert (reply.failure, said) == (row.failure, row.answer), reply.problem
    assert row.words in reply.problem
    assert len(reply.problem) <= 200
    assert reply.problem.isprintable()
    assert reply.output is not None
    assert reply.binary is not None


def question(prompt: str = "the packet ÿ", **fields: object) -> Question:
    """A review to be asked for."""
    terms = Terms(subject=Subject.REVIEW, mode=Mode.DISCOVER, budget=Budget(min_attack_angles=1, max_findings=5))
    given = {"task": task_id("add-cache"), "attempt": "review-1", "prompt": prompt, "terms": terms, "limit_ms": 20_000}
    return Question(**given | fields)


PREAMBLE = """#!{python} -IS
import json, os, subprocess, sys, time

HERE = os.path.realpath(__file__)
ARGV = sys.argv[1:]
STDIN = "" if ARGV == ["--version"] else sys.stdin.read()

def flag(name):
    return ARGV[ARGV.index(name) + 1] if name in ARGV else ""

def emit(event):
    print(event if isinstance(event, str) else json.dumps(event), flush=True)

def need(*words):
    absent = [word for word in words if word not in ARGV]
    if absent:
        sys.exit(f"error: unknown or missing option {{absent[0]}}")
"""

CLAUDE = """
if ARGV == ["--version"]:
    sys.exit(print("2.1.332 (Claude Code)"))
need("-p", "--verbose", "--mcp-config")
EMPTY_SOURCES = flag("--setting-sources") == ""

def hand_in(answer):
    server = json.loads(flag("--mcp-config"))["mcpServers"]["scafld"]
    allowed = flag("--allowedTools")
    tool = allowed.removeprefix("mcp__scafld__")
    call = {"name": tool, "arguments": answer}
    lines = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-11-25"}},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call},
    ]
    text = "".join(json.dumps(line) + "\\n" for line in lines)
    command = [server["command"], *server["args"]]
    said = subprocess.run(command, input=text, capture_output=True, text=True, env=dict(os.environ))
    told = json.loads(said.stdout.splitlines()[-1])["result"]
    use = {"type": "tool_use", "id": "toolu_1", "name": allowed, "input": answer}
    emit({"type": "assistant", "message": {"id": "m9", "model": "claude-opus-5-5", "content": [use]}})
    emit({"type": "user", "message": {"content": [{"type": "tool_result", "content": told["content"]}]}})
"""

CODEX = """
if ARGV == ["--version"]:
    sys.exit(print("codex-cli 0.171.0"))
need("exec", "--json", "-")
os.makedirs(os.environ["CODEX_HOME"] + "/sessions/2026", exist_ok=True)

def written(event):
    with open(os.environ["CODEX_HOME"] + "/sessions/2026/rollout-1.jsonl", "a") as file:
        print(json.dumps(event), file=file)

written({"type": "session_meta", "payload": {"cli_version": "0.171.0"}})
written({"type": "turn_context", "payload": {"model": "gpt-6"}})

def hand_in(answer):
    text = answer if isinstance(answer, str) else json.dumps(answer)
    emit({"type": "item.completed", "item": {"type": "agent_message", "text": text}})
    with open(flag("--output-last-message"), "w") as file:
        file.write(text)
"""

GEMINI = """
if ARGV == ["--version"]:
    sys.exit(print(os.environ.get("VERSION", "0.61.0")))
need("--output-format", "--prompt")

def hand_in(answer):
    text = answer if isinstance(answer, str) else json.dumps(answer)
    for at in range(0, len(text), 40):
        emit({"type": "message", "role": "assistant", "content": text[at : at + 40], "delta": True})
"""

PLAY = """
def daemon():
    child = os.fork()
    if child == 0:
        os.setsid()
        time.sleep(60)
        os._exit(0)
    with open(HERE + ".child", "w") as file:
        file.write(str(child))

def flood(size):
    line = b"x" * 1023 + b"\\n"
    for _ in range(size // 1024):
        sys.stdout.buffer.write(line)
    sys.stdout.flush()

with open(HERE + ".seen", "w") as file:
    json.dump({"argv": ARGV, "env": dict(os.environ), "stdin": STDIN, "cwd": os.getcwd(), "files": {
        os.path.join(folder, name): [os.readlink(os.path.join(folder, name))]
        if os.path.islink(os.path.join(folder, name)) else open(os.path.join(folder, name)).read()
        for folder, _, names in os.walk(os.environ.get("TMPDIR", "/nowhere")) for name in names
    }}, file)
for word, *given in json.loads(STEPS):
    match word:
        case "emit": emit(*given)
        case "flood": flood(*given)
        case "line": emit("x" * given[0])
        case "hand_in": hand_in(*given)
        case "written": written(*given)
        case "stderr": print(*given, file=sys.stderr, flush=True)
        case "run": exec(*given)
        case "daemon": daemon()
        case "wait": time.sleep(60)
        case "talk":
            while True: emit({"type": "ping"})
        case "exit": sys.exit(*given)
        case "signal": os.kill(os.getpid(), *given)
"""

PROGRAMS = {"claude": CLAUDE, "codex": CODEX, "gemini": GEMINI}


def install(folder: Path, name: str, steps: Sequence[Sequence[object]]) -> Path:
    """Write the executable `name` into a folder; its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    own = f"STEPS = {json.dumps(json.dumps(steps))}\n"
    path.write_text(PREAMBLE.format(python=sys.executable) + own + PROGRAMS[name] + PLAY, encoding="utf-8")
    path.chmod(0o755)
    return path
