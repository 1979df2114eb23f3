"""What the front door gives back: a task's overview, and what the verb has to say beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scafld.core.value import value

if TYPE_CHECKING:
    from scafld.core.contract.commands import Detected
    from scafld.core.task.decide.step import Ran
    from scafld.core.views.overview import Overview


@value
class Stepped:
    """A task after a step: its overview, what was opened or judged (`phase` None: the final criteria), and each run.

    `kind`: `opened`, `judged` or `completed`. `blocked` says that a criterion did not hold.
    """

    overview: Overview
    kind: str
    phase: str | None
    ran: tuple[Ran, ...]
    blocked: bool


@value
class Drafted:
    """A new draft: its overview, where it lies, what the repository offered, and what a model that wrote it asks a
    person."""

    overview: Overview
    path: str
    detected: Detected
    questions: tuple[str, ...] = ()


@value
class Questioned:
    """A round of hardening: its id, whether it passed, and whether this call opened it. `prompt`: the project's
    words and how to answer it by hand, "" where a model did or there is nothing to answer."""

    overview: Overview
    round: str
    passed: bool
    created: bool
    prompt: str
    path: str


@value
class Noted:
    """A receipt that goes with a commit as a git note, and whether it did not before."""

    task_id: str
    commit: str
    ref: str
    added: bool


@value
class Proposed:
    """YAML that can be pasted into `.scafld/config.yaml` as it stands, each line with the file that says so."""

    text: str
    path: str
    warnings: tuple[str, ...] = ()
