"""The host's key is made once, is its owner's alone, and signs as the standard says."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, strategies

from scafld.adapters.signing.host_key import CURRENT, HostKey, HostKeys, holds
from scafld.core.proof.signers.ed25519 import key_id_of
from scafld.core.refusal import Unavailable

MAKES_ONE = """
import sys
from scafld.adapters.signing.host_key import HostKeys
sys.stdin.readline()
print(HostKeys(sys.argv[1]).current().key_id)
"""


def mode_of(path: str) -> int:
    return stat.S_IMODE(os.stat(path).st_mode)


def test_it_is_made_when_it_is_first_needed(keys: HostKeys) -> None:
    """And is the same from then on; looking for it makes nothing."""
    assert keys.find() is None
    assert not os.path.exists(keys.vault.folder)

    made = keys.current()

    assert keys.current().key_id == made.key_id == key_id_of(made.public)
    found = keys.find()
    assert found is not None
    assert found.public == made.public


def test_nobody_else_can_read_it(keys: HostKeys) -> None:
    """Whatever the umask says."""
    before = os.umask(0)
    try:
        keys.current()
    finally:
        os.umask(before)

    assert (mode_of(keys.vault.folder), mode_of(keys.vault.path(CURRENT))) == (0o700, 0o600)


def test_processes_that_need_it_at_once_make_one(keys: HostKeys) -> None:
    """Eight of them, started together."""
    words = [sys.executable, "-c", MAKES_ONE, keys.vault.folder]
    started = [
        subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") for _ in range(8)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()

    said = {process.communicate(timeout=120)[0].strip() for process in started}

    assert said == {keys.current().key_id}
    assert keys.vault.names() == (CURRENT,)


def loose_file(keys: HostKeys) -> None:
    os.chmod(keys.vault.path(CURRENT), 0o640)


def writable_file(keys: HostKeys) -> None:
    os.chmod(keys.vault.path(CURRENT), 0o602)


def loose_folder(keys: HostKeys) -> None:
    os.chmod(keys.vault.folder, 0o755)


def link(keys: HostKeys) -> None:
    path = keys.vault.path(CURRENT)
    os.rename(path, path + ".real")
    os.symlink(path + ".real", path)


def folder_for_a_file(keys: HostKeys) -> None:
    os.unlink(keys.vault.path(CURRENT))
    os.mkdir(keys.vault.path(CURRENT), 0o700)


def half(keys: HostKeys) -> None:
    path = Path(keys.vault.path(CURRENT))
    path.write_bytes(path.read_bytes()[:60])


def emptied(keys: HostKeys) -> None:
    Path(keys.vault.path(CURRENT)).write_bytes(b"")


def huge(keys: HostKeys) -> None:
    Path(keys.vault.path(CURRENT)).write_bytes(b"x" * 70_000)


def other_sort(keys: HostKeys) -> None:
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    pem = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    Path(keys.vault.path(CURRENT)).write_bytes(pem)


def locked(keys: HostKeys) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")
    )
    Path(keys.vault.path(CURRENT)).write_bytes(pem)


SPOILED: list[tuple[Callable[[HostKeys], None], str, str]] = [
    (loose_file, "is open to others (mode 0640)", "chmod 600 "),
    (writable_file, "is open to others (mode 0602)", "chmod 600 "),
    (loose_folder, "is open to others (mode 0755)", "chmod 700 "),
    (link, "it is a symbolic link", "ls -ld "),
    (folder_for_a_file, "it is a folder", "ls -ld "),
    (half, "it is damaged", "mv "),
    (emptied, "it is damaged", "mv "),
    (huge, "is larger than 65536 bytes", "mv "),
    (other_sort, "another sort of key than Ed25519", "mv "),
    (locked, "it is damaged", "mv "),
]


@pytest.mark.parametrize(("spoil", "words", "advice"), SPOILED, ids=lambda each: getattr(each, "__name__", ""))
def test_a_key_that_may_not_be_ours_is_not_used(
    keys: HostKeys, spoil: Callable[[HostKeys], None], words: str, advice: str
) -> None:
    """Nor replaced: what to do is said, and nothing is done."""
    keys.current()
    spoil(keys)
    before = sorted(os.listdir(keys.vault.folder))

    for use in (keys.current, keys.find, keys.rotate):
        with pytest.raises(Unavailable) as told:
            use()

        assert words in str(told.value)
        assert told.value.next.startswith(advice)
    assert sorted(os.listdir(keys.vault.folder)) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_another_users_key_is_not_used(keys: HostKeys, what: str) -> None:
    """Neither a file of theirs nor one in a folder of theirs."""
    keys.current()
    os.chown(keys.vault.path(CURRENT) if what == "file" else keys.vault.folder, 12345, -1)

    with pytest.raises(Unavailable, match="belongs to another user"):
        keys.current()


def test_a_new_key_leaves_the_old_one_there(keys: HostKeys) -> None:
    """What the old one signed can still be checked, and the old one can be told from the new."""
    old = keys.current()

    new = keys.rotate()

    assert keys.current().key_id == new.key_id != old.key_id
    assert [key.key_id for key in keys.retired()] == [old.key_id]
    assert all(mode_of(keys.vault.path(name)) == 0o600 for name in keys.vault.names())
    assert {key.key_id for key in (keys.rotate(), *keys.retired())} > {old.key_id, new.key_id}


def test_the_first_rotation_makes_the_first_key(keys: HostKeys) -> None:
    """There is nothing to keep."""
    made = keys.rotate()

    assert (keys.current().key_id, keys.retired()) == (made.key_id, ())


def test_what_a_crash_left_behind_is_swept(keys: HostKeys) -> None:
    """A draft of a process that is no more may hold a key; one of just now may be somebody's at work."""
    keys.current()
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait(timeout=60)
    old, new = (f"{keys.vault.folder}/.scafld-tmp-{gone.pid}-{name}" for name in ("old", "new"))
    for path in (old, new):
        Path(path).write_bytes(b"a key")
    os.utime(old, (0, 0))

    keys.rotate()

    assert (os.path.exists(old), os.path.exists(new)) == (False, True)


def test_a_lock_that_is_not_let_go_of_is_told(keys: HostKeys) -> None:
    """After a bounded time."""
    other = HostKeys(keys.vault.folder)
    other.vault.patience_s = 0.05

    with keys.vault.held(CURRENT), pytest.raises(Unavailable, match=r"another process has kept .* for 0.05 s"):
        other.current()


def test_a_key_shows_only_its_name(host: HostKey) -> None:
    """In a traceback or a log."""
    assert repr(host) == f"HostKey({host.key_id})"


def test_it_is_the_standards_ed25519() -> None:
    """RFC 8032, section 7.1, test 2."""
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    sig = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )

    assert holds(public, b"\x72", sig)
    assert not holds(public, b"\x73", sig)


def test_it_is_stored_as_any_tool_reads_it(keys: HostKeys) -> None:
    """PKCS8 in PEM."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    made = keys.current()
    found = load_pem_private_key(Path(keys.vault.path(CURRENT)).read_bytes(), None)

    assert isinstance(found, Ed25519PrivateKey)
    assert found.public_key().public_bytes_raw() == made.public


def test_another_spelling_of_the_same_file_is_the_same_key(keys: HostKeys) -> None:
    """Line ends of another system, and lines around it."""
    made = keys.current()
    content = Path(keys.vault.path(CURRENT)).read_bytes()

    for spelling in (content.replace(b"\n", b"\r\n"), b"a key\n" + content):
        keys.vault.write(CURRENT, spelling)
        found = keys.find()
        assert found is not None
        assert found.public == made.public


def test_a_key_that_was_made_here_is_read_without_what_reads_all_others(keys: HostKeys) -> None:
    """Every gate signs, and loading that takes longer than signing."""
    keys.current()
    program = (
        "import sys; from scafld.adapters.signing.host_key import HostKeys; HostKeys(sys.argv[1]).find().sign(b'')"
        "; print('cryptography.hazmat.primitives.serialization' in sys.modules)"
    )
    words = [sys.executable, "-c", program, keys.vault.folder]

    run = subprocess.run(words, capture_output=True, encoding="utf-8", timeout=60, check=True)

    assert run.stdout.strip() == "False"


@given(strategies.binary(max_size=80), strategies.binary(max_size=80), strategies.binary(max_size=80))
def test_bytes_that_are_no_signature_are_none(public: bytes, message: bytes, sig: bytes) -> None:
    """Of whatever length; nothing is raised."""
    assert holds(public, message, sig) is False


def test_a_second_spelling_of_a_signature_is_none(host: HostKey) -> None:
    """The same with the order of the group added holds the same equation; it is refused."""
    order = 2**252 + 27742317777372353535851937790883648493
    sig = host.sign(b"message")
    scalar = int.from_bytes(sig[32:], "little") + order

    assert holds(host.public, b"message", sig)
    assert not holds(host.public, b"message", sig[:32] + scalar.to_bytes(32, "little"))


def test_what_is_imported_costs_nothing() -> None:
    """`cryptography` is loaded when a key is first used, and not by an import."""
    names = ("host_key", "heads", "ssh_signature", "vault")
    program = "; ".join(["import sys", *(f"import scafld.adapters.signing.{name}" for name in names)])
    words = [sys.executable, "-c", f"{program}; print('cryptography' in sys.modules)"]

    run = subprocess.run(words, capture_output=True, encoding="utf-8", timeout=60, check=True)

    assert run.stdout.strip() == "False"
