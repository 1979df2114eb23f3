"""The whole story on a throw-away repository with a bare remote: branch, receipt, merge candidate, squash, main."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

SOURCE = str(Path(__file__).resolve().parents[2])
REVIEWER = """
import json, sys
sys.stdin.read()
attack = {"target": "the change", "attack": "tried", "result": "clean"}
print(json.dumps({"mode": "discover", "summary": "nothing found", "attacks": [attack] * 6, "findings": []}))
"""
TASK = "add-y"
RECEIPT = ".scafld/receipts/add-y.dsse.json"
REQUIRED = 'version: "1.0"\nproof: {wiring: required}\n'


class Clone:
    """A clone, and the two programs that are used in it."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.folder = folder
        self.environ = {**environ, "SCAFLD_ACTOR": "human:you", "PYTHONPATH": SOURCE}
        for who in ("AUTHOR", "COMMITTER"):
            self.environ |= {f"GIT_{who}_NAME": "A", f"GIT_{who}_EMAIL": "a@example.org"}

    def git(self, *words: str) -> str:
        done = subprocess.run(["git", *words], cwd=self.folder, env=self.environ, check=True, capture_output=True)
        return done.stdout.decode().strip()

    def scafld(self, *words: str, code: int = 0, **environ: str) -> Any:
        done = subprocess.run(
            [sys.executable, "-m", "scafld", *words, "--json"],
            cwd=self.folder,
            env={**self.environ, **environ},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return json.loads(done.stdout)

    def faults(self, *words: str, code: int = 3, **environ: str) -> str:
        """Everything that is wrong, as one text."""
        told = self.scafld("verify", *words, code=code, **environ)["result"]
        every = [*told["faults"], *(each for row in told["receipts"] for each in row["faults"])]
        return " | ".join(f"{each['concern']}: {each['words']}" for each in every)

    def write(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text)

    def commit(self, subject: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-qm", subject)

    def clone(self, folder: Path, *words: str) -> Clone:
        self.git("clone", "-q", *words, self.git("remote", "get-url", "origin"), str(folder))
        return Clone(folder, self.environ)


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory, environ: Mapping[str, str]) -> Path:
    """A remote whose main requires receipts, and a branch with a change that has one."""
    top = tmp_path_factory.mktemp("origin")
    (top / "work").mkdir()
    work = Clone(top / "work", environ)
    work.git("init", "-q", "--bare", "-b", "main", str(top / "remote"))
    work.git("init", "-q", "-b", "main")
    work.git("remote", "add", "origin", str(top / "remote"))
    for path, text in {"a.py": "x = 1\n", "b.py": "b = 1\n", ".gitignore": "*.log\n"}.items():
        work.write(path, text)
    work.scafld("init", "--no-agent-docs")
    work.scafld("keys", "trust")
    work.write(".scafld/config.yaml", REQUIRED)
    work.commit("one")
    work.git("push", "-q", "origin", "main")
    work.git("switch", "-qc", "feature")
    work.scafld("plan", TASK, "--title", "Add y", "--command", "grep -q y a.py", "--file", "a.py")
    work.commit("the draft is on the branch")
    work.scafld("approve", TASK, "--reason", "as it reads")
    work.scafld("build", TASK, code=0)
    work.write("a.py", "x = 1\ny = 2\n")
    work.scafld("build", TASK)
    reviewer = top / "reviewer.py"
    reviewer.write_text(REVIEWER)
    program = f"{sys.executable} -S -E {reviewer}"
    work.scafld("review", TASK, "--provider", "command", "--provider-command", program)
    work.scafld("complete", TASK)
    work.commit("y is added")
    work.git("push", "-q", "origin", "feature")
    return top / "remote"


@pytest.fixture
def work(origin: Path, tmp_path: Path, environ: Mapping[str, str]) -> Clone:
    """A clone of a copy of that remote, on main."""
    shutil.copytree(origin, tmp_path / "remote")
    start = Clone(tmp_path, environ)
    start.git("clone", "-q", str(tmp_path / "remote"), str(tmp_path / "work"))
    return Clone(tmp_path / "work", environ)


def test_from_the_branch_to_main(work: Clone, tmp_path: Path) -> None:
    """`verify --ci` on the merge candidate, a squash onto a main that moved on, and verify on main in another clone."""
    work.write("b.py", "b = 2\n")
    work.commit("main moved on")
    work.git("push", "-q", "origin", "main")
    work.git("switch", "-qc", "candidate")
    work.git("merge", "-q", "--no-ff", "-m", "merge", "origin/feature")
    page = tmp_path / "page.md"
    told = work.scafld("verify", "--ci", SCAFLD_BASE="origin/main", GITHUB_STEP_SUMMARY=str(page))["result"]

    assert [(row["task_id"], row["holds"], row["ran"]) for row in told["receipts"]] == [(TASK, True, ["ac1"])]
    assert told["trusted"] == work.git("rev-parse", "origin/main")
    assert "1 of 1 hold" in page.read_text()

    work.git("switch", "-q", "main")
    work.git("merge", "-q", "--squash", "origin/feature")
    work.commit("y is added")
    work.git("push", "-q", "origin", "main")
    other = work.clone(tmp_path / "other")
    (row,) = other.scafld("verify", "--ci", SCAFLD_BASE="HEAD~1")["result"]["receipts"]

    assert row["holds"]
    assert any("squashed or rebased" in words for words in row["notices"])
    other.scafld("verify")


def test_a_rebase_keeps_it(work: Clone) -> None:
    """The commits are others, the content is the same."""
    work.write("b.py", "b = 2\n")
    work.commit("main moved on")
    work.git("switch", "-q", "feature")
    work.git("rebase", "-q", "main")

    work.scafld("verify", "--range", "main..HEAD")


def test_the_lane_that_checks_out_nothing_of_the_change(work: Clone, tmp_path: Path) -> None:
    """The target is checked out, the change is there as objects; GitHub's own event says which."""
    event = tmp_path / "event.json"
    shas = {"base": {"sha": work.git("rev-parse", "main")}, "head": {"sha": work.git("rev-parse", "origin/feature")}}
    event.write_text(json.dumps({"pull_request": shas}))
    github = {"GITHUB_EVENT_NAME": "pull_request_target", "GITHUB_EVENT_PATH": str(event), "GITHUB_SHA": "0" * 40}
    told = work.scafld("verify", "--ci", "--no-run", **github)["result"]

    assert [(row["task_id"], row["ran"]) for row in told["receipts"]] == [(TASK, [])]
    assert not (work.folder / RECEIPT).exists()


def test_a_shallow_clone_is_told_what_it_lacks(work: Clone, tmp_path: Path) -> None:
    """It is neither a pass nor a forgery."""
    url = "file://" + work.git("remote", "get-url", "origin")
    work.git("clone", "-q", "--depth", "1", "-b", "feature", url, str(tmp_path / "shallow"))
    shallow = Clone(tmp_path / "shallow", work.environ)

    assert "git fetch --unshallow" in shallow.faults()


def change(work: Clone, path: str, text: str) -> None:
    work.write(path, text)
    work.commit("more")


def untrusted(work: Clone) -> None:
    """Somebody signs with a key of their own, which the change itself puts among the trusted ones."""
    found = json.loads((work.folder / ".scafld/trusted-keys.json").read_text())
    work.git("switch", "-q", "main")
    change(work, ".scafld/trusted-keys.json", '{"version": 1, "keys": []}\n')
    work.git("switch", "-q", "feature")
    work.git("rebase", "-q", "-X", "theirs", "main")
    change(work, ".scafld/trusted-keys.json", json.dumps(found))


IN_A_RANGE: dict[str, tuple[Callable[[Clone], object], str]] = {
    "a file beside the receipt": (lambda w: change(w, "b.py", "b = 3\n"), "coverage: b.py changed, and no receipt"),
    "the file again": (lambda w: change(w, "a.py", "y = 3\n"), "material: a.py is not as it was"),
    "the receipt is taken away": (lambda w: (w.git("rm", "-q", RECEIPT), w.commit("gone")), "coverage: a.py changed"),
    "the rules are loosened": (
        lambda w: (w.git("rm", "-q", RECEIPT), change(w, ".scafld/config.yaml", 'version: "1.0"\n')),
        "coverage: a.py changed",
    ),
    "keys of its own": (untrusted, "signature: no trusted key signed this receipt"),
    "another contract": (
        lambda w: change(
            w,
            next((w.folder / ".scafld/specs").rglob("add-y.md")).relative_to(w.folder).as_posix(),
            next((w.folder / ".scafld/specs").rglob("add-y.md")).read_text().replace("grep -q y", "test -f"),
        ),
        "contract: the spec reads otherwise",
    ),
    "a name of another task": (
        lambda w: (w.git("mv", RECEIPT, ".scafld/receipts/other.dsse.json"), w.commit("renamed")),
        "receipt: it is the receipt of add-y",
    ),
}


@pytest.mark.parametrize("name", IN_A_RANGE)
def test_what_a_range_does_not_pass(work: Clone, name: str) -> None:
    """Whatever the change does to its own rules, those of its base count."""
    does, words = IN_A_RANGE[name]
    work.git("switch", "-q", "feature")
    does(work)

    assert words in work.faults("--range", "main..HEAD")


def test_what_passes_there_and_not_here(work: Clone) -> None:
    """A command that leans on a file that git ignores fails in the clean checkout, with its own words."""
    work.git("switch", "-q", "feature")
    work.write("made.log", "here\n")
    work.scafld("quick", "add-z", "--title", "Add z", "--command", "cat made.log && grep -q z a.py", "--file", "a.py")
    work.write("a.py", "x = 1\ny = 2\nz = 3\n")
    work.scafld("build", "add-z")
    work.scafld("review", "add-z", "--human-reviewed", "--reason", "seen")
    work.scafld("complete", "add-z")
    work.write(".scafld/config.yaml", 'version: "1.0"\nproof: {human_review: open}\n')
    work.scafld("keys", "trust")

    told = work.faults("add-z")

    assert told.startswith("acceptance: ac1 passed where the receipt was made, and not here")
    work.scafld("verify", "add-z", "--no-run")
    assert "acceptance" not in work.faults("add-y", "--no-run")


def test_commands_of_nobody_are_not_run(work: Clone) -> None:
    """What no trusted key signed is not run, whatever it says."""
    work.git("switch", "-q", "feature")
    work.write(".scafld/trusted-keys.json", '{"version": 1, "keys": []}\n')

    told = work.scafld("verify", code=3)["result"]["receipts"][0]

    assert told["ran"] == []
    assert told["faults"][-1]["words"] == "no criterion was run: the rest has to hold first"


def test_advice_stops_nothing(work: Clone) -> None:
    """`advisory` says what is wrong, and CI goes on; a person who asks is told no."""
    change(work, ".scafld/config.yaml", 'version: "1.0"\nproof: {wiring: advisory}\n')
    change(work, "b.py", "b = 4\n")
    work.git("switch", "-q", "feature")
    work.git("rebase", "-q", "main")
    change(work, "a.py", "y = 5\n")

    assert "a.py is not as it was" in work.faults("--ci", code=0, SCAFLD_BASE="main")
    assert "a.py is not as it was" in work.faults("--range", "main..HEAD")


def test_what_is_wrong_is_sarif(work: Clone, tmp_path: Path) -> None:
    """By the official schema, one result a fault, at the receipt."""
    work.git("switch", "-q", "feature")
    change(work, "a.py", "y = 3\n")
    work.faults("--range", "main..HEAD", "--sarif", str(tmp_path / "out.sarif"), "--summary", str(tmp_path / "out.md"))
    schema = json.loads((Path(SOURCE) / "tests/data/sarif-schema-2.1.0.json").read_text())
    log = json.loads((tmp_path / "out.sarif").read_text())

    assert list(Draft4Validator(schema).iter_errors(log)) == []
    rules = {each["ruleId"] for each in log["runs"][0]["results"]}
    assert {"verify/material", "verify/coverage"} <= rules
    assert "a.py is not as it was" in (tmp_path / "out.md").read_text()


@pytest.mark.parametrize(
    "words",
    [
        ("--range", "main"),
        ("--range", "main...HEAD"),
        ("--range", "..HEAD"),
        ("--range", "nowhere..HEAD"),
        ("--range", "main..HEAD", "--commit", "main"),
        ("--trust-from", "nowhere"),
        ("--material-only", "--no-run"),
        ("--range", ""),
        ("--ci",),
        ("--summary", ""),
    ],
)
def test_wrong_words_are_two(work: Clone, words: tuple[str, ...]) -> None:
    """None of them is a verdict."""
    work.scafld("verify", *words, code=2)


def test_only_the_material(work: Clone) -> None:
    """The contract is not asked for: a receipt outside of any spec's reach can be held against its files."""
    work.git("switch", "-q", "feature")
    next((work.folder / ".scafld/specs").rglob("add-y.md")).unlink()

    work.scafld("verify", RECEIPT, "--material-only")
    assert "its spec is not here" in work.faults(RECEIPT, "--no-run")


def test_a_receipt_that_travels_as_a_note(work: Clone) -> None:
    """No file of the change holds it; it is found on the commit, and stands or falls as any other."""
    noting = 'version: "1.0"\nproof: {wiring: required, receipts: notes}\n'
    change(work, ".scafld/config.yaml", noting)
    work.git("switch", "-q", "feature")
    work.git("rebase", "-q", "main")
    kept = (work.folder / RECEIPT).read_text()
    work.git("rm", "-q", RECEIPT)
    work.git("commit", "-q", "--amend", "--no-edit")
    assert "coverage: a.py changed" in work.faults("--range", "main..HEAD")
    work.write(RECEIPT, kept)
    work.scafld("note", TASK)
    (work.folder / RECEIPT).unlink()

    (row,) = work.scafld("verify", "--range", "main..HEAD")["result"]["receipts"]

    assert (row["task_id"], row["path"]) == (TASK, "note on " + work.git("rev-parse", "HEAD")[:12])
    change(work, "a.py", "y = 9\n")
    assert "a.py is not as it was" in work.faults("--range", "main..HEAD")


def again(work: Clone, task: str, text: str, word: str) -> None:
    """One more governed change of the same file, committed."""
    work.scafld("quick", task, "--title", "More", "--command", f"grep -q {word} a.py", "--file", "a.py")
    work.write("a.py", text)
    work.scafld("build", task)
    reviewer = Path(work.git("remote", "get-url", "origin")).parent / "reviewer.py"
    reviewer.write_text(REVIEWER)
    program = f"{sys.executable} -S -E {reviewer}"
    work.scafld("review", task, "--provider", "command", "--provider-command", program)
    work.scafld("complete", task)
    work.commit(f"{task} is done")


def test_two_tasks_on_one_file(work: Clone) -> None:
    """The earlier receipt is superseded where the later one answers for the file, and nowhere else."""
    work.git("switch", "-q", "feature")
    again(work, "add-z", "x = 1\ny = 2\nz = 3\n", "z")

    first, second = work.scafld("verify", "--range", "main..HEAD")["result"]["receipts"]

    assert (first["task_id"], first["holds"], first["ran"]) == (TASK, True, [])
    assert any(words.startswith("superseded by add-z") for words in first["notices"])
    assert (second["holds"], second["ran"]) == (True, ["ac1"])
    work.scafld("verify")
    change(work, "a.py", "y = 9\n")
    assert work.faults("--range", "main..HEAD").count("a.py is not as it was") == 2


@pytest.mark.parametrize("where", [RECEIPT, ".scafld/receipts/old/add-y.dsse.json"])
def test_a_receipt_is_spent_once(work: Clone, where: str) -> None:
    """What the base has or had is not shown again for a change that goes back to it."""
    work.git("merge", "-q", "--no-ff", "-m", "merged", "origin/feature")
    again(work, "fix-y", "x = 1\ny = FIXED\n", "FIXED")
    work.git("switch", "-qc", "evil")
    work.write("a.py", "x = 1\ny = 2\n")
    work.write(where, (work.folder / RECEIPT).read_text() + "\n")
    work.commit("back to what was reviewed once")

    told = work.scafld("verify", "--range", "main..HEAD", code=3)["result"]

    assert [each["words"] for each in told["faults"]] == ["a.py changed, and no receipt that holds tells of it"]
    assert told["notices"][0].startswith(f"{where} is spent: the base has or had it")


def test_a_receipt_is_spent_in_a_folder_too(work: Clone) -> None:
    """Where the workspace is not the top of its repository."""
    inner = Clone(work.folder / "inner", work.environ)
    inner.write("a.py", "x = 1\n")
    inner.scafld("init", "--no-agent-docs")
    inner.scafld("keys", "trust")
    change(inner, ".scafld/config.yaml", REQUIRED)
    again(inner, TASK, "x = 1\ny = 2\n", "y")
    change(inner, "a.py", "x = 1\ny = FIXED\n")
    inner.git("switch", "-qc", "evil")
    inner.write(RECEIPT, (inner.folder / RECEIPT).read_text() + "\n")
    change(inner, "a.py", "x = 1\ny = 2\n")

    assert inner.faults("--range", "main..HEAD") == "coverage: a.py changed, and no receipt that holds tells of it"


NOTED = 'version: "1.0"\nproof: {wiring: required, receipts: notes}\n'
Landing = Callable[[Clone], object]


def by_merge(work: Clone) -> None:
    """The commit that the note is on comes to main, and without the ledger of the task."""
    work.git("rm", "-q", "-r", ".scafld/runs")
    work.git("commit", "-q", "--amend", "--no-edit")
    noted(work)
    work.git("switch", "-q", "main")
    work.git("merge", "-q", "--no-ff", "-m", "merged", "feature")


def by_merge_and_the_note_is_taken_away(work: Clone) -> None:
    by_merge(work)
    work.git("notes", "--ref=refs/notes/scafld", "remove", "feature")


def by_squash(work: Clone) -> None:
    """The commit that the note is on never comes to main; the ledger does, and is taken away again."""
    noted(work)
    work.git("switch", "-q", "main")
    work.git("merge", "-q", "--squash", "feature")
    work.commit("y is added")
    work.git("rm", "-q", "-r", ".scafld/runs")
    work.git("commit", "-qm", "no ledgers any more")


def by_file(work: Clone) -> None:
    """It came in the tree, before the project took to notes."""
    work.git("checkout", "-q", "origin/feature", "--", RECEIPT)
    work.git("rm", "-q", "-r", ".scafld/runs")
    work.git("commit", "-q", "--amend", "--no-edit")
    work.git("switch", "-q", "main")
    work.git("merge", "-q", "--no-ff", "-m", "merged", "feature")


def noted(work: Clone) -> None:
    """The receipt of the feature is noted on the commit that stands there, out of no file of it."""
    kept = work.git("show", f"origin/feature:{RECEIPT}")
    work.write(RECEIPT, kept)
    work.scafld("note", TASK)
    work.git("checkout", "-q", "--", ".") if work.git("ls-files", RECEIPT) else (work.folder / RECEIPT).unlink()


@pytest.fixture
def noting(work: Clone) -> Clone:
    """On the feature, rebased onto a main that takes receipts from notes; its own is in no file of it."""
    change(work, ".scafld/config.yaml", NOTED)
    work.git("switch", "-q", "feature")
    work.git("rebase", "-q", "main")
    work.git("rm", "-q", RECEIPT)
    work.git("commit", "-q", "--amend", "--no-edit")
    return work


@pytest.mark.parametrize("lands", [by_merge, by_merge_and_the_note_is_taken_away, by_squash, by_file])
def test_a_receipt_in_a_note_is_spent_once(noting: Clone, lands: Landing) -> None:
    """However it came to the base, a note on a later commit does not show it again."""
    lands(noting)
    change(noting, "a.py", "x = 1\ny = FIXED\n")
    noting.git("switch", "-qc", "evil")
    change(noting, "a.py", "x = 1\ny = 2\n")
    noted(noting)

    told = noting.scafld("verify", "--range", "main..HEAD", code=3)["result"]

    assert [each["words"] for each in told["faults"]] == ["a.py changed, and no receipt that holds tells of it"]
    assert told["receipts"] == []
    named = noting.git("rev-parse", "HEAD")[:12]
    assert told["notices"][0].startswith(f"note on {named} is spent: ")


def test_a_note_is_not_spent_by_what_left_no_trace(noting: Clone) -> None:
    """Open: a squash without the ledger brings neither the commit that was noted nor the task's record."""
    noted(noting)
    noting.git("switch", "-q", "main")
    noting.git("merge", "-q", "--squash", "feature")
    noting.git("rm", "-q", "-r", "-f", ".scafld/runs")
    noting.commit("y is added")
    change(noting, "a.py", "x = 1\ny = FIXED\n")
    noting.git("switch", "-qc", "evil")
    change(noting, "a.py", "x = 1\ny = 2\n")
    noted(noting)

    noting.scafld("verify", "--range", "main..HEAD")


def test_a_note_that_came_too_early_spends_nothing(noting: Clone) -> None:
    """On the commit where the work began, or before, it was never of use."""
    noting.git("switch", "-q", "--detach", "main~1")
    noted(noting)
    noting.git("switch", "-q", "feature")
    noted(noting)

    (row,) = noting.scafld("verify", "--range", "main..HEAD")["result"]["receipts"]

    assert row["holds"]


def test_a_shallow_clone_cannot_tell_what_is_spent(noting: Clone, tmp_path: Path) -> None:
    """Where history is cut between the work and the base, that is said, and it is no pass."""
    noted(noting)
    noting.git("push", "-q", "-f", "origin", "main", "feature", "refs/notes/scafld")
    url = "file://" + noting.git("remote", "get-url", "origin")
    noting.git("clone", "-q", "--depth", "2", "-b", "feature", url, str(tmp_path / "shallow"))
    shallow = Clone(tmp_path / "shallow", noting.environ)
    shallow.git("fetch", "-q", "origin", "refs/notes/scafld:refs/notes/scafld")

    told = shallow.faults("--range", "HEAD~1..HEAD")

    assert "baseline: this clone is shallow, so nobody can tell whether it is spent: git fetch --unshallow" in told
    shallow.git("fetch", "-q", "--unshallow")
    shallow.scafld("verify", "--range", "HEAD~1..HEAD")


def inside(work: Clone, folder: str) -> Clone:
    return Clone(work.folder / folder, work.environ)


def planted(work: Clone) -> Clone:
    """A change that nobody reviewed brings a workspace of its own, which asks for nothing."""
    work.git("switch", "-qc", "evil")
    inner = inside(work, "inner")
    inner.write(".scafld/config.yaml", 'version: "1.0"\n')
    change(inner, "b.py", "b = 3\n")
    return inner


def two(work: Clone, outer: str, inner: str) -> Clone:
    """Main has a workspace in a folder, too; the inner one."""
    work.write(".scafld/config.yaml", f'version: "1.0"\nproof: {{wiring: {outer}}}\n')
    change(work, "inner/.scafld/config.yaml", f'version: "1.0"\nproof: {{wiring: {inner}}}\n')
    return inside(work, "inner")


def test_a_planted_workspace_governs_nothing(work: Clone, tmp_path: Path) -> None:
    """Wherever CI stands, and however it names the place; it is said everywhere."""
    inner = planted(work)
    change(work, "inner/deep/c.py", "c = 1\n")
    files = ("--summary", str(tmp_path / "out.md"), "--sarif", str(tmp_path / "out.sarif"))
    words = (
        "workspace: inner was taken for the workspace, and in the trusted commit the top of the repository is the one "
        "that counts here: verify with --root or SCAFLD_ROOT there"
    )

    told = inner.scafld("verify", "--range", "main..HEAD", *files, code=3)

    assert inner.faults("--ci", SCAFLD_BASE="main") == words
    assert inside(work, "inner/deep").faults("--range", "main..HEAD") == words
    assert work.faults("--root", "inner", "--range", "main..HEAD") == words
    assert work.faults("--ci", SCAFLD_BASE="main", SCAFLD_ROOT="inner") == words
    assert inner.faults("--trust-from", "main") == words
    assert (told["error"]["message"], told["result"]["receipts"]) == (words, [])
    assert "**no**: workspace&#58; inner was taken for the workspace" in (tmp_path / "out.md").read_text()
    (result,) = json.loads((tmp_path / "out.sarif").read_text())["runs"][0]["results"]
    assert (result["ruleId"], result["message"]["text"]) == ("verify/workspace", words)
    assert "coverage: inner/b.py changed" in inner.faults("--range", "main..HEAD", SCAFLD_ROOT="..")
    inner.scafld("verify", "--no-run", code=3)


def test_a_workspace_that_is_taken_away_still_governs(work: Clone) -> None:
    """The one above it asks for less, and is not asked instead."""
    two(work, "advisory", "required")
    work.git("switch", "-qc", "evil")
    work.git("rm", "-q", "-r", "inner/.scafld")
    change(work, "inner/b.py", "b = 3\n")

    told = inside(work, "inner").faults("--ci", SCAFLD_BASE="main")

    assert told.startswith(
        "workspace: the top of the repository was taken for the workspace, and in the trusted commit "
    )


def test_a_workspace_of_the_base_speaks_for_its_folder(work: Clone) -> None:
    """It is where CI may stand; that the change reaches beyond it is said, and is no fault."""
    inner = two(work, "required", "local")
    work.git("switch", "-qc", "wide")
    for name in "cdefgh":
        work.write(f"{name}.py", "x = 1\n")
    change(inner, "b.py", "b = 3\n")
    beyond = "6 files changed outside of this workspace's folder, and none of its receipts speaks of them: "

    (first, second) = inner.scafld("verify", "--range", "main..HEAD")["result"]["notices"]

    assert (first, second[:12]) == (f"{beyond}c.py, d.py, e.py, f.py, and 2 more", "b.py changed")
    assert not any(
        beyond in words for words in work.scafld("verify", "--range", "main..HEAD", code=3)["result"]["notices"]
    )
    (work.folder / "plain").mkdir()
    assert "coverage: c.py changed" in inside(work, "plain").faults("--range", "main..HEAD")


def test_a_job_in_a_submodule_asks_another_repository(work: Clone, tmp_path: Path) -> None:
    """Open: the name of a branch means something there as well; the id of a commit does not."""
    (tmp_path / "theirs").mkdir()
    theirs = Clone(tmp_path / "theirs", work.environ)
    theirs.git("init", "-q", "-b", "main")
    theirs.scafld("init", "--no-agent-docs")
    theirs.commit("a workspace that asks for nothing")
    base = work.git("rev-parse", "main")
    work.git("switch", "-qc", "evil")
    work.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(theirs.folder), "inner")
    change(work, "b.py", "b = 3\n")

    inside(work, "inner").scafld("verify", "--range", "refs/remotes/origin/main..HEAD")
    inside(work, "inner").scafld("verify", "--range", f"{base}..HEAD", code=2)


def test_rules_of_receipts_are_no_part_of_a_change(work: Clone) -> None:
    """Where receipts are required, a change of keys, configuration or prompts passes by nobody's receipt."""
    work.git("switch", "-q", "-c", "rules")
    change(work, ".scafld/config.yaml", 'version: "1.0"\n')
    change(work, ".scafld/evil.py", "import os\n")

    told = work.faults("--range", "main..HEAD")

    assert "coverage: .scafld/config.yaml changed, by which receipts are believed" in told
    assert ".scafld/evil.py changed" in told


def test_nothing_is_run_before_everything_is_covered(work: Clone) -> None:
    """A command that somebody signed may run a file that nobody reviewed."""
    work.git("switch", "-q", "feature")
    change(work, "b.py", "b = 3\n")

    told = work.scafld("verify", "--range", "main..HEAD", code=3)["result"]

    assert [row["ran"] for row in told["receipts"]] == [[]]
    assert told["notices"] == ["no criterion was run: not before every change is covered"]


def test_a_criss_cross_hides_nothing(work: Clone) -> None:
    """Of several merge bases none is chosen for its silence."""
    change(work, "f.py", "f = 1\n")
    work.git("switch", "-qc", "other")
    work.environ["GIT_COMMITTER_DATE"] = "2030-01-01T00:00:00Z"
    change(work, "g.py", "g = 1\n")
    del work.environ["GIT_COMMITTER_DATE"]
    work.git("switch", "-q", "main")
    change(work, "f.py", "f = FIXED\n")
    work.git("tag", "fixed")
    work.git("merge", "-q", "--no-ff", "-m", "m", "other")
    work.git("switch", "-q", "-c", "evil", "other")
    work.git("merge", "-q", "--no-ff", "--no-commit", "fixed")
    work.write("f.py", "f = 1\n")
    work.commit("merged, and taken back")

    assert "f.py changed" in work.faults("--range", "main..evil")


def test_a_submodule_that_is_to_be_ignored_is_not(work: Clone) -> None:
    """Whatever `.gitmodules` says of it."""
    commit = work.git("rev-parse", "HEAD")
    work.write(".gitmodules", '[submodule "lib"]\n\tpath = lib\n\turl = ./lib\n\tignore = all\n')
    work.git("add", ".gitmodules")
    work.git("update-index", "--add", "--cacheinfo", f"160000,{commit},lib")
    work.git("commit", "-qm", "sub")
    work.git("switch", "-qc", "evil")
    work.git("update-index", "--cacheinfo", f"160000,{work.git('rev-parse', 'origin/feature')},lib")
    work.git("commit", "-qm", "moved")

    assert "lib changed" in work.faults("--range", "main..HEAD")


def test_a_name_of_several_refs_is_none(work: Clone) -> None:
    """A tag that is called like the branch would choose what is compared with."""
    work.git("tag", "origin/main", "origin/feature")

    work.scafld("verify", "--ci", SCAFLD_BASE="origin/main", code=2)
    work.scafld("verify", "--ci", SCAFLD_BASE="refs/remotes/origin/main")
