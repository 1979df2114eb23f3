"""How a round of hardening is answered by hand: what each row asks, and the words that it takes."""

from __future__ import annotations

from textwrap import fill

from scafld.core.contract.questions import ANCHORS, ASKED, SETTLED, Decision, Result


def answering(round_id: str) -> str:
    """A page for whoever fills the rows of this round in, in lines that a terminal shows as they stand."""
    rows = (f"- {dimension}: {question}" for dimension, question in ASKED.items())
    words = (
        f"- Result: {_or(tuple(Result))}. What is not clean has a Note.",
        f"- Anchor: what you looked at, {ANCHORS}. Only {Result.NOT_APPLICABLE} needs none.",
        f"- Status: of a row that blocks, once that is settled: {_or(SETTLED)}.",
        f"- Shape decision: {_or(tuple(Decision))}; the round passes on {Decision.KEEP}.",
        "- True shape, Minimal plan, Shared owner: what the task really is, the least that does it, and what it belongs"
        " to.",
        "- Adapter boundaries: borders to the outside that the change must keep, or none.",
        "- Required spec edits: none, once they are made.",
    )
    return "\n".join(
        (
            "## Answer in the draft",
            "",
            _wrapped(f"Under `### {round_id}` wait six rows and a shape. Edit the draft itself as they demand it."),
            "",
            *(_wrapped(row) for row in rows),
            "",
            *(_wrapped(each) for each in words),
            "",
        )
    )


# Private.

_COLUMNS = 78


def _wrapped(text: str) -> str:
    indent = "  " if text.startswith("- ") else ""
    return fill(text, _COLUMNS, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _or(words: tuple[str, ...]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}"
