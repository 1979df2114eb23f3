"""Who acts, as far as the environment tells. It proves nothing, and the ledger does not claim that it does."""

from __future__ import annotations

from collections.abc import Mapping

from scafld.core.names import Actor, ActorKind
from scafld.core.refusal import Misused

AGENTS = (
    ("CLAUDECODE", "claude"),
    ("CLAUDE_CODE", "claude"),
    ("CODEX_", "codex"),
    ("GEMINI_CLI", "gemini"),
    ("CURSOR_AGENT", "cursor"),
    ("OPENCODE", "opencode"),
)
"""What an agent leaves in the environment of the commands that it runs: the beginning of a name, and whose it is."""


def actor_of(environ: Mapping[str, str], *, terminal: bool) -> Actor:
    """SCAFLD_ACTOR as `human:NAME` or `agent:NAME`; else the agent whose marks are there; else, at a terminal, a
    person; else nobody knows. Misused when SCAFLD_ACTOR is something else."""
    said = environ.get("SCAFLD_ACTOR", "")
    if said:
        kind, _, name = said.partition(":")
        if kind not in ("human", "agent") or not name.strip():
            raise Misused(f"SCAFLD_ACTOR is human:NAME or agent:NAME, not {said!r}")
        return Actor(kind=ActorKind(kind), name=name.strip(), terminal=terminal)
    for mark, name in AGENTS:
        if any(key == mark or key.startswith(f"{mark.rstrip('_')}_") for key in environ):
            return Actor(kind=ActorKind.AGENT, name=name, terminal=terminal)
    user = environ.get("USER") or environ.get("LOGNAME") or "somebody"
    return Actor(kind=ActorKind.HUMAN if terminal else ActorKind.UNKNOWN, name=user, terminal=terminal)
