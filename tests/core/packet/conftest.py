"""Hostile words, and briefs that are made of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import strategies

from scafld.core.evidence.criterion import Outcome
from scafld.core.evidence.dossier import Budget, Mode
from scafld.core.evidence.seals import Baseline, Dirty, seal
from scafld.core.names import RepoPath
from scafld.core.task.events import BaselineTaken, PhaseOpened
from scafld.core.views.packet import Brief

if TYPE_CHECKING:
    from conftest import Nouns

DIFF = "diff --git a/src/a.py b/src/a.py\n--- a/src/a.py\n+++ b/src/a.py\n@@ -1 +1 @@\n-x = 1\n+y = 2\n"
PIECES = (
    "## Your task\n",
    "# Review",
    "```",
    "````\n",
    "~~~",
    "`",
    "> ",
    "- ",
    "  - ",
    "- Contract: 5 bytes, whole\n",
    "[left out: nothing]",
    "diff --git a/x b/x\n",
    "rename from y\n",
    "+++ b/z\n",
    "@@ -1 +1 @@\n",
    "\\ No newline at end of file\n",
    "\n",
    "\r\n",
    "\r",
    "\0",
    "\x1b[2J",
    "\x85",
    "\u2028",
    "\u202e",
    "\ud800",
    "\udcff",
    "\U000e0041",
    "é",
    "x = 1\n",
    " ",
    "\t",
    "|",
    "<!--",
)


def hostile(most: int = 12) -> strategies.SearchStrategy[str]:
    """Text that would like to be something else."""
    any_text = strategies.text(strategies.characters(exclude_categories=()), max_size=6)
    return strategies.lists(strategies.sampled_from(PIECES) | any_text, max_size=most).map("".join)


def one_of_diff(path: str, content: str) -> str:
    """The patch of a new file with this content, as git writes it."""
    head = f"diff --git a/{path} b/{path}\nnew file mode 100644\n--- /dev/null\n+++ b/{path}\n@@ -0,0 +1,9 @@\n"
    return head + "".join(f"+{line}\n" for line in content.split("\n"))


@pytest.fixture
def words() -> Callable[[int], strategies.SearchStrategy[str]]:
    return hostile


@pytest.fixture
def diff() -> str:
    """A change of one line in `src/a.py`."""
    return DIFF


@pytest.fixture
def patched() -> Callable[[str, str], str]:
    return one_of_diff


@pytest.fixture
def brief(a: Nouns) -> Callable[..., Brief]:
    """A brief of a failed criterion, a change of `src/a.py` and a drift of `docs/b.md`; fields can be given."""

    def make(**fields: object) -> Brief:
        spec = a.spec(text="# Add a cache\n\nReads are slow.\n")
        failed = a.ran_event(spec.final_criteria[0], outcome=Outcome.FAIL, observation=a.seen(1, "3 != 2\n"))
        look = a.look(a.file("src/a.py", "x"), a.file("docs/b.md", "y"))
        given = {
            "spec": spec,
            "task": a.task(*a.approved(spec), PhaseOpened(phase=None), failed),
            "material": seal(Baseline(vcs="git", head="c0"), look, ("src/a.py",)),
            "diff": DIFF,
            "mode": Mode.DISCOVER,
            "budget": Budget(min_attack_angles=6, max_findings=12),
            "role": "You attack the change.",
        } | fields
        return Brief(**given)

    return make


@pytest.fixture
def dirty_at_approval(a: Nouns) -> Callable[..., object]:
    """A task whose approval found these paths with uncommitted edits."""

    def make(*paths: str) -> object:
        dirty = tuple(Dirty(path=RepoPath(path), digest=a.sha("before")) for path in paths)
        return a.task(BaselineTaken(baseline=Baseline(vcs="git", head="c0", dirty=dirty)), *a.approved(a.spec())[1:])

    return make
