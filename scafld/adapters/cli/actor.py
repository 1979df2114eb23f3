"""Who acts, as far as the environment tells. It proves nothing, and the ledger does not claim that it does."""

from __future__ import annotations

from collections.abc import Mapping

from scafld.core.names import Actor, ActorKind
from scafld.core.refusal import Misused

AGENTS = (
    ("CLAUDECODE", "claude"),
    ("CLAUDE_CODE_ENTRYPOINT", "claude"),
    ("CODEX_SANDBOX", "codex"),
    ("CODEX_SANDBOX_NETWORK_DISABLED", "codex"),
    ("CODEX_THREAD_ID", "codex"),
    ("GEMINI_CLI", "gemini"),
    ("CURSOR_AGENT", "cursor"),
    ("OPENCODE", "opencode"),
)
"""What an agent leaves in the environment of the commands that it runs, and whose it is. Settings of an agent, such as
CODEX_HOME, stand in a person's shell as well and say nothing."""


def actor_of(environ: Mapping[str, str], *, terminal: bool) -> Actor:
    """SCAFLD_ACTOR as `human:NAME` or `agent:NAME`; else the agent whose marks are there; else, at a terminal, a
    person; else nobody knows. Misused when SCAFLD_ACTOR is something else."""
    said = environ.get("SCAFLD_ACTOR", "")
    if said:
        kind, _, name = said.partition(":")
        if kind not in ("human", "agent") or not name.strip():
            raise Misused(f"SCAFLD_ACTOR is human:NAME or agent:NAME, not {said!r}")
        return Actor(kind=ActorKind(kind), name=_text(name), terminal=terminal)
    for mark, name in AGENTS:
        if environ.get(mark):
            return Actor(kind=ActorKind.AGENT, name=name, terminal=terminal)
    user = environ.get("USER") or environ.get("LOGNAME") or ""
    kind = ActorKind.HUMAN if terminal else ActorKind.UNKNOWN
    return Actor(kind=kind, name=_text(user) or "somebody", terminal=terminal)


# Private.


def _text(name: str) -> str:
    """A name of bytes that are no text, as text."""
    return name.strip().encode("utf-8", "backslashreplace").decode("utf-8")
