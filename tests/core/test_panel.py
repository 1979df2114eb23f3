"""What several reviewers say together: one verdict by a rule, all their findings once, and how far they agree."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies
from hypothesis.strategies import SearchStrategy

from scafld.core.evidence.dossier import Attack, AttackResult, Dossier, Finding, Mode, Severity, Verdict
from scafld.core.evidence.hearing import Hearing
from scafld.core.evidence.panel import agreements, merged, seat_verdict, verdict_of
from scafld.core.names import Digest
from scafld.core.value import changed

if TYPE_CHECKING:
    from conftest import Nouns

NONE = frozenset[Digest]()
QUORUMS = strategies.integers(min_value=0, max_value=6)
RISING = (Verdict.FAIL, None, Verdict.PASS)
"""From the worst for a change to the best."""


def finding(name: str, *, line: int | None = None, blocks: bool = True, path: str = "a.py") -> Finding:
    return Finding(
        id=name, summary=f"{name} is wrong", severity=Severity.HIGH, blocks_completion=blocks, path=path, line=line
    )


def seat(name: str, *findings: Finding, silent: bool = False, summary: str = "Looked at.") -> Hearing:
    attack = Attack(target="the cache", attack="two tenants", result=AttackResult.CLEAN)
    dossier = Dossier(summary=summary, mode=Mode.DISCOVER, findings=findings, attacks=(attack,))
    return Hearing(seat=name, provider=name, dossier=None if silent else dossier)


def findings() -> SearchStrategy[Finding]:
    return strategies.builds(
        finding,
        strategies.sampled_from(("leak", "race", "typo", "limit")),
        line=strategies.none() | strategies.integers(min_value=1, max_value=12),
        blocks=strategies.booleans(),
        path=strategies.sampled_from(("a.py", "b.py", "")),
    )


@strategies.composite
def panels(draw: strategies.DrawFn, *, silent: bool = True) -> tuple[Hearing, ...]:
    """One to four seats, each with findings whose ids occur once in it, some of them silent."""
    held = strategies.lists(findings(), max_size=3, unique_by=lambda each: each.id)
    said = [
        seat(f"seat{number}", *draw(held), silent=silent and draw(strategies.booleans()))
        for number in range(1, draw(strategies.integers(min_value=1, max_value=4)) + 1)
    ]
    return tuple(said)


@strategies.composite
def some_of(draw: strategies.DrawFn, hearings: tuple[Hearing, ...]) -> frozenset[Digest]:
    """Fingerprints of some of the findings."""
    known = sorted({each.fingerprint for one in hearings if one.dossier for each in one.dossier.findings})
    return frozenset(draw(strategies.sets(strategies.sampled_from(known)))) if known else NONE


# The verdict.


@given(panels(), QUORUMS, strategies.data())
def test_the_order_of_seats_does_not_matter(
    hearings: tuple[Hearing, ...], quorum: int, data: strategies.DataObject
) -> None:
    """Whoever is heard first."""
    other = tuple(data.draw(strategies.permutations(hearings)))
    dismissed = data.draw(some_of(hearings))

    assert verdict_of(other, quorum, dismissed) is verdict_of(hearings, quorum, dismissed)


@given(panels(), QUORUMS)
def test_a_seat_more_that_passes_makes_nothing_worse(hearings: tuple[Hearing, ...], quorum: int) -> None:
    """It turns no pass into a fail, and takes no verdict of pass away."""
    before, after = verdict_of(hearings, quorum, NONE), verdict_of((*hearings, seat("late")), quorum, NONE)

    assert RISING.index(after) >= RISING.index(before)


@given(panels(), QUORUMS, strategies.integers(min_value=0, max_value=4))
def test_a_seat_more_that_blocks_makes_nothing_better(hearings: tuple[Hearing, ...], quorum: int, place: int) -> None:
    """It turns no fail into a pass, nor does it leave one open."""
    more = (*hearings[:place], seat("late", finding("leak")), *hearings[place:])

    assert RISING.index(verdict_of(more, quorum, NONE)) <= RISING.index(verdict_of(hearings, quorum, NONE))


@given(panels(), QUORUMS, strategies.data())
def test_a_dismissal_makes_nothing_worse(
    hearings: tuple[Hearing, ...], quorum: int, data: strategies.DataObject
) -> None:
    """It only takes away what blocks."""
    fewer = data.draw(some_of(hearings))
    more = fewer | data.draw(some_of(hearings))

    assert RISING.index(verdict_of(hearings, quorum, more)) >= RISING.index(verdict_of(hearings, quorum, fewer))


@given(panels(), QUORUMS)
def test_a_verdict_is_given_exactly_when_the_silent_could_not_turn_it(
    hearings: tuple[Hearing, ...], quorum: int
) -> None:
    """Whatever they would have said, it is the same; where it is not, there is none."""
    silent = [at for at, each in enumerate(hearings) if each.dossier is None]
    verdicts = set()
    for words in product((True, False), repeat=len(silent)):
        told = list(hearings)
        for at, passes in zip(silent, words, strict=True):
            told[at] = seat(hearings[at].seat, *(() if passes else (finding("leak"),)))
        verdicts.add(verdict_of(tuple(told), quorum, NONE))

    assert None not in verdicts
    assert verdict_of(hearings, quorum, NONE) is (verdicts.pop() if len(verdicts) == 1 else None)


@given(panels(silent=False))
def test_any_open_blocker_fails_where_all_must_pass(hearings: tuple[Hearing, ...]) -> None:
    """However many hold nothing against the change."""
    blocks = any(each.blocks for one in hearings if one.dossier for each in one.dossier.findings)

    assert verdict_of(hearings, 0, NONE) is (Verdict.FAIL if blocks else Verdict.PASS)


@pytest.mark.parametrize("quorum", [0, 1])
def test_of_nobody_there_is_no_pass(quorum: int) -> None:
    """Nothing that was heard speaks for the change."""
    assert verdict_of((), quorum, NONE) is not Verdict.PASS


def test_more_than_there_are_never_pass() -> None:
    """A quorum that cannot be reached is a fail, not a pass of all that were heard."""
    assert verdict_of((seat("one"), seat("two")), 3, NONE) is Verdict.FAIL


@pytest.mark.parametrize(
    ("hearing", "verdict"),
    [(seat("one"), Verdict.PASS), (seat("one", finding("leak")), Verdict.FAIL), (seat("one", silent=True), None)],
)
def test_a_seat_by_itself(hearing: Hearing, verdict: Verdict | None) -> None:
    """Says what its findings say; silent, it says nothing."""
    assert seat_verdict(hearing, NONE) is verdict


def test_a_seat_whose_blockers_are_dismissed_passes() -> None:
    """All of them."""
    leak, race = finding("leak"), finding("race")
    both = seat("one", leak, race)

    assert seat_verdict(both, frozenset({leak.fingerprint})) is Verdict.FAIL
    assert seat_verdict(both, frozenset({leak.fingerprint, race.fingerprint})) is Verdict.PASS


# Agreement.


@given(panels(), strategies.data())
def test_every_finding_of_every_seat_is_told_once(hearings: tuple[Hearing, ...], data: strategies.DataObject) -> None:
    """None is lost in another, and no seat stands twice behind one."""
    told = agreements(hearings, data.draw(some_of(hearings)))

    raised = [(one.seat, each) for one in hearings if one.dossier for each in one.dossier.findings]
    assert sum(len(each.seats) for each in told) == len(raised)
    assert all(len(set(each.seats)) == len(each.seats) for each in told)
    assert all(any(each.finding == held for _, held in raised) for each in told)


@given(panels(), strategies.data())
def test_whatever_fails_a_change_can_be_seen(hearings: tuple[Hearing, ...], data: strategies.DataObject) -> None:
    """Where any blocker fails the review, the findings told together hold one exactly when the verdict is fail."""
    dismissed = data.draw(some_of(hearings))
    together = merged(hearings, dismissed)

    standing = [each for each in (together.blockers if together else ()) if each.fingerprint not in dismissed]

    assert bool(standing) is (verdict_of(hearings, 0, dismissed) is Verdict.FAIL)


SAME: dict[str, tuple[Finding, Finding, bool]] = {
    "the same name and place": (finding("leak", line=3), finding("leak", line=99), True),
    "another name near by": (finding("leak", line=3), finding("race", line=6), True),
    "another name far off": (finding("leak", line=3), finding("race", line=7), False),
    "another name in another file": (finding("leak", line=3), finding("race", line=3, path="b.py"), False),
    "another name without a line": (finding("leak", line=3), finding("race"), False),
    "another name without a file": (finding("leak", line=3, path=""), finding("race", line=3, path=""), False),
    "near by, and only one blocks": (finding("leak", line=3), finding("race", line=3, blocks=False), False),
}


@pytest.mark.parametrize("case", SAME)
def test_two_reviewers_agree_on_the_same_thing(case: str) -> None:
    """Of one name, or at one place."""
    one, other, same = SAME[case]

    told = agreements((seat("claude", one), seat("codex", other)))

    assert [each.seats for each in told] == ([("claude", "codex")] if same else [("claude",), ("codex",)])


def test_what_one_reviewer_tells_apart_is_two_things() -> None:
    """Also on one line."""
    told = agreements((seat("claude", finding("leak", line=3), finding("race", line=3)),))

    assert [each.finding.id for each in told] == ["leak", "race"]


@pytest.mark.parametrize("first", [True, False])
def test_the_graver_of_two_stands_for_both(*, first: bool) -> None:
    """That one of them would let it pass takes nothing away."""
    light, grave = seat("claude", finding("leak", blocks=False)), seat("codex", finding("leak"))

    (told,) = agreements((grave, light) if first else (light, grave))

    assert told.finding.blocks


def test_a_dismissed_finding_stands_for_no_other() -> None:
    """What a second reviewer raised at the same place is told by itself, until somebody dismisses that too."""
    leak, race = finding("leak", line=3), finding("race", line=4)
    hearings = (seat("claude", leak), seat("codex", race))

    assert [each.seats for each in agreements(hearings)] == [("claude", "codex")]
    assert [each.finding.id for each in agreements(hearings, frozenset({leak.fingerprint}))] == ["leak", "race"]


# Together.


def test_one_reviewer_speaks_for_itself(a: Nouns) -> None:
    """In its own words; the silent ones beside it are not heard."""
    alone = seat("claude", finding("leak"))

    assert merged((alone,)) is alone.dossier
    assert merged((alone, seat("codex", silent=True))) is alone.dossier
    assert merged((seat("codex", silent=True),)) is None
    assert merged(()) is None


def test_several_speak_in_turn() -> None:
    """Each named with its summary and its attacks; nobody's attack passes for another's."""
    one = seat("claude", finding("leak"), summary="It leaks.")
    together = merged((one, seat("codex", summary="Fine.")))

    assert together is not None
    assert together.summary == "claude: It leaks. / codex: Fine."
    assert [each.attack for each in together.attacks] == ["claude: two tenants", "codex: two tenants"]
    assert [each.id for each in together.findings] == ["leak"]
    assert changed(together, attacks=()).verdict is Verdict.FAIL
