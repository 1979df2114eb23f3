"""docs/receipt.md: what it says of the bytes is so, and its program checks a receipt without scafld."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scafld.adapters.signing.host_key import HostKeys
from scafld.core.names import Digest, Moment, RepoPath, TaskId
from scafld.core.proof.dsse import IN_TOTO, Envelope, signed, write_envelope
from scafld.core.proof.form import camel
from scafld.core.proof.receipt import Receipt
from scafld.core.proof.signers.trust import Role, TrustedKeys, read_trusted_keys, trusted_ed25519, write_trusted_keys
from scafld.core.proof.spoken.consent import to_approve
from scafld.core.proof.statement import payload_of
from scafld.core.value import changed
from tests.core.proof.conftest import Proofs

Blocks = Callable[[str, str], list[str]]
Page = Callable[[str], str]
P = Proofs()
CONTENT = b"a cache\n"


class Repository:
    """A file, a receipt over it, and the keys that are trusted, on a disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = HostKeys(str(folder / "keys")).current()
        self.trust()
        (folder / "cache.py").write_bytes(CONTENT)
        file = P.file(digest=Digest(hashlib.sha256(CONTENT).hexdigest()))
        self.receipt = P.receipt(material=P.material(changed(file, path=RepoPath("cache.py"))))
        bare = Envelope(payload=payload_of(self.receipt), payload_type=IN_TOTO, signatures=())
        self.write(signed(bare, self.key.key_id, self.key.sign(bare.message)))

    def trust(self, **fields: object) -> None:
        key = changed(trusted_ed25519(self.key.public, (Role.MINT,)), **fields)
        trusted = TrustedKeys(keys=(key,))
        (self.folder / "trusted-keys.json").write_bytes(write_trusted_keys(trusted))

    def write(self, envelope: Envelope) -> None:
        self.envelope = envelope
        (self.folder / "receipt.json").write_bytes(write_envelope(envelope))


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


@pytest.fixture
def check(blocks: Blocks, tmp_path: Path) -> Callable[[], str]:
    """What the page's program, copied into a file, says of the repository."""
    (program,) = blocks("receipt.md", "python")
    (tmp_path / "check.py").write_text(program, encoding="utf-8")
    words = [sys.executable, "-I", "check.py", "receipt.json", "trusted-keys.json", "."]

    def said() -> str:
        run = subprocess.run(words, cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=60, check=False)
        return run.stdout.strip() or run.stderr.strip().splitlines()[-1]

    return said


def test_the_program_knows_a_sound_receipt(repository: Repository, check: Callable[[], str]) -> None:
    """And names who minted it."""
    assert check() == f"{repository.key.key_id} minted it; 1 files are as they were"


def test_it_needs_no_scafld_and_few_lines(blocks: Blocks) -> None:
    """cryptography and the standard library; a function of no more lines than one reads at once."""
    (program,) = blocks("receipt.md", "python")
    imported = set(re.findall(r"^(?:import|from) (\w+)", program, re.M))

    assert imported == {"base64", "hashlib", "json", "sys", "pathlib", "cryptography"}
    assert len(program.partition("def check")[2].partition("print(check")[0].strip().splitlines()) <= 30


def test_it_finds_a_changed_file(repository: Repository, check: Callable[[], str]) -> None:
    """Changed, or gone."""
    (repository.folder / "cache.py").write_bytes(CONTENT + b"\n")
    assert check() == "cache.py is not as it was"

    (repository.folder / "cache.py").unlink()
    assert check() == "cache.py is not as it was"


def test_it_finds_a_changed_payload(repository: Repository, check: Callable[[], str]) -> None:
    """And a type that was put in its place."""
    sound = repository.envelope
    repository.write(changed(sound, payload=sound.payload.replace(b"Add a cache", b"Add a thief")))
    assert check() == "no trusted key signed it while it counted"

    repository.write(changed(sound, payload_type="text/plain"))
    assert check() == "not a receipt of a change"


@pytest.mark.parametrize(
    "fields",
    [
        {"expires_at": Moment("2026-01-31T12:00:00.000Z")},
        {"revoked_at": Moment("2026-01-31T12:00:00.000Z")},
        {"not_before": Moment("2026-01-31T12:00:00.001Z")},
        {"roles": (Role.ATTEST,)},
    ],
)
def test_it_finds_a_key_that_does_not_count(
    repository: Repository, check: Callable[[], str], fields: dict[str, object]
) -> None:
    """Out of its time, or in another role."""
    repository.trust(**fields)

    assert check() == "no trusted key signed it while it counted"


def test_the_example_is_a_receipt(blocks: Blocks) -> None:
    """The payload of one, spread over lines."""
    example = blocks("receipt.md", "json")[-1]

    assert example == json.dumps(json.loads(payload_of(P.receipt())), indent=2) + "\n"


def test_the_trusted_keys_of_the_page_are_read(blocks: Blocks) -> None:
    """As they stand there, and written the same again."""
    keys = blocks("receipt.md", "json")[0].encode()

    assert [key.owner for key in read_trusted_keys(keys).keys] == ["", "anna"]
    assert json.loads(write_trusted_keys(read_trusted_keys(keys))) == json.loads(keys)


def test_the_consent_of_the_page_is_what_is_signed(blocks: Blocks) -> None:
    """To the byte, its line's end included."""
    consent = to_approve(TaskId("add-cache"), Digest("a" * 64), reason="")

    assert blocks("receipt.md", "json")[1].encode() == consent.message


def test_every_member_of_the_predicate_is_in_the_table(page: Page) -> None:
    """In the order of the receipt."""
    table = page("receipt.md").partition("## The predicate")[2].partition("`by` is an actor")[0]
    rows = [name for row in re.findall(r"^\| (`[^|]+) \|", table, re.M) for name in re.findall(r"`(\w+)`", row)]

    assert rows == [camel(name) for name in Receipt.__fields__]  # type: ignore[attr-defined]


def test_the_tree_is_what_the_page_says_git_makes_of_it(tmp_path: Path) -> None:
    """`git ls-tree` without `.scafld`, into `git mktree`, gives the tree of the same folder without it."""
    environ = {"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}

    def git(*words: str, given: str | None = None) -> str:
        command = ["git", "-c", "user.name=n", "-c", "user.email=n@example.org", *words]
        run = subprocess.run(
            command,
            cwd=tmp_path,
            env=environ,
            input=given,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=True,
        )
        return run.stdout

    git("init", "-q")
    (tmp_path / "a.py").write_bytes(CONTENT)
    git("add", "a.py")
    alone = git("write-tree").strip()
    (tmp_path / ".scafld").mkdir()
    (tmp_path / ".scafld" / "config.yaml").write_bytes(b"x: 1\n")
    git("add", "-A")
    git("commit", "-qm", "first")

    lines = [line for line in git("ls-tree", "HEAD").splitlines() if not line.endswith("\t.scafld")]

    assert git("mktree", given="\n".join(lines) + "\n").strip() == alone
