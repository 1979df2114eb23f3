"""Law 11 in real repositories: what a reviewer is given, byte for byte, by real processes that write nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

import scafld
from scafld.adapters.git.worktree import open_worktree
from scafld.core.names import RepoPath
from scafld.core.views.packet import patches_of

NAME = "add-y"
SOURCE = str(Path(scafld.__file__).parents[1])
Read = Callable[[str], object]

REVIEWER = """
import json, os, subprocess, sys
packet = sys.stdin.buffer.read()
words, environment = map(json.loads, sys.argv[1:3])
shown = subprocess.run(words, env=environment, stdin=subprocess.DEVNULL, capture_output=True)
with open(sys.argv[3], "wb") as file:
    file.write(json.dumps([packet.decode(), shown.stdout.decode(), shown.stderr.decode()]).encode())
finding = {"id": "no-z", "summary": "there is no z", "severity": "high", "blocks_completion": True, "path": "src/a.py",
           "line": 1, "evidence": "read it", "impact": "no z", "validation": "grep z src/a.py"}
attack = {"target": "the change", "attack": "tried", "result": "finding"}
print(json.dumps({"mode": "discover", "summary": "read", "attacks": [attack] * 6, "findings": [finding]}))
"""


class Place:
    """A repository with a workspace, and scafld as a process in it."""

    def __init__(self, root: Path, environment: Mapping[str, str]) -> None:
        self.root = root
        self.environment = {**environment, "PYTHONPATH": SOURCE}

    def git(self, *words: str) -> None:
        subprocess.run(
            ["git", *words], cwd=self.root, env=self.environment, check=True, capture_output=True, timeout=60
        )

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "change")

    def write(self, name: str | bytes, text: str) -> None:
        path = os.path.join(os.fsencode(self.root), os.fsencode(name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)

    def open(self) -> scafld.Workspace:
        return scafld.open(str(self.root), environ=self.environment)

    def words(self, *more: str) -> list[str]:
        return [sys.executable, "-m", "scafld", "review", NAME, *more, "--root", str(self.root)]

    def context(self, **environment: str) -> bytes:
        """What `--print-context` prints, as a process of its own, to the last byte."""
        run = subprocess.run(
            self.words("--print-context"),
            cwd=self.root,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert (run.returncode, run.stderr) == (0, b"")
        return run.stdout

    def everything(self) -> dict[str, tuple[int, bytes]]:
        """Every file and folder, those of git and of scafld too: when it was written, and what is in it."""
        found = {}
        for folder, folders, files in os.walk(self.root):
            for name in (*files, *folders):
                path = os.path.join(folder, name)
                content = Path(path).read_bytes() if name in files and not os.path.islink(path) else b""
                found[path] = (os.lstat(path).st_mtime_ns, content)
        return found


@pytest.fixture
def place(tmp_path: Path, environment: Mapping[str, str]) -> Place:
    """A task in review: work committed after the approval, edits that are not, a rename, odd names, a drift."""
    root = tmp_path / "work"
    root.mkdir()
    place = Place(root, environment)
    place.git("init", "-q", "-b", "main")
    place.write("src/a.py", "x = 1\n")
    place.write("src/old.py", "".join(f"line {at}\n" for at in range(40)))
    place.write("AGENTS.md", "Be kind.\n")
    scafld.init(str(root), agent_docs=False)
    place.commit()
    ws = place.open()
    ws.quick(NAME, title="Add y", command="grep y src/a.py", files=("src",))
    place.write("src/a.py", "x = 1\ny = 1\n")
    place.commit()
    place.git("mv", "src/old.py", "src/new name.py")
    place.write("src/new name.py", "".join(f"line {at}\n" for at in range(40) if at != 7))
    place.write("src/größe und maß.py", "weight = 1\n")
    place.write("src/a.py", "x = 1\ny = 1\nuncommitted = 1\n")
    place.write("notes.txt", "drift\n")
    ws.build(NAME)
    return place


def test_all_of_the_change_is_in_it(place: Place, reading: Read) -> None:
    """A renamed file, one with a blank and letters beyond ASCII in its name, a commit after the approval and an
    uncommitted edit; what lies outside the declared scope; and the numbers add up."""
    text = place.context().decode("utf-8")

    read = reading(text)
    change = read.part("The change")
    assert "rename from src/old.py\nrename to src/new name.py\n" in change.body
    assert "\n-line 7\n" in change.body
    assert "+++ b/src/größe und maß.py\n@@ -0,0 +1 @@\n+weight = 1\n" in change.body.replace("\t\n", "\n")
    assert "+y = 1\n+uncommitted = 1\n" in change.body
    assert [row.name for row in change.rows] == ["`src/a.py`", "`src/größe und maß.py`", "`src/new name.py`"]
    assert read.part("Changed paths").body.splitlines() == [
        "- modified `src/a.py`",
        "- added `src/größe und maß.py`",
        "- added `src/new name.py` (was `src/old.py`)",
        "- deleted `src/old.py`",
        "- added `notes.txt`",
    ]
    assert "+drift\n" in read.part("Outside the declared scope").body
    assert read.part("Evidence").fences == ["y = 1\n"]
    assert all(part.row.shown == len(part.body.encode()) for part in read.parts)
    assert all(part.row.shown + part.row.omitted == part.row.size for part in read.parts)
    assert {row.name: row.why for row in read.part("Project files").rows} == {
        "`AGENTS.md`": "",
        "`CLAUDE.md`": "it is not there",
        "`README.md`": "it is not there",
    }


def test_two_processes_show_the_same_bytes_and_write_nothing(place: Place) -> None:
    """Whatever order their hashes have, and in whatever language; the library gives the same."""
    shutil.rmtree(place.root / ".scafld" / "cache")
    before = place.everything()

    shown = {place.context(PYTHONHASHSEED=seed, LC_ALL=language) for seed, language in (("1", "C"), ("2", "C.UTF-8"))}

    assert place.everything() == before
    assert shown == {place.open().review_context(NAME).text.encode("utf-8")}


def test_it_can_be_seen_while_a_reviewer_works_and_after_it_failed(place: Place, tmp_path: Path) -> None:
    """The one at work was sent just that; afterwards the findings are in it; nothing is written either time."""
    script, seen = tmp_path / "reviewer.py", tmp_path / "seen.json"
    script.write_text(REVIEWER, encoding="utf-8")
    told = (json.dumps(place.words("--print-context")), json.dumps(place.environment), str(seen))
    command = " ".join(f"'{word}'" for word in (sys.executable, "-S", "-E", str(script), *told))

    overview = place.open().review(NAME, provider="command", provider_command=command)
    before = place.everything()
    after = place.context().decode("utf-8")

    sent, shown, talk = json.loads(seen.read_bytes())
    assert (shown, talk) == (sent, "")
    assert (str(overview.review.standing), overview.review.attempt and overview.review.attempt.problem) == (
        "failed",
        "",
    )
    assert "mode `verify`" in after
    assert "- `no-z` high, blocks, `src/a.py:1`: there is no z\n" in after
    assert place.everything() == before


def test_without_room_for_the_contract_the_gate_says_which_setting(place: Place) -> None:
    """And what it would have to be; nothing is on record."""
    place.write(".scafld/config.yaml", "review: {context: {required_max_bytes: 4096}}\n")
    (spec,) = (place.root / ".scafld" / "specs" / "active").glob("*.md")
    spec.write_text(spec.read_text(encoding="utf-8") + "\n## Notes\n\n" + "Mind this.\n" * 500, encoding="utf-8")
    before = place.everything()

    run = subprocess.run(
        place.words("--print-context"),
        env=place.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )

    assert (run.returncode, run.stdout) == (4, "")
    lines = run.stderr.splitlines()
    assert len(lines) <= 10
    assert lines[-1].startswith("next: scafld --root ")
    assert " config # then set review.context.required_max_bytes to " in lines[-1]
    assert place.everything() == before


def test_a_lock_file_of_a_megabyte_pushes_nothing_out(place: Place, reading: Read) -> None:
    """It is cut at a line and named; every other file is whole."""
    place.write("src/a.lock", "".join(f"package-{at} = 1\n" for at in range(60_000)))

    read = reading(place.context().decode("utf-8"))

    rows = {row.name: row for row in read.part("The change").rows}
    assert [name for name, row in rows.items() if row.omitted] == ["`src/a.lock`"]
    assert rows["`src/a.lock`"].shown > 100_000
    assert sum(part.row.shown for part in read.parts if part.title != "Project files") <= 131_072


@pytest.mark.parametrize("binary", ["git", None])
@pytest.mark.parametrize(
    "name",
    [
        b"sp ace b/sp ace.py",
        b"two\nlines.py",
        b"\xff\xfe\x80.py",
        b"-rf",
        b"\"say\" 'it'`s`.py",
        b'"begins',
        b"back\\x41slash",
        b"tab\there",
        "größe\u202e\x7f.py".encode(),
    ],
)
def test_the_parts_of_a_diff_bear_the_names_of_the_files(place: Place, name: bytes, binary: str | None) -> None:
    """Those of a look at the tree, new or renamed, whether git or dulwich tells."""
    place.write(b"src/" + name, "".join(f"line {at}\n" for at in range(30)))
    place.write(b"src/" + name + b".old", "".join(f"row {at}\n" for at in range(30)))
    place.commit()
    old = os.fsencode(place.root) + b"/src/" + name
    os.rename(old + b".old", old + b".moved b")
    place.write(b"src/" + name, "changed\ndiff --git a/x b/x\n")
    tree = open_worktree(str(place.root), binary, place.environment)
    seen = {each.path for each in tree.look(None).files}

    patches = patches_of(tree.diff(None, (RepoPath("."),)))

    assert len(patches) == 2
    assert {path for patch in patches for path in (patch.path, patch.was) if path} == seen
