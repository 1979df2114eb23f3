"""What a person at a terminal sees of models: a draft and its questions, a panel that disagrees, a dismissal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from scafld.adapters.codec import encode
from scafld.core.contract.offer import Proposal, ProposedCriterion
from scafld.core.contract.questions import Decision, Dimension, Result
from scafld.core.contract.spec import Risk, Size
from scafld.core.evidence.dossier import Attack, AttackResult, Dossier, Finding, Mode, Severity
from scafld.core.evidence.questioning import HardenDossier, Probe, ShapeJudged

Scafld = Callable[..., object]
LEAK = Finding(
    id="leak",
    summary="y is kept for ever",
    severity=Severity.HIGH,
    blocks_completion=True,
    path="a.py",
    line=2,
    evidence="read it",
    impact="it grows",
    validation="a test",
)


@pytest.fixture
def answers(tmp_path: Path) -> Callable[[str, object], str]:
    """A command that gives this answer, whatever it is asked."""

    def command(name: str, answer: object) -> str:
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(encode(answer)), encoding="utf-8")
        return f"cat {path}"

    return command


def dossier(*findings: Finding) -> Dossier:
    """Six angles, and these findings."""
    attack = Attack(target="a.py", attack="an angle", result=AttackResult.CLEAN)
    return Dossier(summary="It was looked at.", mode=Mode.DISCOVER, findings=findings, attacks=(attack,) * 6)


@pytest.fixture
def panel(built: Path, answers: Callable[[str, object], str]) -> Path:
    """A built task, and two reviewers who do not agree."""
    strict, kind = answers("strict", dossier(LEAK)), answers("kind", dossier())
    with open(built / ".scafld/config.yaml", "a", encoding="utf-8") as file:
        file.write(f'\nreview:\n  panel:\n    seats: ["command:{strict}", "command:{kind}"]\n')
    return built


@pytest.mark.usefixtures("workspace")
def test_a_draft_by_a_model_asks_its_questions(scafld: Scafld, answers: Callable[[str, object], str]) -> None:
    """At once, where its reader sees them, and as data; they stand in the draft too."""
    proposal = Proposal(
        title="Add y",
        summary="y is there.",
        size=Size.SMALL,
        risk=Risk.LOW,
        objectives=(),
        scope_in=(),
        scope_out=(),
        files=("a.py",),
        assumptions=(),
        risks=(),
        rollback=(),
        phases=(),
        criteria=(ProposedCriterion(title="y is there", command="grep -q y a.py"),),
        log=("read a.py:1",),
        questions=("Which y is meant?",),
    )
    ask = ("--from", "y, please", "--provider-command", answers("plan", proposal))

    page = scafld("plan", "add-z", *ask)
    told = scafld("plan", "add-w", *ask, "--json").told["result"]

    assert page.code == 0, page
    assert page.out.splitlines()[:2] == ["draft: .scafld/specs/drafts/add-z.md", "asks:  Which y is meant?"]
    assert told["questions"] == ["Which y is meant?"]
    assert "- Which y is meant?" in scafld("show", "add-z").out
    assert " draft  command 1 cycle 1 question y, please" in scafld("log", "add-z").out


@pytest.mark.usefixtures("panel")
def test_a_panel_that_disagrees_fails_with_both_dossiers_in_sight(scafld: Scafld) -> None:
    """Each seat with its own verdict, each finding with who raised it, on the page and as data."""
    page = scafld("review", "add-y")
    told = scafld("status", "add-y", "--json").told["result"]["review"]

    assert page.code == 4
    assert "    command    fail  1 finding, 6 angles" in page.out
    assert "    command-2  pass  0 findings, 6 angles" in page.out
    assert "      raised by command\n" in page.out
    assert [(each["seat"], each["verdict"]) for each in told["seats"]] == [("command", "fail"), ("command-2", "pass")]
    assert told["raised"][0]["seats"] == ["command"]


@pytest.mark.usefixtures("panel")
def test_a_person_dismisses_a_finding_with_a_reason(scafld: Scafld) -> None:
    """An agent does not; without a reason nobody does; then the gate is open, and both stand on the page."""
    scafld("review", "add-y")

    agent = scafld("review", "add-y", "--dismiss", "leak", "--reason", "no", SCAFLD_ACTOR="agent:claude")
    bare = scafld("review", "add-y", "--dismiss", "leak")
    page = scafld("review", "add-y", "--dismiss", "leak", "--reason", "one y is enough")

    assert (agent.code, bare.code, page.code) == (4, 4, 0)
    assert "a finding is dismissed by a person" in agent.err
    assert page.out.splitlines()[0] == "leak: dismissed on this code, on your word"
    assert "      dismissed: one y is enough\n" in page.out
    assert page.out.endswith("next: scafld complete add-y\n")
    assert " finding_dismissed  leak a.py one y is" in scafld("log", "add-y").out


@pytest.mark.usefixtures("workspace")
def test_a_rehearsed_round_passes_nothing(scafld: Scafld, answers: Callable[[str, object], str]) -> None:
    """The gate stays as it was, and a model is asked afterwards as if nobody had been."""
    scafld("plan", "add-z", "--title", "Add z", "--command", "grep -q z a.py")
    rows = tuple(Probe(dimension=each, result=Result.NOT_APPLICABLE, note="none") for each in Dimension)
    kept = ShapeJudged(decision=Decision.KEEP, true_shape="t", minimal_plan="m", shared_owner="s")
    sound = answers("harden", HardenDossier(summary="Fine.", shape=kept, observations=rows))

    rehearsed = scafld("harden", "add-z", "--provider", "local")
    refused = scafld("approve", "add-z")
    asked = scafld("harden", "add-z", "--provider-command", sound)

    assert (rehearsed.code, refused.code, asked.code) == (3, 3, 0)
    assert "    a rehearsal passes nothing\n" in rehearsed.out
    assert asked.out.splitlines()[0] == "round-2 passed on this draft by command"
    assert scafld("approve", "add-z").code == 0
