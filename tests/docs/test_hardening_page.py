"""docs/hardening.md was run as it stands. `python tests/docs/test_hardening_page.py` runs it and writes it anew."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "hardening.md"
NAMES = 'def greet(name):\n    return "Hello, " + name\n'
TEST = """import unittest

from names import greet


class Greeting(unittest.TestCase):
    def test_it_greets(self):
        self.assertEqual("Hello, Ada", greet("Ada"))
"""
BLOCK = re.compile(r"^```(console|markdown|python)\n(.*?)^```$", re.M | re.S)
VARYING = re.compile(r"contract [0-9a-f]{12}")


def test_the_page_is_what_comes(tmp_path: Path) -> None:
    """Every command of it, one after the other, and what each prints."""
    text = PAGE.read_text(encoding="utf-8")

    assert played(text, tmp_path) == text


def played(text: str, folder: Path) -> str:
    """The page with what its commands print now."""
    root = laid_out(folder)
    task = ["limit-names"]

    def play(block: re.Match[str]) -> str:
        kind, body = block[1], block[2]
        if kind == "python":
            (folder / "critic.py").write_text(body, encoding="utf-8")
        elif kind == "markdown":
            answer(root / ".scafld" / "specs" / "drafts" / f"{task[0]}.md", body)
        else:
            commands = [line[2:] for line in body.splitlines() if line.startswith("$ ")]
            body = "".join(f"$ {command}\n{said(command, root)}" for command in commands)
        return f"```{kind}\n{body}```"

    return BLOCK.sub(play, text)


def laid_out(folder: Path) -> Path:
    """A small repository with a workspace, and `scafld` on its path."""
    root, programs = folder / "shop", folder / "bin"
    root.mkdir()
    programs.mkdir()
    (programs / "scafld").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m scafld "$@"\n')
    (programs / "scafld").chmod(0o755)
    (root / "names.py").write_text(NAMES)
    (root / "test_names.py").write_text(TEST)
    for command in (
        "git init -q -b main && git add -A",
        "git -c user.name=n -c user.email=n@example.org commit -qm first",
        "scafld init --no-agent-docs",
    ):
        said(command, root)
    return root


def answer(spec: Path, written: str) -> None:
    """Answer the round in the draft, as somebody does with an editor."""
    before = spec.read_text(encoding="utf-8").partition("### round-1")[0]
    spec.write_text(before + written, encoding="utf-8")


def said(command: str, root: Path) -> str:
    """What a command prints on a terminal's two streams, without what is another each time."""
    environment = {
        "PATH": f"{root.parent / 'bin'}:{os.environ.get('PATH', os.defpath)}",
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(root.parent),
        "COLUMNS": "80",
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    run = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=root,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return VARYING.sub("contract 0123456789ab", run.stdout)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        PAGE.write_text(played(PAGE.read_text(encoding="utf-8"), Path(place)), encoding="utf-8")
