"""Providers that installed packages add, by entry points of the group `scafld.providers`. Loaded only when named.

Code of strangers runs here, so whatever it raises becomes an answer: what is broken, and whose it is.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points

from scafld.adapters.providers.seat import Means, Seat
from scafld.adapters.providers.told import one_line
from scafld.app.ask import Provider, Question, Reply, Watcher
from scafld.core.evidence.hearing import Failure
from scafld.core.refusal import ScafldError, Unavailable
from scafld.core.value import changed

GROUP = "scafld.providers"
Make = Callable[[Means, Seat], Provider]


def names() -> tuple[str, ...]:
    """What packages offer, sorted."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


def look_up(name: str) -> Make | None:
    """What makes the provider of this name, None when no package offers one. Unavailable when it cannot be loaded, or
    when two packages offer it."""
    found = tuple(dict.fromkeys(entry_points(group=GROUP, name=name)))
    if not found:
        return None
    if len({point.value for point in found}) > 1:
        raise Unavailable(
            f"provider {name} is offered by {' and by '.join(_package(point) for point in found)}",
            next="uninstall all of them but one",
        )
    try:
        make = found[0].load()
    except Exception as error:
        raise _broken(name, found[0].value, error) from error
    if not callable(make):
        raise Unavailable(f"provider {name}: {found[0].value} cannot be called", next=_MEND)
    checked: Make = make
    return checked


def make(name: str, make_it: Make, means: Means, seat: Seat) -> Provider:
    """The provider itself, or the no that its maker says. Unavailable when that fails, or gives something else."""
    try:
        provider: object = make_it(means, seat)
    except ScafldError:
        raise
    except Exception as error:
        raise _broken(name, getattr(make_it, "__qualname__", "its maker"), error) from error
    if not isinstance(provider, Provider):
        raise Unavailable(f"provider {name}: its maker gave a {type(provider).__name__}, no Provider", next=_MEND)
    return changed(provider, ask=_guarded(provider.ask, name))


# Private.

_LONGEST = 120
_MEND = "mend or uninstall the package that offers it, or name another --provider"


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else point.value


def _broken(name: str, where: str, error: Exception) -> Unavailable:
    return Unavailable(f"provider {name} cannot be loaded: {where}: {_words(error)}", next=_MEND)


def _guarded(ask: Callable[[Question, Watcher], Reply], name: str) -> Callable[[Question, Watcher], Reply]:
    """The same, whose bugs are a failure of this provider: the attempt is on record already, and has to end."""

    def guarded(question: Question, watch: Watcher) -> Reply:
        try:
            return ask(question, watch)
        except ScafldError:
            raise
        except Exception as error:
            return Reply(problem=f"provider {name} failed: {_words(error)}; {_MEND}", failure=Failure.CRASHED)

    return guarded


def _words(error: Exception) -> str:
    return one_line(f"{type(error).__name__}: {error}", _LONGEST)
