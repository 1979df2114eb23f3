"""A contract's criteria as test reports are drawn from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from scafld.core.evidence.criterion import Ended
from scafld.core.names import Moment
from scafld.core.task.known import Task
from scafld.core.value import changed
from scafld.core.views.tongues.junit import junit_of

if TYPE_CHECKING:
    from conftest import Readers, Told


def report(told: Told, readers: Readers) -> Any:
    return readers.junit(junit_of(told.overview, told.task))


def case(root: Any, name: str) -> Any:
    (found,) = [each for each in root.iter("testcase") if each.get("name") == name]
    return found


def properties(root: Any, suite: str) -> dict[str, str]:
    (found,) = [each for each in root if each.get("name") == suite]
    return {each.get("name"): each.get("value") for each in found.find("properties")}


def test_a_phase_is_a_suite_and_a_criterion_a_case(told: Told, readers: Readers) -> None:
    """In the contract's order; the final criteria are a suite of their own."""
    root = report(told, readers)

    assert [(suite.get("name"), [each.get("name") for each in suite.iter("testcase")]) for suite in root] == [
        ("phase1", ["ac1", "ac2", "ac3"]),
        ("final", ["v1"]),
    ]
    assert case(root, "ac1").get("classname") == "add-cache.phase1"
    assert [root.get(name) for name in ("name", "tests", "failures", "errors")] == ["add-cache", "4", "0", "1"]


def test_what_became_of_a_criterion(told: Told, readers: Readers) -> None:
    """A pass has no mark, a run without an answer is an error that says how it ended, what waits or was not run is
    skipped."""
    root = report(told, readers)

    error = case(root, "ac2").find("error")
    assert [each.tag for each in case(root, "ac1")] == ["system-out"]
    assert (error.get("type"), error.get("message")) == ("timeout", "ran out of time after 61.0 s")
    assert case(root, "ac3").find("skipped").get("message") == "not run yet"


def test_a_no_is_a_failure(told: Told, readers: Readers) -> None:
    """A criterion that ran and said no is told apart from one that never came to an answer."""
    seen = changed(told.task.results["ac2"].observation, ended=Ended.EXITED, exit_code=1)
    task = changed(told.task, results={**told.task.results, "ac2": changed(told.task.results["ac2"], observation=seen)})

    failure = case(readers.junit(junit_of(told.overview, task)), "ac2").find("failure")

    assert failure.get("type") == "exit_code_zero"
    assert failure.text.splitlines() == ["It ends", "check end", "ran out of time after 61.0 s"]


def test_a_command_that_is_not_there_is_an_error(told: Told, readers: Readers) -> None:
    """126 and 127 are the shell's answer, not the criterion's."""
    seen = changed(told.task.results["ac2"].observation, ended=Ended.EXITED, exit_code=127)
    task = changed(told.task, results={**told.task.results, "ac2": changed(told.task.results["ac2"], observation=seen)})

    assert case(readers.junit(junit_of(told.overview, task)), "ac2").find("error").get("type") == "not_found"


def test_the_end_of_the_output_is_there(told: Told, readers: Readers) -> None:
    """As text, whatever it was."""
    assert case(report(told, readers), "ac2").find("system-out").text == "still at it\n"


def test_what_junit_has_no_word_for_is_a_property(told: Told, readers: Readers) -> None:
    """Contract, approval and ledger once a suite; command, strength, whether it was seen red, entry and output for each
    criterion."""
    facts = properties(report(told, readers), "phase1")

    assert facts["contract"] == told.spec.digest and facts["contract.approval"] == "current"
    assert (facts["phase"], facts["ledger"], facts["task.status"]) == ("Store", "sealed", "blocked")
    assert (facts["ac1.command"], facts["ac1.strength"], facts["ac1.red_seen"]) == ("check kept", "red-green", "true")
    assert facts["ac1.entry"].startswith("entry-") and len(facts["ac1.output_sha256"]) == 64
    assert facts["ac3.outcome"] == "not_run" and "ac3.command" not in facts


def test_a_run_before_the_work_is_no_result(told: Told, readers: Readers) -> None:
    """It is skipped, takes no time, shows no output, and says that it was before."""
    before = tuple(changed(each, outcome="not_run") for each in told.overview.criteria)

    root = readers.junit(junit_of(changed(told.overview, criteria=before), told.task))

    found = case(root, "ac1")
    assert [(each.get("skipped"), each.get("time"), each.get("timestamp")) for each in root] == [
        ("3", "0.000", None),
        ("1", "0.000", None),
    ]

    assert [each.tag for each in found] == ["skipped"] and found.get("time") is None
    assert found.find("skipped").get("message") == "not run since the work began; before it: exit 0"


def test_times_are_seconds_and_utc(told: Told, readers: Readers) -> None:
    """A case its own, a suite the sum, and the moment of its last run without a zone."""
    root = report(told, readers)

    latest = max(told.task.results[name].at for name in ("ac1", "ac2"))
    assert case(root, "ac2").get("time") == "61.005"
    assert [each.get("time") for each in (*root, root)] == ["61.015", "0.010", "61.025"]
    assert Moment(f"{root[0].get('timestamp')}{latest[19:]}") == latest


def test_evidence_of_another_entry_is_not_told(told: Told, readers: Readers) -> None:
    """A result that the view was not drawn from lends it no output."""
    later = {name: changed(result, seq=result.seq + 1) for name, result in told.task.results.items()}

    for task in (Task(), changed(told.task, results=later)):
        root = readers.junit(junit_of(told.overview, task))

        assert list(root.iter("system-out")) == [] and root[0].get("timestamp") is None


def test_a_contract_without_criteria_has_no_case(told: Told, readers: Readers) -> None:
    """And no failure, and above all no pass."""
    root = readers.junit(junit_of(changed(told.overview, criteria=(), phases=()), told.task))

    assert (root.get("tests"), len(root)) == ("0", 0)


def test_output_opens_no_element(told: Told, readers: Readers) -> None:
    """A command that prints XML, the end of a section, entities, escapes and halves of pairs prints text."""
    said = '</system-out><testcase name="forged"/>]]>&amp;<![CDATA[ &#0; \x1b[2J \0 \ud800 \ufffe \r é'

    text = junit_of(told.saying(said).overview, told.saying(said).task)

    root = readers.junit(text)
    assert case(root, "ac1").find("system-out").text == (
        '</system-out><testcase name="forged"/>]]>&amp;<![CDATA[ &#0; \\x1b[2J \\x00 \\ud800 \\ufffe \\x0d é'
    )
    assert [each.get("name") for each in root.iter("testcase")] == ["ac1", "ac2", "ac3", "v1"]
    assert ElementTree.canonicalize(text).count("forged") > 0


def test_a_line_break_in_an_attribute_stays_one(told: Told, readers: Readers) -> None:
    """XML turns a bare one into a blank."""
    said = told.saying("one\n\ttwo")

    assert properties(readers.junit(junit_of(said.overview, said.task)), "phase1")["ac1.command"] == "one\n\ttwo"


def test_a_faulty_contract_with_two_phases_of_one_name_counts_each_criterion_once(told: Told, readers: Readers) -> None:
    """The second phase adds nothing."""
    overview = changed(told.overview, phases=(*told.overview.phases, told.overview.phases[0]))

    assert readers.junit(junit_of(overview, told.task)).get("tests") == "4"
