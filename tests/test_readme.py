"""README.md: its commands and programs run as they stand, and its recording is what the demo prints.

`python tests/test_readme.py` plays the demo and writes the recording anew.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import scafld
from scafld.adapters.cli.table import BY_NAME, COMMANDS, Command
from scafld.adapters.config.settings import judge
from scafld.adapters.demo.play import tell

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
BLOCK = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.M | re.S)
RECORDING = re.compile(
    r"(?<=^<!-- recording: python tests/test_readme.py writes it anew -->\n).*?(?=^<!-- end)", re.M | re.S
)
ALIKE = (
    (r"ed25519:\S{43}", "KEY"),
    (r" +\d+\.\d+ ?s\b", " TIME"),
    (r"in \d+\.\d+s", "in TIME"),
    (r"\b[0-9a-f]{12}\b", "DIGEST"),
)
"""What differs from run to run, and what stands for it in a comparison."""


def blocks(language: str) -> list[str]:
    """The fenced blocks in one language, the recording apart."""
    text = RECORDING.sub("", README.read_text(encoding="utf-8"))
    return [found["text"] for found in BLOCK.finditer(text) if found["language"] == language]


def recorded(folder: str) -> str:
    """The demo from the first build on, without the ledger's log in its middle."""
    said: list[str] = []
    told = tell(keep=folder, environ={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}, say=said.append)
    assert not told.problem, "\n".join(said)
    first = next(at for at, line in enumerate(said) if line.startswith("2. "))
    log = said.index(next(line for line in said[first:] if line.startswith("What happened stands in the ledger")))
    proof = next(at for at, line in enumerate(said) if line.startswith("5. "))
    last = said.index("It is taken back.", proof)
    return "\n".join((*said[first:log], "", *said[proof:last]))


def alike(text: str) -> str:
    """The text without what differs from run to run."""
    for pattern, word in ALIKE:
        text = re.sub(pattern, word, text)
    return text.strip()


def environment(folder: Path) -> dict[str, str]:
    """What a reader's shell has: this scafld on its PATH, and git that knows who commits."""
    tool = folder / "bin" / "scafld"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m scafld "$@"\n', encoding="utf-8")
    tool.chmod(0o755)
    path = os.pathsep.join((str(tool.parent), os.environ.get("PATH", os.defpath)))
    return {"PATH": path, "HOME": str(folder), "PYTHONPATH": str(ROOT), "GIT_CONFIG_NOSYSTEM": "1"}


def run(words: list[str], where: Path, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a program, its output and its errors as one text."""
    return subprocess.run(
        words,
        cwd=where,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return environment(tmp_path)


@pytest.fixture
def repository(tmp_path: Path, environ: dict[str, str]) -> Path:
    """A git repository without a commit."""
    folder = tmp_path / "repository"
    folder.mkdir()
    run(["git", "init", "-q"], folder, environ).check_returncode()
    return folder


def test_it_begins_with_five_lines() -> None:
    """What it is, before anything else."""
    title, _blank, *rest = README.read_text(encoding="utf-8").splitlines()

    assert title == "# scafld"
    assert rest.index("") == 5


def test_the_recording_is_what_the_demo_prints(tmp_path: Path) -> None:
    """Word for word, but for times and digests."""
    found = RECORDING.search(README.read_text(encoding="utf-8"))
    assert found is not None

    assert alike(found[0]) == alike(f"```\n{recorded(str(tmp_path / 'demo'))}\n```")


def test_the_shell_blocks_run_as_they_stand(repository: Path, environ: dict[str, str]) -> None:
    """In order, in one repository; each task ends as the page says."""
    for text in blocks("bash"):
        if re.search(r"^scafld ", text, re.M):
            ended = run(["bash", "-euo", "pipefail", "-c", text], repository, environ)

            assert ended.returncode == 0, ended.stdout

    ws = scafld.open(str(repository))
    assert {row.task_id: row.status for row in ws.list(every=True)} == {
        "greet-by-name": "completed",
        "limit-names": "cancelled",
    }


def test_a_small_change_takes_four_commands() -> None:
    """As many as the page says, init apart."""
    first = next(text for text in blocks("bash") if text.startswith("scafld init"))

    verbs = re.findall(r"^scafld (\w+)", first, re.M)

    assert verbs == ["init", "quick", "build", "review", "complete"]


def test_the_other_shell_blocks_name_what_is_there() -> None:
    """Targets of the Makefile, and a project that can be installed."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    lines = [line for text in blocks("bash") if "scafld init" not in text for line in text.splitlines()]
    targets = [line.split()[1] for line in lines if line.startswith("make ")]

    assert targets == ["demo", "test"]
    assert all(re.search(rf"^{target}:", makefile, re.M) for target in targets)
    assert "python3 -m pip install ." in lines
    assert 'scafld = "scafld.__main__:main"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_the_programs_run_as_they_stand(repository: Path, environ: dict[str, str]) -> None:
    """And say what a reader expects of them."""
    (program,) = blocks("python")

    ended = run([sys.executable, "-c", program], repository, environ)

    assert ended.stdout.splitlines() == [
        "review -> scafld review say-hello",
        "nobody reviewed this material -> scafld review say-hello",
    ]


def test_the_settings_can_be_pasted() -> None:
    """As they stand; they are a panel of two."""
    (text,) = blocks("yaml")

    panel = judge({".scafld/config.yaml": text.encode()}).review.panel

    assert (panel.seats, panel.quorum) == (("claude", "codex"), 0)


def test_every_command_it_names_is_one() -> None:
    """Words and flags of the page are those of the command line."""
    text = RECORDING.sub("", README.read_text(encoding="utf-8"))
    shell = "\n".join(("", *blocks("bash"), *re.findall(r"`(scafld [^`\n]+)`", text)))
    named = re.findall(r"(?<=\n)scafld ([a-z]+)([^\n]*)", shell)

    for verb, rest in named:
        assert verb in BY_NAME, verb
        flags = {option.flag for option in BY_NAME[verb].options} | {"--json"}
        assert set(re.findall(r"(?<= )--[a-z-]+", rest)) <= flags, (verb, rest)
    assert {verb for verb, _rest in named} >= {each.name for each in COMMANDS if _is_step(each)}


def _is_step(command: Command) -> bool:
    return command.name in ("plan", "approve", "build", "review", "complete", "status", "handoff")


def test_every_link_leads_somewhere() -> None:
    """Files of the checkout."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README.read_text(encoding="utf-8"))

    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_layout_is_that_of_the_checkout() -> None:
    """Each line of the layout names a file or folder that is there."""
    layout = next(text for text in blocks("") if text.startswith("scafld/core/"))

    assert [line.split()[0] for line in layout.splitlines() if not (ROOT / line.split()[0]).exists()] == []


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        told = recorded(os.path.join(place, "demo"))
        page = README.read_text(encoding="utf-8")
        README.write_text(RECORDING.sub(lambda _: f"```\n{told}\n```\n", page), encoding="utf-8")
