"""What the change is: what differs from the baseline, what of it was declared, and a digest that names it exactly."""

from __future__ import annotations

import re
from enum import StrEnum
from fnmatch import fnmatchcase

from scafld.core.digest import fingerprint
from scafld.core.names import Digest, RepoPath
from scafld.core.value import value


class FileKind(StrEnum):
    FILE = "file"
    EXECUTABLE = "executable"
    LINK = "link"
    SUBMODULE = "submodule"
    ABSENT = "absent"


@value
class Seen:
    """One path whose content now is not what it was in the base commit, as the working tree shows it.

    `digest`: SHA-256 of the content now (of a link: its target's text; of a submodule: its commit and dirty state),
    None when absent. `base`: an opaque name of the content in the base commit (git's object id, mode), "" when it was
    not there. `old`: SHA-256 of the content in the base commit when the adapter could tell, else None.
    """

    path: RepoPath
    kind: FileKind
    digest: Digest | None
    base: str = ""
    old: Digest | None = None


@value
class Look:
    """One look at the working tree. `base`: the commit it was compared with, None for none (unborn, or no git).

    `head`: the commit checked out now, None when unborn or without git. `vcs`: "git" or "none". `files`: sorted by
    path; every path, ignored ones and those under `.scafld/` apart, whose content differs from `base`; without a base,
    every path there is. `hidden`: paths that git was told not to look at (assume-unchanged, skip-worktree) and that
    are present.
    """

    vcs: str
    head: str | None
    base: str | None
    files: tuple[Seen, ...]
    hidden: tuple[RepoPath, ...] = ()


@value
class Dirty:
    """A path that was already changed when the task was approved: its content (None: it was deleted) and kind then, and
    `base`, what names its content in the base commit ("" when it was not there)."""

    path: RepoPath
    digest: Digest | None
    kind: FileKind = FileKind.FILE
    base: str = ""


@value
class Baseline:
    """The state of the tree at approval: everything since is the task's change, commits included."""

    vcs: str
    head: str | None
    dirty: tuple[Dirty, ...] = ()


class ChangeKind(StrEnum):
    ADDED = "added"
    MODIFIED = "modified"
    DELETED = "deleted"
    RENAMED = "renamed"


@value
class Change:
    """One path that differs from the baseline. `was` is the old path of a rename."""

    path: RepoPath
    kind: ChangeKind
    digest: Digest | None
    was: RepoPath | None = None


@value
class Scope:
    """What the author declared that the task touches: patterns, and those among them that match no file at all."""

    patterns: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()


@value
class Material:
    """What a review seals: the changes in scope, what else changed (drift), and a digest that names it exactly.

    `whole_tree` says that the declared scope named no file, so that the whole tree stands under the seal.
    """

    digest: Digest
    changes: tuple[Change, ...]
    drift: tuple[Change, ...]
    scope: Scope
    whole_tree: bool


def changes_since(baseline: Baseline, look: Look) -> tuple[Change, ...]:
    """What differs between the baseline and the tree that `look` saw (compared with `baseline.head`), by path.

    A path that was dirty at approval is compared with its content then, every other one with the base commit. A
    deleted and an added path of the same content are one rename.
    """
    before = {item.path: item for item in baseline.dirty}
    now = {seen.path: seen for seen in look.files}
    changes = [_change(path, now.get(path), before.get(path)) for path in sorted(now.keys() | before.keys())]
    return _with_renames(tuple(change for change in changes if change is not None), look)


def baseline_of(look: Look) -> Baseline:
    """The baseline that this look is: its head and every path that is not as committed."""
    dirty = tuple(Dirty(path=each.path, digest=each.digest, kind=each.kind, base=each.base) for each in look.files)
    return Baseline(vcs=look.vcs, head=look.head, dirty=dirty)


def scope_of(declared: tuple[str, ...], look: Look, changes: tuple[Change, ...]) -> Scope:
    """Read the places an author named into patterns. A pattern is unmatched when no changed path lies in it. A bare
    word is a place when something of that name changed, else it is prose."""
    touched = {change.path for change in changes} | {change.was for change in changes if change.was}
    touched |= {seen.path for seen in look.files}
    named = {(name, _as_pattern(name)) for words in declared for name in _names(words)}
    patterns = tuple(
        sorted(
            {
                path
                for name, path in named
                if path and (_is_path(name, path) or any(lies_in(each, path) for each in touched))
            }
        )
    )
    unmatched = tuple(pattern for pattern in patterns if not any(lies_in(path, pattern) for path in touched))
    return Scope(patterns=patterns, unmatched=unmatched)


def seal(baseline: Baseline, look: Look, declared: tuple[str, ...]) -> Material:
    """Seal the material: the changes since the baseline that lie in the declared scope, or, where no change lies in
    it, all of them. Committing what is sealed does not change the seal; changing one byte in scope does."""
    changes = changes_since(baseline, look)
    scope = scope_of(declared, look, changes)
    inside = tuple(change for change in changes if _in_scope(change, scope))
    whole_tree = not inside
    sealed = changes if whole_tree else inside
    paths = {change.path for change in inside}
    drift = () if whole_tree else tuple(change for change in changes if change.path not in paths)
    return Material(
        digest=_material_digest(baseline, scope, sealed, look, whole_tree=whole_tree),
        changes=sealed,
        drift=drift,
        scope=scope,
        whole_tree=whole_tree,
    )


def lies_in(path: str, pattern: str) -> bool:
    """Whether a path is the pattern, lies under it, or matches it as a glob (`*` within a name, `**` across). What is
    quoted, because it is no text, lies where its bytes say."""
    if pattern == "." or path == pattern:
        return True
    path = _unquoted(path) if path.startswith('"') else path
    if path == pattern or path.startswith(pattern + "/"):
        return True
    return any(char in pattern for char in "*?[") and _glob(tuple(path.split("/")), tuple(pattern.split("/")))


# Private.

_NAMELESS = ("Makefile", "Dockerfile", "Justfile", "Rakefile", "Gemfile", "Procfile", "LICENSE", "CHANGELOG", "README")


_ESCAPE = re.compile(rb"\\(?:([0-3][0-7]{2})|(.))", re.DOTALL)


def _unquoted(path: str) -> str:
    """The name that git's quoting spells; which control character it is makes no difference here."""
    spelled = _ESCAPE.sub(_byte, path[1:-1].encode("utf-8", "surrogateescape"))
    return spelled.decode("utf-8", "surrogateescape")


def _byte(escape: re.Match[bytes]) -> bytes:
    if escape[1]:
        return bytes((int(escape[1], 8),))
    return escape[2] if escape[2] in b'"\\' else b"\x01"


def _change(path: RepoPath, seen: Seen | None, before: Dirty | None) -> Change | None:
    if seen is None:
        return _back(path, before)
    if before is not None and (before.digest, before.kind) == (seen.digest, seen.kind):
        return None
    existed = bool(seen.base) if before is None else before.digest is not None
    if seen.digest is None:
        return Change(path=path, kind=ChangeKind.DELETED, digest=None) if existed else None
    return Change(path=path, kind=ChangeKind.MODIFIED if existed else ChangeKind.ADDED, digest=seen.digest)


def _back(path: RepoPath, before: Dirty | None) -> Change | None:
    """A path that was dirty at approval and is again as in the base commit: there, or not."""
    if before is None:
        return None
    there = ChangeKind.ADDED if before.digest is None else ChangeKind.MODIFIED
    return Change(path=path, kind=there if before.base else ChangeKind.DELETED, digest=None)


def _with_renames(changes: tuple[Change, ...], look: Look) -> tuple[Change, ...]:
    gone = {seen.old: seen.path for seen in look.files if seen.kind is FileKind.ABSENT and seen.old}
    deleted = {change.path for change in changes if change.kind is ChangeKind.DELETED}
    renamed: dict[RepoPath, RepoPath] = {}
    for change in changes:
        old = gone.get(change.digest) if change.digest else None
        if change.kind is ChangeKind.ADDED and old in deleted and old not in renamed.values():
            renamed[change.path] = old
    sources = set(renamed.values())
    kept = (change for change in changes if change.path not in sources)
    return tuple(
        Change(path=c.path, kind=ChangeKind.RENAMED, digest=c.digest, was=renamed[c.path]) if c.path in renamed else c
        for c in kept
    )


def _in_scope(change: Change, scope: Scope) -> bool:
    places = (change.path, change.was) if change.was else (change.path,)
    return any(lies_in(place, pattern) for place in places for pattern in scope.patterns)


def _material_digest(
    baseline: Baseline, scope: Scope, sealed: tuple[Change, ...], look: Look, *, whole_tree: bool
) -> Digest:
    kinds = {seen.path: seen.kind for seen in look.files}
    return fingerprint(
        {
            "material": 1,
            "vcs": baseline.vcs,
            "base": baseline.head,
            "scope": ["."] if whole_tree else list(scope.patterns),
            "files": [[c.path, str(c.kind), str(kinds.get(c.path, FileKind.ABSENT)), c.digest, c.was] for c in sealed],
        }
    )


def _names(words: str) -> tuple[str, ...]:
    """What one declared line may name: what stands in back-quotes, else what stands before ` - `, `: ` or ` (`."""
    quoted = tuple(part.strip() for part in words.split("`")[1::2])
    if quoted:
        return quoted
    head = words
    for mark in (" - ", ": ", " ("):
        head = head.split(mark, 1)[0]
    return tuple(part.strip() for part in head.split(","))


def _as_pattern(name: str) -> str:
    """A workspace-relative pattern, or "" when the name can be none: prose, a URL, a way out."""
    path = name.strip("'\"").replace("\\", "/").rstrip("/")
    while path.startswith("./"):
        path = path[2:]
    for ending in _WHOLE:
        path = path.removesuffix(ending)
    parts = path.split("/")
    if (
        not path
        or any(char.isspace() and char != " " for char in path)
        or "://" in path
        or path.startswith(("/", "~", "-", "<"))
    ):
        return ""
    return "" if ".." in parts or parts[0] in (".git", ".scafld") else path


_WHOLE = ("/**", "/*")


def _is_path(name: str, path: str) -> bool:
    """Whether a name is that of a file or folder by its looks, whatever is there; a version number is not, nor are
    several words."""
    if " " not in path and name.strip("'\"").replace("\\", "/").endswith(("/", *_WHOLE)):
        return True
    if " " in path:
        return False
    if path == "." or "/" in path or path in _NAMELESS or any(char in path for char in "*["):
        return True
    stem, dot, ending = path.rpartition(".")
    return bool(dot) and ending.isalnum() and not ending.isdigit() and (bool(stem) or path.startswith("."))


def _glob(parts: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    if not pattern:
        return True
    if pattern[0] == "**":
        return any(_glob(parts[skip:], pattern[1:]) for skip in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and _glob(parts[1:], pattern[1:])
