"""What holding receipts against a change showed: as Markdown for a job's page, and as SARIF for code scanning."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scafld.core.proof.faults import Concern, Fault
from scafld.core.version import VERSION
from scafld.core.views.tongues.lettering import one_line, shortened
from scafld.core.views.tongues.markup import said

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_WORDS = 1000
"""Characters of one fault."""

Told = tuple[str, str, tuple[Fault, ...], tuple[str, ...]]
"""One receipt: its path, its task, what speaks against it, and what is said beside."""


def verdicts_markdown(held: Sequence[Told], faults: Sequence[Fault], notices: Sequence[str], origin: str) -> str:
    """A page for whoever looks at the change: each receipt, and everything that speaks against it."""
    return "\n".join(_page(held, faults, notices, origin)) + "\n"


def verdicts_sarif(held: Sequence[Told], faults: Sequence[Fault]) -> str:
    """A SARIF 2.1.0 log in ASCII: one result a fault, at the receipt it speaks against, a rule a concern."""
    results = [_result(each, path) for path, _task, against, _beside in held for each in against]
    results += [_result(each, ".scafld/receipts") for each in faults]
    rules = [{"id": f"verify/{each}", "shortDescription": {"text": f"The {each} of a receipt."}} for each in Concern]
    run = {
        "tool": {"driver": {"name": "scafld", "version": VERSION, "rules": rules}},
        "automationDetails": {"id": "scafld-verify/"},
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the workspace."}}},
        "results": results,
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=True, indent=2) + "\n"


# Private.

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def _page(held: Sequence[Told], faults: Sequence[Fault], notices: Sequence[str], origin: str) -> Iterator[str]:
    fallen = sum(bool(against) for _path, _task, against, _beside in held)
    yield f"## Receipts: {len(held) - fallen} of {len(held)} hold"
    yield ""
    yield (
        f"Keys and demands are those of {said(origin[:12])}." if origin else "Keys and demands are those that lie here."
    )
    for each in faults:
        yield f"- **no**: {said(str(each), MOST_WORDS)}"
    for words in notices:
        yield f"- note: {said(words, MOST_WORDS)}"
    for path, task, against, beside in held:
        yield ""
        yield f"### {said(task or path)} {'does not hold' if against else 'holds'}"
        yield ""
        yield said(path)
        yield ""
        yield from (f"- **no**: {said(str(each), MOST_WORDS)}" for each in against)
        yield from (f"- note: {said(words, MOST_WORDS)}" for words in beside)


def _result(fault: Fault, path: str) -> dict[str, object]:
    place = {"artifactLocation": {"uri": path, "uriBaseId": "%SRCROOT%"}, "region": {"startLine": 1}}
    return {
        "ruleId": f"verify/{fault.concern}",
        "ruleIndex": tuple(Concern).index(fault.concern),
        "level": "error",
        "message": {"text": _words(fault)},
        "locations": [{"physicalLocation": place}],
    }


def _words(fault: Fault) -> str:
    return shortened(one_line(str(fault)), MOST_WORDS)
