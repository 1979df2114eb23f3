"""What makes a line of a ledger hold: its own digest, the line before it, and its number."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from hypothesis import given, strategies

from scafld.core.digest import canonical
from scafld.core.ledger import (
    CLOSING,
    ENVELOPE,
    SCHEMA_VERSION,
    Broken,
    Line,
    check_chain,
    check_line,
    head_line,
    origin,
    record_of,
    seal_line,
)
from scafld.core.names import Digest, Moment, TaskId

TASK = TaskId("add-cache")
ACTOR: dict[str, object] = {"kind": "human", "name": "somebody", "terminal": True}


def record(seq: int, **fields: object) -> dict[str, object]:
    return record_of(
        seq=seq, kind="fail", at=Moment("2026-01-31T12:00:00.000Z"), actor=ACTOR, step_end=seq, fields=fields
    )


def chain(count: int) -> list[Line]:
    lines: list[Line] = []
    for seq in range(1, count + 1):
        lines.append(seal_line(record(seq, reason=f"reason {seq}"), lines[-1].digest if lines else origin(TASK)))
    return lines


def test_a_line_is_its_canonical_json_with_its_digest_last() -> None:
    """The digest is that of the same JSON without it."""
    line = seal_line(record(1, reason="x"), origin(TASK))

    said = json.loads(line.text)
    found = said.pop("digest")
    assert line.text == canonical(said)[:-1] + b',"digest":"' + found.encode() + b'"}'
    assert found == line.digest == sha256(canonical(said)).hexdigest()
    assert said["prev"] == origin(TASK)


def test_a_whole_ledger_is_one_json_document() -> None:
    """Head, lines, closing."""
    lines = chain(2)

    document = json.loads(head_line(TASK) + b"\n" + b",\n".join(line.text for line in lines) + CLOSING)

    assert (document["schema_version"], document["task_id"]) == (SCHEMA_VERSION, TASK)
    assert [entry["id"] for entry in document["entries"]] == ["entry-1", "entry-2"]


def test_a_chain_that_holds_gives_its_lines() -> None:
    """Each once."""
    lines = chain(4)

    assert list(check_chain([line.text for line in lines], TASK)) == lines


def test_lines_are_given_as_they_are_proved() -> None:
    """Lazily: what stands before a broken one can be read."""
    texts = [line.text for line in chain(3)]
    found = check_chain([texts[0], texts[2]], TASK)

    assert next(found).text == texts[0]
    with pytest.raises(Broken) as broken:
        next(found)
    assert broken.value.seq == 2


def test_another_task_has_another_origin() -> None:
    """So that no entry passes for another task's."""
    with pytest.raises(Broken) as broken:
        list(check_chain([chain(1)[0].text], TaskId("other")))
    assert broken.value.seq == 1


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda text: text.replace(b"reason 2", b"reason 3"), "edited"),
        (lambda text: text.replace(b":", b": ", 1), "edited"),
        (lambda text: text[:-2], "does not end in a digest"),
        (lambda text: b"", "does not end in a digest"),
        (lambda text: b"{}", "does not end in a digest"),
        (lambda text: text + b" ", "does not end in a digest"),
        (lambda text: text[:-3] + b'x"}', "edited"),
    ],
)
def test_a_line_that_does_not_hold_is_named(damage: object, words: str) -> None:
    """By its number and a reason."""
    lines = chain(3)

    with pytest.raises(Broken, match=words) as broken:
        list(check_chain([lines[0].text, damage(lines[1].text), lines[2].text], TASK))  # type: ignore[operator]

    assert broken.value.seq == 2
    assert str(broken.value).startswith("entry-2: ")


def test_a_line_sealed_anew_breaks_the_line_after_it() -> None:
    """Whoever recomputes one digest has to recompute all that follow."""
    lines = chain(3)
    forged = seal_line(record(2, reason="forged"), lines[0].digest)

    with pytest.raises(Broken, match="does not follow") as broken:
        list(check_chain([lines[0].text, forged.text, lines[2].text], TASK))

    assert broken.value.seq == 3


def test_a_line_with_another_number_does_not_hold() -> None:
    """Though its digest does."""
    forged = seal_line(record(2), origin(TASK))

    with pytest.raises(Broken, match="number 1"):
        check_line(forged.text, 1, origin(TASK))


def test_a_prev_inside_a_field_is_no_prev() -> None:
    """Text that an actor wrote cannot stand for the chain: quotes in it are escaped."""
    lines = chain(1)
    forged = seal_line(record(2, reason=f'"prev":"{lines[0].digest}"'), Digest("0" * 64))

    with pytest.raises(Broken, match="does not follow"):
        check_line(forged.text, 2, lines[0].digest)


@pytest.mark.parametrize("name", ENVELOPE)
def test_an_event_has_no_field_of_the_entrys_own(name: str) -> None:
    """Or it could overwrite who said it, and when."""
    at = Moment("2026-01-31T12:00:00.000Z")

    with pytest.raises(ValueError, match=name):
        record_of(seq=1, kind="fail", at=at, actor=ACTOR, step_end=1, fields={name: "x"})


@given(strategies.text(), strategies.text(max_size=20))
def test_any_text_can_be_sealed_and_proved(reason: str, name: str) -> None:
    """Line breaks, quotes and control characters stay inside their line."""
    actor: dict[str, object] = {"kind": "agent", "name": name, "terminal": False}
    at = Moment("2026-01-31T12:00:00.000Z")
    told = record_of(seq=1, kind="fail", at=at, actor=actor, step_end=1, fields={"reason": reason})

    line = seal_line(told, origin(TASK))

    assert b"\n" not in line.text
    assert check_line(line.text, 1, origin(TASK)) == line.digest
    assert json.loads(line.text)["reason"] == reason
