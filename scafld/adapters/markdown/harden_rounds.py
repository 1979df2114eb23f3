"""Harden rounds where people write them: in the spec."""

from __future__ import annotations

from collections.abc import Callable

from scafld.adapters.markdown.rounds import open_round, read_rounds
from scafld.app.journal import Document
from scafld.core.contract.questions import Round
from scafld.core.names import Digest, Moment
from scafld.core.value import value


@value
class SpecRounds:
    """`write` puts another text under a spec's name."""

    write: Callable[[Document, str], Document]

    def read(self, document: Document) -> tuple[Round, ...]:
        return read_rounds(document.text)

    def add(self, document: Document, round_id: str, contract: Digest, at: Moment) -> Document:
        return self.write(document, open_round(document.text, round_id, contract, at))
