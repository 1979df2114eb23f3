"""What a reviewer is given: one deterministic brief that holds the change itself, within a budget of bytes.

Sections are spent in order of priority. What does not fit is cut at a line and listed with its size; nothing
disappears silently. The same input gives the same packet, byte for byte.
"""

from __future__ import annotations

from scafld.core.contract.spec import Spec
from scafld.core.digest import digest_of
from scafld.core.evidence.dossier import Budget, Finding, Mode
from scafld.core.evidence.seals import Change, Material
from scafld.core.names import Digest
from scafld.core.task.known import Task
from scafld.core.task.standing import standings
from scafld.core.value import value


@value
class Section:
    """A part of a packet. Lower `rank` is spent first and stands first."""

    rank: int
    title: str
    body: str


@value
class Spent:
    """What became of a section: its bytes, and how many of them were left out."""

    title: str
    size: int
    omitted: int


@value
class Packet:
    """A brief as sent, its digest, and what became of each section."""

    text: str
    digest: Digest
    spent: tuple[Spent, ...]


@value
class Brief:
    """What a packet is made of. `diff`: the change as text. `files`: project files by name and text. `role`: the
    project's own words to a reviewer."""

    spec: Spec
    task: Task
    material: Material
    diff: str
    mode: Mode
    budget: Budget
    role: str
    depth: str = "standard"
    invariants: tuple[tuple[str, str], ...] = ()
    earlier: tuple[Finding, ...] = ()
    files: tuple[tuple[str, str], ...] = ()


def packet_of(brief: Brief, max_bytes: int) -> Packet:
    """Write the brief down in at most `max_bytes` of section text; the frame around it is not counted."""
    sections = sorted(_sections(brief), key=lambda section: section.rank)
    left, bodies, spent = max_bytes, [], []
    for section in sections:
        body, omitted = _cut(section.body, left)
        left -= len(body.encode("utf-8", "surrogatepass"))
        bodies.append(f"## {section.title}\n\n{body}\n{_note(omitted)}")
        spent.append(Spent(title=section.title, size=_size(section.body), omitted=omitted))
    head = f"# Review of {brief.spec.task_id}\n\n{_manifest(tuple(spent), max_bytes)}"
    text = "\n".join((head, *bodies))
    return Packet(text=text, digest=digest_of(text.encode("utf-8", "surrogatepass")), spent=tuple(spent))


# Private.


def _sections(brief: Brief) -> list[Section]:
    found = [
        Section(rank=1, title="Your task", body=brief.role.strip()),
        Section(rank=2, title="What to hand in", body=_asked(brief)),
        Section(rank=3, title="Contract", body=_fenced(brief.spec.text, "markdown")),
        Section(rank=4, title="Changed paths", body=_changes(brief.material.changes)),
        Section(rank=5, title="Evidence", body=_evidence(brief)),
        Section(rank=6, title="The change", body=_fenced(brief.diff, "diff")),
        Section(rank=7, title="Changes outside the declared scope", body=_changes(brief.material.drift)),
    ]
    if brief.earlier:
        found.append(Section(rank=2, title="Earlier findings to verify", body=_findings(brief.earlier)))
    if brief.invariants:
        lines = (f"- `{name}`: {words}" for name, words in brief.invariants)
        found.append(Section(rank=5, title="Invariants", body="\n".join(lines)))
    for at, (name, text) in enumerate(brief.files):
        found.append(Section(rank=8 + at, title=f"File {name}", body=_fenced(text, "")))
    return found


def _asked(brief: Brief) -> str:
    return "\n".join(
        (
            f"One JSON object on standard output: a dossier of mode `{brief.mode}`, and nothing else.",
            "",
            '    {"mode": ..., "summary": "...",',
            '     "attacks": [{"target": "...", "attack": "...", "result": "finding|clean|skipped", "notes": "..."}],',
            '     "findings": [{"id": "short-name", "summary": "...", "severity": "critical|high|medium|low",',
            '                   "blocks_completion": true, "path": "...", "line": 1, "evidence": "...",',
            '                   "impact": "...", "validation": "..."}]}',
            "",
            f"At least {brief.budget.min_attack_angles} attacks that were really tried (skipped ones do not count),"
            f" at most {brief.budget.max_findings} findings.",
            f"How far to dig: {brief.depth}.",
            "A finding that blocks completion names path, evidence, impact and validation. scafld derives the verdict.",
        )
    )


def _changes(changes: tuple[Change, ...]) -> str:
    lines = (
        f"- {change.kind} `{change.path}`" + (f" (was `{change.was}`)" if change.was else "") for change in changes
    )
    return "\n".join(lines) or "none"


def _evidence(brief: Brief) -> str:
    blocks = []
    for each in standings(brief.spec, brief.task, brief.material.digest):
        outcome = str(each.outcome) if each.outcome else "not run"
        line = f"- `{each.criterion.id}` {outcome} ({each.strength}): {each.reason}"
        blocks.append(f"{line}\n  - command: `{each.criterion.command}`" if each.criterion.command else line)
        seen = each.result.observation if each.result else None
        if seen is not None and seen.tail.strip():
            tail = "\n".join(seen.tail.strip().splitlines()[-12:])
            blocks.append(_fenced(tail, "text"))
    return "\n".join(blocks) or "none"


def _findings(findings: tuple[Finding, ...]) -> str:
    return "\n".join(
        f"- `{each.id}` {each.severity} `{each.path}`: {' '.join(each.summary.split())}" for each in findings
    )


def _fenced(text: str, language: str) -> str:
    """The text in a fence that nothing in it can close."""
    longest = max((len(line) - len(line.lstrip("`")) for line in map(str.strip, text.splitlines())), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def _cut(body: str, left: int) -> tuple[str, int]:
    """As many whole lines as fit, and how many bytes do not."""
    size = _size(body)
    if size <= left:
        return body, 0
    kept, used = [], 0
    for line in body.splitlines(keepends=True):
        used += _size(line)
        if used > left:
            break
        kept.append(line)
    text = "".join(kept)
    return text, size - _size(text)


def _note(omitted: int) -> str:
    return f"\n[{omitted} bytes of this section were left out: the budget is spent]\n" if omitted else ""


def _manifest(spent: tuple[Spent, ...], max_bytes: int) -> str:
    rows = "\n".join(f"- {each.title}: {each.size} bytes, {each.omitted} left out" for each in spent)
    total = sum(each.size - each.omitted for each in spent)
    return f"Budget: {total} of {max_bytes} bytes are spent.\n\n{rows}\n"


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
