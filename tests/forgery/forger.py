"""A forger: a repository in which a task was done, the two programs that are used in it, and words for deeds.

`payload` changes what was signed and leaves the signature; `retold` signs it anew with the very key that is trusted, so
that nothing but the story itself can give it away; `resigned` takes a key of the forger's own.
"""

from __future__ import annotations

import base64
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

import scafld
from scafld.adapters import trace
from scafld.adapters.cli import front

SOURCE = str(Path(scafld.__file__).parents[1])
TASK = "add-y"
OTHER = "add-z"
COMMAND = "grep -q y a.py"
KEYS = ".scafld/trusted-keys.json"
CONFIG = ".scafld/config.yaml"
RECEIPT = ".scafld/receipts/add-y.dsse.json"
LEDGER = ".scafld/runs/add-y/session.json"
IN_TOTO = "application/vnd.in-toto+json"
REVIEWER = """
import glob, json, os, sys
sys.stdin.read()
SPEC = glob.glob(".scafld/specs/**/add-y.md", recursive=True)[0]

def write(name, text):
    os.makedirs(os.path.dirname(".scafld/" + name), exist_ok=True)
    with open(".scafld/" + name, "w") as file:
        file.write(text)

tried = [{"target": "the change", "attack": f"angle {n}", "result": "clean"} for n in range(6)]
told = {"mode": "discover", "summary": "Read it.", "attacks": tried, "findings": []}
found = {"id": "broken", "summary": "It breaks.", "severity": "high", "blocks_completion": True, "path": "a.py",
         "line": 1, "evidence": "seen", "impact": "harm", "validation": "run it"}
"""
Change = Callable[[Any], object]


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> Any:
        """The envelope; an error unless stdout is exactly one line of JSON."""
        (line,) = self.out.splitlines()
        return json.loads(line)

    @property
    def holds(self) -> bool:
        """Whether a receipt was shown, and every one that was shown holds."""
        rows = (self.told["result"] or {}).get("receipts", []) if self.out.startswith("{") else []
        return self.code == 0 and bool(rows) and all(each["holds"] for each in rows)

    @property
    def words(self) -> str:
        """All that it said, as one text."""
        out = json.dumps(self.told, ensure_ascii=False) if self.out.startswith("{") else self.out
        return " ".join(f"{out} {self.err}".split())


class Hand:
    """A workspace in `folder`, and somebody who wants it to say what is not so. What lies on the `shelf` is no part of
    it."""

    def __init__(self, folder: Path, shelf: Path, environ: Mapping[str, str]) -> None:
        self.folder = folder
        self.shelf = shelf
        self.environ = dict(environ)
        self.command = ""
        """That of the last reviewer."""

    # Commands.

    def scafld(self, *words: str, **more: str) -> Ended:
        """Run a command in this process."""
        before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)}
        out, err = io.StringIO(), io.StringIO()
        with chdir(self.folder), redirect_stdout(out), redirect_stderr(err):
            code = front.main([*words, "--json"], {**self.environ, **more})
        for number, handler in before.items():
            signal.signal(number, handler)
        trace._LISTENERS.clear()
        return Ended(code, out.getvalue(), err.getvalue())

    def apart(self, *words: str, **more: str) -> Ended:
        """Run a command in a process of its own, which finds `more` in its environment."""
        done = subprocess.run(
            [sys.executable, "-m", "scafld", *words, "--json"],
            cwd=self.folder,
            env={**self.environ, **more},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def done(self, *words: str, **more: str) -> Any:
        """Run a command that has to work; what it tells."""
        ended = self.scafld(*words, **more)
        assert ended.code == 0, ended
        return ended.told

    def git(self, *words: str, at: Path | None = None, feed: str = "") -> str:
        done = subprocess.run(
            ["git", *words],
            cwd=at or self.folder,
            env=self.environ,
            input=feed,
            check=True,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )
        return done.stdout.strip()

    def commit(self, words: str = "more") -> str:
        """Commit all that lies there; the commit."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", words)
        return self.git("rev-parse", "HEAD")

    # Files.

    def path(self, name: str) -> Path:
        return self.folder / name

    def write(self, name: str, text: str | bytes) -> None:
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def read(self, name: str) -> str:
        return self.path(name).read_text(encoding="utf-8")

    def append(self, name: str, text: str) -> None:
        self.write(name, self.read(name) + text)

    def replace(self, name: str, old: str, new: str) -> None:
        text = self.read(name)
        assert old in text, (name, old)
        self.write(name, text.replace(old, new))

    def swap(self, name: str, target: str) -> None:
        """A link in the place of a file."""
        self.path(name).unlink()
        self.path(name).symlink_to(target)

    @property
    def spec(self) -> str:
        """Where the task's contract lies."""
        (found,) = self.path(".scafld/specs").rglob(f"{TASK}.md")
        return str(found.relative_to(self.folder))

    # Reviews.

    def reviewer(self, deed: str, name: str = "forged.py") -> str:
        """The command of a reviewer that does this."""
        path = self.shelf / name
        path.write_text(f"{REVIEWER}\n{deed}\n", encoding="utf-8")
        self.command = f"exec '{sys.executable}' -IS '{path}'"
        return self.command

    def review(self, deed: str = "print(json.dumps(told))", **more: str) -> Ended:
        return self.scafld("review", TASK, "--provider", "command", "--provider-command", self.reviewer(deed), **more)

    # Receipts.

    def envelope(self, change: Change) -> None:
        """Another file around the same payload."""
        found = json.loads(self.read(RECEIPT))
        change(found)
        self.write(RECEIPT, json.dumps(found))

    def statement(self) -> Any:
        return json.loads(base64.b64decode(json.loads(self.read(RECEIPT))["payload"]))

    def payload(self, change: Change) -> None:
        """Another predicate under the old signature."""
        told = self.statement()
        change(told["predicate"])
        self.envelope(lambda e: e.update(payload=coded(compact(told))))

    def retold(self, change: Change, *, kind: str = IN_TOTO) -> None:
        """Another statement under a new signature of the trusted key."""
        told = self.statement()
        change(told)
        self.write(RECEIPT, sealed(self.host_key, compact(told), kind))

    def resigned(self, change: Change = lambda told: None, *, keyid: str = "") -> None:
        """A statement under a signature of a key that nobody trusts, called as the forger likes."""
        told = self.statement()
        change(told)
        self.write(RECEIPT, sealed(own_key(), compact(told), IN_TOTO, keyid=keyid))

    @property
    def host_key(self) -> Ed25519PrivateKey:
        content = (Path(self.environ["SCAFLD_CONFIG_HOME"]) / "keys/host-ed25519.pem").read_bytes()
        found = load_pem_private_key(content, None)
        assert isinstance(found, Ed25519PrivateKey)
        return found

    # Keys and ledgers.

    def keys(self, **fields: object) -> None:
        """Other fields of the one key that is trusted."""
        found = json.loads(self.read(KEYS))
        found["keys"][0] |= fields
        self.write(KEYS, json.dumps(found))

    def reseal(self, edit: Callable[[list[Any]], list[Any]], name: str = LEDGER) -> None:
        """The whole ledger with its entries edited, and every digest computed anew."""
        document = json.loads(self.read(name))
        prev, lines = document["entries"][0]["prev"], []
        for seq, entry in enumerate(edit(document["entries"]), start=1):
            entry.pop("digest", None)
            body = compact(entry | {"id": f"entry-{seq}", "seq": seq, "prev": prev})
            prev = sha256(body).hexdigest()
            lines.append(body[:-1] + b',"digest":"' + prev.encode() + b'"}')
        head = f'{{"schema_version":2,"task_id":"{document["task_id"]}","entries":[\n'.encode()
        self.write(name, head + b",\n".join(lines) + b"\n]}\n")


def own_key() -> Ed25519PrivateKey:
    """The forger's own key: nobody trusts it."""
    return Ed25519PrivateKey.from_private_bytes(b"f" * 32)


def compact(told: object) -> bytes:
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def coded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def signature(key: Ed25519PrivateKey, body: bytes, kind: str, keyid: str = "") -> dict[str, str]:
    """A signature as DSSE has it."""
    message = b"DSSEv1 %d %b %d %b" % (len(kind), kind.encode(), len(body), body)
    return {"keyid": keyid, "sig": coded(key.sign(message))}


def sealed(key: Ed25519PrivateKey, body: bytes, kind: str, *, keyid: str = "") -> bytes:
    """An envelope that this key signed."""
    told = {"payload": coded(body), "payloadType": kind, "signatures": [signature(key, body, kind, keyid)]}
    return json.dumps(told).encode()


def environment(keys: str) -> dict[str, str]:
    """What a command finds: nothing of the machine that the tests run on but its PATH, and a place for a key."""
    who = {f"GIT_{each}_{what}": "a@example.org" for each in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    git = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    host = {"HOME": os.devnull, "SCAFLD_CONFIG_HOME": keys, "SCAFLD_STATE_HOME": keys, "SCAFLD_ACTOR": "human:you"}
    return {"PATH": os.environ.get("PATH", os.defpath), "COLUMNS": "100", "PYTHONPATH": SOURCE, **host, **git, **who}
