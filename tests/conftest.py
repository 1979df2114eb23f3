"""How property tests run here: the same examples each time, unless somebody explores; and how a packet is read.

`pytest --hypothesis-profile=explore` draws new examples and more of them; a failure prints the line that replays it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, settings

PATIENT = (HealthCheck.too_slow, HealthCheck.data_too_large)
"""A shared machine is slow, and a whole life is a large example: neither is a fault of a test."""

settings.register_profile(
    "scafld", deadline=None, max_examples=50, derandomize=True, print_blob=True, suppress_health_check=PATIENT
)
settings.register_profile(
    "explore", deadline=None, max_examples=500, derandomize=False, print_blob=True, suppress_health_check=PATIENT
)
settings.load_profile("scafld")


@pytest.fixture(scope="session", autouse=True)
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test makes or uses the key of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("SCAFLD_CONFIG_HOME", "SCAFLD_STATE_HOME"):
            patch.setenv(name, str(tmp_path_factory.mktemp("host")))
        yield


def pytest_collection_finish(session: pytest.Session) -> None:
    """One profile for the whole run, whatever a folder's own conftest has loaded meanwhile."""
    settings.load_profile(session.config.getoption("--hypothesis-profile") or "scafld")


@dataclass
class Row:
    """A line of a manifest: what it is about, its bytes, those shown and those left out, and why."""

    name: str
    size: int
    shown: int
    omitted: int
    why: str


@dataclass
class Part:
    """A section of a packet. `body`: what its pieces show, without headings, fences, notes and scafld's own leads."""

    title: str
    row: Row
    rows: list[Row]
    body: str = ""
    fences: list[str] = field(default_factory=list)


OWN_WORDS = ("What is asked", "What to hand in")
_ROW = re.compile(
    r"(?P<name>.*): (?P<size>\d+) bytes, (?:whole|(?P<shown>\d+) shown, (?P<omitted>\d+) left out(?:: (.*))?)"
)


class Reading:
    """A packet, read by somebody who knows nothing of how it was made: line by line, fences first."""

    def __init__(self, text: str) -> None:
        head, *sections = self._cut(text)
        self.title = head[0]
        self.parts = self._listed(sections[0])
        assert [each[0] for each in sections[1:]] == [f"## {part.title}" for part in self.parts]
        for part, lines in zip(self.parts, sections[1:], strict=True):
            self._fill(part, lines)

    def part(self, title: str) -> Part:
        return next(part for part in self.parts if part.title == title)

    @property
    def titles(self) -> list[str]:
        return [part.title for part in self.parts]

    # Private.

    @staticmethod
    def _cut(text: str) -> list[list[str]]:
        """The lines of the head, then those of each section; a heading in a fence is none."""
        found, fence = [[]], ""
        for line in text.split("\n"):
            opened = re.match(r"(`{3,})\w*$", line)
            if fence:
                fence = "" if line == fence else fence
            elif opened:
                fence = opened[1]
            elif line.startswith("## "):
                found.append([])
            found[-1].append(line)
        assert not fence, "a fence is open at the end"
        return found

    @staticmethod
    def _listed(lines: list[str]) -> list[Part]:
        assert lines[0] == "## What this packet holds"
        parts = []
        for line in lines:
            if line.startswith("- "):
                row = _row(line[2:])
                parts.append(Part(title=row.name, row=row, rows=[]))
            elif line.startswith("  - "):
                parts[-1].rows.append(_row(line[4:]))
        return parts

    @staticmethod
    def _fill(part: Part, lines: list[str]) -> None:
        if part.title in OWN_WORDS:
            part.body = "\n".join(lines[2:])
            return
        fence = ""
        for line in lines[1:]:
            opened = re.match(r"(`{3,})\w*$", line)
            if fence and line == fence:
                fence = ""
            elif fence:
                part.fences[-1] += f"{line}\n"
                part.body += f"{line}\n"
            elif opened:
                fence = opened[1]
                part.fences.append("")
            elif line.startswith(("- ", "  - ", "> ")) or line == ">":
                part.body += f"{line}\n"


def _row(line: str) -> Row:
    found = _ROW.fullmatch(line)
    assert found, line
    size = int(found["size"])
    return Row(found["name"], size, int(found["shown"] or size), int(found["omitted"] or 0), found[5] or "")


@pytest.fixture(scope="session")
def reading() -> type[Reading]:
    """`reading(text)`: a packet taken apart."""
    return Reading
