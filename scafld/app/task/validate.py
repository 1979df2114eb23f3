"""`validate`: everything that is wrong with a contract, at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scafld.app.journal import Document, Specs, no_such_task
from scafld.app.task.status import open_problems
from scafld.core.contract.problems import Problem
from scafld.core.contract.rules import profile_demands
from scafld.core.names import TaskId
from scafld.core.refusal import Refused
from scafld.core.value import value


@value
class Validated:
    """One contract. `problems` are wrong in any contract, `valid` when there is none; `demands` is what its profile
    still asks for before it can be approved."""

    task_id: TaskId
    path: str
    valid: bool
    problems: tuple[Problem, ...]
    demands: tuple[Problem, ...]


@value
class Validate:
    specs: Specs
    every: Callable[[], Iterator[Document]]

    def __call__(self, task_id: TaskId) -> Validated:
        """Refused when there is no such task. A contract with problems is an answer, not an error."""
        document = self.specs.find(task_id)
        if document is None:
            raise Refused(no_such_task(task_id))
        return _validated(task_id, document)

    def all(self) -> tuple[Validated, ...]:
        """Every contract of the workspace, by path; one that cannot be read hides no other."""
        return tuple(_validated(_name(document), document) for document in self.every())


# Private.


def _name(document: Document) -> TaskId:
    stem = document.path.rsplit("/", 1)[-1].removesuffix(".md")
    return document.spec.task_id if document.spec else TaskId(stem)


def _validated(task_id: TaskId, document: Document) -> Validated:
    problems = open_problems(document, document.spec) if document.spec else document.problems
    demands = profile_demands(document.spec) if document.spec else ()
    return Validated(task_id=task_id, path=document.path, valid=not problems, problems=problems, demands=demands)
