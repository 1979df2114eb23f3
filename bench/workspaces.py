"""Workspaces to measure on: whole lives are lived once through the library, then written many times over.

Every ledger here is a real one: its lines are sealed as `scafld.core.ledger` seals them, and every command that is
measured proves them again. Specs are what the library wrote. Only the flush to disk is left out.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import scafld
from scafld.core.contract.spec import Profile
from scafld.core.digest import canonical, digest_of
from scafld.core.ledger import CLOSING, head_line, origin, seal_line
from scafld.core.names import Digest, TaskId

DIRTY = 100
"""How many paths differ from the last commit in a repository that was worked on: 60 changed, 10 deleted, 30 new."""

ENVIRONMENT = {
    "PATH": os.environ.get("PATH", os.defpath),
    "HOME": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "bench",
    "GIT_AUTHOR_EMAIL": "bench@example.invalid",
    "GIT_COMMITTER_NAME": "bench",
    "GIT_COMMITTER_EMAIL": "bench@example.invalid",
}
"""The environment of every process here: the same on every machine, whatever its user has configured."""


@dataclass(frozen=True)
class Life:
    """A task as the library left it: its spec, and the entries of its ledger without their seals."""

    task: str
    text: str
    records: tuple[dict[str, object], ...]


def environment_of(root: str) -> dict[str, str]:
    """The same, with a host whose keys and memory lie beside the workspaces."""
    host = os.path.join(os.path.dirname(root), "host")
    return {**ENVIRONMENT, "SCAFLD_CONFIG_HOME": host, "SCAFLD_STATE_HOME": host}


def repository(root: str, files: int) -> None:
    """A git repository with so many small files in folders of a hundred, all committed, and a workspace in it."""
    os.makedirs(root)
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "fast-import", "--quiet", feed=b"".join(_commit(files)))
    git(root, "reset", "--hard", "--quiet", "main")
    scafld.init(root)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "A workspace")
    settle(root)


def work(root: str, files: int) -> None:
    """Leave DIRTY paths behind that are not as committed, spread over the whole tree (over all of a smaller one)."""
    step = max(1, files // 70)
    for at, path in enumerate([_path(each) for each in range(0, files, step)][:70]):
        if at % 7 == 6:
            os.unlink(os.path.join(root, path))
        else:
            _add(root, path, "changed = True\n")
    for at in range(30):
        _add(root, f"src/p0/new{at}.py", f"new = {at}\n")
    settle(root)


def built(root: str, task: str, files: int) -> None:
    """A light task on the whole of `src/`: opened, worked on, and built; what is left is review and complete."""
    ws = scafld.open(root, environ=environment_of(root))
    ws.quick(task, title="Replace the parser", command="test -f src/p0/new7.py", files=("src/",))
    work(root, files)
    ws.build(task)
    settle(root)


def reviewed(root: str, task: str, review_command: str) -> None:
    """The same task, reviewed by a command."""
    scafld.open(root, environ=environment_of(root)).review(task, provider="command", provider_command=review_command)


def wide(root: str, task: str, files: int, review_command: str) -> None:
    """A light task that changed every one of so many files, and was reviewed; this host's key is trusted."""
    repository(root, files)
    ws = scafld.open(root, environ=environment_of(root))
    ws.keys.trust()
    ws.quick(task, title="Rename the parser", command="grep -q renamed src/p0/m0.py", files=("src/",))
    for at in range(files):
        _add(root, _path(at), "renamed = True\n")
    ws.build(task)
    reviewed(root, task, review_command)
    settle(root)


def small(root: str) -> None:
    """Three tasks in a small repository: a draft, one that is opened, one that is built."""
    repository(root, 50)
    ws = scafld.open(root, environ=environment_of(root))
    ws.plan("a-draft", title="Find the leak", command="test -f src/leak.txt")
    ws.quick("at-work", title="Find the next leak", command="test -f src/next.txt", files=("src/",))
    built(root, "built", 50)


def reviewer(dossier: str) -> str:
    """The command of a reviewer who reads nothing and finds nothing; `dossier` is where the answer is kept."""
    attacks = [{"target": "src", "attack": f"angle {at}", "result": "clean"} for at in range(6)]
    answer = {"mode": "discover", "summary": "nothing found", "attacks": attacks, "findings": []}
    with open(dossier, "w", encoding="utf-8") as file:
        json.dump(answer, file)
    return f"cat '{dossier}'"


def submit_server(root: str) -> None:
    """A submit server's order, its argv, and what a client says to it: a greeting, and a whole session."""
    from scafld.adapters.mcp.launch import submit_command
    from scafld.adapters.mcp.order import Order, order_text
    from scafld.core.evidence.terms import Subject, Terms

    attack = {"target": "a.py", "attack": "two tenants", "result": "clean"}
    answer = {"summary": "It holds.", "mode": "discover", "attacks": [attack]}
    hello = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18"}}
    listed = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}
    called = {"name": "submit_review", "arguments": answer}
    call = {"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": called}
    order = Order(out=os.path.join(root, "answer.json"), terms=Terms(subject=Subject.REVIEW))
    os.makedirs(root)
    _put(os.path.join(root, "order.json"), order_text(order).encode())
    _put(os.path.join(root, "argv.json"), json.dumps(submit_command(os.path.join(root, "order.json"))).encode())
    for name, said in (("hello", [hello]), ("session", [hello, listed, call])):
        _put(os.path.join(root, name), "".join(json.dumps(each) + "\n" for each in said).encode())


def lives(root: str, review_command: str) -> tuple[Life, Life]:
    """One task of two phases lived in the workspace at `root`: as it stood when at work, and as it was completed."""
    ws = scafld.open(root, environ=environment_of(root))
    task = "template"
    place = os.path.join(root, ws.plan(task, title="Rate limit the public API", profile=Profile.STANDARD).path)
    with open(place, encoding="utf-8") as file:
        head = file.read().partition("\n# ")[0]
    with open(place, "w", encoding="utf-8") as file:
        file.write(head + _CONTRACT)
    ws.approve(task)
    ws.build(task)
    ws.build(task)
    at_work = _life(root, task)
    _add(root, "src/limit.py", "burst = 10\nclass TokenBucket: ...\n")
    ws.build(task)
    ws.build(task)
    _add(root, "src/client.py", "retry_after = 1\n")
    ws.build(task)
    ws.review(task, provider="command", provider_command=review_command)
    ws.complete(task)
    return at_work, _life(root, task)


def tasks(root: str, count: int, kinds: tuple[Life, Life]) -> None:
    """So many tasks more in the workspace at `root`: one in five at work, the others completed within twelve months."""
    specs, runs = os.path.join(root, ".scafld", "specs"), os.path.join(root, ".scafld", "runs")
    folders = [f"archive/2026-{month:02d}" for month in range(1, 13)]
    for folder in ("active", *folders):
        os.makedirs(os.path.join(specs, folder), exist_ok=True)
    presses = [_press(life) for life in kinds]
    for at in range(count):
        name, over = f"task-{at:05d}", bool(at % 5)
        folder = folders[at % 12] if over else "active"
        _put(os.path.join(specs, folder, f"{name}.md"), kinds[over].text.replace("template", name).encode())
        os.mkdir(os.path.join(runs, name))
        _put(os.path.join(runs, name, "session.json"), presses[over](TaskId(name)))


def long_ledger(root: str, task: str, entries: int) -> None:
    """A blocked task with so many entries: a criterion fails, blocks the build, and is tried again, on and on."""
    ws = scafld.open(root, environ=environment_of(root))
    ws.quick(task, title="Find the leak", command=f"test -f never/{task}", files=("src/",))
    ws.build(task)
    life = _life(root, task)
    records = list(life.records)
    for seq in range(len(records) + 1, entries + 1):
        again = life.records[len(life.records) - 2 + (entries - seq + 1) % 2]
        records.append({**again, "seq": seq, "id": f"entry-{seq}", "step_end": seq})
    ledger = _press(Life(task=task, text=life.text, records=tuple(records)))(TaskId(task))
    _put(os.path.join(root, ".scafld", "runs", task, "session.json"), ledger)


def git(root: str, *words: str, feed: bytes = b"") -> bytes:
    """What git says in `root`; an error ends the bench."""
    run = subprocess.run(
        ["git", *words], cwd=root, env=ENVIRONMENT, input=feed, stdout=subprocess.PIPE, check=True, timeout=600
    )
    return run.stdout


def settle(root: str) -> None:
    """Leave an index that git can trust by its times, as any index is a few seconds after the last write."""
    git(root, "status", "--porcelain")
    index = os.path.join(root, ".git", "index")
    later = os.stat(index).st_mtime + 5
    os.utime(index, (later, later))


# Private.

_MARK = b"0" * 64
_CONTRACT = """
# Rate limit the public API

## Current State

Status: draft

## Summary

Clients that send too many requests are told to wait, so that one of them cannot starve the others.

## Objectives

- A client over its budget gets 429 and the number of seconds to wait
- A client within its budget notices nothing

## Scope

- In: `src/limit.py`, `src/client.py`
- Out: the admin API

## Acceptance

Profile: standard

## Phase 1: Token bucket

Status: pending
Dependencies: none

Goal: a bucket for each client, refilled with time

Changes:
- `src/limit.py` - the bucket and its burst

Acceptance:
- [ ] `ac1_1` command - The bucket exists
  - Command: `grep -q TokenBucket src/limit.py`
  - Expected kind: `exit_code_zero`
- [ ] `ac1_2` command - It has a burst
  - Command: `grep -q burst src/limit.py`
  - Expected kind: `exit_code_zero`

## Phase 2: Clients that wait

Status: pending
Dependencies: phase1

Goal: our own client honours the answer

Changes:
- `src/client.py` - reads the header

Acceptance:
- [ ] `ac2_1` command - The client waits
  - Command: `grep -q retry_after src/client.py`
  - Expected kind: `exit_code_zero`

## Rollback

- Revert the two files; nothing is stored
"""


def _path(at: int) -> str:
    return f"src/p{at // 100}/m{at}.py"


def _commit(files: int) -> Iterator[bytes]:
    yield b"commit refs/heads/main\ncommitter bench <bench@example.invalid> 1760000000 +0000\ndata 5\nFiles\n"
    for at in range(files):
        text = b"# module %d\n" % at + b"".join(b"def step_%d_%d(): return %d\n" % (at, n, n) for n in range(24))
        yield b"M 100644 inline %s\ndata %d\n%s\n" % (_path(at).encode(), len(text), text)


def _add(root: str, path: str, text: str) -> None:
    with open(os.path.join(root, path), "a", encoding="utf-8") as file:
        file.write(text)


def _put(path: str, content: bytes) -> None:
    with open(path, "wb") as file:
        file.write(content)


def _life(root: str, task: str) -> Life:
    text = scafld.open(root, environ=environment_of(root)).show(task).text
    with open(os.path.join(root, ".scafld", "runs", task, "session.json"), encoding="utf-8") as file:
        records = json.load(file)["entries"]
    for record in records:
        del record["prev"], record["digest"]
    return Life(task=task, text=text, records=tuple(records))


def _press(life: Life) -> Callable[[TaskId], bytes]:
    """Prints this life's ledger for another task: only the seals differ, so all else is encoded once."""
    halves = [canonical({**record, "prev": _MARK.decode()}).split(_MARK) for record in life.records]
    assert all(len(pair) == 2 for pair in halves)

    def ledger(task: TaskId) -> bytes:
        prev, lines = origin(task), []
        for left, right in halves:
            body = left + prev.encode() + right
            prev = digest_of(body)
            lines.append(body[:-1] + b',"digest":"' + prev.encode() + b'"}')
        _same(lines[0], life.records[0], task)
        return head_line(task) + b"\n" + b",\n".join(lines) + CLOSING

    return ledger


def _same(line: bytes, record: dict[str, object], task: TaskId) -> None:
    """The press prints what the library seals."""
    assert line == seal_line(record, Digest(origin(task))).text
