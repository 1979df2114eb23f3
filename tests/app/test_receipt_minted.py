"""What `complete` mints: one receipt, of all that is on record, in one step with the end."""

from __future__ import annotations

from scafld.core.digest import digest_of
from scafld.core.proof.dsse import read_envelope
from scafld.core.proof.receipt import Guarded, Independence, Waived
from scafld.core.proof.statement import read_receipt
from scafld.core.task.events import Completed, ReceiptMinted
from scafld.testing import Kit, commands, workspace

TASK = "add-cache"


def reviewed() -> Kit:
    """A task that only has to be completed."""
    kit = workspace(run=commands({"pytest -q": lambda files: 0 if "y" in files["a.py"] else 1}))
    kit.plan(TASK, title="Add a cache", command="pytest -q", files=("a.py",))
    kit.approve(TASK)
    kit.build(TASK)
    kit.tree.write("a.py", "y = 1\n")
    kit.build(TASK)
    kit.review(TASK)
    return kit


def test_the_receipt_tells_of_the_ledger_before_it() -> None:
    """Its head and its length are those of the step before; the digests on record are its own."""
    kit = reviewed()

    kit.complete(TASK)

    *before, minted, ended = kit.ledgers.entries(TASK)  # type: ignore[arg-type]
    content = kit.receipts.files[TASK]  # type: ignore[index]
    receipt = read_receipt(read_envelope(content).payload)
    assert isinstance(minted.event, ReceiptMinted)
    assert isinstance(ended.event, Completed)
    assert minted.event.receipt == digest_of(content)
    assert minted.event.payload == digest_of(read_envelope(content).payload)
    assert (receipt.ledger.entries, receipt.ledger.head) == (before[-1].seq, before[-1].digest)
    assert (receipt.minted_at, receipt.task, receipt.title) == (minted.event.minted_at, TASK, "Add a cache")
    assert [each.path for each in receipt.material.files] == ["a.py"]
    assert (receipt.guard.reviewer, receipt.review.independence) == (Guarded.CLEAN, Independence.UNKNOWN)


def test_a_person_in_the_reviewers_place_is_told_of() -> None:
    """As an override with the reason, and nobody watched."""
    kit = reviewed()
    kit.review_by_human(TASK, reason="read it twice")

    kit.complete(TASK)

    receipt = read_receipt(read_envelope(kit.receipts.files[TASK]).payload)  # type: ignore[index]
    (override,) = receipt.overrides
    assert (override.waived, override.reason) == (Waived.REVIEW, "read it twice")
    assert receipt.guard.reviewer is Guarded.UNWATCHED


def test_a_criterion_that_fails_mints_nothing() -> None:
    """There is no receipt without a completion."""
    kit = reviewed()
    kit.runner.script["pytest -q"] = 1  # type: ignore[index]

    kit.complete(TASK)

    assert (kit.receipts.kept, kit.receipts.files) == ({}, {})


def test_what_is_over_gets_no_second_receipt() -> None:
    """The first one stays, and one that went missing comes back byte for byte: by `complete`, `status` or `doctor`."""
    kit = reviewed()
    kit.complete(TASK)
    before = dict(kit.receipts.files)

    for again in (
        lambda: kit.complete(TASK),
        lambda: kit.status(TASK),
        lambda: kit.doctor(repair=True),
        lambda: kit.handoff(TASK),
    ):
        kit.receipts.files.clear()
        again()
        assert kit.receipts.files == before


def test_complete_said_again_runs_nothing() -> None:
    """It is idempotent: nothing is run, and nothing more is on record."""
    kit = reviewed()
    kit.complete(TASK)
    before, orders = kit.everything(), len(kit.runner.orders)

    again = kit.complete(TASK)

    assert (again.kind, again.ran, again.blocked) == ("completed", (), False)
    assert (kit.everything(), len(kit.runner.orders)) == (before, orders)


def test_the_doctor_names_a_receipt_that_is_another() -> None:
    """And leaves it to people."""
    kit = reviewed()
    kit.complete(TASK)
    kit.receipts.files[TASK] = b"forged"  # type: ignore[index]

    health = kit.doctor(repair=True)

    assert not health.well
    assert "is not what lies in .scafld/receipts/add-cache.dsse.json" in health.symptoms[0].what
    assert kit.receipts.files[TASK] == b"forged"  # type: ignore[index]
