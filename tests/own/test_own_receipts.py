"""What this repository says of its own work is verified: each receipt at the commit that brought it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
RECEIPTS = sorted((ROOT / ".scafld/receipts").glob("*.dsse.json"))


def git(*words: str) -> str:
    done = subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        pytest.skip(f"git {words[0]} cannot tell: {done.stderr.strip()}")
    return done.stdout.strip()


def brought(receipt: Path) -> str:
    """The commit in which a receipt came."""
    if git("rev-parse", "--is-shallow-repository") == "true":
        pytest.skip("this clone is shallow: git fetch --unshallow")
    found = git("log", "--diff-filter=A", "--format=%H", "--", str(receipt.relative_to(ROOT)))
    if not found:
        pytest.skip("the receipt is not committed yet")
    return found.splitlines()[-1]


def verified(receipt: Path, commit: str) -> tuple[int, Any]:
    path = os.pathsep.join((os.path.dirname(sys.executable), os.environ.get("PATH", os.defpath)))
    done = subprocess.run(
        [sys.executable, "-m", "scafld", "verify", str(receipt), "--commit", commit, "--json"],
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        capture_output=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )
    return done.returncode, json.loads(done.stdout)["result"]["receipts"][0]


def test_there_is_one() -> None:
    assert RECEIPTS


@pytest.mark.parametrize("receipt", RECEIPTS, ids=lambda path: path.name)
def test_it_holds_where_it_came(receipt: Path) -> None:
    """Signature, contract and material, and every criterion passes again in a clean checkout."""
    code, told = verified(receipt, brought(receipt))

    assert (code, told["faults"]) == (0, []), told
    assert told["ran"]


@pytest.mark.parametrize("receipt", RECEIPTS, ids=lambda path: path.name)
def test_it_does_not_hold_before(receipt: Path) -> None:
    """In the commit before its work, the files are others: that is seen."""
    code, told = verified(receipt, f"{brought(receipt)}~1")

    assert code == 3
    assert {each["concern"] for each in told["faults"]} >= {"material"}
