"""`quick`: plan, approve and open a small change in one act of a person, recorded as such."""

from __future__ import annotations

from scafld.app.task.approve import Approve
from scafld.app.task.build import Build, Built
from scafld.app.task.plan import Plan, PlanAsked
from scafld.core.contract.rules import profile_demands, rule_problems
from scafld.core.contract.spec import Profile, Spec
from scafld.core.refusal import Gate, Refusal, Refused
from scafld.core.value import value


@value
class Quick:
    plan: Plan
    approve: Approve
    build: Build

    def __call__(self, asked: PlanAsked) -> Built:
        """Refused before anything is written unless the words make a light contract that stands as it is."""
        _need_light(asked)
        if self.approve.signed_only:
            raise Refused(_needs_signatures(asked))
        _need_sound(self.plan.draft(asked))
        self.plan.journal.authority.ready()
        with self.plan.journal.open(self.plan(asked).opened.task_id, "quick") as opened:
            return self.build.step(self.approve.bind(opened, "", quick=True))


# Private.


def _need_light(asked: PlanAsked) -> None:
    if asked.profile not in (None, Profile.LIGHT):
        raise Refused(
            Refusal(
                gate=Gate.PLAN,
                reason=f"quick is for light contracts, not for profile {asked.profile}",
                expected="profile light",
                next=f"scafld plan {asked.task_id}",
            )
        )


def _needs_signatures(asked: PlanAsked) -> Refusal:
    return Refusal(
        gate=Gate.PLAN,
        reason="quick approves in one act, and here only signatures approve",
        expected="plan, then approve with a signature (proof.approval: signed)",
        next=f"scafld plan {asked.task_id}",
    )


def _need_sound(spec: Spec) -> None:
    problems = (*rule_problems(spec), *profile_demands(spec))
    if problems:
        raise Refused(
            Refusal(
                gate=Gate.PLAN,
                reason="these words make no contract that could be approved as it stands",
                expected="a title, and a command that can fail",
                blockers=tuple(problem.message for problem in problems),
                next=f"scafld plan {spec.task_id}",
            )
        )
