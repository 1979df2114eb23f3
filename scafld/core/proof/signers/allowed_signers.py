"""Who may sign what, in OpenSSH's own file: one line a key, `PRINCIPALS [OPTIONS] KIND BASE64 [COMMENT]`.

Read as `ssh-keygen -Y verify` reads it, but for two things: certificates are not accepted, so a line with
`cert-authority` gives nobody a key; and a time says `Z`, for without it each machine would read another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from fnmatch import fnmatchcase

from scafld.core.moments import moment_of
from scafld.core.names import Moment
from scafld.core.proof.signers.ssh_key import KINDS, NotAnSshKey, SshKey, read_ssh_key
from scafld.core.proof.signers.trust import Role, TrustedKey, trusted_ssh
from scafld.core.value import value


class NotAllowedSigners(ValueError):
    """The file cannot be believed as it stands; `problems` are all the reasons, each with its line."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"{problems[0]}{more}")
        self.problems = problems


@value
class AllowedSigner:
    """One line. `principals` are the names of whose key it is, patterns among them; no `namespaces` means all."""

    principals: tuple[str, ...]
    key: SshKey
    namespaces: tuple[str, ...] = ()
    valid_after: Moment | None = None
    valid_before: Moment | None = None
    line: int = 0

    def may_sign_for(self, namespace: str) -> bool:
        """Whether the key counts in this namespace."""
        return not self.namespaces or _matches(namespace, self.namespaces)


def read_allowed_signers(text: str) -> tuple[AllowedSigner, ...]:
    """Every signer of a file, in its order. NotAllowedSigners names every line that cannot be read."""
    signers: list[AllowedSigner] = []
    problems: list[str] = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            signers += _signer(line, number)
        except ValueError as error:
            problems.append(f"line {number}: {error}")
    if problems:
        raise NotAllowedSigners(tuple(problems))
    return tuple(signers)


def trusted_from(signers: tuple[AllowedSigner, ...], namespace: str, roles: tuple[Role, ...]) -> tuple[TrustedKey, ...]:
    """The signers of a namespace as trusted keys with these roles, each key once; the owner is the first principal."""
    found: dict[str, TrustedKey] = {}
    for each in signers:
        if each.may_sign_for(namespace):
            key = trusted_ssh(
                each.key, roles, owner=each.principals[0], not_before=each.valid_after, expires_at=each.valid_before
            )
            found.setdefault(key.key_id, key)
    return tuple(found.values())


# Private.

_WORD = re.compile(r'(?:[^\s"]|"(?:[^"\\]|\\.)*")+')
_OPTION = re.compile(r'([A-Za-z-]+)(?:="((?:[^"\\]|\\.)*)")?(?:,|$)')
_TIME = re.compile(r"(\d{8})(?:(\d{4})(\d{2})?)?Z")


def _signer(line: str, number: int) -> list[AllowedSigner]:
    words = [found[0] for found in _WORD.finditer(line)]
    if len(words) < 3:
        raise ValueError("principals, then the kind of the key, then base64 are needed")
    principals = tuple(each for each in words[0].strip('"').split(",") if each)
    if not principals:
        raise ValueError("no principal is named")
    plain = words[1] in KINDS
    options = {} if plain else dict(_options(words[1]))
    if "cert-authority" in options:
        return []
    key = read_ssh_key(" ".join(words[1:3] if plain else words[2:4]))
    after, before = _time(options, "valid-after"), _time(options, "valid-before")
    names = tuple(each for each in options.get("namespaces", "").split(",") if each)
    if "namespaces" in options and not names:
        raise ValueError("namespaces is empty")
    if after is not None and before is not None and before <= after:
        raise ValueError("the key ends before it begins")
    return [
        AllowedSigner(
            principals=principals, key=key, namespaces=names, valid_after=after, valid_before=before, line=number
        )
    ]


_KNOWN = ("cert-authority", "namespaces", "valid-after", "valid-before")


def _options(word: str) -> Iterator[tuple[str, str]]:
    at, seen = 0, set[str]()
    while at < len(word):
        found = _OPTION.match(word, at)
        name = found[1].lower() if found else ""
        if found is None or name not in _KNOWN:
            raise NotAnSshKey(f"{word[at : at + 40]!r} is neither a kind of key that is accepted nor a known option")
        if name in seen:
            raise ValueError(f"the option {name} stands there twice")
        if (found[2] is None) != (name == "cert-authority"):
            raise ValueError(f"the option {name} is not written as it should be")
        seen.add(name)
        yield name, (found[2] or "").replace('\\"', '"')
        at = found.end()


def _time(options: dict[str, str], name: str) -> Moment | None:
    if name not in options:
        return None
    found = _TIME.fullmatch(options[name])
    if found is None:
        raise ValueError(f"{name} is a time in UTC that ends in Z, as 20260131Z or 202601311200Z: {options[name]!r}")
    digits = found[1] + (found[2] or "0000") + (found[3] or "00")
    return moment_of(datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC))


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    """OpenSSH's list of patterns: `*` and `?`, and a `!` before one that takes a name out again."""
    if any(_like(name, each[1:]) for each in patterns if each.startswith("!")):
        return False
    return any(_like(name, each) for each in patterns if not each.startswith("!"))


def _like(name: str, pattern: str) -> bool:
    return fnmatchcase(name, pattern.replace("[", "[[]"))
