"""What test runners print, and whether it says that a test ran."""

from __future__ import annotations

import pytest

from scafld.core.evidence.nothing_ran import nothing_ran

GO = "ok  \texample.org/a\t0.01s\n"
GO_EMPTY = "?   \texample.org/b\t[no test files]\n"
GO_FILTERED = "ok  \texample.org/c\t0.01s [no tests to run]\n"
CARGO_EMPTY = "running 0 tests\n\ntest result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n"
CARGO = "running 2 tests\n..\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n"
JEST_EMPTY = "No tests found, exiting with code 0\n"
JEST = "Tests:       3 passed, 3 total\n"
NODE_EMPTY = "TAP version 13\n1..0\n# tests 0\n# suites 0\n# pass 0\n# fail 0\n"
NODE = "TAP version 13\nok 1 - evicts\n1..1\n# tests 1\n# suites 0\n# pass 1\n# fail 0\n"

EMPTY = {
    "pytest": "=== test session starts ===\ncollected 0 items\n\n=== no tests ran in 0.01s ===\n",
    "pytest quiet": "\nno tests ran in 0.00s\n",
    "pytest deselected": "collected 3 items / 3 deselected / 0 selected\n\n==== 3 deselected in 0.01s ====\n",
    "pytest, all skipped": "sss\n==== 3 skipped, 1 warning in 0.01s ====\n",
    "unittest": "\n------------------------------\nRan 0 tests in 0.000s\n\nOK\n",
    "unittest 3.12": "\n------\nRan 0 tests in 0.000s\n\nNO TESTS RAN\n",
    "go without files": GO_EMPTY,
    "go with a filter": GO_FILTERED,
    "go, both": GO_EMPTY + GO_FILTERED,
    "cargo": CARGO_EMPTY,
    "cargo, all ignored": "running 2 tests\nii\ntest result: ok. 0 passed; 0 failed; 2 ignored; 0 measured\n",
    "cargo, two targets": CARGO_EMPTY + "   Doc-tests cache\n\n" + CARGO_EMPTY,
    "node": NODE_EMPTY,
    "jest": JEST_EMPTY,
    "jest, all skipped": "Test Suites: 1 skipped, 0 of 1 total\nTests:       3 skipped, 3 total\n",
    "vitest": "\n RUN  v1.0.0\n\nNo test files found, exiting with code 0\n",
    "npm init": '\n> x@1.0.0 test\n> echo "Error: No test specified"\n\nError: No test specified\n',
    "mocha": "\n\n  0 passing (1ms)\n\n",
    "rspec": "No examples found.\n\nFinished in 0.0002 seconds\n0 examples, 0 failures\n",
    "minitest": "# Running:\n\nFinished in 0.001s\n0 runs, 0 assertions, 0 failures, 0 errors, 0 skips\n",
    "surefire": "[INFO] Tests run: 0, Failures: 0, Errors: 0, Skipped: 0\n",
    "TAP": "1..0 # SKIP nothing to do\n",
}

RAN = {
    "pytest": "collected 3 items\n\n=== 3 passed in 0.10s ===\n",
    "pytest, one package of two": "collected 0 items\nno tests ran in 0.01s\n\n=== 2 passed in 0.1s ===\n",
    "pytest failing": "=== 1 failed, 2 passed in 0.10s ===\n",
    "pytest errors": "=== 1 error in 0.10s ===\n",
    "pytest, some skipped": "=== 1 passed, 2 skipped, 1 deselected in 0.10s ===\n",
    "unittest": "..\n------\nRan 2 tests in 0.000s\n\nOK\n",
    "unittest, one": ".\n------\nRan 1 test in 0.000s\n\nOK\n",
    "go": GO,
    "go, one package without files": GO_EMPTY + GO,
    "go cached": "ok  \texample.org/a\t(cached)\n" + GO_FILTERED,
    "go failing": GO_EMPTY + "--- FAIL: TestEvicts (0.00s)\nFAIL\texample.org/a\t0.01s\n",
    "cargo, one target without": CARGO_EMPTY + CARGO,
    "cargo, the last target without": CARGO + CARGO_EMPTY,
    "node": NODE,
    "jest": JEST,
    "mocha": "\n\n  12 passing (9ms)\n",
    "mocha failing": "  0 passing (1ms)\n  1 failing\n",
    "rspec": "3 examples, 0 failures\n",
    "minitest": "3 runs, 5 assertions, 0 failures, 0 errors, 0 skips\n",
    "surefire": "[INFO] Tests run: 0\n[INFO] Tests run: 7, Failures: 0\n",
    "TAP": "1..2\nok 1 - a\nnot ok 2 - b\n",
    "no runner at all": "built in 3 s\n",
    "nothing": "",
    "ten": "10 passed\n",
}


@pytest.mark.parametrize("runner", EMPTY)
def test_a_runner_that_ran_nothing_is_found_out(runner: str) -> None:
    """By its own words, which are given back."""
    assert nothing_ran(0, EMPTY[runner])


@pytest.mark.parametrize("runner", RAN)
def test_a_runner_that_ran_something_is_believed(runner: str) -> None:
    """Also when another package of the same run was empty, and when it is no test runner."""
    assert nothing_ran(0, RAN[runner]) == ""


def test_the_words_come_on_one_line() -> None:
    """So that they fit a reason."""
    assert nothing_ran(0, EMPTY["pytest"]) == "no tests ran"
    assert "\n" not in nothing_ran(0, EMPTY["minitest"])


@pytest.mark.parametrize(
    ("code", "tail", "found"), [(5, "pytest: error", "pytest exit 5"), (5, "make: 5", ""), (4, "pytest", "")]
)
def test_pytest_says_it_with_its_exit_code_too(code: int, tail: str, found: str) -> None:
    """5 is its code for nothing collected; another command's 5 is not."""
    assert nothing_ran(code, tail) == found
