"""Providers that a package adds: found by name, and each way in which one can be broken is told."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scafld.adapters.providers.registry import choose
from scafld.adapters.providers.seat import Means
from scafld.app.ask import Provider, Wanted
from scafld.core.evidence.hearing import Failure
from scafld.core.policy import Asked
from scafld.core.refusal import Cancelled, Misused, Unavailable
from tests.adapters.providers.emulated import question

Package = Callable[[str, str], None]
GOOD = """
from scafld.app.ask import Provider, Reply
def make(means, seat):
    def ask(question, watch):
        return Reply(answer=f"{seat.model} {means.root}")
    return Provider(name="mine", vendor="acme", authorises=True, ask=ask, seat=seat.name)
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Package:
    """Install a package of this name that offers the provider `mine`, made by `make` of this source."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    request.addfinalizer(lambda: [sys.modules.pop(name) for name in set(sys.modules) - before])

    def _package(name: str, source: str) -> None:
        site = tmp_path / "site"
        info = site / f"{name}-1.0.dist-info"
        info.mkdir(parents=True)
        (site / f"{name}.py").write_text(source, encoding="utf-8")
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[scafld.providers]\nmine = {name}:make\n", encoding="utf-8")

    return _package


def make(means: Means, **wanted: str) -> Provider:
    return choose(Wanted(provider="mine", **wanted), Asked(), means).provider


def test_a_package_adds_a_provider(package: Package, means: Means) -> None:
    """By an entry point: it is given what ours are given."""
    package("acme_review", GOOD)

    provider = make(means, model="m-1", seat="third")

    assert (provider.name, provider.vendor, provider.seat) == ("mine", "acme", "third")
    assert provider.ask(question(), lambda pulse: None).answer == f"m-1 {means.root}"


def test_a_package_takes_no_name_of_ours(package: Package, means: Means, tmp_path: Path) -> None:
    """Ours are never looked up."""
    package("acme_review", GOOD)
    points = tmp_path / "site" / "acme_review-1.0.dist-info" / "entry_points.txt"
    points.write_text("[scafld.providers]\nlocal = acme_review:make\n")

    assert choose(Wanted(provider="local"), Asked(), means).provider.vendor == ""


def test_what_a_package_offers_is_among_the_names(package: Package, means: Means) -> None:
    """When somebody mistypes it."""
    package("acme_review", GOOD)

    with pytest.raises(Misused, match="did you mean mine"):
        choose(Wanted(provider="mien"), Asked(), means)


BROKEN = {
    "it cannot be imported": ("import no_such_module", "ModuleNotFoundError"),
    "it is no Python": ("def make(:", "SyntaxError"),
    "it has no maker": ("x = 1", "AttributeError"),
    "it ends the process": ("raise RuntimeError('\\x1b[2J' * 500)", "RuntimeError"),
    "its maker cannot be called": ("make = 3", "cannot be called"),
    "its maker fails": ("def make(means, seat): return 1 / 0", "ZeroDivisionError"),
    "its maker takes something else": ("def make(): return None", "TypeError"),
    "its maker gives something else": ("def make(means, seat): return 'provider'", "no Provider"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_package_is_told(package: Package, means: Means, kind: str) -> None:
    """Whose it is, what is wrong, and what to do; on one harmless line."""
    source, words = BROKEN[kind]
    package("acme_review", source)

    with pytest.raises(Unavailable, match="provider mine") as told:
        make(means)

    assert words in str(told.value)
    assert str(told.value).isprintable()
    assert "--provider" in told.value.next


def test_two_packages_of_one_name_are_told(package: Package, means: Means) -> None:
    """Nobody can say which is meant."""
    package("acme_review", GOOD)
    package("bravo_review", GOOD)

    with pytest.raises(Unavailable, match="_review and by "):
        make(means)


def test_a_bug_of_a_package_is_a_failure_of_its_provider(package: Package, means: Means) -> None:
    """An attempt is on record by then, and has to end; who was stopped was stopped."""
    raising = GOOD.replace("return Reply", "raise ERROR(7)\n        return Reply")
    package("acme_review", "from scafld.core.refusal import Cancelled\n" + raising)
    provider = make(means)
    module = sys.modules["acme_review"]

    module.ERROR = ZeroDivisionError
    reply = provider.ask(question(), lambda pulse: None)
    module.ERROR = Cancelled
    with pytest.raises(Cancelled):
        provider.ask(question(), lambda pulse: None)

    assert (reply.failure, "ZeroDivisionError: 7" in reply.problem) == (Failure.CRASHED, True)
