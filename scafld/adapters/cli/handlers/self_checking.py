"""The commands on how receipts are verified elsewhere, and how they get there."""

from __future__ import annotations

from collections.abc import Iterator

from scafld.adapters.cli.call import Call
from scafld.adapters.cli.console import Console, line_of
from scafld.adapters.cli.reply import Reply, Told
from scafld.app.premises.wiring import Wired
from scafld.core.refusal import Exit, Misused


def self_check(call: Call) -> Reply:
    """`scafld verify --self-check`, which looks at the repository as a whole and at no receipt."""
    others = sorted(set(call.given) - {"self_check", "json", "root"})
    if others:
        named = " and ".join(name if name == "task" else f"--{name.replace('_', '-')}" for name in others)
        raise Misused(f"--self-check stands alone; {named} does not go with it", next="scafld verify --self-check")
    found = call.open().self_check()
    gaps = len(found.gaps)
    lines = (*_lines(found, call.console), f"{gaps} gap{'' if gaps == 1 else 's'}; proof.wiring is {found.wiring}")
    result = {
        "wiring": found.wiring,
        "holds": found.holds,
        "gaps": gaps,
        "points": found.points,
        "unseen": found.unseen,
    }
    if found.holds:
        return Reply(result=result, lines=lines)
    words = f"the wiring is not what is required: {gaps} gap{'' if gaps == 1 else 's'}"
    told = Told(code="validation_failed", message=words)
    return Reply(result=result, lines=lines, exit=Exit.VALIDATION, told=told)


def note(call: Call) -> Reply:
    if "commit" in call.given and not call.text("commit"):
        raise Misused("--commit needs a commit; it is empty", next="scafld note --help")
    found = call.open().note(call.text("task"), commit=call.text("commit") or "HEAD")
    words = "goes with" if found.added else "went already with"
    line = f"the receipt of {found.task_id} {words} {found.commit[:12]}, in {found.ref}"
    return Reply(result=found, lines=(line,), next=f"git push origin {found.ref}" if found.added else "")


# Private.


def _lines(found: Wired, console: Console) -> Iterator[str]:
    for each in found.points:
        head = console.meant("gap", "gap   ") if each.gap else "      "
        yield from console.beside(head, f"{each.about}: {each.says}", 6)
        if each.gap and each.next:
            yield f"      do: {line_of(each.next)}"
    for words in found.unseen:
        yield from console.beside("?     ", f"cannot be seen from here: {words}", 6)
