"""The commands on receipts."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scafld.adapters.cli.call import Call
from scafld.adapters.cli.handlers.self_checking import self_check
from scafld.adapters.cli.outputs import target_of
from scafld.adapters.cli.reply import Reply, Told
from scafld.adapters.cli.screens.verdict_screen import verdict_screen
from scafld.core.policy import Wiring
from scafld.core.refusal import Exit, Misused

if TYPE_CHECKING:
    from scafld.app.verify import Verification, Verified


def verify(call: Call) -> Reply:
    if call.flag("self_check"):
        return self_check(call)
    commit, base = _asked(call)
    trust_from = _needed(call, "trust_from")
    ws = call.open()
    summary, sarif = target_of(call, ws.root, "verify", "summary"), target_of(call, ws.root, "verify", "sarif")
    found = ws.verify(
        *(_name(call, each) for each in call.many("receipt")),
        commit=commit,
        base=base,
        trust_from=trust_from,
        depth=_depth(call),
    )
    _write(call, found, summary, sarif)
    advisory = call.flag("ci") and found.wiring is Wiring.ADVISORY
    if found.holds or advisory:
        return Reply(result=_result(found), lines=verdict_screen(found, call.console))
    fallen = sum(not each.holds for each in found.held)
    words = f"{fallen} of {len(found.held)} receipts do not hold" if fallen else str(found.faults[0])
    told = Told(code="validation_failed", message=words)
    return Reply(result=_result(found), lines=verdict_screen(found, call.console), exit=Exit.VALIDATION, told=told)


# Private.

_RANGE = ".."


def _asked(call: Call) -> tuple[str, str]:
    """The commit to hold against, and the one to begin at, "" for none."""
    if call.flag("material_only") and call.flag("no_run"):
        raise Misused("--material-only and --no-run are two depths; say one")
    commit, within = _needed(call, "commit"), _needed(call, "range")
    if not within:
        from scafld.adapters.cli.pipeline import range_of

        return (commit, "") if not call.flag("ci") or commit else range_of(call.environ)
    if commit:
        raise Misused("--range ends at the commit that --commit would name; say one")
    base, dots, head = within.partition(_RANGE)
    if not dots or not base or head.startswith("."):
        raise Misused(f"--range is BASE..HEAD, not {within!r}", next="scafld verify --range origin/main..HEAD")
    return head or "HEAD", base


def _needed(call: Call, name: str) -> str:
    text = call.text(name)
    if name in call.given and not text:
        flag = "--" + name.replace("_", "-")
        raise Misused(f"{flag} needs a commit; it is empty", next="scafld verify --help")
    return text


def _name(call: Call, name: str) -> str:
    """A task as it is, a file from where the user stands."""
    is_path = "/" in name or name.endswith(".json")
    return os.path.join(call.cwd, name) if is_path else name


def _depth(call: Call) -> str:
    return "material" if call.flag("material_only") else "no-run" if call.flag("no_run") else "full"


def _write(call: Call, found: Verification, summary: str, sarif: str) -> None:
    """The files that were asked for; CI's own page too."""
    from scafld.adapters import local
    from scafld.adapters.cli.pipeline import add_to, page_of
    from scafld.core.views.tongues.verdicts import verdicts_markdown, verdicts_sarif

    rows = tuple((each.path, each.task_id, each.faults, each.notices) for each in found.held)
    page = verdicts_markdown(rows, found.faults, found.notices, found.origin)
    if summary:
        local.save(summary, page)
    if sarif:
        local.save(sarif, verdicts_sarif(rows, found.faults))
    if call.flag("ci") and page_of(call.environ):
        add_to(page_of(call.environ), page)


def _result(found: Verification) -> dict[str, object]:
    return {
        "receipts": [_row(each) for each in found.held],
        "faults": found.faults,
        "notices": found.notices,
        "wiring": found.wiring,
        "trusted": found.origin,
    }


def _row(each: Verified) -> dict[str, object]:
    return {
        "task_id": each.task_id,
        "path": each.path,
        "holds": each.holds,
        "faults": each.faults,
        "notices": each.notices,
        "minted_by": each.minted_by,
        "ran": each.ran,
    }
