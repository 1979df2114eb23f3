"""docs/walkthrough.md: its commands, followed in order, print what the page shows.

`python tests/walkthrough/test_walkthrough_page.py` follows the page and writes the outputs anew.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "walkthrough.md"
STEP = re.compile(r"^```bash\n(?P<commands>.*?)^```\n(?:\n```text\n(?P<output>.*?)^```\n)?", re.M | re.S)
ALIKE = (
    (r"\d+(?:\.\d+)? ms\b", "N ms"),
    (r"\d+\.\d+ ?s\b", "N s"),
    (r"\b[0-9a-f]{64}\b", "DIGEST"),
    (r"\b[0-9a-f]{12}\b", "DIGEST"),
    (r"\d{4}-\d\d-\d\dT[\d:.]+Z", "MOMENT"),
    (r"\b\d\d:\d\d:\d\d(?:\.\d+)?", "TIME"),
    (r"archive/\d{4}-\d\d", "archive/MONTH"),
    (r"\b\d{4}-\d\d-\d\d\b", "DAY"),
    (r"\b\d+ (?=(?:of \d+ )?bytes\b)", "N "),
)
"""What differs from run to run, and what stands for it in a comparison."""


def alike(text: str) -> list[str]:
    """The lines of an output without what differs from run to run; runs of blanks count as one."""
    for pattern, word in ALIKE:
        text = re.sub(pattern, word, text)
    return [" ".join(line.split()) for line in text.strip().splitlines()]


def follow(page: str, folder: str) -> list[str]:
    """What each step of the page prints, followed in one shell in `folder`; CalledProcessError where one fails."""
    lines = ["set -e", "exec 2>&1"]
    for number, step in enumerate(STEP.finditer(page)):
        lines += [f"echo '@@@ {number}'", step["commands"]]
    script = Path(folder, "follow.sh")
    script.write_text("\n".join(lines), encoding="utf-8")
    scafld = Path(folder, "bin", "scafld")
    scafld.parent.mkdir()
    scafld.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m scafld "$@"\n', encoding="utf-8")
    scafld.chmod(0o755)
    path = os.pathsep.join((str(scafld.parent), os.path.dirname(sys.executable), os.environ.get("PATH", os.defpath)))
    here = {name: text for name, text in os.environ.items() if not name.startswith(("GIT_", "SCAFLD_"))}
    run = subprocess.run(
        ["bash", str(script)],
        cwd=folder,
        env=here | {"PATH": path, "COLUMNS": "100", "NO_COLOR": "1", "SCAFLD_ACTOR": "human:you"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )
    if run.returncode:
        raise AssertionError(f"a step ended with {run.returncode}:\n{run.stdout[-2000:]}")
    told = run.stdout.replace(os.path.realpath(folder), "/walk").replace(folder, "/walk")
    return re.split(r"^@@@ \d+\n", told, flags=re.M)[1:]


def written_anew(page: str, outputs: list[str]) -> str:
    """The page with these outputs beneath its steps."""
    given = iter(outputs)

    def step(found: re.Match[str]) -> str:
        output = next(given).strip("\n")
        shown = f"\n```text\n{output}\n```\n" if output else ""
        return f"```bash\n{found['commands']}```\n{shown}"

    return STEP.sub(step, page)


@pytest.mark.walkthrough
def test_following_the_page_prints_what_it_shows(tmp_path: Path) -> None:
    """Every step, in order, in a new folder, with the package as the index gives it."""
    page = PAGE.read_text(encoding="utf-8")

    outputs = follow(page, str(tmp_path))

    shown = [step["output"] or "" for step in STEP.finditer(page)]
    assert [alike(each) for each in outputs] == [alike(each) for each in shown]


def test_the_page_pins_what_it_downloads() -> None:
    """One version, from source, without what it depends on: the page stays true."""
    downloads = re.findall(r"^pip download (.+)$", PAGE.read_text(encoding="utf-8"), re.M)

    assert len(downloads) == 1
    assert re.search(r"--no-binary :all: --no-deps \S+==[\d.]+$", downloads[0])


def test_outputs_are_written_beneath_their_steps() -> None:
    """A silent step gets no block, and writing twice changes nothing."""
    page = "a\n\n```bash\nls\n```\n\nb\n\n```bash\ncd x\n```\n\n```text\nold\n```\n\nc\n"

    once = written_anew(page, ["one\ntwo\n", ""])

    assert once == "a\n\n```bash\nls\n```\n\n```text\none\ntwo\n```\n\nb\n\n```bash\ncd x\n```\n\nc\n"
    assert written_anew(once, ["one\ntwo\n", ""]) == once


def test_what_differs_from_run_to_run_is_not_compared() -> None:
    """Times, digests and moments; a word that changed is."""
    first = "ac1  pass  0.42 s\ncontract 0123456789ab at 2026-01-31T12:00:00.000Z"
    again = "ac1  pass  1.07 s\ncontract ba9876543210 at 2027-02-28T01:02:03.004Z"

    assert alike(first) == alike(again)
    assert alike(first) != alike(again.replace("pass", "fail"))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(written_anew(text, follow(text, place)), encoding="utf-8")
