"""What one run is worth, for every kind of criterion and every way in which a run can end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies

from scafld.core.contract.spec import Expected
from scafld.core.evidence.criterion import (
    STRENGTHS,
    Artifact,
    Ended,
    Observation,
    Outcome,
    Strength,
    artifact_paths,
    is_red,
    judge,
    strength_of,
)

if TYPE_CHECKING:
    from conftest import Nouns

RUN = [kind for kind in Expected if kind is not Expected.MANUAL]
PASS, FAIL, PENDING = Outcome.PASS, Outcome.FAIL, Outcome.PENDING


@pytest.mark.parametrize(("code", "outcome"), [(0, PASS), (1, FAIL), (2, FAIL), (128, FAIL), (255, FAIL)])
def test_exit_code_zero(a: Nouns, code: int, outcome: Outcome) -> None:
    """Zero passes, nothing else does."""
    found = judge(a.criterion(), a.seen(code))

    assert found.outcome is outcome
    assert f"exit {code}" in found.reason


@pytest.mark.parametrize(("code", "wanted", "outcome"), [(3, 3, PASS), (0, 3, FAIL), (4, 3, FAIL), (0, 0, PASS)])
@pytest.mark.parametrize("kind", [Expected.EXIT_CODE_ZERO, Expected.EXIT_CODE_NONZERO])
def test_an_exact_exit_code_wins(a: Nouns, kind: Expected, code: int, wanted: int, outcome: Outcome) -> None:
    """Whichever kind it stands under."""
    found = judge(a.criterion(expected=kind, exit_code=wanted), a.seen(code))

    assert found.outcome is outcome


@pytest.mark.parametrize(("code", "outcome"), [(0, FAIL), (1, PASS), (2, PASS), (128, PASS)])
def test_exit_code_nonzero(a: Nouns, code: int, outcome: Outcome) -> None:
    """Any code but zero, if the command ran at all."""
    assert judge(a.criterion(expected=Expected.EXIT_CODE_NONZERO), a.seen(code)).outcome is outcome


@pytest.mark.parametrize(
    ("code", "output", "outcome"),
    [
        (1, "", PASS),
        (0, "", PASS),
        (0, "\n \n", PASS),
        (0, "src/a.py:3: TODO\n", FAIL),
        (1, "src/a.py:3: TODO\n", FAIL),
        (2, "", FAIL),
        (2, "grep: bad pattern", FAIL),
    ],
)
def test_no_matches(a: Nouns, code: int, output: str, outcome: Outcome) -> None:
    """Silence with 0 or 1 passes; a search that could not search does not."""
    assert judge(a.criterion(expected=Expected.NO_MATCHES), a.seen(code, output)).outcome is outcome


def test_no_matches_counts_what_it_saw(a: Nouns) -> None:
    """One match is one, and the tail may not hold them all."""
    criterion = a.criterion(expected=Expected.NO_MATCHES)

    assert judge(criterion, a.seen(0, "one\n")).reason == "a match, expected none"
    assert judge(criterion, a.seen(0, "one\ntwo\n")).reason == "2 or more matching lines, expected none"


def test_manual_waits_for_a_person(a: Nouns) -> None:
    """No run decides it, not even one that succeeds."""
    assert judge(a.criterion(expected=Expected.MANUAL, command=""), a.seen(0)).outcome is PENDING


@pytest.mark.parametrize("kind", RUN)
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"ended": Ended.TIMEOUT}, "ran out of time after 0.0 s"),
        ({"ended": Ended.IDLE}, "silent"),
        ({"ended": Ended.CANCELLED}, "cancelled"),
        ({"ended": Ended.SIGNALLED, "signal": 9}, "signal 9"),
        ({"ended": Ended.NOT_STARTED, "problem": "no shell"}, "did not start: no shell"),
        ({"ended": Ended.NOT_STARTED}, "did not start"),
    ],
)
def test_a_command_that_did_not_run_to_its_end_never_passes(
    a: Nouns, kind: Expected, fields: dict[str, object], words: str
) -> None:
    """Whatever was expected, an exact exit code too."""
    for wanted in (None, 0, 1):
        found = judge(a.criterion(expected=kind, exit_code=wanted), a.seen(None, **fields))

        assert found.outcome is FAIL
        assert words in found.reason


@pytest.mark.parametrize("kind", RUN)
@pytest.mark.parametrize("code", [126, 127, 129, 137, 139, 143, 255])
def test_not_found_and_killed_never_pass(a: Nouns, kind: Expected, code: int) -> None:
    """Exit 126 and 127, and 128 + n, are no evidence, even where just that code was expected."""
    for wanted in (None, code):
        assert judge(a.criterion(expected=kind, exit_code=wanted), a.seen(code)).outcome is FAIL


@pytest.mark.parametrize("kind", [Expected.EXIT_CODE_ZERO, Expected.EXIT_CODE_NONZERO, Expected.BROWSER_EVIDENCE])
@pytest.mark.parametrize("code", [0, 1, 5])
def test_no_tests_ran_never_passes(a: Nouns, kind: Expected, code: int) -> None:
    """The runner's own words are believed before its exit code."""
    found = judge(
        a.criterion(expected=kind, exit_code=code), a.seen(code, "collected 0 items\n\nno tests ran in 0.01s")
    )

    assert found.outcome is FAIL
    assert found.reason == "no tests ran (no tests ran)"


@pytest.mark.parametrize("kind", [Expected.EXIT_CODE_ZERO, Expected.EXIT_CODE_NONZERO, Expected.NO_MATCHES])
@pytest.mark.parametrize(("found", "passes"), [(True, True), (False, False), (None, False)])
def test_a_wanted_text_must_have_been_seen(a: Nouns, kind: Expected, found: bool | None, *, passes: bool) -> None:
    """In the whole output, as the runner tells; not told is not seen."""
    code = 1 if kind is Expected.EXIT_CODE_NONZERO else 0

    outcome = judge(a.criterion(expected=kind, contains="tenant"), a.seen(code, found=found)).outcome

    assert outcome is (PASS if passes else FAIL)


@given(
    strategies.sampled_from(RUN),
    strategies.sampled_from(Ended),
    strategies.none() | strategies.integers(0, 255),
    strategies.none() | strategies.integers(0, 255),
    strategies.text(max_size=30),
)
def test_a_pass_always_ran_to_its_end(
    kind: Expected, ended: Ended, code: int | None, wanted: int | None, tail: str
) -> None:
    """Whatever the combination: only an exit with a code that is neither not-found nor a signal can pass."""
    from scafld.core.contract.spec import Criterion
    from scafld.core.digest import digest_of
    from scafld.core.names import CriterionId

    criterion = Criterion(id=CriterionId("ac1"), title="t", command="c", expected=kind, exit_code=wanted)
    content = tail.encode()
    seen = Observation(
        ended=ended,
        duration_ms=1,
        exit_code=code,
        output_digest=digest_of(content),
        output_bytes=len(content),
        tail=tail,
    )

    if judge(criterion, seen).outcome is PASS:
        assert ended is Ended.EXITED
        assert code is not None
        assert code not in (126, 127)
        assert code <= 128


# Browser evidence.


def packet(**fields: object) -> str:
    whole = {"url": "http://localhost", "viewport": "800x600", "console_errors": [], "network_errors": []}
    return json.dumps(whole | {"screenshots": [{"path": "shot.png"}]} | fields)


def browser(a: Nouns, stdout: str, *artifacts: Artifact, code: int = 0) -> tuple[Outcome, str]:
    seen = a.seen(code, stdout, stdout=stdout)
    found = judge(a.criterion(expected=Expected.BROWSER_EVIDENCE), seen, artifacts)
    return found.outcome, found.reason


def shot(a: Nouns, path: str = "shot.png") -> Artifact:
    return Artifact(path=path, digest=a.sha("pixels"))


def test_browser_evidence_that_holds(a: Nouns) -> None:
    """Exit 0, one object on stdout, no errors, and every artifact it names is there."""
    assert browser(a, packet(), shot(a)) == (PASS, "http://localhost at 800x600, 1 artifact(s)")


@pytest.mark.parametrize(
    ("stdout", "words"),
    [
        ("", "not one JSON object"),
        ("[]", "not one JSON object"),
        (packet() + packet(), "not one JSON object"),
        ('{"url": "x"}', "lacks viewport, console_errors, network_errors"),
        (packet(url=" "), "no url"),
        (packet(viewport=""), "no viewport"),
        (packet(console_errors=["TypeError: x"]), "1 console errors: TypeError: x"),
        (packet(network_errors=["404 /api", "500"]), "2 network errors: 404 /api"),
        (packet(console_errors="none"), "console_errors is not a list"),
        (packet(screenshots="shot.png"), "screenshots is not a list"),
    ],
)
def test_browser_evidence_that_does_not_hold(a: Nouns, stdout: str, words: str) -> None:
    """Each lack is named."""
    outcome, reason = browser(a, stdout, shot(a))

    assert outcome is FAIL
    assert words in reason


def test_browser_evidence_needs_its_artifacts(a: Nouns) -> None:
    """One at least, and each of them a file that is there."""
    gone = Artifact(path="gone.png", digest=None)

    assert browser(a, packet(screenshots=[])) == (FAIL, "names no screenshot, trace, video or artifact")
    assert browser(a, packet(), shot(a), gone) == (FAIL, "names gone.png, which is no file in the workspace")
    assert browser(a, packet(), shot(a), code=1) == (FAIL, "exit 1, expected 0")


def test_artifacts_are_read_from_stdout(a: Nouns) -> None:
    """In the order of the lists; rows without a path, and what is no evidence, name none."""
    rows = packet(screenshots=[{"path": "a.png"}, {"name": "x"}, "b.png"], traces=[{"path": "t.zip"}])

    assert artifact_paths(a.seen(0, stdout=rows)) == ("a.png", "t.zip")
    assert artifact_paths(a.seen(0, stdout="no")) == ()


# Red, and strength.


@pytest.mark.parametrize(
    ("code", "fields", "red"),
    [
        (1, {}, True),
        (0, {}, False),
        (127, {}, False),
        (126, {}, False),
        (137, {}, False),
        (None, {}, False),
        (None, {"ended": Ended.TIMEOUT}, False),
        (None, {"ended": Ended.SIGNALLED, "signal": 6}, False),
        (None, {"ended": Ended.NOT_STARTED}, False),
    ],
)
def test_red_is_a_no_that_was_really_said(a: Nouns, code: int | None, fields: dict[str, object], *, red: bool) -> None:
    """A command that was not found, or did not end by itself, shows nothing about the work."""
    seen = a.seen(code, **fields)

    assert is_red(judge(a.criterion(), seen), seen) is red


@pytest.mark.parametrize(
    ("kind", "red", "strength"),
    [
        (Expected.MANUAL, True, Strength.DECLARED),
        (Expected.MANUAL, False, Strength.DECLARED),
        (Expected.EXIT_CODE_ZERO, False, Strength.GREEN),
        (Expected.EXIT_CODE_ZERO, True, Strength.RED_GREEN),
        (Expected.NO_MATCHES, True, Strength.RED_GREEN),
    ],
)
def test_strength(a: Nouns, kind: Expected, strength: Strength, *, red: bool) -> None:
    """A person's word is declared; a command is green, or red-green when it was seen to fail."""
    assert strength_of(a.criterion(expected=kind), red_seen=red) is strength


def test_strengths_are_in_order() -> None:
    """Weakest first."""
    assert STRENGTHS == (Strength.DECLARED, Strength.GREEN, Strength.RED_GREEN)
