"""Which provider a name, a program and the configuration choose. Written out by hand: what stands here can be asked.

What the caller names wins over the configuration, never the other way round: a configured command, program or model
goes with the configured provider and with no other.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from scafld.adapters.providers.binary import find, is_program
from scafld.adapters.providers.claude import claude
from scafld.adapters.providers.codex import codex
from scafld.adapters.providers.command import command
from scafld.adapters.providers.gemini import gemini
from scafld.adapters.providers.rehearsal import rehearsal
from scafld.adapters.providers.seat import Means, Seat
from scafld.app.ask import Provider, Wanted
from scafld.core.evidence.hearing import VENDORS
from scafld.core.policy import Asked, Fallback, ProviderChoice, Vendor
from scafld.core.refusal import Gate, Misused, Refusal, Refused, Unavailable
from scafld.core.value import changed, value

PROGRAMS: Mapping[str, Callable[[Means, Seat], Provider]] = {"codex": codex, "claude": claude, "gemini": gemini}
"""Those that run a vendor's program, in the order in which `auto` looks for them."""
PROVIDERS: Mapping[str, Callable[[Means, Seat], Provider]] = {**PROGRAMS, "command": command, "local": rehearsal}
NAMES = (*PROVIDERS, "auto")
OWN_CHOICE = ("latest", "current", "default")
"""Models that a provider names best itself."""


@value
class Chosen:
    """A provider, and what is to be said about the choice."""

    provider: Provider
    warnings: tuple[str, ...] = ()


def choose(wanted: Wanted, asked: Asked, means: Means, author: str = "", gate: Gate = Gate.REVIEW) -> Chosen:
    """The provider to ask. `author`: whose model wrote the change, "" when nobody can tell. Misused when the words are
    wrong, Unavailable when a program is not there, Refused when the fallback policy says no."""
    choice = _Choice(wanted=wanted, asked=asked, means=means, author=author, gate=gate)
    name = wanted.provider or ("command" if wanted.command else _configured(asked))
    _need_words(name, wanted)
    if name == "auto":
        return choice.automatic()
    if name in PROGRAMS:
        return choice.named(name) if wanted.provider else choice.configured(name)
    return choice.another(name)


# Private.


@value
class _Choice:
    wanted: Wanted
    asked: Asked
    means: Means
    author: str
    gate: Gate

    def named(self, name: str) -> Chosen:
        """The one that the caller named, or nobody."""
        seat = self._seat(name)
        if seat is None:
            raise self._absent(name)
        return self._sit(seat, said=self._same_vendor(name))

    def configured(self, name: str) -> Chosen:
        """The one that the project configured. When it is not there, as the fallback policy says."""
        seat = self._seat(name)
        if seat is not None:
            return self._sit(seat, said=(*self._same_vendor(name), *self._left_unread(name)))
        if self.asked.fallback_policy is Fallback.DISABLE:
            raise self._absent(name)
        found = self.automatic()
        said = f"{name} is configured and not installed; {found.provider.name} is asked instead"
        return changed(found, warnings=self._spoken((said, *found.warnings)))

    def automatic(self) -> Chosen:
        """One of those that are installed: of another vendor than the author's if there is one."""
        if self.wanted.binary or self.wanted.model:
            flag = "--provider-binary" if self.wanted.binary else "--model"
            raise Misused(f"{flag} goes with one provider; name it", next=f"scafld {self.gate} --help")
        seats = [seat for name in PROGRAMS if (seat := self._seat(name)) is not None]
        others = [seat for seat in seats if not self.author or VENDORS[seat.provider] != self.author]
        if others:
            return self._sit(others[0])
        if not seats:
            raise self._refused("no provider is installed", f"one of {', '.join(PROGRAMS)}, or a configured command")
        if self.asked.fallback_policy is Fallback.DISABLE:
            only = ", ".join(seat.provider for seat in seats)
            reason = f"only {only} is installed, of the same vendor as the author ({self.author})"
            raise self._refused(reason, "a provider of another vendor; fallback_policy is disable")
        return self._sit(seats[0], said=self._same_vendor(seats[0].provider))

    def another(self, name: str) -> Chosen:
        """One that runs no program of a vendor: a command, a rehearsal, what a package adds. What lists packages is
        loaded for the last alone: it takes thirty milliseconds."""
        text = (self.wanted.command or self.asked.command) if name == "command" else ""
        if not name or (name == "command" and not text.strip()):
            raise Misused(_NO_COMMAND if name else _NOBODY, next=f"scafld {self.gate} --help")
        seat = Seat(provider=name, command=text, name=self.wanted.seat)
        if name in PROVIDERS:
            return Chosen(provider=PROVIDERS[name](self.means, seat))
        from scafld.adapters.providers import plugins

        make = plugins.look_up(name)
        if make is None:
            raise Misused(_unknown(name, (*NAMES, *plugins.names())), next=f"scafld {self.gate} --help")
        seat = changed(seat, model=_model(self.wanted.model), binary=self._program(self.wanted.binary))
        return Chosen(provider=plugins.make(name, make, self.means, seat))

    # Private.

    def _seat(self, name: str) -> Seat | None:
        """Where this provider would sit, None when its program is not installed."""
        own: Vendor = getattr(self.asked, name)
        configured = str(self.asked.provider) == name
        named = self.wanted.binary or own.binary or (self.asked.provider_binary if configured else "")
        path = self._program(named or name)
        if not path:
            return None
        return Seat(
            provider=name,
            model=_model(self.wanted.model or own.model or (self.asked.model if configured else "")),
            binary=path,
            effort=_word("effort", own.effort or own.model_reasoning_effort),
            name=self.wanted.seat,
        )

    def _program(self, text: str) -> str:
        """The absolute path of a program, "" when there is none: a bare name is looked for on the PATH, a path from
        where the caller stands, or from the workspace when it is configured. Misused when the caller named none."""
        home, start = self.means.environ.get("HOME", ""), os.getcwd() if self.wanted.binary else self.means.root
        path = os.path.join(home, text[2:]) if text.startswith("~/") and home else text
        whole = os.path.normpath(os.path.join(start, path)) if os.sep in path else ""
        found = whole if is_program(whole) else ""
        found = found or ("" if whole or not path else find(path, self.means.environ, self.means.root))
        if not found and self.wanted.binary:
            raise Misused(f"--provider-binary {text} is no program that can be run", next="write its path")
        return found

    def _sit(self, seat: Seat, *, said: tuple[str, ...] = ()) -> Chosen:
        return Chosen(provider=PROGRAMS[seat.provider](self.means, seat), warnings=said)

    def _same_vendor(self, name: str) -> tuple[str, ...]:
        if not self.author or VENDORS[name] != self.author:
            return ()
        return self._spoken((f"{name} is of the same vendor as the author of the change ({self.author})",))

    def _left_unread(self, name: str) -> tuple[str, ...]:
        if not self.asked.command.strip():
            return ()
        return (f"the configured command is not run: the configured provider is {name}",)

    def _spoken(self, words: tuple[str, ...]) -> tuple[str, ...]:
        return () if self.asked.fallback_policy is Fallback.ALLOW else words

    def _absent(self, name: str) -> Unavailable:
        return Unavailable(
            f"{name} is not installed: its program is neither on the PATH, outside of the workspace, nor where it is "
            "configured to be",
            next=f"install {name}, or name its program with --provider-binary, or another --provider",
        )

    def _refused(self, reason: str, expected: str) -> Refused:
        return Refused(Refusal(gate=self.gate, reason=reason, expected=expected, next=f"scafld {self.gate} --help"))


_NOBODY = "no provider is configured: give --provider or --provider-command, or configure external.provider"
_NO_COMMAND = "--provider command needs a command: give --provider-command, or configure external.command"


def _configured(asked: Asked) -> str:
    """The configured provider. `auto` beside a command means the command: who writes one down wants it run."""
    if asked.provider is ProviderChoice.AUTO and asked.command.strip():
        return "command"
    return str(asked.provider)


def _need_words(name: str, wanted: Wanted) -> None:
    """The caller's words go together."""
    if wanted.command and name != "command":
        raise Misused(f"--provider-command goes with --provider command, not with {name}")
    given = {"--provider-binary": wanted.binary, "--model": wanted.model}
    flag = next((flag for flag, text in given.items() if text), "")
    if flag and name in ("command", "local"):
        raise Misused(f"{flag} goes with a provider that runs a program, not with {name}")


def _model(text: str) -> str:
    return "" if text.strip().lower() in OWN_CHOICE else _word("model", text)


def _word(what: str, text: str) -> str:
    """A word for a command line that is no flag there."""
    word = text.strip()
    if word.startswith("-") or not word.isprintable() or " " in word:
        raise Misused(f"{text!r} is no name of a {what}")
    return word


def _unknown(name: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name.strip().lower(), known, n=1)
    meant = f"; did you mean {close[0]}?" if close else ""
    return f"there is no provider {name!r}; providers are {', '.join(known)}{meant}"
