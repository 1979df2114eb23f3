"""What a repository holds beside its working tree that a reviewer must leave as it was, each thing by name and digest.

HEAD and every ref, the index by its entries, configuration and what it includes, hooks wherever they run from,
exclusions, attributes, borrowed objects, and the files that say that a merge, a rebase or a bisection is under way;
of the repository, its other worktrees (without their index) and its submodules. `holdings.py` says what is left out.
Repositories that lie in the tree and are no submodules are not looked into.

Read in this process: git is not asked, nothing is written, nothing is waited for, and damage is a digest like others.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scafld.adapters.git.paths import to_text
from scafld.adapters.git.repository import Place, find, placed, repository_at
from scafld.adapters.git.watch.holdings import entries, gitlinks, governing, standing
from scafld.adapters.git.watch.leads import leads_of
from scafld.adapters.git.watch.refs import ref_at, refs_of
from scafld.adapters.git.witness import listed, witness
from scafld.core.digest import digest_of
from scafld.core.value import value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scafld.core.names import Digest


def estate_of(root: str, environ: Mapping[str, str]) -> tuple[tuple[str, Digest], ...]:
    """Name and digest of everything, sorted; empty when `root` lies in no repository.

    Refs are named as git names them (`HEAD`, `refs/heads/main`), files by their place in `.git`. What belongs to
    another worktree begins with `worktrees/<name>/` or `main-worktree/`, the branch that it has checked out included,
    so that work that goes on there can be told apart. `environ` says where the user's home is.
    """
    place = find(os.fsencode(root))
    if place is None:
        return ()
    tour = _Tour(os.fsencode(environ.get("HOME", "")))
    tour.point(b".git", place.top)
    tour.visit(_Stop(place=place, files=b".git/", refs=b"", tree=b""))
    return tuple(sorted((to_text(name), digest_of(seen)) for name, seen in tour.found.items()))


# Private.


@value
class _Stop:
    """A repository, and what stands before the names of its files, of its refs, and of what lies in its tree."""

    place: Place
    files: bytes
    refs: bytes
    tree: bytes


class _Tour:
    """A walk through a repository and those of its submodules, each once."""

    def __init__(self, home: bytes) -> None:
        self.found: dict[bytes, bytes] = {}
        self._home = home
        self._been: set[bytes] = set()

    def point(self, name: bytes, top: bytes) -> None:
        """Note what says where the repository of the tree at `top` is, when that is not in it."""
        path = top + b"/.git"
        seen = witness(path) if os.path.islink(path) or not os.path.isdir(path) else None
        if seen is not None:
            self.found[name] = seen

    def visit(self, stop: _Stop) -> None:
        real = os.path.realpath(stop.place.git_dir)
        if real in self._been:
            return
        self._been.add(real)
        self._note(stop.files, ((b"index", entries(stop.place)), *governing(stop.place.common_dir)))
        self._trees(stop)
        self._led_to(stop)
        self._kept(stop.place.common_dir + b"/modules", stop.files + b"modules/")
        self._in_the_tree(stop)

    # Private.

    def _note(self, prefix: bytes, held: Iterable[tuple[bytes, bytes]]) -> None:
        for name, seen in held:
            self.found[prefix + name] = seen

    def _trees(self, stop: _Stop) -> None:
        """Every ref, and where each working tree stands."""
        place, refs = stop.place, refs_of(stop.place.common_dir)
        others = _other_trees(stop)
        owner = {_branch(git_dir): prefix for git_dir, prefix in others.items()}
        owner[_branch(place.git_dir)] = stop.refs
        for name, seen in refs.items():
            self.found[owner.get(name, _prefix(name, stop)) + name] = seen
        for name, seen in standing(place.git_dir, place.common_dir, refs):
            self.found[_prefix(name, stop) + name] = seen
        for git_dir, prefix in others.items():
            self._note(prefix, standing(git_dir, place.common_dir, refs))

    def _led_to(self, stop: _Stop) -> None:
        """What the configuration leads to, and the hooks."""
        place = stop.place
        leads = leads_of((place.common_dir + b"/config", place.git_dir + b"/config.worktree"), self._home)
        self._note(b"", ((_name(path, stop), witness(path) or b"nothing") for path in leads.included))
        for said in (place.common_dir + b"/hooks", *leads.hooks):
            folder = os.path.normpath(os.path.join(place.top, said))
            for name, is_folder in listed(folder) or ():
                path = folder + b"/" + name
                seen = None if is_folder else witness(path)
                if seen is not None:
                    self.found[_name(path, stop)] = seen

    def _kept(self, folder: bytes, shown: bytes) -> None:
        """The repositories that git keeps for submodules, whose names may have folders in them."""
        waiting = [(folder, shown)]
        while waiting:
            above, so_far = waiting.pop()
            for name, is_folder in listed(above) or ():
                git_dir, prefix = above + b"/" + name, so_far + name + b"/"
                if is_folder and os.path.lexists(git_dir + b"/HEAD"):
                    self._visit_module(git_dir, prefix)
                elif is_folder:
                    waiting.append((git_dir, prefix))

    def _visit_module(self, git_dir: bytes, prefix: bytes) -> None:
        top = os.path.normpath(os.path.join(git_dir, leads_of((git_dir + b"/config",), self._home).worktree))
        self.visit(_Stop(place=placed(top, top, git_dir), files=prefix, refs=prefix, tree=prefix))

    def _in_the_tree(self, stop: _Stop) -> None:
        """Submodules that are checked out, some of which keep their repository in the tree."""
        for path in gitlinks(stop.place):
            top, name = os.path.join(stop.place.top, path), stop.tree + path + b"/.git"
            self.point(name, top)
            inner = repository_at(top)
            if inner is not None:
                self.visit(_Stop(place=inner, files=name + b"/", refs=name + b"/", tree=stop.tree + path + b"/"))


def _other_trees(stop: _Stop) -> dict[bytes, bytes]:
    """The git directories of the repository's other working trees, and what stands before their names."""
    place = stop.place
    folder = place.common_dir + b"/worktrees"
    linked = [name for name, is_folder in listed(folder) or () if is_folder]
    found = {folder + b"/" + name: stop.refs + b"worktrees/%s/" % name for name in linked}
    found[place.common_dir] = stop.refs + b"main-worktree/"
    own = os.path.realpath(place.git_dir)
    return {git_dir: prefix for git_dir, prefix in found.items() if os.path.realpath(git_dir) != own}


def _prefix(name: bytes, stop: _Stop) -> bytes:
    return stop.refs if name == b"HEAD" or name.startswith(b"refs/") else stop.files


def _branch(git_dir: bytes) -> bytes:
    """The branch that a working tree has checked out, or the commit."""
    return (ref_at(git_dir + b"/HEAD") or b"").removeprefix(b"ref:").strip()


def _name(path: bytes, stop: _Stop) -> bytes:
    """A file's place in the repository or, elsewhere, its whole path."""
    for folder, shown in ((stop.place.common_dir, stop.files), (stop.place.top, stop.tree)):
        if path.startswith(folder + b"/"):
            return shown + path[len(folder) + 1 :]
    return path
