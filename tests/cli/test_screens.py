"""What people read: 80 columns, one line a fact, and nothing in it that moves a cursor."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies

from scafld.adapters.cli.console import Console, cells, cut, line_of, pad, plain
from scafld.adapters.cli.errors import problem_lines
from scafld.adapters.cli.screens.many_screen import list_screen, log_screen, report_screen
from scafld.adapters.cli.screens.step_screen import step_screen
from scafld.adapters.cli.screens.task_screen import task_screen
from scafld.app.given import Stepped
from scafld.app.task.log import Logged
from scafld.core.contract.problems import Problem
from scafld.core.contract.spec import Criterion
from scafld.core.evidence.criterion import Ended, Judgement, Observation, Outcome, Strength
from scafld.core.evidence.dossier import Attack, AttackResult, Finding, Severity
from scafld.core.evidence.seals import Change, ChangeKind
from scafld.core.names import Actor, ActorKind, Digest, Moment, RepoPath, criterion_id
from scafld.core.task.decide.step import Ask, Ran
from scafld.core.task.known import Status
from scafld.core.task.standing import Binding, Reviewing
from scafld.core.value import changed
from scafld.core.views.heard import AttemptView
from scafld.core.views.metrics import Row, report_of
from scafld.core.views.next_action import NextAction
from scafld.core.views.overview import (
    BlockView,
    ContractView,
    CriterionView,
    MaterialView,
    Overview,
    PhaseView,
    ReviewView,
)

Scafld = Callable[..., Any]
BARE = Console()
COLOURED = Console(colour=True)
HOSTILE = "\x1b[2J\x1b]0;owned\x07 a\rb\nc\u202egnp\u2028d\x9b31m\x00\x7f\u200b 界 e\u0301"
TEXTS = strategies.one_of(
    strategies.just(HOSTILE),
    strategies.just("word " * 60),
    strategies.just("界" * 90),
    strategies.just("x" * 300),
    strategies.text(max_size=40),
)


def is_harmless(line: str) -> bool:
    """One line of printable characters: no control, no format character, no separator of lines."""
    return all(unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in line)


def without_colour(line: str) -> str:
    """The line without the colours that scafld has; any other escape stays, and is no harmless character."""
    for code in ("0", "1", "2", "31", "32", "33"):
        line = line.replace(f"\x1b[{code}m", "")
    return line


def said(text: str = "Add a cache", **changes: Any) -> Overview:
    """A task with something on every line, its texts all the same."""
    digest = "a" * 64
    finding = Finding(
        id=text, summary=text, severity=Severity.HIGH, blocks_completion=True, path=text, line=88, category=text
    )
    change = Change(path=RepoPath(text), kind=ChangeKind.RENAMED, digest=None, was=RepoPath(text))
    criterion = CriterionView(
        id=criterion_id("ac1_1"),
        phase="phase1",  # type: ignore[arg-type]
        title=text,
        expected="exit_code_zero",
        command=text,
        outcome="fail",
        reason=text,
        strength=Strength.GREEN,
        red_seen=False,
        exit_code=1,
        duration_ms=1200,
        entry="entry-9",
        output=None,
        tail=f"{text}\n{text}\n",
    )
    phase = PhaseView(
        id="phase1",  # type: ignore[arg-type]
        name=text,
        status="blocked",
        passed=1,
        total=2,
        strength=Strength.RED_GREEN,
        duration_ms=4100,
        unproven=text,
    )
    review = ReviewView(
        standing=Reviewing.STALE_MATERIAL,
        by=text,
        model=text,
        verdict="fail",
        summary=text,
        findings=(finding,),
        attacks=(Attack(attack=text, target=text, result=AttackResult.CLEAN),),
        attempt=AttemptView(
            id="review-9",
            provider=text,
            running=False,
            lease_until=Moment("2026-01-31T12:00:00.000Z"),
            problem=text,
            changed=(text,),
        ),
    )
    whole = Overview(
        task_id="add-cache",  # type: ignore[arg-type]
        title=text,
        status=Status.BLOCKED,
        profile="light",
        size="small",
        risk="low",
        path=".scafld/specs/active/add-cache.md",
        ledger="unsealed",
        entries=9,
        last_at=None,
        contract=ContractView(
            digest=digest,  # type: ignore[arg-type]
            binding=Binding.CHANGED,
            approved=None,
            approved_at=None,
            reason="",
            overrides=(),
        ),
        phases=(phase, changed(phase, id=None, name="", status="pending", passed=0, unproven="")),
        criteria=(criterion,),
        block=BlockView(phase=None, failing=(), reason=text, attempts=1, most=2),
        review=review,
        material=MaterialView(
            digest=digest,  # type: ignore[arg-type]
            whole_tree=False,
            changes=(change,) * 9,
            drift=(change,),
            scope=(),
            unmatched=(),
        ),
        problems=(Problem(line=3, code="c", message=text, suggestion=text),),
        demands=(Problem(line=0, code="d", message=text, suggestion=text),),
        harden="not_run",
        reason=text,
        next_action=NextAction(role="executor", action="repair_acceptance", command="x", reason=text),
        next="x",
    )
    return changed(whole, **changes)


def ran(text: str, outcome: Outcome) -> Ran:
    """One run of a criterion whose texts are all the same."""
    seen = Observation(
        ended=Ended.EXITED, exit_code=1, duration_ms=1200, output_digest=Digest("a" * 64), output_bytes=9, tail=text
    )
    criterion = Criterion(id=criterion_id("ac1_1"), title=text, command=text)
    return Ran(
        ask=Ask(criterion=criterion, phase=None), observation=seen, judgement=Judgement(outcome=outcome, reason=text)
    )


def stepped(text: str, kind: str, overview: Overview) -> Stepped:
    runs = tuple(ran(text, outcome) for outcome in Outcome)
    return Stepped(overview=overview, kind=kind, phase="phase1", ran=runs, blocked=kind != "opened")


def row(text: str, **changes: Any) -> Row:
    whole = Row(
        task_id="add-cache",  # type: ignore[arg-type]
        title=text,
        status="active",
        path="",
        ledger="sealed",
        last_at=None,
        profile="light",
        problem="",
        counts={},
    )
    return changed(whole, **changes)


def pages(text: str, console: Console) -> list[str]:
    """Every page there is, drawn with this text in every place that somebody else fills."""
    rows = (row(text), row("", status="damaged", problem=text), row(text, task_id="x" * 90), row(text, task_id=text))
    entry = Logged(
        seq=1,
        at=Moment("2026-01-31T12:00:00.000Z"),
        kind=text,
        actor=Actor(kind=ActorKind.HUMAN, name=text),
        said=(("title", text),),
        digest=None,
    )
    lines = [
        *(line for status in Status for line in task_screen(said(text, status=status), console)),
        *(
            line
            for kind in ("opened", "judged", "completed")
            for line in step_screen(stepped(text, kind, said(text)), console)
        ),
        *list_screen(rows[:3], console),
        *report_screen(report_of(rows[:2]), console),
        *problem_lines(".scafld/a.md", said(text).problems, console),
        *log_screen((entry,), console),
    ]
    return [line for line in lines if line != "x" * 90]


@given(text=TEXTS)
def test_no_page_is_wider_than_the_terminal(text: str) -> None:
    """80 columns, as a terminal counts them, whatever stands in titles, findings, tails and file names."""
    wide = [line for line in pages(text, BARE) if cells(line) > 80]

    assert wide == []


def test_a_day_is_told_once_where_there_is_little_room() -> None:
    """And with every entry where there is room for it."""
    days = ("2026-01-31", "2026-01-31", "2026-02-01")
    entries = [
        Logged(
            seq=seq,
            at=Moment(f"{day}T12:00:00.000Z"),
            kind="review",
            actor=Actor(kind=ActorKind.HUMAN, name="ada"),
            said=(("verdict", "pass"),),
            digest=None,
        )
        for seq, day in enumerate(days, start=1)
    ]

    narrow, wide = (list(log_screen(entries, Console(width=width))) for width in (99, 100))

    assert narrow == [
        "  2026-01-31",
        "   1  12:00:00  ada       review  pass",
        "   2  12:00:00  ada       review  pass",
        "  2026-02-01",
        "   3  12:00:00  ada       review  pass",
    ]
    assert wide == [f"   {seq}  {day} 12:00:00  ada           review  pass" for seq, day in enumerate(days, start=1)]


@given(text=TEXTS)
def test_no_page_moves_a_cursor(text: str) -> None:
    """Escapes, bells, carriage returns, turns of the reading direction and line breaks become visible characters."""
    bad = [line for line in pages(text, BARE) if not is_harmless(line)]

    assert bad == []


@given(text=TEXTS)
def test_colour_is_all_that_colour_adds(text: str) -> None:
    """With colour there are the escapes for it and no other; without them the page is the plain page."""
    coloured = [without_colour(line).rstrip() for line in pages(text, COLOURED)]

    assert coloured == [line.rstrip() for line in pages(text, BARE)]


def test_colour_is_there_when_it_may_be() -> None:
    """The test above would hold for a page that has none."""
    assert any("\x1b[31m" in line for line in pages("text", COLOURED))


def test_what_was_hostile_can_still_be_read() -> None:
    """It is shown as what it is, not left out."""
    assert plain("\x1b[2J\a\r\u202e") == "\\x1b[2J\\x07\\r\\u202e"
    assert line_of("a\n b\tc") == "a b c"


@pytest.mark.parametrize("width", [72, 100, 200])
def test_a_page_fits_any_terminal(width: int) -> None:
    """Narrow or wide: the words move, the facts stay."""
    console = Console(width=width)

    lines = task_screen(said("Add a cache"), console)

    assert all(cells(line) <= width for line in lines[2:])
    assert any("ac1_1" in line for line in lines) and any("(attempt 1 of 2)" in line for line in lines)


@given(text=strategies.text(max_size=60), room=strategies.integers(4, 50))
def test_a_cut_fits(text: str, room: int) -> None:
    """What is cut fits, says that it was cut, and is a beginning; what fits is left alone."""
    short = cut(text, room)

    assert cells(short) <= room
    assert short == text if cells(text) <= room else short.endswith("...")
    assert cells(pad(short, room)) == room


@given(
    words=strategies.lists(strategies.text("abc界", min_size=1, max_size=30), max_size=40),
    most=strategies.integers(1, 5),
)
def test_wrapping_keeps_every_word_that_fits(words: list[str], most: int) -> None:
    """Lines within their room, at most so many; all words in order unless dots say that some are missing."""
    text = " ".join(words)

    lines = Console(width=40).wrap(text, 8, most)

    assert len(lines) <= most and all(cells(line) <= 32 for line in lines)
    if "..." not in " ".join(lines):
        assert " ".join(lines) == text


def test_paths_are_those_that_the_user_can_type() -> None:
    """From a folder below, a path of the workspace leads back up."""
    below = Console(root="/w", cwd="/w/src/deep")

    assert below.path(".scafld/specs/a.md") == "../../.scafld/specs/a.md"
    assert below.path("src/deep/a.py") == "a.py"
    assert Console(root="/w", cwd="/w").path("src/a.py") == "src/a.py"


def test_a_real_run_with_a_hostile_world_is_harmless(scafld: Scafld, workspace: Path) -> None:
    """A title, a file name, a command and what it prints, all of them hostile: every page stays plain."""
    (workspace / "a\x1b[31m\rb\u202e.py").write_text("1\n", encoding="utf-8")
    loud = "printf 'x\\033[2J\\033]0;owned\\007\\r\\n\\342\\200\\256evil\\n'; exit 1"
    scafld("quick", "bad", "--title", "T\x1b[2J\u202e\r\n\a", "--command", loud)
    blocked = scafld("build", "bad")

    said = [
        blocked,
        *(scafld(name, "bad") for name in ("status", "handoff", "show", "log")),
        scafld("list"),
        scafld("report"),
        scafld("review", "bad", "--print-context"),
        scafld("status", "x\x1b[2J"),
        scafld("\x1b[2J\u202e"),
        scafld("plan", "x", "--size", "\x1b[2J"),
        scafld("status", "bad", "--root", "/\x1b[2J"),
    ]

    assert blocked.code == 3
    assert any("owned" in line for line in blocked.lines)
    for ended in said:
        assert ended.lines
        assert all(is_harmless(line.replace("\t", " ")) for line in ended.lines), ended


def test_a_hostile_document_is_shown_harmless(scafld: Scafld, built: Path, spec_of: Callable[[str], Path]) -> None:
    """Prose of a contract, and a file that a reviewer would be sent; the exact text is in the envelope."""
    prose = "Look \x1b[2J\x1b]0;owned\x07 here\u202e."
    path = spec_of("add-y")
    path.write_text(path.read_text(encoding="utf-8") + f"\n## Notes\n{prose}\n", encoding="utf-8")
    (built / "a.py").write_text(f"y = 1  # {prose}\n", encoding="utf-8")

    page, packet = scafld("show", "add-y"), scafld("review", "add-y", "--print-context")
    told = scafld("show", "add-y", "--json").told

    assert "Look \\x1b[2J" in page.out and "Look \\x1b[2J" in packet.out
    assert all(is_harmless(line.replace("\t", " ")) for line in (*page.lines, *packet.lines))
    assert prose in told["result"]["text"]


def test_next_is_the_last_line_whenever_there_is_one(scafld: Scafld, workspace: Path) -> None:
    """Of every page of a life, blocked or refused or not; a finished task has none."""
    pages = [
        scafld(),
        scafld("plan", "add-y", "--title", "Add y", "--command", "grep -q y a.py", "--file", "a.py"),
        scafld("status", "add-y"),
        scafld("harden", "add-y"),
        scafld("approve", "add-y", "--reason", "small"),
        scafld("complete", "add-y"),
        scafld("build", "add-y"),
        scafld("build", "add-y"),
        scafld("status", "add-y"),
        scafld("handoff", "add-y"),
        scafld("status", "nope"),
    ]

    for ended in pages:
        stream = (ended.out if ended.out and not ended.err else ended.err).splitlines()
        assert stream[-1].startswith("next: scafld "), ended
        assert sum(line.startswith("next:") for line in ended.lines) == 1
