"""Where everything that scafld reads or writes stands in one document."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from scafld.adapters.markdown.blocks import parse
from scafld.adapters.markdown.criteria import Acceptance, Mode, acceptance
from scafld.adapters.markdown.frontmatter import FrontMatter, front_matter
from scafld.adapters.markdown.phases import phase_text
from scafld.adapters.markdown.sections import OWNED, phase_parts, sections
from scafld.core.names import CriterionId
from scafld.core.value import value

if TYPE_CHECKING:
    from scafld.adapters.markdown.blocks import Page
    from scafld.adapters.markdown.criteria import Draft
    from scafld.adapters.markdown.phases import PhaseText
    from scafld.adapters.markdown.sections import Section

ACCEPTANCE = ("acceptance", "acceptance criteria", "validation", "validation commands")


@value
class Layout:
    """A document taken apart. `final`: what the acceptance sections hold, one each."""

    page: Page
    front: FrontMatter
    sections: tuple[Section, ...]
    phases: tuple[PhaseText, ...]
    final: tuple[Acceptance, ...]

    @property
    def owned_sections(self) -> tuple[Section, ...]:
        return tuple(section for section in self.sections if section.name in OWNED)

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """Every criterion as written, phase by phase, then the final ones."""
        of_phases = tuple(draft for phase in self.phases for draft in phase.acceptance.criteria)
        return of_phases + tuple(draft for block in self.final for draft in block.criteria)

    def section(self, *names: str) -> Section | None:
        """The first section that bears one of these names."""
        return next((section for section in self.sections if section.name in names), None)

    def named(self) -> tuple[tuple[CriterionId, Draft], ...]:
        """Every criterion with its id: the author's, or one made from its place (`ac2_1`, `f1`)."""
        taken = {draft.id for draft in self.drafts if draft.id}
        pairs: list[tuple[CriterionId, Draft]] = []
        for phase in self.phases:
            pairs.extend(_numbered(phase.acceptance.criteria, f"ac{phase.part.number}_", taken))
        final = tuple(draft for block in self.final for draft in block.criteria)
        return (*pairs, *_numbered(final, "f", taken))


@lru_cache(maxsize=4)
def layout(text: str) -> Layout:
    """Take `text` apart. Any text has a layout. A command reads and shows the same few texts again and again."""
    page = parse(text)
    parts = sections(page)
    return Layout(
        page=page,
        front=front_matter(page) if page.front else FrontMatter(),
        sections=parts,
        phases=tuple(phase_text(page, part) for part in phase_parts(parts)),
        final=tuple(acceptance(page, part.blocks, Mode.CRITERIA) for part in parts if part.name in ACCEPTANCE),
    )


# Private.


def _numbered(drafts: tuple[Draft, ...], prefix: str, taken: set[str]) -> list[tuple[CriterionId, Draft]]:
    named: list[tuple[CriterionId, Draft]] = []
    for at, draft in enumerate(drafts, 1):
        identity, number = draft.id, at
        while not identity:
            proposed = f"{prefix}{number}"
            identity = "" if proposed in taken else proposed
            number += 1
        taken.add(identity)
        named.append((CriterionId(identity), draft))
    return named
