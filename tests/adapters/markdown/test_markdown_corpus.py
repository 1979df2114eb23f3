"""Real specs, with every irregularity that their authors left in them."""

from __future__ import annotations

import re
from collections import Counter

from scafld.adapters.markdown.reader import read
from scafld.adapters.markdown.rounds import open_round, read_rounds
from scafld.adapters.markdown.writer import project
from scafld.core.contract.spec import Expected
from scafld.core.views.projection import CriterionShown, PhaseShown, Projection, ReviewShown

_DONE = re.compile(r"Definition of done:.*?(?=\n\n[A-Z#])", re.S)
EXPLAINED = {"unknown_expected_kind", "unclear_command"}
"""A kind that no tool knew (`reviewed_output`), and words beside a command's backticks: their authors would agree."""


def test_nearly_all_read_without_a_problem(corpus: list[tuple[str, str]]) -> None:
    """At least 95 in 100 have none, and the others have one that their authors would agree with."""
    found = {name: read(text, name=name) for name, text in corpus}

    wrong = {name: document.problems for name, document in found.items() if document.problems}
    codes = Counter(problem.code for problems in wrong.values() for problem in problems)
    assert all(document.spec is not None for document in found.values())
    assert len(wrong) <= len(found) * 0.05
    assert set(codes) <= EXPLAINED


def test_hardly_a_criterion_is_lost(corpus: list[tuple[str, str]]) -> None:
    """What stands with a command in the text stands in the contract: as many commands as command lines at least."""
    for name, text in corpus:
        spec = read(text, name=name).spec

        assert spec is not None
        written = _DONE.sub("", text.split("\n## Harden Rounds")[0]).count("\n  - Command: ")
        commands = [each for _, each in spec.criteria() if each.command or each.expected is Expected.MANUAL]
        assert len(commands) >= written, name


def test_saying_nothing_changes_no_byte(corpus: list[tuple[str, str]]) -> None:
    """Not in one of them."""
    for name, text in corpus:
        assert project(text, Projection()) == text, name


def test_saying_much_moves_no_contract(corpus: list[tuple[str, str]]) -> None:
    """Results, statuses, a review and a harden round in every spec: same digest, same criteria, and idempotent."""
    for name, text in corpus:
        before = read(text, name=name).spec
        assert before is not None
        state = Projection(
            status="review",
            current_state=(("Status", "review"), ("Next", "scafld review"), ("Strength", "green")),
            phases=tuple(PhaseShown(id=phase.id, status="active") for phase in before.phases),
            criteria=tuple(CriterionShown(id=each.id, status="stale", evidence="x") for _, each in before.criteria()),
            review=ReviewShown(pairs=(("Status", "completed"), ("Verdict", "pass"))),
        )

        written = open_round(project(text, state), "round-99", "0" * 64, "now")

        after = read(written, name=name)
        assert after.spec is not None
        assert after.spec.digest == before.digest, name
        assert [each.fingerprint for _, each in after.spec.criteria()] == [
            each.fingerprint for _, each in before.criteria()
        ]
        assert project(written, state) == written, name
        assert read_rounds(written)[-1].id == "round-99"
        assert after.problems == () or {problem.code for problem in after.problems} <= EXPLAINED


def test_other_line_ends_give_the_same_contract(corpus: list[tuple[str, str]]) -> None:
    """CRLF with a byte order mark: the digest is that of the text as it was."""
    for name, text in corpus[::8]:
        plain = read(text, name=name).spec
        other = read("\ufeff" + text.replace("\n", "\r\n"), name=name).spec

        assert plain is not None
        assert other is not None
        assert plain.digest == other.digest, name
