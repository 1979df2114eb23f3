"""The testing kit: what its docstring shows runs, and every strategy gives what it says."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import find, given
from hypothesis.errors import NoSuchExample

import scafld
import scafld.testing
from scafld.adapters.memory.ledger_bytes import entries_of
from scafld.app.check import Order
from scafld.app.workspace import Workspace
from scafld.core.contract.rules import profile_demands, rule_problems
from scafld.core.contract.spec import Spec
from scafld.core.evidence.criterion import Ended, Observation
from scafld.core.evidence.dossier import Dossier
from scafld.core.names import TaskId, task_id
from scafld.core.task.events import Event
from scafld.core.task.known import Status
from scafld.core.task.life import Occurrence, replay
from scafld.testing import (
    WORLD,
    Exit,
    Kit,
    Life,
    commands,
    dossiers,
    events,
    governed,
    histories,
    ledgers,
    lives,
    play,
    scripted,
    specs,
    workspace,
)

HOME = str(Path(scafld.__file__).parents[1])


def programs() -> list[str]:
    """The programs in the docstring of the package: each indented stretch of it."""
    assert scafld.testing.__doc__ is not None
    found, lines = [], list[str]()
    for line in [*scafld.testing.__doc__.splitlines(), "end"]:
        if line.startswith("    ") or (not line.strip() and lines):
            lines.append(line)
        elif lines:
            found.append(textwrap.dedent("\n".join(lines)))
            lines = []
    return found


@pytest.mark.parametrize("number", range(2))
def test_the_programs_of_the_docstring_run(number: int) -> None:
    """As they stand; their tests are called."""
    assert len(programs()) == 2
    names: dict[str, object] = {}

    exec(programs()[number], names)

    for name, item in names.items():
        if name.startswith("test_"):
            item()  # type: ignore[operator]


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": HOME, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_hypothesis_is_loaded_for_strategies_only() -> None:
    """Neither by the package nor by a workspace in memory."""
    told = run(
        "import sys, scafld, scafld.testing\n"
        "scafld.testing.workspace().plan('add-cache', title='x', command='y')\n"
        "assert 'hypothesis' not in sys.modules\n"
        "scafld.testing.lives()\n"
        "assert 'hypothesis' in sys.modules\n"
        "print('fine')"
    )

    assert (told.stdout, told.stderr) == ("fine\n", "")


@pytest.mark.parametrize("name", ["specs", "events", "ledgers", "dossiers", "lives", "histories", "Life"])
def test_a_missing_hypothesis_is_said(name: str) -> None:
    """With what to install; the workspace in memory does without it."""
    told = run(
        "import sys\n"
        "sys.modules['hypothesis'] = None\n"
        "import scafld.testing\n"
        "scafld.testing.workspace()\n"
        f"from scafld.testing import {name}"
    )

    assert told.stderr.strip().endswith(
        f"ImportError: scafld.testing.{name} needs Hypothesis: pip install 'scafld[testing]'"
    )


def test_a_name_that_is_not_there_is_not_there() -> None:
    """As in any module."""
    with pytest.raises(AttributeError, match="nothing_like_it"):
        scafld.testing.nothing_like_it  # noqa: B018


def test_everything_that_is_named_is_there() -> None:
    """Lazy names too."""
    for name in scafld.testing.__all__:
        assert getattr(scafld.testing, name) is not None


# The workspace.


def test_it_is_a_real_workspace() -> None:
    """With handles."""
    kit = workspace()

    assert isinstance(kit, Workspace)
    assert kit.ws is kit
    assert kit.tree.files == {"a.py": "x = 1\n"}
    assert kit.tree.head


def test_a_runner_and_a_provider_of_ones_own() -> None:
    """Can be put in; the handles on the scripted ones then say that they are not there."""
    seen: list[Order] = []

    def runner(order: Order, _watch: object) -> Observation:
        seen.append(order)
        return Observation(
            ended=Ended.EXITED, duration_ms=1, exit_code=len(seen) - 1, output_digest="0" * 64, output_bytes=0
        )

    kit = workspace(run=runner)
    kit.quick("add-cache", title="Add a cache", command="make test")

    assert [order.command for order in seen] == ["make test"]
    with pytest.raises(TypeError, match="runner"):
        _ = kit.runner


def test_a_script_says_what_commands_do() -> None:
    """A code, a code and output, an Exit, a function of the files; what it does not know is not found."""
    kit = workspace(run=commands({"a": 1, "b": (2, "said\n"), "c": Exit(ended=Ended.TIMEOUT), "d": len}))

    def seen(command: str) -> tuple[Ended, int | None, str]:
        order = Order(task=task_id("x"), label="x", command=command, limit_ms=1)
        found = kit.runner(order, lambda _beat: None)
        return found.ended, found.exit_code, found.tail

    assert seen("a") == (Ended.EXITED, 1, "")
    assert seen("b") == (Ended.EXITED, 2, "said\n")
    assert seen("c") == (Ended.TIMEOUT, None, "")
    assert seen("d") == (Ended.EXITED, 1, "")
    assert seen("e")[:2] == (Ended.EXITED, 127)


def test_a_script_of_reviews_has_an_end() -> None:
    """After it, there is no dossier; without a script every review passes."""
    done = scripted([])
    kit = governed()
    kit.reviewer.answers = done.answers

    assert done.provider(kit.tree).ask(None, None).problem == "the script of this reviewer is at its end"  # type: ignore[arg-type]


def test_two_workspaces_share_nothing() -> None:
    """Not even what was read."""
    one, other = workspace(), workspace()
    one.plan("add-cache", title="One", command="x")

    assert other.list(every=True) == ()
    assert one.everything() != other.everything()


# The strategies.


@given(specs())
def test_specs_are_sound(spec: Spec) -> None:
    """Nothing is wrong with them and nothing is left to be said."""
    assert (*rule_problems(spec), *profile_demands(spec)) == ()


@given(events())
def test_events_are_events(event: Event) -> None:
    """Values with a digest-able form."""
    from scafld.adapters.codec import encode
    from scafld.core.digest import canonical

    assert canonical(encode(event))


@given(ledgers())
def test_ledgers_hold(ledger: bytes) -> None:
    """Every entry can be proved, and something happened."""
    assert list(entries_of(ledger, TaskId("add-cache")))


@given(dossiers())
def test_dossiers_are_dossiers(dossier: Dossier) -> None:
    """With ids that occur once."""
    assert len({each.id for each in dossier.findings}) == len(dossier.findings)


@pytest.mark.parametrize("status", Status)
def test_histories_reach_every_status(status: Status) -> None:
    """A property that holds of all of them says something of each."""
    assert reaches(histories(), lambda history: replay(history).status is status)


@pytest.mark.parametrize(
    "status", ["draft", "approved", "active", "blocked", "review", "completed", "failed", "cancelled"]
)
def test_lives_reach_every_status(status: str) -> None:
    """Also completion."""
    assert reaches(lives(), lambda life: any(row.status == status for row in life.kit.list(every=True)))


def test_lives_meet_refusals() -> None:
    """When they are wanted."""
    assert reaches(lives(), lambda life: any(step.refusal for step in life.steps))
    assert not reaches(lives(illegal=False), lambda life: any(not step.accepted for step in life.steps), most=100)


def reaches(strategy: object, condition: object, *, most: int = 2000) -> bool:
    from hypothesis import Phase, settings

    plain = settings(max_examples=most, phases=[Phase.generate], database=None, derandomize=True)
    try:
        find(strategy, condition, settings=plain)  # type: ignore[arg-type]
    except NoSuchExample:
        return False
    return True


@given(lives())
def test_a_life_can_be_played_again(life: Life) -> None:
    """Act by act, on another workspace: with the same outcomes, byte for byte."""
    again: Kit = governed()

    told = [play(again, step.act) for step in life.steps]

    assert [(step.accepted, step.status, step.entries) for step in told] == [
        (step.accepted, step.status, step.entries) for step in life.steps
    ]
    assert again.everything() == life.kit.everything()


@given(lives(illegal=False))
def test_an_accepted_act_is_a_verb_or_the_world(life: Life) -> None:
    """Every step of a legal life was accepted."""
    assert all(step.accepted for step in life.steps)
    assert {step.act.name for step in life.steps} - WORLD or not life.steps


@given(histories())
def test_histories_are_numbered_and_in_time(history: tuple[Occurrence, ...]) -> None:
    """From one, never backwards."""
    assert [each.seq for each in history] == list(range(1, len(history) + 1))
    assert [each.at for each in history] == sorted(each.at for each in history)
