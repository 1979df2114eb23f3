"""The script of the action: what it installs and asks, and that no input is more than a word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

ACTION = Path(__file__).resolve().parents[2] / ".github/actions/scafld-verify"
NOTHING = {
    "INPUT_BASE": "",
    "INPUT_HEAD": "",
    "INPUT_MODE": "material",
    "INPUT_PYTHON": "",
    "INPUT_VERSION": "",
    "INPUT_SARIF": "",
    "GITHUB_ACTION_PATH": str(ACTION),
}


@pytest.fixture
def act(runner: Any, hub: Any) -> Any:
    """Run it with these inputs: its code, what it installed, what scafld was asked."""
    log = runner.folder / "log"
    tool = f'printf "scafld %s\\n" "$*" >> {log}'
    inner = f'if [ "$3" = pip ]; then printf "%s\\n" "${{@: -1}}" >> {log}; fi'
    outer = (
        f'folder="$4"; mkdir -p "$folder/bin"; printf \'#!/bin/bash\\n%s\\n\' {inner!r} > "$folder/bin/python"; '
        f'printf \'#!/bin/bash\\n%s\\n\' {tool!r} > "$folder/bin/scafld"; chmod +x "$folder"/bin/*'
    )
    for name in ("python3", "python3.12"):
        runner.program(runner.bin / name, f'echo {name} >> {log}; [ "$1 $2 $3" = "-I -m venv" ] || exit 9\n{outer}')

    def run(**inputs: str) -> tuple[int, list[str], str]:
        log.write_text("")
        done = runner.run('bash "$GITHUB_ACTION_PATH/verify.sh"', hub.work, {**NOTHING, **inputs})
        return done.returncode, log.read_text().splitlines(), done.stderr

    return run


def test_it_verifies_material_with_the_scafld_that_it_comes_with(act: Any) -> None:
    """Pinning the action pins everything."""
    assert act() == (0, ["python3", f"{ACTION}/../../..", "scafld verify --ci --material-only"], "")


def test_every_input_has_its_place(act: Any) -> None:
    """And is one word."""
    code, log, _ = act(
        INPUT_BASE="origin/main",
        INPUT_HEAD="HEAD",
        INPUT_MODE="full",
        INPUT_PYTHON="3.12",
        INPUT_VERSION="3.0.0.dev0",
        INPUT_SARIF="out dir/x.sarif",
    )

    words = "verify --ci --range origin/main..HEAD --sarif=out dir/x.sarif"
    assert (code, log) == (0, ["python3.12", "scafld==3.0.0.dev0", f"scafld {words}"])


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("INPUT_MODE", "both"),
        ("INPUT_MODE", ""),
        ("INPUT_MODE", "material\nfull"),
        ("INPUT_PYTHON", "3; touch ran"),
        ("INPUT_PYTHON", "/../../tmp/x"),
        ("INPUT_PYTHON", "3.9.99"),
        ("INPUT_VERSION", "1 --index-url=http://example.org"),
        ("INPUT_VERSION", "$(touch ran)"),
        ("INPUT_VERSION", "1\n--pre"),
        ("INPUT_BASE", "--output=x"),
        ("INPUT_BASE", "main"),
        ("INPUT_HEAD", "HEAD"),
        ("INPUT_HEAD", "a\nb"),
    ],
)
def test_an_input_that_cannot_be_is_refused(act: Any, hub: Any, name: str, given: str) -> None:
    """Before anything is installed, with the input's name."""
    code, log, words = act(**{name: given})

    assert (code, log) == (2, [])
    assert words.startswith("::error::scafld-verify: ")
    assert not (hub.work / "ran").exists()


def test_text_of_a_shell_is_text(act: Any, hub: Any) -> None:
    """A branch may be named so."""
    name = "main;touch${IFS}ran;$(touch ran)`touch ran`"

    code, log, _ = act(INPUT_BASE=name, INPUT_HEAD="HEAD")

    assert (code, log[-1]) == (0, f"scafld verify --ci --material-only --range {name}..HEAD")
    assert not (hub.work / "ran").exists()
