"""What a person asks of a new draft, before there is a contract."""

from __future__ import annotations

from scafld.core.contract.spec import Profile, Risk, Size
from scafld.core.names import Moment, TaskId
from scafld.core.value import value


@value
class Suggestion:
    """A command that the repository itself supports, offered as a criterion."""

    title: str
    command: str
    cwd: str = ""


@value
class DraftRequest:
    """`files`: paths or globs that the change will touch. `command`: what shows that it is done, "" to take the
    first suggestion. `suggestions`: the repository's own commands, most telling first."""

    task_id: TaskId
    title: str
    summary: str = ""
    command: str = ""
    files: tuple[str, ...] = ()
    size: Size = Size.SMALL
    risk: Risk = Risk.LOW
    profile: Profile | None = None
    created: Moment
    suggestions: tuple[Suggestion, ...] = ()
