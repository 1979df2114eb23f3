"""What command lists offer: make, just, Task."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from scafld.adapters.toolchain import detect

Repository = Callable[[Mapping[str, str]], str]


def found(root: str) -> list[str]:
    return [each.command for each in detect(root).commands]


@pytest.mark.parametrize(
    "text",
    [
        "test:\n\tpytest\n",
        "test: build\nbuild:\n\tcc\n",
        ".PHONY: test\ntest:\n\t@pytest\n",
        "all test: ; pytest\n",
        "test :: \n\tpytest\n",
        "test: $(OBJECTS) # comment\n",
        "test: \\\n  a \\\n  b\n",
        "test:\r\n\tpytest\r\n",
        "\ufefftest:\n\tpytest\n",
        "test:\n# comment\n\n\tpytest\n",
        "test:\n\t@echo testing\n\tpytest\n",
        "test: CC = gcc\ntest:\n\tpytest\n",
        "ifdef X\ntest:\n\tpytest\nendif\n",
    ],
)
def test_a_real_target_is_offered(repository: Repository, text: str) -> None:
    """With a recipe or prerequisites, in any of the ways to write it."""
    assert "make test" in found(repository({"Makefile": text}))


@pytest.mark.parametrize(
    "text",
    [
        "%test:\n\tx\n",
        "test%:\n\tx\n",
        "test := x\n",
        "test ::= x\n",
        "test = a: b\n",
        "test: CC = gcc\n",
        ".PHONY: test\n",
        "test:\n",
        "test:\n\t@echo no tests yet\n",
        "test:\n\t@true\n",
        "test: ; @:\n",
        "define x\ntest:\n\ty\nendef\n",
        "# test:\n\tx\n",
        "\ttest: x\n",
        "test-all:\n\tx\n",
        "a: test\n\tx\n",
        "other:\n\techo test: x\n",
        "  test:\n\tx\n",
        "override define x =\ntest:\n\ty\n  endef\n",
        "$(X) test:\n\tx\n",
    ],
)
def test_what_only_looks_like_a_target_is_not(repository: Repository, text: str) -> None:
    """Patterns, variables, declarations, bodies, comments, and targets that do nothing."""
    assert found(repository({"Makefile": text})) == []


def test_a_target_that_is_a_folder_never_runs(repository: Repository) -> None:
    """make says that `test` is up to date and succeeds, whatever is broken; said, unless it is phony."""
    root = repository({"Makefile": "test:\n\tpytest\n", "test/a": ""})

    assert found(root) == []
    assert detect(root).warnings == ("Makefile: `test` is not .PHONY and a file of that name exists",)
    assert found(repository({"Makefile": ".PHONY: test\ntest:\n\tpytest\n"})) == ["make test"]


def test_make_reads_the_file_that_make_would_read(repository: Repository) -> None:
    """GNUmakefile before Makefile."""
    root = repository({"Makefile": "test:\n\tx\n", "GNUmakefile": "lint:\n\tx\n"})

    assert found(root) == ["make lint"]


def test_targets_are_offered_by_purpose(repository: Repository) -> None:
    """Tests first; one for each purpose."""
    text = "".join(f"{name}:\n\tx\n" for name in ("build", "types", "typecheck", "lint", "check", "tests", "deploy"))

    assert found(repository({"Makefile": text})) == [
        "make tests",
        "make check",
        "make lint",
        "make typecheck",
        "make build",
    ]


def test_recipes_of_just_are_offered(repository: Repository) -> None:
    """Those that can be run without a word more."""
    text = (
        "set shell := ['sh']\ntest := 'x'\n\n@check *args: lint\n\nlint fix='':\n    ruff check\n\n"
        "[private]\n[no-cd]\ntest:\n    x\n\nbuild target:\n    x\n\n_types:\n    x\n"
    )

    assert found(repository({"justfile": text})) == ["just check", "just lint"]


def test_tasks_are_offered(repository: Repository) -> None:
    """Those that are not internal; keys deeper down are no tasks."""
    text = (
        "version: '3'\nvars:\n  build: x\ntasks:\n  # all\n  test:\n    cmds:\n      - lint: x\n"
        "  'lint':\n    cmds: [ruff]\n  check:\n    internal: true\n    cmds: [x]\n  build: go build\n"
        "includes:\n  types: x\n"
    )

    assert found(repository({"Taskfile.yml": text})) == ["task test", "task lint", "task build"]


def test_lists_below_the_root_are_run_there(repository: Repository) -> None:
    """A Makefile of a part of the repository."""
    (command,) = detect(repository({"api/Makefile": "test:\n\tx\n"})).commands

    assert (command.command, command.cwd, command.source) == ("make test", "api", "api/Makefile")


@pytest.mark.parametrize(
    "name", ["Makefile", "justfile", "Taskfile.yml", "Gemfile", "Rakefile", "go.mod", "tests/test_a.py"]
)
@pytest.mark.parametrize(
    "text", ["\n" * 250_000, " " * 250_000, "a=" * 120_000, "test " + "=" * 250_000, "test:\n" * 40_000]
)
def test_a_hostile_file_is_read_to_its_end(repository: Repository, name: str, text: str) -> None:
    """No text makes reading grow faster than itself: this would not end in a day if one did."""
    root = repository({name: text, "setup.py": ""})

    assert {each.purpose.value for each in detect(root).commands} <= {"test"}
    assert detect(repository({name: "test:\n\t@echo " + " " * 200_000 + "&" + " " * 9})).warnings == ()
