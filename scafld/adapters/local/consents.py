"""Signatures of people on this machine: who signs, whose keys count, and whether somebody touched the list of them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scafld.adapters.git.blobs import committed
from scafld.adapters.local.joints import git_binary
from scafld.adapters.local.proofs import KEYS, key_folder
from scafld.adapters.signing.ssh_signature import sign, signer_of
from scafld.app.countersign import Countersign
from scafld.core.proof.consent import NAMESPACE
from scafld.core.proof.trust import NotTrustedKeys, TrustedKeys, read_trusted_keys
from scafld.core.refusal import Unavailable

if TYPE_CHECKING:
    from scafld.adapters.local.house import House


def countersign_of(house: House) -> Countersign:
    """What takes signatures in this workspace, by the configuration as written."""
    environ = house.around.environ
    return Countersign(
        demands=house.policy.proof,
        trusted=lambda: _trusted(house.root),
        check=signer_of,
        sign=lambda path, message: sign(path, message, NAMESPACE, environ=environ),
        minting=lambda: _minting(house),
        unsettled=lambda: _unsettled(house),
    )


# Private.


def _trusted(root: str) -> TrustedKeys:
    content = _content(root)
    try:
        return TrustedKeys(keys=()) if content is None else read_trusted_keys(content)
    except NotTrustedKeys as error:
        raise Unavailable(f"{KEYS} cannot be believed: {error}", next=f"git log -- {KEYS}") from error


def _content(root: str) -> bytes | None:
    try:
        with open(os.path.join(root, KEYS), "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def _minting(house: House) -> bytes | None:
    """The key that this host mints with; asking for it makes none."""
    from scafld.adapters.signing.host_key import HostKeys

    found = HostKeys(key_folder(house.around.environ)).find()
    return None if found is None else found.public


def _unsettled(house: House) -> str:
    environ = house.around.environ
    git = git_binary(environ)
    if git is None or _content(house.root) == committed(house.root, git, environ, KEYS):
        return ""
    return f"{KEYS} is not as it is committed: whoever can write it can make themselves trusted; see git diff {KEYS}"
