"""The keys on this machine: the host's own, and those that the workspace trusts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property

from scafld.adapters.local.key_places import KEYS, key_folder, trusted_at
from scafld.app.keys import HostHeld
from scafld.core.names import Moment
from scafld.core.proof.signers.trust import (
    Alg,
    NotTrustedKeys,
    Role,
    TrustedKeys,
    raw_of,
    read_trusted_keys,
    why_not,
    write_trusted_keys,
)
from scafld.core.refusal import Unavailable

LOCK = ".scafld/locks/+trusted-keys.lock"
"""No task has a name like that."""


class TrustedFile:
    """The port Trust: `.scafld/trusted-keys.json` below a root. `patience_s`: how long `changing` waits."""

    def __init__(self, root: str, *, patience_s: float = 10.0) -> None:
        self._root = root
        self._path = os.path.join(root, KEYS)
        self._lock = os.path.join(root, LOCK)
        self._patience_s = patience_s

    @contextmanager
    def changing(self, command: str) -> Iterator[None]:
        """See `Trust.changing`."""
        from scafld.adapters.files.disk import Disk
        from scafld.adapters.files.lock import HeldError, grasp

        try:
            grip = grasp(self._lock, self._patience_s, Disk())
        except HeldError as held:
            reason = f"{KEYS} is being changed by {held.holder}; waited {self._patience_s:g} s"
            raise Unavailable(reason, next="scafld keys list") from held
        try:
            grip.sign(f"scafld {command} (process {os.getpid()})")
            yield
            grip.sign("")
        finally:
            grip.let_go()

    def read(self) -> TrustedKeys:
        """See `Trust.read`."""
        return trusted_at(self._root)

    def write(self, keys: TrustedKeys) -> None:
        """See `Trust.write`."""
        from scafld.adapters.files.atomic import write_whole

        content = write_trusted_keys(keys)
        try:
            read_trusted_keys(content)
        except NotTrustedKeys as error:
            raise Unavailable(f"{KEYS} would not be believed any more: {error}") from error
        write_whole(self._path, content)


class Keyring:
    """The port HostRing, what signs, and who is believed."""

    def __init__(self, root: str, environ: Mapping[str, str]) -> None:
        from scafld.adapters.signing.host_key import HostSigner

        self.trusted = TrustedFile(root)
        self.signer = HostSigner(lambda: key_folder(environ))
        self._environ = environ

    def held(self) -> tuple[HostHeld, ...]:
        """See `HostRing.held`."""
        from scafld.adapters.signing.host_key import HostKeys

        keys = HostKeys(key_folder(self._environ))
        now = keys.find()
        current = (HostHeld(public=now.public, current=True),) if now is not None else ()
        return (*current, *(HostHeld(public=each.public, current=False) for each in keys.retired()))

    def current(self) -> HostHeld:
        """See `HostRing.current`."""
        self.signer.key_id()
        return HostHeld(public=self.signer.public, current=True)

    def rotate(self) -> HostHeld:
        """See `HostRing.rotate`."""
        from scafld.adapters.signing.host_key import HostKeys

        return HostHeld(public=HostKeys(key_folder(self._environ)).rotate().public, current=True)

    def believes(self, key_id: str, message: bytes, sig: bytes, at: Moment) -> str:
        """See `Believes`: a key of this host counts unless the workspace has revoked it, another one if it may mint."""
        from scafld.adapters.signing.host_key import holds

        trusted = self._trusted.find(key_id)
        why = why_not(trusted, Role.MINT, at) if trusted is not None else ""
        if why:
            return why
        public = self._own.get(key_id)
        if public is None and trusted is not None and trusted.alg is Alg.ED25519:
            public = raw_of(trusted)
        if public is None:
            return f"it is signed by {key_id[:80]}, which is neither a key of this host nor trusted to mint"
        return "" if holds(public, message, sig) else "its signature does not hold"

    # Private.

    @cached_property
    def _trusted(self) -> TrustedKeys:
        return self.trusted.read()

    @cached_property
    def _own(self) -> dict[str, bytes]:
        try:
            key_folder(self._environ)
        except Unavailable:
            return {}
        return {each.key_id: each.public for each in self.held()}
