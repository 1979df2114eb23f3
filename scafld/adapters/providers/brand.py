"""What is known of a vendor's program beforehand: its names, how one logs in, and which variables are its own."""

from __future__ import annotations

import os
from collections.abc import Mapping

from scafld.adapters.process.environment import DEFAULT_PATH, provider_environment
from scafld.core.value import value

NETWORK = (
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "all_proxy",
    "NODE_EXTRA_CA_CERTS",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
)
"""What a program needs to reach its model from behind a proxy."""


@value
class Brand:
    """`login`: how a person logs in, after "log in with". `keys`: variables that hold a secret of its own, `variables`:
    others that are its own. `when`: variables that it is given as well when a switch is on, as Amazon's for Bedrock."""

    name: str
    vendor: str
    login: str
    keys: tuple[str, ...]
    variables: tuple[str, ...] = ()
    when: tuple[tuple[str, tuple[str, ...]], ...] = ()


def environment_for(brand: Brand, environ: Mapping[str, str], root: str, folder: str) -> dict[str, str]:
    """What a vendor's program finds: what any program needs, its own variables, and `folder` for temporary files."""
    more = tuple(name for switch, names in brand.when if is_on(environ.get(switch, "")) for name in (switch, *names))
    chosen = provider_environment(environ, (*brand.keys, *brand.variables, *NETWORK, *more))
    chosen["PATH"] = os.pathsep.join(search_path(environ.get("PATH") or DEFAULT_PATH, root)) or DEFAULT_PATH
    chosen["TMPDIR"] = folder
    return chosen


def secrets_in(brand: Brand, environ: Mapping[str, str]) -> tuple[str, ...]:
    """The texts that no message may repeat."""
    names = (*brand.keys, *(name for _, names in brand.when for name in names))
    return tuple(environ[name] for name in names if len(environ.get(name, "")) >= _SHORTEST_SECRET)


def search_path(path: str, root: str) -> tuple[str, ...]:
    """The folders of a PATH that a repository cannot put a program into: absolute, and not in the workspace."""
    return tuple(folder for folder in path.split(os.pathsep) if os.path.isabs(folder) and not is_inside(folder, root))


def is_inside(path: str, root: str) -> bool:
    """Whether a path leads into the workspace, links followed."""
    real, workspace = os.path.realpath(path), os.path.realpath(root)
    return real == workspace or real.startswith(f"{workspace.rstrip('/')}/")


def is_on(switch: str) -> bool:
    """Whether a variable that is a switch is on."""
    return switch.strip().lower() in ("1", "true", "yes", "on")


# Private.

_SHORTEST_SECRET = 6
