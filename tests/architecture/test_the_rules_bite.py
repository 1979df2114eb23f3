"""Every rule of the house is broken on purpose, and the checker says where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from checker import breaches, main
from house import House, house

Build = Callable[[dict[str, str]], Path]
RULES = house(Path(__file__).resolve().parents[2] / "import_rules.toml")
MARK = "# here"


@dataclass(frozen=True, kw_only=True)
class Plant:
    """A breach of `rule`: `text` in `file`, on the line that ends in MARK (else on the first), told with `says`."""

    rule: str
    file: str
    text: str
    says: str
    also: dict[str, str] = field(default_factory=dict)

    def line(self) -> int:
        marked = [number for number, line in enumerate(self.text.splitlines(), 1) if line.endswith(MARK)]
        return marked[0] if marked else 1

    def __str__(self) -> str:
        return f"{self.rule}: {self.says}"


def plant(rule: str, file: str, text: str, says: str, **also: str) -> Plant:
    return Plant(rule=rule, file=file, text=text, says=says, also={f"scafld/{k}.py": v for k, v in also.items()})


def protocol(methods: int, bases: str = "Protocol") -> str:
    body = "".join(f"    def step{each}(self): ...\n" for each in range(methods))
    return f"from typing import Protocol\n\n\nclass Port({bases}):  # here\n{body}"


CORE = "scafld/core/names.py"
APP = "scafld/app/journal.py"
GIT = "scafld/adapters/git/__init__.py"
TEST = "tests/test_names.py"

BY_HAND = [
    plant("unreadable", CORE, "x = 1\ndef (:  # here\n", "invalid syntax"),
    plant("unreadable", CORE, "x = '\udcff'\n", "utf-8"),
    plant("unreadable", TEST, "x = 1\n  y = 2  # here\n", "unexpected indent"),
    plant("exhaustive", "scafld/adapters/pigeon.py", "", "no room governs scafld.adapters.pigeon"),
    plant("exhaustive", "scafld/corridor/door.py", "", "no room governs scafld.corridor.door"),
    plant("neighbour", CORE, "\nfrom scafld.app import check  # here\n", "imports scafld.app.check"),
    plant("neighbour", CORE, "def f():\n    import scafld.adapters.local  # here\n", "imports scafld.adapters.local"),
    plant(
        "neighbour",
        CORE,
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import scafld.adapters.codec  # here\n",
        "imports scafld.adapters.codec",
    ),
    plant("neighbour", CORE, "from .. import adapters  # here\n", "imports scafld.adapters"),
    plant("neighbour", "scafld/core/task/life.py", "from ...app.check import x  # here\n", "imports scafld.app.check"),
    plant("neighbour", "scafld/core/digest.py", "from scafld import open  # here\n", "imports scafld;"),
    plant("neighbour", CORE, "__import__('scafld.adapters.git')  # here\n", "imports scafld.adapters.git"),
    plant("neighbour", CORE, "f = lambda: __import__('scafld.app.journal')  # here\n", "imports scafld.app.journal"),
    plant("neighbour", CORE, "def f(x=__import__('scafld.app.check')): ...  # here\n", "imports scafld.app.check"),
    plant("neighbour", CORE, "async def f():\n    import scafld.app  # here\n", "imports scafld.app"),
    plant("neighbour", GIT, "import scafld.adapters.markdown  # here\n", "imports scafld.adapters.markdown"),
    plant(
        "neighbour", "scafld/adapters/cli/screen.py", "from scafld.adapters.codec import x  # here\n", "adapters.codec"
    ),
    plant("neighbour", "scafld/__main__.py", "def f():\n    import scafld.core.names  # here\n", "scafld.core.names"),
    plant("lazy", "scafld/__init__.py", "import scafld.adapters.local  # here\n", "loads scafld.adapters.local"),
    plant("lazy", "scafld/__init__.py", "class A:\n    import scafld.testing  # here\n", "loads scafld.testing"),
    plant(
        "lazy",
        "scafld/__init__.py",
        "import typing\n\nif typing.TYPE_CHECKING:\n    pass\nelse:\n    import scafld.adapters.local  # here\n",
        "loads scafld.adapters.local",
    ),
    plant(
        "lazy", "scafld/__main__.py", "from scafld.adapters.cli import screen  # here\n", "scafld.adapters.cli.screen"
    ),
    plant("third_party", CORE, "def f():\n    import attrs  # here\n", "attrs, which belongs in no room"),
    plant("third_party", GIT, "import yaml  # here\n", "yaml, which belongs in no room"),
    plant("third_party", "scafld/adapters/memory.py", "import dulwich.objects  # here\n", "scafld.adapters.git"),
    plant("standard_library", APP, "def f():\n    from os import path  # here\n", "imports os.path"),
    plant("standard_library", APP, "import urllib.request  # here\n", "imports urllib.request"),
    plant(
        "standard_library", CORE, "if True:\n    from concurrent.futures import Future  # here\n", "concurrent.futures"
    ),
    plant("dynamic_import", GIT, "import importlib\n\nimportlib.import_module(__name__)  # here\n", "at run time"),
    plant(
        "dynamic_import", GIT, "import importlib\n\nimportlib.import_module('.cli', 'scafld')  # here\n", "at run time"
    ),
    plant("dynamic_import", CORE, "__import__('o' + 's')  # here\n", "at run time"),
    plant("plain_import", CORE, "import json as j  # here\n", "imports json as j"),
    plant("plain_import", CORE, "def f():\n    from json import loads as read  # here\n", "imports json.loads as read"),
    plant("plain_import", CORE, "from json import *  # here\n", "imports everything of json"),
    plant("plain_import", TEST, "import os.path as p  # here\n", "imports os.path as p"),
    plant(
        "cycle",
        CORE,
        "import scafld.core.task.life  # here\n",
        "scafld.core.names -> scafld.core.task.life -> scafld.core.names",
    ),
    plant("lines", CORE, "x = 1\n" * 400 + "x = 2  # here\n", "401 lines"),
    plant("port", APP, protocol(4), "Port has 4 methods"),
    plant("port", APP, protocol(4, "Protocol[int]"), "Port has 4 methods"),
    plant(
        "port", APP, "import typing\n\n\n" + protocol(4).split("\n\n\n")[1].replace("(Pro", "(typing.Pro"), "4 methods"
    ),
    plant(
        "port",
        APP,
        "from typing import Protocol\n\nfrom scafld.core.names import Half\n\n\n"
        "class Port(Half, Protocol):  # here\n    def step8(self): ...\n    async def step9(self): ...\n",
        "Port has 4 methods",
        **{"core/names": protocol(2).replace("Port", "Half")},
    ),
    plant("name", "scafld/app/utils.py", "", "utils is named 'utils'"),
    plant("name", "scafld/adapters/files/store_manager.py", "", "store_manager is named 'manager'"),
    plant("name", "scafld/app/_base.py", "", "_base is named 'base'"),
    plant("name", "scafld/core/shared/__init__.py", "", "shared is named 'shared'"),
    plant("name", "scafld/core/helpers/far/nouns.py", "", "helpers is named 'helpers'"),
    plant("name", "scafld/app/storeManager.py", "", "storeManager is named 'Manager'"),
    plant("name", "scafld/core/test_kit.py", "", "test_kit is named 'test'"),
    plant("unique", "scafld/core/task/journal.py", "", "journal is also the name of scafld/app/journal.py"),
    plant("unique", "scafld/core/git.py", "", "git is also the name of scafld/adapters/git/__init__.py"),
    plant("broad_except", CORE, "try:\n    x = 1\nexcept Exception:  # here\n    x = 2\n", "catches everything"),
    plant("broad_except", CORE, "try:\n    x = 1\nexcept:  # here\n    x = 2\n", "catches everything"),
    plant("broad_except", GIT, "try:\n    x = 1\nexcept (OSError, BaseException):  # here\n    x = 2\n", "everything"),
    plant("broad_except", GIT, "try:\n    x = 1\nexcept* Exception:  # here\n    x = 2\n", "catches everything"),
    plant(
        "broad_except",
        GIT,
        "try:\n    x = 1\nexcept Exception as e:  # here\n    raise ValueError from e\n",
        "catches everything",
    ),
    plant(
        "broad_except",
        GIT,
        "from contextlib import suppress\n\nwith suppress(OSError, Exception):  # here\n    pass\n",
        "suppresses everything",
    ),
    plant("shell", GIT, "import subprocess\n\nsubprocess.run('ls', shell=True)  # here\n", "passes shell="),
    plant("shell", GIT, "from subprocess import run\n\n\ndef f(x):\n    run('ls', shell=x)  # here\n", "passes shell="),
    plant("shell", TEST, "import subprocess\n\nsubprocess.Popen('ls', shell=1)  # here\n", "passes shell="),
    plant("environment", GIT, "from os import environ  # here\n", "uses os.environ"),
    plant("environment", "scafld/testing/__init__.py", "import os\n\nx = os.environ['A']  # here\n", "uses os.environ"),
    plant("environment", GIT, "def f():\n    import os\n\n    return os.environ.get('A')  # here\n", "uses os.environ"),
    plant("print", "scafld/adapters/memory.py", "def f():\n    print('hello')  # here\n", "uses print()"),
    plant("print", GIT, "show = map(print, [])  # here\n", "uses print()"),
    plant(
        "clock", CORE, "import datetime\n\nx = datetime.datetime.now().isoformat()  # here\n", "datetime.datetime.now"
    ),
    plant("value", CORE, "from dataclasses import dataclass, field  # here\n", "uses dataclasses.dataclass"),
    plant("disk", APP, "def f(open):\n    return open('a')  # here\n", "uses open()"),
    plant("disk", CORE, "files = map(open, ['a'])  # here\n", "uses open()"),
    plant("mock", TEST, "def f(monkeypatch):\n    monkeypatch.setattr('scafld.core.names.x', 1)  # here\n", "replaces"),
    plant(
        "mock",
        TEST,
        "from scafld.core import names\n\n\ndef f(patch):\n    patch.setattr(names, 'x', 1)  # here\n",
        "replaces a part of scafld",
    ),
    plant("mock", TEST, "import scafld.core.names\n\nsetattr(scafld.core.names, 'x', 1)  # here\n", "replaces"),
    plant("mock", TEST, "from scafld.core import names\n\nnames.TaskId = int  # here\n", "assigns to TaskId"),
    plant("mock", TEST, "from scafld.core.names import TaskId\n\ndel TaskId.x  # here\n", "assigns to x"),
    plant("mock", TEST, "from unittest.mock import patch  # here\n", "uses unittest.mock"),
    plant("sleep", TEST, "from time import sleep  # here\n", "uses time.sleep"),
]

ROOMS = [
    plant(
        "neighbour",
        f"{place.replace('.', '/')}/hall.py" if place.count(".") > 1 else f"{place.replace('.', '/')}/__init__.py",
        "def f():\n    import scafld.__main__  # here\n",
        "imports scafld.__main__",
    )
    for place in (room.pattern.removesuffix(".*") for room in RULES.rooms)
    if place not in ("scafld.__main__", "scafld.testing")
    # A module of the small house that becomes a folder would have its name twice.
    and not place.endswith((".codec", ".memory", ".config", ".signing", ".local", ".trace", ".demo"))
]


def uses() -> list[Plant]:
    """Each name of each ban, used where it is banned; a name that core may not import is planted where it may."""
    places = {
        **dict.fromkeys(("environment", "print", "shell"), GIT),
        **dict.fromkeys(("clock", "disk"), CORE),
        **dict.fromkeys(("mock", "sleep"), TEST),
        "value": "scafld/adapters/codec.py",
    }
    return [
        plant(ban.rule, places[ban.rule], f"import {name.partition('.')[0]}\n\nx = {name}  # here\n", f"uses {name}")
        for ban in RULES.bans
        for name in ban.names
        if "." in name and name != "unittest.mock"
    ] + [
        plant(ban.rule, places[ban.rule], f"x = 1\n{name}(x)  # here\n", f"uses {name}()")
        for ban in RULES.bans
        for name in ban.builtins
    ]


PLANTS = BY_HAND + ROOMS + uses()


@pytest.mark.parametrize("planted", PLANTS, ids=str)
def test_a_planted_breach_is_caught(build: Build, rules: House, planted: Plant) -> None:
    """The checker names the file, the line and the rule of each planted breach, and nothing else."""
    root = build({**planted.also, planted.file: planted.text})

    found = breaches(root, rules)

    assert [(each.file, each.line, each.rule) for each in found] == [(planted.file, planted.line(), planted.rule)]
    assert planted.says in found[0].what
    assert str(found[0]).startswith(f"{planted.file}:{planted.line()}: [{planted.rule}] ")


@pytest.mark.parametrize("file", [CORE, APP])
def test_each_module_that_core_and_app_do_without_is_caught(build: Build, rules: House, file: str) -> None:
    """No row of [standard_library] is idle, in core or in app."""
    without = rules.words("standard_library", "without")
    root = build({file: "".join(f"import {module}\n" for module in without)})

    found = breaches(root, rules)

    assert [(each.line, each.rule, each.what) for each in found] == [
        (line, "standard_library", f"imports {module}") for line, module in enumerate(without, 1)
    ]


@pytest.mark.parametrize("file", [CORE, APP, "scafld/__init__.py", "scafld/adapters/process/__init__.py"])
def test_each_package_is_caught_outside_its_rooms(build: Build, rules: House, file: str) -> None:
    """No package of [third_party] may be imported in core, in app, at the front door, or beside its own room."""
    packages = [each for each in rules.table["third_party"] if each != "structlog" or "adapters" not in file]
    root = build({file: "".join(f"import {package}.inner\n" for package in packages)})

    found = breaches(root, rules)

    assert [(each.line, each.rule) for each in found] == [(line + 1, "third_party") for line in range(len(packages))]


@pytest.mark.parametrize("place", ["scafld/core/task/{}.py", "scafld/core/{}/__init__.py", "scafld/app/my_{}.py"])
def test_each_banned_word_is_caught(build: Build, rules: House, place: str) -> None:
    """No banned word names a module or a folder, alone or as a part."""
    words = rules.words("names", "banned_words")
    root = build({place.format(word): "" for word in words})

    found = breaches(root, rules)

    assert {(each.file, each.rule) for each in found} == {(place.format(word), "name") for word in words}


def test_each_banned_folder_is_caught(build: Build, rules: House) -> None:
    """A folder bears none of the names that tools ignore or take for their own."""
    folders = rules.words("names", "banned_folders")
    root = build({f"scafld/core/{folder}/__init__.py": "" for folder in folders})

    found = breaches(root, rules)

    assert [(each.file, each.rule) for each in found] == [
        (f"scafld/core/{folder}/__init__.py", "name") for folder in sorted(folders)
    ]


def test_every_rule_is_planted(rules: House) -> None:
    """A rule that nobody has seen bite is a wish: each rule has a row above, and each row is for a rule."""
    assert {planted.rule for planted in BY_HAND} == set(rules.why)


INNOCENT = {
    "nothing is planted": {},
    "a lazy import for types": {
        "scafld/__init__.py": (
            "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import scafld.adapters.local\n"
        )
    },
    "a package imports its own modules": {"scafld/adapters/git/trees.py": "from . import __name__\n"},
    "a late import closes no cycle": {CORE: "def f():\n    import scafld.core.task.life\n"},
    "400 lines": {CORE: "x = 1\n" * 400},
    "three methods": {APP: protocol(3)},
    "a class that is no port": {APP: "class Wide:\n" + "".join(f"    def m{n}(self): ...\n" for n in range(9))},
    "overloads are one method": {
        APP: "from typing import Protocol\n\n\nclass P(Protocol):\n" + "    def m(self): ...\n" * 9
    },
    "a real class behind ports": {
        APP: protocol(3) + "\n\nclass Store(Port):\n    def a(self): ...\n    def b(self): ...\n"
    },
    "a handler that lets fly": {GIT: "try:\n    x = 1\nexcept BaseException:\n    x = 2\n    raise\n"},
    "a narrow handler": {GIT: "try:\n    x = 1\nexcept (OSError, ValueError):\n    x = 2\n"},
    "no shell": {GIT: "import subprocess\n\nsubprocess.run(['ls'], shell=False)\n"},
    "a verb called build": {"scafld/app/task/build.py": "", "scafld/app/task/__init__.py": ""},
    "a module called spec": {"scafld/core/contract/spec.py": "", "scafld/core/contract/__init__.py": ""},
    "the grammar of two stories": {"scafld/core/ecosystem/life.py": "", "scafld/core/ecosystem/__init__.py": ""},
    "rooms of testing": {"scafld/testing/strategies.py": "import hypothesis\n"},
    "words inside words": {"scafld/core/baseline.py": "", "scafld/core/attest.py": "", "scafld/core/commonest.py": ""},
    "a port named now": {APP: "class Act:\n    def __call__(self):\n        return self.now()\n"},
    "a date that came in": {CORE: "from datetime import date\n\nx = date(2026, 1, 1)\n"},
    "a method called open": {APP: "class Door:\n    def open(self):\n        return self.open()\n"},
    "a local name that is a builtin's": {CORE: "def f(input):\n    return input\n"},
    "own attributes in a test": {TEST: "class A:\n    x = 1\n\n\nA.x = 2\n"},
    "patching the world in a test": {
        TEST: "import sys\n\n\ndef f(monkeypatch):\n    monkeypatch.setattr(sys, 'a', 1)\n"
    },
    "a folder that is not Python's": {"scafld/.cache/utils.py": "", "scafld/core/__pycache__/utils.py": "("},
    "urllib without the network": {CORE: "import urllib.parse\n"},
}


@pytest.mark.parametrize("files", INNOCENT.values(), ids=INNOCENT.keys())
def test_the_innocent_pass(build: Build, rules: House, files: dict[str, str]) -> None:
    """What only looks like a breach is none: a rule that cries wolf is soon switched off."""
    root = build(files)

    found = breaches(root, rules)

    assert "\n".join(map(str, found)) == ""


def test_every_breach_is_told(build: Build, rules: House) -> None:
    """Several breaches are reported together, sorted by file and line."""
    root = build({CORE: "import os\nimport random\n", APP: "import os\n"})

    found = breaches(root, rules)

    assert [(each.file, each.line) for each in found] == [(APP, 1), (CORE, 1), (CORE, 2)]


def test_the_program_says_so(build: Build, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Run as a program on a broken house it prints each breach with its reason, counts them, and ends with 1."""
    rules = (root / "import_rules.toml").read_text(encoding="utf-8")
    broken = build({"import_rules.toml": rules, CORE: "import os\nimport random\n"})

    code = main(broken)

    told = capsys.readouterr().out.splitlines()
    assert code == 1
    assert told[0] == f"{CORE}:1: [standard_library] imports os"
    assert told[1].strip() == RULES.why["standard_library"]
    assert told[-1].startswith("architecture: 2 breaches ")


def test_the_program_is_content_with_a_good_house(build: Build, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Run on a house that keeps the rules it says so and ends with 0."""
    rules = (root / "import_rules.toml").read_text(encoding="utf-8")

    code = main(build({"import_rules.toml": rules}))

    assert code == 0
    assert capsys.readouterr().out.startswith("architecture: kept ")
