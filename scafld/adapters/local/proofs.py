"""The verbs of proof on this machine: whose key signs, and what git calls the tree."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from scafld.core.refusal import Unavailable

if TYPE_CHECKING:
    from scafld.adapters.local.house import House
    from scafld.app.notarise import Notary
    from scafld.app.verify import Scene, Verify
    from scafld.core.names import Digest, TaskId
    from scafld.core.proof.git_names import Footing
    from scafld.core.proof.mint import Told
    from scafld.core.proof.receipt import Receipt
    from scafld.core.proof.trust import TrustedKeys


KEYS = ".scafld/trusted-keys.json"


class Proofs:
    """The part of a house in which receipts are made and held against the tree."""

    def __init__(self, house: House) -> None:
        self._house = house

    def notary(self) -> Notary:
        from scafld.adapters.signing.host_key import HostSigner
        from scafld.app.notarise import Notary
        from scafld.core.version import VERSION

        return Notary(
            signer=HostSigner(lambda: key_folder(self._house.around.environ)),
            receipts=self._house.receipts,
            recorded=self._recorded,
            stands_on=self._stands_on,
            now=self._house.now,
            version=VERSION,
        )

    def verify(self) -> Verify:
        from scafld.adapters.signing.host_key import holds
        from scafld.adapters.signing.ssh_signature import signer_of
        from scafld.app.verify import Verify

        return Verify(
            receipt=self._house.receipts.read,
            trusted=self._trusted,
            look=self._scene,
            contract=self._contract,
            now=self._house.now,
            check=holds,
            check_ssh=signer_of,
            demands=self._house.policy.proof,
        )

    # Private.

    def _trusted(self) -> TrustedKeys:
        from scafld.core.proof.trust import NotTrustedKeys, TrustedKeys, read_trusted_keys

        try:
            with open(os.path.join(self._house.root, KEYS), "rb") as file:
                return read_trusted_keys(file.read())
        except FileNotFoundError:
            return TrustedKeys(keys=())
        except NotTrustedKeys as error:
            raise Unavailable(f"{KEYS} cannot be believed: {error}", next=f"git log -- {KEYS}") from error

    def _contract(self, task_id: TaskId) -> Digest | None:
        document = self._house.specs.find(task_id)
        return document.spec.digest if document and document.spec else None

    def _scene(self, receipt: Receipt, commit: str) -> Scene:
        from scafld.adapters.git.scene import scene_of
        from scafld.adapters.local.joints import git_binary

        environ = self._house.around.environ
        return scene_of(self._house.root, git_binary(environ), environ, receipt, commit)

    def _recorded(self, task_id: TaskId) -> Iterator[Told]:
        from scafld.core.proof.mint import Told

        return (Told(actor=each.actor, event=each.event) for each in self._house.ledgers.entries(task_id))

    def _stands_on(self) -> Footing:
        from scafld.adapters.git.footing import footing
        from scafld.adapters.local.joints import git_binary

        environ = self._house.around.environ
        return footing(self._house.root, git_binary(environ), environ)


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
