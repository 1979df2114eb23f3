"""Which commit somebody means: by its own name, or by a ref that nobody else's ref can be taken for.

Git guesses: a tag goes before a branch, a tag may itself be called `refs/heads/x`, or like the first digits of a
commit, `:/words` is the newest commit that says so. So whoever may push would choose the commit. Here a name has one
meaning or none, and behind it there are only steps to parents (`~2`, `^2`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from scafld.adapters.git.index_file import oid_size
from scafld.adapters.git.repository import Git
from scafld.core.proof.git_names import GitId, git_id
from scafld.core.refusal import Misused


def commit_named(git: Git, words: str, flag: str, besides: Mapping[str, str]) -> GitId:
    """The commit that a person names. Misused when there is none, or when it could be another one, too."""
    found = _PLAIN.fullmatch(words) if len(words) <= _LONGEST and _sayable(words) else None
    if found is None:
        reason = f"{flag} {words[:80]!r} is no plain name of a commit, a branch or a tag"
        raise Misused(reason, next="git rev-parse --verify REV")
    meanings = _meanings(git, found["name"], besides)
    if len(meanings) > 1:
        reason = f"{flag} {words[:80]!r} may be {' or '.join(meanings)[:400]}; say which, or the commit's full name"
        raise Misused(reason, next="git show-ref")
    named = full_name(git, f"{meanings[0]}{found['steps']}^{{commit}}", besides) if meanings else None
    if named is None:
        raise Misused(f"{flag} {words[:80]!r} names no commit here", next="git fetch --unshallow origin")
    return named


def full_name(git: Git, words: str, besides: Mapping[str, str]) -> GitId | None:
    """The full name of what git finds under these words, None when nothing."""
    with git.ask("rev-parse", "--verify", "--quiet", words, besides=besides) as asked:
        answer = asked.answer()
    return git_id(answer.out.decode("ascii").strip()) if answer.code == 0 else None


# Private.

_LONGEST = 4096
_NAME = r"(?P<name>(?![-/])(?!.*\.\.)(?!.*@\{)[^\x00-\x20\x7f~^:?*\[\\]+)"
_STEPS = r"(?P<steps>(?:[~^][0-9]{0,9}|\^\{commit\}|\^\{\})*)"
_PLAIN = re.compile(_NAME + _STEPS)
_PLACES = ("refs/{}", "refs/tags/{}", "refs/heads/{}", "refs/remotes/{}", "refs/remotes/{}/HEAD")
_LEFT_BEHIND = re.compile(r"[A-Z_]+_HEAD")
_DIGITS = re.compile(r"[0-9a-fA-F]+")
_FIRST_DIGITS = re.compile(r"(?:.+-g)?([0-9a-fA-F]{4,64})")


def _sayable(words: str) -> bool:
    try:
        os.fsencode(words)
    except UnicodeEncodeError:
        return False
    return True


def _meanings(git: Git, name: str, besides: Mapping[str, str]) -> tuple[str, ...]:
    """Everything that git may take a name for, each as it takes it for nothing else."""
    if name in ("HEAD", "@"):
        return ("HEAD",)
    if len(name) == 2 * oid_size(git.place.algorithm) and _DIGITS.fullmatch(name):
        return (name,)
    refs = _refs(git, [name] if name.startswith("refs/") else [each.format(name) for each in _PLACES], besides)
    return (*refs, name) if _is_more(git, name, besides) else refs


def _refs(git: Git, full: list[str], besides: Mapping[str, str]) -> tuple[str, ...]:
    """Those of these refs that are there."""
    told = os.fsdecode(git.tell("for-each-ref", "--format=%(refname)", *full, besides=besides)).split("\n")
    return tuple(each for each in full if each in told)


def _is_more(git: Git, name: str, besides: Mapping[str, str]) -> bool:
    """Whether a name is what git left behind, or the first digits of an object, maybe as `git describe` has them."""
    if _LEFT_BEHIND.fullmatch(name):
        return os.path.lexists(os.path.join(git.place.git_dir, os.fsencode(name)))
    found = _FIRST_DIGITS.fullmatch(name)
    return found is not None and bool(git.tell("rev-parse", f"--disambiguate={found[1]}", besides=besides))
