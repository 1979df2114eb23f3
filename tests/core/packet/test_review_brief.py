"""What a reviewer is given: the change itself, within a budget, with everything left out listed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from scafld.core.contract.spec import Context
from scafld.core.digest import digest_of
from scafld.core.evidence.criterion import Outcome
from scafld.core.evidence.dossier import Mode
from scafld.core.evidence.seals import Baseline, seal
from scafld.core.refusal import Refused
from scafld.core.task.events import BaselineTaken, PhaseOpened
from scafld.core.value import changed
from scafld.core.views.packet import (
    Brief,
    Budgets,
    Dismissed,
    Packet,
    ProjectFile,
    Unshown,
    drift_paths,
    packet_of,
    paths_of,
)
from scafld.core.views.packet.changed_files import MOST_DRIFT

if TYPE_CHECKING:
    from conftest import Nouns

Make = Callable[..., Brief]
Read = Callable[[str], object]
Patched = Callable[[str, str], str]
Words = Callable[..., strategies.SearchStrategy[str]]
FIXTURES = [HealthCheck.function_scoped_fixture]
KEY = "review.context.required_max_bytes"


def sent(brief: Brief, task: int = 131_072, files: int = 16_384) -> Packet:
    return packet_of(brief, Budgets(task=task, files=files, key=KEY))


def test_everything_stands_in_it(brief: Make, patched: Patched, a: Nouns, reading: Read) -> None:
    """What is asked comes first, then what is to be judged, and the project's own words last."""
    packet = sent(
        brief(
            mode=Mode.VERIFY,
            invariants=(("tenants", "keys name the tenant"),),
            earlier=(a.finding(),),
            dismissed=(Dismissed(id="slow", path="src/a.py", summary="it is slow", reason="nobody waits for it"),),
            drift_diff=patched("docs/b.md", "drifted"),
            files=(ProjectFile(path="AGENTS.md", text="be kind\n"),),
        )
    )

    read = reading(packet.text)
    assert packet.text.startswith("# Review of add-cache\n")
    assert read.titles == [
        "Your task",
        "What is asked",
        "What to hand in",
        "Earlier findings to verify",
        "Contract",
        "Invariants",
        "Dismissed findings",
        "Changed paths",
        "Evidence",
        "The change",
        "Outside the declared scope",
        "Project files",
    ]
    assert read.part("Your task").body == "> You attack the change.\n"
    assert read.part("Contract").fences == ["# Add a cache\n\nReads are slow.\n"]
    assert read.part("Invariants").body == "- `tenants`: keys name the tenant\n"
    assert read.part("Changed paths").body == "- added `src/a.py`\n- added `docs/b.md`\n"
    assert read.part("Evidence").body == "- `ac1` fail: exit 0\n  - runs: `pytest -q`\n3 != 2\n"
    assert "+y = 2\n" in read.part("The change").body
    assert "+drifted\n" in read.part("Outside the declared scope").body
    assert read.part("Project files").fences == ["be kind\n"]
    assert all(row.omitted == 0 for row in packet.spent)


def test_a_plain_change_has_no_empty_sections(brief: Make, reading: Read, a: Nouns) -> None:
    """What there is nothing to say of is not spoken of."""
    alone = brief(material=seal(Baseline(vcs="git", head="c0"), a.look(a.file("src/a.py", "x")), ("src/a.py",)))

    titles = reading(sent(alone).text).titles

    assert titles == [
        "Your task",
        "What is asked",
        "What to hand in",
        "Contract",
        "Changed paths",
        "Evidence",
        "The change",
    ]


# What is asked.


@pytest.mark.parametrize("mode", Mode)
def test_the_request_is_in_it(brief: Make, mode: Mode) -> None:
    """Mode and budget, and the one way to hand in that does for every provider."""
    text = sent(brief(mode=mode)).text

    for words in (f"a dossier of mode `{mode}`", "At least 6 attacks", "at most 12 findings", "`submit_review`"):
        assert words in text
    assert f'{{"mode": "{mode}", ' in text


def test_earlier_findings_are_to_be_verified(brief: Make, a: Nouns, reading: Read) -> None:
    """With all that it takes to see whether they are gone; when anything is looked for they are not told."""
    found = a.finding(summary="two\nlines", evidence="seen\nhere", reproducer="run it")

    verify, discover = (sent(brief(earlier=(found,), mode=mode)).text for mode in (Mode.VERIFY, Mode.DISCOVER))

    assert reading(verify).part("Earlier findings to verify").body == (
        "- `leak` high, blocks, `src/cache.py:88`: two lines\n"
        "  - evidence: seen here\n"
        "  - impact: one tenant reads what another wrote\n"
        "  - reproducer: run it\n"
        "  - validation: pytest tests/test_tenants.py\n"
    )
    assert "leak" not in discover
    assert "No earlier finding is open" in sent(brief(mode=Mode.VERIFY)).text


def test_what_a_person_decided_is_not_to_be_raised_again(brief: Make, reading: Read) -> None:
    """With the reason."""
    dismissed = Dismissed(id="slow", path="", summary="it\nis slow", reason="nobody\nwaits")

    text = sent(brief(dismissed=(dismissed,))).text

    assert reading(text).part("Dismissed findings").body == "- `slow`: it is slow\n  - reason: nobody waits\n"
    assert "Decided by a person: do not raise these again unless the code that they speak of changed since." in text


def test_the_contract_names_invariants_of_the_project_and_its_own(brief: Make, a: Nouns, reading: Read) -> None:
    """Those of the project stand once, in the order written."""
    spec = a.spec(context=Context(invariants=("`tenants`", "reads stay fast")))

    text = sent(brief(spec=spec, invariants=(("sealed", "x"), ("tenants", "y")))).text

    assert reading(text).part("Invariants").body == (
        "- `sealed`: x\n- `tenants`: y (the contract names it)\n- of the contract: reads stay fast\n"
    )


# The change.


def test_the_change_is_told_file_by_file(brief: Make, patched: Patched, reading: Read) -> None:
    """In the order of their paths, whatever the order of the diff."""
    text = sent(brief(diff=patched("b.py", "two") + patched("a.py", "one"))).text

    part = reading(text).part("The change")
    assert [row.name for row in part.rows] == ["`a.py`", "`b.py`"]
    assert part.fences == [patched("a.py", "one"), patched("b.py", "two")]


def test_a_lock_file_pushes_nothing_out(brief: Make, patched: Patched, reading: Read) -> None:
    """It is cut; all else is whole, what changed outside the scope too."""
    lock = patched("a.lock", "\n".join(f"package-{at} = 1" for at in range(100_000)))
    sources = "".join(patched(f"src/{at}.py", "x = 1\n" * 50) for at in range(100))

    packet = sent(brief(diff=lock + sources, drift_diff=patched("docs/b.md", "x")))

    read = reading(packet.text)
    rows = {row.name: row for row in read.part("The change").rows}
    assert read.part("Outside the declared scope").row.omitted == 0
    assert [name for name, row in rows.items() if row.omitted] == ["`a.lock`"]
    assert rows["`a.lock`"].shown > 50_000
    assert len(packet.text) < 131_072 + 16_384 + 20_000


def test_drift_is_spent_last(brief: Make, patched: Patched, reading: Read) -> None:
    """Its paths are told whatever its size; its diff gets what the change leaves, and where that is little, a tenth."""
    big = patched("docs/b.md", "drift\n" * 1000)
    small = sent(brief(drift_diff=patched("docs/b.md", "x")))
    whole = sum(row.size for row in small.spent)

    text = sent(brief(drift_diff=big), whole + 300).text

    read = reading(text)
    assert "- added `docs/b.md`\n" in read.part("Changed paths").body
    assert [part.title for part in read.parts if part.row.omitted] == ["Outside the declared scope"]
    assert 0 <= whole + 300 - sum(part.row.shown for part in read.parts) < len("+drift\n")


def test_a_path_says_what_its_diff_does_not(brief: Make, dirty_at_approval: Callable[..., object], a: Nouns) -> None:
    """Edits from before the approval are in it; nothing at all is."""
    look = a.look(a.file("src/a.py", "x", base="old"), a.file("src/gone.py", "y", base="old"))
    task = dirty_at_approval("src/a.py")

    text = sent(brief(task=task, material=seal(task.baseline, look, ("src",)))).text

    edits = "it had uncommitted edits when the task was approved, and its diff shows those too"
    assert f"- modified `src/a.py`; {edits}\n" in text
    assert "- modified `src/gone.py`; there is no diff of it here\n" in text


def test_both_names_of_a_rename_are_told(brief: Make, a: Nouns) -> None:
    """A rename of the same content is one line."""
    look = a.look(a.file("src/new.py", "same"), a.file("src/old.py", None, base="same"))

    material = seal(Baseline(vcs="git", head="c0"), look, ("src",))

    assert "- renamed `src/new.py` (was `src/old.py`)" in sent(brief(material=material)).text
    assert paths_of(material.changes) == ("src/new.py", "src/old.py")


def test_a_declared_path_that_nothing_changed_in_is_said(brief: Make, a: Nouns) -> None:
    """And a contract that declares nothing that changed."""
    look = a.look(a.file("src/a.py", "x"))
    base = Baseline(vcs="git", head="c0")

    named = sent(brief(material=seal(base, look, ("src/a.py", "docs/c.md")))).text
    nothing = sent(brief(material=seal(base, look, ("docs/c.md",)))).text

    assert "- declared, and nothing changed there: `docs/c.md`\n" in named
    assert "every change is in its scope" in nothing


@pytest.mark.parametrize(
    ("baseline", "words"),
    [
        (Baseline(vcs="git", head="0123456789abcdef"), "From commit 0123456789ab, where the task was approved"),
        (Baseline(vcs="git", head=None), "Nothing was committed when the task was approved"),
        (Baseline(vcs="none", head=None), "There is no repository here"),
    ],
)
def test_the_reader_knows_what_the_change_is_compared_with(
    brief: Make, a: Nouns, baseline: Baseline, words: str
) -> None:
    """A commit, nothing yet, or no repository."""
    assert words in sent(brief(task=a.task(BaselineTaken(baseline=baseline)))).text
    assert "The task is not approved yet" in sent(brief(task=a.task())).text
    assert "The diff is empty." in sent(brief(diff="")).text


def test_of_many_drifting_paths_some_have_a_diff(brief: Make, patched: Patched, a: Nouns) -> None:
    """All are listed; those that have none say so."""
    names = [f"z/{at:04}" for at in range(MOST_DRIFT + 5)]
    look = a.look(a.file("src/a.py", "x"), *(a.file(name, "y") for name in names))
    material = seal(Baseline(vcs="git", head="c0"), look, ("src/a.py",))

    text = sent(brief(material=material, drift_diff="".join(patched(name, "y") for name in drift_paths(material)))).text

    assert drift_paths(material) == tuple(names[:MOST_DRIFT])
    assert text.count("- added `z/") == MOST_DRIFT + 5
    assert [name for name in names if f"`{name}`; there is no diff of it here" in text] == names[MOST_DRIFT:]


def test_a_change_inside_a_submodule_has_a_diff(brief: Make, patched: Patched, a: Nouns) -> None:
    """Beneath the path of the submodule."""
    material = seal(Baseline(vcs="git", head="c0"), a.look(a.file("lib/inner", "x")), ("lib",))

    text = sent(brief(material=material, diff=patched("lib/inner/a.py", "x"))).text

    assert "- added `lib/inner`\n" in text


# Evidence.


def test_the_end_of_an_output_is_shown(brief: Make, a: Nouns, reading: Read) -> None:
    """Its last twenty lines; where the rest is, is said."""
    spec = a.spec()
    seen = a.seen(0, "".join(f"line {at}\n" for at in range(30)), output_bytes=52_311)
    passed = a.ran_event(spec.final_criteria[0], outcome=Outcome.PASS, observation=seen)

    text = sent(brief(task=a.task(*a.approved(spec), PhaseOpened(phase=None), passed))).text

    (output,) = reading(text).part("Evidence").fences
    assert output.splitlines() == [f"line {at}" for at in range(10, 30)]
    kept = f".scafld/runs/add-cache/evidence/{seen.output_digest}.txt"
    assert f"The end of the output of `ac1`; all 52311 bytes of it are in `{kept}`:\n" in text


def test_a_criterion_that_nobody_ran_is_told(brief: Make, a: Nouns) -> None:
    """So is how much a pass proves."""
    spec = a.spec(a.criterion("ac1"), a.criterion("ac2", command="true `x`"))
    task = a.task(*a.approved(spec), PhaseOpened(phase=None), a.ran_event(a.criterion("ac1")))

    text = sent(brief(spec=spec, task=task)).text

    assert "- `ac1` pass, green: exit 0\n  - runs: `pytest -q`\n" in text
    assert "- `ac2` not run: not run yet\n  - runs: `` true `x` ``\n" in text


# Whatever somebody wrote.


@settings(suppress_health_check=FIXTURES, max_examples=100)
@given(strategies.data(), strategies.integers(min_value=0, max_value=4000), strategies.integers(0, 400))
def test_no_text_is_more_than_text(
    brief: Make, words: Words, patched: Patched, a: Nouns, reading: Read, data: object, task: int, files: int
) -> None:
    """Of the repository, a command, a reviewer or a person: the sections are scafld's, the sums are right, the budgets
    are kept, and the same gives the same."""
    text = lambda most=8: data.draw(words(most))  # noqa: E731
    spec = a.spec(text=text(), context=Context(invariants=(text(),)))
    seen = changed(a.seen(1), tail=text(), output_bytes=7)
    ran = a.ran_event(spec.final_criteria[0], outcome=Outcome.FAIL, observation=seen, reason=text(4))
    given_brief = brief(
        spec=spec,
        task=a.task(*a.approved(spec), PhaseOpened(phase=None), ran),
        mode=Mode.VERIFY,
        role=text(),
        diff=patched("a.py", text()) + text(),
        drift_diff=text(),
        invariants=((text(2), text(4)),),
        earlier=(a.finding(text(2), summary=text(4), path=text(2), evidence=text(4), validation=text(4)),),
        dismissed=(Dismissed(id=text(2), path=text(2), summary=text(4), reason=text(4)),),
        files=(ProjectFile(path=text(2), text=text()), Unshown(path=text(2), why="it is binary", size=9)),
    )
    usual = sum(row.size for row in sent(given_brief).spent[:3]) + len(spec.text) * 10

    packet = sent(given_brief, usual + task, files)

    read = reading(packet.text)
    assert [part.title for part in read.parts] == list(dict.fromkeys(row.title for row in packet.spent))
    for part in read.parts:
        assert part.row.shown == len(part.body.encode())
        assert part.row.shown + part.row.omitted == part.row.size
    assert sum(part.row.shown for part in read.parts if part.title != "Project files") <= usual + task
    assert read.part("Project files").row.shown <= files
    assert sent(given_brief, usual + task, files) == packet


def test_a_contract_that_does_not_fit_is_refused(brief: Make, a: Nouns) -> None:
    """Rather than sent without it; the refusal fits a screen."""
    with pytest.raises(Refused) as caught:
        sent(brief(spec=a.spec(text="x" * 200_000)))

    no = caught.value.refusal
    assert (no.gate, no.actual) == ("review", "131072")
    assert KEY in no.next
    assert len(no.evidence) == 4


def test_the_digest_is_that_of_what_is_sent(brief: Make) -> None:
    """In UTF-8, whatever it was made of."""
    packet = sent(brief(role="\udcff\0"))

    assert packet.digest == digest_of(packet.text.encode("utf-8"))
    assert "> \\udcff\\x00\n" in packet.text


def test_the_contract_is_shown_as_it_is_written(brief: Make) -> None:
    """No word of it is scafld's."""
    wordy = brief()
    other = changed(wordy, spec=changed(wordy.spec, claimed_status="completed"))

    assert sent(other) == sent(wordy)
