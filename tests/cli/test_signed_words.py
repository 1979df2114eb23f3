"""Signatures of people on the command line, by the real ssh-keygen and ssh-agent."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from scafld.core.proof.signers.ssh_key import read_ssh_key
from scafld.core.proof.signers.trust import Role, TrustedKeys, trusted_ssh, write_trusted_keys

ROOT = Path(__file__).resolve().parents[2]
KEYS = ".scafld/trusted-keys.json"
TASK = "add-y"
KINDS = {"ed25519": ("-t", "ed25519"), "ecdsa": ("-t", "ecdsa", "-b", "256")}


class Place:
    """A repository in which only signatures approve; nothing that runs here has a terminal."""

    def __init__(self, folder: Path, environ: Mapping[str, str], keys: Path) -> None:
        self.folder = folder
        self.keys = keys
        self.environ = {**environ, "SCAFLD_ACTOR": "human:you", "PYTHONPATH": str(ROOT)}

    def run(
        self, words: tuple[str, ...], feed: bytes = b"", environ: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            words,
            cwd=self.folder,
            env={**self.environ, **(environ or {})},
            input=feed,
            capture_output=True,
            start_new_session=True,
            timeout=60,
            check=False,
        )

    def bytes_of(self, *words: str) -> bytes:
        """What a command prints, byte for byte."""
        done = self.run((sys.executable, "-m", "scafld", *words))
        assert done.returncode == 0, done.stderr
        return done.stdout

    def scafld(self, *words: str, code: int = 0, **environ: str) -> dict[str, object]:
        done = self.run((sys.executable, "-m", "scafld", *words, "--json"), environ=environ)
        assert done.returncode == code, done.stdout + done.stderr
        told: dict[str, object] = json.loads(done.stdout)
        return told

    def key(self, name: str, kind: str = "ed25519", passphrase: str = "") -> Path:
        """A new key of somebody; its public half stands beside it."""
        path = self.keys / name
        done = self.run(("ssh-keygen", "-q", *KINDS[kind], "-N", passphrase, "-C", "", "-f", str(path)))
        assert done.returncode == 0, done.stderr
        return path

    def trust(self, *paths: Path, roles: tuple[Role, ...] = (Role.APPROVE, Role.OVERRIDE, Role.ATTEST)) -> None:
        """Trust these keys, and commit the list."""
        found = tuple(
            trusted_ssh(read_ssh_key(path.with_name(f"{path.name}.pub").read_text()), roles) for path in paths
        )
        (self.folder / KEYS).write_bytes(write_trusted_keys(TrustedKeys(keys=found)))
        self.commit()

    def commit(self) -> None:
        for words in (
            ("add", "-A"),
            ("-c", "user.name=n", "-c", "user.email=n@example.org", "commit", "-qm", "more", "--allow-empty"),
        ):
            assert self.run(("git", *words)).returncode == 0

    def by_hand(self, key: Path, message: bytes, namespace: str = "scafld-approve") -> Path:
        """A signature as somebody makes it themselves."""
        done = self.run(("ssh-keygen", "-Y", "sign", "-q", "-f", str(key), "-n", namespace), feed=message)
        assert done.returncode == 0, done.stderr
        path = self.keys / f"{key.name}.sig"
        path.write_bytes(done.stdout)
        return path


@pytest.fixture
def place(workspace: Path, environ: Mapping[str, str], tmp_path: Path) -> Place:
    """A draft that waits to be approved, where that takes a signature."""
    for program in ("ssh-keygen", "ssh-agent"):
        if shutil.which(program) is None:
            pytest.skip(f"needs {program} of the OpenSSH client")
    keys = tmp_path / "keys"
    keys.mkdir()
    found = Place(workspace, environ, keys)
    (workspace / ".scafld/config.yaml").write_text("proof:\n  approval: signed\n", encoding="utf-8")
    found.scafld("plan", TASK, "--title", "Add y", "--command", "grep -q y a.py", "--file", "a.py")
    found.commit()
    return found


@pytest.fixture
def agent(place: Place) -> Iterator[dict[str, str]]:
    """A running ssh-agent, as the environment that leads to it."""
    socket = place.keys / "agent"
    words = ["ssh-agent", "-D", "-a", str(socket)]
    with subprocess.Popen(words, env=place.environ, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield {"SSH_AUTH_SOCK": str(socket)}
        process.terminate()


def status(place: Place) -> object:
    result = place.scafld("status", TASK)["result"]
    assert isinstance(result, dict)
    return result["status"]


def message_of(told: dict[str, object]) -> str:
    error = told["error"]
    assert isinstance(error, dict)
    return str(error["message"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_in_a_file_approves_and_the_receipt_proves_it(place: Place, kind: str) -> None:
    """From the draft to a receipt that verifies, signed in the end by who may."""
    anna = place.key("anna", kind)
    place.trust(anna)
    place.scafld("keys", "trust")
    place.commit()

    told = place.scafld("approve", TASK, "--reason", "needed", "--sign", str(anna))
    place.scafld("build", TASK)
    (place.folder / "a.py").write_text("y = 1\n")
    place.scafld("build", TASK)
    place.scafld("review", TASK, "--human-reviewed", "--reason", "read it", "--sign", str(anna))
    place.scafld("complete", TASK)

    result = told["result"]
    assert isinstance(result, dict)
    assert (result["status"], told["warnings"]) == ("approved", [])
    place.scafld("verify", TASK)


def test_a_key_in_a_running_agent_approves(place: Place, agent: dict[str, str]) -> None:
    """The private half is nowhere on disk; the public one says which it is."""
    anna = place.key("anna", "ecdsa", passphrase="a secret")
    open_half = place.key("ben")
    assert place.run(("ssh-add", "-q", str(open_half)), environ=agent).returncode == 0
    place.trust(anna, open_half)
    open_half.unlink()

    place.scafld("approve", TASK, "--sign", f"{open_half}.pub", **agent)

    assert status(place) == "approved"


def test_the_pipe_of_the_documentation_works_by_hand(place: Place) -> None:
    """Exactly the sentence is printed, ssh-keygen signs it, and it is handed in later, from another place."""
    anna = place.key("anna")
    place.trust(anna)

    printed = place.bytes_of("approve", TASK, "--print-consent")
    told = place.scafld("approve", TASK, "--signature", str(place.by_hand(anna, printed)))

    assert printed.endswith(b"}\n")
    assert json.loads(printed)["purpose"] == "approve"
    assert isinstance(told["result"], dict)
    assert status(place) == "approved"


def test_an_encrypted_key_without_a_terminal_says_what_to_do(place: Place) -> None:
    """At once, and not after somebody has waited for a passphrase."""
    anna = place.key("anna", passphrase="a secret")
    place.trust(anna)

    told = place.scafld("approve", TASK, "--sign", str(anna), code=1)

    assert "passphrase" in message_of(told)
    error = told["error"]
    assert isinstance(error, dict)
    assert error["next"] == f"ssh-add {anna}"
    assert status(place) == "draft"


def test_an_agent_without_the_key_cannot_approve(place: Place) -> None:
    """It says that it is a person, it asks, it brings a key of its own along, and it waits all the same."""
    place.trust(place.key("anna"))
    own = place.key("mallory")

    asked = place.scafld("approve", TASK, code=3)
    with_own = place.scafld("approve", TASK, "--sign", str(own), code=3)
    built = place.scafld("build", TASK, code=3)

    assert "only signatures approve here: waiting for 1 of 1 signatures" in message_of(asked)
    assert "is not trusted here" in message_of(with_own)
    assert "needs it to be" in message_of(built)
    assert status(place) == "draft"


def test_an_agent_without_the_key_cannot_override_or_attest(place: Place) -> None:
    """Neither take the reviewer's place, nor vouch for what only a person can see."""
    anna = place.key("anna")
    place.trust(anna)
    (place.folder / ".scafld/config.yaml").write_text("proof:\n  approval: signed\n  manual_evidence: signed\n")
    draft = place.folder / f".scafld/specs/drafts/{TASK}.md"
    manual = "- [ ] `blue` manual - The page is blue\n  - Expected kind: `manual`\n- [ ] `ac1`"
    draft.write_text(draft.read_text().replace("- [ ] `ac1`", manual, 1))
    place.scafld("approve", TASK, "--sign", str(anna))
    place.scafld("build", TASK)
    (place.folder / "a.py").write_text("y = 1\n")
    place.scafld("build", TASK, code=3)
    said = ("--criterion", "blue", "--disposition", "pass", "--evidence-digest", "c" * 64, "--reason", "it is blue")

    vouched = place.scafld("build", TASK, *said, code=3)
    place.scafld("build", TASK, *said, "--sign", str(anna))
    place.scafld("build", TASK)
    reviewed = place.scafld("review", TASK, "--human-reviewed", "--reason", "read it", code=4)

    assert "only when a trusted key signed it" in message_of(vouched)
    assert "only when a trusted key signed it" in message_of(reviewed)
    assert status(place) == "review"


def test_an_agent_that_trusts_itself_is_told_on(place: Place) -> None:
    """Whoever can write the list can be on it: here that is said aloud, and in CI the list comes from elsewhere."""
    place.trust(place.key("anna"))
    own = place.key("mallory")
    itself = trusted_ssh(read_ssh_key(Path(f"{own}.pub").read_text()), (Role.APPROVE,))
    (place.folder / KEYS).write_bytes(write_trusted_keys(TrustedKeys(keys=(itself,))))

    told = place.scafld("approve", TASK, "--sign", str(own))

    warnings = told["warnings"]
    assert isinstance(warnings, list)
    assert any("is not as it is committed" in each for each in warnings)


FILES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "of 50 MB": (lambda good: good * 200_000, "that is no signature"),
    "with bytes behind it": (lambda good: good + b"more\n", "does not stand between"),
    "cut short": (lambda good: good[:60], "does not stand between"),
    "of another format": (lambda _good: b"\x00\xff\xfe", "does not stand between"),
    "that is empty": (lambda _good: b"", "does not stand between"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_signature(place: Place, name: str) -> None:
    """Is refused for what it is, and nothing is on record of it."""
    spoil, word = FILES[name]
    anna = place.key("anna")
    place.trust(anna)
    path = place.by_hand(anna, place.bytes_of("approve", TASK, "--print-consent"))
    path.write_bytes(spoil(path.read_bytes()))

    told = place.scafld("approve", TASK, "--signature", str(path), code=2 if "50" in name else 3)

    assert word in message_of(told)
    assert status(place) == "draft"


def test_a_signature_for_git_is_none_for_scafld(place: Place) -> None:
    """The namespace keeps them apart."""
    anna = place.key("anna")
    place.trust(anna)
    path = place.by_hand(anna, place.bytes_of("approve", TASK, "--print-consent"), namespace="git")

    told = place.scafld("approve", TASK, "--signature", str(path), code=3)

    assert "was made for 'git' and not for 'scafld-approve'" in message_of(told)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--sign", "k", "--signature", "s"), "do not go together"),
        (("--sign", "k", "--print-consent"), "do not go together"),
        (("--sign", ""), "--sign needs a file"),
        (("--signature", "nowhere"), "cannot be read"),
    ],
)
def test_words_that_do_not_fit(place: Place, words: tuple[str, ...], said: str) -> None:
    """Each with its own answer."""
    done = place.run((sys.executable, "-m", "scafld", "approve", TASK, *words))

    assert done.returncode == (1 if "nowhere" in words else 2)
    assert said in os.fsdecode(done.stderr)
