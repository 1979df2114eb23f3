"""The figures as a page that people read: what was measured, against what, and whether that is fast enough."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import date

from cases import Figure, Section

_HEAD = """# How fast it is

Written by `make bench`; nobody edits it. Whole processes from start to end. What stands in one table ran in turn, again
and again; a time is the median of the runs, a ratio the median over the turns, so that a busy machine is busy for both
sides. Ratios are to `python -c pass` of the same interpreter, or to `git status --porcelain -uall` in the same
repository. Everything lay in the page cache. Memory is the highest peak of a process and its children.
"""


def page(sections: list[Section], *, scafld: str, took_s: float) -> str:
    """The whole page, as Markdown."""
    parts = [_HEAD, _machine(scafld, took_s)]
    parts += [_section(section) for section in sections]
    return "\n".join(parts)


# Private.


def _machine(scafld: str, took_s: float) -> str:
    git = subprocess.run(["git", "--version"], capture_output=True, check=True, encoding="utf-8", timeout=60).stdout
    facts = (
        ("date", date.today().isoformat()),
        ("scafld", scafld),
        ("Python", f"{platform.python_implementation()} {platform.python_version()}"),
        ("git", git.split()[-1]),
        ("system", f"{platform.system()}, {platform.machine()}, {os.cpu_count()} CPUs"),
        ("took", f"{took_s / 60:.1f} minutes"),
        ("again", "`make bench`, or `make bench ARGS=--quick` for a smaller one"),
    )
    return "\n".join(("| | |", "|---|---|", *(f"| {name} | {fact} |" for name, fact in facts), ""))


def _section(section: Section) -> str:
    rows = [f"## {section.title}", "", section.note, ""]
    rows += ["| what | median | ratio | target | memory | met |", "|---|---|---|---|---|---|"]
    return "\n".join((*rows, *map(_row, section.figures), ""))


def _row(figure: Figure) -> str:
    ratio = f"{figure.ratio:.1f} x {_of(figure)}" if figure.ratio is not None else ""
    memory = f"{figure.mb:.0f} MB" if figure.mb is not None else ""
    met = {True: "yes", False: "**no**", None: ""}[figure.met]
    return f"| {figure.what} | {_value(figure)} | {ratio} | {_target(figure)} | {memory} | {met} |"


def _value(figure: Figure) -> str:
    if not figure.unit:
        return f"{figure.value:g}"
    return f"{figure.value:.2f} {figure.unit}" if figure.value < 10 else f"{figure.value:.0f} {figure.unit}"


def _of(figure: Figure) -> str:
    return f"`{figure.of}`" if " " not in figure.of or figure.of.startswith("python") else figure.of


def _target(figure: Figure) -> str:
    words = []
    if figure.target:
        words.append(figure.target)
    elif figure.limit is not None:
        words.append(f"{figure.limit:.3g} x" if figure.ratio is not None else f"{figure.limit:g}")
    if figure.most_mb is not None:
        words.append(f"{figure.most_mb:.0f} MB")
    return ", ".join(words)
