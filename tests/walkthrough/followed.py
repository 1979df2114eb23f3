"""How a page of commands is followed: its steps in order, in one shell, and what they print beside what it shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STEP = re.compile(r"^```bash\n(?P<commands>.*?)^```\n(?:\n```text\n(?P<output>.*?)^```\n)?", re.M | re.S)
ALIKE = (
    (r"\d+(?:\.\d+)? ms\b", "N ms"),
    (r"\d+\.\d+ ?s\b", "N s"),
    (r"\b[0-9a-f]{64}\b", "DIGEST"),
    (r"\b[0-9a-f]{12}\b", "DIGEST"),
    (r"\bed25519:[\w-]+", "KEY"),
    (r"\bSHA256:[\w+/]+", "KEY"),
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


def shown(page: str) -> list[list[str]]:
    """What each step of a page shows, as it is compared."""
    return [alike(step["output"] or "") for step in STEP.finditer(page)]


def follow(page: str, folder: str, columns: int) -> list[str]:
    """What each step of the page prints, followed in one shell in `folder`; AssertionError where one fails."""
    lines = ["set -e", "exec 2>&1"]
    for number, step in enumerate(STEP.finditer(page)):
        lines += [f"echo '@@@ {number}'", step["commands"]]
    script = Path(folder, "follow.sh")
    script.write_text("\n".join(lines), encoding="utf-8")
    run = subprocess.run(
        ["bash", str(script)],
        cwd=folder,
        env=_environment(folder, columns),
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
        below = f"\n```text\n{output}\n```\n" if output else ""
        return f"```bash\n{found['commands']}```\n{below}"

    return STEP.sub(step, page)


def record(path: Path, columns: int) -> None:
    """Follow the page at `path` and write what its steps print beneath them."""
    with tempfile.TemporaryDirectory() as place:
        text = path.read_text(encoding="utf-8")
        path.write_text(written_anew(text, follow(text, place, columns)), encoding="utf-8")


# Private.


def _environment(folder: str, columns: int) -> dict[str, str]:
    """What a reader's shell has: this scafld on its PATH, no colour, a name to act under, and keys of its own."""
    tool = Path(folder, "bin", "scafld")
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m scafld "$@"\n', encoding="utf-8")
    tool.chmod(0o755)
    path = os.pathsep.join((str(tool.parent), os.path.dirname(sys.executable), os.environ.get("PATH", os.defpath)))
    here = {name: text for name, text in os.environ.items() if not name.startswith(("GIT_", "SCAFLD_"))}
    own = {"SCAFLD_ACTOR": "human:you", "SCAFLD_CONFIG_HOME": str(Path(folder, "host"))}
    return here | {"PATH": path, "COLUMNS": str(columns), "NO_COLOR": "1"} | own
