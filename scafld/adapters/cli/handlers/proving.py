"""The commands on receipts."""

from __future__ import annotations

from collections.abc import Iterator

from scafld.adapters.cli.call import Call
from scafld.adapters.cli.reply import Reply, Told
from scafld.app.verify import Verified
from scafld.core.refusal import Exit, Misused


def verify(call: Call) -> Reply:
    if "commit" in call.given and not call.text("commit"):
        raise Misused("--commit needs a commit; it is empty", next="scafld verify --help")
    found = call.open().verify(call.text("task"), commit=call.text("commit"))
    lines = tuple(line for each in found for line in _lines(each))
    fallen = sum(not each.holds for each in found)
    rows = [{"task_id": each.task_id, "holds": each.holds, **_told(each)} for each in found]
    if found and not fallen:
        return Reply(result={"receipts": rows}, lines=lines)
    words = f"{fallen} of {len(found)} receipts do not hold" if found else "there is no receipt; nothing is shown"
    told = Told(code="validation_failed", message=words)
    return Reply(result={"receipts": rows}, lines=lines, exit=Exit.VALIDATION, told=told)


# Private.


def _told(each: Verified) -> dict[str, object]:
    return {"problems": each.problems, "notices": each.notices, "minted_by": each.minted_by}


def _lines(each: Verified) -> Iterator[str]:
    yield f"{each.task_id}  {'holds' if each.holds else 'does not hold'}"
    yield from (f"  no    {words}" for words in each.problems)
    yield from (f"  note  {words}" for words in each.notices)
