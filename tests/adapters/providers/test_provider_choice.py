"""Which provider is asked: what the caller named, then what is configured, and nobody when the policy says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scafld.adapters.providers.binary import find
from scafld.adapters.providers.registry import NAMES, Chosen, choose
from scafld.adapters.providers.seat import Means
from scafld.app.ask import Wanted
from scafld.core.policy import Asked, Fallback, ProviderChoice, Vendor
from scafld.core.refusal import Gate, Misused, Refused, ScafldError, Unavailable
from scafld.core.value import changed
from tests.adapters.providers.emulated import ANSWER, install, question

Installed = Callable[..., None]


@pytest.fixture
def installed(tools: Path) -> Installed:
    """Put programs of these names on the PATH."""

    def _installed(*names: str) -> None:
        for name in names:
            install(tools, name, (("hand_in", ANSWER),))

    return _installed


def config(provider: str = "auto", **fields: object) -> Asked:
    return changed(Asked(provider=ProviderChoice(provider)), **fields)


def chosen(means: Means, asked: Asked | None = None, author: str = "", **wanted: str) -> Chosen:
    return choose(Wanted(**wanted), asked or config(), means, author)


def program_of(found: Chosen, tools: Path) -> list[str]:
    """The argv that a choice leads to."""
    import json

    found.provider.ask(question(), lambda pulse: None)
    return json.loads((tools / f"{found.provider.name}.seen").read_text())["argv"]


AUTO = [
    # installed, author, policy -> who is asked, whether something is said
    (("codex", "claude", "gemini"), "", "warn", "codex", False),
    (("codex", "claude", "gemini"), "openai", "warn", "claude", False),
    (("codex", "claude", "gemini"), "anthropic", "disable", "codex", False),
    (("claude", "gemini"), "anthropic", "disable", "gemini", False),
    (("claude",), "anthropic", "warn", "claude", True),
    (("claude",), "anthropic", "allow", "claude", False),
    (("claude",), "anthropic", "disable", None, False),
    (("claude",), "", "disable", "claude", False),
    ((), "", "allow", None, False),
    ((), "anthropic", "warn", None, False),
]


@pytest.mark.parametrize(("there", "author", "policy", "name", "said"), AUTO)
def test_auto_prefers_another_vendor_and_fails_closed(
    means: Means, installed: Installed, there: tuple[str, ...], author: str, policy: str, name: str | None, said: bool
) -> None:
    """The three policies differ; without a program nobody is asked."""
    installed(*there)
    asked = config(fallback_policy=Fallback(policy))

    if name is None:
        with pytest.raises(Refused) as refused:
            chosen(means, asked, author)
        assert refused.value.refusal.gate is Gate.REVIEW
    else:
        found = chosen(means, asked, author)
        assert (found.provider.name, bool(found.warnings)) == (name, said)


@pytest.mark.parametrize(
    ("policy", "name", "said"), [("disable", None, False), ("warn", "claude", True), ("allow", "claude", False)]
)
def test_a_configured_provider_that_is_not_installed(
    means: Means, installed: Installed, policy: str, name: str | None, said: bool
) -> None:
    """Is replaced, with a word or without, or is not."""
    installed("claude")
    asked = config("codex", fallback_policy=Fallback(policy))

    if name is None:
        with pytest.raises(Unavailable, match="codex is not installed"):
            chosen(means, asked)
    else:
        found = chosen(means, asked)
        assert (found.provider.name, bool(found.warnings)) == (name, said)


def test_a_provider_that_the_caller_named_is_never_replaced(means: Means, installed: Installed) -> None:
    """Whatever the policy."""
    installed("claude")

    for policy in Fallback:
        with pytest.raises(Unavailable, match="codex is not installed"):
            chosen(means, config(fallback_policy=policy), provider="codex")


def test_the_same_vendor_is_said(means: Means, installed: Installed) -> None:
    """When it was named, or configured: it may be meant, and it is no independent judge."""
    installed("claude")

    named = chosen(means, author="anthropic", provider="claude")
    configured = chosen(means, config("claude"), "anthropic")

    assert "same vendor" in named.warnings[0]
    assert "same vendor" in configured.warnings[0]


def test_a_configured_command_hijacks_nobody(means: Means, installed: Installed, tools: Path) -> None:
    """It is run where no other provider is configured or named, and said to be left where one is."""
    installed("codex")
    asked = config(command="cat")

    assert chosen(means, asked).provider.name == "command"
    assert chosen(means, asked, provider="codex").provider.name == "codex"
    beside = chosen(means, config("codex", command="cat"))
    assert (beside.provider.name, "configured command is not run" in beside.warnings[0]) == ("codex", True)


def test_the_callers_command_goes_before_the_configured_one(means: Means) -> None:
    """By its own flag, or with the name of the provider."""
    answer = '{"mode":"discover","summary":"%s","attacks":[{"target":"t","attack":"a","result":"clean"}],"findings":[]}'
    mine, theirs = (f"echo '{answer % whose}'" for whose in ("mine", "theirs"))
    asked = config("command", command=theirs)

    heard = [
        chosen(means, asked, **wanted).provider.ask(question(), lambda pulse: None).answer
        for wanted in ({"command": mine}, {"command": mine, "provider": "command"}, {"provider": "command"}, {})
    ]

    assert ["mine" in each for each in heard] == [True, True, False, False]


def test_a_configured_program_and_model_go_with_the_configured_provider(
    means: Means, installed: Installed, tools: Path, tmp_path: Path
) -> None:
    """And with no other: Claude is not asked for a model of OpenAI's."""
    installed("codex", "claude")
    other = install(tmp_path / "other", "codex", (("hand_in", ANSWER),))
    asked = config("codex", provider_binary=str(other), model="gpt-6", claude=Vendor(model="opus", effort="high"))

    codex = chosen(means, asked)
    codex.provider.ask(question(), lambda pulse: None)
    claude = program_of(chosen(means, asked, provider="claude"), tools)

    assert other.with_name("codex.seen").exists()
    assert (claude[claude.index("--model") + 1], claude[claude.index("--effort") + 1]) == ("opus", "high")
    assert "gpt-6" not in claude


@pytest.mark.parametrize(
    ("configured", "named", "model"),
    [
        ("gpt-5", "", "gpt-5"),
        ("gpt-5", "gpt-6", "gpt-6"),
        ("gpt-5", "latest", None),
        ("default", "", None),
        ("", "Current", None),
    ],
)
def test_a_model_that_is_no_name_is_left_to_the_provider(
    means: Means, installed: Installed, tools: Path, configured: str, named: str, model: str | None
) -> None:
    """The caller's goes first; `latest`, `current` and `default` are its own choice."""
    installed("codex")

    argv = program_of(chosen(means, config("codex", model=configured), provider="codex", model=named), tools)

    assert (argv[argv.index("-m") + 1] if "-m" in argv else None) == model


@pytest.mark.parametrize(
    "wanted",
    [
        {"provider": "codex", "model": "--dangerously-bypass-approvals-and-sandbox"},
        {"provider": "codex", "model": "a b"},
        {"provider": "codex", "model": "a\nb"},
        {"provider": "codex", "command": "cat"},
        {"provider": "command", "command": "cat", "binary": "/bin/cat"},
        {"provider": "command", "command": "cat", "model": "gpt-6"},
        {"provider": "local", "model": "gpt-6"},
        {"model": "gpt-6"},
        {"binary": "/bin/cat"},
        {"provider": "codex", "binary": "/no/such/codex"},
        {"provider": "codex", "binary": "no-such-codex"},
        {"provider": "codex", "binary": "/bin"},
        {"provider": "command"},
        {"provider": "command", "command": " \n"},
    ],
)
def test_words_that_do_not_go_together_are_told(means: Means, installed: Installed, wanted: dict[str, str]) -> None:
    """Before anybody is asked."""
    installed("codex")

    with pytest.raises(Misused):
        chosen(means, **wanted)


@pytest.mark.parametrize(("name", "meant"), [("Codex", "codex"), ("cladue", "claude"), ("comand", "command")])
def test_an_unknown_name_is_told_with_the_nearest(means: Means, name: str, meant: str) -> None:
    """And with all that there are."""
    with pytest.raises(Misused, match=f"did you mean {meant}") as told:
        chosen(means, provider=name)

    assert all(known in str(told.value) for known in NAMES)


@pytest.mark.parametrize("name", ["human", "../command", "none", "/bin/sh", "codex\0"])
def test_what_is_no_name_at_all_is_refused(means: Means, name: str) -> None:
    """Nothing is loaded or run for it."""
    with pytest.raises(Misused, match="there is no provider"):
        chosen(means, provider=name)


def test_nobody_falls_into_a_rehearsal(means: Means) -> None:
    """It is asked by name only."""
    assert chosen(means, provider="local").provider.authorises is False
    with pytest.raises(Misused, match="no provider is configured"):
        chosen(means, config(""))
    with pytest.raises(ScafldError):
        chosen(means)


def test_a_seat_keeps_its_name(means: Means, installed: Installed) -> None:
    """Among several, whoever sits there."""
    installed("codex")

    seats = [
        chosen(means, seat="first", provider=name, command="cat" if name == "command" else "").provider.seat
        for name in ("codex", "command", "local")
    ]

    assert seats == ["first"] * 3


@pytest.mark.parametrize("where", [".", "bin", "relative", "link"])
def test_a_repository_cannot_plant_a_program(
    root: Path, means: Means, environ: dict, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Not by a folder of the workspace on the PATH, a relative or empty entry, or a link into the workspace."""
    install(root / "bin", "codex", ())
    install(root, "codex", ())
    outside = root.parent / "outside"
    outside.mkdir()
    (outside / "codex").symlink_to(root / "bin" / "codex")
    folders = {".": f":.:{root}", "bin": str(root / "bin"), "relative": "bin:./bin", "link": str(outside)}
    monkeypatch.chdir(root)

    assert find("codex", environ | {"PATH": folders[where]}, str(root)) == ""


def test_the_path_that_a_provider_is_given_leads_nowhere_into_the_workspace(
    means: Means, installed: Installed, environ: dict, root: Path, tools: Path
) -> None:
    """Else a planted `node` would run in place of the launcher's."""
    import json

    installed("codex")
    environ["PATH"] = f"{root / 'bin'}:.::{environ['PATH']}"

    chosen(means, provider="codex").provider.ask(question(), lambda pulse: None)

    env = json.loads((tools / "codex.seen").read_text())["env"]
    assert env["PATH"] == f"{tools}:/usr/bin:/bin"


def test_a_named_program_is_found_from_where_the_caller_stands(
    means: Means, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path, root: Path
) -> None:
    """A configured one from the workspace, or below the home."""
    for folder in (tmp_path / "here", root / "tools", home / "tools"):
        install(folder, "codex", ())
    monkeypatch.chdir(tmp_path / "here")

    assert chosen(means, provider="codex", binary="./codex").provider.name == "codex"
    for configured in ("tools/codex", "~/tools/codex"):
        assert chosen(means, config(codex=Vendor(binary=configured))).provider.name == "codex"
    with pytest.raises(Misused):
        chosen(means, provider="codex", binary="codex")


def test_a_configured_program_that_is_gone_is_not_installed(means: Means, installed: Installed) -> None:
    """For auto it is one that is not there, and the next is asked."""
    installed("claude", "codex")
    asked = config(codex=Vendor(binary="/no/such/codex"))

    assert chosen(means, asked).provider.name == "claude"
    with pytest.raises(Unavailable):
        chosen(means, asked, provider="codex")


def test_what_is_configured_is_looked_for_once_it_is_needed(means: Means, environ: dict) -> None:
    """An environment without a PATH has no program, and is no error."""
    environ.pop("PATH")

    with pytest.raises(Refused, match="no provider is installed"):
        chosen(means)
