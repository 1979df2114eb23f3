"""Takes people's signatures over their words, and says whether there are enough of them.

What a signature is worth is looked at each time it is asked, from the signature itself: an entry that says somebody
signed is not believed.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from scafld.app.journal import Decision, Opened
from scafld.core.digest import digest_of
from scafld.core.evidence.criterion import Outcome
from scafld.core.names import Moment
from scafld.core.policy import Approving, Proof, Word
from scafld.core.proof.receipt import SignatureProof
from scafld.core.proof.signers.trust import Role, TrustedKey, TrustedKeys, identity_of
from scafld.core.proof.spoken.assent import Count, count, is_apart, may_approve
from scafld.core.proof.spoken.consent import Consent
from scafld.core.proof.spoken.hand import ByKey, Hand
from scafld.core.proof.spoken.sentence import Approves, Spoken, roles_for, sentence_of, under_approval
from scafld.core.proof.witnessing import Claim, SshCheck, voice_of
from scafld.core.refusal import Gate, Refusal, Refused
from scafld.core.task.events import ApprovalRequested, Approved, ConsentGiven, HumanReviewed, ManualAttested
from scafld.core.task.known import Approval, Given, Request
from scafld.core.value import value

Sign = Callable[[str, bytes], str]
"""Port: an armored SSH signature over these bytes by the key at this path. Unavailable says why there is none."""


@value
class Tally:
    """What the signatures under an approval come to. `waived`: whether one of them sets aside what stood against it.
    `standing`: those that hold, counted or not."""

    counted: Count
    waived: bool
    standing: tuple[Given, ...]

    @property
    def enough(self) -> bool:
        return self.counted.enough and self.waived

    @property
    def words(self) -> str:
        """What there is of what is wanted."""
        short = "" if self.waived else "; none of a key that may override, and something stood against it"
        return f"{self.counted.words}{short}"


@value
class Signable:
    """A person's word, the entry in which it stands or will stand, the gate that asks, and the moment at which a
    signature over it has to count."""

    opened: Opened
    word: Spoken
    entry: int
    gate: Gate
    at: Moment

    @property
    def consent(self) -> Consent:
        """The sentence that is signed for it."""
        return sentence_of(self.opened.task_id, self.opened.spec.digest, self.word)


@value
class Countersign:
    """`trusted`: the keys that count. `minting`: the 32 bytes of the key that this host mints with, None before its
    first use. `unsettled`: why the trusted keys are not as they were committed, or ""."""

    demands: Proof
    trusted: Callable[[], TrustedKeys]
    check: SshCheck
    sign: Sign
    minting: Callable[[], bytes | None]
    unsettled: Callable[[], str]

    @property
    def binds(self) -> bool:
        """Whether only signatures approve here."""
        return self.demands.approval is Approving.SIGNED

    # A word of a person.

    def consent(self, opened: Opened, word: Spoken, gate: Gate) -> Consent:
        """The sentence that is signed for a word. Refused where no signature would help."""
        self._need_acceptable(opened, word, gate)
        self._need_passing(opened, word, gate)
        return sentence_of(opened.task_id, opened.spec.digest, word)

    def with_consent(self, opened: Opened, events: Decision, gate: Gate, by: Hand | None, at: Moment) -> Decision:
        """What was decided, its last event a person's word, and the signature over it. Refused for a word that never
        counts here, and for one that counts signed where only signatures approve and there is none."""
        word = spoken(events)
        self.need(opened, word, gate, by)
        if by is None:
            return events
        entry = opened.task.entries + len(events)
        return (*events, self.given(Signable(opened=opened, word=word, entry=entry, gate=gate, at=at), by))

    def given(self, asked: Signable, by: Hand) -> ConsentGiven:
        """The signature over this word. Refused when it is not over exactly this, not of a trusted key in its role, or
        of somebody who has signed already."""
        self._need_passing(asked.opened, asked.word, asked.gate)
        message = asked.consent.message
        armored = (self.sign(by.path, message) if isinstance(by, ByKey) else by.text).strip() + "\n"
        roles, key = self._roles(asked, armored)
        if isinstance(asked.word, Approves):
            self._need_apart(asked.opened, key)
        self._need_new(asked, roles, key)
        return ConsentGiven(
            entry=asked.entry,
            sentence=digest_of(message),
            key=key.key_id,
            voice=key.voice,
            roles=tuple(map(str, roles)),
            signature=armored,
        )

    def need(self, opened: Opened, word: Spoken, gate: Gate, by: Hand | None) -> None:
        """Refused for a word that never counts here, and for one that counts signed and is not, where only signatures
        approve. An approval may wait for its signatures."""
        rule, key, what = self._rule(word)
        self._need_acceptable(opened, word, gate)
        if by is None and rule is Word.SIGNED and self.binds and not isinstance(word, Approves):
            self._refuse(
                opened,
                gate,
                f"{what} counts here only when a trusted key signed it",
                expected=f"--sign KEYFILE or --signature FILE ({key}: signed)",
            )

    # The approval.

    def tally(self, opened: Opened, word: Approves, given: tuple[Given, ...], at: Moment) -> Tally:
        """What these signatures under an approval, or a request for one, come to at this moment."""
        consent = sentence_of(opened.task_id, word.contract, word)
        approving, overriding = (self._holding(consent, role, given, at) for role in (Role.APPROVE, Role.OVERRIDE))
        keys = {key.key_id: key for _, key in approving}
        needs = bool(consent.waived) and self.demands.waivers is Word.SIGNED
        standing = {each.seq: each for each, _ in (*approving, *(overriding if consent.waived else ()))}
        return Tally(
            counted=count(tuple(keys.values()), self.demands, self._minting()),
            waived=bool(overriding) or not needs,
            standing=tuple(standing.values()),
        )

    def need_voices(self, opened: Opened, gate: Gate) -> None:
        """Refused when only signatures approve here, and those under the approval that stands are not enough."""
        if not self.binds or opened.task.approval is None:
            return
        approval = opened.task.approval
        found = self.tally(opened, approval, under_approval(opened.task), approval.at)
        if not found.enough:
            self._refuse(
                opened,
                gate,
                f"the approval does not count: {found.words}",
                expected=f"{found.counted.wanted} signed by different voices (proof.approval: signed)",
                next=f"scafld approve {opened.task_id} --print-consent",
            )

    # Private.

    def _rule(self, word: Spoken) -> tuple[Word, str, str]:
        match word:
            case HumanReviewed():
                return self.demands.human_review, "proof.human_review", "a person in the reviewer's place"
            case ManualAttested():
                rule = self.demands.manual_evidence if word.outcome is Outcome.PASS else Word.OPEN
                return rule, "proof.manual_evidence", f"a person's word for {word.criterion}"
            case ApprovalRequested() | Approved() | Request() | Approval():
                rule = self.demands.waivers if word.overrides else Word.OPEN
                return rule, "proof.waivers", f"an approval although {' and '.join(word.overrides)}"
            case _:
                return self.demands.waivers, "proof.waivers", "a finding that a person dismisses"

    def _roles(self, asked: Signable, armored: str) -> tuple[tuple[Role, ...], TrustedKey]:
        """In which roles the signature counts, and whose it is."""
        found, words = dict[Role, TrustedKey](), list[str]()
        for role in roles_for(asked.word):
            try:
                found[role] = self._voice(asked.consent, role, armored, asked.at)
            except ValueError as error:
                words.append(str(error))
        if not found:
            self._refuse(
                asked.opened,
                asked.gate,
                f"the signature does not count: {words[0]}",
                expected=_told(asked.consent),
                evidence=("what is signed follows from contract, change and reason; if one changed, print it again",),
            )
        return tuple(found), next(iter(found.values()))

    def _voice(self, consent: Consent, role: Role, armored: str, at: Moment) -> TrustedKey:
        proof = SignatureProof(key_id="", signature=armored)
        return voice_of(Claim(place="", consent=consent, role=role, at=at, proof=proof), self.trusted(), self.check)

    def _need_acceptable(self, opened: Opened, word: Spoken, gate: Gate) -> None:
        rule, key, what = self._rule(word)
        if rule is Word.NEVER:
            self._refuse(opened, gate, f"{what} is never accepted here", expected=f"another way ({key}: never)")

    def _need_passing(self, opened: Opened, word: Spoken, gate: Gate) -> None:
        """A signature says nothing of pass or fail: one over a fail could be handed in for a pass."""
        if isinstance(word, ManualAttested) and word.outcome is not Outcome.PASS:
            self._refuse(opened, gate, "a word that something fails opens nothing, and is not signed")

    def _need_apart(self, opened: Opened, key: TrustedKey) -> None:
        if not self.binds:
            return
        if not may_approve(key, self.demands):
            who = ", ".join(self.demands.approvers)
            self._refuse(
                opened, Gate.APPROVE, f"{key.voice} may not approve here", expected=f"one of proof.approvers: {who}"
            )
        if not is_apart(key, self.demands, self._minting()):
            self._refuse(
                opened,
                Gate.APPROVE,
                f"{key.voice} signs receipts on this machine, and who mints does not approve",
                expected="another key (proof.separation: true)",
            )

    def _need_new(self, asked: Signable, roles: tuple[Role, ...], key: TrustedKey) -> None:
        task = asked.opened.task
        added = task.approval is not None and asked.entry == task.approval.seq
        before = under_approval(task) if added else tuple(each for each in task.consents if each.entry == asked.entry)
        voices = {found.voice for role in roles for _, found in self._holding(asked.consent, role, before, asked.at)}
        if key.voice in voices:
            self._refuse(asked.opened, asked.gate, f"{key.voice} has signed this already", expected="another voice")

    def _holding(
        self, consent: Consent, role: Role, given: tuple[Given, ...], at: Moment
    ) -> tuple[tuple[Given, TrustedKey], ...]:
        """The signatures that really are over this sentence, by trusted keys in this role, and those keys."""
        found = []
        for each in given:
            with suppress(ValueError):
                found.append((each, self._voice(consent, role, each.signature, at)))
        return tuple(found)

    def _minting(self) -> frozenset[bytes]:
        """Every key that mints here, as far as is known: this host's, and all that may."""
        own = self.minting()
        others = (identity_of(key) for key in self.trusted().keys if Role.MINT in key.roles)
        return frozenset(others) | (frozenset({own}) if own else frozenset())

    def _refuse(self, opened: Opened, gate: Gate, reason: str, **said: object) -> NoReturn:
        refusal = Refusal(gate=gate, reason=reason, status=str(opened.task.status), **said)  # type: ignore[arg-type]
        raise Refused(refusal)


def spoken(events: Decision) -> Spoken:
    """The word of a person that a decision ends in."""
    word = events[-1]
    assert isinstance(word, Spoken)
    return word


# Private.


def _told(consent: Consent) -> str:
    """What a signature has to be over, for a person to compare."""
    about = f", material {consent.material[:12]}" if consent.material else ""
    why = f", reason {consent.reason!r}" if consent.reason else ""
    return f"a signature over: {consent.purpose} {consent.task}, contract {consent.contract[:12]}{about}{why}"
