"""Any task at all exports to documents that others can read, and always to the same ones."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import example, given, settings, strategies

from scafld.core.contract.spec import Spec
from scafld.core.digest import digest_of
from scafld.core.evidence.dossier import Dossier
from scafld.core.names import Moment
from scafld.core.refusal import Refused
from scafld.core.task.life import Occurrence, replay
from scafld.core.value import changed
from scafld.core.views.overview import Overview, Surroundings, overview_of
from scafld.core.views.tongues.in_toto import Subject, statement_of
from scafld.core.views.tongues.junit import junit_of
from scafld.core.views.tongues.sarif import fingerprint_of, sarif_of
from scafld.core.views.tongues.summary import summary_of
from scafld.testing import Life, dossiers, histories, lives, specs

if TYPE_CHECKING:
    from conftest import Readers, Told

SUBJECT = Subject(material=digest_of(b"material"))
NASTY = (
    "]]>",
    "<![CDATA[",
    "-->",
    "</testsuite>",
    "</code>",
    "<b>",
    "&amp;",
    "&#0;",
    "|",
    "\\|",
    "\\",
    "`",
    "```",
    "](",
    "{0}",
    "@a",
    "http://e.e",
    "www.e.e",
    "\n",
    "\n\n| a |\n|---|\n",
    "\n# h\n",
    "\x00",
    "\x1b[2J",
    "\x7f",
    "\x85",
    "\u2028",
    "\u202e",
    "\ud800",
    "\udfff",
    "\ufffe",
    "\U0010ffff",
    "..",
    "/",
    '"',
    "'",
    "%",
    "é",
)
ANY = strategies.text(strategies.characters(exclude_categories=()), max_size=4)
HOSTILE = strategies.lists(strategies.sampled_from(NASTY) | ANY, max_size=8).map("".join)
FORMATS = ("sarif", "junit", "in-toto", "markdown")


def overview(spec: Spec, history: tuple[Occurrence, ...]) -> Overview:
    around = Surroundings(
        path=".scafld/specs/active/add-cache.md",
        problems=(),
        demands=(),
        material=None,
        now=Moment("2026-01-31T12:00:00.000Z"),
        most_attempts=2,
        ledger="sealed",
    )
    return overview_of(spec, replay(history), around)


@given(said=HOSTILE)
@example(said="x" * 100_000)
@example(said="")
@example(said="".join(NASTY))
def test_whatever_is_said_every_export_is_sound(said: str, told: Told, readers: Readers) -> None:
    """By contract, command, reviewer and person alike: control characters, halves of pairs, XML, Markdown, escapes,
    floods."""
    hostile = told.saying(said)
    dismissed = {fingerprint_of(each): said for each in hostile.overview.review.findings[:2]}

    readers.sarif(sarif_of(hostile.overview, dismissed))
    readers.junit(junit_of(hostile.overview, hostile.task))
    readers.statement(statement_of(hostile.overview, hostile.spec, SUBJECT))
    readers.page(summary_of(hostile.overview, dismissed, receipt=said))


@given(dossier=dossiers())
def test_any_dossier_is_sound(dossier: Dossier, told: Told, readers: Readers) -> None:
    """As many results as findings that are not fixed, in the reviewer's order."""
    review = changed(told.overview.review, findings=dossier.findings, attacks=dossier.attacks)
    about = changed(told.overview, review=review)

    run, tables = readers.sarif(sarif_of(about)), readers.page(summary_of(about))

    open_ones = [each.fingerprint for each in dossier.findings if each.status != "fixed"]
    assert [each["partialFingerprints"]["scafldFinding/v1"] for each in run["results"]] == open_ones
    assert len(tables) == (2 if dossier.findings else 1)


@given(spec=specs(), history=histories())
def test_any_history_of_any_contract_is_sound(spec: Spec, history: tuple[Occurrence, ...], readers: Readers) -> None:
    """The same ledger gives the same bytes, and every criterion stands in each of them once."""
    about, task = overview(spec, history), replay(history)
    names = sorted(criterion.id for _, criterion in spec.criteria())

    root = readers.junit(junit_of(about, task))
    predicate = readers.statement(statement_of(about, spec, SUBJECT))["predicate"]
    criteria = readers.page(summary_of(about))[0]
    readers.sarif(sarif_of(about))

    assert sorted(each.get("name") for each in root.iter("testcase")) == names
    assert sorted(predicate["passedTests"] + predicate["failedTests"]) == names
    assert sorted(row[0] for row in criteria[1:]) == names
    again = overview(spec, history)
    assert (junit_of(again, replay(history)), sarif_of(again)) == (junit_of(about, task), sarif_of(about))
    assert (summary_of(again), statement_of(again, spec, SUBJECT)) == (
        summary_of(about),
        statement_of(about, spec, SUBJECT),
    )


@settings(max_examples=25)
@given(life=lives())
def test_any_life_exports_or_is_refused(life: Life, readers: Readers) -> None:
    """A refusal names what would make it a yes; nothing is written either way; the formats agree on what passed."""
    read = {"sarif": readers.sarif, "junit": readers.junit, "in-toto": readers.statement, "markdown": readers.page}
    before = life.kit.everything()

    for row in life.kit.list(every=True):
        for name in FORMATS:
            try:
                exported = life.kit.export(row.task_id, format=name)
            except Refused as no:
                assert name in ("sarif", "in-toto") and no.refusal.expected
                continue
            read[name](exported.text)
            assert name != "in-toto" or row.status == "completed"
            assert name != "sarif" or row.counts["reviews"] > 0
            assert life.kit.export(row.task_id, format=name) == exported

    assert life.kit.everything() == before


def test_the_schemas_are_those_that_their_page_names() -> None:
    """Unchanged since they were fetched."""
    data = Path(__file__).resolve().parents[1] / "data"
    rows = re.findall(r"^\| `([^`]+)` \|.*`([0-9a-f]{64})` \|$", (data / "README.md").read_text(encoding="utf-8"), re.M)

    assert len(rows) == 2
    assert {name: hashlib.sha256((data / name).read_bytes()).hexdigest() for name, _ in rows} == dict(rows)
