"""Who may sign is read from OpenSSH's own file; a line that cannot be read makes the file no good."""

from __future__ import annotations

import pytest

from scafld.core.proof.signers.allowed_signers import NotAllowedSigners, read_allowed_signers, trusted_from
from scafld.core.proof.signers.ssh_key import read_ssh_key
from scafld.core.proof.signers.trust import Role, TrustedKeys, read_trusted_keys, write_trusted_keys

ED = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE+aalErMzrDvWi/ekYHufAZ9DdypDOCutu81/S/vScs"
EC = (
    "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBHBleA1wz1d94fs3qKzPtTFs3G5fBxHj19A8lCs"
    "CqXpwWtKBFUbbahrRoO/rmOhFcyu+ZRMFhmh1/lkvYeCVoV0="
)
FILE = f"""# who may approve
anna@example.org,anna {ED} her laptop

bert namespaces="git,scafld-*",valid-after="20260101Z",VALID-BEFORE="202701011230Z" {EC}
"ca" cert-authority {ED}
"""


def test_a_file_is_read_line_by_line() -> None:
    """Comments and blank lines apart; an authority over certificates is nobody's key."""
    anna, bert = read_allowed_signers(FILE)

    assert (anna.principals, anna.namespaces, anna.line) == (("anna@example.org", "anna"), (), 2)
    assert anna.key == read_ssh_key(ED)
    assert (bert.valid_after, bert.valid_before) == ("2026-01-01T00:00:00.000Z", "2027-01-01T12:30:00.000Z")
    assert bert.namespaces == ("git", "scafld-*")


@pytest.mark.parametrize(
    ("patterns", "may"),
    [
        ("scafld-approve", True),
        ("git,scafld-approve", True),
        ("*", True),
        ("scafld-?pprove", True),
        ("git", False),
        ("scafld", False),
        ("!scafld-approve,*", False),
        ("*,!scafld-*", False),
        ("[s]cafld-approve", False),
    ],
)
def test_a_namespace_is_a_list_of_patterns(patterns: str, may: bool) -> None:
    """OpenSSH's: stars, question marks, and a mark that takes out again; brackets mean themselves."""
    (signer,) = read_allowed_signers(f'a namespaces="{patterns}" {ED}')

    assert signer.may_sign_for("scafld-approve") is may


HOSTILE = {
    "no key": ("anna", "principals, then the kind"),
    "no principal": (f"{ED}", "principals, then the kind"),
    "an empty principal": (f'"" {ED}', "no principal is named"),
    "an unknown option": (f"anna no-touch-required {ED}", "'no-touch-required' is neither"),
    "an unknown kind": ("anna ssh-dss AAAA", "'ssh-dss' is neither"),
    "another kind than the key's": (f"anna {ED.replace('ssh-ed25519', 'ssh-rsa')}", "the line says 'ssh-rsa'"),
    "an option twice": (f'anna namespaces="a",namespaces="b" {ED}', "the option namespaces stands there twice"),
    "an option without its text": (f"anna namespaces {ED}", "the option namespaces is not written"),
    "an authority with a text": (f'anna cert-authority="x" {ED}', "the option cert-authority is not written"),
    "no namespace at all": (f'anna namespaces="" {ED}', "namespaces is empty"),
    "a time of this machine's own": (f'anna valid-before="20260131" {ED}', "valid-before is a time in UTC"),
    "a day that is none": (f'anna valid-before="20260231Z" {ED}', "day"),
    "a time in words": (f'anna valid-after="always" {ED}', "valid-after is a time in UTC"),
    "an end before the beginning": (
        f'anna valid-after="20260131Z",valid-before="20260130Z" {ED}',
        "the key ends before it begins",
    ),
    "a key cut short": (f"anna {ED[:-8]}", "break off"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_line_that_cannot_be_read_is_named(name: str) -> None:
    """With its number; the others are believed in neither."""
    line, words = HOSTILE[name]

    with pytest.raises(NotAllowedSigners) as told:
        read_allowed_signers(f"anna {EC}\n{line}\n")

    (problem,) = told.value.problems
    assert problem.startswith("line 2: ")
    assert words in problem


def test_every_bad_line_is_named() -> None:
    """So that one edit mends the file."""
    with pytest.raises(NotAllowedSigners) as told:
        read_allowed_signers("a\nb\n")

    assert len(told.value.problems) == 2
    assert str(told.value).endswith("(and 1 more)")


def test_signers_become_trusted_keys() -> None:
    """Each key once, with its owner and its time, and only those of the namespace; the file they make is sound."""
    text = f'{FILE}\nanna-again {ED}\ncarl namespaces="git" {ED}\n'
    keys = trusted_from(read_allowed_signers(text), "scafld-approve", (Role.APPROVE,))

    assert [(key.owner, key.not_before, key.expires_at) for key in keys] == [
        ("anna@example.org", None, None),
        ("bert", "2026-01-01T00:00:00.000Z", "2027-01-01T12:30:00.000Z"),
    ]
    assert read_trusted_keys(write_trusted_keys(TrustedKeys(keys=keys))).keys == keys
