"""Law 2: who computes a chain anew, cuts it back, or writes an entry with authority by hand, comes no further."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scafld.core.ledger import CLOSING, head_line, origin, seal_line
from scafld.core.names import Actor, ActorKind, TaskId
from scafld.core.refusal import Refused, Unavailable
from scafld.core.task.events import LedgerAccepted

if TYPE_CHECKING:
    from conftest import MortalDisk, Stage

TASK = TaskId("add-cache")
Record = dict[str, Any]
Forge = Callable[[list[Record]], list[Record]]


def records_of(stage: Stage) -> list[Record]:
    found: list[Record] = json.loads(stage.ledger.read_bytes())["entries"]
    return found


def forge(stage: Stage, act: Forge) -> None:
    """Write the ledger anew with other entries, every one sealed as scafld would."""
    lines, prev = [], origin(TASK)
    records = act(records_of(stage))
    for seq, record in enumerate(records, start=1):
        own = {"id": f"entry-{seq}", "seq": seq, "step_end": seq}
        bare = {name: item for name, item in {**record, **own}.items() if name not in ("prev", "digest")}
        line = seal_line(bare, prev)
        lines.append(line.text)
        prev = line.digest
    stage.ledger.write_bytes(head_line(TASK) + b"\n" + b",\n".join(lines) + CLOSING)


def no(act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as told:
        act()
    return told.value


def edited(records: list[Record]) -> list[Record]:
    return [{**each, "title": "Another"} if each["type"] == "approval" else each for each in records]


def without_the_blocked_build(records: list[Record]) -> list[Record]:
    at = next(at for at, each in enumerate(records) if each["type"] == "build_block")
    return records[:at]


def one_less(records: list[Record]) -> list[Record]:
    return records[:-1]


ANEW: dict[str, tuple[Forge, str]] = {
    "an edited entry": (edited, "computed anew"),
    "cut back to before a build that failed": (without_the_blocked_build, "cut back"),
    "the last entry taken away": (one_less, "cut back"),
    "all of it taken away but the plan": (lambda records: records[:1], "cut back"),
}


@pytest.fixture
def reviewed(stage: Stage) -> Stage:
    """A task that could be completed."""
    for step in range(6):
        stage.do(step, stage.open())
    return stage


@pytest.mark.parametrize("what", ANEW)
def test_every_gate_that_writes_refuses_a_ledger_that_is_another_one(reviewed: Stage, what: str) -> None:
    """By name, with nothing written, and `doctor` says what happened; what only reads answers as before."""
    act, words = ANEW[what]
    forge(reviewed, act)
    before = reviewed.ledger.read_bytes()
    ws = reviewed.open()

    for verb in (
        lambda: ws.approve("add-cache", reason="again"),
        lambda: ws.build("add-cache"),
        lambda: ws.review("add-cache"),
        lambda: ws.review_by_human("add-cache", reason="I looked"),
        lambda: ws.complete("add-cache"),
        lambda: ws.cancel("add-cache", reason="not wanted"),
    ):
        refusal = no(verb).refusal
        assert (str(refusal.gate), refusal.next) == ("ledger", "scafld doctor")
        assert words in refusal.reason
        assert any("branch" in line for line in refusal.evidence)
    assert reviewed.ledger.read_bytes() == before
    assert any(words in symptom.what for symptom in ws.doctor().symptoms)
    assert ws.status("add-cache").task_id == "add-cache"


def test_a_last_step_that_was_cut_short_as_by_a_crash_is_missed(reviewed: Stage) -> None:
    """A crash would have come before this host remembered the step."""
    reviewed.ledger.write_bytes(reviewed.ledger.read_bytes()[:-60])
    memory = reviewed.ledgers().recall(TASK)
    assert memory is not None
    assert memory.torn is not None

    assert "cut back" in no(lambda: reviewed.open().review("add-cache", force=True, reason="again")).refusal.reason


def attempt_of(stage: Stage) -> list[Record]:
    """A whole attempt that passes on what stands there, as another life of the same task has it."""
    other = type(stage)(stage.root.parent / "rehearsal" / "work")
    shutil.copytree(stage.root, other.root)
    other.do(5, other.open())
    return records_of(other)[-2:]


def append(stage: Stage, *records: Record) -> None:
    """Put entries behind the ledger by hand; the chain holds."""
    memory = stage.ledgers().recall(TASK)
    assert memory is not None
    text, prev = stage.ledger.read_bytes().removesuffix(CLOSING), memory.head
    for seq, record in enumerate(records, start=memory.task.entries + 1):
        own = {"id": f"entry-{seq}", "seq": seq, "step_end": seq}
        bare = {name: item for name, item in {**record, **own}.items() if name not in ("prev", "digest")}
        line = seal_line(bare, prev)
        text, prev = text + b",\n" + line.text, line.digest
    stage.ledger.write_bytes(text + CLOSING)


def test_a_review_that_was_written_by_hand_mints_nothing(stage: Stage) -> None:
    """Behind what this host wrote, in a chain that holds: the memory does not show it, the missing signature does."""
    for step in range(5):
        stage.do(step, stage.open())
    built = len(records_of(stage))
    append(stage, *attempt_of(stage))

    refusal = no(lambda: stage.open().complete("add-cache")).refusal

    assert str(refusal.gate) == "complete"
    assert f"entry-{built + 2} " in refusal.reason
    assert "it is not signed" in refusal.blockers[0]
    assert not (stage.root / ".scafld" / "receipts").exists()


@pytest.mark.parametrize("kind", ["approval", "review"])
def test_a_signature_that_was_taken_away_stops_the_completion(reviewed: Stage, kind: str) -> None:
    """Named by entry; with it back, the task completes."""
    seq = next(each["seq"] for each in records_of(reviewed) if each["type"] == kind)
    path = reviewed.ledger.parent / "signatures.json"
    whole = path.read_bytes()
    told = json.loads(whole)
    told["signatures"] = [each for each in told["signatures"] if each["entry"] != seq]
    path.write_text(json.dumps(told))

    assert f"entry-{seq}" in no(lambda: reviewed.open().complete("add-cache")).refusal.reason

    path.write_bytes(whole)
    assert str(reviewed.open().complete("add-cache").overview.status) == "completed"


SPOILT: dict[str, Callable[[Record], None]] = {
    "another signature's bytes": lambda told: told["signatures"][0].update(sig=told["signatures"][1]["sig"]),
    "another key's name": lambda told: told["signatures"][0].update(key="ed25519:nobody"),
    "no base64": lambda told: told["signatures"][0].update(sig="!"),
    "another entry's digest": lambda told: told["signatures"][0].update(digest="0" * 64),
}


@pytest.mark.parametrize("what", SPOILT)
def test_a_signature_that_does_not_hold_is_none(reviewed: Stage, what: str) -> None:
    """Whatever of it was changed."""
    path = reviewed.ledger.parent / "signatures.json"
    told = json.loads(path.read_bytes())
    SPOILT[what](told)
    path.write_text(json.dumps(told))

    assert str(no(lambda: reviewed.open().complete("add-cache")).refusal.gate) == "complete"


def test_an_approval_by_another_host_needs_that_hosts_key_among_the_trusted(stage: Stage, tmp_path: Path) -> None:
    """Its name is in the refusal; once it may mint here, the task completes."""
    other = {"SCAFLD_CONFIG_HOME": str(tmp_path / "other"), "SCAFLD_STATE_HOME": str(tmp_path / "other-state")}
    stage.do(0, stage.open())
    stage.do(1, stage.open(environ=other))
    for step in range(2, 6):
        stage.do(step, stage.open())
    theirs = stage.open(environ=other).keys.show().key_id

    assert theirs in no(lambda: stage.open().complete("add-cache")).refusal.blockers[0]

    stage.open(environ=other).keys.trust()
    assert str(stage.open().complete("add-cache").overview.status) == "completed"


def test_what_a_key_signed_counts_after_it_was_rotated_out(reviewed: Stage) -> None:
    """And not once it is revoked from before it signed."""
    old = reviewed.open().keys.show().key_id
    reviewed.open().keys.trust()
    new = reviewed.open().keys.rotate().key_id
    assert new != old

    reviewed.open().keys.revoke(old, reason="the disk was sold", at="2026-01-01")
    assert "was revoked" in no(lambda: reviewed.open().complete("add-cache")).refusal.blockers[0]

    (reviewed.root / ".scafld" / "trusted-keys.json").unlink()
    reviewed.open().complete("add-cache")
    (minted,) = [each for each in records_of(reviewed) if each["type"] == "receipt"]
    assert minted["key"] == new


def test_without_a_place_for_a_key_nothing_with_authority_is_written(stage: Stage) -> None:
    """Refused with the reason; what carries no authority is written all the same."""
    nowhere: Mapping[str, str] = {}
    stage.open(environ=nowhere).plan("add-cache", title="Add a cache", command="grep -q y a.py")
    before = stage.ledger.read_bytes()

    for verb in (
        lambda ws: ws.approve("add-cache"),
        lambda ws: ws.quick("other", title="Another", command="grep -q z a.py"),
    ):
        with pytest.raises(Unavailable, match="HOME is not set"):
            verb(stage.open(environ=nowhere))
    assert stage.ledger.read_bytes() == before
    assert not (stage.ledger.parent.parent / "other").exists()
    assert any("HOME is not set" in line for line in stage.open(environ=nowhere).doctor().notices)


def test_a_reviewer_is_not_asked_where_its_verdict_could_not_be_signed(stage: Stage) -> None:
    """Before the attempt is on record: it may cost money."""
    for step in range(5):
        stage.do(step, stage.open())
    before = stage.ledger.read_bytes()

    with pytest.raises(Unavailable, match="HOME is not set"):
        stage.open(environ={}).review("add-cache")
    assert stage.ledger.read_bytes() == before


@pytest.mark.parametrize("place", ["state", "config"])
def test_what_others_can_read_is_believed_by_nobody(reviewed: Stage, place: str) -> None:
    """Refused with what to do about it, and nothing is written."""
    folder = {"state": reviewed.state / "heads", "config": reviewed.root.parent / "config"}[place]
    (inner,) = folder.iterdir()
    inner.chmod(0o755)
    before = reviewed.ledger.read_bytes()

    with pytest.raises(Unavailable, match="is open to others") as told:
        reviewed.open().complete("add-cache")

    assert told.value.next == f"chmod 700 {inner}"
    assert reviewed.ledger.read_bytes() == before
    inner.chmod(0o700)
    assert str(reviewed.open().complete("add-cache").overview.status) == "completed"


def test_a_damaged_memory_is_told_and_written_anew(reviewed: Stage) -> None:
    """It is no fault of the ledger's."""
    (path,) = (reviewed.state / "heads").rglob("add-cache.json")
    path.write_bytes(b"")

    assert any("is damaged" in symptom.what for symptom in reviewed.open().doctor().symptoms)
    reviewed.open().complete("add-cache")
    assert json.loads(path.read_bytes())["entries"] == len(records_of(reviewed))
    assert reviewed.open().doctor().symptoms == ()


def test_a_ledger_that_is_gone_is_missed(reviewed: Stage) -> None:
    """By every gate, and by doctor; its name is not given to another task."""
    reviewed.ledger.unlink()
    ws = reviewed.open()

    assert "it is gone" in no(lambda: ws.build("add-cache")).refusal.reason
    assert any("it is gone" in symptom.what for symptom in ws.doctor().symptoms)

    for path in (reviewed.root / ".scafld" / "specs").rglob("*.md"):
        path.unlink()
    assert "it is gone" in no(lambda: ws.plan("add-cache", title="x", command="grep -q y a.py")).refusal.reason
    assert any("add-cache" in line for line in ws.doctor().notices)


def test_a_person_accepts_a_ledger_as_it_stands_and_the_receipt_says_so(reviewed: Stage) -> None:
    """With the entries that nobody had signed: one entry more, signed, and an override in the receipt."""
    verdict = records_of(reviewed)[-1]
    head = verdict["digest"]
    forge(reviewed, lambda records: [*edited(records)[:-1], {**verdict, "model": "another"}])
    unsigned = [each["seq"] for each in records_of(reviewed) if each["type"] in ("approval", "review")]

    done = reviewed.open().accept_ledger("add-cache", reason="I merged by hand")

    assert (done.accepted.remembered, done.accepted.remembered_entries) == (head, verdict["seq"])
    assert list(done.accepted.unproven) == unsigned
    assert reviewed.open().doctor().symptoms == ()
    reviewed.open().complete("add-cache")
    (override,) = receipt_of(reviewed)["overrides"]
    assert (override["waived"], override["reason"]) == ("ledger", "I merged by hand")
    assert f"entry-{unsigned[0]} unproven" in override["what"]


def receipt_of(stage: Stage) -> Record:
    envelope = json.loads((stage.root / ".scafld" / "receipts" / "add-cache.dsse.json").read_bytes())
    found: Record = json.loads(base64.b64decode(envelope["payload"]))["predicate"]
    return found


def test_what_was_accepted_is_accepted_once(reviewed: Stage) -> None:
    """What comes later, and is not signed, is not."""
    start, verdict = records_of(reviewed)[-2:]
    forged = {**start, "attempt": "review-98"}, {**verdict, "attempt": "review-98"}
    append(reviewed, *forged)
    reviewed.open().accept_ledger("add-cache", reason="I looked at it")
    seq = len(records_of(reviewed)) + 2
    append(reviewed, *({**each, "attempt": "review-99"} for each in forged))

    assert f"entry-{seq} of" in no(lambda: reviewed.open().complete("add-cache")).refusal.reason


def test_only_a_person_accepts_and_only_what_needs_it(reviewed: Stage) -> None:
    """Not an agent, not without a reason, not where nothing is wrong, not a task that is not there."""
    ws = reviewed.open()
    assert "is as this host left it" in no(lambda: ws.accept_ledger("add-cache", reason="to be sure")).refusal.reason
    assert "there is no task" in no(lambda: ws.accept_ledger("other", reason="to be sure")).refusal.reason
    forge(reviewed, one_less)
    agent = reviewed.open(actor=Actor(kind=ActorKind.AGENT, name="claude"))

    assert "is an agent" in no(lambda: agent.accept_ledger("add-cache", reason="please")).refusal.reason
    assert "with a reason" in no(lambda: ws.accept_ledger("add-cache", reason=" ")).refusal.reason
    assert not any(isinstance(each.event, LedgerAccepted) for each in reviewed.ledgers().entries(TASK))


def test_a_copy_of_a_workspace_has_a_memory_of_its_own(reviewed: Stage, tmp_path: Path) -> None:
    """And one that was made anew at the same place is not haunted by the one before."""
    copy = type(reviewed)(tmp_path / "copy")
    shutil.copytree(reviewed.root, copy.root)
    copy.environ, copy.state = reviewed.environ, reviewed.state
    reviewed.do(6, reviewed.open())
    copy.do(6, copy.open())

    assert str(copy.open().status("add-cache").status) == "completed"

    shutil.copytree(copy.root, tmp_path / "clone", ignore=shutil.ignore_patterns("workspace-id"))
    shutil.rmtree(reviewed.root)
    shutil.copytree(tmp_path / "clone", reviewed.root)
    forge(reviewed, lambda records: records[:1])
    shutil.rmtree(reviewed.root / ".scafld" / "specs" / "archive")
    assert "is not as this host left it" not in str(no(lambda: reviewed.open().build("add-cache")))


def test_a_death_between_the_append_and_the_memory_is_no_break(
    stage: Stage, mortal_disk: type[MortalDisk], died: type[BaseException]
) -> None:
    """The ledger goes on from what is remembered, and the next command remembers all of it."""
    stage.do(0, stage.open())
    stage.do(1, stage.open())
    (path,) = (stage.state / "heads").rglob("add-cache.json")
    kept = json.loads(path.read_bytes())["entries"]

    with pytest.raises(died):
        stage.do(2, stage.open(mortal_disk(_jot_of(stage, mortal_disk), 0)))

    assert json.loads(path.read_bytes())["entries"] == kept < len(records_of(stage))
    assert stage.open().doctor().symptoms == () or stage.open().doctor(repair=True).well
    stage.go_on(stage.open())
    assert json.loads(path.read_bytes())["entries"] == len(records_of(stage))


def _jot_of(stage: Stage, mortal_disk: type[MortalDisk]) -> int:
    """At which act of the next command the memory is written, found on a copy."""
    copy = type(stage)(stage.root.parent / "rehearsal" / "work")
    shutil.copytree(stage.root, copy.root)
    copy.environ = stage.environ
    witness = mortal_disk()
    copy.do(2, copy.open(witness))
    return next(number for number, (act, _) in enumerate(witness.acts, start=1) if act == "jot")


def test_looking_loads_no_key_and_writing_without_authority_loads_no_cryptography(stage: Stage) -> None:
    """Only an entry that is to be signed does."""
    stage.do(0, stage.open())
    stage.do(1, stage.open())
    text = (
        "import sys, scafld\n"
        f"ws = scafld.open({str(stage.root)!r}, environ={dict(stage.environ)!r} | {{'PATH': {os.environ['PATH']!r}}})\n"
        "getattr(ws, sys.argv[1])('add-cache', **({'reason': 'x'} if sys.argv[1] == 'cancel' else {}))\n"
        "print([name for name in sys.modules if re.match('cryptography|scafld.adapters.signing', name)])\n"
    )
    loaded = {}
    for verb in ("status", "build", "cancel"):
        ran = subprocess.run(
            [sys.executable, "-c", f"import re\n{text}", verb],
            env={"PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            encoding="utf-8",
            check=True,
            timeout=60,
        )
        loaded[verb] = ran.stdout
    assert loaded["status"].strip() == "[]"
    assert not re.search("cryptography", loaded["build"] + loaded["cancel"])
