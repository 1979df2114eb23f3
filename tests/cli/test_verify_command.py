"""A receipt is verified on the command line: before and after the commit, after a squash, and never a forged one."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

REVIEWER = """
import json, sys
sys.stdin.read()
attack = {"target": "the change", "attack": "tried", "result": "clean"}
print(json.dumps({"mode": "discover", "summary": "nothing found", "attacks": [attack] * 6, "findings": []}))
"""
TASK = "add-y"
KEYS = ".scafld/trusted-keys.json"
RECEIPT = ".scafld/receipts/add-y.dsse.json"


class Place:
    """A repository, and the two programs that are used in it."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.folder = folder
        self.environ = {**environ, "SCAFLD_ACTOR": "human:you"}
        for who in ("AUTHOR", "COMMITTER"):
            self.environ |= {f"GIT_{who}_NAME": "A", f"GIT_{who}_EMAIL": "a@example.org"}

    def git(self, *words: str) -> None:
        subprocess.run(["git", *words], cwd=self.folder, env=self.environ, check=True, capture_output=True)

    def scafld(self, *words: str, code: int = 0) -> Any:
        done = subprocess.run(
            [sys.executable, "-m", "scafld", *words, "--json"],
            cwd=self.folder,
            env={**self.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return json.loads(done.stdout)

    def problems(self) -> str:
        """Everything that speaks against the receipts, as one text; an error unless something does."""
        told = self.scafld("verify", code=3)
        return " | ".join(
            f"{word['concern']}: {word['words']}" for each in told["result"]["receipts"] for word in each["faults"]
        )

    def write(self, path: str, text: str) -> None:
        (self.folder / path).write_text(text)

    def read(self, path: str) -> Any:
        return json.loads((self.folder / path).read_text())

    @property
    def spec(self) -> Path:
        return next((self.folder / ".scafld/specs").rglob("add-y.md"))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, environ: Mapping[str, str]) -> Place:
    """A change on a branch, completed and not committed yet; main is at a bare remote on disk."""
    top = tmp_path_factory.mktemp("story")
    (top / "work").mkdir()
    (top / "reviewer.py").write_text(REVIEWER)
    place = Place(top / "work", environ)
    place.write("a.py", "x = 1\n")
    place.write("b.py", "b = 1\n")
    place.git("init", "-q", "--bare", str(top / "remote"))
    place.git("init", "-q", "-b", "main")
    place.scafld("init", "--no-agent-docs")
    place.scafld("keys", "trust")
    place.git("add", "-A")
    place.git("commit", "-q", "-m", "one")
    place.git("remote", "add", "origin", str(top / "remote"))
    place.git("push", "-q", "origin", "main")
    place.git("checkout", "-q", "-b", "feature")
    place.scafld("quick", TASK, "--title", "Add y", "--command", "grep -q y a.py", "--file", "a.py")
    place.write("a.py", "x = 1\ny = 2\n")
    place.scafld("build", TASK)
    program = f"python3 -S -E {top / 'reviewer.py'}"
    place.scafld("review", TASK, "--provider", "command", "--provider-command", program)
    place.scafld("complete", TASK)
    return place


@pytest.fixture
def place(finished: Place, tmp_path: Path, environ: Mapping[str, str]) -> Place:
    folder = tmp_path / "work"
    shutil.copytree(finished.folder, folder, symlinks=True)
    return Place(folder, environ)


def test_it_holds_from_the_tree_to_main(place: Place, tmp_path: Path) -> None:
    """Before the commit, after it, in the commit, and in another's clone after a squash onto a main that moved on."""
    place.scafld("verify")
    place.git("add", "-A")
    place.git("commit", "-q", "-m", "two")
    place.scafld("verify")
    place.scafld("verify", TASK, "--commit", "feature")
    place.git("checkout", "-q", "main")
    place.write("b.py", "b = 2\n")
    place.git("commit", "-qam", "main moved on")
    place.git("merge", "-q", "--squash", "feature")
    place.git("commit", "-q", "-m", "squashed")
    place.git("push", "-q", "origin", "main")
    place.git("clone", "-q", "-b", "main", str(place.folder), str(tmp_path / "clone"))
    clone = Place(tmp_path / "clone", place.environ)

    (row,) = clone.scafld("verify", "--commit", "main")["result"]["receipts"]

    assert row["holds"]
    assert row["notices"][-1].startswith("the tree around the change is not the one that was reviewed")


Forge = Callable[[Place], object]


def payload(change: Callable[[Any], object]) -> Forge:
    """Another payload under the old signature."""

    def forge(place: Place) -> None:
        envelope = place.read(RECEIPT)
        statement = json.loads(base64.b64decode(envelope["payload"]))
        change(statement["predicate"])
        text = json.dumps(statement, separators=(",", ":"), sort_keys=True)
        envelope["payload"] = base64.b64encode(text.encode()).decode()
        place.write(RECEIPT, json.dumps(envelope))

    return forge


def envelope(change: Callable[[Any], object]) -> Forge:
    def forge(place: Place) -> None:
        found = place.read(RECEIPT)
        change(found)
        place.write(RECEIPT, json.dumps(found))

    return forge


def key(**fields: object) -> Forge:
    def forge(place: Place) -> None:
        found = place.read(KEYS)
        found["keys"][0] |= fields
        place.write(KEYS, json.dumps(found))

    return forge


def replay(place: Place) -> None:
    shutil.rmtree(place.folder / ".git")
    place.git("init", "-q", "-b", "main")
    place.git("add", "-A")
    place.git("commit", "-q", "-m", "replayed")


def link(place: Place) -> None:
    (place.folder / "a.py").rename(place.folder / "c.py")
    os.symlink("c.py", place.folder / "a.py")


UNSIGNED = "no trusted key signed"
FORGERIES: dict[str, tuple[Forge, str]] = {
    "another title": (payload(lambda s: s.update(title="Other")), UNSIGNED),
    "an earlier moment": (payload(lambda s: s.update(mintedAt=s["review"]["at"])), UNSIGNED),
    "a far moment": (payload(lambda s: s.update(mintedAt="2999-01-01T00:00:00.000Z")), "it says that it was minted"),
    "another profile": (payload(lambda s: s.update(profile="strict")), UNSIGNED),
    "another approver": (payload(lambda s: s["approval"]["by"].update(name="boss")), UNSIGNED),
    "another provider": (payload(lambda s: s["review"].update(provider="claude")), UNSIGNED),
    "another tree": (payload(lambda s: s["material"].update(tree="0" * 40)), "the subject is not"),
    "another command": (payload(lambda s: s["criteria"][0].update(command="x")), "its fingerprint"),
    "a fail as a pass": (payload(lambda s: s["criteria"][0]["run"].update(exitCode=1)), "is no pass"),
    "an unknown field": (payload(lambda s: s.update(trust="me")), "trust"),
    "no criteria": (payload(lambda s: s.update(criteria=[])), "nothing was shown"),
    "no files": (payload(lambda s: s["material"].update(files=[])), "the subject is not"),
    "another guard": (payload(lambda s: s["guard"].update(completion="changed")), UNSIGNED),
    "no signature": (envelope(lambda e: e.update(signatures=[])), "nobody signed it"),
    "a signature of noughts": (envelope(lambda e: e["signatures"][0].update(sig="A" * 86 + "==")), UNSIGNED),
    "another type": (envelope(lambda e: e.update(payloadType="text/plain")), "the payload is"),
    "a member more": (envelope(lambda e: e.update(note="fine")), "which no envelope has"),
    "nothing at all": (lambda p: p.write(RECEIPT, ""), "it is no receipt"),
    "half of it": (lambda p: p.write(RECEIPT, (p.folder / RECEIPT).read_text()[:200]), "it is no receipt"),
    "a key nobody trusts": (lambda p: p.write(KEYS, '{"version":1,"keys":[]}'), UNSIGNED),
    "no keys at all": (lambda p: (p.folder / KEYS).unlink(), UNSIGNED),
    "a key that was revoked": (key(revoked_at="2020-01-01T00:00:00Z"), "was revoked"),
    "a key that expired": (key(expires_at="2020-01-01T00:00:00Z"), "expired"),
    "a key for later": (key(not_before="2999-01-01T00:00:00Z"), "counts from"),
    "a file with one byte more": (lambda p: p.write("a.py", "x = 1\ny = 2\n "), "a.py is not as it was"),
    "a file that is gone": (lambda p: (p.folder / "a.py").unlink(), "a.py is not there"),
    "a file that became a program": (lambda p: (p.folder / "a.py").chmod(0o755), "a.py is not as it was"),
    "a file that became a link": (link, "a.py is not as it was"),
    "another contract": (
        lambda p: p.spec.write_text(p.spec.read_text().replace("grep -q y", "test -f")),
        "contract: the spec reads otherwise",
    ),
    "no contract": (lambda p: p.spec.unlink(), "its spec is not here"),
    "another task's": (
        lambda p: (p.folder / RECEIPT).rename(p.folder / ".scafld/receipts/other.dsse.json"),
        "it is the receipt of add-y",
    ),
    "another repository's": (replay, "is no ancestor"),
    "no repository's": (lambda p: shutil.rmtree(p.folder / ".git"), "this is none"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_no_forgery_holds(place: Place, name: str) -> None:
    """Each stops where it must, with its own words."""
    forge, words = FORGERIES[name]
    forge(place)

    assert words in place.problems()


def test_everything_that_is_wrong_is_told(place: Place) -> None:
    """Not only the first of it."""
    place.write("a.py", "z\n")
    key(revoked_at="2020-01-01T00:00:00Z")(place)
    place.spec.unlink()

    told = place.problems()

    assert all(words in told for words in ("was revoked", "a.py is not as it was", "its spec is not here"))


def test_wrong_words_are_no_verdict(place: Place) -> None:
    """A commit that is none, or looks like an option; a task that is none, or cannot be one."""
    place.scafld("verify", "--commit=--all", code=2)
    place.scafld("verify", "--commit", "nowhere", code=2)
    place.scafld("verify", "no-such-task", code=6)
    place.scafld("verify", "README", code=2)


def test_no_receipt_shows_nothing(place: Place) -> None:
    """An empty folder is no pass."""
    (place.folder / RECEIPT).unlink()

    assert "nothing is shown" in place.scafld("verify", code=3)["error"]["message"]


def test_a_key_is_trusted_once(place: Place) -> None:
    """Said again, it changes nothing."""
    before = (place.folder / KEYS).read_bytes()

    told = place.scafld("keys", "trust")

    assert not told["result"]["added"]
    assert (place.folder / KEYS).read_bytes() == before
