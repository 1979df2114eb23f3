"""A finding that cites what is not there is shown as unverified wherever it is shown, and weighs what it weighs."""

from __future__ import annotations

from scafld.adapters.cli.console import Console
from scafld.adapters.cli.screens.task_screen import task_screen
from scafld.core.evidence.dossier import Attack, AttackResult, Dossier, Finding, Mode, Severity
from scafld.testing import Kit, commands, hands_in, scripted, workspace

TASK = "add-cache"


def found(name: str, path: str, line: int | None) -> Finding:
    return Finding(
        id=name,
        summary="It breaks.",
        severity=Severity.HIGH,
        blocks_completion=True,
        path=path,
        line=line,
        evidence="seen",
        impact="harm",
        validation="run it",
    )


def reviewed(*findings: Finding) -> Kit:
    """A task whose change takes old.py away, and whose reviewer holds these against it."""
    dossier = Dossier(
        summary="Read it.",
        mode=Mode.DISCOVER,
        findings=findings,
        attacks=(Attack(target="a.py", attack="empty input", result=AttackResult.CLEAN),) * 6,
    )
    kit = workspace(
        files={"a.py": "x = 1\n", "old.py": "1\n"},
        run=commands({"check": lambda files: 0 if "y" in files["a.py"] else 1}),
        provider=scripted([hands_in(dossier)]),
    )
    kit.quick(TASK, title="Add a cache", command="check", files=("a.py",))
    kit.tree.append("a.py", "y = 2\n")
    kit.tree.delete("old.py")
    kit.build(TASK)
    kit.review(TASK)
    return kit


def test_each_place_is_told_by_what_is_not_there() -> None:
    """A file, a line; what the change took away was there, and a finding may cite nothing."""
    places = (("a.py", 2), ("a.py", 3), ("none.py", 1), ("old.py", 88), ("a.py", None))

    kit = reviewed(*(found(f"f{at}", path, line) for at, (path, line) in enumerate(places)))

    raised = {each.finding: each.unverified for each in kit.status(TASK).review.raised}
    assert raised == {
        "f0": "",
        "f1": "names line 3 of 2",
        "f2": "names no file that is there",
        "f3": "",
        "f4": "",
    }


def test_it_is_shown_as_such_to_everybody() -> None:
    """On the page, in the spec, in the handoff: beside the finding, and beside no other."""
    kit = reviewed(found("sound", "a.py", 1), found("astray", "none.py", 7))

    page = "\n".join(task_screen(kit.status(TASK), Console()))
    handoff, spec = kit.handoff(TASK).handoff.text, kit.show(TASK).text

    words = "names no file that is there"
    assert f"unverified: {words}" in page
    assert f"`none.py:7` (unverified: {words})" in handoff
    assert f"- Unverified: {words}" in spec
    assert [text.lower().count("unverified") for text in (page, handoff, spec)] == [1, 1, 1]


def test_it_still_blocks() -> None:
    """A reviewer that errs about a place may be right about the thing; a person can dismiss it."""
    kit = reviewed(found("astray", "none.py", 7))

    before = kit.status(TASK).review.standing
    kit.dismiss(TASK, "astray", reason="there is no such file")

    assert (before, kit.status(TASK).review.standing) == ("failed", "passed")


def test_a_spec_that_shows_it_reads_as_before() -> None:
    """The mark is scafld's own line: written anew, it stands there once."""
    kit = reviewed(found("astray", "none.py", 7))

    kit.tree.append("a.py", "z\n")
    kit.build(TASK)

    assert kit.show(TASK).text.count("Unverified:") == 1
    assert kit.show(TASK).problems == ()
