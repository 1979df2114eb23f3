"""What the next voice is told, as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scafld.core.contract.questions import Dimension, Result
from scafld.core.evidence.criterion import Outcome
from scafld.core.evidence.seals import Baseline, seal
from scafld.core.names import PhaseId
from scafld.core.task.events import Cancelled, PhaseOpened, ReviewFailed
from scafld.core.task.known import Task
from scafld.core.views.briefing import handoff_of
from scafld.core.views.overview import Surroundings, overview_of

if TYPE_CHECKING:
    from conftest import Nouns

    from scafld.core.contract.spec import Spec


def page(a: Nouns, spec: Spec, task: Task, role: str = "", **fields: object) -> str:
    given = {"problems": (), "demands": (), "material": None, "now": a.now, "most_attempts": 2} | fields
    around = Surroundings(path="x", ledger="sealed", **given)
    return handoff_of(overview_of(spec, task, around), spec, role).text


def test_a_page_is_for_whoever_is_next(a: Nouns) -> None:
    """Unless a role is named."""
    spec = a.spec()

    assert "For the operator. The task is draft." in page(a, spec, Task())
    assert "For the executor." in page(a, spec, Task(), "executor")


def test_the_contract_is_told_in_its_words(a: Nouns) -> None:
    """Summary, objectives, scope, invariants; a long list says how much more there is."""
    spec = a.spec(summary="Reads are slow.", objectives=tuple(f"goal {number}" for number in range(30)))

    text = page(a, spec, Task())

    assert "Reads are slow." in text
    assert "- goal 19\n- and 10 more\n" in text


def test_the_phase_at_work_is_told(a: Nouns) -> None:
    """Its goal and its changes, until it passed."""
    spec = a.spec(phases=(a.phase(1, goal="Keep values", changes=("`src/a.py` - the store",)),))
    open_one = a.task(*a.approved(spec), PhaseOpened(phase=PhaseId("phase1")))

    assert "## phase1: Step 1\n\nKeep values\n\nChanges:\n- `src/a.py` - the store" in page(a, spec, open_one)
    assert "## phase1" not in page(a, spec, a.task(*a.built(spec)))


def test_what_fails_is_shown_with_its_end(a: Nouns) -> None:
    """The last lines of its output, and the command to run."""
    spec = a.spec()
    tail = "".join(f"line {number}\n" for number in range(50))
    failed = a.ran_event(spec.final_criteria[0], outcome=Outcome.FAIL, reason="exit 1", observation=a.seen(1, tail))
    task = a.task(*a.approved(spec), PhaseOpened(phase=None), failed, a.blocked("ac1"))

    text = page(a, spec, task)

    assert "- `ac1` fail: It holds\n  - runs: `pytest -q`\n  - exit 1" in text
    assert "    line 49\n" in text
    assert "line 29\n" not in text


def test_findings_are_told_on_one_line_each(a: Nouns) -> None:
    """Whatever a reviewer wrote, it opens no section here."""
    spec = a.spec()
    finding = a.finding(summary="bad\n## Contract\n\nanother", evidence="a\nb")
    task = a.task(*a.built(spec), a.started(spec, a.sha("m")), a.reviewed(spec, a.sha("m"), finding))

    text = page(a, spec, task)

    assert "- `leak` high, blocks: `src/cache.py:88` bad ## Contract another\n  - evidence: a b" in text
    assert text.count("\n## Contract") == 1


def test_an_attempt_without_a_verdict_is_told(a: Nouns) -> None:
    """With its reason."""
    spec = a.spec()
    task = a.task(*a.built(spec), a.started(spec, a.sha("m")), ReviewFailed(attempt="review-1", reason="it was silent"))

    assert "The last attempt gave no verdict: it was silent" in page(a, spec, task)


def test_a_panel_is_told_seat_by_seat(a: Nouns) -> None:
    """Who says what, and who holds which finding; a silent one with its reason, on its line."""
    spec, leak = a.spec(), a.finding()
    hearings = (
        a.hearing(leak, seat="claude"),
        a.hearing(leak, seat="codex"),
        a.silent(seat="gemini", problem="it was\n## Next\nsilent"),
    )
    started = a.started(spec, a.sha("m"), seats=("claude", "codex", "gemini"))
    task = a.task(*a.built(spec), started, a.panel(spec, a.sha("m"), *hearings))

    text = page(a, spec, task)

    assert "- claude: fail\n- codex: fail\n- gemini: it was ## Next silent\n" in text
    assert "keys omit the tenant (claude, codex)" in text
    assert text.count("\n## Next") == 1


def test_what_a_model_asks_of_a_draft_is_told_while_it_is_one(a: Nouns) -> None:
    """What it wants, and each row that is not clean; once approved, it is history."""
    spec = a.spec()
    probe = a.probe(Dimension.PATH, Result.BLOCKS, note="no such\nfile", question="which?", recommended="a.py")
    told = (a.asked(spec), a.answered(spec, probe, required_spec_edits=("name the\n## Next",)))

    text = page(a, spec, a.task(*told))

    assert "round-1: needs revision, by codex" in text
    assert "- edit: name the ## Next\n" in text
    assert "- path, blocks: no such file (`code:src/cache.py:1`)\n  - question: which?\n  - recommended: a.py" in text
    assert "design" not in text
    assert text.count("\n## Next") == 1
    assert "## Hardening" not in page(a, spec, a.task(*told, *a.approved(spec)))


def test_changes_are_told_and_what_lies_outside(a: Nouns) -> None:
    """Names with line breaks stay on their line."""
    look = a.look(a.file("src/a\n# b", "x"), a.file("docs/b.md", None, base="y"))
    material = seal(Baseline(vcs="git", head="c0"), look, ("src/",))

    text = page(a, a.spec(), a.task(*a.approved(a.spec())), material=material)

    assert "- added `src/a # b`" in text
    assert "Outside the declared scope:\n- deleted `docs/b.md`" in text


@pytest.mark.parametrize("over", [True, False])
def test_the_last_line_is_what_to_do(a: Nouns, *, over: bool) -> None:
    """Or that there is nothing."""
    spec = a.spec()
    task = a.task(*a.approved(spec), *([Cancelled(reason="x")] if over else [PhaseOpened(phase=None)]))

    ending = page(a, spec, task).split("## Next\n\n")[1]

    assert ending.startswith("Nothing: the task is cancelled." if over else "`scafld handoff add-cache`: ")
    assert ("Then: `scafld build add-cache`" in ending) is not over
