"""What the project has settled: `.scafld/config.yaml`, overlaid by `.scafld/config.local.yaml`, as a Policy.

Overlay: maps are merged key by key, everything else (text, numbers, lists, also 0, false and empty text) is replaced;
a key without a value says nothing. Both files may be missing.

`read_policy` answers from `.scafld/cache/policy.json` while neither file has changed; a gate that decides about
authority reads the files themselves, with `policy_as_written`: a cache can be written by anybody.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from scafld.core.contract.problems import Problem
from scafld.core.policy import LIMITS, UNREAD, Check, Policy
from scafld.core.refusal import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

CONFIG = ".scafld/config.yaml"
LOCAL_CONFIG = ".scafld/config.local.yaml"
CACHE = ".scafld/cache/policy.json"
LARGEST_CONFIG = 256 * 1024


def read_policy(root: str) -> Policy:
    """The policy of the workspace at `root`. BadConfig lists every problem of both files."""
    stamps = _stamps(root)
    if not any(stamps):
        return Policy()
    return _cached(root, stamps) or policy_as_written(root)


def policy_as_written(root: str) -> Policy:
    """The same, from the files and nothing else; kept for `read_policy`."""
    before = _stamps(root)
    policy = policy_unkept(root)
    if before == _stamps(root) and any(before):
        _remember(root, before, policy)
    return policy


def policy_unkept(root: str) -> Policy:
    """The same, from the files, for a command that writes nothing."""
    from scafld.adapters.config.settings import judge

    return judge({name: content for name in (CONFIG, LOCAL_CONFIG) if (content := content_of(root, name)) is not None})


def content_of(root: str, name: str) -> bytes | None:
    """The bytes of a file, None when there is none; a device or a pipe is never opened for long."""
    try:
        handle = os.open(f"{root}/{name}", os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as file:
            content = file.read(LARGEST_CONFIG + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = f"{name} cannot be read: {error.strerror}"
        raise Unavailable(reason, next=f"make {name} a file that you may read") from error
    if len(content) > LARGEST_CONFIG:
        raise Unavailable(f"{name} is larger than {LARGEST_CONFIG} bytes", next=f"shorten {name}")
    return content


def plain(item: object) -> object:
    """A value as dicts, lists and scalars, field by field."""
    names: tuple[str, ...] | None = getattr(item, "__fields__", None)
    if names is not None:
        return {name: plain(getattr(item, name)) for name in names}
    if isinstance(item, tuple):
        return [plain(each) for each in item]
    return item


# Private.

_Stamp = list[int] | None
_COARSE_NS = 2_000_000_000
_FINE_NS = 20_000_000
_KEY = f"1 {Policy()!r} {LIMITS!r} {UNREAD!r}"
"""What was judged by other rules is judged again."""


def _stamps(root: str) -> list[_Stamp]:
    return [_stamp(f"{root}/{CONFIG}"), _stamp(f"{root}/{LOCAL_CONFIG}")]


def _stamp(path: str) -> _Stamp:
    try:
        seen = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return [-1]  # it is there; reading it will say what is wrong
    return [seen.st_mtime_ns, seen.st_ctime_ns, seen.st_size, seen.st_ino]


def _cached(root: str, stamps: list[_Stamp]) -> Policy | None:
    """What was remembered for exactly these files; None for anything odd."""
    try:
        with open(f"{root}/{CACHE}", encoding="utf-8") as file:
            kept = json.load(file)
            written = os.fstat(file.fileno()).st_mtime_ns
        if kept["key"] != _KEY or kept["files"] != stamps or not _settled(stamps, written):
            return None
        policy = _restore(Policy(), kept["policy"])
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return policy if isinstance(policy, Policy) else None


def _settled(stamps: list[_Stamp], written: int) -> bool:
    """Whether the files had come to rest when the cache was written: a later change must show in their times."""
    changed = [moment for stamp in stamps if stamp for moment in stamp[:2]]
    grain = _COARSE_NS if all(moment % 1_000_000_000 == 0 for moment in changed) else _FINE_NS
    return all(written - moment > grain for moment in changed)


def _remember(root: str, stamps: list[_Stamp], policy: Policy) -> None:
    """Keep the policy for the next command. A cache that cannot be written is no reason to stop."""
    folder = os.path.dirname(f"{root}/{CACHE}")
    draft = f"{root}/{CACHE}.{os.getpid()}"
    try:
        os.makedirs(folder, exist_ok=True)
        if os.path.islink(folder) or os.path.islink(os.path.dirname(folder)):
            return
        with open(draft, "x", encoding="utf-8") as file:
            json.dump({"key": _KEY, "files": stamps, "policy": plain(policy)}, file)
        os.replace(draft, f"{root}/{CACHE}")
    except (OSError, ValueError):
        _forget(draft)


def _forget(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return


_ITEMS: dict[str, Callable[..., object]] = {"phase": Check, "complete": Check, "warnings": Problem}


def _restore(default: object, kept: object) -> object:
    """The value that `plain` made `kept` of, shaped like `default`; KeyError or TypeError when it is no such thing."""
    names: tuple[str, ...] | None = getattr(default, "__fields__", None)
    if names is None or not isinstance(kept, dict):
        raise TypeError("not a policy")
    return type(default)(**{name: _restored(name, getattr(default, name), kept[name]) for name in names})


def _restored(name: str, default: object, kept: object) -> object:
    if hasattr(default, "__fields__"):
        return _restore(default, kept)
    if isinstance(default, tuple):
        return _restored_list(name, kept)
    if isinstance(default, str) and isinstance(kept, str):
        return type(default)(kept)
    if type(default) is not type(kept):
        raise TypeError("not a policy")
    return kept


def _restored_list(name: str, kept: object) -> tuple[object, ...]:
    if not isinstance(kept, list):
        raise TypeError("not a policy")
    if name in _ITEMS:
        return tuple(_ITEMS[name](**each) for each in kept)
    return tuple(tuple(each) if isinstance(each, list) else str(each) for each in kept)
