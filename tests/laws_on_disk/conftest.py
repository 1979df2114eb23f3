"""Whole lives on a real disk: quick ones without processes, on disks that die, and real ones in real repositories."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

import scafld
from scafld.adapters.codec import encode
from scafld.adapters.files.disk import Disk
from scafld.adapters.files.glimpse import Glimpses
from scafld.adapters.files.ledgers import FileLedgers
from scafld.adapters.files.receipts import FileReceipts
from scafld.adapters.files.specs import FileSpecs
from scafld.adapters.local.house import House, Surroundings
from scafld.adapters.local.joints import read_spec, write_spec
from scafld.adapters.local.models import Models
from scafld.app.ask import Bench, Provider, Question, Reply, Wanted, Watcher
from scafld.app.check import Order, Watch
from scafld.app.workspace import Workspace
from scafld.core.contract.commands import Detected
from scafld.core.digest import digest_of
from scafld.core.evidence.criterion import Ended, Observation
from scafld.core.evidence.dossier import Attack, AttackResult, Dossier
from scafld.core.evidence.terms import Subject
from scafld.core.names import Actor, ActorKind, Moment
from scafld.core.policy import Policy
from scafld.core.refusal import Refused

NAME = "add-cache"
PATH = os.environ.get("PATH", os.defpath)
SOURCE = str(Path(scafld.__file__).parents[1])


class Died(BaseException):
    """The process is no more."""


class MortalDisk(Disk):
    """A disk that is no more at its n-th act, of which only a part came about; after that it does nothing at all.

    `acts` names every act so far and the parts that it has: bytes for what writes them, else 1 (before or after).
    """

    def __init__(self, at: int = 0, part: int = 0) -> None:
        self.at = at
        self.part = part
        self.acts: list[tuple[str, int]] = []

    def folder(self, path: str) -> None:
        if not os.path.isdir(path):
            self.act("folder", 1, lambda part: Disk().folder(path) if part else None)

    def prepare(self, path: str, content: bytes, mode: int) -> str:
        drafts: list[str] = []
        self.act("prepare", len(content), lambda part: drafts.append(Disk().prepare(path, content[:part], mode)))
        return drafts[0]

    def replace(self, draft: str, path: str) -> None:
        self.act("replace", 1, lambda part: Disk().replace(draft, path) if part else None)

    def remove(self, path: str) -> None:
        self.act("remove", 1, lambda part: Disk().remove(path) if part else None)

    def move(self, source: str, target: str) -> None:
        self.act("move", 1, lambda part: Disk().move(source, target) if part else None)

    def put(self, handle: int, at: int, content: bytes) -> None:
        self.act("put", len(content), lambda part: Disk().put(handle, at, content[:part]))

    def jot(self, path: str, content: bytes, mode: int) -> None:
        self.act("jot", 1, lambda part: Disk().jot(path, content, mode) if part else None)

    def act(self, name: str, parts: int, do: Callable[[int], object]) -> None:
        if self.at and len(self.acts) >= self.at:
            raise Died
        self.acts.append((name, parts))
        if len(self.acts) == self.at:
            do(self.part)
            raise Died
        do(parts)


SOMEBODY = Actor(kind=ActorKind.HUMAN, name="somebody", terminal=True)


class Stage:
    """A workspace without git whose commands and reviewer are played: `a.py` holds `y` when the work is done."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.ledger = root / ".scafld" / "runs" / NAME / "session.json"
        self.state = root.parent / "state"
        self.environ = {"SCAFLD_CONFIG_HOME": str(root.parent / "config"), "SCAFLD_STATE_HOME": str(self.state)}
        self.minute = 0
        self.calls = 0

    def open(
        self, disk: Disk | None = None, *, environ: Mapping[str, str] | None = None, actor: Actor = SOMEBODY
    ) -> Workspace:
        """The workspace as another process finds it."""
        around = Surroundings(
            environ=environ if environ is not None else self.environ,
            actor=actor,
            tell=None,
            watch=None,
            now=self.now,
        )
        return Workspace(_Played(str(self.root), around, disk or Disk()).ports())

    def now(self) -> Moment:
        """The same for the same call of the same command."""
        self.calls += 1
        return Moment(f"2026-01-31T12:{self.minute:02}:{self.calls // 1000:02}.{self.calls % 1000:03}Z")

    def ledgers(self) -> FileLedgers:
        return FileLedgers(scafld_dir=str(self.root / ".scafld"), patience_s=0.0)

    def do(self, step: int, ws: Workspace) -> None:
        """One command of a whole life, always at the same time of day."""
        self.minute, self.calls = step, 0
        LIFE[step][1](self, ws)

    def work(self) -> None:
        (self.root / "a.py").write_text("y = 1\n")

    def go_on(self, ws: Workspace) -> None:
        """Whatever comes next, until the task is completed; at most twenty commands."""
        self.minute, self.calls = 50, 0
        for _ in range(20):
            try:
                overview = ws.status(NAME)
            except Refused:
                ws.plan(NAME, title="Add a cache", command="grep -q y a.py")
                continue
            match str(overview.status), overview.next_action.action:
                case "completed", _:
                    return
                case "draft", _:
                    ws.approve(NAME)
                case "review", "complete":
                    ws.complete(NAME)
                case "review", "wait_for_review":
                    ws.abandon_review(NAME)
                case "review", "review_again":
                    ws.review(NAME, force=True, reason="the last attempt gave no verdict")
                case "review", _:
                    ws.review(NAME)
                case _:
                    self.work()
                    ws.build(NAME)
        raise AssertionError(f"no end in sight: {overview.status} {overview.next_action}")


LIFE: tuple[tuple[str, Callable[[Stage, Workspace], object]], ...] = (
    ("plan", lambda stage, ws: ws.plan(NAME, title="Add a cache", command="grep -q y a.py")),
    ("approve", lambda stage, ws: ws.approve(NAME)),
    ("build: open", lambda stage, ws: ws.build(NAME)),
    ("build: blocked", lambda stage, ws: ws.build(NAME)),
    ("build: passed", lambda stage, ws: (stage.work(), ws.build(NAME))),
    ("review", lambda stage, ws: ws.review(NAME)),
    ("complete", lambda stage, ws: ws.complete(NAME)),
)
"""Every command of a life, in order."""


class _Played(House):
    """The house of a workspace, with a played runner and reviewer, and its files on the disk that is given."""

    def __init__(self, root: str, around: Surroundings, disk: Disk) -> None:
        super().__init__(root, around)
        self.ledgers = FileLedgers(scafld_dir=self.scafld_dir, patience_s=0.0, disk=disk, sign=self.strongroom.sign)
        self.specs = FileSpecs(scafld_dir=self.scafld_dir, read=read_spec, write=write_spec, disk=disk)
        self.receipts = FileReceipts(scafld_dir=self.scafld_dir, disk=disk)
        self.glimpses = Glimpses(ledgers=self.ledgers)
        self.policy = self.glimpsed_policy = Policy()
        self.models = _PlayedModels(self)

    def detect(self) -> Detected:
        return Detected()

    def runner(self) -> object:
        def run(_order: Order, _watch: Watch) -> Observation:
            with open(os.path.join(self.root, "a.py"), encoding="utf-8") as file:
                done = "y" in file.read()
            return Observation(
                ended=Ended.EXITED,
                duration_ms=1,
                exit_code=0 if done else 1,
                output_digest=digest_of(b""),
                output_bytes=0,
            )

        return run


class _PlayedModels(Models):
    """A reviewer that finds nothing, in as many angles as it is asked for."""

    def bench(self, subject: Subject, wanted: Wanted) -> Bench:
        def ask(question: Question, _watch: Watcher) -> Reply:
            attack = Attack(target="a.py", attack="tried", result=AttackResult.CLEAN)
            attacks = (attack,) * question.terms.budget.min_attack_angles
            dossier = Dossier(summary="nothing found", mode=question.terms.mode, attacks=attacks)
            return Reply(answer=json.dumps(encode(dossier)))

        return Bench(providers=(Provider(name="command", authorises=True, ask=ask),))


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A laid-down workspace in a folder that is no repository; nothing is planned yet."""
    root = tmp_path / "work"
    root.mkdir()
    (root / "a.py").write_text("x = 1\n")
    scafld.init(str(root), agent_docs=False)
    return Stage(root)


@pytest.fixture
def life() -> tuple[str, ...]:
    """What the commands of a life are called."""
    return tuple(name for name, _ in LIFE)


@pytest.fixture
def died() -> type[Died]:
    return Died


@pytest.fixture
def mortal_disk() -> type[MortalDisk]:
    return MortalDisk


@pytest.fixture
def lived(stage: Stage) -> Stage:
    """A whole life, completed."""
    for step in range(len(LIFE)):
        stage.do(step, stage.open())
    return stage


def print_of(root: Path, *, without: tuple[str, ...] = ("cache", "locks")) -> dict[str, str]:
    """Everything below `.scafld`, what may be deleted at any time apart: digests of files, targets of links."""
    found = {}
    top = root / ".scafld"
    for folder, folders, files in os.walk(top):
        folders[:] = [name for name in folders if Path(folder) != top or name not in without]
        for name in [*files, *folders]:
            path = Path(folder) / name
            if path.is_symlink():
                found[str(path.relative_to(top))] = os.readlink(path)
            elif path.is_file():
                found[str(path.relative_to(top))] = hashlib.sha256(path.read_bytes()).hexdigest()
            else:
                found[str(path.relative_to(top))] = "no file"
    return found


@pytest.fixture
def prints() -> Callable[[Path], dict[str, str]]:
    return print_of


class Copies:
    """Copies of a workspace and of what its host remembers, and the way back to each of them."""

    def __init__(self, stage: Stage, shelf: Path) -> None:
        self.places = (stage.root, stage.state)
        self.shelf = shelf

    def keep(self, name: str) -> None:
        for place in self.places:
            place.mkdir(exist_ok=True)
            shutil.copytree(place, self.shelf / name / place.name, symlinks=True)

    def put_back(self, name: str) -> None:
        for place in self.places:
            shutil.rmtree(place)
            shutil.copytree(self.shelf / name / place.name, place, symlinks=True)


@pytest.fixture
def copies(stage: Stage, tmp_path: Path) -> Copies:
    return Copies(stage, tmp_path / "shelf")


REVIEWER = """
import json, sys
sys.stdin.read()
attack = {"target": "the change", "attack": "tried", "result": "clean"}
print(json.dumps({"mode": "discover", "summary": "nothing found", "attacks": [attack] * 6, "findings": []}))
"""


@pytest.fixture
def reviewer(tmp_path: Path) -> str:
    """A command that reviews: it finds nothing, in six angles."""
    path = tmp_path / "reviewer.py"
    path.write_text(REVIEWER)
    return f"'{sys.executable}' -S -E '{path}'"


@pytest.fixture
def environment(tmp_path: Path) -> Mapping[str, str]:
    """What a process is given: a home that holds nothing, and where the programs are."""
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    return {
        "HOME": str(home),
        "PATH": PATH,
        "PYTHONDONTWRITEBYTECODE": "1",
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.org",
    }


@pytest.fixture
def process(environment: Mapping[str, str]) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a Python process that runs this text with these words; it is gone at the end of the test."""
    with ExitStack() as started:

        def _process(text: str, *words: str) -> subprocess.Popen[str]:
            made = started.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", text, *words],
                    env={**environment, "PYTHONPATH": SOURCE},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                    encoding="utf-8",
                )
            )
            started.callback(made.kill)
            return made

        yield _process
