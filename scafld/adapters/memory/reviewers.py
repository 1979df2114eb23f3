"""Reviewers in memory: each question is answered by the next line of a script."""

from __future__ import annotations

from collections.abc import Callable

from scafld.adapters.memory.commits import MemoryTree
from scafld.app.ask import Provider, Question, Reply
from scafld.app.check import Watch
from scafld.core.evidence.dossier import Attack, AttackResult, Dossier, Finding, Severity
from scafld.core.refusal import Cancelled, Unavailable
from scafld.core.value import changed

Answers = Callable[[Question, MemoryTree], Reply]
"""What a reviewer does with a question, and with the tree that it was to leave alone."""


class ScriptedReviewer:
    """A reviewer that answers from a list. `questions`: everything it was asked. When the list is at its end, it says
    so and gives no dossier. `authorises`: False makes it a rehearsal."""

    def __init__(self, answers: tuple[Answers, ...], *, name: str = "scripted", authorises: bool = True) -> None:
        self.answers = list(answers)
        self.questions: list[Question] = []
        self.name = name
        self.authorises = authorises

    def provider(self, tree: MemoryTree) -> Provider:
        """The port, on this tree."""

        def ask(question: Question, _watch: Watch) -> Reply:
            self.questions.append(question)
            if not self.answers:
                return Reply(dossier=None, problem="the script of this reviewer is at its end")
            return self.answers.pop(0)(question, tree)

        return Provider(name=self.name, authorises=self.authorises, ask=ask)


def passes(summary: str = "Nothing was found.") -> Answers:
    """Tries as many angles as it was asked to and holds nothing against the change."""
    return lambda question, _tree: Reply(dossier=_dossier(question, summary, ()))


def fails(*findings: Finding | str) -> Answers:
    """Holds these against the change; a text is the id of a finding that blocks completion."""
    held = tuple(_finding(each) if isinstance(each, str) else each for each in findings or ("broken",))
    return lambda question, _tree: Reply(dossier=_dossier(question, "Something was found.", held))


def hands_in(dossier: Dossier) -> Answers:
    """Answers with exactly this."""
    return lambda _question, _tree: Reply(dossier=dossier)


def malformed(problem: str = "the answer is not one JSON object: 'Looks good to me'") -> Answers:
    """Answers with something that is no dossier."""
    return lambda _question, _tree: Reply(dossier=None, problem=problem)


def silent() -> Answers:
    """Says nothing until its time is up."""
    return lambda question, _tree: Reply(
        dossier=None, problem=f"the reviewer was ended (idle) after {question.idle_ms / 1000:.1f} s"
    )


def lazy() -> Answers:
    """Passes the change, and tried fewer angles than it was asked to."""

    def answer(question: Question, _tree: MemoryTree) -> Reply:
        dossier = _dossier(question, "Looks good.", ())
        return Reply(dossier=changed(dossier, attacks=dossier.attacks[:-1]))

    return answer


def mutating(act: Callable[[MemoryTree], object], then: Answers | None = None) -> Answers:
    """Changes something while it works, and answers as if it had not."""

    def answer(question: Question, tree: MemoryTree) -> Reply:
        act(tree)
        return (then or passes())(question, tree)

    return answer


def absent() -> Answers:
    """Cannot be asked at all."""

    def answer(_question: Question, _tree: MemoryTree) -> Reply:
        raise Unavailable("the reviewer is not installed")

    return answer


def stopped() -> Answers:
    """Is stopped by somebody at the terminal."""

    def answer(_question: Question, _tree: MemoryTree) -> Reply:
        raise Cancelled("the reviewer was stopped")

    return answer


# Private.


def _dossier(question: Question, summary: str, findings: tuple[Finding, ...]) -> Dossier:
    attacks = tuple(
        Attack(target="the change", attack=f"angle {number}", result=AttackResult.CLEAN)
        for number in range(1, question.budget.min_attack_angles + 1)
    )
    return Dossier(summary=summary, mode=question.mode, findings=findings, attacks=attacks)


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
