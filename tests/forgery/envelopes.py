"""Files that are no receipt, and keys that are not to be believed."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from tests.forgery.forger import IN_TOTO, KEYS, RECEIPT, TASK, Hand, coded, compact, own_key, signature
from tests.forgery.rows import does, ends, wrapped


def twice(hand: Hand) -> None:
    """A second payload after the first, for a reader that takes the last."""
    text = hand.read(RECEIPT).rstrip().rstrip("}")
    hand.write(RECEIPT, f'{text},"payload":"{coded(b"{}")}"}}')


def twice_inside(hand: Hand) -> None:
    """A member twice in what is signed, by the trusted key."""
    body = compact(hand.statement())[:-1] + b',"_type":"https://in-toto.io/Statement/v1"}'
    told = {"payload": coded(body), "payloadType": IN_TOTO, "signatures": [signature(hand.host_key, body, IN_TOTO)]}
    hand.write(RECEIPT, json.dumps(told))


def spaced_inside(hand: Hand) -> None:
    """The same statement, spaced anew, under the old signature."""
    body = json.dumps(hand.statement(), indent=1).encode()
    hand.envelope(lambda told: told.update(payload=coded(body)))


def signed_as_another_type(hand: Hand) -> None:
    hand.retold(lambda told: None, kind="application/json")
    hand.envelope(lambda told: told.update(payloadType=IN_TOTO))


def flipped(told: Any) -> None:
    sig = told["signatures"][0]["sig"]
    told["signatures"][0]["sig"] = ("B" if sig[0] == "A" else "A") + sig[1:]


def linked(hand: Hand) -> None:
    """To one that is kept where no commit will have it."""
    os.rename(hand.path(RECEIPT), hand.shelf / "kept")
    hand.path(RECEIPT).symlink_to(hand.shelf / "kept")


UNSIGNED = "no trusted key signed"
ENVELOPES = (
    does("nothing at all", lambda hand: hand.write(RECEIPT, ""), "it is no receipt"),
    does("cut in half", lambda hand: hand.write(RECEIPT, hand.read(RECEIPT)[:2000]), "it is no receipt"),
    does("cut by a byte", lambda hand: hand.write(RECEIPT, hand.read(RECEIPT).rstrip()[:-1]), "it is no receipt"),
    does("something behind it", lambda hand: hand.append(RECEIPT, "{}"), "it is no receipt"),
    does("a mark before it", lambda hand: hand.write(RECEIPT, "\ufeff" + hand.read(RECEIPT)), "byte order mark"),
    does("no text", lambda hand: hand.write(RECEIPT, b"\xff\xfe\x00"), "not UTF-8"),
    does("100 MB", lambda hand: hand.write(RECEIPT, b" " * 100_000_000), "the most is"),
    does("nested deeply", lambda hand: hand.write(RECEIPT, "[" * 200_000), "it is no receipt"),
    does("a payload twice", twice, "stands there twice"),
    does("a member twice in the payload", twice_inside, "stands there twice"),
    does("the payload spaced anew", spaced_inside, UNSIGNED),
    wrapped("a member more in the envelope", lambda told: told.update(note="fine"), "which no envelope has"),
    wrapped("a member less in the envelope", lambda told: told.pop("payloadType"), "lacks payloadType"),
    wrapped("another type of payload", lambda told: told.update(payloadType="text/plain"), "the payload is"),
    does("signed as another type", signed_as_another_type, UNSIGNED),
    wrapped("no signature", lambda told: told.update(signatures=[]), "nobody signed it"),
    wrapped("a signature of noughts", lambda told: told["signatures"][0].update(sig="A" * 86 + "=="), UNSIGNED),
    wrapped("a signature with one bit less", flipped, UNSIGNED),
    wrapped("a thousand signatures", lambda told: told.update(signatures=told["signatures"] * 1000), "the most is 32"),
    wrapped("base64 without its padding", lambda told: told.update(payload=told["payload"].rstrip("=")[:-1]), "base64"),
    does("signed by a key that nobody trusts", lambda hand: hand.resigned(), UNSIGNED),
    does(
        "signed by a key that calls itself the trusted one",
        lambda hand: hand.resigned(keyid=json.loads(hand.read(KEYS))["keys"][0]["key_id"]),
        UNSIGNED,
    ),
    does("a link to a receipt", linked, "there is no receipt"),
    does(
        "a folder in its place",
        lambda hand: (hand.path(RECEIPT).unlink(), hand.path(RECEIPT).mkdir()),
        "there is no receipt of add-y",
    ),
)


# Keys.


def with_own_key(hand: Hand, **fields: object) -> None:
    """The forger's key beside the trusted one, and a receipt of its making."""
    from scafld.core.proof.signers.ed25519 import key_id_of

    raw = own_key().public_key().public_bytes_raw()
    told = json.loads(hand.read(KEYS))
    told["keys"].append(
        {"key_id": key_id_of(raw), "alg": "ed25519", "public_key": coded(raw), "roles": ["mint"]} | fields
    )
    hand.write(KEYS, json.dumps(told))
    hand.resigned()


def small_order(hand: Hand) -> None:
    """A key under which one signature holds for any message."""
    with_own_key(hand, public_key=coded(b"\x01" + b"\0" * 31))


def loose(hand: Hand, name: str, mode: int) -> None:
    """A copy of the key with other permissions."""
    own = copied_key(hand)
    (own / name).chmod(mode)


def copied_key(hand: Hand) -> Path:
    own = hand.shelf / "own" / "keys"
    shutil.copytree(Path(hand.environ["SCAFLD_CONFIG_HOME"]) / "keys", own)
    own.chmod(0o700)
    return own


def moved_key(hand: Hand) -> None:
    key = copied_key(hand) / "host-ed25519.pem"
    key.rename(hand.shelf / "stolen.pem")
    key.symlink_to(hand.shelf / "stolen.pem")


KEY_ROWS = (
    does("no keys at all", lambda hand: hand.path(KEYS).unlink(), UNSIGNED),
    does("a list of keys that is empty", lambda hand: hand.write(KEYS, '{"version":1,"keys":[]}'), UNSIGNED),
    does("a list of keys that is broken", lambda hand: hand.write(KEYS, "{"), "cannot be believed"),
    does("a key that was revoked", lambda hand: hand.keys(revoked_at="2020-01-01T00:00:00Z"), "was revoked"),
    does("a key that expired", lambda hand: hand.keys(expires_at="2020-01-01T00:00:00Z"), "expired"),
    does("a key for later", lambda hand: hand.keys(not_before="2999-01-01T00:00:00Z"), "counts from"),
    does("a key of another role", lambda hand: hand.keys(roles=["approve"]), "cannot be believed"),
    does("a key with a member more", lambda hand: hand.keys(trusted=True), "cannot be believed"),
    does(
        "a key under another's name",
        lambda hand: with_own_key(hand, key_id="ed25519:" + "A" * 43),
        "cannot be believed",
    ),
    does("a key of small order", small_order, "cannot be believed"),
    does("a key that counted once", lambda hand: with_own_key(hand, expires_at="2020-01-01T00:00:00Z"), "expired"),
    does(
        "a clock set back to when a key counted",
        lambda hand: (
            hand.keys(expires_at="2021-01-01T00:00:00Z"),
            hand.retold(lambda told: told["predicate"].update(mintedAt="2020-06-01T00:00:00.000Z")),
        ),
        "older than what it tells of",
    ),
    ends(
        "a key that others can read",
        lambda hand: loose(hand, "host-ed25519.pem", 0o644),
        "is open to others",
        more=lambda hand: {"SCAFLD_CONFIG_HOME": str(hand.shelf / "own")},
    ),
    ends(
        "a folder of keys that others can write to",
        lambda hand: loose(hand, "", 0o777),
        "is open to others",
        more=lambda hand: {"SCAFLD_CONFIG_HOME": str(hand.shelf / "own")},
    ),
    ends(
        "a key that is a link",
        moved_key,
        "host-ed25519.pem",
        more=lambda hand: {"SCAFLD_CONFIG_HOME": str(hand.shelf / "own")},
    ),
    does(
        "completed with another host's key",
        lambda hand: hand.done("complete", TASK, SCAFLD_CONFIG_HOME=str(hand.shelf / "other")),
        UNSIGNED,
        stage="reviewed",
    ),
)
