"""Where only signatures approve: what counts, what never does, and who waits for whom. In memory, by every verb."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings, strategies

from scafld.adapters.memory.key_ring import key_named, key_with, signature
from scafld.adapters.memory.notary_desk import PUBLIC
from scafld.app.verify import Depth, Held, Where
from scafld.core.names import Actor, ActorKind, Digest, Moment, TaskId
from scafld.core.policy import Approving, Policy, Proof, Word
from scafld.core.proof.dsse import read_envelope
from scafld.core.proof.receipt import ProvenBy, Receipt
from scafld.core.proof.signers.trust import Role, TrustedKeys, trusted_ed25519, trusted_ssh
from scafld.core.proof.spoken.consent import to_approve, to_waive
from scafld.core.proof.spoken.hand import Armored, ByKey
from scafld.core.proof.statement import read_receipt
from scafld.core.refusal import Refusal, Refused, Unavailable
from scafld.core.task.events import ApprovalRequested, Approved, ConsentGiven, PhaseOpened
from scafld.core.value import changed
from scafld.testing import Kit, commands, fails, workspace

TASK = TaskId("add-cache")
AGENT = Actor(kind=ActorKind.UNKNOWN, name="you")
"""What an agent's process is that says it is a person: there is no terminal."""


def signed(*, approvals: int = 1, actor: Actor | None = None, strict: bool = False, **demands: object) -> Kit:
    """A drafted task where only signatures approve; `anna` and `ben` may do all, `anna2` is a second key of Anna's."""
    proof = changed(Proof(approval=Approving.SIGNED, approvals=approvals), **demands)
    script = commands({"pytest -q": lambda files: 0 if "y" in files["a.py"] else 1})
    given_actor = {} if actor is None else {"actor": actor}
    kit = workspace(run=script, policy=Policy(proof=proof), **given_actor)
    for name, owner in (("anna", "anna"), ("anna2", "anna"), ("ben", "")):
        kit.people.trust(name, owner=owner)
    kit.plan(TASK, title="Add a cache", command="pytest -q", files=("a.py",))
    if strict:
        kit.harden(TASK)
    return kit


def no(call: Callable[[], object]) -> Refusal:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.refusal


def kinds(kit: Kit) -> list[type[object]]:
    return [type(each.event) for each in kit.ledgers.entries(TASK)]


def to_review(kit: Kit) -> None:
    kit.build(TASK)
    kit.tree.write("a.py", "y = 1\n")
    kit.build(TASK)


def receipt(kit: Kit) -> Receipt:
    return read_receipt(read_envelope(kit.receipts.files[TASK]).payload)


def consent(kit: Kit, reason: str = "") -> bytes:
    return kit.to_sign.approve(TASK, reason=reason)


def test_without_a_signature_approve_only_asks() -> None:
    """The task stays a draft, its page says what it waits for and how, and nothing is built."""
    kit = signed()

    overview = kit.approve(TASK, reason="needed")

    assert (str(overview.status), str(overview.contract.binding)) == ("draft", "none")
    assert overview.contract.request is not None
    assert overview.contract.request.words == "waiting for 1 of 1 signatures"
    action = overview.next_action
    assert (action.role, action.action) == ("operator", "sign_approval")
    assert (action.command, action.then) == (
        "scafld approve add-cache --print-consent",
        "scafld approve add-cache --sign KEYFILE",
    )
    assert ApprovalRequested in kinds(kit)
    assert Approved not in kinds(kit)
    assert no(lambda: kit.build(TASK)).gate == "build"


def test_asking_twice_says_nothing_new() -> None:
    """The request that waits is the request; its words are kept."""
    kit = signed()
    kit.approve(TASK, reason="needed")
    before = kit.ledger(TASK)

    kit.approve(TASK)

    assert kit.ledger(TASK) == before


def test_a_signature_of_a_trusted_key_approves() -> None:
    """At once, in one step, and the receipt proves it to whoever trusts that key."""
    kit = signed()

    overview = kit.approve(TASK, reason="needed", by=ByKey(path="anna"))
    to_review(kit)
    kit.review(TASK)
    kit.complete(TASK)

    assert str(overview.status) == "approved"
    found = receipt(kit).approval
    assert (found.proven_by, found.reason, len(found.signatures)) == (ProvenBy.SIGNATURE, "needed", 1)
    (verified,) = kit.verify(TASK).held
    assert verified.holds, verified.faults


def test_a_signature_made_elsewhere_counts_as_much() -> None:
    """Printed, signed, handed in; the request in between changes nothing about what is signed."""
    kit = signed()
    printed = consent(kit, "needed")
    kit.approve(TASK, reason="needed")

    overview = kit.approve(TASK, by=Armored(text=signature("ben", printed)))

    assert consent(kit) == printed
    assert str(overview.status) == "approved"


def test_so_many_voices_as_are_asked_for() -> None:
    """The first signature waits for the second; two keys of one owner are one voice; then it is approved once."""
    kit = signed(approvals=2)

    first = kit.approve(TASK, by=ByKey(path="anna"))
    again = no(lambda: kit.approve(TASK, by=ByKey(path="anna2")))
    waiting = no(lambda: kit.build(TASK))
    second = kit.approve(TASK, by=ByKey(path="ben"))

    assert first.contract.request is not None
    assert first.contract.request.words == "waiting for 1 of 2 signatures"
    assert "has signed this already" in again.reason
    assert waiting.gate == "build"
    assert str(second.status) == "approved"
    (approved,) = (each.event for each in kit.ledgers.entries(TASK) if isinstance(each.event, Approved))
    signatures = [each.seq for each in kit.ledgers.entries(TASK) if isinstance(each.event, ConsentGiven)]
    assert approved.consents == tuple(signatures)
    to_review(kit)
    kit.review(TASK)
    kit.complete(TASK)
    (verified,) = kit.verify(TASK).held
    assert verified.holds, verified.faults


OTHER = Digest("b" * 64)

FORGED: dict[str, tuple[Callable[[Kit], str], str]] = {
    "for another task": (
        lambda kit: signature("anna", to_approve(TaskId("drop-cache"), contract(kit), reason="").message),
        "not one of this key over these bytes",
    ),
    "for another contract": (
        lambda kit: signature("anna", to_approve(TASK, OTHER, reason="").message),
        "not one of this key over these bytes",
    ),
    "with another reason": (
        lambda kit: signature("anna", to_approve(TASK, contract(kit), reason="because").message),
        "not one of this key over these bytes",
    ),
    "for another purpose": (
        lambda kit: signature("anna", to_waive(TASK, contract(kit), OTHER, ("review",), "").message),
        "not one of this key over these bytes",
    ),
    "in another namespace": (lambda kit: signature("anna", consent(kit), "git"), "made for 'git'"),
    "by a stranger": (lambda kit: signature("mallory", consent(kit)), "is not trusted here"),
    "that is none": (lambda _kit: "yes, I approve", "no signature"),
    "with something behind it": (lambda kit: signature("anna", consent(kit)) + "x\n", "no signature"),
    "that is empty": (lambda _kit: "", "no signature"),
}
KEYS: dict[str, tuple[dict[str, object], str]] = {
    "wrong role": ({"roles": (Role.OVERRIDE, Role.ATTEST)}, "and not approve"),
    "revoked": ({"revoked_at": Moment("2026-01-01T00:00:00.000Z")}, "was revoked"),
    "expired": ({"expires_at": Moment("2026-01-01T00:00:00.000Z")}, "expired"),
    "not yet valid": ({"not_before": Moment("2027-01-01T00:00:00.000Z")}, "counts from"),
}


def contract(kit: Kit) -> Digest:
    return kit.status(TASK).contract.digest


@pytest.mark.parametrize("name", FORGED)
def test_a_signature_that_is_no_consent_to_this(name: str) -> None:
    """Each is refused with its own word, and nothing is on record of it."""
    forge, word = FORGED[name]
    kit = signed()
    before = kit.everything()

    refusal = no(lambda: kit.approve(TASK, by=Armored(text=forge(kit))))

    assert word in refusal.reason
    assert contract(kit)[:12] in refusal.expected
    assert kit.everything() == before


@pytest.mark.parametrize("name", KEYS)
def test_a_key_that_does_not_count(name: str) -> None:
    """For its role, or at this moment."""
    fields, word = KEYS[name]
    kit = signed()
    kit.people.trust("carl", **fields)  # type: ignore[arg-type]

    refusal = no(lambda: kit.approve(TASK, by=ByKey(path="carl")))

    assert word in refusal.reason
    assert Approved not in kinds(kit)


def test_what_was_printed_before_the_contract_changed_is_void() -> None:
    """And so is every signature that was collected under the old one."""
    kit = signed(approvals=2)
    printed = consent(kit)
    kit.approve(TASK, by=ByKey(path="anna"))
    kit.specs.edit(TASK, lambda text: text.replace("# Add a cache", "# Add a small cache", 1))

    refusal = no(lambda: kit.approve(TASK, by=Armored(text=signature("ben", printed))))
    overview = kit.approve(TASK, by=ByKey(path="ben"))

    assert "if one changed, print it again" in refusal.evidence[0]
    assert str(overview.status) == "draft"
    assert overview.contract.request is not None
    assert overview.contract.request.voices == (f"key {key_named('ben').fingerprint}",)


def test_an_approval_of_an_earlier_contract_is_not_replayed() -> None:
    """Approved, changed, changed back: the old signature is over the same words, but the new contract waits."""
    kit = signed()
    printed = consent(kit)
    kit.approve(TASK, by=Armored(text=signature("anna", printed)))
    kit.build(TASK)
    kit.specs.edit(TASK, lambda text: text.replace("# Add a cache", "# Add a small cache", 1))

    refusal = no(lambda: kit.approve(TASK, by=Armored(text=signature("anna", printed))))

    assert "does not count" in refusal.reason
    assert no(lambda: kit.build(TASK)).gate == "build"


def test_only_those_who_are_named() -> None:
    """`proof.approvers` names owners or keys."""
    kit = signed(approvers=("anna",))

    refusal = no(lambda: kit.approve(TASK, by=ByKey(path="ben")))

    assert "may not approve here" in refusal.reason
    assert str(kit.approve(TASK, by=ByKey(path="anna2")).status) == "approved"


def test_who_mints_does_not_approve() -> None:
    """The key that this host mints with, in the dress of an SSH key; without separation it may."""
    ours = key_with(PUBLIC)

    for separation in (True, False):
        kit = signed(separation=separation)
        key = changed(kit.people.trust("dora"), public_key=ours.line)
        kit.people.trusted = TrustedKeys(
            keys=tuple(key if each.key_id == key.key_id else each for each in kit.people.trusted.keys)
        )
        if separation:
            assert "who mints does not approve" in no(lambda: kit.approve(TASK, by=ByKey(path="dora"))).reason  # noqa: B023
        else:
            assert str(kit.approve(TASK, by=ByKey(path="dora")).status) == "approved"


def test_a_key_that_is_taken_away_takes_its_approval_along() -> None:
    """The gate looks at the signature each time, not at what the ledger says of it."""
    kit = signed()
    kit.approve(TASK, by=ByKey(path="anna"))
    kit.people.trusted = TrustedKeys(keys=(trusted_ed25519(PUBLIC, (Role.MINT,)),))

    refusal = no(lambda: kit.build(TASK))

    assert "0 of 1 signed approvals" in refusal.reason
    assert refusal.next == "scafld approve add-cache --print-consent"


def test_completion_counts_the_signatures_again() -> None:
    """A key that is taken away while the work went on opens nothing at its end either."""
    kit = signed()
    kit.approve(TASK, by=ByKey(path="anna"))
    to_review(kit)
    kit.review(TASK)
    kit.people.trusted = TrustedKeys(keys=(trusted_ed25519(PUBLIC, (Role.MINT,)),))

    refusal = no(lambda: kit.complete(TASK))

    assert (refusal.gate, TASK in kit.receipts.files) == ("complete", False)
    assert "0 of 1 signed approvals" in refusal.reason


def test_two_keys_of_one_owner_are_one_voice_at_the_gate_too() -> None:
    """Even where the ledger has signatures of both, because they were two people when they signed."""
    kit = signed(approvals=2)
    kit.people.trust("anna2", owner="")
    kit.approve(TASK, by=ByKey(path="anna"))
    kit.approve(TASK, by=ByKey(path="anna2"))
    kit.people.trust("anna2", owner="anna")

    refusal = no(lambda: kit.build(TASK))

    assert "1 of 2 signed approvals" in refusal.reason


def test_an_approval_that_nobody_signed_does_not_build_once_signatures_are_asked_for() -> None:
    """The configuration said `open` for a moment: what was approved then is signed before anything is built."""
    kit = signed()
    verb = kit._ports.approve()
    changed(verb, policy=Policy())(TASK, "")

    refusal = no(lambda: kit.build(TASK))
    overview = kit.approve(TASK, by=ByKey(path="anna"))

    assert "the approval does not count" in refusal.reason
    assert str(overview.status) == "approved"
    assert PhaseOpened not in kinds(kit)
    kit.build(TASK)


def test_quick_approves_nothing_here() -> None:
    """It is refused before anything is written."""
    kit = signed()
    before = kit.everything()

    refusal = no(lambda: kit.quick("fix-typo", title="Fix it", command="pytest -q"))

    assert refusal.next == "scafld plan fix-typo"
    assert kit.everything() == before


def test_an_agent_without_the_key_gets_nowhere() -> None:
    """Whatever it says of itself: it cannot approve, review in a person's place, dismiss, or vouch."""
    kit = signed(actor=AGENT)
    kit.approve(TASK, reason="I am a person")
    assert no(lambda: kit.build(TASK)).gate == "build"
    with pytest.raises(Unavailable, match="nobody here has the key"):
        kit.approve(TASK, by=ByKey(path="mallory"))
    kit.approve(TASK, by=Armored(text=signature("anna", consent(kit))))
    to_review(kit)

    assert "only when a trusted key signed it" in no(lambda: kit.review_by_human(TASK, reason="read it")).reason


def test_a_person_in_the_reviewers_place_signs() -> None:
    """The receipt proves it, and verify believes it."""
    kit = signed()
    kit.approve(TASK, by=ByKey(path="anna"))
    to_review(kit)
    printed = kit.to_sign.review_by_human(TASK, reason="read it")

    kit.review_by_human(TASK, reason="read it", by=Armored(text=signature("ben", printed)))
    kit.complete(TASK)

    (override,) = receipt(kit).overrides
    assert override.proven_by is ProvenBy.SIGNATURE
    (verified,) = kit.verify(TASK).held
    assert verified.holds, verified.faults


def test_a_review_that_was_signed_before_the_change_moved_is_refused() -> None:
    """What is signed names the material."""
    kit = signed()
    kit.approve(TASK, by=ByKey(path="anna"))
    to_review(kit)
    printed = kit.to_sign.review_by_human(TASK, reason="read it")
    kit.tree.write("a.py", "y = 2\n")

    refusal = no(lambda: kit.review_by_human(TASK, reason="read it", by=Armored(text=signature("ben", printed))))

    assert "not one of this key over these bytes" in refusal.reason
    assert "material" in refusal.expected


def test_what_is_never_accepted_is_refused_at_the_act() -> None:
    """With a signature or without, whatever approvals need."""
    for approval in Approving:
        kit = signed(approval=approval, human_review=Word.NEVER)
        kit.approve(TASK, by=ByKey(path="anna"))
        to_review(kit)

        for by in (None, ByKey(path="ben")):
            refusal = no(lambda: kit.review_by_human(TASK, reason="read it", by=by))  # noqa: B023
            assert "is never accepted here" in refusal.reason


def test_an_approval_that_sets_something_aside_takes_both_roles() -> None:
    """One sentence names what is set aside; who may not override leaves it waiting for somebody who may."""
    kit = signed(strict=True)
    kit.people.trust("carl", roles=(Role.APPROVE,))

    first = kit.approve(TASK, reason="no time", by=ByKey(path="carl"))
    second = kit.approve(TASK, by=ByKey(path="ben"))

    assert b'"waived":["round-1 is open"]' in consent(kit)
    assert first.contract.request is not None
    assert first.contract.request.words == "waiting for the signature of somebody who may override"
    assert str(second.status) == "approved"
    to_review(kit)
    kit.review(TASK)
    kit.complete(TASK)
    found = receipt(kit)
    assert (len(found.approval.signatures), len(found.overrides[0].signatures)) == (2, 1)
    (verified,) = kit.verify(TASK).held
    assert verified.holds, verified.faults


def test_a_waiver_that_is_never_accepted_is_not_asked_for() -> None:
    """An approval despite an open round, where nothing is waived."""
    kit = signed(strict=True, waivers=Word.NEVER)

    refusal = no(lambda: kit.approve(TASK, reason="no time", by=ByKey(path="anna")))

    assert "proof.waivers: never" in refusal.expected
    assert ApprovalRequested not in kinds(kit)


def test_words_that_are_signed_stay_as_they_are() -> None:
    """Another reason would make another sentence of it, under the name of who signed."""
    kit = signed(approvals=2)
    kit.approve(TASK, reason="needed", by=ByKey(path="anna"))

    refusal = no(lambda: kit.approve(TASK, reason="harmless", by=ByKey(path="ben")))

    assert "has signed this approval with another reason" in refusal.reason
    assert str(kit.approve(TASK, reason="needed", by=ByKey(path="ben")).status) == "approved"


def test_under_open_a_signature_is_welcome_and_not_needed() -> None:
    """With it the receipt shows who approved; without it, it says plainly that nobody did."""
    for by, proven in ((ByKey(path="anna"), ProvenBy.SIGNATURE), (None, ProvenBy.NOBODY)):
        kit = signed(approval=Approving.OPEN)
        kit.approve(TASK, by=by)
        to_review(kit)
        kit.review(TASK)
        kit.complete(TASK)

        (verified,) = kit.verify(TASK).held
        assert verified.holds, verified.faults
        assert receipt(kit).approval.proven_by is proven
        assert ("nobody proved who approved" in verified.notices) is (by is None)


def test_a_signature_is_added_to_an_approval_that_stands() -> None:
    """Under open too; the same voice is not counted twice."""
    kit = signed(approval=Approving.OPEN)
    kit.approve(TASK, reason="needed")

    kit.approve(TASK, by=ByKey(path="anna"))
    again = no(lambda: kit.approve(TASK, by=ByKey(path="anna2")))
    kit.approve(TASK, by=ByKey(path="ben"))

    assert "has signed this already" in again.reason
    assert kinds(kit).count(Approved) == 1
    assert kinds(kit).count(ConsentGiven) == 2


ACTS = ("request", "anna", "anna2", "ben", "carl", "forge", "reword", "build", "revoke")


@settings(deadline=None)
@given(strategies.lists(strategies.sampled_from(ACTS), max_size=12), strategies.integers(1, 3))
def test_no_build_without_enough_voices(acts: list[str], approvals: int) -> None:
    """Whatever is done in whatever order: a phase opens only on so many different voices over the contract as it is."""
    kit = signed(approvals=approvals)
    kit.people.trust("carl", roles=(Role.ATTEST,))
    voices: dict[Digest, set[str]] = {}
    for act in acts:
        before = contract(kit)
        try:
            if act == "request":
                kit.approve(TASK)
            elif act == "build":
                kit.build(TASK)
                assert len(voices.get(before, set())) >= approvals
            elif act == "forge":
                kit.approve(TASK, by=Armored(text=signature("ben", b"anything")))
            elif act == "reword":
                kit.specs.edit(TASK, lambda text: text.replace("# Add a", "# Add a new", 1))
            elif act == "revoke":
                ben = trusted_ssh(key_named("ben"), (Role.APPROVE,))
                kit.people.trusted = TrustedKeys(
                    keys=tuple(each for each in kit.people.trusted.keys if each.key_id != ben.key_id)
                )
                voices = {each: found - {"ben"} for each, found in voices.items()}
            else:
                kit.approve(TASK, by=ByKey(path=act))
                voices.setdefault(before, set()).add(act.removesuffix("2"))
        except Refused:
            continue


def with_manual(name: str, **demands: object) -> tuple[Kit, Digest]:
    """A task at work whose only other criterion is manual and has this name; and what somebody looked at."""
    kit = signed(**demands)  # type: ignore[arg-type]
    kit.specs.edit(TASK, lambda text: text.replace("- [ ] `ac1`", MANUAL.format(name=name) + "- [ ] `ac1`", 1))
    assert kit.status(TASK).criteria[0].id == name
    kit.approve(TASK, by=ByKey(path="anna"))
    kit.build(TASK)
    kit.tree.write("a.py", "y = 1\n")
    kit.build(TASK)
    return kit, Digest("c" * 64)


MANUAL = """- [ ] `{name}` manual - The page is blue
  - Expected kind: `manual`
"""


def test_a_word_for_a_manual_criterion_is_signed_where_that_is_asked() -> None:
    """A pass takes the signature; a fail takes none, and cannot be signed."""
    kit, seen = with_manual("blue", manual_evidence=Word.SIGNED)
    said = {"reason": "it is blue", "evidence": seen}

    refusal = no(lambda: kit.attest(TASK, "blue", passed=True, **said))
    signed_fail = no(lambda: kit.attest(TASK, "blue", passed=False, **said, by=ByKey(path="ben")))
    printed_fail = no(lambda: kit.to_sign.attest(TASK, "blue", passed=False, **said))
    kit.attest(TASK, "blue", passed=False, **said)
    printed = kit.to_sign.attest(TASK, "blue", passed=True, **said)
    kit.attest(TASK, "blue", passed=True, **said, by=Armored(text=signature("ben", printed)))
    kit.build(TASK)
    kit.review(TASK)
    kit.complete(TASK)

    assert "only when a trusted key signed it" in refusal.reason
    assert signed_fail.reason == printed_fail.reason == "a word that something fails opens nothing, and is not signed"
    (word,) = (each.word for each in receipt(kit).criteria if each.word)
    assert word.proven_by is ProvenBy.SIGNATURE
    (verified,) = kit.verify(TASK).held
    assert verified.holds, verified.faults


def test_a_criterion_called_approval_is_no_approval() -> None:
    """What somebody may vouch for has no place among those who approve, whatever it is called."""
    kit, seen = with_manual("approval")
    kit.people.trust("carl", roles=(Role.ATTEST,))
    kit.attest(TASK, "approval", passed=True, reason="it is blue", evidence=seen, by=ByKey(path="carl"))
    kit.build(TASK)
    kit.review(TASK)
    kit.complete(TASK)

    found = receipt(kit)
    demands = changed(Proof(approval=Approving.SIGNED), approvals=2)
    carl = key_named("carl").fingerprint

    assert len(found.approval.signatures) == 1
    verify = kit._ports.verify(Where()).verify
    asked = changed(verify, authority=changed(verify.authority, demands=demands))
    held = tuple(Held(path="", content=content) for content in kit.receipts.files.values())
    (judged,) = asked(held, Depth.NO_RUN)
    (fault,) = judged.told.faults
    assert fault.words == "approval: 1 of 2 signed approvals"
    assert carl not in {each.key_id for each in found.approval.signatures}


def test_a_blocked_task_is_sent_back_to_work_by_signatures_too() -> None:
    """With a reason of its own; the old approval is no answer to it, and it is over once the work goes on by itself."""
    kit = signed()
    kit.approve(TASK, by=ByKey(path="anna"))
    kit.build(TASK)
    kit.build(TASK)

    asked = kit.approve(TASK, reason="try again")
    printed = consent(kit)
    overview = kit.approve(TASK, by=Armored(text=signature("ben", printed)))

    assert b'"reason":"try again"' in printed
    assert (str(asked.status), asked.next_action.action) == ("blocked", "sign_approval")
    assert (str(overview.status), overview.contract.request) == ("active", None)
    kit.build(TASK)
    kit.approve(TASK, reason="once more")
    kit.tree.write("a.py", "y = 1\n")
    stepped = kit.build(TASK)
    assert (str(stepped.overview.status), stepped.overview.contract.request) == ("review", None)


def test_a_finding_is_dismissed_with_a_signature() -> None:
    """Without one it stays where it is; with one the receipt shows whose word it was."""
    kit = signed()
    kit.approve(TASK, by=ByKey(path="anna"))
    to_review(kit)
    kit.reviewer.answers = [fails("leak")]
    kit.review(TASK)

    refusal = no(lambda: kit.dismiss(TASK, "leak", reason="by design"))
    printed = kit.to_sign.dismiss(TASK, "leak", reason="by design")
    kit.dismiss(TASK, "leak", reason="by design", by=Armored(text=signature("ben", printed)))
    kit.complete(TASK)

    assert "only when a trusted key signed it" in refusal.reason
    (override,) = receipt(kit).overrides
    assert override.proven_by is ProvenBy.SIGNATURE
    (verified,) = kit.verify(TASK).held
    assert verified.holds, verified.faults
