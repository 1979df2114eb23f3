"""The three real CLIs, as a test needs them: how each finds a model on loopback, and how that model does things."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from anthropic_api import ANTHROPIC
from gemini_api import GEMINI
from model_server import NO_FAULT, Api, Call, Fault, Say, Script, Turn, in_order
from openai_api import OPENAI

Dossier = dict[str, Any]


@dataclass(frozen=True)
class Agent:
    """`environment`: what points it at a model's URL, with a key that is none. `hand_in`: the turn that a dossier is.
    `read`: the call that reads a file, by its path as the model writes it. `write`: attempts to write this path.
    `search`: attempts to list or search what lies in this folder, by absolute path."""

    name: str
    api: Api
    model: str
    environment: Callable[[str], Mapping[str, str]]
    hand_in: Callable[[Dossier, Fault], Turn]
    read: Callable[[str], Call]
    write: Callable[[str], tuple[Call, ...]]
    search: Callable[[str], tuple[Call, ...]]

    @property
    def has_a_tool(self) -> bool:
        """Whether a dossier is handed in with our tool; else it is the model's last message."""
        return self is CLAUDE

    def hands_in(self, dossier: Dossier, after: tuple[Call, ...] = (), fault: Fault = NO_FAULT) -> Script:
        """A model that calls these tools, hands in a dossier, and is done."""
        return in_order(*after, self.hand_in(dossier, fault), Say("Done."))


def dossier(**changes: Any) -> Dossier:
    """A dossier that is accepted: nothing found from six angles."""
    attack = {"target": "a.py", "attack": "read it", "result": "clean", "notes": "nothing"}
    whole = {"mode": "discover", "summary": "Nothing was found.", "attacks": [attack] * 6, "findings": []}
    return whole | changes


def finding(**changes: Any) -> dict[str, Any]:
    """A finding that blocks completion."""
    whole = {
        "id": "f1",
        "summary": "y is not what it says",
        "severity": "high",
        "blocks_completion": True,
        "status": "open",
        "category": "correctness",
        "confidence": "high",
        "path": "a.py",
        "line": 2,
        "evidence": "y = 2",
        "impact": "wrong sums",
        "reproducer": "python -c 'import a'",
        "suggested_fix": "y = 3",
        "validation": "grep 'y = 3' a.py",
    }
    return whole | changes


# Private.


def _claude_write(path: str) -> tuple[Call, ...]:
    return (
        Call("Write", {"file_path": path, "content": "x"}),
        Call("Edit", {"file_path": path, "old_string": "x", "new_string": "y"}),
        Call("Bash", {"command": f"touch {path}"}),
    )


def _claude_search(folder: str) -> tuple[Call, ...]:
    return (
        Call("Glob", {"pattern": f"{folder}/*"}),
        Call("Glob", {"pattern": "*", "path": folder}),
        Call("Grep", {"pattern": ".", "path": folder, "output_mode": "content"}),
    )


def _codex_write(path: str) -> tuple[Call, ...]:
    patch = f"*** Begin Patch\n*** Add File: {path}\n+x\n*** End Patch\n"
    escalated = {"cmd": f"touch {path}", "sandbox_permissions": "require_escalated", "justification": "please"}
    return (
        Call("exec_command", {"cmd": f"touch {path}"}),
        Call("exec_command", escalated),
        Call("apply_patch", patch),
    )


def _codex_search(folder: str) -> tuple[Call, ...]:
    return (
        Call("exec_command", {"cmd": f"ls -a {folder}; grep -r . {folder} | head"}),
        Call("exec_command", {"cmd": "ls -a; cat *", "workdir": folder}),
    )


def _gemini_write(path: str) -> tuple[Call, ...]:
    return (
        Call("write_file", {"file_path": path, "content": "x"}),
        Call("replace", {"file_path": path, "instruction": "x", "old_string": "x", "new_string": "y"}),
        Call("run_shell_command", {"command": f"touch {path}"}),
    )


def _gemini_search(folder: str) -> tuple[Call, ...]:
    return (
        Call("glob", {"pattern": f"{folder}/*"}),
        Call("list_directory", {"dir_path": folder}),
        Call("grep_search", {"pattern": ".", "dir_path": folder}),
    )


def _submits(given: Dossier, fault: Fault) -> Turn:
    return Call("submit_review", given, fault)


def _writes_down(given: Dossier, fault: Fault) -> Turn:
    return Say(json.dumps(given), fault)


CLAUDE = Agent(
    name="claude",
    api=ANTHROPIC,
    model="claude-sonnet-4-6",
    environment=lambda url: {"ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": "sk-ant-dummy-key"},
    hand_in=_submits,
    read=lambda path: Call("Read", {"file_path": path}),
    write=_claude_write,
    search=_claude_search,
)
CODEX = Agent(
    name="codex",
    api=OPENAI,
    model="gpt-5.5",
    environment=lambda url: {"OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_KEY": "sk-dummy-key"},
    hand_in=_writes_down,
    read=lambda path: Call("exec_command", {"cmd": f"cat {path}"}),
    write=_codex_write,
    search=_codex_search,
)
GEMINI_CLI = Agent(
    name="gemini",
    api=GEMINI,
    model="gemini-2.5-pro",
    environment=lambda url: {"GOOGLE_GEMINI_BASE_URL": url, "GEMINI_API_KEY": "dummy-gemini-key"},
    hand_in=_writes_down,
    read=lambda path: Call("read_file", {"file_path": path}),
    write=_gemini_write,
    search=_gemini_search,
)
AGENTS = (CLAUDE, CODEX, GEMINI_CLI)
