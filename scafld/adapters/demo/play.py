"""The whole life of one change, told by the real commands: a red run, a block, a review that says no, a repair.

Nothing in it is staged but the people: the agent copies prepared files, the reviewer is a script that runs what it
attacks. Every command is the real one, in a process of its own, and what is shown is what it printed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping

from scafld.adapters.demo.stage import MARGIN, REVIEWER, Say, Stage, set_stage
from scafld.core.refusal import Unavailable
from scafld.core.value import value

TASK = "own-prices"
TITLE = "Show each customer their own price"


@value
class Told:
    """How the story ended. `folder` (absolute) is left to be explored. `problem`: where it left its course, "" when
    the task is completed and its ledger holds."""

    folder: str
    problem: str = ""


def tell(*, keep: str | None, environ: Mapping[str, str], say: Say, width: int = 80) -> Told:
    """Play it in `keep`, or in a new temporary folder. Misused when `keep` is not empty, Unavailable when the folder
    cannot be used."""
    stage = set_stage(keep, environ, say, width)
    try:
        for act in ACTS:
            act(stage)
    except (_OffCourse, Unavailable) as error:
        stage.say("")
        stage.say(f"The demo stopped: {error}.")
        stage.say(f"What is there so far: {stage.folder}")
        return Told(folder=stage.folder, problem=str(error))
    return Told(folder=stage.folder)


# Private.


def _prologue(stage: Stage) -> None:
    stage.say("One change, from plan to completed, on a small example repository.")
    stage.say("No model is called: the agent and the reviewer are scripts. No key, no network.")
    stage.say("Every command below is the real one, run now. Its output is shown as it came.")
    _chapter(stage, "A shop keeps each price it was told for five minutes, and forgets for whom.")
    stage.say(f"repository: {stage.repository}")
    stage.lay("start")
    _commit(stage, "A catalog that keeps prices")
    _scafld(stage, 0, "init")


def _plan(stage: Stage) -> None:
    _chapter(stage, "1. A person says what must be true, and by which command it will be seen.")
    command = f"{stage.python} -m unittest tests.test_two_customers"
    _scafld(stage, 0, "plan", TASK, "--title", TITLE, "--risk", "medium", "--command", command)
    stage.say("A medium risk asks for more than a draft says. The person fills the gaps in,")
    stage.say("adds a test that fails today, and approves:")
    _fill_in(stage)
    _lay(stage, "wish")
    _commit(stage, "What two customers reported, as a test")
    _scafld(stage, 0, "approve", TASK)


def _work(stage: Stage) -> None:
    _chapter(stage, "2. Before the work, scafld runs the checks itself: do they fail at all?")
    _scafld(stage, 0, "build", TASK)
    stage.say("The agent (a script) changes what it sees first:")
    _lay(stage, "first")
    _scafld(stage, 3, "build", TASK)
    stage.say("Two names run together are no key: ab + c is a + bc. The agent tries again:")
    _lay(stage, "second")
    _scafld(stage, 0, "build", TASK)


def _review(stage: Stage) -> None:
    reviewer = ("--provider", "command", "--provider-command", f"{stage.python} ../{REVIEWER}")
    _chapter(stage, "3. Green is not done. A reviewer (a script too) attacks the change: it runs it.")
    _scafld(stage, 4, "review", TASK, *reviewer)
    stage.say("That is true: price() has a new key, and forget() still drops by the old one.")
    stage.say("Nobody passes this gate by asking:")
    _scafld(stage, 3, "complete", TASK)
    stage.say("The agent repairs that too, with a test of its own:")
    _lay(stage, "repair")
    _scafld(stage, 0, "build", TASK)
    _scafld(stage, 0, "review", TASK, *reviewer)


def _end(stage: Stage) -> None:
    _chapter(stage, "4. Everything runs once more, on the very tree that was reviewed.")
    _scafld(stage, 0, "complete", TASK)
    status = _status(stage)
    if status != "completed":
        raise _OffCourse(f"{TASK} is {status}, not completed")
    stage.say("What happened stands in the ledger, each entry chained to the one before:")
    _scafld(stage, 0, "log", TASK)
    _scafld(stage, 0, "doctor")


def _proof(stage: Stage) -> None:
    _chapter(stage, "5. Who was not there can check it: a signed receipt names every file.")
    if not stage.has_git():
        stage.say("Without git there is no tree to hold it against.")
        return
    _scafld(stage, 0, "keys", "trust")
    _commit(stage, "Prices are kept apart by customer")
    _scafld(stage, 0, "verify", TASK)
    stage.say("Later somebody keeps prices for longer. No test minds; nobody reviewed it:")
    _lay(stage, "later")
    _scafld(stage, 3, "verify", TASK)
    stage.say("It is taken back.")
    stage.lay("repair")


def _epilogue(stage: Stage) -> None:
    stage.say("")
    stage.say("Completed, and it can be shown. No model was called: two scripts played it.")
    stage.say("Look around:")
    for command in (f"cd {stage.repository}", f"scafld status {TASK}", f"scafld show {TASK}", "scafld report"):
        stage.say(f"  {command}")


ACTS: tuple[Callable[[Stage], None], ...] = (_prologue, _plan, _work, _review, _end, _proof, _epilogue)


class _OffCourse(Exception):
    """A command did not end as the story needs; the message says which, and how."""


def _chapter(stage: Stage, title: str) -> None:
    stage.say("")
    stage.say(title)


def _scafld(stage: Stage, wanted: int, *words: str) -> None:
    """Run a command, and show it with its output."""
    for line in command_lines(("scafld", *words), stage.width - MARGIN):
        stage.say(" " * MARGIN + line)
    ended = stage.scafld(*words)
    for line in ended.text.rstrip().splitlines():
        stage.say((" " * MARGIN + line).rstrip())
    if ended.code != wanted:
        raise _OffCourse(f"`scafld {words[0]}` ended with {ended.code}, and the story needs {wanted}")


def _lay(stage: Stage, act: str) -> None:
    for line in stage.lay(act):
        stage.say(" " * MARGIN + line)


def _commit(stage: Stage, subject: str) -> None:
    """Commit all there is; without git the story goes on, and scafld looks at the files alone."""
    if not stage.has_git():
        return
    new = () if os.path.isdir(os.path.join(stage.repository, ".git")) else (("init", "--quiet"),)
    author = ("-c", "user.name=demo", "-c", "user.email=demo@localhost")
    for words in (*new, ("add", "--all"), (*author, "commit", "--quiet", "--message", subject)):
        ended = stage.git(*words)
        if ended.code != 0:
            raise _OffCourse(f"`git {' '.join(words)}` ended with {ended.code}: {ended.text.strip()}")


def _fill_in(stage: Stage) -> None:
    """Put the contract's words where the draft has its gaps: everything from its summary on."""
    path = f".scafld/specs/drafts/{TASK}.md"
    head, found, _gaps = stage.read(path).partition("## Summary\n")
    if not found:
        raise _OffCourse(f"{path} has no summary to fill in")
    stage.write(path, head + stage.contract())


def _status(stage: Stage) -> str:
    """Where the task stands, in the words that a machine is told."""
    try:
        found = json.loads(stage.scafld("status", TASK, "--json").text)
        return str(found["result"]["status"])
    except (ValueError, KeyError, TypeError) as error:
        raise _OffCourse(f"`scafld status --json` gave no status: {error!r}") from error


def command_lines(words: tuple[str, ...], width: int) -> tuple[str, ...]:
    """A command as one would type it, in lines of at most `width` where its words allow that."""
    lines, line = [], "$"
    for part in _parts(words):
        if len(f"{line} {part} \\") > width and line != "$":
            lines.append(f"{line} \\")
            line = "   "
        line = f"{line} {part}"
    return (*lines, line)


def _parts(words: tuple[str, ...]) -> list[str]:
    """Words as typed, a flag together with what it is given."""
    parts: list[str] = []
    for word in words:
        typed = f'"{word}"' if " " in word else word
        if parts and parts[-1].startswith("--") and " " not in parts[-1]:
            parts[-1] = f"{parts[-1]} {typed}"
        else:
            parts.append(typed)
    return parts
