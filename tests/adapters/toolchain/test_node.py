"""How Node projects say how they are tested and checked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest

from scafld.adapters.toolchain import detect

Repository = Callable[[Mapping[str, str]], str]


def package(**scripts: str) -> str:
    return json.dumps({"scripts": {name.replace("__", ":"): text for name, text in scripts.items()}})


def found(root: str) -> list[str]:
    return [each.command for each in detect(root).commands]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, "npm test"),
        ({"package-lock.json": ""}, "npm test"),
        ({"pnpm-lock.yaml": ""}, "pnpm test"),
        ({"yarn.lock": "", "package-lock.json": ""}, "yarn test"),
        ({"bun.lockb": ""}, "bun run test"),
        ({"bun.lock": ""}, "bun run test"),
    ],
)
def test_the_lock_file_names_the_manager(repository: Repository, files: Mapping[str, str], expected: str) -> None:
    """`bun test` is something else than the script."""
    assert found(repository({"package.json": package(test="vitest run")} | files)) == [expected]


@pytest.mark.parametrize(
    ("named", "expected"), [("pnpm@9.1.0+sha", "pnpm test"), ("rm -rf@1", "yarn test"), (3, "yarn test")]
)
def test_the_package_names_its_manager(repository: Repository, named: object, expected: str) -> None:
    """If it is one; anything else is not run."""
    text = json.dumps({"packageManager": named, "scripts": {"test": "x"}})

    assert found(repository({"package.json": text, "yarn.lock": ""})) == [expected]


def test_a_package_below_takes_the_manager_from_above(repository: Repository) -> None:
    """Unless it has its own."""
    root = repository({"pnpm-lock.yaml": "", "a/package.json": package(test="x"), "b/package.json": package(test="x")})
    repository({"b/yarn.lock": ""})

    assert found(root) == ["pnpm test", "yarn test"]


@pytest.mark.parametrize(
    "script",
    [
        'echo "Error: no test specified" && exit 1',
        "echo ok",
        "true",
        ":",
        "exit 0",
        "",
        "  ",
        "jest --watch",
        "jest --watchAll",
    ],
)
def test_a_script_that_tests_nothing_is_no_test(repository: Repository, script: str) -> None:
    """Placeholders cannot pass honestly, watchers never end."""
    assert found(repository({"package.json": package(test=script)})) == []


def test_a_watcher_is_told(repository: Repository) -> None:
    """So that its absence is no riddle; another script takes its place."""
    root = repository({"package.json": package(test="vitest --watch", test__ci="vitest run")})

    assert found(root) == ["npm run test:ci"]
    assert detect(root).warnings == ("package.json: script test watches for changes and never ends",)


def test_a_watcher_that_is_told_not_to_watch_is_fine(repository: Repository) -> None:
    """`--watchAll=false` and `--watch=false` end."""
    assert found(repository({"package.json": package(test="jest --watchAll=false")})) == ["npm test"]
    assert found(repository({"package.json": package(test="x --watch=false")})) == ["npm test"]


def test_a_tool_that_watches_at_a_terminal_is_told_not_to(repository: Repository) -> None:
    """react-scripts asks for CI."""
    assert found(repository({"package.json": package(test="react-scripts test")})) == ["CI=true npm test"]


def test_other_scripts_are_checks(repository: Repository) -> None:
    """By the usual names, in a fixed order; one for each purpose; hostile names are not run."""
    scripts = {"build": "tsc", "lint": "eslint .", "type-check": "tsc", "tsc": "tsc", "test; rm": "x", "check": "x"}

    root = repository({"package.json": json.dumps({"scripts": scripts})})

    assert found(root) == ["npm run check", "npm run lint", "npm run type-check", "npm run build"]
    assert detect(root).test_command is None
