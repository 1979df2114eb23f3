"""The whole way in, with real keys: what a forger who holds everything but a trusted key does, and where it stops."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest

import scafld.core.proof
from scafld.adapters.signing.host_key import HostKey, HostKeys, holds
from scafld.adapters.signing.ssh_signature import sign, signer_of
from scafld.core.digest import canonical
from scafld.core.moments import later
from scafld.core.names import Digest
from scafld.core.policy import Approving, Proof
from scafld.core.proof.demands import shortfalls
from scafld.core.proof.dsse import IN_TOTO, Envelope, NotAnEnvelope, signed, write_envelope
from scafld.core.proof.receipt import ProvenBy, Receipt, SignatureProof
from scafld.core.proof.signers.ssh_key import read_ssh_key
from scafld.core.proof.signers.trust import (
    Role,
    TrustedKeys,
    read_trusted_keys,
    trusted_ed25519,
    trusted_ssh,
    write_trusted_keys,
)
from scafld.core.proof.spoken.consent import NAMESPACE
from scafld.core.proof.statement import NotAReceipt, payload_of, statement_of
from scafld.core.proof.witnessing import ahead_of, claims_of, open_receipt
from scafld.core.value import changed
from tests.core.proof.conftest import Proofs

P = Proofs()
SIGNED = Proof(approval=Approving.SIGNED)
Hand = Callable[..., Receipt]


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> HostKey:
    """A key that nobody trusts."""
    return HostKeys(str(tmp_path_factory.mktemp("stranger") / "keys")).current()


@pytest.fixture(scope="session")
def trusted(host: HostKey, key_of: Callable[[str], Path]) -> TrustedKeys:
    """The host's key and one person's, as they come out of the file."""
    person = read_ssh_key(Path(f"{key_of('ed25519')}.pub").read_text(encoding="ascii"))
    keys = (trusted_ed25519(host.public, (Role.MINT,)), trusted_ssh(person, (Role.APPROVE,), owner="anna"))
    return read_trusted_keys(write_trusted_keys(TrustedKeys(keys=keys)))


@pytest.fixture(scope="session")
def approved(key_of: Callable[[str], Path], environ: dict[str, str]) -> Hand:
    """The receipt with an approval that this kind of key really signed."""

    def made(receipt: Receipt, kind: str = "ed25519", namespace: str = NAMESPACE) -> Receipt:
        asking = changed(receipt, approval=P.approval(P.signature()))
        (claim,) = claims_of(asking)
        armored = sign(str(key_of(kind)), claim.consent.message, namespace, environ=environ)
        return changed(asking, approval=P.approval(SignatureProof(key_id="", signature=armored)))

    return made


def sealed(receipt: Receipt, *keys: HostKey, kind: str = IN_TOTO) -> bytes:
    return enveloped(payload_of(receipt), *keys, kind=kind)


def enveloped(payload: bytes, *keys: HostKey, kind: str = IN_TOTO) -> bytes:
    envelope = Envelope(payload=payload, payload_type=kind, signatures=())
    for key in keys:
        envelope = signed(envelope, key.key_id, key.sign(envelope.message))
    return write_envelope(envelope)


def told(content: bytes, trusted: TrustedKeys, policy: Proof = SIGNED) -> tuple[str, ...]:
    """Everything that is wrong with it, by the way that the package's own docstring shows."""
    try:
        receipt, seen = open_receipt(content, trusted, holds, signer_of)
    except NotAReceipt as error:
        return error.problems
    except NotAnEnvelope as error:
        return (str(error),)
    return shortfalls(receipt, policy, seen)


def test_an_honest_receipt_passes(host: HostKey, trusted: TrustedKeys, approved: Hand) -> None:
    """Minted by a trusted key, approved by a trusted person."""
    assert told(sealed(approved(P.receipt()), host), trusted) == ()


def test_a_stranger_who_signs_beside_changes_nothing(
    host: HostKey, stranger: HostKey, trusted: TrustedKeys, approved: Hand
) -> None:
    """In either order."""
    receipt = approved(P.receipt())

    assert told(sealed(receipt, stranger, host), trusted) == told(sealed(receipt, host, stranger), trusted) == ()


def test_the_way_in_is_as_the_package_shows_it() -> None:
    """Every line of its docstring is one of Python, and every name in it is there."""
    lines = [line.strip() for line in (scafld.core.proof.__doc__ or "").splitlines() if line.startswith("    ")]
    imports = [line for line in lines if line.startswith("from ")]

    names: dict[str, object] = {}
    exec("\n".join(imports), names)
    compile("\n".join(lines), "docstring", "exec")

    assert {"holds", "signer_of", "Proof", "shortfalls", "read_trusted_keys", "open_receipt"} <= names.keys()


def test_forged_by_a_stranger(stranger: HostKey, trusted: TrustedKeys, approved: Hand) -> None:
    """Signed by a key of their own, under the trusted key's name."""
    content = json.loads(sealed(approved(P.receipt()), stranger))
    content["signatures"][0]["keyid"] = trusted.keys[0].key_id

    assert told(json.dumps(content).encode(), trusted) == ("no trusted key signed this receipt",)


def test_forged_payload_under_an_old_signature(host: HostKey, trusted: TrustedKeys, approved: Hand) -> None:
    """The file of an honest receipt, its payload exchanged."""
    content = json.loads(sealed(approved(P.receipt()), host))
    other = approved(P.receipt(title="Something else"))
    content["payload"] = base64.b64encode(payload_of(other)).decode()

    assert told(json.dumps(content).encode(), trusted) == ("no trusted key signed this receipt",)


def test_forged_by_another_payload_type(host: HostKey, trusted: TrustedKeys, approved: Hand) -> None:
    """What the host signed as something else is no receipt, whatever its bytes say."""
    content = sealed(approved(P.receipt()), host, kind="text/plain")

    assert told(content, trusted) == ("the payload is 'text/plain' and not application/vnd.in-toto+json",)


def test_forged_by_the_host_itself(host: HostKey, trusted: TrustedKeys) -> None:
    """Who runs as the user can mint, and cannot approve: there is no person's signature."""
    assert told(sealed(P.receipt(), host), trusted) == ("approval: 0 of 1 signed approvals",)


def test_a_claim_of_a_signature_that_is_not_there(host: HostKey, trusted: TrustedKeys) -> None:
    """`provenBy` is no proof; the minting side refuses to write it, and the reading side to read it."""
    claimed = P.receipt(approval=P.approval(proven_by=ProvenBy.SIGNATURE))
    content = enveloped(canonical(statement_of(claimed)), host)

    assert told(content, trusted) == ("approval: it is proven by signature and bears 0 signatures",)
    with pytest.raises(NotAReceipt):
        payload_of(claimed)


def test_an_approval_that_was_copied(host: HostKey, trusted: TrustedKeys, approved: Hand) -> None:
    """From the receipt of another contract."""
    other = Digest("1" * 64)
    copied = changed(approved(P.receipt()).approval, contract=other)
    forged = P.receipt(contract=other, approval=copied, review=P.review(contract=other))

    assert told(sealed(forged, host), trusted) == (
        "approval: a signature does not hold: it is not one of this key over these bytes",
        "approval: 0 of 1 signed approvals",
    )


def test_an_approval_that_was_given_for_a_commit(host: HostKey, trusted: TrustedKeys, approved: Hand) -> None:
    """The same key, the same bytes, in git's namespace."""
    (first, second) = told(sealed(approved(P.receipt(), namespace="git"), host), trusted)

    assert "it was made for 'git' and not for 'scafld-approve'" in first
    assert second == "approval: 0 of 1 signed approvals"


def test_an_approval_by_somebody_else(host: HostKey, trusted: TrustedKeys, approved: Hand) -> None:
    """A real signature of a real key that nobody trusts."""
    (first, second) = told(sealed(approved(P.receipt(), "another-ed25519"), host), trusted)

    assert first.endswith("is not trusted here")
    assert second == "approval: 0 of 1 signed approvals"


def test_an_approval_with_another_reason(host: HostKey, trusted: TrustedKeys, approved: Hand) -> None:
    """The reason is signed too."""
    receipt = approved(P.receipt())
    reworded = changed(receipt, approval=changed(receipt.approval, reason="they said yes to everything"))

    assert "approval: a signature does not hold" in told(sealed(reworded, host), trusted)[0]


def test_a_signature_that_is_no_signature(host: HostKey, trusted: TrustedKeys) -> None:
    """Words in its place."""
    claimed = P.receipt(approval=P.approval(P.signature(text="approved by anna")))

    assert "it does not stand between -----BEGIN SSH SIGNATURE-----" in told(sealed(claimed, host), trusted)[0]


def test_every_fault_of_a_bad_receipt_is_told(stranger: HostKey, trusted: TrustedKeys) -> None:
    """Although no trusted key signed it, what else is wrong is said in the same breath."""
    content = sealed(P.receipt(review=P.by_person(), overrides=(P.override(),)), stranger)

    assert told(content, trusted) == (
        "no trusted key signed this receipt",
        "a person took the reviewer's place (read it twice), and no trusted key signed for it",
        "approval: 0 of 1 signed approvals",
    )


def test_a_receipt_of_tomorrow_is_told() -> None:
    """A clock that is a little ahead is none; one that is set ahead is."""
    receipt = P.receipt()

    assert ahead_of(receipt, later(P.now, -300)) == ""
    assert "it says that it was minted at 2026-01-31T12:00:00.000Z" in ahead_of(receipt, later(P.now, -301))


def test_a_thousand_files_are_minted_and_read_at_once(host: HostKey, trusted: TrustedKeys, approved: Hand) -> None:
    """Half a second to mint, a second to read: far less in truth, so that a busy machine keeps it too."""
    files = tuple(P.file(f"src/file{number:04}.py") for number in range(1000))
    receipt = approved(P.receipt(material=P.material(*files)))

    started = perf_counter()
    content = sealed(receipt, host)
    minted = perf_counter()
    problems = told(content, trusted)
    read = perf_counter()

    assert problems == ()
    assert (minted - started < 0.5, read - minted < 1.0) == (True, True), (minted - started, read - minted)
