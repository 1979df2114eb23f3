"""Whatever a reviewer does to a repository beside its tree, or under `.scafld/`, is named; what changes nothing is not.

Each line of the tables is one hostile, or careless, reviewer.
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scafld.adapters.files.survey import survey, touched
from scafld.adapters.git.watch.estate import estate_of

if TYPE_CHECKING:
    from conftest import Repository

EVIDENCE = "e" * 64
RUN = ".scafld/runs/add-cache"


class Ground:
    """A repository with two commits, a tag, a remote, a stash of two, a hook, a submodule and a workspace."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.root = repository.root
        self.git = repository.git

    def at(self, path: str) -> Path:
        return self.root / path

    def put(self, path: str, content: str = "x\n") -> None:
        self.at(path).parent.mkdir(parents=True, exist_ok=True)
        self.at(path).write_text(content)

    def append(self, path: str, content: str = "# evil\n") -> None:
        with self.at(path).open("a") as file:
            file.write(content)

    def seen(self) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
        return (estate_of(str(self.root), self.repository.environment), survey(str(self.at(".scafld"))))

    def reviewed_by(self, act: Callable[[Ground], object]) -> tuple[str, ...]:
        """What a reviewer that does this is told to have touched."""
        estate, files = self.seen()
        act(self)
        then, there = self.seen()
        return (*touched(estate, then), *touched(files, there))


@pytest.fixture(scope="module")
def laid(make_repository: Callable[..., Repository]) -> Repository:
    """The ground as every reviewer finds it."""
    library = make_repository()
    library.commit(inner_txt="inner\n")
    repo = make_repository()
    made = Ground(repo)
    repo.write("src/main.py", "print(1)\n")
    repo.commit(kept_txt="kept\n")
    repo.git("submodule", "--quiet", "add", os.fspath(library.root), "sub")
    repo.commit(kept_txt="newer\n")
    repo.git("tag", "-a", "-m", "first", "v1")
    repo.git("branch", "side")
    repo.git("update-ref", "refs/remotes/origin/main", "HEAD")
    for content in ("one\n", "two\n"):
        repo.write("kept.txt", content)
        repo.git("stash", "push", "-q")
    repo.write("staged.txt", "staged\n")
    repo.git("add", "staged.txt")
    repo.write(".git/hooks/pre-commit", "#!/bin/sh\n", executable=True)
    made.put(".scafld/config.yaml", "a: 1\n")
    made.put(".scafld/trusted-keys.json", "{}\n")
    made.put(".scafld/prompts/review.md")
    made.put(".scafld/specs/active/add-cache.md", "# Add cache\n")
    made.put(".scafld/receipts/old.dsse.json")
    made.put(f"{RUN}/session.json")
    made.put(f"{RUN}/evidence/{EVIDENCE}.txt")
    made.put(f"{RUN}/handoffs/builder-build-1.md")
    made.put(".scafld/cache/index.json")
    made.put(".scafld/locks/add-cache.lock", "")
    return repo


@pytest.fixture
def ground(laid: Repository, tmp_path: Path) -> Ground:
    """A copy of it."""
    shutil.copytree(laid.root, tmp_path / "repo", symlinks=True)
    return Ground(type(laid)(tmp_path / "repo", laid.home))


def replaced(ground: Ground, path: str) -> None:
    """Other bytes of the same length under the old times."""
    before = ground.at(path).stat()
    ground.at(path).write_text("y\n")
    os.utime(ground.at(path), ns=(before.st_atime_ns, before.st_mtime_ns))


def stolen(ground: Ground, path: str) -> None:
    """A link to a copy outside in the place of a file."""
    shutil.move(ground.at(path), ground.root.parent / "stolen")
    ground.at(path).symlink_to(ground.root.parent / "stolen")


def listening(path: Path) -> None:
    with chdir(path.parent), socket.socket(socket.AF_UNIX) as end:
        end.bind(path.name)


HEAD_TOO = ("HEAD", "refs/heads/main")
REFS: dict[str, tuple[Callable[[Ground], object], tuple[str, ...]]] = {
    "commits": (lambda g: g.git("commit", "-q", "--allow-empty", "-m", "x"), HEAD_TOO),
    "goes back a commit, softly": (lambda g: g.git("reset", "-q", "--soft", "HEAD~"), HEAD_TOO),
    "changes the branch": (lambda g: g.git("symbolic-ref", "HEAD", "refs/heads/side"), ("HEAD",)),
    "detaches HEAD where it is": (lambda g: g.git("checkout", "-q", "--detach"), ("HEAD",)),
    "makes HEAD unborn": (lambda g: g.git("symbolic-ref", "HEAD", "refs/heads/new"), ("HEAD",)),
    "makes a branch": (lambda g: g.git("branch", "evil"), ("refs/heads/evil",)),
    "moves a branch": (lambda g: g.git("branch", "-f", "side", "HEAD~"), ("refs/heads/side",)),
    "moves a packed branch": (
        lambda g: (g.git("pack-refs", "--all"), g.git("branch", "-f", "side", "HEAD~")),
        ("refs/heads/side",),
    ),
    "takes a branch away": (lambda g: g.git("branch", "-D", "side"), ("refs/heads/side",)),
    "renames a branch": (lambda g: g.git("branch", "-m", "side", "wide"), ("refs/heads/side", "refs/heads/wide")),
    "moves a tag": (lambda g: g.git("tag", "-f", "v1", "HEAD~"), ("refs/tags/v1",)),
    "takes a tag away": (lambda g: g.git("tag", "-d", "v1"), ("refs/tags/v1",)),
    "moves what a remote has": (
        lambda g: g.git("update-ref", "refs/remotes/origin/main", "HEAD~"),
        ("refs/remotes/origin/main",),
    ),
    "replaces an object": (
        lambda g: g.git("replace", "HEAD", "HEAD~"),
        ("refs/replace/{head}",),
    ),
    "stashes": (lambda g: g.git("stash", "push", "-q"), (".git/index", ".git/logs/refs/stash", "refs/stash")),
    "drops the older stash": (lambda g: g.git("stash", "drop", "-q", "stash@{1}"), (".git/logs/refs/stash",)),
    "keeps notes": (lambda g: g.git("notes", "add", "-m", "x"), ("refs/notes/commits",)),
    "begins a bisection": (
        lambda g: g.git("bisect", "start"),
        (".git/BISECT_LOG", ".git/BISECT_NAMES", ".git/BISECT_START"),
    ),
    "damages a ref": (lambda g: g.put(".git/refs/heads/side", "\0\xff"), ("refs/heads/side",)),
    "hides a ref behind a pipe": (
        lambda g: (g.at(".git/refs/heads/side").unlink(), os.mkfifo(g.at(".git/refs/heads/side"))),
        ("refs/heads/side",),
    ),
    "adds a worktree": (
        lambda g: g.git("worktree", "add", "-q", "../more", "side"),
        (
            "refs/heads/side",
            "worktrees/more/HEAD",
            "worktrees/more/ORIG_HEAD",
            "worktrees/more/commondir",
            "worktrees/more/gitdir",
            "worktrees/more/refs/heads/side",
        ),
    ),
}
LOST_INDEX = (".git/index", "sub/.git")
"""Without an index, nobody knows of the submodule in the tree."""
INDEX: dict[str, tuple[Callable[[Ground], object], tuple[str, ...]]] = {
    "stages a file": (lambda g: (g.put("new.txt"), g.git("add", "new.txt")), (".git/index",)),
    "stages other content": (lambda g: (g.put("kept.txt", "y\n"), g.git("add", "kept.txt")), (".git/index",)),
    "takes from the index": (lambda g: g.git("rm", "-q", "--cached", "staged.txt"), (".git/index",)),
    "means to add a file": (lambda g: (g.put("new.txt"), g.git("add", "-N", "new.txt")), (".git/index",)),
    "stages a mode": (lambda g: g.git("update-index", "--chmod=+x", "kept.txt"), (".git/index",)),
    "has a file taken for unchanged": (
        lambda g: g.git("update-index", "--assume-unchanged", "kept.txt"),
        (".git/index",),
    ),
    "has a file skipped": (lambda g: g.git("update-index", "--skip-worktree", "kept.txt"), (".git/index",)),
    "takes the index away": (lambda g: g.at(".git/index").unlink(), LOST_INDEX),
    "damages the index": (lambda g: g.append(".git/index", "x"), LOST_INDEX),
    "puts a pipe in its place": (
        lambda g: (g.at(".git/index").unlink(), os.mkfifo(g.at(".git/index"))),
        LOST_INDEX,
    ),
    "stages another commit of a submodule": (
        lambda g: g.git("update-index", "--cacheinfo", f"160000,{'1' * 40},sub"),
        (".git/index",),
    ),
}
MODULE = ".git/modules/sub"
GOVERNING: dict[str, tuple[Callable[[Ground], object], tuple[str, ...]]] = {
    "sets a value": (lambda g: g.git("config", "core.pager", "evil"), (".git/config",)),
    "sets a value under the old times": (
        lambda g: replaced(g, ".git/config"),
        (".git/config",),
    ),
    "writes a hook": (lambda g: g.put(".git/hooks/post-checkout"), (".git/hooks/post-checkout",)),
    "changes a hook": (lambda g: g.append(".git/hooks/pre-commit"), (".git/hooks/pre-commit",)),
    "has a hook run no more": (lambda g: g.at(".git/hooks/pre-commit").chmod(0o644), (".git/hooks/pre-commit",)),
    "has a sample run": (lambda g: g.at(".git/info/exclude").chmod(0o755), (".git/info/exclude",)),
    "links a hook": (
        lambda g: g.at(".git/hooks/commit-msg").symlink_to("../../evil.sh"),
        (".git/hooks/commit-msg",),
    ),
    "hides files from git": (lambda g: g.append(".git/info/exclude"), (".git/info/exclude",)),
    "sets attributes": (lambda g: g.put(".git/info/attributes"), (".git/info/attributes",)),
    "makes the tree sparse": (lambda g: g.put(".git/info/sparse-checkout"), (".git/info/sparse-checkout",)),
    "borrows objects": (
        lambda g: g.put(".git/objects/info/alternates", "/evil\n"),
        (".git/objects/info/alternates",),
    ),
    "cuts history off": (lambda g: g.put(".git/shallow", "1" * 40), (".git/shallow",)),
    "begins a merge": (lambda g: g.put(".git/MERGE_HEAD", "1" * 40), (".git/MERGE_HEAD",)),
    "begins a rebase": (lambda g: g.put(".git/rebase-merge/done"), (".git/rebase-merge/done",)),
    "writes a hook of a submodule": (lambda g: g.put(f"{MODULE}/hooks/post-merge"), (f"{MODULE}/hooks/post-merge",)),
    "configures a submodule": (lambda g: g.append(f"{MODULE}/config"), (f"{MODULE}/config",)),
    "moves a branch of a submodule": (
        lambda g: g.put(f"{MODULE}/refs/heads/main", "1" * 40),
        (f"{MODULE}/HEAD", f"{MODULE}/refs/heads/main"),
    ),
    "stages in a submodule": (lambda g: g.git("-C", "sub", "rm", "-q", "--cached", "inner.txt"), (f"{MODULE}/index",)),
    "points a submodule elsewhere": (lambda g: g.put("sub/.git", "gitdir: /elsewhere\n"), ("sub/.git",)),
}
FILES: dict[str, tuple[Callable[[Ground], object], tuple[str, ...]]] = {
    "edits the spec": (
        lambda g: g.append(".scafld/specs/active/add-cache.md"),
        (".scafld/specs/active/add-cache.md",),
    ),
    "moves the spec": (
        lambda g: g.at(".scafld/specs/active/add-cache.md").rename(g.at(".scafld/specs/add-cache.md")),
        (".scafld/specs/active/add-cache.md", ".scafld/specs/add-cache.md"),
    ),
    "writes a spec": (lambda g: g.put(".scafld/specs/drafts/evil.md"), (".scafld/specs/drafts/evil.md",)),
    "edits the ledger": (lambda g: replaced(g, f"{RUN}/session.json"), (f"{RUN}/session.json",)),
    "takes the ledger away": (lambda g: g.at(f"{RUN}/session.json").unlink(), (f"{RUN}/session.json",)),
    "writes a ledger": (lambda g: g.put(".scafld/runs/evil/session.json"), (".scafld/runs/evil/session.json",)),
    "changes the policy": (lambda g: g.append(".scafld/config.yaml"), (".scafld/config.yaml",)),
    "changes the policy here": (lambda g: g.put(".scafld/config.local.yaml"), (".scafld/config.local.yaml",)),
    "changes a prompt": (lambda g: replaced(g, ".scafld/prompts/review.md"), (".scafld/prompts/review.md",)),
    "trusts a key": (lambda g: g.append(".scafld/trusted-keys.json"), (".scafld/trusted-keys.json",)),
    "forges a receipt": (lambda g: g.put(".scafld/receipts/new.dsse.json"), (".scafld/receipts/new.dsse.json",)),
    "changes a receipt": (lambda g: replaced(g, ".scafld/receipts/old.dsse.json"), (".scafld/receipts/old.dsse.json",)),
    "changes evidence under the old times": (
        lambda g: replaced(g, f"{RUN}/evidence/{EVIDENCE}.txt"),
        (f"{RUN}/evidence/{EVIDENCE}.txt",),
    ),
    "takes evidence away": (
        lambda g: g.at(f"{RUN}/evidence/{EVIDENCE}.txt").unlink(),
        (f"{RUN}/evidence/{EVIDENCE}.txt",),
    ),
    "changes a handoff": (
        lambda g: replaced(g, f"{RUN}/handoffs/builder-build-1.md"),
        (f"{RUN}/handoffs/builder-build-1.md",),
    ),
    "hides evidence in a folder": (lambda g: g.put(f"{RUN}/evidence/deep/x"), (f"{RUN}/evidence/deep/x",)),
    "changes a mode": (lambda g: g.at(".scafld/config.yaml").chmod(0o666), (".scafld/config.yaml",)),
    "has a file unread": (lambda g: g.at(".scafld/config.yaml").chmod(0), (".scafld/config.yaml",)),
    "puts a link in a file's place": (lambda g: stolen(g, ".scafld/config.yaml"), (".scafld/config.yaml",)),
    "puts a link in a folder's place": (
        lambda g: stolen(g, ".scafld/receipts"),
        (".scafld/receipts", ".scafld/receipts/old.dsse.json"),
    ),
    "puts a pipe in a file's place": (
        lambda g: (g.at(".scafld/config.yaml").unlink(), os.mkfifo(g.at(".scafld/config.yaml"))),
        (".scafld/config.yaml",),
    ),
    "listens there": (
        lambda g: listening(g.at(".scafld/prompts/socket")),
        (".scafld/prompts/socket",),
    ),
    "makes a loop": (lambda g: g.at(".scafld/prompts/loop").symlink_to("."), (".scafld/prompts/loop",)),
    "leads the locks elsewhere": (
        lambda g: (shutil.rmtree(g.at(".scafld/locks")), g.at(".scafld/locks").symlink_to("specs")),
        (".scafld/locks",),
    ),
    "takes everything away": (
        lambda g: shutil.rmtree(g.at(".scafld")),
        (
            ".scafld/config.yaml",
            ".scafld/prompts/review.md",
            ".scafld/receipts/old.dsse.json",
            f"{RUN}/evidence/{EVIDENCE}.txt",
            f"{RUN}/handoffs/builder-build-1.md",
            f"{RUN}/session.json",
            ".scafld/specs/active/add-cache.md",
            ".scafld/trusted-keys.json",
        ),
    ),
}
TOUCHES = REFS | INDEX | GOVERNING | FILES


@pytest.mark.parametrize("what", TOUCHES)
def test_a_reviewer_that(ground: Ground, what: str) -> None:
    """Exactly what it touched is named."""
    act, names = TOUCHES[what]
    head = ground.git("rev-parse", "HEAD")

    assert ground.reviewed_by(act) == tuple(name.format(head=head) for name in names)


NOTHING: dict[str, Callable[[Ground], object]] = {
    "does nothing": lambda g: None,
    "asks git for the state, which refreshes the index": lambda g: (
        os.utime(g.at("src/main.py"), (1, 1)),
        g.git("status"),
        g.git("update-index", "--refresh"),
    ),
    "writes the index in another version": lambda g: g.git("update-index", "--index-version", "4"),
    "caches what is untracked": lambda g: g.git("update-index", "--untracked-cache"),
    "packs refs": lambda g: g.git("pack-refs", "--all"),
    "cleans up": lambda g: g.git("-c", "gc.reflogExpire=now", "gc", "-q"),
    "looks at the log and the stash": lambda g: (
        g.git("log", "-p"),
        g.git("stash", "list"),
        g.git("blame", "kept.txt"),
    ),
    "fetches nothing": lambda g: g.git("fetch", "-q", ".", "main"),
    "writes objects": lambda g: g.git("hash-object", "-w", "--stdin", feed=b"x"),
    "goes to another branch and back": lambda g: (g.git("checkout", "-q", "side"), g.git("checkout", "-q", "main")),
    "edits a message": lambda g: g.put(".git/COMMIT_EDITMSG"),
    "holds git's locks": lambda g: (g.put(".git/index.lock"), g.put(".git/refs/heads/main.lock")),
    "changes the tree, which is another's to see": lambda g: g.put("kept.txt", "other\n"),
    "adds evidence": lambda g: g.put(f"{RUN}/evidence/{'a' * 64}.txt"),
    "adds a handoff": lambda g: g.put(f"{RUN}/handoffs/reviewer-review-1.md"),
    "adds evidence to a task without any": lambda g: g.put(f".scafld/runs/new/evidence/{'a' * 64}.txt"),
    "has output on its way": lambda g: g.put(f"{RUN}/evidence/.part-12-abc"),
    "leaves a draft": lambda g: g.put(".scafld/specs/active/.scafld-tmp-12-0123456789ab"),
    "takes the cache and the locks away": lambda g: (
        shutil.rmtree(g.at(".scafld/cache")),
        shutil.rmtree(g.at(".scafld/locks")),
    ),
    "writes the same bytes again": lambda g: g.put(f"{RUN}/session.json"),
    "makes an empty folder": lambda g: g.at(".scafld/specs/empty").mkdir(),
}


@pytest.mark.parametrize("what", NOTHING)
def test_a_reviewer_that_only(ground: Ground, what: str) -> None:
    """It touched nothing."""
    assert ground.reviewed_by(NOTHING[what]) == ()
