"""Where keys lie on this machine: those that a workspace trusts, and those of the user who runs scafld."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from typing import TYPE_CHECKING

from scafld.core.names import RepoPath
from scafld.core.refusal import Unavailable

if TYPE_CHECKING:
    from scafld.core.proof.signers.trust import TrustedKeys

KEYS = RepoPath(".scafld/trusted-keys.json")


def trusted_at(root: str) -> TrustedKeys:
    """The keys that a workspace trusts, none where it has no such file. Unavailable when it cannot be believed."""
    return keys_of(keys_content(root))


def keys_content(root: str) -> bytes | None:
    """The bytes of that file, not much more than can be believed; None when there is none. Unavailable when it cannot
    be read."""
    from scafld.core.proof.signers.trust import LARGEST

    try:
        with open(os.path.join(root, KEYS), "rb", opener=_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise OSError("it is no plain file")
            return file.read(LARGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unavailable(f"{KEYS} cannot be read: {error.strerror or error}", next=f"ls -l {KEYS}") from error


def keys_of(content: bytes | None) -> TrustedKeys:
    """The keys in these bytes; none in none. Unavailable when they cannot be believed."""
    from scafld.core.proof.signers.trust import NotTrustedKeys, TrustedKeys, read_trusted_keys

    try:
        return TrustedKeys(keys=()) if content is None else read_trusted_keys(content)
    except NotTrustedKeys as error:
        raise Unavailable(f"{KEYS} cannot be believed: {error}", next=f"git log -- {KEYS}") from error


def key_folder(environ: Mapping[str, str]) -> str:
    """Where this user's keys lie. Unavailable when the environment names no home."""
    own = environ.get("SCAFLD_CONFIG_HOME", "")
    if own:
        return os.path.join(os.path.abspath(own), "keys")
    home = environ.get("HOME", "")
    general = environ.get("XDG_CONFIG_HOME", "")
    if not os.path.isabs(general):
        general = os.path.join(home, ".config") if os.path.isabs(home) else ""
    if not general:
        raise Unavailable("there is no place for this host's key: HOME is not set", next="export HOME=~")
    return os.path.join(general, "scafld", "keys")


# Private.


def _at_once(path: str, flags: int) -> int:
    """A pipe is not waited for."""
    return os.open(path, flags | os.O_NONBLOCK | os.O_NOCTTY)
