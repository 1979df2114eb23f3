"""`verify --self-check`: what is wired is told, each gap with what to do, and only `required` makes a gap a no."""

from __future__ import annotations

from typing import Any

import pytest

from scafld.app.premises.wiring import UNSEEN, Facts, Lane, Point, SelfCheck, Standing, Wired
from scafld.core.names import Moment
from scafld.core.policy import Approving, Carried, Proof, Wiring
from scafld.core.proof.signers.ed25519 import key_id_of
from scafld.core.proof.signers.trust import Role, TrustedKey, TrustedKeys, trusted_ed25519
from scafld.core.value import changed
from scafld.testing import workspace

NOW = Moment("2026-06-01T00:00:00.000Z")
BEFORE, AFTER = Moment("2026-01-01T00:00:00.000Z"), Moment("2027-01-01T00:00:00.000Z")
OURS = bytes(range(32))
REQUIRED, ADVISORY, LOCAL = (Proof(wiring=wiring) for wiring in (Wiring.REQUIRED, Wiring.ADVISORY, Wiring.LOCAL))
LANES = ("w/a.yml", "w/b.yml")


def key(raw: bytes = OURS, **fields: object) -> TrustedKey:
    return trusted_ed25519(raw, (Role.MINT,), **fields)


WELL = Facts(
    lanes=tuple(Lane(path=path, standing=Standing.CURRENT) for path in LANES),
    keys=TrustedKeys(keys=(key(),)),
    keys_committed=True,
    host_key=key_id_of(OURS),
    receipts_ignored=False,
    owners="CODEOWNERS",
)


def wired(proof: Proof = REQUIRED, **fields: object) -> Wired:
    return SelfCheck(facts=lambda: changed(WELL, **fields), proof=proof, now=lambda: NOW)()


def lanes(standing: Standing, *unpinned: str) -> tuple[Lane, ...]:
    return (Lane(path=LANES[0], standing=standing, unpinned=unpinned), WELL.lanes[1])


def trusted(*keys: TrustedKey) -> TrustedKeys:
    return TrustedKeys(keys=keys)


def test_where_all_is_as_it_should_be_it_holds() -> None:
    """And each point is told all the same."""
    found = wired()

    assert found.holds and found.gaps == ()
    assert [point.about for point in found.points] == [
        "proof.wiring",
        *LANES,
        ".scafld/trusted-keys.json",
        "this host",
        "proof.receipts",
        "CODEOWNERS",
        "proof.approval",
    ]


GAPS: dict[str, tuple[dict[str, Any], str, str]] = {
    "no workflow": ({"lanes": lanes(Standing.ABSENT)}, "is not there", "scafld init --ci"),
    "an old workflow": ({"lanes": lanes(Standing.OUTDATED)}, "as another scafld wrote it", "scafld update"),
    "a changed workflow": ({"lanes": lanes(Standing.CHANGED)}, "was changed since", "git log -p -- w/a.yml"),
    "somebody's workflow": ({"lanes": lanes(Standing.FOREIGN)}, "is not scafld's", "compare it with docs/ci.md"),
    "an action by a tag": ({"lanes": lanes(Standing.CURRENT, "a/b@v1")}, "that can be moved: a/b@v1", "pin each"),
    "no key": ({"keys": trusted(), "host_key": ""}, "names no key", "scafld keys trust"),
    "keys that cannot be read": ({"keys": trusted(), "keys_problem": "torn"}, "cannot be believed: torn", "git log"),
    "keys not committed": ({"keys_committed": False}, "is not as HEAD has it", "git status"),
    "a host that is not trusted": (
        {"host_key": "other"},
        "signs with other, which is not trusted",
        "scafld keys trust",
    ),
    "a revoked host": ({"keys": trusted(key(revoked_at=NOW), key(bytes(32)))}, "which is revoked", "scafld keys"),
    "only a key that ended": (
        {"keys": trusted(key(expires_at=NOW)), "host_key": ""},
        "1 may mint (expired)",
        "scafld keys trust",
    ),
    "only a key for later": (
        {"keys": trusted(key(not_before=AFTER)), "host_key": ""},
        "1 may mint (not valid yet)",
        "scafld keys trust",
    ),
    "ignored receipts": ({"receipts_ignored": True}, "git ignores .scafld/receipts/", "git check-ignore"),
    "no git": ({"receipts_ignored": None}, "there is no git here", "git init"),
    "no owners": ({"owners": ""}, "there is none", "name owners"),
    "some without owners": ({"unowned": ("x", "y")}, "leaves to anybody: x, y", "name owners"),
}


@pytest.mark.parametrize("name", GAPS)
def test_each_gap_is_a_no_where_wiring_is_required(name: str) -> None:
    """It is the only one, says what is wrong, and what to do."""
    fields, says, what = GAPS[name]

    found = wired(**fields)

    (gap,) = found.gaps
    assert says in gap.says and gap.next.startswith(what)
    assert not found.holds


@pytest.mark.parametrize("proof", [ADVISORY, LOCAL])
@pytest.mark.parametrize("name", GAPS)
def test_elsewhere_it_is_told_and_holds(name: str, proof: Proof) -> None:
    """The same words, whether it is a gap for that policy or none."""
    fields, says, _ = GAPS[name]

    found = wired(proof, **fields)

    assert found.holds
    assert any(says in point.says for point in found.points)


def test_what_local_does_not_ask_for_is_no_gap() -> None:
    """A workflow that is not there, owners that nobody named; a missing workflow is one for advisory."""
    absent = {"lanes": lanes(Standing.ABSENT), "owners": ""}

    assert wired(LOCAL, **absent).gaps == ()
    assert [gap.about for gap in wired(ADVISORY, **absent).gaps] == [LANES[0]]


def test_keys_are_counted_by_role_and_state() -> None:
    """One that may do several things counts for each."""
    person = changed(key(bytes(32)), roles=(Role.APPROVE, Role.OVERRIDE))
    keys = trusted(key(), key(bytes([1] * 32), revoked_at=BEFORE), key(bytes([2] * 32), expires_at=AFTER), person)

    says = wired(keys=keys).points[3].says

    assert says == "1 may approve (valid), 1 may mint (revoked), 2 may mint (valid), 1 may override (valid)"


def test_a_host_without_a_key_is_no_gap() -> None:
    """It verifies, and mints nothing: CI is such a host."""
    assert wired(host_key="").gaps == ()


def test_what_cannot_be_seen_is_never_claimed() -> None:
    """Neither a protected branch nor a required review, whatever else holds."""
    found = wired()

    assert found.unseen == UNSEEN and "protected" in UNSEEN[0]
    assert [point for point in found.points if "protect" in point.says or "branch" in point.says] == []


def test_policy_is_told_as_it_is() -> None:
    """How receipts travel, and whether approvals have to be signed."""
    said = wired(Proof(receipts=Carried.NOTES, approval=Approving.SIGNED, approvals=2), receipts_ignored=True)

    assert said.points[-3] == Point(
        about="proof.receipts",
        says="notes: they travel as refs/notes/scafld, which has to be pushed and fetched by name",
    )
    assert said.points[-1].says == "signed: 2 of those who may approve have to sign"
    assert "nobody has to prove who approved" in wired().points[-1].says


def test_a_workspace_in_memory_can_be_asked() -> None:
    """By the word of the library."""
    found = workspace().self_check()

    assert found.holds and found.wiring is Wiring.LOCAL
