"""How sections and budgets become a packet: what fits is written down, what does not is listed, with its sizes."""

from __future__ import annotations

from scafld.core.digest import digest_of
from scafld.core.names import Digest
from scafld.core.refusal import Gate, Refusal, Refused
from scafld.core.value import value
from scafld.core.views.packet.manifest import SPENT, Spent, manifest, spent_on, totals
from scafld.core.views.packet.quoting import fenced
from scafld.core.views.packet.section import MUST, Keep, Piece, Purse, Section, size_of
from scafld.core.views.packet.spending import spend

MOST_NAMES = 20
"""Names in one note about what was left out whole; the manifest has the rest."""


@value
class Budgets:
    """Bytes: `task` for everything but the project's own files, `files` for those. `key`: the setting that `task` comes
    from."""

    task: int
    files: int
    key: str


@value
class Packet:
    """A brief as sent, its digest, and what became of each piece of it."""

    text: str
    digest: Digest
    spent: tuple[Spent, ...]


@value
class Cover:
    """What stands before the sections, and who says no when there can be no packet: the gate, and the task's status."""

    title: str
    lead: str
    gate: Gate
    status: str = ""


def assemble(cover: Cover, sections: tuple[Section, ...], budgets: Budgets) -> Packet:
    """Write the sections down, in their order, within the budgets. Refused when MUST alone is more than the task's
    budget: a packet without it would not be worth a reader."""
    _need_room(cover, sections, budgets)
    purses = ((Purse.TASK, budgets.task), (Purse.FILES, budgets.files))
    shown = _shown(sections, purses)
    spent = tuple(spent_on(section, parts) for section, parts in zip(sections, shown, strict=True))
    rows = "".join(manifest(section.title, told) for section, told in zip(sections, spent, strict=True))
    sums = totals(tuple((each.purse, told) for each, told in zip(sections, spent, strict=True)), purses)
    head = f"# {cover.title}\n\n{cover.lead}\n\n## What this packet holds\n\n{sums}\n\n{rows}"
    text = "\n".join((head, *(_written(section, parts) for section, parts in zip(sections, shown, strict=True))))
    return Packet(text=text, digest=digest_of(text.encode("utf-8")), spent=tuple(row for told in spent for row in told))


# Private.


def _need_room(cover: Cover, sections: tuple[Section, ...], budgets: Budgets) -> None:
    must = [(each.title, sum(size_of(piece.body) for piece in each.pieces if piece.rank == MUST)) for each in sections]
    needed = sum(size for _, size in must)
    if needed <= budgets.task:
        return
    raise Refused(
        Refusal(
            gate=cover.gate,
            status=cover.status,
            reason=f"what a packet cannot do without takes {needed} bytes, and the budget is {budgets.task}",
            expected=f"{budgets.key} of at least {needed}, or a shorter text",
            actual=str(budgets.task),
            evidence=tuple(f"{title}: {size} bytes" for title, size in must if size),
            next=f"scafld config # then set {budgets.key} to {needed} or more in .scafld/config.yaml",
        )
    )


def _shown(sections: tuple[Section, ...], purses: tuple[tuple[Purse, int], ...]) -> tuple[tuple[str, ...], ...]:
    """What is shown of each piece of each section."""
    found: dict[int, tuple[str, ...]] = {}
    for purse, most in purses:
        paid = [at for at, section in enumerate(sections) if section.purse is purse]
        parts = iter(spend(tuple(piece for at in paid for piece in sections[at].pieces), most))
        found |= {at: tuple(next(parts) for _ in sections[at].pieces) for at in paid}
    return tuple(found[at] for at in range(len(sections)))


def _written(section: Section, shown: tuple[str, ...]) -> str:
    pairs = tuple(zip(section.pieces, shown, strict=True))
    blocks = [_block(piece, part) for piece, part in pairs if part or not piece.body]
    gone = tuple((piece.name, size_of(piece.body), SPENT) for piece, part in pairs if piece.body and not part)
    gone += tuple((each.name, each.size, each.why) for each in section.withheld)
    parts = (f"## {section.title}\n", f"{section.lead}\n" if section.lead else "", *blocks, _left_out(gone))
    return "\n".join(part for part in parts if part)


def _block(piece: Piece, part: str) -> str:
    """The shown part of a piece, with a note where it is cut."""
    above = f"{piece.above}\n\n" if piece.above else ""
    body = part if piece.fence is None else fenced(part, piece.fence)
    lacks, size = size_of(piece.body) - size_of(part), size_of(piece.body)
    if not lacks:
        return above + body
    note = f"[cut here: {lacks} of {size} bytes{f' of {piece.name}' if piece.name else ''} are left out: {SPENT}]\n"
    return f"{above}{body}\n{note}" if piece.keep is Keep.START else f"{above}{note}\n{body}"


def _left_out(gone: tuple[tuple[str, int, str], ...]) -> str:
    """A line for each piece of which nothing is shown, and one for those that would be too many to name."""
    lines = [f"[left out: {name or 'all of it'}, {size} bytes: {why}]\n" for name, size, why in gone[:MOST_NAMES]]
    if len(gone) > MOST_NAMES:
        rest = sum(size for _, size, _ in gone[MOST_NAMES:])
        lines.append(f"[left out: {len(gone) - MOST_NAMES} more, {rest} bytes; see the list at the top]\n")
    return "".join(lines)
