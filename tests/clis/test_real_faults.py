"""What the real CLIs make of a server that says no: told apart, on record, and one command from going on."""

from __future__ import annotations

import pytest
from agents import dossier
from model_server import Fault, Say, in_order
from review_bench import TASK, Bench

pytestmark = pytest.mark.clis


@pytest.mark.parametrize(
    ("status", "failure", "advice"),
    [
        (401, "not_logged_in", "log in with"),
        (429, "rate_limited", "limit of use"),
        (500, "unreachable", "did not reach its model"),
        (400, "rejected", "rejected"),
    ],
)
def test_a_status_is_told_as_what_it_means(bench: Bench, status: int, failure: str, advice: str) -> None:
    """401 is a login, 429 a limit, 500 a server, 400 a request: each with what to do, and the gate stays shut."""
    ended, model = bench.review(in_order(Say("", Fault(status=status, message="injected"))))

    assert ended.code == 4, ended.said
    assert model.requests
    assert bench.hearing["failure"] == failure, bench.hearing
    assert advice in bench.hearing["problem"]
    assert advice in ended.said


@pytest.mark.parametrize("status", (401, 429, 500))
def test_after_a_status_one_command_goes_on(bench: Bench, status: int) -> None:
    """No model has worked, so the next review needs no force."""
    bench.review(in_order(Say("", Fault(status=status))))

    again, _ = bench.review(bench.agent.hands_in(dossier()))

    assert again.code == 0, again.said


def test_a_stream_that_is_cut_once_is_asked_for_again(bench: Bench) -> None:
    """The CLI asks again by itself, and the review passes."""
    ended, model = bench.review(bench.agent.hands_in(dossier(), fault=Fault(cut=True, times=1)))

    assert ended.code == 0, ended.said
    assert [each.calls for each in model.requests][:2] == [0, 0]


def test_a_stream_that_is_always_cut_ends_the_attempt(bench: Bench) -> None:
    """It is on record as a model that was not reached, or that handed nothing in; never as a pass."""
    ended, _ = bench.review(bench.agent.hands_in(dossier(), fault=Fault(cut=True)))

    assert ended.code == 4, ended.said
    assert bench.hearing["failure"] in ("unreachable", "no_submission", "rate_limited"), bench.hearing
    assert bench.scafld("complete", TASK).code == 4


def test_a_server_that_is_not_there_is_said(bench: Bench) -> None:
    """Connection refused: the attempt ends in seconds, not in half an hour."""
    bench.environment |= bench.agent.environment("http://127.0.0.1:9")

    ended = bench.scafld(*bench.asking())

    assert ended.code == 4, ended.said
    assert bench.hearing["failure"] == "unreachable", bench.hearing


def test_no_key_is_no_login(bench: Bench) -> None:
    """Without a key and without a login nothing is asked of anybody, and the answer says how to log in."""
    bench.environment |= {
        name: text for name, text in bench.agent.environment("http://127.0.0.1:9").items() if not name.endswith("KEY")
    }

    ended = bench.scafld(*bench.asking())

    assert ended.code == 4, ended.said
    assert bench.hearing["failure"] == "not_logged_in", bench.hearing
    assert "log in with" in ended.said
