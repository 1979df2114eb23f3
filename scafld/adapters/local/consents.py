"""Signatures of people on this machine: who signs, whose keys count, and whether somebody touched the list of them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scafld.adapters.git.ground.in_head import in_head
from scafld.adapters.git.repository import find
from scafld.adapters.local.joints import git_binary
from scafld.adapters.local.key_places import KEYS, key_folder, keys_content, trusted_at
from scafld.adapters.signing.ssh_signature import sign, signer_of
from scafld.app.countersign import Countersign
from scafld.core.proof.spoken.consent import NAMESPACE

if TYPE_CHECKING:
    from scafld.adapters.local.house import House


def countersign_of(house: House) -> Countersign:
    """What takes signatures in this workspace, by the configuration as written."""
    environ = house.around.environ
    return Countersign(
        demands=house.policy.proof,
        trusted=lambda: trusted_at(house.root),
        check=signer_of,
        sign=lambda path, message: sign(path, message, NAMESPACE, environ=environ),
        minting=lambda: _minting(house),
        unsettled=lambda: _unsettled(house),
    )


# Private.


def _minting(house: House) -> bytes | None:
    """The key that this host mints with; asking for it makes none."""
    from scafld.adapters.signing.host_key import HostKeys

    found = HostKeys(key_folder(house.around.environ)).find()
    return None if found is None else found.public


def _unsettled(house: House) -> str:
    environ, place = house.around.environ, find(os.fsencode(house.root))
    git = git_binary(environ)
    if place is None or git is None or in_head(place, git, environ).has(KEYS, keys_content(house.root)):
        return ""
    return f"{KEYS} is not as it is committed: whoever can write it can make themselves trusted; see git diff {KEYS}"
