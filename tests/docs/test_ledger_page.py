"""docs/ledger.md: an auditor without scafld can check a chain with the lines that stand there."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scafld.adapters.codec.wire import WIRE_NAMES

Check = Callable[[bytes], str]


@pytest.fixture
def check(blocks: Callable[[str, str], list[str]], tmp_path: Path) -> Check:
    """The page's own `check`, without its last line, on these bytes."""
    (program,) = blocks("ledger.md", "python")
    names: dict[str, Any] = {}
    exec(program.replace("print(check(sys.argv[1]))", ""), names)

    def on(content: bytes) -> str:
        path = tmp_path / "session.json"
        path.write_bytes(content)
        answer: str = names["check"](str(path))
        return answer

    return on


def test_the_program_runs_as_it_stands(blocks: Callable[[str, str], list[str]], ledger: Path, tmp_path: Path) -> None:
    """Copied into a file and run on a ledger, it says how many entries hold."""
    (program,) = blocks("ledger.md", "python")
    (tmp_path / "check.py").write_text(program, encoding="utf-8")
    entries = json.loads(ledger.read_bytes())["entries"]

    run = subprocess.run(
        [sys.executable, "-I", str(tmp_path / "check.py"), str(ledger)],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )

    assert run.stdout == f"{len(entries)} entries hold; the last is {entries[-1]['digest']}\n"


def test_it_needs_no_scafld_and_few_lines(blocks: Callable[[str, str], list[str]]) -> None:
    """The standard library, and not more lines than one reads at once."""
    (program,) = blocks("ledger.md", "python")

    assert re.findall(r"^import (\w+)$", program, re.M) == ["hashlib", "json", "re", "sys"]
    assert len(program.splitlines()) <= 34


def test_every_edit_is_found(check: Check, ledger: Path) -> None:
    """One changed byte anywhere in an entry, and the entry is named."""
    lines = ledger.read_bytes().split(b"\n")

    for seq in range(1, len(lines) - 2):
        for at in range(0, len(lines[seq]), 23):
            line = bytearray(lines[seq])
            line[at] ^= 1
            edited = b"\n".join([*lines[:seq], bytes(line), *lines[seq + 1 :]])

            assert check(edited) == f"entry-{seq} was edited", (seq, at)


def test_a_removed_entry_is_found(check: Check, ledger: Path) -> None:
    """The entry behind the gap is named; the last one takes the comma before it with it."""
    lines = ledger.read_bytes().split(b"\n")

    for seq in range(1, len(lines) - 3):
        assert check(b"\n".join([*lines[:seq], *lines[seq + 1 :]])) == f"entry-{seq} does not follow the one before it"


def test_moved_and_inserted_entries_are_found(check: Check, ledger: Path) -> None:
    """Order and count are part of the chain."""
    lines = ledger.read_bytes().split(b"\n")
    moved = [*lines[:2], lines[3], lines[2], *lines[4:]]
    doubled = [*lines[:3], *lines[2:]]

    assert check(b"\n".join(moved)) == "entry-2 does not follow the one before it"
    assert check(b"\n".join(doubled)) == "entry-3 does not follow the one before it"


def test_another_tasks_ledger_is_found(check: Check, ledger: Path) -> None:
    """A ledger under another task's id does not follow from its beginning."""
    content = ledger.read_bytes().replace(b'"task_id":"add-y"', b'"task_id":"add-z"', 1)

    assert check(content) == "entry-1 does not follow the one before it"


def test_the_first_line_is_exactly_as_the_page_says(check: Check, ledger: Path) -> None:
    """A member more in the first line, which no digest covers, is no ledger."""
    content = ledger.read_bytes().replace(b'"task_id"', b'"note":"trust me","task_id"', 1)

    assert check(content) == "not a whole ledger with a chain"


def test_a_torn_step_is_told(check: Check, ledger: Path) -> None:
    """A file without its closing line is no whole ledger; one closed in the middle of a step says so."""
    lines = ledger.read_bytes().split(b"\n")
    ends = [json.loads(line.removesuffix(b","))["step_end"] for line in lines[1:-2]]
    middle = next(seq for seq, end in enumerate(ends, start=1) if end != seq)
    closed = [*lines[:middle], lines[middle].removesuffix(b","), b"]}", b""]

    assert check(ledger.read_bytes()[:-9]) == "not a whole ledger with a chain"
    assert check(b"\n".join(closed)) == f"entries are missing after entry-{middle}"


def test_what_the_page_says_a_chain_does_not_show(check: Check, ledger: Path) -> None:
    """A tail cut off at a step's end and a chain computed anew both hold; the page says so as long as that is true."""
    lines = ledger.read_bytes().split(b"\n")
    cut = [*lines[:2], b"]}", b""]
    cut[1] = cut[1].removesuffix(b",")
    anew, prev = [lines[0]], hashlib.sha256(b"scafld-ledger-v2\nadd-y").hexdigest()
    for line in lines[1:-2]:
        entry = json.loads(line.removesuffix(b",")) | {"prev": prev, "actor": {"kind": "human", "name": "someone else"}}
        del entry["digest"]
        body = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        prev = hashlib.sha256(body).hexdigest()
        anew.append(body[:-1] + b',"digest":"' + prev.encode() + b'"},')
    anew[-1] = anew[-1].removesuffix(b",")

    assert check(b"\n".join(cut)).startswith("1 entries hold")
    assert check(b"\n".join([*anew, b"]}", b""])) == f"{len(anew) - 1} entries hold; the last is {prev}"


def test_an_older_ledger_is_not_taken_for_one_with_a_chain(check: Check) -> None:
    """Schema 1 has nothing to check."""
    assert check(b'{"schema_version":1,"task_id":"a","entries":[]}\n') == "not a whole ledger with a chain"


def test_the_table_of_types_is_the_codecs(page: Callable[[str], str]) -> None:
    """Every type that scafld writes stands in the page with its members, and no other."""
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", page("ledger.md"), re.M)
    written = {name: re.findall(r"`(\w+)`", members) for name, members in rows}

    assert written == {name: list(event.__fields__) for event, name in WIRE_NAMES.items()}  # type: ignore[attr-defined]
