"""What is measured, against what, and how much it may be."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from stopwatch import Command, Measured, apart, measure, median, once, told

HOT_MB, ALL_MB = 25.0, 100.0
"""How much memory a command may take that is asked all the time, and any other, in megabytes."""

HERE = os.path.dirname(os.path.abspath(__file__))


@dataclass(frozen=True)
class Figure:
    """One line of the page. `of`: what `ratio` is a ratio to; None where it is none. `limit`: what `ratio` may be, or,
    without one, `value` itself. `unit`: of `value`. `mb`: the peak of memory, and how much that may be."""

    what: str
    value: float
    unit: str = "ms"
    ratio: float | None = None
    of: str = ""
    limit: float | None = None
    target: str = ""
    mb: float | None = None
    most_mb: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether every target of the line is met; None when it has none."""
        if self.limit is None and self.most_mb is None:
            return None
        within = self.limit is None or (self.value if self.ratio is None else self.ratio) <= self.limit
        return within and (self.most_mb is None or self.mb is None or self.mb <= self.most_mb)


@dataclass(frozen=True)
class Section:
    title: str
    note: str
    figures: tuple[Figure, ...]


class Bench:
    """`folder`: where workspaces are made. `scafld`: the words that start it. `runs`: how often a command runs."""

    def __init__(self, folder: str, scafld: tuple[str, ...], runs: int, *, quick: bool) -> None:
        self.folder = folder
        self.scafld = scafld
        self.runs = runs
        self.many = (1000,) if quick else (1000, 10_000)
        self.trees = (50, 10_000) if quick else (50, 10_000, 100_000)
        self.entries = 10_000 if quick else 100_000
        self._start_up = 0.0
        self.environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": os.devnull,
            "SCAFLD_CONFIG_HOME": self._at("host"),
            "SCAFLD_STATE_HOME": self._at("host"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "LC_ALL": "C.UTF-8",
            "SCAFLD_ACTOR": "human:bench",
            "PYTHONPATH": os.path.dirname(HERE),
        }

    def sections(self) -> Iterator[Section]:
        """All of it, in the order of the page."""
        yield self._starts()
        yield self._submit()
        yield from (self._tasks(count) for count in self.many)
        yield self._ledgers()
        yield from (self._tree(files) for files in self.trees)
        yield self._receipts(1000)

    # Private.

    def _starts(self) -> Section:
        root = self._at("small")
        apart(lambda: _workspaces().small(root))
        apart(lambda: _workspaces().reviewed(root, "built", self._reviewer()))
        commands = {
            "bare": self._bare(),
            "--version": self._run(root, "--version"),
            "status, a draft": self._run(root, "status", "a-draft", "--json"),
            "status, at work": self._run(root, "status", "at-work", "--json"),
            "status, reviewed": self._run(root, "status", "built", "--json"),
            "handoff": self._run(root, "handoff", "built", "--json"),
            "list": self._run(root, "list", "--json"),
            "report": self._run(root, "report", "--json"),
        }
        seen = measure(commands, 3 * self.runs, self.environment)
        limits = {"--version": 2.0, "status, a draft": 4.5, "status, at work": 4.5, "status, reviewed": 4.5}
        figures = [
            Figure(what="python -c pass", value=seen["bare"].ms, mb=seen["bare"].mb),
            *(_against(name, seen, limits.get(name), HOT_MB) for name in commands if name != "bare"),
            self._uncompiled(root),
        ]
        note = "A repository of 50 files, three tasks. Memory has a floor: no process shows less than what measures it."
        return Section(title="Start-up", note=note, figures=tuple(figures))

    def _uncompiled(self, root: str) -> Figure:
        """The price of an installation whose modules were never compiled."""
        environment = {**self.environment, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": self._at("no-pyc")}
        commands = {
            "bare": self._bare(),
            "status, a draft, no module compiled": self._run(root, "status", "a-draft", "--json"),
        }
        return _against("status, a draft, no module compiled", measure(commands, self.runs, environment), None, None)

    def _submit(self) -> Section:
        """The server by which a model hands in its answer: a client waits a little for it, then goes on without."""
        root = self._at("submit")
        apart(lambda: _workspaces().submit_server(root))
        with open(os.path.join(root, "argv.json"), encoding="utf-8") as file:
            argv = tuple(json.load(file))
        answer = os.path.join(root, "answer.json")

        def forget() -> None:
            if os.path.exists(answer):
                os.unlink(answer)

        commands = {
            "bare": self._bare(),
            "the first answer": Command(argv=argv, cwd=root, stdin=os.path.join(root, "hello")),
            "greeting, list, an answer handed in": Command(
                argv=argv, cwd=root, stdin=os.path.join(root, "session"), before=forget
            ),
        }
        seen = measure(commands, 3 * self.runs, self.environment)
        figures = (
            _against("the first answer", seen, 3.0, HOT_MB),
            _against("greeting, list, an answer handed in", seen, None, HOT_MB),
        )
        note = "From the start of the process to its end. What a client waits for is less by what it takes to end."
        return Section(title="The submit server", note=note, figures=figures)

    def _tasks(self, count: int) -> Section:
        root = self._at(f"tasks-{count}")
        reviewer = self._reviewer()

        def make() -> None:
            made = _workspaces()
            made.repository(self._at("template"), 50)
            kinds = made.lives(self._at("template"), reviewer)
            shutil.rmtree(self._at("template"))
            made.repository(root, 50)
            made.tasks(root, count, kinds)

        apart(make)
        index = os.path.join(root, ".scafld", "cache", "index.json")
        warm = _warmer(os.path.join(root, ".scafld"))
        fresh = _all(warm, lambda: os.path.exists(index) and os.unlink(index))
        commands = {
            "bare": self._bare(),
            "report, the first time": self._run(root, "report", "--json", before=fresh),
            "report, nothing changed": self._run(root, "report", "--json", before=warm),
            "list, the first time": self._run(root, "list", "--json", before=fresh),
            "list, nothing changed": self._run(root, "list", "--json", before=warm),
        }
        seen = measure(commands, self.runs if count <= 1000 else 5, self.environment)
        first, again = (15.0, 4.0) if count <= 1000 else (150.0, 20.0)
        limits = {name: first if "first" in name else again for name in commands}
        figures = tuple(_against(name, seen, limits[name], ALL_MB) for name in commands if name != "bare")
        note = "One in five at work, the others completed, 23 entries and 15 KB each. The first time there is no index."
        return Section(title=f"{count:,} tasks", note=note, figures=figures)

    def _ledgers(self) -> Section:
        root, most = self._at("ledgers"), self.entries

        def make() -> None:
            made = _workspaces()
            made.repository(root, 50)
            made.long_ledger(root, "short", 10)
            made.long_ledger(root, "long", most)

        apart(make)
        replay = os.path.join(root, ".scafld", "cache", "replays", "long.json")
        again = {
            "short": self._run(root, "status", "short", "--json"),
            f"status, {most:,} entries": self._run(root, "status", "long", "--json"),
        }
        seen = measure(again, self.runs, self.environment)
        forgotten = self._run(
            root, "status", "long", "--json", before=lambda: os.path.exists(replay) and os.unlink(replay)
        )
        whole = measure({"status": forgotten}, 2, self.environment)["status"]
        appended = {task: self._inside("append", root, task) for task in ("short", "long")}
        checked = self._inside("chain", root, "long")
        figures = (
            Figure(what="status, 10 entries", value=seen["short"].ms, mb=seen["short"].mb, most_mb=HOT_MB),
            _against(f"status, {most:,} entries", seen, 2.0, HOT_MB, base="short", of="10 entries"),
            Figure(what="the same, nothing remembered", value=whole.ms, mb=whole.mb, most_mb=ALL_MB),
            Figure(what="one append, 10 entries", value=appended["short"]),
            Figure(
                what=f"one append, {most:,} entries",
                value=appended["long"],
                ratio=appended["long"] / appended["short"],
                of="10 entries",
                limit=1.5,
            ),
            Figure(what=f"the chain of {most:,} entries checked", value=checked, limit=500.0, target="500 ms"),
        )
        note = "The last two within one process, an append with its flush to disk."
        return Section(title="Long ledgers", note=note, figures=figures)

    def _tree(self, files: int) -> Section:
        root, reviewer = self._at(f"tree-{files}"), self._reviewer()

        def make() -> None:
            made = _workspaces()
            made.repository(root, files)
            made.built(root, "parser", files)

        apart(make)
        built = _Snapshot(root)
        apart(lambda: _workspaces().reviewed(root, "parser", reviewer))
        reviewed = _Snapshot(root)
        review = ("review", "parser", "--provider", "command", "--provider-command", reviewer, "--json")
        git = Command(argv=(_git(), "status", "--porcelain", "-uall"), cwd=root)
        runs = self.runs if files <= 10_000 else 7
        commands = {
            "git": git,
            "status, reviewed": self._run(root, "status", "parser", "--json"),
            "handoff": self._run(root, "handoff", "parser", "--json"),
        }
        seen = measure(commands, runs, self.environment)
        gates = {
            "git": git,
            "review": self._run(root, *review, before=built.restore),
            "complete": self._run(root, "complete", "parser", "--json", before=reviewed.restore),
        }
        gated = measure(gates, runs, self.environment)
        reviewed.restore()
        if files == self.trees[0]:
            self._start_up = seen["status, reviewed"].ms - seen["git"].ms
        allowed = 2 + self._start_up / seen["git"].ms if files > self.trees[0] else None
        said = f"2 x and start-up: {allowed:.1f} x" if allowed else ""
        most = 10.0 if files > self.trees[0] else None
        counts = [
            ("status", ("status", "parser", "--json"), reviewed, 2),
            ("review", review, built, None),
            ("complete", ("complete", "parser", "--json"), reviewed, 4),
        ]
        figures = (
            Figure(what="git status -uall", value=seen["git"].ms, mb=seen["git"].mb),
            _against("status, reviewed", seen, allowed, None, base="git", of="git", target=said),
            _against("handoff", seen, allowed, None, base="git", of="git", target=said),
            _against("review", gated, most, ALL_MB, base="git", of="git"),
            _against("complete", gated, most, ALL_MB, base="git", of="git"),
            *(self._processes(root, name, words, before, count) for name, words, before, count in counts),
            *(self._flushes(root, name, words, before) for name, words, before, _ in counts),
        )
        note = _TREE_NOTE
        return Section(title=f"A repository of {files:,} files", note=note, figures=figures)

    def _receipts(self, files: int) -> Section:
        """Both targets are times: as ratios they are what git takes here times over."""
        root, task, reviewer = self._at("receipts"), "rename", self._reviewer()
        apart(lambda: _workspaces().wide(root, task, files, reviewer))
        complete = ("complete", task, "--json")
        before = _Snapshot(root)
        minted = []
        for _ in range(self.runs):
            before.restore()
            argv = (sys.executable, os.path.join(HERE, "inside.py"), "minting", *complete)
            minted.append(float(told(argv, root, self.environment)[-1]))
        words = ("verify", task, "--no-run", "--json") if _may("verify", "no_run") else ("verify", task, "--json")
        commands = {
            "git": Command(argv=(_git(), "status", "--porcelain", "-uall"), cwd=root),
            "verify": self._run(root, *words),
            "complete": self._run(root, *complete, before=before.restore),
        }
        seen = measure(commands, self.runs, self.environment)
        git = seen["git"].ms
        figures = (
            Figure(what="git status -uall", value=git, mb=seen["git"].mb),
            Figure(
                what=" ".join(word for word in words if word not in (task, "--json")),
                value=seen["verify"].ms,
                ratio=seen["verify"].against(seen["git"]),
                of="git",
                limit=1000 / git,
                target="1 s",
                mb=seen["verify"].mb,
                most_mb=ALL_MB,
            ),
            _against("complete", seen, None, ALL_MB, base="git", of="git"),
            Figure(
                what="what the receipt takes of it",
                value=median(minted),
                ratio=median(minted) / git,
                of="git",
                limit=500 / git,
                target="0.5 s",
            ),
        )
        note = "Each of them was changed by the task. What a receipt takes is measured within the process."
        return Section(title=f"A receipt over {files:,} files", note=note, figures=figures)

    def _processes(self, root: str, name: str, words: tuple[str, ...], before: _Snapshot, most: int | None) -> Figure:
        """How many git processes a command starts, counted by a git that stands before git on PATH."""
        shims, log = self._at("shims"), self._at("shims/log")
        os.makedirs(shims, exist_ok=True)
        with open(os.path.join(shims, "git"), "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\necho \"$@\" >> '{log}'\nexec '{_git()}' \"$@\"\n")
        os.chmod(os.path.join(shims, "git"), 0o755)
        before.restore()
        with open(log, "w", encoding="utf-8"):
            pass
        path = shims + os.pathsep + self.environment["PATH"]
        once(self._run(root, *words), {**self.environment, "PATH": path})
        with open(log, encoding="utf-8") as file:
            found = len(file.readlines())
        return Figure(
            what=f"git processes of {name}", value=found, unit="", limit=most, target=f"{most}" if most else ""
        )

    def _flushes(self, root: str, name: str, words: tuple[str, ...], before: _Snapshot) -> Figure:
        before.restore()
        argv = (sys.executable, os.path.join(HERE, "inside.py"), "flushes", *words)
        return Figure(what=f"flushes to disk of {name}", value=float(told(argv, root, self.environment)[-1]), unit="")

    def _inside(self, *words: str) -> float:
        argv = (sys.executable, os.path.join(HERE, "inside.py"), *words)
        return float(told(argv, self.folder, self.environment)[-1])

    def _bare(self) -> Command:
        return Command(argv=(sys.executable, "-c", "pass"), cwd=self.folder)

    def _run(self, root: str, *words: str, before: Callable[[], object] | None = None) -> Command:
        return Command(argv=(*self.scafld, *words), cwd=root, before=before)

    def _reviewer(self) -> str:
        path = self._at("dossier.json")
        if not os.path.exists(path):
            apart(lambda: _workspaces().reviewer(path))
        return f"cat '{path}'"

    def _at(self, name: str) -> str:
        return os.path.join(self.folder, name)


# Private.

_TREE_NOTE = """100 paths are not as committed: 60 changed, 10 deleted, 30 new. `review` asks a command that answers at
once; the one criterion of the task is `test -f`. A gate believes no cache: it parses contract and configuration, and
lets a process of its own stand over each command. That is what it costs where git has little to do."""


class _Snapshot:
    """Specs and ledgers of a workspace as they stand, and what the host remembers of them, to be put back; what is
    derived from them is left alone."""

    def __init__(self, root: str) -> None:
        self._root = os.path.join(root, ".scafld")
        self._kept = f"{root}-kept-{len(os.listdir(os.path.dirname(root)))}"
        self._heads = os.path.join(os.path.dirname(root), "host", "heads")
        for name in ("specs", "runs"):
            shutil.copytree(os.path.join(self._root, name), os.path.join(self._kept, name))
        shutil.copytree(self._heads, os.path.join(self._kept, "heads"))

    def restore(self) -> None:
        for name in ("specs", "runs"):
            shutil.rmtree(os.path.join(self._root, name))
            shutil.copytree(os.path.join(self._kept, name), os.path.join(self._root, name))
        shutil.rmtree(self._heads)
        shutil.copytree(os.path.join(self._kept, "heads"), self._heads)


def _workspaces() -> Any:
    """Only in a process of its own: this loads scafld."""
    sys.path.insert(0, os.path.dirname(HERE))
    import workspaces

    return workspaces


def _against(
    name: str,
    seen: dict[str, Measured],
    limit: float | None,
    most_mb: float | None,
    *,
    base: str = "bare",
    of: str = "python -c pass",
    target: str = "",
) -> Figure:
    found = seen[name]
    return Figure(
        what=name,
        value=found.ms,
        ratio=found.against(seen[base]),
        of=of,
        limit=limit,
        target=target,
        mb=found.mb,
        most_mb=most_mb,
    )


def _warmer(folder: str) -> Callable[[], None]:
    """Reads everything below a folder, so that no run waits for a disk."""

    def warm() -> None:
        for path, _, names in os.walk(folder):
            for name in names:
                handle = os.open(os.path.join(path, name), os.O_RDONLY)
                while os.read(handle, 1 << 20):
                    pass
                os.close(handle)

    return warm


def _all(*acts: Callable[[], object]) -> Callable[[], None]:
    def act() -> None:
        for each in acts:
            each()

    return act


def _may(verb: str, option: str) -> bool:
    """Whether a command has this option."""
    from scafld.adapters.cli.table import COMMANDS

    return any(each.name == option for command in COMMANDS if command.name == verb for each in command.options)


def _git() -> str:
    found = shutil.which("git")
    if found is None:
        raise SystemExit("bench: git is needed")
    return found
