"""What a page says of those who were asked: the verdict, each finding, each seat of a panel, how hardening stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scafld.adapters.cli.console import DIM, RED, YELLOW, Console, cells, cut, line_of, pad

if TYPE_CHECKING:
    from scafld.core.evidence.dossier import Finding
    from scafld.core.evidence.hearing import Usage
    from scafld.core.views.heard import AttemptView, SeatView
    from scafld.core.views.overview import Overview

MOST_FINDINGS = 10
MOST_WANTED = 6
MOST_DENIED = 3


def review_lines(overview: Overview, console: Console) -> list[str]:
    """The review gate; nothing where nobody was asked."""
    review = overview.review
    lines = [_verdict(overview, console)] if review.by else []
    lines += _seats(review.seats, console)
    if review.attempt is not None:
        lines += _attempt(review.attempt, console)
    for finding in review.findings[:MOST_FINDINGS]:
        lines += _finding(finding, overview, console)
    more = len(review.findings) - MOST_FINDINGS
    return [*lines, f"    and {more} more"] if more > 0 else lines


def hardening_lines(overview: Overview, console: Console) -> list[str]:
    """The last round, while the draft can still be changed."""
    found = overview.hardening
    if found is None or str(overview.status) != "draft":
        return []
    given_up = not found.by and str(found.state) == "failed"
    word = "given up" if given_up else str(found.state).replace("_", " ")
    head = f"  {found.round}  {console.meant(word)}  {line_of(found.by) or 'by hand'}"
    told = found.problem.removeprefix("given up: ") if given_up else found.problem or found.summary
    lines = [head, *(f"    {line}" for line in console.wrap(told, 4, 3) if told)]
    lines += [f"    - {console.fold(wanted, 6)}" for wanted in found.wanted[:MOST_WANTED]]
    more = len(found.wanted) - MOST_WANTED
    return [*lines, f"    and {more} more"] if more > 0 else lines


# Private.


def _verdict(overview: Overview, console: Console) -> str:
    review = overview.review
    count = f"{review.blockers} blocker{'' if review.blockers == 1 else 's'}, {len(review.attacks)} angles attacked"
    standing = str(review.standing)
    worth = "" if standing in ("passed", "failed") else f"  ({standing.replace('_', ' ')})"
    told = review.summary if review.by == "human" else count
    who = cut(line_of(f"{review.by} {review.model}"), 24)
    head = f"  review  {console.meant(review.verdict)}  {who}{worth}  "
    return head + console.fold(told, 14 + len(review.verdict) + cells(who) + len(worth))


def _seats(seats: tuple[SeatView, ...], console: Console) -> list[str]:
    """Each seat of a panel; of a single reviewer what it consumed and was not let, where that is known."""
    if len(seats) > 1:
        wide = max(cells(line_of(each.seat)) for each in seats)
        return [line for each in seats for line in _seat(each, wide, console)]
    return [f"    {console.paint(console.fold(words, 4), DIM)}" for each in seats for words in _facts(each)]


def _seat(seat: SeatView, wide: int, console: Console) -> list[str]:
    word = console.meant(seat.verdict) if seat.verdict else console.paint("none", YELLOW)
    told = seat.problem or f"{seat.findings} finding{'' if seat.findings == 1 else 's'}, {seat.attacks} angles"
    head = f"    {pad(line_of(seat.seat), wide)}  {word}  "
    return [head + console.fold(told, wide + 12), *(f"      {console.fold(words, 6)}" for words in _facts(seat))]


def _facts(seat: SeatView) -> list[str]:
    spent = _spent(seat.usage)
    denied = f"was not let: {', '.join(seat.denied[:MOST_DENIED])}" if seat.denied else ""
    mended = "mended its answer once" if seat.repaired else ""
    return [words for words in (spent, denied, mended) if words]


def _spent(usage: Usage) -> str:
    parts = []
    if usage.input_tokens is not None or usage.output_tokens is not None:
        parts.append(f"{usage.input_tokens or 0} tokens in, {usage.output_tokens or 0} out")
    if usage.cost_microdollars:
        parts.append(f"${usage.cost_microdollars / 1_000_000:.2f}")
    return ", ".join(parts)


def _attempt(attempt: AttemptView, console: Console) -> list[str]:
    if attempt.running:
        words = f"{attempt.provider} is at work until {attempt.lease_until[11:19]} UTC at most"
    elif attempt.problem:
        words = f"no verdict: {attempt.problem}"
    else:
        return []
    first, *more = console.wrap(words, 10)
    seats = _seats(attempt.seats, console) if len(attempt.seats) > 1 else []
    return [f"  review  {first}", *(f"          {line}" for line in more), *seats]


def _finding(finding: Finding, overview: Overview, console: Console) -> list[str]:
    review = overview.review
    raised = next((each for each in review.raised if each.fingerprint == finding.fingerprint), None)
    gone = raised.dismissed if raised else ""
    place = console.path(finding.path) + (f":{finding.line}" if finding.line else "")
    name, severity = cut(line_of(finding.id), 32), str(finding.severity)
    used = 4 + cells(name) + 2 + len(severity) + 2
    shown = console.paint(severity, DIM if gone else RED if finding.blocks else YELLOW)
    head = f"    {name}  {shown}  {cut(place, max(12, console.width - used))}".rstrip()
    lines = [head, *(f"      {line}" for line in console.wrap(finding.summary, 6, 3))]
    if raised is not None and raised.unverified:
        lines.append(f"      {console.paint(console.fold(f'unverified: {raised.unverified}', 6), YELLOW)}")
    if len(review.seats) > 1 and raised is not None:
        by = ", ".join(raised.seats)
        lines.append(f"      {console.fold(f'raised by {by}', 6)}")
    return [*lines, f"      {console.fold(f'dismissed: {gone}', 6)}"] if gone else lines
