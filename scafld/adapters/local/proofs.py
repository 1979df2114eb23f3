"""The verbs of proof on this machine: whose key signs, and what git calls the tree."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scafld.adapters.local.key_places import KEYS, key_folder, keys_of, trusted_at

if TYPE_CHECKING:
    from scafld.adapters.local.house import House
    from scafld.app.given import Noted
    from scafld.app.notarise import Notary
    from scafld.app.premises.wiring import SelfCheck
    from scafld.app.verify import VerifyAll, Where
    from scafld.core.names import RepoPath, TaskId
    from scafld.core.policy import Policy
    from scafld.core.proof.faults import Fault
    from scafld.core.proof.git_names import Footing, GitId
    from scafld.core.proof.mint import Told
    from scafld.core.proof.signers.trust import TrustedKeys


class Proofs:
    """The part of a house in which receipts are made and held against the tree."""

    def __init__(self, house: House) -> None:
        self._house = house

    def notary(self) -> Notary:
        from scafld.adapters.signing.host_key import HostSigner
        from scafld.app.notarise import Notary
        from scafld.core.version import VERSION

        return Notary(
            signer=HostSigner(lambda: key_folder(self._house.around.environ)),
            receipts=self._house.receipts,
            recorded=self._recorded,
            grounds=self._stands_on,
            now=self._house.now,
            version=VERSION,
        )

    def verify(self, where: Where) -> VerifyAll:
        from scafld.adapters.local.shelves import Shelves
        from scafld.adapters.local.standpoints import Here
        from scafld.adapters.signing.host_key import holds
        from scafld.adapters.signing.ssh_signature import signer_of
        from scafld.app.check import project_criteria
        from scafld.app.verify import Authority, Verify, VerifyAll
        from scafld.core.policy import Carried

        commit, base, trusted = self._commits(where)
        policy, keys = self._believed(trusted)
        authority = Authority(
            keys=keys,
            demands=policy.proof,
            checks=project_criteria(policy.checks.complete),
            origin=trusted or "",
        )
        verify = Verify(
            authority=authority,
            standpoint=Here(self._house, policy, commit),
            now=self._house.now,
            check=holds,
            check_ssh=signer_of,
        )
        shelf = Shelves(house=self._house, commit=commit, base=base, noted=policy.proof.receipts is Carried.NOTES)
        misplaced = () if trusted is None else self._misplaced(trusted)
        return VerifyAll(verify=verify, shelf=shelf, within=base is not None, misplaced=misplaced)

    def self_check(self) -> SelfCheck:
        from scafld.adapters.local.wired import facts
        from scafld.app.premises.wiring import SelfCheck

        root, environ = self._house.root, self._house.around.environ
        seen = lambda: facts(root, environ, lambda: key_folder(environ))  # noqa: E731
        return SelfCheck(facts=seen, proof=self._house.policy.proof, now=self._house.now)

    def note(self, task_id: TaskId, commit: str) -> Noted:
        from scafld.adapters.git.ground.notes import REF, Notes
        from scafld.adapters.local.joints import git_binary
        from scafld.app.given import Noted

        environ = self._house.around.environ
        notes = Notes.of(self._house.root, git_binary(environ), environ)
        named, added = notes.attach(commit, self._house.receipts.read(task_id))
        return Noted(task_id=task_id, commit=named, ref=REF, added=added)

    # Private.

    def _commits(self, where: Where) -> tuple[GitId | None, GitId | None, GitId | None]:
        """The commits that are named: to hold against, to begin at, to take keys from."""
        from scafld.adapters.git.ground.naming import commit_named
        from scafld.adapters.local.standpoints import repository

        if not (where.commit or where.base or where.trust_from):
            return None, None, None
        with repository(self._house) as found:
            asked = (("commit", where.commit), ("base", where.base), ("--trust-from", where.trust_from))
            named = (commit_named(found.git, words, flag, found.besides) if words else None for flag, words in asked)
            commit, base, trusted = named
        return commit, base, trusted or base

    def _believed(self, commit: GitId | None) -> tuple[Policy, TrustedKeys]:
        """Configuration and keys: of a commit, or as they lie there."""
        if commit is None:
            return self._house.policy, trusted_at(self._house.root)
        from scafld.adapters.config.overlay import CONFIG
        from scafld.adapters.config.settings import judge
        from scafld.adapters.git.ground.committed import Committed
        from scafld.adapters.local.standpoints import repository

        with repository(self._house) as found:
            there = Committed(found, commit)
            content, keys = there.read(CONFIG), there.read(KEYS)
        return judge({} if content is None else {CONFIG: content}), keys_of(keys)

    def _misplaced(self, commit: GitId) -> tuple[Fault, ...]:
        """What speaks against this workspace: a change may have brought it, or have taken a nearer one away."""
        from scafld.adapters.config.overlay import CONFIG
        from scafld.adapters.git.ground.committed import governing
        from scafld.adapters.local.standpoints import repository
        from scafld.core.proof.faults import Concern, Fault, of_workspace

        root = os.path.realpath(self._house.root)
        start = os.path.realpath(self._house.around.start or root)
        with repository(self._house) as found:
            taken = os.path.normpath(os.fsdecode(found.place.prefix))
            stands = os.path.normpath(os.path.join(taken, os.path.relpath(start, root)))
            words = of_workspace(taken, governing(found, commit, stands, CONFIG))
        return tuple(Fault(concern=Concern.WORKSPACE, words=each) for each in words)

    def _stands_on(self, paths: tuple[RepoPath, ...], began: str | None) -> Footing:
        from scafld.adapters.git.ground.footing import footing
        from scafld.adapters.local.standpoints import git_of

        return footing(self._house.root, git_of(self._house), self._house.around.environ, paths, began)

    def _recorded(self, task_id: TaskId) -> Iterator[Told]:
        from scafld.core.proof.mint import Told

        return (Told(actor=each.actor, event=each.event) for each in self._house.ledgers.entries(task_id))
