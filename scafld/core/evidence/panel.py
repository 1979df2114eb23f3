"""What several reviewers say together: one verdict by a rule, all their findings once, and how far they agree."""

from __future__ import annotations

from scafld.core.evidence.dossier import Attack, Dossier, Finding, Verdict
from scafld.core.evidence.hearing import Hearing
from scafld.core.names import Digest
from scafld.core.value import changed, value


@value
class Agreement:
    """One finding, and which seats hold it against the change."""

    finding: Finding
    seats: tuple[str, ...]


def verdict_of(hearings: tuple[Hearing, ...], quorum: int, dismissed: frozenset[Digest]) -> Verdict | None:
    """The verdict of these hearings; None when it depends on one that gave no dossier.

    `quorum` 0: any open blocker fails, and all must have been heard. `quorum` n: n of them must pass.
    """
    passes = sum(_passes(each, dismissed) is True for each in hearings)
    fails = sum(_passes(each, dismissed) is False for each in hearings)
    if not quorum:
        if fails:
            return Verdict.FAIL
        return Verdict.PASS if hearings and passes == len(hearings) else None
    if passes >= quorum:
        return Verdict.PASS
    return Verdict.FAIL if len(hearings) - fails < quorum else None


def seat_verdict(hearing: Hearing, dismissed: frozenset[Digest]) -> Verdict | None:
    """What one of them says by itself, None when it handed nothing in."""
    passes = _passes(hearing, dismissed)
    return None if passes is None else Verdict.PASS if passes else Verdict.FAIL


def agreements(hearings: tuple[Hearing, ...], dismissed: frozenset[Digest] = frozenset()) -> tuple[Agreement, ...]:
    """Every finding once, in the order in which it was first raised, with all who raised it: under the same
    fingerprint, or at the same place. One that was dismissed does not stand for one that was not."""
    found: list[Agreement] = []
    for hearing in hearings:
        for finding in hearing.dossier.findings if hearing.dossier else ():
            at = next((at for at, known in enumerate(found) if _same(known, finding, hearing.seat, dismissed)), None)
            if at is None:
                found.append(Agreement(finding=finding, seats=(hearing.seat,)))
                continue
            known = found[at]
            graver = finding if finding.blocks and not known.finding.blocks else known.finding
            found[at] = Agreement(finding=graver, seats=(*known.seats, hearing.seat))
    return tuple(found)


def merged(hearings: tuple[Hearing, ...], dismissed: frozenset[Digest] = frozenset()) -> Dossier | None:
    """All that was handed in as one dossier: of one reviewer its own. None when nothing was."""
    given = tuple(each for each in hearings if each.dossier is not None)
    dossiers = tuple(each.dossier for each in given if each.dossier is not None)
    if len(dossiers) < 2:
        return dossiers[0] if dossiers else None
    return Dossier(
        summary=" / ".join(f"{each.seat}: {each.dossier.summary}" for each in given if each.dossier),
        mode=dossiers[0].mode,
        findings=tuple(each.finding for each in agreements(given, dismissed)),
        attacks=tuple(_by(each.seat, attack) for each in given if each.dossier for attack in each.dossier.attacks),
    )


# Private.


def _passes(hearing: Hearing, dismissed: frozenset[Digest]) -> bool | None:
    if hearing.dossier is None:
        return None
    return all(finding.fingerprint in dismissed for finding in hearing.dossier.blockers)


_NEAR = 3
"""Lines apart at which two reviewers speak of the same place."""


def _same(known: Agreement, finding: Finding, seat: str, dismissed: frozenset[Digest]) -> bool:
    """Whether another reviewer holds the same against the change; what one reviewer tells apart is two things."""
    if seat in known.seats:
        return False
    other = known.finding
    if other.fingerprint == finding.fingerprint:
        return True
    if (other.fingerprint in dismissed) != (finding.fingerprint in dismissed):
        return False
    near = other.line is not None and finding.line is not None and abs(other.line - finding.line) <= _NEAR
    return bool(finding.path) and other.path == finding.path and near and other.blocks == finding.blocks


def _by(seat: str, attack: Attack) -> Attack:
    return changed(attack, attack=f"{seat}: {attack.attack}")
