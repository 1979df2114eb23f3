"""The server starts wherever it is started from, at once, and loads what a call needs with the first call."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Server

HEAVY = frozenset({"ast", "asyncio", "dataclasses", "inspect", "logging", "pydantic", "subprocess", "traceback"})
WRONG = {"summary": 7}


def loaded(server: Server, *lines: bytes) -> frozenset[str]:
    """The modules that are loaded when these lines have been answered, but for what the interpreter brings."""
    listed = server.folder / "modules"
    words = list(server.argv)
    at = words.index("-c") + 1
    words[at] = f"{words[at]}; open({str(listed)!r}, 'w').write(chr(10).join(sys.modules))"
    assert len(server.say(*lines, argv=tuple(words)).replies) == len(lines)
    return frozenset(listed.read_text().splitlines())


def test_a_greeting_loads_next_to_nothing(server: Server) -> None:
    """Clients wait for it: of scafld the server alone, of Python what reads JSON."""
    found = loaded(
        server, server.message(1, "initialize"), server.message(2, "ping"), server.message(3, "server/discover")
    )

    assert {name for name in found if name.startswith("scafld.")} == {
        "scafld.core",
        "scafld.core.version",
        "scafld.adapters",
        "scafld.adapters.mcp",
        "scafld.adapters.mcp.submit",
    }
    assert found.isdisjoint(HEAVY | {"typing", "hashlib"})


def test_an_answer_that_holds_loads_nothing_heavy(server: Server) -> None:
    """Neither the list of tools nor the call itself."""
    found = loaded(server, server.message(1, "tools/list"), server.call(2))

    assert found.isdisjoint(HEAVY)
    assert "scafld.adapters.mcp.desk" in found


def test_an_answer_that_does_not_fit_loads_what_says_why(server: Server) -> None:
    """From where scafld has it, though no site-packages are looked at."""
    found = loaded(server, server.call(1, WRONG))

    assert "pydantic" in found
    assert "site" not in found


def test_a_hostile_folder_and_environment_change_nothing(server: Server) -> None:
    """Files that bear the names of modules, in the folder and on PYTHONPATH, are not looked at."""
    places = [server.folder / "elsewhere", server.folder / "path"]
    for place in places:
        place.mkdir(exist_ok=True)
        for name in ("json", "os", "scafld", "sitecustomize", "usercustomize", "encodings", "pydantic", "typing"):
            (place / f"{name}.py").write_text("raise SystemExit('hostile')\n")
    hostile = {
        "PYTHONPATH": str(places[1]),
        "PYTHONHOME": str(places[1]),
        "PYTHONSTARTUP": str(places[1] / "json.py"),
        "PYTHONWARNINGS": "error",
        "PYTHONIOENCODING": "latin-1",
        "PYTHONINSPECT": "1",
        "LC_ALL": "C",
        "HOME": str(places[1]),
    }
    met = type(server)(server.folder, server.terms, hostile)

    session = met.say(met.call(1, WRONG), met.call(2))

    assert (session.told(1)[0], session.told(2)[0]) == (True, False)


def test_what_stands_first_is_the_standard_library(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """scafld run as `python -m scafld` in a workspace has that folder on its path; the server's json is Python's."""
    workspace = server.folder / "elsewhere"
    (workspace / "json.py").write_text("raise SystemExit('hostile')\n")
    monkeypatch.setattr(sys, "path", [str(workspace), "", *sys.path])

    session = server.say(server.call(1))

    assert session.told(1)[0] is False


@pytest.mark.parametrize("name", ["two words", "größe", "new\nline", "-c", "'quoted'", "$HOME"])
def test_any_path_may_hold_the_order(server: Server, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that is told from another folder."""
    folder = server.folder / name
    for each in (folder, folder / "private", folder / "elsewhere"):
        each.mkdir()
    monkeypatch.chdir(folder)
    met = type(server)(folder)

    session = met.say(met.call(1))

    assert session.told(1)[0] is False
    assert met.left() == ["answer.json"]


def test_the_command_can_be_put_into_any_settings(server: Server) -> None:
    """Clients keep it in JSON and TOML, and put variables in where they see a dollar sign."""
    words = server.argv[: server.argv.index("-c") + 2]

    assert words[0] == sys.executable
    assert not any(char in word for word in words[1:] for char in "$\"'\\\n%")
    assert all(Path(each).is_absolute() for each in server.argv[len(words) :])
