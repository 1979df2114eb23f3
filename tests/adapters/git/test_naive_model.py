"""A look against a dictionary: after any course of edits and commits, what differs is what differs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings, strategies

from scafld.adapters.git.worktree import open_worktree
from scafld.core.evidence.seals import FileKind
from scafld.core.names import RepoPath

if TYPE_CHECKING:
    from conftest import Repository

PATHS = ["a", "b", "d/a", "d/b", "d", "e/f/g", "e"]
Content = tuple[str, str]

contents = strategies.tuples(
    strategies.sampled_from(["file", "executable", "link"]), strategies.sampled_from(["", "x", "y", "other"])
)
steps = strategies.one_of(
    strategies.tuples(strategies.just("write"), strategies.sampled_from(PATHS), contents),
    strategies.tuples(strategies.just("delete"), strategies.sampled_from(PATHS), strategies.none()),
    strategies.tuples(
        strategies.sampled_from(["add", "commit", "unadd", "assume"]), strategies.none(), strategies.none()
    ),
)


def clear(repository: Repository, model: dict[str, Content], path: str) -> None:
    """Take away what stands at `path`, below it, and in the way of it."""
    for other in list(model):
        if other == path or other.startswith(path + "/") or path.startswith(other + "/"):
            del model[other]
            (repository.root / other).unlink()
    full = repository.root / path
    if full.is_dir():
        shutil.rmtree(full)


def put(repository: Repository, model: dict[str, Content], path: str, content: Content) -> None:
    kind, text = content
    clear(repository, model, path)
    full = repository.root / path
    full.parent.mkdir(parents=True, exist_ok=True)
    if kind == "link":
        full.symlink_to(text or "empty")
        model[path] = (kind, text or "empty")
    else:
        full.write_text(text)
        full.chmod(0o755 if kind == "executable" else 0o644)
        model[path] = content


def take(repository: Repository, model: dict[str, Content], step: tuple[str, str | None, Content | None]) -> bool:
    """Do one step to the repository and to the model; whether it was a commit."""
    act, path, content = step
    if act == "write" and path and content:
        put(repository, model, path, content)
    elif act == "delete" and path:
        clear(repository, model, path)
    elif act == "add":
        repository.git("add", "-A")
    elif act == "unadd":
        repository.git("read-tree", "--empty")
    elif act == "assume":
        listed = repository.git("ls-files", "-z").encode("utf-8", "surrogateescape")
        repository.git("update-index", "--assume-unchanged", "-z", "--stdin", feed=listed)
    elif act == "commit":
        repository.git("read-tree", "--empty")
        repository.commit()
        return True
    return False


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(course=strategies.lists(steps, max_size=12), mark=strategies.integers(0, 3))
def test_a_look_is_the_difference_of_two_dictionaries(
    make_repository: Callable[..., Repository],
    home: object,
    course: list[tuple[str, str | None, Content | None]],
    mark: int,
) -> None:
    """With git and without it, from any commit of the course, whatever stands in the index."""
    repository = make_repository()
    model: dict[str, Content] = {}
    commits: list[tuple[str, dict[str, Content]]] = []
    for step in [*course[:6], ("commit", None, None), *course[6:]]:
        if take(repository, model, step):
            commits.append((repository.head(), dict(model)))
    since, base = commits[mark % len(commits)]

    root = os.fspath(repository.root)
    looks = [open_worktree(root, git, repository.environment).look(since) for git in ("git", None)]

    different = {path for path in base.keys() | model.keys() if base.get(path) != model.get(path)}
    expected = {path: model.get(path, ("absent", ""))[0] for path in different}
    for look in looks:
        assert {seen.path: seen.kind.value for seen in look.files} == expected
        assert {seen.path for seen in look.files if seen.base} == expected.keys() & base.keys()
        assert all((seen.digest is None) == (seen.kind is FileKind.ABSENT) for seen in look.files)
    assert looks[0].files == looks[1].files
    shown = open_worktree(root, "git", repository.environment).diff(since, (RepoPath("."),))
    assert bool(shown) == bool(expected)
