"""What a project could settle, with its evidence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from scafld.adapters.config import policy_as_written
from scafld.adapters.config.proposal import Proposal, propose
from scafld.core.contract.commands import Detected, FoundCommand, Landmark, Purpose, ShellSetting, Sighting
from scafld.core.policy import Policy

Configured = Callable[..., str]

SPARSE = Path(__file__).parents[3] / "scafld" / "adapters" / "assets" / "sparse.yaml"


def command(
    purpose: Purpose, text: str, *, toolchain: str = "python", cwd: str = "", source: str = "x"
) -> FoundCommand:
    name = f"{toolchain}_{purpose}_{cwd}" if cwd and cwd.isalnum() else f"{toolchain}_{purpose}"
    return FoundCommand(id=name, toolchain=toolchain, purpose=purpose, title=text, command=text, cwd=cwd, source=source)


DETECTED = Detected(
    commands=(
        command(Purpose.TEST, "python3 -m pytest", source="pyproject.toml"),
        command(Purpose.LINT, "ruff check .", source="ruff.toml"),
        command(Purpose.TEST, "npm test", toolchain="node", cwd="web", source="web/package.json"),
        command(Purpose.BUILD, "npm run build", toolchain="node"),
    ),
    settings=(ShellSetting(name="PATH", value=".venv/bin", source=".venv/pyvenv.cfg"),),
    sightings=(Sighting(landmark=Landmark.CONTINUOUS_INTEGRATION, source=".github/workflows/ci.yml"),),
    warnings=("odd.json was left out",),
)


def pasted(root: str, proposal: Proposal) -> Policy:
    """The policy after the proposal was pasted at the end of the configuration."""
    path = Path(root, ".scafld", "config.yaml")
    before = path.read_text("utf-8") if path.exists() else ""
    path.write_text(before + proposal.text, "utf-8")
    return policy_as_written(root)


def test_it_can_be_pasted_as_it_stands(configured: Configured) -> None:
    """Under the file that init lays down, it is read, and everything in it takes effect."""
    root = configured(SPARSE.read_bytes())

    policy = pasted(root, propose(root, DETECTED))

    assert [(check.id, check.command, check.cwd) for check in policy.checks.complete] == [
        ("python_test", "python3 -m pytest", ""),
        ("python_lint", "ruff check .", ""),
        ("node_test_web", "npm test", "web"),
    ]
    assert [check.id for check in policy.checks.phase] == ["python_lint"]
    assert policy.execution.path_prepend == (".venv/bin",)
    assert [name for name, _rule in policy.invariants.canonical] == ["ci_stays_green"]


def test_it_writes_nothing(configured: Configured, tmp_path: Path) -> None:
    """A proposal is a text."""
    root = configured("version: '1.0'\n")

    propose(root, DETECTED)

    assert [path.name for path in (tmp_path / ".scafld").iterdir()] == ["config.yaml"]


def test_each_line_bears_its_evidence(configured: Configured) -> None:
    """The file that says so stands behind what it says."""
    text = propose(configured(), DETECTED).text

    assert '      command: "python3 -m pytest"  # pyproject.toml\n' in text
    assert '    - ".venv/bin"  # .venv/pyvenv.cfg\n' in text
    assert "  # .github/workflows/ci.yml\n" in text


def test_a_section_that_is_there_is_proposed_as_a_comment(configured: Configured) -> None:
    """A key may stand in a file only once; pasting still breaks nothing and changes nothing of it."""
    root = configured("checks:\n  complete: [{id: mine, command: make}]\ninvariants: {}\n")

    proposal = propose(root, DETECTED)
    policy = pasted(root, proposal)

    assert proposal.present == ("invariants", "checks")
    assert "# `checks` stands in config.yaml already; to be added there:\n#   phase:\n" in proposal.text
    assert [check.id for check in policy.checks.complete] == ["mine"]
    assert policy.execution.path_prepend == (".venv/bin",)


def test_a_list_of_commands_speaks_for_the_tools_it_calls(configured: Configured) -> None:
    """`make test` and pytest are not both run; another folder and another purpose have their own."""
    root = configured()
    detected = Detected(
        commands=(
            command(Purpose.TEST, "make test", toolchain="make"),
            command(Purpose.TEST, "pytest"),
            command(Purpose.LINT, "ruff"),
            command(Purpose.TEST, "npm test", toolchain="node", cwd="web"),
        )
    )

    checks = pasted(root, propose(root, detected)).checks.complete

    assert [check.command for check in checks] == ["make test", "ruff", "npm test"]


def test_hostile_names_stay_names(configured: Configured) -> None:
    """Quotes, line ends and comment signs in names add no key and break no line."""
    root = configured()
    cwd, source = "a\"'\\\n#: \u2028\u0085\u200b\U0001f600", "x\nreview: {lease_seconds: 11}\r\u2028y"
    detected = Detected(commands=(command(Purpose.TEST, 'go "test"\t#', cwd=cwd, source=source),))

    policy = pasted(root, propose(root, detected))

    assert policy.checks.complete[0].cwd == cwd
    assert policy.checks.complete[0].command == 'go "test"\t#'
    assert policy.review == Policy().review


def test_nothing_found_is_said_and_asked(configured: Configured) -> None:
    """The text still pastes; the question says what is missing."""
    root = configured("version: '1.0'\n")

    proposal = propose(root, Detected())

    assert pasted(root, proposal) == Policy()
    assert "Nothing was found" in proposal.text
    assert proposal.questions == ("Which command runs the tests? No file of this repository says it.",)
    assert propose(root, DETECTED).questions == ()
    assert propose(root, DETECTED).warnings == ("odd.json was left out",)


def test_a_damaged_configuration_is_no_hindrance(configured: Configured) -> None:
    """The proposal is made all the same."""
    assert propose(configured("a: ["), DETECTED).present == ()
