"""docs/providers.md: its program is a provider, and its tables name what is there, all of it."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from scafld.adapters.process.program import ProgramRunner
from scafld.adapters.providers import claude, codex, gemini
from scafld.adapters.providers.brand import Brand
from scafld.adapters.providers.plugins import GROUP
from scafld.adapters.providers.registry import NAMES, choose
from scafld.adapters.providers.seat import Means
from scafld.app.ask import Question, Wanted
from scafld.core.evidence.hearing import Failure
from scafld.core.evidence.terms import Subject, Terms
from scafld.core.names import task_id
from scafld.core.policy import Asked
from scafld.core.refusal import Unavailable

PAGE = "providers.md"
Blocks = Callable[[str, str], list[str]]


@pytest.fixture
def means(tmp_path: Path) -> Means:
    """A workspace, and a PATH with `tools` on it."""
    (tmp_path / "work").mkdir()
    return Means(
        root=str(tmp_path / "work"),
        environ={"PATH": f"{tmp_path / 'tools'}:/usr/bin:/bin", "ACME_KEY": "key", "OTHER_KEY": "no"},
        run=ProgramRunner(root=str(tmp_path / "work"), runs=str(tmp_path / "work" / ".scafld" / "runs")),
        save=lambda _task, _content: "",
        submit_command=lambda _order: (),
        schemas="",
    )


@pytest.fixture
def installed(blocks: Blocks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """The page's program as an installed package, with the page's own entry point."""
    group, points = next(iter(tomllib.loads(blocks(PAGE, "toml")[0])["project"]["entry-points"].items()))
    assert group == GROUP
    info = tmp_path / "site" / "acme_scafld-1.0.dist-info"
    info.mkdir(parents=True)
    (tmp_path / "site" / "acme_scafld.py").write_text(blocks(PAGE, "python")[0], encoding="utf-8")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-scafld\nVersion: 1.0\n", encoding="utf-8")
    lines = "".join(f"{name} = {where}\n" for name, where in points.items())
    (info / "entry_points.txt").write_text(f"[{group}]\n{lines}", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    request.addfinalizer(lambda: sys.modules.pop("acme_scafld", None))


@pytest.mark.usefixtures("installed")
def test_the_program_is_a_provider(means: Means, tmp_path: Path) -> None:
    """Asked by its name, it gives the answer that its program prints, and finds its own key only."""
    tools = tmp_path / "tools"
    tools.mkdir()
    script = 'printf \'{"model": "%s", "read": "%s", "keys": "%s"}\' "$2" "$(cat)" "$ACME_KEY$OTHER_KEY"'
    (tools / "acme-model").write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (tools / "acme-model").chmod(0o755)
    question = Question(
        task=task_id("add-cache"),
        attempt="review-1",
        prompt="packet",
        terms=Terms(subject=Subject.REVIEW),
        limit_ms=20_000,
    )

    provider = choose(Wanted(provider="acme", model="m-1"), Asked(), means).provider
    reply = provider.ask(question, lambda pulse: None)

    assert (provider.vendor, provider.authorises) == ("acme", True)
    assert json.loads(reply.answer) == {"model": "m-1", "read": "packet", "keys": "key"}
    assert reply.binary is not None


@pytest.mark.usefixtures("installed")
def test_the_program_says_when_it_cannot_be_asked(means: Means) -> None:
    """In its own words."""
    with pytest.raises(Unavailable, match="acme-model is not installed"):
        choose(Wanted(provider="acme"), Asked(), means)


def test_the_program_is_as_short_as_promised(blocks: Blocks) -> None:
    """Fifty lines, give or take none."""
    assert len([line for line in blocks(PAGE, "python")[0].splitlines() if line.strip()]) <= 50


@pytest.mark.parametrize("brand", [claude.BRAND, codex.BRAND, gemini.BRAND])
def test_the_table_names_every_variable(page: Callable[[str], str], brand: Brand) -> None:
    """Those that the program is given, and no other."""
    row = re.search(rf"^\| {brand.name} \| (.*) \|$", page(PAGE), re.M)

    assert row is not None
    conditional = {name for switch, names in brand.when for name in (switch, *names)}
    assert set(re.findall(r"`(\w+)`", row[1])) == {*brand.keys, *brand.variables} | conditional


def test_every_provider_and_every_failure_has_its_row(page: Callable[[str], str]) -> None:
    """In the first column of a table."""
    rows = set(re.findall(r"^\| `(\w+)` \|", page(PAGE), re.M))

    assert rows == {*NAMES, *map(str, Failure)}
