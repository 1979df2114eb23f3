"""Strategies for whole lives: what people, agents and reviewers do to tasks, and what scafld said to each of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from hypothesis import strategies
from hypothesis.strategies import DrawFn

from scafld.adapters.memory.commits import MemoryTree
from scafld.adapters.memory.reviewers import (
    Answers,
    absent,
    asks_for,
    fails,
    keeps,
    lazy,
    malformed,
    mends,
    mutating,
    passes,
    proposes,
    silent,
    stopped,
)
from scafld.app.ask import Question, Reply
from scafld.core.contract.spec import Profile
from scafld.core.digest import digest_of
from scafld.core.evidence.criterion import Outcome
from scafld.core.names import TaskId
from scafld.core.policy import Planning
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
        steps.append(play(kit, draw(_beginnings(task))))
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
    detail = draw(strategies.sampled_from(DETAILS[name])) if name in DETAILS else ""
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
    except (ScafldError, ProcessDied) as problem:
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


class ProcessDied(Exception):
    """The process that asked a model is gone, and wrote nothing more."""


def dies() -> Answers:
    """Never comes back: the process that asked is gone in the same moment."""

    def answer(_question: Question, _tree: MemoryTree) -> Reply:
        raise ProcessDied("the process that asked is gone")

    return answer


BAD: Mapping[str, Callable[[], Answers]] = {
    "malformed": malformed,
    "silent": silent,
    "absent": absent,
    "stopped": stopped,
    "dies": dies,
}
"""How any model can behave that gives no answer."""

REVIEWERS: Mapping[str, Callable[[], Answers]] = {
    "passes": passes,
    "fails": lambda: fails("leak"),
    "lazy": lazy,
    "mends": lambda: mends(lazy(), passes()),
    "mutating": lambda: mutating(lambda tree: tree.append("a.py", "# the reviewer was here\n")),
    **BAD,
    "hangs": dies,
}
"""How a reviewer can behave, by the detail of a `review`. One that `hangs` has a process that is seen at work."""

QUESTIONERS: Mapping[str, Callable[[], Answers]] = {
    "keeps": keeps,
    "asks_for": lambda: asks_for("name the file"),
    "cites_nothing": lambda: keeps("code:a.py:9999"),
    "mends": lambda: mends(keeps("code:nowhere.py:1"), keeps()),
    "mutating": lambda: mutating(lambda tree: tree.append("a.py", "# the model was here\n"), keeps()),
    **BAD,
    "hangs": dies,
}
"""How a model that questions a draft can behave. One that `hangs` has a process that is seen at work."""

PLANNERS: Mapping[str, Callable[[], Answers]] = {
    "proposes": lambda: proposes("check alpha"),
    "hollow": lambda: proposes("true"),
    "mends": lambda: mends(malformed(), proposes("check beta")),
}
"""How a model that plans can behave: a draft comes of each of these."""


def _plan(kit: Kit, act: Act) -> None:
    kit.plan(act.task, title="Say it", command="check alpha", profile=Profile.LIGHT)
    if act.detail:
        kit.specs.edit(TaskId(act.task), lambda _text: act.detail)


def _quick(kit: Kit, act: Act) -> None:
    kit.quick(act.task, title="Say it", command=f"check {act.detail}", files=("a.py",))


def _plan_by_model(kit: Kit, act: Act) -> None:
    kit.reviewer.answers = [PLANNERS[act.detail]() for _ in range(Planning().max_cycles)]
    kit.plan_by_model(act.task, request="say it", profile=Profile.LIGHT)


def _review(kit: Kit, act: Act) -> None:
    with _asking(kit, act, REVIEWERS):
        kit.review(act.task)


def _review_again(kit: Kit, act: Act) -> None:
    with _asking(kit, act, REVIEWERS):
        kit.review(act.task, force=True, reason="once more")


def _harden_by_model(kit: Kit, act: Act) -> None:
    with _asking(kit, act, QUESTIONERS):
        kit.harden_by_model(act.task)


def _harden_again(kit: Kit, act: Act) -> None:
    with _asking(kit, act, QUESTIONERS):
        kit.harden_by_model(act.task, force=True, reason="once more")


@contextmanager
def _asking(kit: Kit, act: Act, models: Mapping[str, Callable[[], Answers]]) -> Iterator[None]:
    """Have a model at hand that behaves like this. One that hangs is still seen at work when it was asked."""
    kit.reviewer.answers = [models[act.detail]()]
    asked = len(kit.reviewer.questions)
    try:
        yield
    finally:
        if act.detail == "hangs" and len(kit.reviewer.questions) > asked:
            kit.presence.at_work.add(TaskId(act.task))


def _dismiss(kit: Kit, act: Act) -> None:
    """Of the last review's findings the first that nobody dismissed."""
    raised = kit.status(act.task).review.raised
    name = next((each.finding for each in raised if not each.dismissed), "nothing-like-it")
    kit.dismiss(act.task, name, reason="it cannot happen")


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
    "plan_by_model": _plan_by_model,
    "harden": lambda kit, act: kit.harden(act.task),
    "mark_passed": lambda kit, act: kit.harden(act.task, mark_passed=True),
    "harden_by_model": _harden_by_model,
    "harden_again": _harden_again,
    "abandon_round": lambda kit, act: kit.harden(act.task, abandon=True, reason="it is in the way"),
    "approve": lambda kit, act: kit.approve(act.task, reason="it is wanted"),
    "approve_without_reason": lambda kit, act: kit.approve(act.task),
    "build": lambda kit, act: kit.build(act.task),
    "attest": _attest,
    "review": _review,
    "rehearse": lambda kit, act: kit.review(act.task, provider="local"),
    "review_again": _review_again,
    "dismiss": _dismiss,
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
    "die": lambda kit, act: kit.presence.at_work.discard(TaskId(act.task)),
}
"""What can be done, by name: the verbs of a workspace, and what happens to its files without scafld."""

WORLD = frozenset({"reword", "scribble", "work", "spoil", "drift", "commit", "wait", "die"})
"""Acts that scafld is not asked about."""


DETAILS: Mapping[str, tuple[str, ...]] = {
    "work": (" ".join(MARKERS), *MARKERS),
    "spoil": MARKERS,
    "quick": MARKERS,
    "plan_by_model": tuple(PLANNERS),
    "harden_by_model": ("keeps", *QUESTIONERS),
    "harden_again": ("keeps", *QUESTIONERS),
    "review": ("passes", "passes", *REVIEWERS),
    "review_again": ("passes", *REVIEWERS),
    "attest": ("pass", "pass", "fail"),
    "scribble": ("completed", "draft", "review", "nonsense"),
}
"""What an act can be about, by its name; the first is the plainest."""


# Private.


def _beginnings(task: str) -> strategies.SearchStrategy[Act]:
    """How a task comes about: mostly by somebody's own words, now and then by a model's."""
    words = strategies.just("") | spec_texts(task_id=task)
    by_hand = strategies.builds(Act, name=strategies.just("plan"), task=strategies.just(task), detail=words)
    models = strategies.sampled_from(tuple(PLANNERS))
    by_model = strategies.builds(Act, name=strategies.just("plan_by_model"), task=strategies.just(task), detail=models)
    return strategies.integers(min_value=1, max_value=5).flatmap(lambda one: by_model if one == 5 else by_hand)


_NATURAL: Mapping[str, tuple[str, ...]] = {
    Status.DRAFT: ("approve", "approve", "approve", "harden_by_model"),
    Status.APPROVED: ("build",),
    Status.ACTIVE: ("work", "build", "build"),
    Status.BLOCKED: ("work", "build", "attest", "approve"),
    Status.REVIEW: ("review", "complete", "complete", "review_again"),
}
_RARE = ("fail", "cancel", "quick", "plan", "plan_by_model")
_COMMON = tuple(name for name in ACTS if name not in _RARE)


def _holds(marker: str) -> Callable[[Mapping[str, str]], tuple[int, str]]:
    return lambda files: (0, f"{marker}\n") if marker in files["a.py"] else (1, f"{marker} is not there\n")
