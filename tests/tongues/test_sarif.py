"""A review's findings as code scanning reads them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from scafld.core.evidence.dossier import Finding, Severity
from scafld.core.value import changed
from scafld.core.views.overview import Overview
from scafld.core.views.tongues.sarif import MOST_RESULTS, rule_id, sarif_of

if TYPE_CHECKING:
    from conftest import Readers, Told


def with_findings(told: Told, *findings: Finding) -> Overview:
    return changed(told.overview, review=changed(told.overview.review, findings=findings))


def place(result: dict[str, Any]) -> tuple[str, int]:
    where = result["locations"][0]["physicalLocation"]
    return where["artifactLocation"]["uri"], where["region"]["startLine"]


def test_a_finding_is_a_result(told: Told, readers: Readers) -> None:
    """Its rule, its level, its place percent-encoded below %SRCROOT%, its fingerprint, its words, the summary first."""
    run = readers.sarif(sarif_of(told.overview))

    leak = run["results"][0]
    assert (leak["ruleId"], leak["level"]) == ("security/leak", "error")
    assert place(leak) == ("src/gr%C3%B6%C3%9Fe%201.py", 88)
    assert leak["locations"][0]["physicalLocation"]["artifactLocation"]["uriBaseId"] == "%SRCROOT%"
    assert leak["partialFingerprints"] == {"scafldFinding/v1": told.overview.review.findings[0].fingerprint}
    assert leak["message"]["text"].splitlines()[0] == "leak is wrong"
    assert "Evidence: it was seen" in leak["message"]["text"]
    assert leak["suppressions"] == []


def test_no_line_hash_is_claimed(told: Told) -> None:
    """GitHub's hash of a source line needs the file, which nobody looks at here; its upload action computes it."""
    assert "primaryLocationLineHash" not in sarif_of(told.overview)


def test_a_level_follows_the_severity(told: Told, readers: Readers, a_finding: Callable[..., Finding]) -> None:
    """Error for critical and high, warning for medium, note for low."""
    findings = [a_finding(str(each), severity=each) for each in Severity]

    run = readers.sarif(sarif_of(with_findings(told, *findings)))

    assert [each["level"] for each in run["results"]] == ["error", "error", "warning", "note"]


def test_a_finding_without_a_place_lies_at_the_contract(told: Told, readers: Readers) -> None:
    """At its first line, which is said to be no line that a reviewer named."""
    run = readers.sarif(sarif_of(told.overview))

    typo = next(each for each in run["results"] if each["ruleId"] == "review/typo")
    race = next(each for each in run["results"] if each["ruleId"] == "review/race")
    assert place(typo) == (".scafld/specs/active/add-cache.md", 1)
    assert place(race) == ("a.py", 1)
    assert not typo["properties"]["lineKnown"] and not race["properties"]["lineKnown"]


@pytest.mark.parametrize("path", ["/etc/passwd", "../../a.py", "a/../b.py", "//host/a.py", "\0", "x" * 5000])
def test_a_place_outside_the_workspace_is_no_place(
    path: str, told: Told, readers: Readers, a_finding: Callable[..., Finding]
) -> None:
    """What a reviewer wrote stands beside it, and the URI leads nowhere."""
    run = readers.sarif(sarif_of(with_findings(told, a_finding("leak", path=path, line=9))))

    (result,) = run["results"]
    assert place(result) == (".scafld/specs/active/add-cache.md", 1)


@pytest.mark.parametrize("line", [0, -3, 2**31, 2**53])
def test_a_line_that_is_none_is_not_told(
    line: int, told: Told, readers: Readers, a_finding: Callable[..., Finding]
) -> None:
    """It is the first line, and not known."""
    run = readers.sarif(sarif_of(with_findings(told, a_finding("leak", line=line))))

    (result,) = run["results"]
    assert place(result) == ("a.py", 1) and not result["properties"]["lineKnown"]


def test_what_was_put_aside_is_suppressed(told: Told, readers: Readers) -> None:
    """By the review itself, or by a person, whose reason stands there; the person's word goes first."""
    leak, waived = told.overview.review.findings[0], told.overview.review.findings[3]

    run = readers.sarif(sarif_of(told.overview, {leak.fingerprint: "known\nfor years", waived.fingerprint: "mine"}))

    reasons = {each["ruleId"]: [why["justification"] for why in each["suppressions"]] for each in run["results"]}
    assert reasons == {
        "security/leak": ["known for years"],
        "review/race": [],
        "review/typo": [],
        "review/waived": ["mine"],
        "review/merged": ["the review records it as superseded by another finding"],
    }
    every = [why for each in run["results"] for why in each["suppressions"]]
    assert {(why["kind"], why["status"]) for why in every} == {("external", "accepted")}


def test_what_is_fixed_is_no_result(told: Told, readers: Readers) -> None:
    """Code scanning closes an alert that is not there any more; the run says which ones were fixed."""
    run = readers.sarif(sarif_of(told.overview))

    assert "gone" not in json.dumps(run["results"])
    assert run["properties"]["fixed"] == ["gone"]


def test_no_review_is_not_an_empty_list(told: Told, readers: Readers) -> None:
    """Without a verdict there are no `results` at all; a review without findings has none."""
    review = changed(told.overview.review, findings=())
    nobody = changed(told.overview, review=changed(review, by="", at=None))

    assert "results" not in readers.sarif(sarif_of(nobody))
    assert readers.sarif(sarif_of(nobody))["invocations"] == [{"executionSuccessful": False}]
    assert readers.sarif(sarif_of(changed(told.overview, review=review)))["results"] == []


def test_a_task_has_a_category_of_its_own(told: Told, readers: Readers) -> None:
    """An upload for one task closes no alert of another."""
    assert readers.sarif(sarif_of(told.overview))["automationDetails"] == {"id": "scafld/add-cache/"}


@pytest.mark.parametrize(
    ("category", "name", "wanted"),
    [
        ("security", "sql-injection", "security/sql-injection"),
        ("", "leak", "review/leak"),
        ("Security", "leak", "security~"),
        ("a/b", "c", "a-b~"),
        ("", "größe", "review/gr-e~"),
        ("", "鍵", "review/finding~"),
        ("", "", "review/finding"),
        ("", "x" * 500, "review/" + "x" * 80 + "~"),
    ],
)
def test_a_rule_is_a_plain_name(category: str, name: str, wanted: str, a_finding: Callable[..., Finding]) -> None:
    """The same in every round, whatever else the finding says; short, and free of anything but plain letters."""
    one = rule_id(a_finding(name, category=category, line=1, summary="said so"))
    two = rule_id(a_finding(name, category=category, line=2, summary="said otherwise", severity=Severity.LOW))

    assert one == two and one.startswith(wanted) and len(one) <= 255


def test_two_names_make_two_rules(a_finding: Callable[..., Finding]) -> None:
    """Also where they look alike in plain letters, and where one was made to look like the other's rule."""
    names = ["Leak", "leak", "leak!", "leak?", "LEAK", "a b", "a-b", "x" * 90, "x" * 91]
    forged = [rule_id(a_finding(name)).removeprefix("review/") for name in names]
    findings = [a_finding(name) for name in {*names, *forged}]
    findings += [a_finding("b/c", category="a"), a_finding("c", category="a/b")]

    assert len({rule_id(each) for each in findings}) == len(findings)


def test_a_reviewer_plants_no_link(told: Told, readers: Readers, a_finding: Callable[..., Finding]) -> None:
    """SARIF's messages know links and placeholders; in the words of a reviewer neither is one."""
    said = "see [the fix](https://evil.example) and [](1) and {0} and {name}"

    run = readers.sarif(sarif_of(with_findings(told, a_finding("leak", summary=said, evidence=said))))

    text = run["results"][0]["message"]["text"]
    assert "[the fix] (https://evil.example)" in text and "[] (1)" in text
    assert "{{0}}" in text and "{name}" in text


def test_the_gravest_are_kept(told: Told, a_finding: Callable[..., Finding]) -> None:
    """More results than GitHub shows are cut from the least grave, and the run says how many."""
    low = [a_finding(f"low-{number}", severity=Severity.LOW) for number in range(MOST_RESULTS)]
    grave = [a_finding(f"grave-{number}", severity=Severity.CRITICAL) for number in range(2)]

    (run,) = json.loads(sarif_of(with_findings(told, *low, *grave)))["runs"]

    assert len(run["results"]) == MOST_RESULTS and run["properties"]["resultsLeftOut"] == 2
    assert [each["ruleId"] for each in run["results"][-2:]] == ["review/grave-0", "review/grave-1"]


def test_a_flood_fits_into_an_upload(told: Told, a_finding: Callable[..., Finding]) -> None:
    """Texts are cut, and say so: a hundred findings of megabytes stay below the ten that GitHub takes."""
    flood = "x" * 2**20
    findings = [a_finding(f"{number}", summary=flood, evidence=flood, impact=flood) for number in range(100)]

    text = sarif_of(with_findings(told, *findings))

    assert len(text) < 10 * 2**20 and "more characters)" in text
