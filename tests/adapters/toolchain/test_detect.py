"""Which commands a repository offers."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from scafld.adapters.toolchain import detect
from scafld.core.contract.commands import Detected, Landmark, Purpose

Repository = Callable[[Mapping[str, str]], str]

TEST_SCRIPT = '{"scripts": {"test": "vitest run"}}'


def commands(root: str) -> list[tuple[str, str, str]]:
    return [(found.id, found.command, found.cwd) for found in detect(root).commands]


def test_nothing_is_said_where_nothing_is_found(repository: Repository, tmp_path: Path) -> None:
    """No language has a default for another, nor for none."""
    empty = detect(str(tmp_path))
    nowhere = detect(str(tmp_path / "nowhere"))
    prose = detect(repository({"README.md": "# run pytest\n", "src/main.zig": "", "index.js": "", "a.py": ""}))

    assert empty == nowhere == prose == Detected()
    assert prose.test_command is None


def test_the_projects_own_word_comes_first(repository: Repository) -> None:
    """A target `test` is what its people run; the tools come after, the root before its folders."""
    root = repository(
        {
            "Makefile": "test:\n\tpytest -q\n",
            "pyproject.toml": "[tool.pytest.ini_options]\n",
            "package.json": TEST_SCRIPT,
            "web/package.json": TEST_SCRIPT,
        }
    )

    found = detect(root)

    assert found.test_command is not None
    assert (found.test_command.command, found.test_command.source) == ("make test", "Makefile")
    assert commands(root) == [
        ("make_test", "make test", ""),
        ("python_test", "python3 -m pytest", ""),
        ("node_test", "npm test", ""),
        ("node_test_web", "npm test", "web"),
    ]
    assert [(chain.name, chain.cwd) for chain in found.toolchains] == [
        ("make", ""),
        ("python", ""),
        ("node", ""),
        ("node", "web"),
    ]


def test_a_folder_below_is_run_there(repository: Repository) -> None:
    """The command stays itself; the folder is its working directory."""
    root = repository({"api/go.mod": "module x\n", "api/sub/deeper/go.mod": "module y\n"})

    assert commands(root) == [("go_test_api", "go test ./...", "api"), ("go_lint_api", "go vet ./...", "api")]
    assert detect(root).commands[0].source == "api/go.mod"


def test_a_root_that_reaches_below_speaks_for_its_folders(repository: Repository) -> None:
    """Workspaces of npm and cargo, and pytest at the root, are not proposed a second time."""
    root = repository(
        {
            "package.json": '{"workspaces": ["web"], "scripts": {"test": "turbo test"}}',
            "web/package.json": TEST_SCRIPT,
            "Cargo.toml": "[workspace]\nmembers = ['core']\n",
            "core/Cargo.toml": "[package]\nname = 'core'\n",
            "pytest.ini": "",
            "lib/pyproject.toml": "[tool.pytest]\n",
        }
    )

    assert {cwd for _id, _command, cwd in commands(root)} == {""}


def test_ids_are_distinct(repository: Repository) -> None:
    """Also where folders differ only in what an id cannot hold."""
    root = repository({f"{name}/go.mod": "module x" for name in ("a b", "a-b", "a_b", "\u00e9")})

    ids = [name for name, _command, _cwd in commands(root)]

    assert len(set(ids)) == len(ids) == 8
    assert {"go_test_a_b", "go_test_a_b_2", "go_test_a_b_3", "go_test_folder"} <= set(ids)


def test_what_tools_made_or_fetched_is_no_source(repository: Repository) -> None:
    """Dependencies, build results and hidden folders have projects of their own in them."""
    names = ("node_modules", "vendor", "target", "dist", "venv", ".venv", ".git", ".cache")

    assert commands(repository({f"{name}/package.json": TEST_SCRIPT for name in names})) == []


def test_links_are_not_walked(repository: Repository, tmp_path: Path) -> None:
    """A circle ends, and what lies outside the repository is not read."""
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    (outside / "package.json").write_text(TEST_SCRIPT)
    root = repository({"src/a": ""})
    (tmp_path / "loop").symlink_to(".")
    (tmp_path / "self").symlink_to("self")
    (tmp_path / "away").symlink_to(outside)
    (tmp_path / "package.json").symlink_to(outside / "package.json")
    (tmp_path / "go.mod").symlink_to("go.mod")

    assert detect(root) == Detected()


def test_a_link_inside_the_repository_is_read(repository: Repository, tmp_path: Path) -> None:
    """It is the same file by another name."""
    root = repository({"make/Rules": "test:\n\tctest\n"})
    (tmp_path / "Makefile").symlink_to("make/Rules")

    assert commands(root) == [("make_test", "make test", "")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("package.json", "{"),
        ("package.json", "[1]"),
        ("package.json", "[" * 100_000),
        ("pyproject.toml", "[tool"),
        ("pyproject.toml", "a = " + "[" * 5000),
        ("Cargo.toml", "\x00"),
        ("Makefile", "test:\n\tx\n" + "#" * 300_000),
    ],
)
def test_what_cannot_be_read_hides_nothing_else(repository: Repository, name: str, text: str) -> None:
    """It is said, by its name, and the rest is found."""
    found = detect(repository({name: text, "go.mod": "module x\n"}))

    assert found.test_command is not None
    assert found.test_command.command == "go test ./..."
    assert len(found.warnings) == 1
    assert found.warnings[0].startswith(f"{name} was left out: ")


@pytest.mark.parametrize(
    "text",
    [
        '{"scripts": 3}',
        '{"scripts": {"test": 3, "lint": null, "build": ["x"]}}',
        '{"scripts": {"test": {"x": 1}}, "packageManager": 3, "workspaces": 3}',
    ],
)
def test_other_shapes_are_no_error(repository: Repository, text: str) -> None:
    """A package.json may hold anything at all."""
    assert detect(repository({"package.json": text})).commands == ()


def test_a_toml_of_another_shape_is_no_error(repository: Repository) -> None:
    """Tables that are numbers, lists that are text."""
    text = "project = 3\ntool = 'x'\n[dependency-groups]\na = 3\nb = [1, {include-group = 'x'}]\n"

    assert detect(repository({"pyproject.toml": text})).commands == ()


def test_a_pipe_and_a_folder_are_no_files(repository: Repository, tmp_path: Path) -> None:
    """Nobody waits for a writer; a folder called Makefile is no Makefile."""
    root = repository({"Makefile/": ""})
    os.mkfifo(tmp_path / "package.json")

    assert detect(root) == Detected()


def test_hostile_names_of_folders_do_no_harm(repository: Repository, tmp_path: Path) -> None:
    """A name that cannot be printed is left out, and said; one with quotes is only a name."""
    root = repository({"a'\"; rm -rf x #/go.mod": "module x", "b\nc/go.mod": "module x"})
    os.mkdir(os.fsencode(tmp_path) + b"/\xff")

    found = detect(root)

    assert {each.cwd for each in found.commands} == {"a'\"; rm -rf x #"}
    assert {each.command for each in found.commands} == {"go test ./...", "go vet ./..."}
    assert found.warnings == ("2 folders were left out: their names are not plain text",)


def test_many_folders_are_bounded_and_said(repository: Repository) -> None:
    """A repository with thousands of folders is not read to its end."""
    found = detect(repository({f"p{at:03}/go.mod": "module x" for at in range(70)}))

    assert len([each for each in found.commands if each.purpose is Purpose.TEST]) == 64
    assert found.warnings == ("only the first 64 of 70 folders were looked into",)


def test_landmarks_are_seen_once_a_kind(repository: Repository) -> None:
    """Each with the path that shows it."""
    root = repository(
        {
            ".github/workflows/b.yml": "",
            ".github/workflows/a.yaml": "",
            "openapi.json": "",
            "db/migrate/": "",
            "uv.lock": "",
            "go.sum": "",
            "AGENTS.md": "",
            "Dockerfile": "",
        }
    )

    assert [(seen.landmark, seen.source) for seen in detect(root).sightings] == [
        (Landmark.CONTINUOUS_INTEGRATION, ".github/workflows/a.yaml"),
        (Landmark.PUBLIC_API, "openapi.json"),
        (Landmark.MIGRATIONS, "db/migrate"),
        (Landmark.LOCKFILE, "uv.lock"),
        (Landmark.GUIDANCE, "AGENTS.md"),
        (Landmark.CONTAINER, "Dockerfile"),
    ]


def test_a_virtual_environment_is_offered_where_no_runner_finds_it(repository: Repository) -> None:
    """uv and its like find their own."""
    bare = detect(repository({"pytest.ini": "", ".venv/pyvenv.cfg": "home = x"}))
    run = detect(repository({"uv.lock": ""}))

    assert [(setting.name, setting.value) for setting in bare.settings] == [("PATH", ".venv/bin")]
    assert run.settings == ()
