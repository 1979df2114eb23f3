"""How Python projects say how they are tested and checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from scafld.adapters.toolchain import detect

Repository = Callable[[Mapping[str, str]], str]

UNIT = "import unittest\nclass T(unittest.TestCase): ...\n"


def found(root: str) -> list[str]:
    return [each.command for each in detect(root).commands]


@pytest.mark.parametrize(
    ("files", "source"),
    [
        ({"pyproject.toml": "[tool.pytest.ini_options]\n"}, "pyproject.toml"),
        ({"pyproject.toml": "[project]\ndependencies = ['Pytest>=8']\n"}, "pyproject.toml"),
        (
            {"pyproject.toml": "[project.optional-dependencies]\ndev = ['pytest[x]~=8; python_version>\"3\"']\n"},
            "pyproject.toml",
        ),
        ({"pyproject.toml": "[dependency-groups]\ndev = ['pytest', {include-group = 'x'}]\n"}, "pyproject.toml"),
        ({"setup.py": "", "requirements-dev.txt": "# x\n-r y.txt\npytest==8\n"}, "requirements-dev.txt"),
        ({"setup.cfg": "[tool:pytest]\r\naddopts = -q\r\n"}, "setup.cfg"),
        ({"tox.ini": "[pytest]\n"}, "tox.ini"),
        ({"pytest.ini": ""}, "pytest.ini"),
        ({"setup.py": "", "tests/conftest.py": ""}, "tests/conftest.py"),
        ({"Pipfile": "[dev-packages]\npytest = '*'\n"}, "Pipfile"),
        ({"setup.py": "", "tests/test_a.py": "import pytest\n"}, "tests"),
        ({"setup.py": "", "tests/test_a.py": "def test_a(): ...\n"}, "tests"),
    ],
)
def test_pytest_is_proposed_on_evidence(repository: Repository, files: Mapping[str, str], source: str) -> None:
    """A setting, a dependency, a conftest, or tests written for it."""
    command = detect(repository(files)).test_command

    assert command is not None
    assert (command.command, command.source) == ("python3 -m pytest", source)


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": "[project]\nname = 'x'\n"},
        {"pyproject.toml": "[project]\ndependencies = ['pytest-foo', 'not-pytest']\n"},
        {"setup.py": "", "tests/data.py": "x = 1\n"},
        {"setup.py": "", "tests/": ""},
        {"requirements.txt": "requests\n"},
        {"tox.ini": "[flake9]\n"},
    ],
)
def test_nothing_is_assumed(repository: Repository, files: Mapping[str, str]) -> None:
    """A Python project without tests has no test command."""
    assert detect(repository(files)).test_command is None


@pytest.mark.parametrize(
    ("files", "runner"),
    [
        ({"uv.lock": ""}, "uv run "),
        ({"poetry.lock": ""}, "poetry run "),
        ({"pdm.lock": ""}, "pdm run "),
        ({"Pipfile.lock": ""}, "pipenv run "),
        ({"pyproject.toml": "[tool.uv]\n[tool.pytest]\n[tool.ruff]\n"}, "uv run "),
        ({"pyproject.toml": "[tool.poetry]\n[tool.pytest]\n[tool.ruff]\n"}, "poetry run "),
        ({"pyproject.toml": "[tool.hatch.envs.default]\n[tool.pytest]\n[tool.ruff]\n"}, "hatch run "),
        ({"pyproject.toml": "[tool.hatch.build]\n[tool.pytest]\n[tool.ruff]\n"}, "python3 -m "),
    ],
)
def test_the_projects_runner_runs_its_tools(repository: Repository, files: Mapping[str, str], runner: str) -> None:
    """By lock file, else by its table."""
    root = repository({"pyproject.toml": "[tool.pytest]\n[tool.ruff]\n"} | files)

    assert found(root) == [f"{runner}pytest", f"{runner}ruff check ."]


def test_unittest_is_proposed_for_tests_written_with_it(repository: Repository) -> None:
    """With the folder named when it is no package."""
    assert found(repository({"setup.py": "", "tests/test_a.py": UNIT})) == ["python3 -m unittest discover -s tests"]
    assert found(repository({"tests/__init__.py": ""})) == ["python3 -m unittest discover"]
    assert found(repository({"uv.lock": ""})) == ["uv run python -m unittest discover"]


def test_django_runs_its_own_tests(repository: Repository) -> None:
    """Unless pytest is asked for."""
    assert found(repository({"requirements.txt": "django", "manage.py": ""})) == ["python3 manage.py test"]
    assert found(repository({"requirements.txt": "django\npytest-django\npytest"})) == ["python3 -m pytest"]


def test_tox_and_nox_come_after_pytest(repository: Repository) -> None:
    """They run everything; the quick one stands first, and alone they stand alone."""
    files = {"tox.ini": "[tox]\nenvlist = py\n", "noxfile.py": "import nox\n@nox.session\ndef tests(s): ...\n"}

    assert found(repository(files)) == ["tox", "nox"]
    assert found(repository({"pytest.ini": ""})) == ["python3 -m pytest", "tox", "nox"]


def test_checks_are_proposed_on_evidence(repository: Repository) -> None:
    """Linters and type checkers that the project has settings for."""
    root = repository({"pyproject.toml": "[tool.mypy]\npackages = ['x']\n[tool.pyright]\n", "ruff.toml": ""})

    assert found(root) == ["python3 -m ruff check .", "python3 -m mypy", "python3 -m pyright"]
    assert found(repository({"pyproject.toml": "", "mypy.ini": "", "ruff.toml": ""})) == [
        "python3 -m ruff check .",
        "python3 -m mypy .",
    ]


def test_a_script_of_hatch_is_the_test_command(repository: Repository) -> None:
    """It knows its environment."""
    text = "[tool.pytest]\n[tool.hatch.envs.default.scripts]\ntest = 'pytest {args}'\n"

    assert found(repository({"pyproject.toml": text})) == ["hatch run test"]
