"""`make bench`: measure whole commands and write docs/performance.md. With --quick, a smaller one, and no page.

make bench                         # everything, some minutes
make bench ARGS=--quick            # smaller workspaces, printed only
make bench ARGS="--in /mnt/fast"   # make the workspaces there
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time

from cases import HERE, Bench, Figure, Section
from stopwatch import told

ROOT = os.path.dirname(HERE)


def main() -> int:
    """Measure, print as it goes, write the page. A missed target is no failure: a busy machine misses some."""
    asked = _asked()
    folder = os.path.join(os.path.realpath(asked.folder), f"scafld-bench-{os.getpid()}")
    os.mkdir(folder, 0o700)
    scafld = _scafld()
    start = time.monotonic()
    sections: list[Section] = []
    try:
        bench = Bench(folder, scafld, asked.runs, quick=asked.quick)
        version = told((*scafld, "--version"), folder, bench.environment)[0].removeprefix("scafld ")
        for section in bench.sections():
            sections.append(section)
            sys.stdout.write("\n".join((section.title, *map(_line, section.figures), "")) + "\n")
            sys.stdout.flush()
    finally:
        os.chdir(ROOT)
        shutil.rmtree(folder, ignore_errors=True)
    if not asked.quick:
        from page import page

        with open(os.path.join(ROOT, "docs", "performance.md"), "w", encoding="utf-8") as file:
            file.write(page(sections, scafld=version, took_s=time.monotonic() - start))
    missed = sum(figure.met is False for section in sections for figure in section.figures)
    sys.stdout.write(f"{missed} targets missed; {time.monotonic() - start:.0f} s\n")
    return 0


# Private.


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure whole commands.")
    parser.add_argument("--quick", action="store_true", help="smaller workspaces; print, write no page")
    parser.add_argument("--runs", type=int, default=9, help="how often a short command runs (9)")
    parser.add_argument("--in", dest="folder", default="/tmp", help="where the workspaces are made (/tmp)")
    return parser.parse_args()


def _scafld() -> tuple[str, ...]:
    """The words that start scafld: the script that was installed beside this interpreter, else what it would hold."""
    script = os.path.join(os.path.dirname(sys.executable), "scafld")
    if os.path.exists(script):
        return (script,)
    return (sys.executable, "-c", "from scafld.__main__ import main; main()")


def _line(figure: Figure) -> str:
    """One figure on one line of a terminal."""
    ratio = f"{figure.ratio:8.1f} x {figure.of}" if figure.ratio is not None else ""
    memory = f"  {figure.mb:.0f} MB" if figure.mb is not None else ""
    verdict = {True: "", False: "   <- not met", None: ""}[figure.met]
    return f"  {figure.what.ljust(44)}{figure.value:10.2f} {figure.unit}{ratio}{memory}{verdict}"


if __name__ == "__main__":
    sys.exit(main())
