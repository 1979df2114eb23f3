"""How a Python project is tested and checked: pytest, unittest, tox, nox, ruff, mypy, pyright, by its own runner."""

from __future__ import annotations

import re

from scafld.adapters.toolchain.folder import Folder, table, words
from scafld.adapters.toolchain.found import Find
from scafld.core.contract.commands import Purpose

MARKS = (
    "pyproject.toml",
    "setup.py",
    "setup.cfg",
    "requirements.txt",
    "Pipfile",
    "tox.ini",
    "noxfile.py",
    "pytest.ini",
)


def read_python(folder: Folder) -> Find:
    """Only what files in the folder ask for; nothing is assumed because it is usual."""
    find = Find("python", folder)
    mark = folder.has(*MARKS)
    if not mark:
        return find
    find.marked_by(mark)
    project = _Project(folder)
    _tests(find, project)
    _checks(find, project)
    return find


# Private.

_REQUIREMENTS = (
    "requirements.txt",
    "requirements-dev.txt",
    "requirements_dev.txt",
    "dev-requirements.txt",
    "requirements-test.txt",
    "test-requirements.txt",
    "requirements/dev.txt",
    "requirements/test.txt",
)
_RUNNERS = (("uv.lock", "uv"), ("poetry.lock", "poetry"), ("pdm.lock", "pdm"), ("Pipfile.lock", "pipenv"))


class _Project:
    """What the files of a Python folder say, each read once."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.pyproject = folder.toml("pyproject.toml") or {}
        self.tools = table(self.pyproject, "tool")
        self.needs = _needs(folder, self.pyproject)
        self.sections = {name: _sections(folder.text(name)) for name in ("setup.cfg", "tox.ini")}
        self.run = self._runner()

    def asks_for(self, tool: str, *files: str, section: str = "") -> str:
        """The file that asks for a tool: its table in pyproject.toml, a file of its own, a section, a dependency."""
        if tool in self.tools:
            return "pyproject.toml"
        for name, sections in self.sections.items():
            if {section or tool, f"tool:{tool}"} & sections:
                return name
        return self.folder.has(*files) or self.needs.get(tool, "")

    def call(self, tool: str, arguments: str = "") -> str:
        return f"{self.run}{tool} {arguments}".rstrip()

    def _runner(self) -> str:
        locked = next((runner for lock, runner in _RUNNERS if self.folder.has(lock)), "")
        named = next((runner for runner in ("uv", "poetry", "pdm") if runner in self.tools), "")
        if not locked and not named and table(self.tools, "hatch", "envs"):
            named = "hatch"
        runner = locked or named
        return f"{runner} run " if runner else "python3 -m "


def _tests(find: Find, project: _Project) -> None:
    scripts = table(project.tools, "hatch", "envs", "default", "scripts")
    pytest = project.asks_for("pytest", "pytest.ini", ".pytest.ini", "conftest.py", "tests/conftest.py")
    tests = find.folder.has_folder("tests", "test")
    if project.run == "hatch run " and "test" in scripts:
        find.add(Purpose.TEST, "hatch run test", "hatch script test", "pyproject.toml")
    elif pytest:
        find.add(Purpose.TEST, project.call("pytest"), "pytest", pytest)
    elif find.folder.has("manage.py"):
        find.add(Purpose.TEST, _python(project, "manage.py test"), "Django tests", "manage.py")
    elif tests and (said := _written_with(find.folder, tests)):
        _by_imports(find, project, tests, said)
    if find.folder.has("tox.ini") and project.sections["tox.ini"] & {"tox", "testenv"}:
        find.add(Purpose.TEST, "tox", "tox", "tox.ini", kind="tox")
    if re.search(r"^@nox\.session", find.folder.text("noxfile.py"), re.MULTILINE):
        find.add(Purpose.TEST, "nox", "nox", "noxfile.py", kind="nox")


def _by_imports(find: Find, project: _Project, tests: str, said: str) -> None:
    if said == "pytest":
        find.add(Purpose.TEST, project.call("pytest"), "pytest", tests)
        return
    where = "" if find.folder.has(f"{tests}/__init__.py") else f" -s {tests}"
    find.add(Purpose.TEST, _python(project, f"-m unittest discover{where}"), "unittest", tests)


def _checks(find: Find, project: _Project) -> None:
    if source := project.asks_for("ruff", "ruff.toml", ".ruff.toml"):
        find.add(Purpose.LINT, project.call("ruff", "check ."), "ruff", source)
    elif source := project.asks_for("flake8", ".flake8"):
        find.add(Purpose.LINT, project.call("flake8"), "flake8", source)
    if source := project.asks_for("mypy", "mypy.ini", ".mypy.ini"):
        settled = table(project.tools, "mypy").keys() & {"files", "packages", "modules"}
        find.add(Purpose.TYPES, project.call("mypy", "" if settled else "."), "mypy", source)
    if source := project.asks_for("pyright", "pyrightconfig.json"):
        find.add(Purpose.TYPES, project.call("pyright"), "pyright", source, kind="pyright")


def _python(project: _Project, arguments: str) -> str:
    if project.run == "python3 -m ":
        return f"python3 {arguments}"
    return f"{project.run}python {arguments}"


def _written_with(folder: Folder, tests: str) -> str:
    """`pytest` or `unittest`, by what the first test files import; "" when there are none."""
    files = [name for name in folder.listed(tests) if re.fullmatch(r"test.*\.py|.*_test\.py", name)]
    texts = [folder.text(f"{tests}/{name}") for name in files[:20]]
    if not texts:
        return ""
    if any(re.search(r"^[ \t]*(?:import|from) pytest\b", text, re.MULTILINE) for text in texts):
        return "pytest"
    unit = any(re.search(r"^[ \t]*(?:import|from) (?:unittest|django\.test)\b", text, re.MULTILINE) for text in texts)
    functions = any(re.search(r"^(?:async )?def test", text, re.MULTILINE) for text in texts)
    return "unittest" if unit else "pytest" if functions else ""


def _sections(text: str) -> frozenset[str]:
    """Headings of an INI file; a damaged file still has those that can be read."""
    return frozenset(re.findall(r"^\[([^\]\n]+)\]", text, re.MULTILINE))


def _needs(folder: Folder, pyproject: dict[str, object]) -> dict[str, str]:
    """Packages the project asks for, in lower case, and the file that does."""
    found: dict[str, str] = {}
    for name in _REQUIREMENTS:
        for line in folder.text(name).splitlines():
            _note(found, line, name)
    for line in _declared(pyproject):
        _note(found, line, "pyproject.toml")
    pipfile = folder.toml("Pipfile") or {}
    for block in ("packages", "dev-packages"):
        for package in table(pipfile, block):
            _note(found, package, "Pipfile")
    return found


def _declared(pyproject: dict[str, object]) -> list[str]:
    project = table(pyproject, "project")
    poetry = table(pyproject, "tool", "poetry")
    groups = (
        project.get("dependencies"),
        *table(project, "optional-dependencies").values(),
        *table(pyproject, "dependency-groups").values(),
        *table(pyproject, "tool", "pdm", "dev-dependencies").values(),
        table(pyproject, "tool", "uv").get("dev-dependencies"),
    )
    lines = [line for group in groups for line in words(group)]
    lines += [*table(poetry, "dependencies"), *table(poetry, "dev-dependencies")]
    for group in table(poetry, "group"):
        lines += table(poetry, "group", group, "dependencies")
    return lines


def _note(found: dict[str, str], line: str, source: str) -> None:
    match = re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)", line)
    if match:
        found.setdefault(match.group(1).lower().replace("_", "-"), source)
