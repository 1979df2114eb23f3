"""Whether a test runner's own words say that it ran nothing: an exit code of 0 proves nothing then."""

from __future__ import annotations

import re


def nothing_ran(exit_code: int | None, tail: str) -> str:
    """The words that say so, or "" when the output speaks of at least one test or of none at all.

    Runners report per package, so a zero somewhere means nothing while another line counts a test.
    """
    if any(re.search(pattern, tail, re.MULTILINE) for pattern in _RAN):
        return ""
    matches = (re.search(pattern, tail, re.MULTILINE | re.IGNORECASE) for pattern in _NONE)
    found = next((match.group(0) for match in matches if match), "")
    if not found and exit_code == 5 and "pytest" in tail:
        return "pytest exit 5"
    return " ".join(found.split())


# Private.

_SOME = r"[1-9][0-9]*"
_RAN = (
    rf"\b{_SOME} (?:passed|failed|xfailed|xpassed|error|errors)\b",  # pytest, jest, vitest, cargo, plain counters
    rf"\bRan {_SOME} tests?\b",  # unittest
    rf"\b{_SOME} (?:examples?|runs|passing|failing|specs?)\b",  # rspec, minitest, mocha, jasmine
    rf"^# (?:pass|fail) {_SOME}\b",  # node --test
    rf"\bTests run: {_SOME}\b",  # surefire
    r"^(?:---|===) (?:PASS|FAIL|RUN)\b",  # go test -v
    r"^(?:ok|FAIL)\s+\S+\s+(?:\(cached\)|[0-9.]+s)(?!.*\[no tests to run\])",  # go test
    r"^(?:ok|not ok) [0-9]+\b",  # TAP
)
_NONE = (
    r"no tests ran",
    r"collected 0 items",
    r"^Ran 0 tests",
    r"NO TESTS RAN",
    r"running 0 tests",
    r"\[no test files\]",
    r"\[no tests to run\]",
    r"no test files found",
    r"no tests? found",
    r"\b0 examples, 0 failures",
    r"^# tests 0\b",
    r"^0 runs, 0 assertions",
    r"Tests run: 0\b",
    r"^1\.\.0\b",
    r"\b0 passing\b",
    r"No test specified",
    r"\b0 passed, 0 failed\b",
    r"^test result: ok\. 0 passed; 0 failed",  # cargo: all of them ignored, or none there
    r"\b[0-9]+ (?:deselected|skipped)\b.* in [0-9.]+s\b",  # pytest: all of them
    r"^Tests:\s+[0-9]+ skipped, [0-9]+ total",  # jest: all of them
)
