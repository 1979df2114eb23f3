"""Where a repository is, and how git is asked about it so that it neither writes nor runs what the repository says.

What is switched off: `core.fsmonitor` and hooks (programs), filters that the repository's own configuration defines
(programs that could also make a changed file look clean), replaced objects, a work tree that stands elsewhere, lax stat
comparison, an index in two files (one of them in the repository), what git remembers of the graph of commits (it is
believed unseen), fetching of missing objects. What stays: filters the
user defines for all repositories (git-lfs), `core.excludesFile`, `core.fileMode`, and conversions of line ends,
encodings and `$Id$` by attributes.
"""

from __future__ import annotations

import os
from stat import S_ISREG
from types import MappingProxyType
from typing import TYPE_CHECKING

from scafld.adapters.git.spawn import Answer, Asked
from scafld.core.refusal import Unavailable
from scafld.core.value import value

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOTHING: Mapping[str, str] = MappingProxyType({})


@value
class Place:
    """A repository with a working tree, found from `root`. Bytes, absolute.

    `top`: the working tree's own root. `prefix`: `root` below it, "" or ending in `/`. `git_dir`: HEAD and index.
    `common_dir`: configuration and objects. `algorithm`: `sha1` or `sha256`.
    """

    root: bytes
    top: bytes
    prefix: bytes
    git_dir: bytes
    common_dir: bytes
    algorithm: str = "sha1"
    modes: bool = True


def find(root: bytes) -> Place | None:
    """The repository that `root` lies in, None when it lies in none. `root` may be a link; it is resolved."""
    root = os.path.realpath(root)
    top = root
    while True:
        git_dir = _git_dir(top)
        if git_dir is not None:
            return placed(root, top, git_dir)
        above = os.path.dirname(top)
        if above == top:
            return None
        top = above


def repository_at(root: bytes) -> Place | None:
    """The repository whose working tree begins at `root` itself, None when none begins there."""
    root = os.path.realpath(root)
    git_dir = _git_dir(root)
    return None if git_dir is None else placed(root, root, git_dir)


def placed(root: bytes, top: bytes, git_dir: bytes) -> Place:
    """The place of a git directory whose working tree begins at `top`, seen from `root` in it."""
    common = _common_dir(git_dir)
    settings = {line.strip().replace(b" ", b"") for line in _text(common + b"/config").lower().splitlines()}
    prefix = root[len(top.rstrip(b"/")) + 1 :]
    return Place(
        root=root,
        top=top,
        prefix=prefix + b"/" if prefix else b"",
        git_dir=git_dir,
        common_dir=common,
        algorithm="sha256" if b"objectformat=sha256" in settings else "sha1",
        modes=b"filemode=false" not in settings,
    )


def likely_head(place: Place) -> str | None:
    """The commit HEAD seems to name, from two small files; None when only git can tell."""
    told = _text(place.git_dir + b"/HEAD").strip()
    if told.startswith(b"ref: refs/"):
        told = _text(place.common_dir + b"/" + told[len(b"ref: ") :]).strip()
    hexadecimal = len(told) in (40, 64) and not told.strip(b"0123456789abcdef")
    return told.decode("ascii") if hexadecimal else None


class Git:
    """The git binary, put to one repository."""

    def __init__(self, binary: str, place: Place, environment: Mapping[str, str]) -> None:
        """`binary`: a path or a name on PATH. `environment`: the user's; only what git needs of it is handed on."""
        self.place = place
        self.binary = binary
        self._argv: list[str | bytes] = [binary, "--no-pager", "--no-optional-locks", *_SETTINGS]
        self._argv += ["-c", "core.ignoreCase=false"] if _tells_cases_apart(place) else []
        self._argv += [b"--work-tree=" + place.top, "-C", place.root]
        kept = {name: environment[name] for name in _KEPT if name in environment}
        self._environment = kept | _FIXED
        self._quieted = False

    def ask(self, *words: str | bytes, feed: bytes = b"", besides: Mapping[str, str] = _NOTHING) -> Asked:
        """Start git with these words in `root`; `besides` goes on top of the environment."""
        if not self._quieted:
            self._quieted = True
            self._environment |= _quiet_filters(self._local_filters())
        return Asked([*self._argv, *words], {**self._environment, **besides}, feed=feed)

    def tell(self, *words: str | bytes, feed: bytes = b"", besides: Mapping[str, str] = _NOTHING) -> bytes:
        """The stdout of git with these words. Unavailable, with git's complaint, when it fails."""
        with self.ask(*words, feed=feed, besides=besides) as asked:
            return self.checked(asked.answer(), str(words[0]))

    def checked(self, answer: Answer, act: str) -> bytes:
        """The stdout of an answer that is complete; Unavailable otherwise."""
        unread = [line for line in answer.err.splitlines() if b"could not open directory" in line]
        if answer.code == 0 and not unread:
            return answer.out
        if b"dubious ownership" in answer.err:
            top = os.fsdecode(self.place.top)
            raise Unavailable(
                f"git does not trust {top}: it belongs to another user",
                next=f"git config --global --add safe.directory {_shell_word(top)}",
            )
        if b"promisor remote" in answer.err:
            words = "this clone is partial: not all of git's objects are here, and none is fetched by the way"
            raise Unavailable(words, next="git fetch --refetch --no-filter")
        told = unread[0].decode("utf-8", "backslashreplace") if unread and not answer.code else answer.complaint()
        raise Unavailable(f"git {act} cannot tell what the tree holds: {told}")

    # Private.

    def _local_filters(self) -> set[bytes]:
        """Names of the filters that this repository's own configuration defines; no process when it has none."""
        places = (self.place.common_dir + b"/config", self.place.git_dir + b"/config.worktree")
        texts = [_text(path).lower() for path in places]
        if not any(b"filter" in text or b"include" in text for text in texts):
            return set()
        words = ("config", "--show-scope", "-z", "--name-only", "--get-regexp", r"^filter\.")
        with Asked([*self._argv, *words], self._environment) as asked:
            answer = asked.answer()
        if answer.code == 1:
            return set()
        fields = self.checked(answer, "config").split(b"\0")
        return {
            key[len(b"filter.") :].rpartition(b".")[0]
            for scope, key in zip(fields[::2], fields[1::2], strict=False)
            if scope in (b"local", b"worktree")
        }


def empty_tree(algorithm: str) -> str:
    """The name of the tree that holds nothing; git knows it in every repository."""
    return _EMPTY_TREE[algorithm]


# Private.

_SMALL = 1 << 22
_EMPTY_TREE = {
    "sha1": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "sha256": "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}

_KEPT = ("HOME", "PATH", "XDG_CONFIG_HOME", "USER", "LOGNAME", "SUDO_UID", "TMPDIR")
_FIXED = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_TERMINAL_PROMPT": "0",
}
_SETTINGS = [
    word
    for setting in (
        "core.fsmonitor=",
        "core.hooksPath=/dev/null",
        "core.splitIndex=false",
        "core.commitGraph=false",
        "core.untrackedCache=keep",
        "core.trustctime=true",
        "core.checkStat=default",
        "core.quotePath=false",
        "core.bigFileThreshold=8m",
        "diff.suppressBlankEmpty=false",
    )
    for word in ("-c", setting)
]


def _git_dir(top: bytes) -> bytes | None:
    """The git directory of the working tree at `top`, by git's own rules of what one is."""
    found = top + b"/.git"
    if os.path.isdir(found):
        return found if _is_git_dir(found) else None
    pointer = _text(found)
    if not pointer.startswith(b"gitdir: "):
        return None
    target = os.path.join(top, pointer[len(b"gitdir: ") :].rstrip(b"\r\n"))
    return target if _is_git_dir(target) else None


def _is_git_dir(path: bytes) -> bool:
    if not os.path.lexists(path + b"/HEAD"):
        return False
    common = _common_dir(path)
    return os.path.isdir(common + b"/objects") and os.path.isdir(common + b"/refs")


def _common_dir(git_dir: bytes) -> bytes:
    pointer = _text(git_dir + b"/commondir").rstrip(b"\r\n")
    return os.path.normpath(os.path.join(git_dir, pointer)) if pointer else git_dir


def _tells_cases_apart(place: Place) -> bool:
    """Whether the file system does: `core.ignoreCase` must not hide a new file behind an old one's name."""
    return not os.path.lexists(place.git_dir + b"/hEAD")


def _text(path: bytes) -> bytes:
    """The bytes of a small file, none when there is no such file; a pipe in its place is not waited for."""
    try:
        end = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        return os.read(end, _SMALL) if S_ISREG(os.fstat(end).st_mode) else b""
    finally:
        os.close(end)


def _quiet_filters(names: set[bytes]) -> dict[str, str]:
    """The environment in which these filters do nothing."""
    pairs = [
        (f"filter.{os.fsdecode(name)}.{key}", setting)
        for name in sorted(names)
        for key, setting in (("clean", ""), ("smudge", ""), ("process", ""), ("required", "false"))
    ]
    told = {"GIT_CONFIG_COUNT": str(len(pairs))} if pairs else {}
    for at, (key, setting) in enumerate(pairs):
        told |= {f"GIT_CONFIG_KEY_{at}": key, f"GIT_CONFIG_VALUE_{at}": setting}
    return told


def _shell_word(text: str) -> str:
    plain = all(char.isalnum() or char in "/._-" for char in text)
    return text if plain else "'" + text.replace("'", "'\\''") + "'"
