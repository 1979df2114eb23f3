"""What commands and providers find in their environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from scafld.adapters.process.environment import (
    DEFAULT_PATH,
    command_environment,
    provider_environment,
    toolchain_shims,
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with the shim folders of three tools."""
    folder = tmp_path / "home"
    for tool in (".pyenv", ".rbenv", ".local/share/mise"):
        (folder / tool / "shims").mkdir(parents=True)
    return folder


@pytest.fixture
def inherited(home: Path) -> dict[str, str]:
    return {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}


def test_what_is_inherited_arrives(root: Path, inherited: dict[str, str]) -> None:
    """A project that asks for nothing gets its caller's environment, and the caller's stays as it is."""
    before = dict(inherited)

    chosen = command_environment(inherited, root=str(root))

    assert chosen == before == inherited


@pytest.mark.parametrize(
    "name",
    ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_QUARANTINE_PATH", "SCAFLD_ROOT", "SCAFLD_LOG", "MAKEFLAGS"],
)
def test_what_is_meant_for_the_caller_does_not_arrive(root: Path, inherited: dict[str, str], name: str) -> None:
    """A command under a git hook, under make, under scafld is not led to their things."""
    chosen = command_environment(inherited | {name: "x"}, root=str(root))

    assert name not in chosen


@pytest.mark.parametrize("name", ["GIT_AUTHOR_NAME", "GIT_SSH_COMMAND", "GIT_CONFIG_COUNT", "VIRTUAL_ENV", "MAKE"])
def test_what_a_person_sets_for_all_programs_arrives(root: Path, inherited: dict[str, str], name: str) -> None:
    """Only what points into the caller's own business is taken away."""
    chosen = command_environment(inherited | {name: "x"}, root=str(root))

    assert chosen[name] == "x"


def test_variables_win_and_are_expanded_in_order(root: Path, inherited: dict[str, str], home: Path) -> None:
    """`~` at the start, `$NAME`, `${NAME}`, what an earlier variable set; what is not set stays as written."""
    asked = {
        "LANG": "de",
        "CACHE": "~/cache",
        "DEEP": "${CACHE}/$LANG/x",
        "ODD": "a~b $NOT_SET ${NOR_THIS} $1 ${",
        "GIT_DIR": "g",
    }

    chosen = command_environment(inherited, root=str(root), variables=asked)

    assert {name: chosen[name] for name in asked} == {
        "LANG": "de",
        "CACHE": f"{home}/cache",
        "DEEP": f"{home}/cache/de/x",
        "ODD": "a~b $NOT_SET ${NOR_THIS} $1 ${",
        "GIT_DIR": "g",
    }


def test_the_path_is_asked_then_shims_then_inherited_each_once(
    root: Path, inherited: dict[str, str], home: Path
) -> None:
    """Relative entries are below the workspace."""
    (root / ".ruby-version").write_text("3.3\n", encoding="utf-8")
    asked = ("node_modules/.bin", "~/bin", "$HOME/bin", "/bin", "/opt/a:/opt/b")

    chosen = command_environment(inherited, root=str(root), path_prepend=asked)

    assert chosen["PATH"].split(":") == [
        f"{root}/node_modules/.bin",
        f"{home}/bin",
        "/bin",
        "/opt/a",
        "/opt/b",
        f"{home}/.rbenv/shims",
        "/usr/bin",
    ]


@pytest.mark.parametrize("path", [None, ""])
def test_a_missing_path_is_the_systems(root: Path, inherited: dict[str, str], path: str | None) -> None:
    """An empty one would mean the working directory."""
    given = {name: text for name, text in inherited.items() if name != "PATH"} | (
        {} if path is None else {"PATH": path}
    )

    chosen = command_environment(given, root=str(root))

    assert chosen["PATH"] == DEFAULT_PATH


@pytest.mark.parametrize(
    ("file", "content", "shims"),
    [
        (".python-version", "3.12", [".pyenv/shims"]),
        ("pkg/.ruby-version", "3.3", [".rbenv/shims"]),
        (".tool-versions", "ruby 3.3", [".local/share/mise/shims"]),
        ("mise.toml", "[tools]", [".local/share/mise/shims"]),
        ("pkg/.mise.toml", "[tools]", [".local/share/mise/shims"]),
        (".tool-versions", "", []),
        (".nvmrc", "20", []),
        ("a/b/.ruby-version", "3.3", []),
        ("README.md", "x", []),
    ],
)
def test_a_toolchain_file_asks_for_its_shims(root: Path, home: Path, file: str, content: str, shims: list[str]) -> None:
    """In the root and one level below, when it says something and the folder of shims is there."""
    (root / file).parent.mkdir(parents=True, exist_ok=True)
    (root / file).write_text(content, encoding="utf-8")

    found = toolchain_shims(str(root), {"HOME": str(home)})

    assert list(found) == [f"{home}/{shim}" for shim in shims]


def test_a_folder_behind_a_link_asks_for_nothing(root: Path, home: Path, tmp_path: Path) -> None:
    """A link out of the workspace is not looked behind."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / ".ruby-version").write_text("3.3", encoding="utf-8")
    (root / "link").symlink_to(tmp_path / "outside")

    assert toolchain_shims(str(root), {"HOME": str(home)}) == ()


def test_a_tool_that_lives_elsewhere_says_so(root: Path, tmp_path: Path, home: Path) -> None:
    """PYENV_ROOT and its like are asked before the home."""
    (tmp_path / "py" / "shims").mkdir(parents=True)
    (root / ".python-version").write_text("3.12", encoding="utf-8")

    found = toolchain_shims(str(root), {"HOME": str(home), "PYENV_ROOT": str(tmp_path / "py")})

    assert found == (str(tmp_path / "py" / "shims"),)


def test_an_active_virtual_environment_is_not_hidden(root: Path, inherited: dict[str, str]) -> None:
    """The Python of an activated environment is the one that was chosen."""
    (root / ".python-version").write_text("3.12", encoding="utf-8")

    chosen = command_environment(inherited | {"VIRTUAL_ENV": "/venv", "PATH": "/venv/bin:/bin"}, root=str(root))

    assert chosen["PATH"] == "/venv/bin:/bin"


def test_shims_that_are_on_the_path_stay_where_they_are(root: Path, inherited: dict[str, str], home: Path) -> None:
    """Somebody who ordered their PATH meant it."""
    (root / ".ruby-version").write_text("3.3", encoding="utf-8")
    path = f"/usr/bin:{home}/.rbenv/shims:/bin"

    chosen = command_environment(inherited | {"PATH": path}, root=str(root))

    assert chosen["PATH"] == path


def test_without_a_home_nothing_is_guessed(root: Path) -> None:
    """`~` stays as written and no shim is looked for in a folder of that name."""
    (root / ".ruby-version").write_text("3.3", encoding="utf-8")

    chosen = command_environment({"PATH": "/bin"}, root=str(root), variables={"CACHE": "~/cache"})

    assert chosen == {"PATH": "/bin", "CACHE": "~/cache"}


def test_a_workspace_that_cannot_be_read_asks_for_nothing(tmp_path: Path, home: Path) -> None:
    """A missing root is no error here."""
    assert toolchain_shims(str(tmp_path / "missing"), {"HOME": str(home)}) == ()


def test_a_provider_finds_a_chosen_set() -> None:
    """Law 22: no token of another service arrives unless it was named."""
    inherited = {
        "PATH": "/bin", "HOME": "/home", "TMPDIR": "/tmp", "LANG": "C", "LC_ALL": "C", "LC_TIME": "C", "TERM": "dumb",
        "USER": "u", "MODEL_API_KEY": "wanted", "CLOUD_TOKEN": "secret", "SCAFLD_ROOT": "/x", "GIT_DIR": "/x",
        "PYTHONPATH": "/x", "LD_PRELOAD": "/x",
    }  # fmt: skip

    chosen = provider_environment(inherited, ("MODEL_API_KEY", "NOT_SET"))

    assert chosen.keys() == {"PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "LC_TIME", "TERM", "USER", "MODEL_API_KEY"}
    assert chosen.items() <= inherited.items()
