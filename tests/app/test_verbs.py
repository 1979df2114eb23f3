"""The verbs of a workspace: what each gives back, and what it says to words that are wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from scafld.core.contract.spec import Profile
from scafld.core.names import TaskId
from scafld.core.policy import Llm, Policy, Recovery
from scafld.core.refusal import Malformed, Misused, Refused, Unavailable
from scafld.core.task.known import Status
from scafld.testing import Kit, commands, fails, passes, scripted, workspace

if TYPE_CHECKING:
    from conftest import Hands

MARKER = {"check alpha": lambda files: 0 if "alpha" in files["a.py"] else 1}


# Planning.


def test_plan_writes_a_draft(hands: Hands) -> None:
    """And puts it on record."""
    kit = hands.reach(Status.DRAFT)

    assert kit.show("add-cache").folder == "drafts"
    assert [entry.kind for entry in kit.log("add-cache")] == ["plan"]
    assert kit.status("add-cache").next == "scafld approve add-cache"


def test_a_title_is_read_out_of_the_id() -> None:
    """When nobody gives one."""
    assert workspace().plan("add-small_cache").overview.title == "Add small cache"


def test_quick_plans_approves_and_opens(hands: Hands) -> None:
    """In one act, recorded as such."""
    kit = workspace(run=commands(MARKER))

    step = kit.quick("add-cache", title="Add a cache", command="check alpha")

    assert (step.kind, step.phase, step.blocked, step.overview.status) == ("opened", None, False, "active")
    assert [ran.ask.criterion.id for ran in step.ran] == ["ac1"]
    assert [entry.kind for entry in kit.log("add-cache")] == [
        "plan",
        "workspace_baseline",
        "approval",
        "phase_open",
        "criterion",
    ]
    assert kit.memory("add-cache").task.approval.quick


# Words that are wrong.


WRONG: dict[str, Callable[[Kit], object]] = {
    "an id that is a path": lambda kit: kit.status("../etc/passwd"),
    "an id with a blank": lambda kit: kit.plan("add cache"),
    "an empty id": lambda kit: kit.build(""),
    "a mode that is none": lambda kit: kit.review("add-cache", mode="guess"),
    "no angles": lambda kit: kit.review("add-cache", min_attack_angles=0),
    "fewer findings than one": lambda kit: kit.review("add-cache", max_findings=-1),
    "force without a reason": lambda kit: kit.review("add-cache", force=True, reason=" "),
    "a role that nobody plays": lambda kit: kit.handoff("add-cache", role="manager"),
    "a digest that is none": lambda kit: kit.attest("add-cache", "ac1", passed=True, reason="x", evidence="abc"),
    "a criterion that is none": lambda kit: kit.attest("add-cache", "-x", passed=True, reason="x", evidence="0" * 64),
}


@pytest.mark.parametrize("what", WRONG)
def test_words_that_are_wrong_are_said_to_be(hands: Hands, what: str) -> None:
    """By the caller's own kind of error; nothing changes."""
    kit = hands.reach(Status.REVIEW)
    before = kit.everything()

    with pytest.raises(Misused):
        WRONG[what](kit)
    assert kit.everything() == before


NAMELESS: dict[str, Callable[[Kit], object]] = {
    "status": lambda kit: kit.status("nobody"),
    "show": lambda kit: kit.show("nobody"),
    "handoff": lambda kit: kit.handoff("nobody"),
    "validate": lambda kit: kit.validate("nobody"),
    "approve": lambda kit: kit.approve("nobody"),
    "build": lambda kit: kit.build("nobody"),
    "review": lambda kit: kit.review("nobody"),
    "complete": lambda kit: kit.complete("nobody"),
    "cancel": lambda kit: kit.cancel("nobody", reason="x"),
    "harden": lambda kit: kit.harden("nobody"),
    "review_context": lambda kit: kit.review_context("nobody"),
}


@pytest.mark.parametrize("verb", NAMELESS)
def test_a_task_that_is_not_there(hands: Hands, verb: str) -> None:
    """Is refused by its name, and the list is the way on."""
    no = hands.no(lambda: NAMELESS[verb](hands.reach(Status.DRAFT)))

    assert (no.reason, no.next) == ("there is no task nobody", "scafld list")


def test_a_task_without_a_ledger_has_no_log(hands: Hands) -> None:
    """It is refused."""
    with pytest.raises(Refused):
        list(hands.reach(Status.DRAFT).log("nobody"))


# Hardening.


ANSWERS = """
Shape decision: keep
True shape: one cache
Minimal plan: one file
Shared owner: nobody else

Observations:
- design
  - Result: clean
  - Anchor: code:a.py:1
- scope
  - Result: clean
  - Anchor: spec_gap:scope
- path
  - Result: advisory
  - Anchor: code:a.py:1
  - Note: it stands alone
- command
  - Result: clean
  - Anchor: code:a.py:1
- timing
  - Result: n/a
  - Note: nothing waits
- rollback
  - Result: clean
  - Anchor: code:a.py:1
"""


def answered(kit: Kit, answers: str) -> None:
    """A person fills the open round in."""
    kit.specs.edit(TaskId("add-cache"), lambda text: text.partition("### round-1")[0] + "### round-1\n" + answers)


def test_a_round_is_opened_answered_and_passed(hands: Hands) -> None:
    """On the draft as it reads then."""
    kit = hands.reach(Status.DRAFT)
    opened = kit.harden("add-cache")
    again = kit.harden("add-cache")
    answered(kit, ANSWERS)

    passed = kit.harden("add-cache", mark_passed=True, reason="all is clear")

    assert (opened.round, opened.created, again.round, again.created) == ("round-1", True, "round-1", False)
    assert opened.prompt
    assert (passed.passed, passed.overview.harden, passed.overview.next) == (True, "passed", "scafld approve add-cache")
    assert kit.approve("add-cache").harden == "passed"


def test_a_round_with_gaps_does_not_pass(hands: Hands) -> None:
    """All that is missing is said at once."""
    kit = hands.reach(Status.DRAFT)
    kit.harden("add-cache")

    with pytest.raises(Malformed) as caught:
        kit.harden("add-cache", mark_passed=True)

    assert len(caught.value.problems) > 5
    assert kit.status("add-cache").harden == "in_progress"


def test_a_citation_must_hold(hands: Hands) -> None:
    """A line that is not there cites nothing."""
    kit = hands.reach(Status.DRAFT)
    kit.harden("add-cache")
    answered(kit, ANSWERS.replace("code:a.py:1", "code:a.py:99", 1))

    with pytest.raises(Malformed, match="99"):
        kit.harden("add-cache", mark_passed=True)


def test_a_skeleton_that_was_lost_is_written_again(hands: Hands) -> None:
    """Coming back to a round puts it where it can be answered."""
    kit = hands.reach(Status.DRAFT)
    text = hands.text(kit)
    kit.harden("add-cache")
    kit.specs.edit(TaskId("add-cache"), lambda _text: text)
    assert "round-1 does not stand" in hands.no(lambda: kit.harden("add-cache", mark_passed=True)).reason

    kit.harden("add-cache")

    assert "### round-1" in hands.text(kit)


# Building.


def test_a_build_tells_what_ran(hands: Hands) -> None:
    """Each criterion with its judgement."""
    step = hands.reach(Status.ACTIVE).build("add-cache")

    assert (step.kind, step.blocked) == ("judged", True)
    assert [(ran.ask.criterion.id, str(ran.judgement.outcome)) for ran in step.ran] == [("ac1", "fail")]


@pytest.mark.parametrize("most", [0, 1, 3])
def test_a_person_is_needed_after_so_many_attempts(hands: Hands, most: int) -> None:
    """As the project has it; with a reason the work goes on."""
    kit = workspace(run=commands(MARKER), policy=Policy(llm=Llm(recovery=Recovery(max_attempts=most))))
    kit.quick("add-cache", title="Add a cache", command="check alpha")
    for _ in range(max(1, most)):
        kit.build("add-cache")

    no = hands.no(lambda: kit.build("add-cache"))

    assert no.reason == f"blocked after {max(1, most)} attempts: a person has to look"
    assert kit.approve("add-cache", reason="look at the keys").status == Status.ACTIVE
    kit.tree.append("a.py", "alpha\n")
    assert kit.build("add-cache").overview.status == Status.REVIEW


def test_a_contract_that_changes_while_it_is_judged_is_not_recorded(hands: Hands) -> None:
    """What ran was another one's."""
    kit = hands.reach(Status.ACTIVE)
    ledger = kit.ledger("add-cache")
    kit.runner.script["check alpha"] = lambda _files: hands.reword(kit) or 0

    no = hands.no(lambda: kit.build("add-cache"))

    assert "changed while the criteria ran" in no.reason
    assert kit.ledger("add-cache") == ledger


def test_a_task_is_held_while_it_is_built(hands: Hands) -> None:
    """Who comes meanwhile is told so."""
    kit = hands.reach(Status.ACTIVE)
    said = []

    def meanwhile(_files: object) -> int:
        for call in (lambda: kit.build("add-cache"), lambda: kit.cancel("add-cache", reason="x")):
            with pytest.raises(Unavailable) as busy:
                call()
            said.append(str(busy.value))
        said.append(str(kit.status("add-cache").status))
        return 1

    kit.runner.script["check alpha"] = meanwhile
    kit.build("add-cache")

    assert "held by scafld build" in said[0]
    assert said[2] == "active"


# Reviewing.


def test_the_reviewer_is_given_the_change_itself(hands: Hands) -> None:
    """Contract, diff and evidence; the same packet that can be asked for beforehand."""
    kit = hands.reach(Status.REVIEW)
    packet = kit.review_context("add-cache")
    before = kit.everything()

    hands.pass_review(kit)

    prompt = kit.reviewer.questions[0].prompt
    assert packet.text == prompt
    assert "+# alpha" in prompt
    assert "# Add a cache" in prompt
    assert kit.review_context("add-cache").digest == packet.digest
    assert before.specs != kit.everything().specs


def test_open_blockers_are_verified_in_the_next_round() -> None:
    """They are told again."""
    kit = workspace(run=commands(MARKER), provider=scripted([fails("leak"), passes()]))
    kit.quick("add-cache", title="Add a cache", command="check alpha")
    kit.tree.append("a.py", "alpha\n")
    kit.build("add-cache")
    kit.review("add-cache")
    kit.tree.append("a.py", "beta\n")
    kit.build("add-cache")

    kit.review("add-cache")

    assert [str(each.terms.mode) for each in kit.reviewer.questions] == ["discover", "verify"]
    assert "## Earlier findings to verify" in kit.reviewer.questions[1].prompt


def crashed(kit: Kit) -> Kit:
    """A review whose process died while the reviewer was at work."""

    def crash(_question: object, _tree: object) -> object:
        raise RuntimeError("the machine went down")

    kit.reviewer.answers = [crash]
    with pytest.raises(RuntimeError):
        kit.review("add-cache")
    return kit


AGAIN = 'scafld review add-cache --force --reason "the last attempt gave no verdict"'
GONE = "its process is gone, or its lease ran out"


def test_a_process_that_died_holds_no_gate(hands: Hands) -> None:
    """At once; only that its reviewer may have worked has to be answered."""
    kit = crashed(hands.reach(Status.REVIEW))

    assert kit.status("add-cache").review.standing == "lapsed"
    assert kit.status("add-cache").next == AGAIN
    assert hands.no(lambda: kit.review("add-cache")).next == AGAIN
    kit.reviewer.answers = [passes()]
    assert kit.review("add-cache", force=True, reason="the machine went down").review.standing == "passed"
    assert GONE in [dict(entry.said).get("reason") for entry in kit.log("add-cache")]


def test_a_lease_ends_by_itself(hands: Hands) -> None:
    """A process that is seen at work, and never comes back, does not stand in the way for ever."""
    kit = crashed(hands.reach(Status.REVIEW))
    kit.presence.at_work.add("add-cache")
    assert kit.status("add-cache").review.standing == "running"
    assert hands.no(lambda: kit.review("add-cache")).next == "scafld review add-cache --abandon"

    kit.clock.advance(86_400)

    assert kit.status("add-cache").review.standing == "lapsed"
    assert kit.review_by_human("add-cache", reason="it was read").review.standing == "passed"
    assert GONE in [dict(entry.said).get("reason") for entry in kit.log("add-cache")]


def test_a_changed_material_is_sent_without_a_word(hands: Hands) -> None:
    """Whatever became of the one before; and what comes next says no more than that."""
    kit = crashed(hands.reach(Status.REVIEW))
    kit.tree.append("a.py", "more\n")

    assert kit.status("add-cache").next == "scafld review add-cache"
    hands.pass_review(kit)


def test_a_lease_can_be_given_up(hands: Hands) -> None:
    """By whoever says so; the material was sent all the same."""
    kit = crashed(hands.reach(Status.REVIEW))

    view = kit.abandon_review("add-cache", reason="it hangs")

    assert (view.review.attempt.problem, view.next) == ("given up: it hangs", AGAIN)
    assert hands.no(lambda: kit.abandon_review("add-cache")).reason == "no reviewer is at work"


# Ending.


@pytest.mark.parametrize("verb", ["fail", "cancel"])
def test_giving_up_is_recorded_with_its_reason(hands: Hands, verb: str) -> None:
    """And archived by its month."""
    kit = hands.reach(Status.ACTIVE)

    view = getattr(kit, verb)("add-cache", reason="nobody needs it")

    assert (view.reason, view.next) == ("nobody needs it", "")
    assert view.path == ".scafld/specs/archive/2026-01/add-cache.md"
    assert kit.list() == ()
    assert len(kit.list(every=True)) == 1


def test_complete_is_also_called_finalize(hands: Hands) -> None:
    """The older word."""
    assert hands.reach("passed").finalize("add-cache").overview.status == Status.COMPLETED


# Reading.


def test_a_handoff_is_kept_once(hands: Hands) -> None:
    """The same page under the same name."""
    kit = hands.reach(Status.ACTIVE)

    first, second = kit.handoff("add-cache"), kit.handoff("add-cache")

    assert first.path == second.path
    assert list(kit.pages.kept) == [first.path]
    assert kit.handoff("add-cache", role="reviewer").path != first.path


def test_a_log_tells_every_entry(hands: Hands) -> None:
    """Who, when, what, and the digest that names it."""
    kit = hands.reach("passed")

    log = list(kit.log("add-cache"))

    assert [entry.seq for entry in log] == list(range(1, len(log) + 1))
    assert {entry.actor.name for entry in log} == {"somebody"}
    assert len({entry.digest for entry in log}) == len(log)
    assert sorted(entry.at for entry in log) == [entry.at for entry in log]


def test_a_spec_that_cannot_be_read_is_shown_all_the_same(hands: Hands) -> None:
    """And validated: its problems are an answer."""
    kit = hands.reach(Status.ACTIVE)
    kit.specs.edit(TaskId("add-cache"), lambda _text: "no spec at all")

    assert kit.show("add-cache").text == "no spec at all"
    assert (kit.validate("add-cache").valid, kit.validate_all()[0].valid) == (False, False)
    with pytest.raises(Malformed):
        kit.status("add-cache")


@pytest.mark.parametrize("profile", Profile)
def test_what_a_profile_asks_for_is_told_apart_from_what_is_wrong(profile: Profile) -> None:
    """A fresh draft has no problem; a light one nothing left to say either."""
    kit = workspace()
    kit.plan("add-cache", title="Add a cache", command="check alpha", profile=profile)

    found = kit.validate("add-cache")

    assert (found.valid, found.problems) == (True, ())
    assert bool(found.demands) is (profile is not Profile.LIGHT)


def test_an_interrupted_projection_is_finished_by_whoever_looks(hands: Hands) -> None:
    """A crash between the ledger and the spec leaves no lie behind."""
    kit = hands.reach(Status.ACTIVE)
    stale = hands.reach(Status.DRAFT).show("add-cache").text
    del kit.specs.texts["active/add-cache.md"]
    kit.specs.texts["drafts/add-cache.md"] = stale
    assert not kit.doctor().well

    view = kit.status("add-cache")

    assert (view.status, view.path) == (Status.ACTIVE, ".scafld/specs/active/add-cache.md")
    assert kit.doctor().well
