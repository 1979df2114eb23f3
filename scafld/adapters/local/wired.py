"""What can be seen of the wiring from this machine: workflows, keys, owners, and what git has of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from scafld.adapters.files.laid.code_owners import has_owner, owners_file
from scafld.adapters.files.laid.workflows import LANES, lanes
from scafld.adapters.git.ground.in_head import in_head, top_of
from scafld.adapters.git.repository import find
from scafld.adapters.local.joints import git_binary
from scafld.adapters.local.key_places import KEYS, keys_content
from scafld.adapters.signing.host_key import HostKeys
from scafld.app.premises.wiring import Facts
from scafld.core.names import TaskId, receipt_path
from scafld.core.proof.signers.trust import NotTrustedKeys, TrustedKeys, read_trusted_keys
from scafld.core.refusal import Unavailable

RECEIPT = receipt_path(TaskId("a"))
GOVERNED = (".scafld/trusted-keys.json", ".scafld/config.yaml")


def facts(root: str, environ: Mapping[str, str], key_folder: Callable[[], str]) -> Facts:
    """Everything at once. No key is made, and nothing is written."""
    place, git = find(os.fsencode(root)), git_binary(environ)
    asked = None if place is None or git is None else in_head(place, git, environ)
    top = root if place is None else top_of(place)
    prefix = "" if place is None else os.fsdecode(place.prefix)
    content = keys_content(root)
    keys, problem = _keys(content)
    owners, text = owners_file(top)
    governed = (*(prefix + path for path in GOVERNED), *LANES)
    return Facts(
        lanes=lanes(top),
        keys=keys,
        keys_problem=problem,
        keys_committed=None if asked is None else asked.has(KEYS, content),
        host_key=_host_key(key_folder),
        receipts_ignored=None if asked is None else asked.ignores(RECEIPT),
        owners=owners,
        unowned=tuple(path for path in governed if not has_owner(text, path)) if owners else (),
    )


# Private.


def _keys(content: bytes | None) -> tuple[TrustedKeys, str]:
    if content is None:
        return TrustedKeys(keys=()), ""
    try:
        return read_trusted_keys(content), ""
    except NotTrustedKeys as error:
        return TrustedKeys(keys=()), str(error)


def _host_key(key_folder: Callable[[], str]) -> str:
    """The id of the key that this host signs with, "" while there is none, or no place for one."""
    try:
        folder = key_folder()
    except Unavailable:
        return ""
    found = HostKeys(folder).find()
    return "" if found is None else found.key_id
