"""What the real CLIs make of a server that says no: told apart, on record, and one command from going on."""

from __future__ import annotations

import pytest
from agents import dossier
from model_server import Fault, ModelServer, Say, in_order
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
    """401 is a login, 429 a limit, 500 a server, 400 a request: each with what to do, and the gate stays shut. No model
    has worked, so the next review needs no force."""
    ended, model = bench.review(in_order(Say("", Fault(status=status, message="injected"))))

    assert ended.code == 4, ended.said
    assert model.requests
    assert bench.hearing["failure"] == failure, bench.hearing
    assert advice in ended.words
    assert bench.scafld("complete", TASK).code == 3
    again, _ = bench.review(bench.agent.hands_in(dossier()))
    assert again.code == 0, again.said


def test_a_stream_that_is_cut_once_is_asked_for_again(bench: Bench) -> None:
    """Claude Code and Codex ask again by themselves, and the review passes."""
    if bench.agent.name == "gemini":
        pytest.skip("Gemini CLI gives up on a stream that is cut; the attempt ends as one that is always cut")
    ended, model = bench.review(bench.agent.hands_in(dossier(), fault=Fault(cut=True, times=1)))

    assert ended.code == 0, ended.said
    assert [each.calls for each in model.requests][:2] == [0, 0]


def test_a_stream_that_is_always_cut_ends_the_attempt(bench: Bench) -> None:
    """It is on record as a model that was not reached, or that handed nothing in; never as a pass."""
    ended, _ = bench.review(bench.agent.hands_in(dossier(), fault=Fault(cut=True)))

    assert ended.code == 4, ended.said
    assert bench.hearing["failure"] == "unreachable", bench.hearing
    assert bench.scafld("complete", TASK).code == 3


def test_a_server_that_is_not_there_is_said(bench: Bench) -> None:
    """Connection refused: the attempt ends in seconds, not in half an hour."""
    bench.environment |= bench.agent.environment("http://127.0.0.1:9")

    ended = bench.scafld(*bench.asking())

    assert ended.code == 4, ended.said
    assert bench.hearing["failure"] == "unreachable", bench.hearing


def test_no_key_is_no_login(bench: Bench) -> None:
    """Without a key and without a login no packet is answered, and scafld says how to log in. Codex asks a server of a
    user's own all the same, for that may want no key; so it is the server that says no."""
    with ModelServer(bench.agent.api, in_order(Say("", Fault(status=401)))) as model:
        pointed = bench.agent.environment(model.url).items()
        bench.environment |= {name: text for name, text in pointed if not name.endswith("KEY")}
        ended = bench.scafld(*bench.asking())

    assert ended.code == 4, ended.said
    assert bench.hearing["failure"] == "not_logged_in", bench.hearing
    assert "log in with" in ended.words
    assert model.requests == [] or bench.agent.name == "codex"
    assert all("authorization" not in {name.lower() for name in each} for each in model.headers)
