"""The remembered policy: fast, never wrong, never in the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scafld.adapters.config import policy_as_written, read_policy
from scafld.core.policy import Policy
from scafld.core.refusal import BadConfig

Configured = Callable[..., str]

RICH = (
    "invariants: {canonical: {a: b}}\nexecution: {env: {A: '1'}, path_prepend: [x]}\nverify: {}\n"
    "checks: {phase: [{id: lint, command: ruff check}], complete: [{id: unit, command: pytest, cwd: api}]}\n"
    "review: {external: {provider: gemini, gemini: {model: m}}, dossier: {review_depth: light}}\n"
)


def settle(root: str) -> None:
    """Let the files look as if they had last been written an hour ago."""
    for name in ("config.yaml", "config.local.yaml"):
        path = Path(root, ".scafld", name)
        if path.exists():
            os.utime(path, ns=(10**18, 10**18))


def cache_of(root: str) -> Path:
    return Path(root, ".scafld", "cache", "policy.json")


def age(root: str) -> None:
    """Date the cache into the future, so that the files have certainly come to rest before it."""
    os.utime(cache_of(root), ns=(2 * 10**18, 2 * 10**18))


def plant(root: str, **planted: object) -> None:
    """Write a figure into the cache that stands in no file, to see whether the cache is read."""
    kept = json.loads(cache_of(root).read_text("utf-8"))
    kept["policy"]["review"]["lease_seconds"] = 77
    cache_of(root).write_text(json.dumps(kept | planted), "utf-8")
    age(root)


def test_what_is_remembered_is_what_was_read(configured: Configured) -> None:
    """A policy comes back from the cache equal, types included."""
    root = configured(RICH)
    written = policy_as_written(root)
    age(root)

    remembered = read_policy(root)

    assert remembered == written
    assert type(remembered.review.external.provider) is type(written.review.external.provider)
    assert remembered.warnings == written.warnings != ()


def test_the_cache_is_read_while_nothing_changes(configured: Configured) -> None:
    """The planted figure shows up: the files were not read again."""
    root = configured(RICH)
    policy_as_written(root)

    plant(root)

    assert read_policy(root).review.lease_seconds == 77


def test_a_gate_reads_the_files(configured: Configured) -> None:
    """What anybody could have written into the cache decides nothing."""
    root = configured(RICH)
    policy_as_written(root)

    plant(root)

    assert policy_as_written(root).review.lease_seconds == 300


@pytest.mark.parametrize("name", ["config.yaml", "config.local.yaml"])
def test_a_changed_file_is_read_again(configured: Configured, name: str) -> None:
    """Another size, the same size at another time, a new file in its place, a file gone: all are seen."""
    root = configured("review: {lease_seconds: 40}\n", "llm: {recovery: {max_attempts: 3}}\n")
    path = Path(root, ".scafld", name)

    def planted_is_seen_after(change: Callable[[], object]) -> bool:
        policy_as_written(root)
        plant(root)
        change()
        return read_policy(root).review.lease_seconds == 77

    assert planted_is_seen_after(lambda: None)
    assert not planted_is_seen_after(lambda: path.write_text("review: {lease_seconds: 41}\n#"))
    assert not planted_is_seen_after(lambda: os.utime(path, ns=(5, 5)))
    assert not planted_is_seen_after(
        lambda: (path.rename(f"{path}.x"), path.write_bytes(Path(f"{path}.x").read_bytes()))
    )
    assert not planted_is_seen_after(path.unlink)


def test_a_change_in_the_same_instant_is_seen(configured: Configured) -> None:
    """A cache as young as the file proves nothing, for a later change of the same size could bear the same time."""
    root = configured(RICH)
    policy_as_written(root)
    plant(root)
    changed = os.stat(Path(root, ".scafld", "config.yaml")).st_ctime_ns

    os.utime(cache_of(root), ns=(changed + 1000, changed + 1000))

    assert read_policy(root).review.lease_seconds == 300


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"key": 1}', b"[" * 100_000, b'{"key":"x","files":[],"policy":{}}'],
)
def test_a_damaged_cache_is_ignored(configured: Configured, damage: bytes) -> None:
    """It is read past, and written anew."""
    root = configured(RICH)
    expected = policy_as_written(root)

    cache_of(root).write_bytes(damage)
    age(root)

    assert read_policy(root) == expected
    assert json.loads(cache_of(root).read_text("utf-8"))["policy"]


@pytest.mark.parametrize(
    "policy",
    [
        3,
        {},
        {"review": 3},
        {"checks": {"phase": [{"id": 1}], "complete": 3}},
        {"review": {"external": {"provider": "nobody-knows"}}},
        {"llm": {"recovery": {"max_attempts": "3"}}},
        {"llm": {"recovery": {"max_attempts": True}}},
    ],
)
def test_a_cache_of_another_shape_is_ignored(configured: Configured, policy: object) -> None:
    """Right head, wrong body: nothing of it gets in, no error comes out."""
    root = configured(RICH)
    expected = policy_as_written(root)
    kept = json.loads(cache_of(root).read_text("utf-8"))
    body = policy if not isinstance(policy, dict) or not policy else merged(kept["policy"], policy)

    cache_of(root).write_text(json.dumps(kept | {"policy": body}), "utf-8")
    age(root)

    assert read_policy(root) == expected


def test_other_rules_judge_again(configured: Configured) -> None:
    """A cache of another version of scafld is not used."""
    root = configured(RICH)
    policy_as_written(root)

    plant(root, key="other rules")

    assert read_policy(root).review.lease_seconds == 300


def test_no_room_for_a_cache_is_no_reason_to_stop(configured: Configured, tmp_path: Path) -> None:
    """A file in the folder's place, or a link leading out: the policy is read, nothing is written elsewhere."""
    root = configured(RICH)
    elsewhere = tmp_path.parent / f"{tmp_path.name}-elsewhere"
    elsewhere.mkdir()
    cache = Path(root, ".scafld", "cache")

    cache.write_text("a file")
    first = read_policy(root)
    cache.unlink()
    cache.symlink_to(elsewhere)
    second = read_policy(root)

    assert first == second
    assert list(elsewhere.iterdir()) == []


def test_a_wrong_configuration_is_never_remembered(configured: Configured) -> None:
    """It is told each time."""
    root = configured("a: 1")

    for _attempt in range(2):
        with pytest.raises(BadConfig):
            read_policy(root)

    assert not cache_of(root).exists()


def test_without_files_nothing_is_written(tmp_path: Path) -> None:
    """Reading a folder that is no workspace leaves it alone."""
    assert read_policy(str(tmp_path)) == Policy()
    assert list(tmp_path.iterdir()) == []


def test_a_hit_loads_no_parser(configured: Configured) -> None:
    """Status reads the policy on every call: neither YAML nor pydantic may be paid for."""
    root = configured(RICH)
    settle(root)
    policy_as_written(root)
    age(root)
    program = (
        "import sys\n"
        "from scafld.adapters.config import read_policy\n"
        f"assert read_policy({root!r}).checks.phase\n"
        "heavy = {'pydantic', 'ruamel', 'dataclasses', 'inspect', 'difflib', 'subprocess'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )

    done = subprocess.run(
        [sys.executable, "-S", "-c", program],
        env={"PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


def merged(under: object, over: object) -> object:
    if isinstance(under, dict) and isinstance(over, dict):
        return under | {key: merged(under.get(key), item) for key, item in over.items()}
    return over
