"""Reviewers in memory: each question is answered by the next line of a script."""

from __future__ import annotations

import json
from collections.abc import Callable

from scafld.adapters.codec import encode
from scafld.adapters.memory.commits import MemoryTree
from scafld.app.ask import Provider, Question, Reply, Watcher
from scafld.core.contract.offer import Proposal, ProposedCriterion
from scafld.core.contract.questions import Decision, Dimension, Result
from scafld.core.contract.spec import Risk, Size
from scafld.core.evidence.dossier import Attack, AttackResult, Dossier, Finding, Severity
from scafld.core.evidence.hearing import Failure
from scafld.core.evidence.questioning import HardenDossier, Probe, ShapeJudged
from scafld.core.evidence.terms import Answer
from scafld.core.refusal import Cancelled
from scafld.core.value import changed

Answers = Callable[[Question, MemoryTree], Reply]
"""What a reviewer does with a question, and with the tree that it was to leave alone."""


class ScriptedReviewer:
    """A reviewer that answers from a list; asked to mend an answer, it gives the same again. `questions`: all it was
    asked. When the list is at its end, it says so and gives no dossier. `authorises`: False makes it a rehearsal."""

    def __init__(
        self, answers: tuple[Answers, ...], *, name: str = "scripted", vendor: str = "", authorises: bool = True
    ) -> None:
        self.answers = list(answers)
        self.questions: list[Question] = []
        self.name = name
        self.vendor = vendor
        self.authorises = authorises
        self._last: Answers | None = None

    def provider(self, tree: MemoryTree) -> Provider:
        """The port, on this tree."""

        def ask(question: Question, _watch: Watcher) -> Reply:
            again = bool(self.questions) and _is_mending(question, self.questions[-1])
            self.questions.append(question)
            if again and self._last is not None:
                return self._last(question, tree)
            if not self.answers:
                return Reply(problem="the script of this reviewer is at its end", failure=Failure.NO_SUBMISSION)
            self._last = self.answers.pop(0)
            return self._last(question, tree)

        return Provider(name=self.name, authorises=self.authorises, ask=ask, vendor=self.vendor)


def passes(summary: str = "Nothing was found.") -> Answers:
    """Tries as many angles as it was asked to and holds nothing against the change."""
    return lambda question, _tree: handed_in(_dossier(question, summary, ()))


def fails(*findings: Finding | str) -> Answers:
    """Holds these against the change; a text is the id of a finding that blocks completion."""
    held = tuple(_finding(each) if isinstance(each, str) else each for each in findings or ("broken",))
    return lambda question, _tree: handed_in(_dossier(question, "Something was found.", held))


def hands_in(answer: Answer) -> Answers:
    """Answers with exactly this."""
    return lambda _question, _tree: handed_in(answer)


def says(text: str) -> Answers:
    """Answers with exactly this text, whatever it is."""
    return lambda _question, _tree: Reply(answer=text)


def malformed(text: str = "Looks good to me") -> Answers:
    """Answers with something that is no dossier, and does so again when it is asked to mend it."""
    return says(text)


def silent() -> Answers:
    """Says nothing until its time is up."""
    return lambda question, _tree: Reply(
        problem=f"the reviewer was ended (idle) after {question.idle_ms / 1000:.1f} s", failure=Failure.SILENT
    )


def lazy() -> Answers:
    """Passes the change, and tried fewer angles than it was asked to."""

    def answer(question: Question, _tree: MemoryTree) -> Reply:
        dossier = _dossier(question, "Looks good.", ())
        return handed_in(changed(dossier, attacks=dossier.attacks[:-1]))

    return answer


def mends(first: Answers, then: Answers) -> Answers:
    """Answers with the first, and with the other whenever it is asked again."""
    turns = iter((first,))

    def answer(question: Question, tree: MemoryTree) -> Reply:
        return next(turns, then)(question, tree)

    return answer


def keeps(anchor: str = "code:a.py:1") -> Answers:
    """Questions a draft, and finds nothing: each dimension is clean, the shape is kept. `anchor`: what it leans on."""
    return hands_in(_questioned(anchor))


def asks_for(*edits: str) -> Answers:
    """Questions a draft, and wants these edits before it may pass."""
    found = _questioned("code:a.py:1")
    return hands_in(changed(found, shape=changed(found.shape, required_spec_edits=edits)))


def proposes(*commands: str, **fields: object) -> Answers:
    """Proposes a draft with a criterion for each of these commands; `fields` are those of the Proposal."""
    criteria = tuple(ProposedCriterion(title=f"{command} passes", command=command) for command in commands)
    return hands_in(changed(_PROPOSAL, criteria=criteria, **fields))


def mutating(act: Callable[[MemoryTree], object], then: Answers | None = None) -> Answers:
    """Changes something while it works, and answers as if it had not."""

    def answer(question: Question, tree: MemoryTree) -> Reply:
        act(tree)
        return (then or passes())(question, tree)

    return answer


def handed_in(answer: Answer) -> Reply:
    """A reply with this answer, as text."""
    return Reply(answer=json.dumps(encode(answer)))


def absent() -> Answers:
    """Cannot be asked at all."""

    def answer(_question: Question, _tree: MemoryTree) -> Reply:
        return Reply(problem="the reviewer is not installed", failure=Failure.NOT_INSTALLED)

    return answer


def stopped() -> Answers:
    """Is stopped by somebody at the terminal."""

    def answer(_question: Question, _tree: MemoryTree) -> Reply:
        raise Cancelled("the reviewer was stopped")

    return answer


# Private.


def _is_mending(question: Question, before: Question) -> bool:
    """Whether this is the question before it, asked once more with what was wrong with its answer."""
    same = (question.task, question.attempt) == (before.task, before.attempt)
    return same and question.prompt != before.prompt and question.prompt.startswith(before.prompt.rstrip())


def _dossier(question: Question, summary: str, findings: tuple[Finding, ...]) -> Dossier:
    attacks = tuple(
        Attack(target="the change", attack=f"angle {number}", result=AttackResult.CLEAN)
        for number in range(1, question.terms.budget.min_attack_angles + 1)
    )
    return Dossier(summary=summary, mode=question.terms.mode, findings=findings, attacks=attacks)


def _questioned(anchor: str) -> HardenDossier:
    shape = ShapeJudged(decision=Decision.KEEP, true_shape="one file", minimal_plan="one step", shared_owner="nobody")
    probes = tuple(Probe(dimension=each, result=Result.CLEAN, anchor=anchor) for each in Dimension)
    return HardenDossier(summary="Nothing stands against it.", shape=shape, observations=probes)


_PROPOSAL = Proposal(
    title="Say it",
    summary="It is to be said.",
    size=Size.SMALL,
    risk=Risk.LOW,
    objectives=("it is said",),
    scope_in=("a.py",),
    scope_out=("everything else",),
    files=("a.py",),
    assumptions=(),
    risks=(),
    rollback=("revert the commit",),
    phases=(),
    criteria=(),
    log=("read a.py",),
    questions=(),
)


def _finding(name: str) -> Finding:
    return Finding(
        id=name,
        summary=f"{name} is wrong",
        severity=Severity.HIGH,
        blocks_completion=True,
        path="a.py",
        line=1,
        evidence="it was seen",
        impact="it breaks",
        validation="run it",
    )
