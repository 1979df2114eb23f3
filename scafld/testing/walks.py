"""Strategies for whole lives: what people, agents and reviewers do to tasks, and what scafld said to each of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hypothesis import strategies
from hypothesis.strategies import DrawFn

from scafld.adapters.memory.reviewers import Answers, absent, fails, lazy, malformed, mutating, passes, silent, stopped
from scafld.core.contract.spec import Profile
from scafld.core.digest import digest_of
from scafld.core.evidence.criterion import Outcome
from scafld.core.names import TaskId
from scafld.core.refusal import Refusal, Refused, ScafldError
from scafld.core.task.known import Status
from scafld.core.value import value
from scafld.testing.contracts import MARKERS, spec_texts
from scafld.testing.kit import Kit, commands, scripted, workspace


@value
class Act:
    """One thing that somebody does. `name`: a key of `ACTS`; `detail`: a marker, an answer, or a text of a spec."""

    name: str
    task: str
    detail: str = ""


@value
class Outcomes:
    """What came of an act. `refusal`: the no it met, None when it was accepted or failed otherwise (`error` says how);
    `next`: the command that the answer named; `status` and `entries`: the task after it, 0 entries for one unknown."""

    act: Act
    accepted: bool
    refusal: Refusal | None
    error: str
    next: str
    status: str
    entries: int


@value
class Life:
    """Whole lives of one or two tasks in one workspace: every act in its order, and the workspace after the last."""

    steps: tuple[Outcomes, ...]
    kit: Kit


TASKS = ("add-cache", "fix-leak")


@strategies.composite
def lives(draw: DrawFn, *, most: int = 14, illegal: bool = True) -> Life:
    """Lives of up to `most` acts. `illegal`: whether acts that were refused are among the steps; a refusal changes
    nothing, so that without them the same workspace stands at the end."""
    kit, steps = governed(), list[Outcomes]()
    tasks = TASKS[: draw(strategies.sampled_from((1, 1, 2)))]
    for task in tasks:
        detail = draw(strategies.just("") | spec_texts(task_id=task))
        steps.append(play(kit, Act(name="plan", task=task, detail=detail)))
    straying = draw(strategies.sampled_from((1, 3, 6)))
    for _ in range(draw(strategies.integers(min_value=most // 3, max_value=most))):
        step = play(kit, draw(acts(kit, draw(strategies.sampled_from(tasks)), straying=straying)))
        if illegal or step.accepted:
            steps.append(step)
    return Life(steps=tuple(steps), kit=kit)


@strategies.composite
def acts(draw: DrawFn, kit: Kit, task: str, *, straying: int = 3) -> Act:
    """What comes next for a task: `straying` times in ten anything at all, else what suits its state."""
    memory = kit.memory(task)
    natural = _NATURAL.get(memory.task.status, ()) if memory else ("plan",)
    strays = not natural or draw(strategies.integers(min_value=1, max_value=10)) <= straying
    rare = strays and draw(strategies.integers(min_value=1, max_value=16)) == 16
    name = draw(strategies.sampled_from((_RARE if rare else _COMMON) if strays else natural))
    detail = draw(strategies.sampled_from(_DETAILS[name])) if name in _DETAILS else ""
    return Act(name=name, task=task, detail=detail)


def governed() -> Kit:
    """A workspace for lives: `check MARKER` passes while `a.py` holds the marker, and reviewers do as they are told."""
    checks = {f"check {marker}": _holds(marker) for marker in MARKERS}
    return workspace(files={"a.py": "x = 1\n", "b.py": "y = 1\n"}, run=commands(checks), provider=scripted([]))


def play(kit: Kit, act: Act) -> Outcomes:
    """Do it, and tell what came of it. Nothing is raised for what scafld says no to."""
    refusal, error, following = None, "", ""
    try:
        ACTS[act.name](kit, act)
    except Refused as no:
        refusal, following = no.refusal, no.refusal.next
    except ScafldError as problem:
        error = str(problem) or type(problem).__name__
    memory = kit.memory(act.task)
    return Outcomes(
        act=act,
        accepted=refusal is None and not error,
        refusal=refusal,
        error=error,
        next=following,
        status=str(memory.task.status) if memory else "unknown",
        entries=memory.task.entries if memory else 0,
    )


REVIEWERS: Mapping[str, Callable[[], Answers]] = {
    "passes": passes,
    "fails": lambda: fails("leak"),
    "malformed": malformed,
    "silent": silent,
    "lazy": lazy,
    "absent": absent,
    "stopped": stopped,
    "mutating": lambda: mutating(lambda tree: tree.append("a.py", "# the reviewer was here\n")),
}
"""How a reviewer can behave, by the detail of a `review`."""


def _plan(kit: Kit, act: Act) -> None:
    kit.plan(act.task, title="Say it", command="check alpha", profile=Profile.LIGHT)
    if act.detail:
        kit.specs.edit(TaskId(act.task), lambda _text: act.detail)


def _quick(kit: Kit, act: Act) -> None:
    kit.quick(act.task, title="Say it", command=f"check {act.detail}", files=("a.py",))


def _review(kit: Kit, act: Act) -> None:
    kit.reviewer.answers = [REVIEWERS[act.detail]()]
    kit.review(act.task)


def _attest(kit: Kit, act: Act) -> None:
    wanted = (each for each in kit.status(act.task).criteria if each.expected == "manual")
    name = next((each.id for each in wanted if each.outcome != Outcome.PASS), "nobody-asked")
    seen = digest_of(b"a picture of it")
    kit.attest(act.task, name, passed=act.detail != "fail", reason="it was looked at", evidence=seen)


def _reword(kit: Kit, act: Act) -> None:
    kit.specs.edit(TaskId(act.task), lambda text: text.replace("\n# Say", "\n# Say again:", 1))


def _scribble(kit: Kit, act: Act) -> None:
    """Somebody writes into what scafld shows, and into nothing else."""
    kit.specs.edit(TaskId(act.task), lambda text: text.replace("\nstatus: ", f"\nstatus: {act.detail} # was ", 1))


def _work(kit: Kit, act: Act) -> None:
    kit.tree.append("a.py", f"# {act.detail}\n")


def _spoil(kit: Kit, act: Act) -> None:
    kit.tree.write("a.py", kit.tree.files["a.py"].replace(act.detail, ""))


ACTS: Mapping[str, Callable[[Kit, Act], object]] = {
    "plan": _plan,
    "quick": _quick,
    "harden": lambda kit, act: kit.harden(act.task),
    "mark_passed": lambda kit, act: kit.harden(act.task, mark_passed=True),
    "approve": lambda kit, act: kit.approve(act.task, reason="it is wanted"),
    "approve_without_reason": lambda kit, act: kit.approve(act.task),
    "build": lambda kit, act: kit.build(act.task),
    "attest": _attest,
    "review": _review,
    "rehearse": lambda kit, act: kit.review(act.task, provider="local"),
    "review_again": lambda kit, act: kit.review(act.task, force=True, reason="once more"),
    "review_by_human": lambda kit, act: kit.review_by_human(act.task, reason="it was read"),
    "abandon": lambda kit, act: kit.abandon_review(act.task),
    "complete": lambda kit, act: kit.complete(act.task),
    "fail": lambda kit, act: kit.fail(act.task, reason="it cannot be done"),
    "cancel": lambda kit, act: kit.cancel(act.task, reason="nobody wants it"),
    "reword": _reword,
    "scribble": _scribble,
    "work": _work,
    "spoil": _spoil,
    "drift": lambda kit, act: kit.tree.append("b.py", "drift\n"),
    "commit": lambda kit, act: kit.tree.commit(),
    "wait": lambda kit, act: kit.clock.advance(3600),
}
"""What can be done, by name: the verbs of a workspace, and what happens to its files without scafld."""

WORLD = frozenset({"reword", "scribble", "work", "spoil", "drift", "commit", "wait"})
"""Acts that scafld is not asked about."""


# Private.

_NATURAL: Mapping[str, tuple[str, ...]] = {
    Status.DRAFT: ("approve",),
    Status.APPROVED: ("build",),
    Status.ACTIVE: ("work", "build", "build"),
    Status.BLOCKED: ("work", "build", "attest", "approve"),
    Status.REVIEW: ("review", "complete"),
}
_RARE = ("fail", "cancel", "quick", "plan")
_COMMON = tuple(name for name in ACTS if name not in _RARE)
_DETAILS: Mapping[str, tuple[str, ...]] = {
    "work": (" ".join(MARKERS), *MARKERS),
    "spoil": MARKERS,
    "quick": MARKERS,
    "review": ("passes", *REVIEWERS),
    "attest": ("pass", "pass", "fail"),
    "scribble": ("completed", "draft", "review", "nonsense"),
}


def _holds(marker: str) -> Callable[[Mapping[str, str]], tuple[int, str]]:
    return lambda files: (0, f"{marker}\n") if marker in files["a.py"] else (1, f"{marker} is not there\n")
