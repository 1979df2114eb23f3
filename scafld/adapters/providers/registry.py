"""Which reviewer a name, a command and the configuration choose. Written out by hand: what stands here can be asked."""

from __future__ import annotations

from scafld.adapters.providers.command import CommandReviewer, Save
from scafld.adapters.providers.rehearsal import rehearsal
from scafld.app.ask import Provider
from scafld.app.check import Runner
from scafld.core.policy import Asked
from scafld.core.refusal import Misused
from scafld.core.value import value

NAMES = ("command", "local")


@value
class Means:
    """What a reviewer is asked with: the workspace's root, a runner with a chosen environment, a place for packets."""

    root: str
    run: Runner
    save: Save


def choose(name: str, command: str, asked: Asked, means: Means) -> Provider:
    """What the caller names wins over the configuration, never the other way round. Misused says what is missing."""
    wanted = name or ("command" if command else str(asked.provider))
    if wanted not in NAMES:
        if name:
            raise Misused(f"there is no provider {name!r}; providers are {', '.join(NAMES)}")
        wanted = "command"
    if wanted == "local":
        return rehearsal()
    chosen = command or asked.command
    if not chosen.strip():
        raise Misused(
            "no reviewer is configured: give --provider-command, or set review.external.command",
            next="scafld review --help",
        )
    reviewer = CommandReviewer(command=chosen, root=means.root, run=means.run, save=means.save)
    return reviewer.provider()
