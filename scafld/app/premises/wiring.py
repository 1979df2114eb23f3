"""`verify --self-check`: what is really wired, beside what the project says of itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING

from scafld.core.names import Moment
from scafld.core.policy import Approving, Carried, Proof, Wiring
from scafld.core.value import value

if TYPE_CHECKING:
    from scafld.core.proof.signers.trust import TrustedKey, TrustedKeys


class Standing(StrEnum):
    """A workflow as it lies there: not at all, as this scafld writes it, as another version did, as scafld wrote it and
    somebody changed it, or somebody's own."""

    ABSENT = "absent"
    CURRENT = "current"
    OUTDATED = "outdated"
    CHANGED = "changed"
    FOREIGN = "foreign"


@value
class Lane:
    """One workflow file, and the actions that it takes by a name which can be moved."""

    path: str
    standing: Standing
    unpinned: tuple[str, ...] = ()


@value
class Facts:
    """What can be seen from here. `keys_problem`: why the trusted keys cannot be read. `keys_committed`,
    `receipts_ignored`: None where there is no git. `host_key`: "" while this host has none. `owners`: the CODEOWNERS
    file, "" for none, and `unowned`, the paths that it leaves to anybody."""

    lanes: tuple[Lane, ...]
    keys: TrustedKeys
    keys_problem: str = ""
    keys_committed: bool | None = None
    host_key: str = ""
    receipts_ignored: bool | None = None
    owners: str = ""
    unowned: tuple[str, ...] = ()


@value
class Point:
    """One thing that was looked at. `gap`: it is not as the project's own word asks; `next` is what to do."""

    about: str
    says: str
    gap: bool = False
    next: str = ""


@value
class Wired:
    """Everything that was looked at, and what cannot be seen from a checkout. It holds unless a gap is left although
    the project says `required`."""

    wiring: Wiring
    points: tuple[Point, ...]
    unseen: tuple[str, ...]

    @property
    def gaps(self) -> tuple[Point, ...]:
        return tuple(point for point in self.points if point.gap)

    @property
    def holds(self) -> bool:
        return self.wiring is not Wiring.REQUIRED or not self.gaps


UNSEEN = (
    "whether the default branch is protected, and requires the check `scafld`: look at the repository's settings",
    "whether a review by code owners is required, and who may pass by it",
)


@value
class SelfCheck:
    """Writes nothing, and asks nobody over a network. `facts`: port, what can be seen from here."""

    facts: Callable[[], Facts]
    proof: Proof
    now: Callable[[], Moment]

    def __call__(self) -> Wired:
        facts, wiring = self.facts(), self.proof.wiring
        points = (
            _of_wiring(wiring),
            *(point for lane in facts.lanes for point in _of_lane(lane, wiring)),
            *_of_keys(facts, self.now()),
            _of_receipts(facts, self.proof),
            _of_owners(facts, wiring),
            _of_approval(self.proof),
        )
        return Wired(wiring=wiring, points=points, unseen=UNSEEN)


# Private.

_MEANT = {
    Wiring.LOCAL: "local: whoever wants to know runs `scafld verify`",
    Wiring.ADVISORY: "advisory: CI says what it finds",
    Wiring.REQUIRED: "required: a change without a receipt that holds is not to be merged",
}
_KEYS = ".scafld/trusted-keys.json"
_WHY_IGNORED = "git check-ignore -v --no-index .scafld/receipts/a.dsse.json"


def _of_wiring(wiring: Wiring) -> Point:
    return Point(about="proof.wiring", says=_MEANT[wiring])


def _of_lane(lane: Lane, wiring: Wiring) -> Iterator[Point]:
    wanted = wiring is not Wiring.LOCAL
    match lane.standing:
        case Standing.ABSENT:
            yield Point(about=lane.path, says="is not there", gap=wanted, next="scafld init --ci" if wanted else "")
        case Standing.CURRENT:
            yield Point(about=lane.path, says="is as scafld writes it")
        case Standing.OUTDATED:
            yield Point(about=lane.path, says="is as another scafld wrote it", gap=wanted, next="scafld update")
        case Standing.CHANGED:
            says = "was changed since scafld wrote it; what it does is for people to judge"
            yield Point(about=lane.path, says=says, gap=wanted, next=f"git log -p -- {lane.path}")
        case Standing.FOREIGN:
            says = "is not scafld's; what it does is for people to judge"
            yield Point(about=lane.path, says=says, gap=wanted, next="compare it with docs/ci.md")
    if lane.unpinned:
        says = f"takes actions by a name that can be moved: {', '.join(lane.unpinned)}"
        yield Point(about=lane.path, says=says, gap=True, next="pin each by the full digest of a commit")


def _of_keys(facts: Facts, now: Moment) -> Iterator[Point]:
    if facts.keys_problem:
        says = f"cannot be believed: {facts.keys_problem}"
        yield Point(about=_KEYS, says=says, gap=True, next=f"git log -- {_KEYS}")
        return
    counts = Counter((str(role), _state(key, now)) for key in facts.keys.keys for role in key.roles)
    told = ", ".join(f"{number} may {role} ({state})" for (role, state), number in sorted(counts.items()))
    minting = counts["mint", "valid"]
    yield Point(about=_KEYS, says=told or "names no key", gap=not minting, next="" if minting else "scafld keys trust")
    if facts.keys_committed is False:
        says = "is not as HEAD has it; others go by what is committed"
        yield Point(about=_KEYS, says=says, gap=True, next=f"git status -- {_KEYS}")
    yield _of_host(facts, now)


def _of_host(facts: Facts, now: Moment) -> Point:
    if not facts.host_key:
        return Point(about="this host", says="has no key and has minted nothing")
    found = facts.keys.find(facts.host_key)
    if found is None:
        says = f"signs with {facts.host_key}, which is not trusted: its receipts do not hold"
        return Point(about="this host", says=says, gap=True, next="scafld keys trust")
    state = _state(found, now)
    if state != "valid":
        says = f"signs with {facts.host_key}, which is {state}: what it mints now does not hold"
        return Point(about="this host", says=says, gap=True, next="scafld keys --help")
    return Point(about="this host", says=f"signs with {facts.host_key}, which is trusted")


def _state(key: TrustedKey, now: Moment) -> str:
    if key.revoked_at is not None and now >= key.revoked_at:
        return "revoked"
    if key.expires_at is not None and now >= key.expires_at:
        return "expired"
    if key.not_before is not None and now < key.not_before:
        return "not valid yet"
    return "valid"


def _of_receipts(facts: Facts, proof: Proof) -> Point:
    about = "proof.receipts"
    if proof.receipts is Carried.NOTES:
        says = "notes: they travel as refs/notes/scafld, which has to be pushed and fetched by name"
        return Point(about=about, says=says)
    if facts.receipts_ignored is None:
        return Point(about=about, says="committed, and there is no git here", gap=True, next="git init")
    if facts.receipts_ignored:
        says = "committed, and git ignores .scafld/receipts/"
        return Point(about=about, says=says, gap=True, next=_WHY_IGNORED)
    return Point(about=about, says="committed, and git does not ignore .scafld/receipts/")


def _of_owners(facts: Facts, wiring: Wiring) -> Point:
    wanted = wiring is Wiring.REQUIRED
    if not facts.owners:
        says = "there is none: whoever may write to the default branch may change keys, policy and workflows"
        return Point(about="CODEOWNERS", says=says, gap=wanted, next="name owners of .scafld/ and .github/")
    if facts.unowned:
        says = f"leaves to anybody: {', '.join(facts.unowned)}"
        return Point(about=facts.owners, says=says, gap=wanted, next="name owners of .scafld/ and .github/")
    return Point(about=facts.owners, says="has owners for keys, policy and workflows")


def _of_approval(proof: Proof) -> Point:
    if proof.approval is Approving.OPEN:
        says = "open: nobody has to prove who approved; `approval: signed` asks for it"
        return Point(about="proof.approval", says=says)
    return Point(about="proof.approval", says=f"signed: {proof.approvals} of those who may approve have to sign")
