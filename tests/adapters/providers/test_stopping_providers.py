"""A provider that is stopped was stopped, whoever it is, and leaves nothing; what it cannot keep it does not send."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scafld.adapters.process.program import Bounds, Program
from scafld.adapters.providers.registry import PROGRAMS
from scafld.adapters.providers.seat import Means, Seat
from scafld.core.digest import canonical, digest_of
from scafld.core.evidence.criterion import Ended, Observation
from scafld.core.refusal import Cancelled, Unavailable
from scafld.core.value import changed
from tests.adapters.providers.emulated import install, question


@pytest.mark.parametrize("name", PROGRAMS)
def test_one_that_is_stopped_was_stopped(means: Means, tools: Path, scratches: Path, name: str) -> None:
    """It is no failure of the provider; its own files are gone."""
    there: list[list[str]] = []

    def stopped(_program: Program, _bounds: Bounds, _listen: object, _watch: object) -> Observation:
        there.append(os.listdir(scratches))
        return Observation(ended=Ended.CANCELLED, duration_ms=1, output_digest=digest_of(b""), output_bytes=0)

    seat = Seat(provider=name, binary=str(install(tools, name, ())))
    provider = PROGRAMS[name](changed(means, run=stopped), seat)

    with pytest.raises(Cancelled, match=name):
        provider.ask(question(), lambda pulse: None)

    assert [len(names) for names in there] == [1]
    assert os.listdir(scratches) == []


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_packet_that_cannot_be_kept_is_not_sent(means: Means, tools: Path, name: str) -> None:
    """What a model was given is evidence."""

    def full(_task: str, _content: bytes) -> str:
        raise Unavailable("the disk is full")

    provider = PROGRAMS[name](changed(means, save=full), Seat(provider=name, binary=str(install(tools, name, ()))))

    with pytest.raises(Unavailable, match="full"):
        provider.ask(question(), lambda pulse: None)

    assert not (tools / f"{name}.seen").exists()


def test_names_that_are_no_text_fit_a_ledger(ask) -> None:
    """Half a surrogate has no canonical JSON: it is shown as a mark."""
    odd = '"\\ud800 \\u001b[2J' + "x" * 300 + '"'
    init = f'{{"type": "system", "subtype": "init", "session_id": {odd}, "model": {odd}, "claude_code_version": {odd}}}'
    denial = f'{{"type": "result", "permission_denials": [{{"tool_name": {odd}, "tool_input": {{}}}}]}}'

    reply = ask("claude", (("emit", init), ("emit", denial)))

    said = [reply.model, reply.version, reply.session, *reply.denied]
    assert len(said) == 4
    assert all(each.startswith("\ufffd") and len(each) <= 100 for each in said)
    assert canonical(said)
