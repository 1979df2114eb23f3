"""Markdown in, a contract out: the Spec, and every problem of the document at once.

A document without front matter, with front matter that is no YAML, or without a usable task_id has no Spec. All else
is collected and still gives one. Rules that need no Markdown (a missing command, placeholder prose) live in the core.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scafld.adapters.markdown.choices import PROFILES, RISKS, SIZES, Choice, chosen
from scafld.adapters.markdown.criteria import done_list
from scafld.adapters.markdown.flaws import flaws
from scafld.adapters.markdown.layout import Layout, layout
from scafld.adapters.markdown.origin import line_of, placed
from scafld.adapters.markdown.prose import context, entries, hazards, passage, rollback, scope
from scafld.adapters.markdown.stated import stated
from scafld.adapters.markdown.wording import wording
from scafld.core.contract.problems import Problem
from scafld.core.contract.spec import Context, Phase, Profile, Risk, Size, Spec
from scafld.core.names import PhaseId, TaskId, task_id
from scafld.core.value import changed, value

if TYPE_CHECKING:
    from scafld.adapters.markdown.blocks import Block
    from scafld.adapters.markdown.phases import PhaseText
    from scafld.core.contract.spec import Criterion

SPEC_VERSIONS = ("2.0", "2")


@value
class Document:
    """What was read: `spec` is None where `problems` say why there can be none. `name` is what messages call it."""

    name: str
    spec: Spec | None
    problems: tuple[Problem, ...]
    layout: Layout


def read(text: str, *, name: str) -> Document:
    """Read a spec. Never raises for what the text holds; problems are sorted by line."""
    taken = layout(text)
    problems = list(flaws(taken))
    identity = _identity(taken, problems)
    spec = _spec(taken, identity, problems) if identity is not None else None
    problems.sort(key=lambda problem: (problem.line, problem.code))
    return Document(name=name, spec=spec, problems=tuple(dict.fromkeys(problems)), layout=taken)


# Private.


def _identity(taken: Layout, problems: list[Problem]) -> TaskId | None:
    page, front = taken.page, taken.front
    if page.front is None:
        opened = bool(page.lines) and page.lines[0].rstrip(" \t") == "---"
        problems.append(
            Problem(
                code="unclosed_front_matter" if opened else "missing_front_matter",
                line=1,
                message="the front matter is never closed" if opened else "a spec begins with front matter",
                suggestion="begin with `---`, `task_id: add-cache`, `---`, each on a line of its own",
            )
        )
        return None
    if not front.readable:
        return None
    entry = front.entry("task_id", "task-id")
    line = entry.first + 1 if entry is not None else page.front[1] + 1
    text = (entry.text or "").strip() if entry is not None else ""
    if not text:
        message = "the front matter names no task_id"
        problems.append(
            Problem(code="missing_task_id", line=line, message=message, suggestion="add `task_id: add-cache`")
        )
        return None
    try:
        return task_id(text)
    except ValueError as error:
        problems.append(Problem(code="bad_task_id", line=line, message=str(error)))
        return None


def _spec(taken: Layout, identity: TaskId, problems: list[Problem]) -> Spec:
    """The contract, from the document where that is clear, else from its wording."""
    words = wording(taken)
    if words.clear:
        return changed(_meant(taken, identity, problems), text=words.text, claimed_status=_front(taken, "status"))
    meant = layout(words.text)
    found: list[Problem] = list(flaws(meant))
    spec = placed(_meant(meant, identity, found), words.origin)
    problems.extend(changed(each, line=line_of(each.line, words.origin)) for each in found)
    return changed(spec, text=words.text, claimed_status=_front(taken, "status"))


def _meant(taken: Layout, identity: TaskId, problems: list[Problem]) -> Spec:
    _version(taken, problems)
    criteria = tuple(stated(name, draft, problems) for name, draft in taken.named())
    phases = _phases(taken, criteria)
    final = criteria[sum(len(phase.criteria) for phase in phases) :]
    summary = taken.section("summary")
    inside, outside = scope(taken.page, _blocks(taken, "scope", "scope and touchpoints"))
    finished = tuple(done for block in taken.final for done in block.done)
    return Spec(
        task_id=identity,
        title=_title(taken, problems),
        text="",
        summary=passage(taken.page, summary.body, summary.last) if summary else "",
        size=_choice(taken, Size, SIZES, ("size",), problems) or Size.MEDIUM,
        risk=_choice(taken, Risk, RISKS, ("risk_level", "risk"), problems) or Risk.MEDIUM,
        chosen_profile=_profile(taken, problems),
        context=_context(taken),
        objectives=_list(taken, "objectives", "objective", "goals", "goal"),
        scope_in=inside,
        scope_out=(*outside, *_list(taken, "out of scope", "non goals")),
        dependencies=_list(taken, "dependencies"),
        assumptions=_list(taken, "assumptions"),
        touchpoints=_list(taken, "touchpoints"),
        risks=hazards(taken.page, _blocks(taken, "risks")),
        definition_of_done=finished + done_list(taken.page, _blocks(taken, "definition of done")),
        final_criteria=final,
        phases=phases,
        rollback=rollback(taken.page, _blocks(taken, "rollback", "rollback and repair")),
        planning_log=_list(taken, "planning log"),
    )


def _version(taken: Layout, problems: list[Problem]) -> None:
    entry = taken.front.entry("spec_version")
    if entry is not None and (entry.text or "").strip() not in SPEC_VERSIONS:
        message = f"spec_version {entry.text!r} is not known here"
        problems.append(
            Problem(
                code="unknown_spec_version",
                line=entry.first + 1,
                message=message,
                suggestion="write spec_version: '2.0'",
            )
        )


def _phases(taken: Layout, criteria: tuple[Criterion, ...]) -> tuple[Phase, ...]:
    phases: list[Phase] = []
    begun = 0
    for phase in taken.phases:
        count = len(phase.acceptance.criteria)
        phases.append(_phase(phase, criteria[begun : begun + count]))
        begun += count
    return tuple(phases)


def _phase(phase: PhaseText, criteria: tuple[Criterion, ...]) -> Phase:
    return Phase(
        id=PhaseId(f"phase{phase.part.number}"),
        number=phase.part.number,
        name=phase.part.name,
        goal=phase.goal,
        dependencies=phase.dependencies,
        changes=phase.changes,
        criteria=criteria,
        definition_of_done=phase.acceptance.done,
        line=phase.part.first + 1,
    )


def _title(taken: Layout, problems: list[Problem]) -> str:
    headed = next((section.title for section in taken.sections if section.depth == 1), "")
    title = headed or _front(taken, "title")
    if not title:
        message, line = "the spec has no title", taken.page.body + 1
        problems.append(Problem(code="missing_title", line=line, message=message, suggestion="add `# Add a cache`"))
    return title


def _choice(
    taken: Layout, kind: type[Choice], also: dict[str, Choice], keys: tuple[str, ...], problems: list[Problem]
) -> Choice | None:
    entry = taken.front.entry(*keys)
    if entry is None:
        return None
    found, problem = chosen(entry.text or "", kind, also, what=keys[-1], line=entry.first + 1)
    if problem is not None:
        problems.append(problem)
    return found


def _profile(taken: Layout, problems: list[Problem]) -> Profile | None:
    """The author's choice: in the front matter, else the first `Profile:` of an acceptance section."""
    if taken.front.entry("profile") is not None:
        return _choice(taken, Profile, PROFILES, ("profile",), problems)
    for block in taken.final:
        if block.profile is not None:
            text, line = block.profile
            found, problem = chosen(text, Profile, PROFILES, what="profile", line=line + 1)
            if problem is not None:
                problems.append(problem)
            return found
    return None


def _context(taken: Layout) -> Context:
    found = context(taken.page, _blocks(taken, "context"))
    return changed(found, invariants=(*found.invariants, *_list(taken, "invariants")))


def _list(taken: Layout, *names: str) -> tuple[str, ...]:
    return entries(taken.page, _blocks(taken, *names))


def _blocks(taken: Layout, *names: str) -> tuple[Block, ...]:
    """The blocks of every section that bears one of these names."""
    return tuple(block for section in taken.sections if section.name in names for block in section.blocks)


def _front(taken: Layout, key: str) -> str:
    entry = taken.front.entry(key)
    return (entry.text or "").strip() if entry is not None else ""
