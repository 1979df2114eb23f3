"""What is known of a program: the digest of what is really run, and its version."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scafld.adapters.providers.binary import digest_at, packaged_version, version_of
from scafld.core.digest import digest_of
from scafld.core.names import Digest

NONE = digest_of(b"")


def test_the_digest_is_that_of_what_is_run(tmp_path: Path) -> None:
    """Links are followed; a file that was replaced has another; what is no file has none."""
    program, link = tmp_path / "program", tmp_path / "link"
    program.write_bytes(b"one")
    link.symlink_to(program)

    first = digest_at(str(link))
    program.unlink()
    program.write_bytes(b"two")
    second = digest_at(str(link))

    assert (first, second) == (digest_of(b"one"), digest_of(b"two"))
    assert (digest_at(str(tmp_path)), digest_at(str(tmp_path / "gone"))) == (None, None)


@pytest.mark.parametrize(
    ("package", "version"),
    [
        ({"bin": {}, "version": "1.2.3-beta.1"}, "1.2.3-beta.1"),
        ({"version": "1.2.3"}, ""),
        ({"bin": {}, "version": "\x1b[2J"}, ""),
        ({"bin": {}, "version": 7}, ""),
        ([1], ""),
    ],
)
def test_a_package_tells_its_version(tmp_path: Path, package: object, version: str) -> None:
    """When it is one that programs belong to."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "program").write_text("")
    (tmp_path / "package.json").write_text(json.dumps(package))

    assert packaged_version(str(tmp_path / "bin" / "program")) == version


@pytest.mark.parametrize(
    ("script", "version"),
    [
        ("echo '2.1.332 (Claude Code)'", "2.1.332"),
        ("echo codex-cli 0.171.0", "0.171.0"),
        ("echo 1.2.3; exit 1", ""),
        ("echo none", ""),
        ("printf '\\377\\0331.2'", "1.2"),
        ("head -c 1000000 /dev/zero", ""),
        ("echo 1.2.3 >&2", ""),
        ("cat", ""),
    ],
)
def test_a_program_tells_its_version(tmp_path: Path, script: str, version: str) -> None:
    """On stdout, when all went well; stdin is empty."""
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)

    assert version_of(str(program), digest_of(script.encode()), (("PATH", "/usr/bin:/bin"),)) == version


def test_a_program_is_asked_once(tmp_path: Path) -> None:
    """As long as it is the same."""
    program, digest = tmp_path / "program", Digest("1" * 64)
    program.write_text(f"#!/bin/sh\necho x >>{tmp_path}/asked; echo 1.2.3\n")
    program.chmod(0o755)

    said = [version_of(str(program), each, ()) for each in (digest, digest, Digest("2" * 64))]

    assert said == ["1.2.3"] * 3
    assert (tmp_path / "asked").read_text() == "x\nx\n"


def test_a_program_that_cannot_be_started_tells_nothing(tmp_path: Path) -> None:
    """It is no error here: it is one where it is asked."""
    assert version_of(str(tmp_path / "gone"), NONE, ()) == ""
