"""Signatures on the command line: made now, brought along, or what is to be signed printed as it is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scafld.adapters.cli.call import Call
from scafld.adapters.cli.reply import Reply
from scafld.core.refusal import Misused, Unavailable

if TYPE_CHECKING:
    from scafld.core.proof.spoken.hand import Hand

OPTIONS = ("sign", "signature", "print_consent")


def hand_of(call: Call) -> Hand | None:
    """How the signature comes in that goes with this command, None for none. Misused for two ways at once."""
    given = [name for name in OPTIONS if name in call.given]
    if len(given) > 1:
        flags = " and ".join(f"--{name.replace('_', '-')}" for name in given)
        raise Misused(f"{flags} do not go together", next=_helping(call))
    for name in given:
        if name != "print_consent" and not call.text(name):
            raise Misused(f"--{name} needs a file; it is empty", next=_helping(call))
    from scafld.core.proof.spoken.hand import Armored, ByKey

    if call.text("sign"):
        return ByKey(path=os.path.join(call.cwd, call.text("sign")))
    return Armored(text=_read(call)) if call.text("signature") else None


def printed(call: Call, message: bytes) -> Reply:
    """Exactly the bytes to sign on stdout, and nothing else."""
    return Reply(result={"task_id": call.text("task"), "consent": message.decode("utf-8")}, exact=message)


# Private.


def _read(call: Call) -> str:
    """A signature file. Misused when it is far too large to be one, Unavailable when it cannot be read."""
    from scafld.core.proof.signers.sshsig import LARGEST

    named = call.text("signature")
    try:
        with open(os.path.join(call.cwd, named), "rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise Unavailable(f"{named} cannot be read: {error.strerror or error}") from error
    if len(content) > LARGEST:
        raise Misused(f"{named} holds more than {LARGEST} bytes; that is no signature")
    return content.decode("utf-8", "replace")


def _helping(call: Call) -> str:
    name = next((name for name in ("human_reviewed", "dismiss") if name in call.given), "")
    return f"scafld {'review' if name else 'build' if 'criterion' in call.given else 'approve'} --help"
