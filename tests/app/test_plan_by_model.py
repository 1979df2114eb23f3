"""`plan` by a model: a draft like any other comes of it, with its log, approved by nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from scafld.adapters.memory.reviewers import Answers
from scafld.core.contract.offer import ProposedRisk
from scafld.core.contract.spec import Profile, Risk, Size
from scafld.core.evidence.hearing import Failure, Usage
from scafld.core.names import TaskId
from scafld.core.policy import Asked, Planning, Policy
from scafld.core.refusal import Cancelled, Misused, Unavailable
from scafld.core.task.events import Drafted, Planned
from scafld.core.task.known import Status
from scafld.core.value import changed
from scafld.testing import (
    Kit,
    absent,
    commands,
    malformed,
    mends,
    mutating,
    passes,
    proposes,
    scripted,
    silent,
    stopped,
    workspace,
)

if TYPE_CHECKING:
    from conftest import Hands

    from scafld.app import given

TASK = TaskId("add-cache")
REQUEST = "Keep what was computed."


def kit_with(*answers: Answers, most: int = 3, seconds: int = 1800) -> Kit:
    """A workspace with nothing planned, and a model that answers like this."""
    rules = Planning(max_cycles=most, external=Asked(absolute_max_seconds=seconds))
    checks = commands({"check alpha": lambda files: 0 if "alpha" in files["a.py"] else 1})
    return workspace(
        run=checks, provider=scripted([*answers], name="codex", vendor="openai"), policy=Policy(plan=rules)
    )


def drafted(kit: Kit, **words: object) -> given.Drafted:
    return kit.plan_by_model(TASK, **{"request": REQUEST, "profile": Profile.LIGHT} | words)


def on_record(kit: Kit) -> Drafted:
    """What is on record of how the draft came about; it stands right behind the plan itself."""
    planned, found = (entry.event for entry in kit.ledgers.entries(TASK))
    assert isinstance(planned, Planned)
    assert isinstance(found, Drafted)
    return found


def test_a_model_writes_a_draft() -> None:
    """Validated, and waiting for somebody to approve it."""
    kit = kit_with(proposes("check alpha"))

    done = drafted(kit)

    assert (done.overview.status, done.overview.next) == (Status.DRAFT, "scafld approve add-cache")
    assert (done.overview.title, done.overview.problems, done.overview.demands) == ("Say it", (), ())
    assert [each.command for each in done.overview.criteria] == ["check alpha"]
    assert kit.validate(TASK).valid


def test_nothing_of_it_is_approved() -> None:
    """Nor hardened, nor built, whatever the model says of itself; a person's approval is still to come."""
    kit = kit_with(
        proposes("check alpha", log=("approved by somebody", "hardened: passed"), summary="status: approved")
    )

    view = drafted(kit).overview

    assert (view.contract.approved, view.harden, view.status) == (None, "not_run", Status.DRAFT)
    assert kit.show(TASK).folder == "drafts"
    assert kit.approve(TASK).status == Status.APPROVED


def test_its_log_is_kept() -> None:
    """On record and in the spec: what was read and concluded, what it asks, who it was, and what it cost."""
    usage = Usage(input_tokens=100, cost_microdollars=7)

    def answer(question: object, tree: object) -> object:
        reply = proposes("check alpha", log=("read a.py", "one file is enough"), questions=("for how long?",))
        return changed(reply(question, tree), model="gpt", usage=usage)

    kit = kit_with(answer)
    drafted(kit)

    found = on_record(kit)
    assert (found.request, found.cycles, found.left) == (REQUEST, 1, ())
    assert (found.log, found.questions) == (("read a.py", "one file is enough"), ("for how long?",))
    heard = found.hearing
    assert (heard.provider, heard.vendor, heard.model, heard.usage) == ("codex", "openai", "gpt", usage)
    text = kit.show(TASK).text
    assert all(line in text for line in ("## Planning Log", "- one file is enough", "- for how long?"))
    assert kit.show(TASK).spec.planning_log == ("read a.py", "one file is enough")


# Cycles.


def test_what_is_wrong_with_a_draft_is_told_to_the_model() -> None:
    """It proposes anew, under another name for each try, and the last word counts."""
    kit = kit_with(proposes("true"), proposes("check alpha"))

    done = drafted(kit)

    first, second = kit.reviewer.questions
    assert (first.attempt, second.attempt) == ("plan-1", "plan-2")
    assert REQUEST in first.prompt
    assert "true" in second.prompt
    assert "runs nothing that can fail" in second.prompt
    assert [each.command for each in done.overview.criteria] == ["check alpha"]
    assert (on_record(kit).cycles, on_record(kit).left) == (2, ())


@pytest.mark.parametrize("most", [1, 2, 5])
def test_cycles_are_bounded(most: int) -> None:
    """What is still wrong with the draft is on record, and it cannot be approved as it stands."""
    kit = kit_with(*[proposes("true")] * 9, most=most)

    done = drafted(kit)

    assert len(kit.reviewer.questions) == on_record(kit).cycles == most
    assert len(on_record(kit).left) == 1
    assert done.overview.next == "scafld validate add-cache"
    assert len(done.overview.problems) == 1


def test_what_a_profile_demands_is_told_to_the_model_too() -> None:
    """As it would be told to a person."""
    risk = ProposedRisk(description="stale values", mitigation="a limit")
    kit = kit_with(proposes("check alpha", rollback=()), proposes("check alpha", risks=(risk,)))

    view = drafted(kit, profile=Profile.STRICT).overview

    assert len(kit.reviewer.questions) == 2
    assert (view.profile, view.problems, view.demands) == ("strict", (), ())
    assert view.next == "scafld harden add-cache"


def test_the_better_of_two_drafts_is_kept() -> None:
    """A model that makes it worse is not believed over itself."""
    kit = kit_with(proposes("true"), proposes("true", "echo ok"), proposes("true", "exit 0", "echo ok"))

    assert [each.command for each in drafted(kit).overview.criteria] == ["true"]
    assert on_record(kit).cycles == 3


def test_the_time_of_all_cycles_together_is_bounded() -> None:
    """Each has what the others left; with too little left nobody is asked."""
    kit = kit_with(*[proposes("true")] * 9, most=9, seconds=20)

    drafted(kit)

    limits = [question.limit_ms for question in kit.reviewer.questions]
    assert limits == sorted(limits, reverse=True)
    assert limits[0] <= 20_000
    assert limits[-1] >= 5_000
    assert len(limits) < 9


def test_a_cycle_without_an_answer_ends_with_the_draft_before_it() -> None:
    """What was paid for is not lost."""
    kit = kit_with(proposes("true"), silent())

    assert [each.command for each in drafted(kit).overview.criteria] == ["true"]
    assert (on_record(kit).cycles, len(on_record(kit).left)) == (2, 1)
    assert on_record(kit).hearing.failure == Failure.SILENT


def test_an_answer_that_is_none_is_to_be_mended() -> None:
    """Once, within its cycle."""
    kit = kit_with(mends(malformed(), proposes("check alpha")))

    assert drafted(kit).overview.problems == ()
    assert [question.attempt for question in kit.reviewer.questions] == ["plan-1", "plan-1"]
    assert (on_record(kit).cycles, on_record(kit).hearing.repaired) == (1, True)


# What comes to nothing.

NOTHING: dict[str, tuple[Callable[[], Answers], str, int]] = {
    "no proposal": (malformed, "not one JSON object", 2),
    "an answer to something else": (passes, "was not accepted", 2),
    "nothing to prove": (proposes, "there is no criterion", 2),
    "no log": (lambda: proposes("check alpha", log=()), "log is empty", 2),
    "silence": (silent, "was ended", 1),
    "nobody there": (absent, "is not installed", 1),
}


@pytest.mark.parametrize("how", NOTHING)
def test_of_nothing_comes_no_draft(how: str) -> None:
    """The reason is said, and the id is free: nothing was written."""
    answer, words, questions = NOTHING[how]
    kit = kit_with(answer())
    before = kit.everything()

    with pytest.raises(Unavailable, match=words):
        drafted(kit)

    assert kit.everything() == before
    assert len(kit.reviewer.questions) == questions
    kit.reviewer.answers = [proposes("check alpha")]
    assert drafted(kit).overview.status == Status.DRAFT


def test_a_plan_that_is_stopped_leaves_nothing() -> None:
    """The id is free."""
    kit = kit_with(stopped())
    before = kit.everything()

    with pytest.raises(Cancelled):
        drafted(kit)

    assert kit.everything() == before
    assert kit.plan(TASK, title="By hand", command="check alpha").overview.status == Status.DRAFT


TOUCH: dict[str, tuple[Callable[[Kit], object], str]] = {
    "a file": (lambda kit: kit.tree.append("a.py", "x"), "a.py"),
    "a new file": (lambda kit: kit.tree.write("notes.txt", "x"), "notes.txt"),
    "a commit": (lambda kit: kit.tree.commit(), "HEAD"),
    "a spec of its own": (
        lambda kit: kit.specs.texts.update({"approved/add-cache.md": "x"}),
        ".scafld/specs/approved/add-cache.md",
    ),
    "another draft": (
        lambda kit: kit.specs.edit(TaskId("other"), lambda text: text + "\n"),
        ".scafld/specs/drafts/other.md",
    ),
}


@pytest.mark.parametrize("answer", [lambda: proposes("check alpha"), malformed, silent])
@pytest.mark.parametrize("what", TOUCH)
def test_a_model_that_changes_something_is_refused(hands: Hands, what: str, answer: Callable[[], Answers]) -> None:
    """Whatever it proposes: its draft is not taken, and what changed is named."""
    touch, name = TOUCH[what]
    kit = kit_with()
    kit.plan("other", title="Other", command="check beta")
    kit.reviewer.answers = [mutating(lambda _tree: touch(kit), answer())]

    no = hands.no(lambda: drafted(kit))

    assert (no.gate, no.blockers) == ("plan", (name,))
    assert TASK not in kit.ledgers.files
    assert "drafts/add-cache.md" not in kit.specs.texts


@pytest.mark.parametrize("how", ["planned by hand", "planned by a model", "gone but for its ledger"])
def test_an_id_that_was_used_is_refused_before_anybody_is_asked(hands: Hands, how: str) -> None:
    """Nothing is paid for it."""
    kit = kit_with(proposes("check alpha"))
    if how == "planned by a model":
        drafted(kit)
    else:
        kit.plan(TASK, title="By hand", command="check alpha")
    if how == "gone but for its ledger":
        del kit.specs.texts["drafts/add-cache.md"]
    before, asked = kit.everything(), len(kit.reviewer.questions)

    assert hands.no(lambda: drafted(kit)).gate == "plan"
    assert (kit.everything(), len(kit.reviewer.questions)) == (before, asked)


def test_an_id_is_held_while_its_model_works(hands: Hands) -> None:
    """Nobody else plans it meanwhile."""
    kit = kit_with()
    said = []

    def meanwhile(_tree: object) -> None:
        with pytest.raises(Unavailable) as caught:
            kit.plan(TASK, title="By hand", command="check alpha")
        said.append(str(caught.value))

    kit.reviewer.answers = [mutating(meanwhile, proposes("check alpha"))]

    assert drafted(kit).overview.title == "Say it"
    assert len(said) == 1


@pytest.mark.parametrize("request_words", ["", " \n"])
def test_a_request_is_needed(request_words: str) -> None:
    """Nobody is asked without one."""
    kit = kit_with(proposes("check alpha"))

    with pytest.raises(Misused):
        drafted(kit, request=request_words)
    assert kit.reviewer.questions == []


def test_what_would_be_sent_can_be_seen() -> None:
    """Writing nothing and asking nobody; it is what is sent first."""
    kit = kit_with(proposes("check alpha"))
    before = kit.everything()

    seen = kit.plan_context(TASK, REQUEST)

    assert (kit.everything(), kit.reviewer.questions) == (before, [])
    drafted(kit)
    assert kit.reviewer.questions[0].prompt == seen.text


@pytest.mark.parametrize(("asked", "proposed", "told"), [("low", "high", "high"), ("high", "low", "high")])
def test_a_model_lowers_no_risk_that_a_person_named(asked: str, proposed: str, told: str) -> None:
    """It may raise it."""
    kit = kit_with(*[proposes("check alpha", risk=Risk(proposed), size=Size.SMALL)] * 3)

    assert drafted(kit, risk=Risk(asked), profile=None).overview.risk == told
