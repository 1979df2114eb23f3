"""A tree checked out anew, into a folder and a repository of its own: what was ignored or left lying is not there.

Objects are borrowed from the repository and nothing is written to it. Its hooks, configuration and filters are not
taken along; what the tree's own attributes ask for is done as far as git can without them. Submodules stay empty.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from shutil import copyfile

from scafld.adapters.files.throwaway import throwaway
from scafld.adapters.git.ground.footing import Attic
from scafld.adapters.git.paths import in_list
from scafld.adapters.git.repository import Git, Place
from scafld.core.proof.git_names import GitId


@contextmanager
def clean_checkout(found: Attic, treeish: GitId, head: GitId | None, environ: Mapping[str, str]) -> Iterator[str]:
    """The root of a repository in which exactly this tree is checked out and `head` is the commit. It is gone
    afterwards."""
    with throwaway("scafld-checkout-") as folder:
        root = os.path.join(folder, "tree")
        os.mkdir(root)
        _check_out(found, root, treeish, head, {**environ, "HOME": folder, "XDG_CONFIG_HOME": folder})
        yield root


# Private.


def _check_out(found: Attic, root: str, treeish: GitId, head: GitId | None, environ: Mapping[str, str]) -> None:
    git_dir = os.path.join(root, ".git")
    for name in ("objects/info", "refs/heads"):
        os.makedirs(os.path.join(git_dir, name))
    _write(git_dir, "HEAD", f"{head}\n" if head else "ref: refs/heads/main\n")
    version = 1 if found.place.algorithm == "sha256" else 0
    extension = "[extensions]\n\tobjectFormat = sha256\n" if version else ""
    _write(git_dir, "config", f"[core]\n\trepositoryformatversion = {version}\n\tbare = false\n{extension}")
    stores = (os.path.join(found.folder, "objects"), os.fsdecode(found.place.common_dir + b"/objects"))
    _write(git_dir, "objects/info/alternates", "".join(f"{in_list(store)}\n" for store in stores))
    with suppress(FileNotFoundError):
        copyfile(os.fsdecode(found.place.common_dir + b"/shallow"), os.path.join(git_dir, "shallow"))
    bare = os.fsencode(root)
    place = Place(
        root=bare,
        top=bare,
        prefix=b"",
        git_dir=bare + b"/.git",
        common_dir=bare + b"/.git",
        algorithm=found.place.algorithm,
    )
    git = Git(found.git.binary, place, environ)
    quiet = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_ATTR_NOSYSTEM": "1"}
    git.tell("read-tree", treeish, besides=quiet)
    git.tell("checkout-index", "--all", "--force", "--quiet", besides=quiet)
    git.tell("update-index", "-q", "--refresh", besides=quiet)


def _write(folder: str, name: str, text: str) -> None:
    with open(os.path.join(folder, name), "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(text)
