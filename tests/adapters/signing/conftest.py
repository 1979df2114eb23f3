"""Keys to sign with: the host's, and those of people, made by ssh-keygen."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scafld.adapters.signing.host_key import HostKey, HostKeys

KINDS = {
    "ed25519": ("-t", "ed25519"),
    "ecdsa-256": ("-t", "ecdsa", "-b", "256"),
    "ecdsa-384": ("-t", "ecdsa", "-b", "384"),
    "ecdsa-521": ("-t", "ecdsa", "-b", "521"),
    "rsa": ("-t", "rsa", "-b", "2048"),
}


@pytest.fixture(scope="session")
def environ() -> dict[str, str]:
    """All that ssh-keygen needs to find."""
    if shutil.which("ssh-keygen") is None:
        pytest.skip("needs the OpenSSH client")
    return {"PATH": os.environ["PATH"], "HOME": os.devnull, "LC_ALL": "C"}


@pytest.fixture(scope="session")
def key_of(tmp_path_factory: pytest.TempPathFactory, environ: dict[str, str]) -> Callable[[str], Path]:
    """The private key file of a kind; its public half stands beside it."""
    folder = tmp_path_factory.mktemp("keys")

    def made(kind: str) -> Path:
        path = folder / kind
        if not path.exists():
            words = ["ssh-keygen", "-q", *KINDS[kind.removeprefix("another-")], "-N", "", "-C", "", "-f", str(path)]
            subprocess.run(words, env=environ, check=True, timeout=60, stdin=subprocess.DEVNULL)
        return path

    return made


@pytest.fixture
def keys(tmp_path: Path) -> HostKeys:
    """The host keys of a machine on which scafld never ran."""
    return HostKeys(str(tmp_path / "config" / "scafld" / "keys"))


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> HostKey:
    """One host key for tests that do not care which."""
    return HostKeys(str(tmp_path_factory.mktemp("host") / "keys")).current()


@pytest.fixture
def agent(environ: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A running ssh-agent, as the environment that leads to it."""
    socket = tmp_path_factory.mktemp("agent") / "socket"
    words = ["ssh-agent", "-D", "-a", str(socket)]
    with subprocess.Popen(words, env=environ, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield environ | {"SSH_AUTH_SOCK": str(socket)}
        process.terminate()
