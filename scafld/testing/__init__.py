"""A whole workspace in memory, reviewers that follow a script, and strategies for property tests.

    from scafld.testing import commands, fails, passes, scripted, workspace

    ws = workspace(
        files={"src/cache.py": "x = 1\\n"},
        run=commands({"grep -q y src/cache.py": lambda files: 0 if "y" in files["src/cache.py"] else 1}),
        provider=scripted([fails("no-eviction"), passes()]),
    )

    ws.quick("add-cache", title="Add a cache", command="grep -q y src/cache.py", files=("src/cache.py",))
    ws.tree.append("src/cache.py", "y = 2\\n")
    assert ws.build("add-cache").overview.status == "review"

    assert ws.review("add-cache").review.standing == "failed"
    ws.tree.append("src/cache.py", "z = 3\\n")
    ws.build("add-cache")
    assert ws.review("add-cache").next == "scafld complete add-cache"

    assert ws.complete("add-cache").overview.status == "completed"
    assert [row.status for row in ws.list(every=True)] == ["completed"]

Nothing here starts a process, reads the clock or touches a disk. The strategies (`specs`, `events`, `ledgers`,
`dossiers`, `lives`) need Hypothesis, which comes with `pip install 'scafld[testing]'` and is imported when the first of
them is used:

    from hypothesis import given
    from scafld.core.task.life import replay
    from scafld.testing import histories, lives

    @given(histories())
    def test_a_history_can_be_replayed(history):
        assert replay(history).entries == len(history)

    @given(lives())
    def test_no_life_completes_without_a_review(life):
        for task in life.kit.list(every=True):
            assert task.status != "completed" or task.counts["review_passes"] > 0
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scafld.adapters.memory.reviewers import (
    ScriptedReviewer,
    absent,
    asks_for,
    fails,
    hands_in,
    keeps,
    lazy,
    malformed,
    mends,
    mutating,
    passes,
    proposes,
    says,
    silent,
    stopped,
)
from scafld.adapters.memory.scripts import Exit
from scafld.testing.household import Commands
from scafld.testing.kit import Everything, Kit, commands, scripted, workspace

if TYPE_CHECKING:
    from scafld.testing.contracts import spec_texts, specs
    from scafld.testing.records import dossiers, events, histories, ledgers
    from scafld.testing.walks import ACTS, DETAILS, WORLD, Act, Life, Outcomes, acts, governed, lives, play

__all__ = [
    "ACTS",
    "DETAILS",
    "WORLD",
    "Act",
    "Commands",
    "Everything",
    "Exit",
    "Kit",
    "Life",
    "Outcomes",
    "ScriptedReviewer",
    "absent",
    "acts",
    "asks_for",
    "commands",
    "dossiers",
    "events",
    "fails",
    "governed",
    "hands_in",
    "histories",
    "keeps",
    "lazy",
    "ledgers",
    "lives",
    "malformed",
    "mends",
    "mutating",
    "passes",
    "play",
    "proposes",
    "says",
    "scripted",
    "silent",
    "spec_texts",
    "specs",
    "stopped",
    "workspace",
]

_CONTRACTS = ("spec_texts", "specs")
_HISTORIES = ("dossiers", "events", "histories", "ledgers")
_LIVES = ("ACTS", "DETAILS", "WORLD", "Act", "Life", "Outcomes", "acts", "governed", "lives", "play")


def __getattr__(name: str) -> object:
    """The strategies, each when it is first asked for. ImportError says what to install when Hypothesis is missing."""
    if name not in (*_CONTRACTS, *_HISTORIES, *_LIVES):
        raise AttributeError(f"module 'scafld.testing' has no attribute {name!r}")
    try:
        found = _strategy(name)
    except ModuleNotFoundError as error:
        if error.name != "hypothesis":
            raise
        raise ImportError(f"scafld.testing.{name} needs Hypothesis: pip install 'scafld[testing]'") from error
    return found


def _strategy(name: str) -> object:
    if name in _CONTRACTS:
        from scafld.testing import contracts

        return getattr(contracts, name)
    if name in _HISTORIES:
        from scafld.testing import records

        return getattr(records, name)
    from scafld.testing import walks

    return getattr(walks, name)
