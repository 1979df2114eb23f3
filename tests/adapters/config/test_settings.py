"""What a configuration may say, and how a wrong one is told."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from scafld.adapters.config import policy_as_written, read_policy
from scafld.core.contract.problems import Problem
from scafld.core.policy import Check, Depth, Policy, ProviderChoice
from scafld.core.refusal import BadConfig, Exit, Unavailable

Configured = Callable[..., str]

CORPUS = Path(__file__).parents[4] / "shared" / "corpus" / "configs"
ASSETS = Path(__file__).parents[3] / "scafld" / "adapters" / "assets"


def problems_of(root: str) -> tuple[Problem, ...]:
    with pytest.raises(BadConfig) as refused:
        policy_as_written(root)
    return refused.value.problems


def only_problem(root: str) -> Problem:
    (problem,) = problems_of(root)
    return problem


def test_nothing_said_means_the_defaults(configured: Configured) -> None:
    """No file, an empty one, one of comments only, one with empty sections: all say nothing."""
    for text in (None, "", "# nothing\n", "\ufeff", "review:\nchecks:\n  phase:\n", "--- \n..."):
        assert policy_as_written(configured(text)) == Policy()


def test_the_reference_names_every_setting_with_its_default(configured: Configured) -> None:
    """The documented configuration, used as it stands, changes nothing, and it leaves no setting out."""
    text = (ASSETS / "config.yaml").read_text("utf-8")

    policy = policy_as_written(configured(text))

    assert policy == Policy()
    for key in keys(Policy()):
        assert re.search(rf"^ *{key}:", text, re.MULTILINE), key


def test_the_file_that_init_lays_down_says_nothing(configured: Configured) -> None:
    """A fresh workspace has the defaults."""
    assert policy_as_written(configured((ASSETS / "sparse.yaml").read_bytes())) == Policy()


def test_settings_arrive_where_they_belong(configured: Configured) -> None:
    """Maps, lists, numbers, choices and checks, read into the values."""
    root = configured(
        "version: 1.0\n"
        "workspace: {evidence_roots: [shots]}\n"
        "invariants: {canonical: {stable: Keep it, other: }}\n"
        "execution: {path_prepend: [bin], env: {A: b}, absolute_timeout_seconds: 5}\n"
        "llm: {recovery: {max_attempts: 0}}\n"
        "checks:\n  complete:\n    - {id: unit, command: pytest, cwd: api, timeout_seconds: 9, title: Units}\n"
        "review:\n  external: {provider: claude, claude: {model: opus, binary: /c}}\n  dossier: {review_depth: deep}\n"
    )

    policy = policy_as_written(root)

    assert policy.version == "1.0"
    assert policy.workspace.evidence_roots == ("shots",)
    assert policy.invariants.canonical == (("stable", "Keep it"), ("other", ""))
    assert policy.execution.env == (("A", "b"),)
    assert policy.execution.absolute_timeout_seconds == 5
    assert policy.llm.recovery.max_attempts == 0
    check = Check(id="unit", command="pytest", title="Units", cwd="api", timeout_seconds=9)
    assert policy.checks.complete == (check,)
    assert policy.review.external.provider is ProviderChoice.CLAUDE
    assert (policy.review.external.claude.model, policy.review.external.claude.binary) == ("opus", "/c")
    assert policy.review.dossier.review_depth is Depth.DEEP
    assert policy.warnings == ()


def test_a_block_about_hardening_keeps_its_own_defaults(configured: Configured) -> None:
    """Saying one thing about it does not make a provider of nobody."""
    policy = policy_as_written(configured("harden: {external: {idle_timeout_seconds: 7}}"))

    assert policy.harden.external.provider is ProviderChoice.NOBODY
    assert policy.harden.external.idle_timeout_seconds == 7


def test_the_value_of_a_variable_is_text_as_written(configured: Configured) -> None:
    """Numbers and truth values keep their characters: noughts, signs, case."""
    policy = policy_as_written(configured("execution: {env: {PORT: 3000, V: 1.10, ON: True, NO: no, HEX: 0x1F, E: }}"))

    expected = (("PORT", "3000"), ("V", "1.10"), ("ON", "True"), ("NO", "no"), ("HEX", "0x1F"), ("E", ""))
    assert policy.execution.env == expected


def test_keys_that_look_like_other_things_are_words(configured: Configured) -> None:
    """`on`, `1` and `null` name invariants like any other word."""
    policy = policy_as_written(configured("invariants: {canonical: {on: a, 1: b, null: c}}"))

    assert policy.invariants.canonical == (("on", "a"), ("1", "b"), ("null", "c"))


def test_the_overlay_wins_also_with_nothing(configured: Configured) -> None:
    """0, empty text and an empty list replace; maps are merged; silence changes nothing."""
    root = configured(
        "llm: {recovery: {max_attempts: 3}}\n"
        "execution: {idle_timeout_seconds: 9, path_prepend: [a, b], env: {A: '1', B: '2'}}\n"
        "review: {external: {provider: codex, model: m}, context: {files: [A.md]}}\n",
        "llm: {recovery: {max_attempts: 0}}\n"
        "execution: {idle_timeout_seconds: 0, path_prepend: [c], env: {B: '3', C: ''}}\n"
        "review: {external: {provider: ~, model: ''}, context: {files: []}, dossier: }\n",
    )

    policy = policy_as_written(root)

    assert policy.llm.recovery.max_attempts == 0
    assert policy.execution.idle_timeout_seconds == 0
    assert policy.execution.path_prepend == ("c",)
    assert policy.execution.env == (("A", "1"), ("B", "3"), ("C", ""))
    assert policy.review.external.provider is ProviderChoice.CODEX
    assert policy.review.external.model == ""
    assert policy.review.context.files == ()


def test_an_overlay_alone_is_enough(configured: Configured) -> None:
    """A machine may have its say where the project has none."""
    assert policy_as_written(configured(None, "review: {lease_seconds: 60}")).review.lease_seconds == 60


def test_every_problem_is_told_at_once_with_its_line(configured: Configured) -> None:
    """One reading shows them all, in the order of the file."""
    root = configured(
        "executon: {}\n"
        "execution:\n"
        "  path_prepend: a\n"
        "  idle_timeout_seconds: -1\n"
        "review:\n"
        "  external:\n"
        "    provider: codx\n"
        "checks:\n"
        "  phase:\n"
        "    - {id: a}\n"
        "    - 3\n"
    )

    problems = problems_of(root)

    assert [(problem.line, problem.code) for problem in problems] == [
        (1, "unknown_key"),
        (3, "wrong_type"),
        (4, "out_of_range"),
        (7, "not_a_choice"),
        (10, "missing"),
        (11, "wrong_type"),
    ]
    assert problems[0].suggestion == "did you mean `execution`?"
    assert "`execution.path_prepend` must be a list" in problems[1].message
    assert "between 0 and 86400" in problems[2].message
    assert problems[3].suggestion == "did you mean `codex`?"
    assert "`checks.phase[0]` has no `command`" in problems[4].message


@pytest.mark.parametrize(
    ("text", "message", "suggestion"),
    [
        ("review: {dossier: {max_finding: 3}}", "`review.dossier.max_finding` is no", "`review.dossier.max_findings`"),
        ("max_findings: 3", "`max_findings` is no setting", "it belongs at `review.dossier.max_findings`"),
        ("zzz: 3", "`zzz` is no setting", "known here: version, workspace"),
        ("warnings: []", "`warnings` is no setting", "known here"),
        ("execution: {env: {A: [1]}}", "`execution.env.A` must be text", ""),
        ("execution: {env: []}", "`execution.env` must be a map", ""),
        ("execution: {env: [[A, b]]}", "`execution.env` must be a map", ""),
        ("execution: !x {}", "the tag", ""),
        ("review: {dossier: 2024-01-01}", "must be a map", ""),
        ("execution: {path_prepend: [1]}", "`execution.path_prepend[0]` must be text", "in quotes"),
        ("execution: 3", "`execution` must be a map", ""),
        ("llm: {recovery: {max_attempts: 1.5}}", "must be a whole number", ""),
        ("llm: {recovery: {max_attempts: true}}", "must be a whole number", ""),
        ("llm: {recovery: {max_attempts: '2'}}", "must be a whole number", ""),
        ("llm: {recovery: {max_attempts: 99999999999999999999}}", "between 0 and 20", ""),
        ("llm: {recovery: {max_attempts: .inf}}", "must be a whole number", ""),
        ("checks: {phase: [{id: a, command: ' '}]}", "is empty", "say what to run"),
        ("checks: {phase: [{id: a b, command: x}]}", "check id", ""),
        ("checks: {phase: [{id: a, command: x, cwd: ../b}]}", "must be a folder in the workspace", ""),
        ("checks: {phase: [{id: a, command: x, cwd: /b}]}", "must be a folder in the workspace", ""),
        ("checks: {phase: [{id: a, command: x, cmd: y}]}", "`checks.phase[0].cmd` is no setting", "command"),
        ("version: '2.0'", "`version` must be 1.0", ""),
        ("version: [1]", "`version` must be text", ""),
        ("- a", "a configuration is a map", "version"),
        ("words", "a configuration is a map", "version"),
        ("a: 1\na: 2", "`a` stands here a second time; it is on line 1", ""),
        ("? [a]\n: b", "a key must be a word", ""),
        ("version: !!python/object:os.system x", "the tag", ""),
        ("a: [1\nb: 2", "not YAML", "two spaces"),
        ("a:\n\tb: 1", "not YAML", "no tabs"),
        ("a: 1\n---\nb: 2", "not YAML", ""),
        ("[" * 5000, "nested too deeply", ""),
        ("a: &a [*a]", "unfolds into more", ""),
    ],
)
def test_each_slip_is_told_by_name(configured: Configured, text: str, message: str, suggestion: str) -> None:
    """What is wrong, and the nearest right thing."""
    problem = only_problem(configured(text))

    assert message in problem.message
    assert suggestion in problem.suggestion


def test_two_checks_of_one_name_are_told(configured: Configured) -> None:
    """The second one, at its line; the same name before another gate is fine."""
    check = "    - {id: a, command: x}\n"
    text = f"checks:\n  phase:\n{check}  complete:\n{check}{check}"

    problem = only_problem(configured(text))

    assert (problem.line, problem.code) == (6, "twice")


def test_a_bomb_of_aliases_is_refused(configured: Configured) -> None:
    """Text that unfolds into billions of values is stopped early."""
    bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + at)}: &{chr(98 + at)} [{','.join(['*' + chr(97 + at)] * 10)}]\n" for at in range(9)
    )

    assert only_problem(configured(bomb)).code == "too_large"


def test_what_is_not_text_is_told_with_its_line(configured: Configured) -> None:
    """Bytes that are no UTF-8 are named by their line."""
    problem = only_problem(configured(b"version: '1.0'\n# \xff\n"))

    assert (problem.line, problem.suggestion) == (2, "save the file as UTF-8")


def test_problems_of_both_files_are_told_together(configured: Configured) -> None:
    """Each problem then bears its file."""
    root = configured("a: 1\n", "\nb: 1\n")

    with pytest.raises(BadConfig) as refused:
        policy_as_written(root)

    told = [(problem.line, problem.message) for problem in refused.value.problems]
    assert told == [
        (1, ".scafld/config.yaml: `a` is no setting"),
        (2, ".scafld/config.local.yaml: `b` is no setting"),
    ]
    assert refused.value.exit is Exit.WORKSPACE


def test_a_problem_of_the_overlay_names_the_overlay(configured: Configured) -> None:
    """Nobody searches the wrong file."""
    with pytest.raises(BadConfig) as refused:
        policy_as_written(configured("version: '1.0'", "review: {x: 1}"))

    assert refused.value.path == ".scafld/config.local.yaml"


def test_a_secret_is_not_repeated(configured: Configured) -> None:
    """What stands in a variable is not shown in an error."""
    problem = only_problem(configured("execution: {env: {TOKEN: {x: hunter2}}}"))

    assert "hunter2" not in problem.message


def test_unread_keys_are_warned_of_once_a_reason(configured: Configured) -> None:
    """They are accepted; the policy says that they have no effect."""
    policy = policy_as_written(configured("llm: {model_profile: x}\nverify: {policy: local}\nrubric: {}\nsafety: {}\n"))

    messages = [warning.message for warning in policy.warnings]
    assert (
        messages
        == [
            ".scafld/config.yaml: `llm.model_profile`, `verify`: no effect, nothing reads it yet",
            ".scafld/config.yaml: `rubric`, `safety`: no effect, scafld 1.x wrote it; nothing reads it now",
        ]
        or len(messages) == 1
    )


def test_a_configuration_that_cannot_be_opened_is_told(configured: Configured, tmp_path: Path) -> None:
    """A folder in its place is no silent default."""
    root = configured()
    (tmp_path / ".scafld" / "config.yaml").mkdir()

    with pytest.raises(Unavailable, match=r"config\.yaml cannot be read"):
        read_policy(root)


def test_a_pipe_in_its_place_does_not_hang(configured: Configured, tmp_path: Path) -> None:
    """Nobody waits for a writer that never comes."""
    root = configured()
    os.mkfifo(tmp_path / ".scafld" / "config.yaml")

    assert policy_as_written(root) == Policy()


def test_a_huge_file_is_refused(configured: Configured) -> None:
    """A quarter of a megabyte of configuration is a mistake."""
    with pytest.raises(Unavailable, match="larger than"):
        policy_as_written(configured("#" * (256 * 1024) + "\n"))


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the collected files are not beside the project")
class TestRealFiles:
    """Files that people wrote for other lines of scafld."""

    def test_each_of_the_second_line_reads(self, configured: Configured) -> None:
        """Their settings are taken over; what has no effect is said."""
        found = sorted(CORPUS.glob("v2-*.yaml"))

        policies = {path.name: policy_as_written(configured(path.read_bytes())) for path in found}

        assert len(policies) == 5
        managed = [policy for name, policy in policies.items() if name.startswith("v2-managed")]
        assert all(len(policy.invariants.canonical) == 5 for policy in managed)
        assert all(policy.review.external.codex.model == "gpt-5.5" for policy in managed)
        assert all(1 <= len(policy.warnings) <= 4 for policy in managed)
        assert policies["v2-project__d2bdd84c.yaml"] == Policy()

    def test_each_of_the_first_line_is_told_what_it_is(self, configured: Configured) -> None:
        """One problem, not forty."""
        found = sorted(CORPUS.glob("v1-*.yaml"))

        told = [only_problem(configured(path.read_bytes())) for path in found]

        assert len(told) == 11
        assert {problem.code for problem in told} == {"scafld_1"}
        assert all("scafld 1.x" in problem.message and problem.line > 0 for problem in told)


def keys(item: object) -> list[str]:
    unlisted = {"warnings", "codex", "claude", "gemini"}
    found = []
    for name in getattr(item, "__fields__", ()):
        if name not in unlisted:
            found += [name, *keys(getattr(item, name))]
    return found
