"""Where receipts are held against on this machine, and by whose word: the working tree, or commits."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property, partial
from typing import TYPE_CHECKING

from scafld.adapters.git.ground.clean_checkout import clean_checkout
from scafld.adapters.git.ground.committed import Committed
from scafld.adapters.git.ground.footing import Attic, attic
from scafld.adapters.git.ground.scene import need, scenes_of
from scafld.adapters.git.repository import find
from scafld.core.refusal import Misused

if TYPE_CHECKING:
    from scafld.adapters.local.house import House
    from scafld.app.check import Checker
    from scafld.app.verify import Checkouts
    from scafld.core.contract.spec import Spec
    from scafld.core.names import TaskId
    from scafld.core.policy import Policy
    from scafld.core.proof.faults import Scene
    from scafld.core.proof.git_names import GitId
    from scafld.core.proof.receipt import Receipt


class Here:
    """A standpoint in the working tree, or in a commit of its repository. `policy`: how commands are run."""

    def __init__(self, house: House, policy: Policy, commit: GitId | None = None) -> None:
        self._house = house
        self._policy = policy
        self._commit = commit

    def scenes(self, receipts: tuple[Receipt, ...]) -> tuple[Scene, ...]:
        """See `Standpoint.scenes`."""
        return scenes_of(self._house.root, git_of(self._house), self._house.around.environ, receipts, self._commit)

    def spec(self, task_id: TaskId) -> Spec | None:
        """See `Standpoint.spec`."""
        if self._commit is None:
            document = self._house.specs.find(task_id)
            return document.spec if document else None
        return _spec(self._committed_specs, task_id)

    @contextmanager
    def checkouts(self) -> Iterator[Checkouts]:
        """See `Standpoint.checkouts`."""
        with repository(self._house) as found:
            head = self._commit or found.name("HEAD^{commit}")
            if self._commit is None:
                found.take_in()
            yield partial(self._checkout, found, self._commit or found.standing(), head)

    # Private.

    @cached_property
    def _committed_specs(self) -> dict[str, bytes]:
        assert self._commit is not None
        with repository(self._house) as found:
            return Committed(found, self._commit).below(_SPECS)

    @contextmanager
    def _checkout(self, found: Attic, tree: GitId, head: GitId | None) -> Iterator[Checker]:
        with clean_checkout(found, tree, head, self._house.around.environ) as root:
            place = os.path.join(root, os.fsdecode(found.place.prefix).rstrip("/"))
            yield self._checker(place, os.path.dirname(root))

    def _checker(self, root: str, folder: str) -> Checker:
        from scafld.adapters.local.joints import digest_below
        from scafld.adapters.process.runner import ShellRunner
        from scafld.app.check import Checker

        return Checker(
            runner=ShellRunner(root=root, runs=os.path.join(folder, "runs"), environment=self._scrubbed(root, folder)),
            digest=lambda path: digest_below((root,), path),
            execution=self._policy.execution,
            tell=self._house.around.tell or (lambda _told: None),
        )

    def _scrubbed(self, root: str, folder: str) -> dict[str, str]:
        """The environment of a command, without what whoever verifies has set for themselves."""
        from scafld.adapters.process.environment import command_environment

        execution = self._policy.execution
        home = os.path.join(folder, "home")
        os.makedirs(home, exist_ok=True)
        kept = {name: text for name, text in self._house.around.environ.items() if name in _SCRUBBED}
        return command_environment(
            {**kept, "HOME": home, "TMPDIR": home, "GIT_CONFIG_NOSYSTEM": "1"},
            root=root,
            path_prepend=execution.path_prepend,
            variables=dict(execution.env),
        )


@contextmanager
def repository(house: House) -> Iterator[Attic]:
    """The repository of a workspace, to be asked without being written to. Misused where there is none."""
    place = find(os.fsencode(house.root))
    if place is None:
        words = "commits and clean checkouts need a git repository, and there is none here"
        raise Misused(words, next="scafld verify --no-run")
    with attic(place, need(git_of(house)), house.around.environ) as found:
        yield found


def git_of(house: House) -> str | None:
    """The git binary that is used here."""
    from scafld.adapters.local.joints import git_binary

    return git_binary(house.around.environ)


# Private.

_SPECS = ".scafld/specs"


_SCRUBBED = frozenset(
    {"PATH", "LANG", "LC_ALL", "LC_CTYPE", "TERM", "TZ", "CI", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE"}
)
"""What a command finds of the environment of whoever verifies; no token, no home, no editor."""


def _spec(specs: Mapping[str, bytes], task_id: TaskId) -> Spec | None:
    from scafld.adapters.local.joints import read_spec

    found = [content for path, content in specs.items() if os.path.basename(path) == f"{task_id}.md"]
    if len(found) != 1:
        return None
    try:
        return read_spec(found[0].decode("utf-8-sig"), str(task_id)).spec
    except UnicodeDecodeError:
        return None
