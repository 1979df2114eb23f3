"""`init --ci` lays the workflows down, `update` refreshes them, and neither takes what is somebody's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from scafld.adapters.files.laid.footprint import LaidDown, apply, plan_init, plan_update
from scafld.adapters.files.laid.workflows import LANES, lanes, standing_of, unpinned, workflow
from scafld.app.premises.wiring import Standing
from scafld.core.digest import digest_of
from scafld.core.refusal import Refused, Unavailable
from scafld.core.version import VERSION


def init(root: Path, *, ci: bool = True) -> LaidDown:
    return apply(plan_init(str(root), agent_docs=False, ci=ci))


def update(root: Path) -> LaidDown:
    return apply(plan_update(str(root)))


def of_another_version(path: str) -> bytes:
    """What another scafld would have written."""
    first, _, body = workflow(path).partition(b"\n")
    body = body.replace(VERSION.encode(), b"2.9.0")
    return first.rpartition(b"=")[0] + b"=" + digest_of(body).encode() + b"\n" + body


def test_they_come_when_they_are_asked_for(tmp_path: Path) -> None:
    """Both of them, and no folder without."""
    init(tmp_path, ci=False)
    assert not (tmp_path / ".github").exists()

    done = init(tmp_path)

    assert done.created == (".github/workflows/", *LANES)
    assert [(tmp_path / path).read_bytes() for path in LANES] == [workflow(path) for path in LANES]
    assert init(tmp_path).created == update(tmp_path).updated == update(tmp_path).left == ()


def test_update_does_not_bring_them(tmp_path: Path) -> None:
    """Neither to a repository that never had them, nor one that was taken away."""
    init(tmp_path, ci=False)
    assert not set(LANES) & set(update(tmp_path).created)
    init(tmp_path)
    (tmp_path / LANES[0]).unlink()

    assert update(tmp_path).created == ()


@pytest.mark.parametrize("again", [init, update])
def test_what_another_version_wrote_is_refreshed(tmp_path: Path, again: object) -> None:
    """While nobody has changed it; line ends of another system are no change."""
    init(tmp_path)
    for path, end in zip(LANES, (b"\n", b"\r\n"), strict=True):
        (tmp_path / path).write_bytes(of_another_version(path).replace(b"\n", end))

    assert callable(again)
    done = again(tmp_path)

    assert done.updated == LANES
    assert [(tmp_path / path).read_bytes() for path in LANES] == [workflow(path) for path in LANES]


def edited(path: str) -> bytes:
    return workflow(path).replace(b"timeout-minutes: 60", b"timeout-minutes: 61").replace(b"15", b"16")


@pytest.mark.parametrize("path", LANES)
def test_what_somebody_changed_is_left_and_said(tmp_path: Path, path: str) -> None:
    """One number is enough: to write it anew would lose it."""
    init(tmp_path)
    (tmp_path / path).write_bytes(edited(path))

    done = update(tmp_path)

    assert done.left == (path,) and done.updated == ()
    assert (tmp_path / path).read_bytes() == edited(path)


@pytest.mark.parametrize("content", [b"name: mine\n", b"", edited(LANES[0])])
def test_what_is_somebodys_own_stops_init(tmp_path: Path, content: bytes) -> None:
    """Nothing at all is laid down, and the file is named."""
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / LANES[0]).write_bytes(content)

    with pytest.raises(Refused, match=r"\.github/workflows/scafld\.yml is there and not as scafld writes it"):
        init(tmp_path)

    assert (tmp_path / LANES[0]).read_bytes() == content
    assert not (tmp_path / ".scafld").exists()


def test_one_that_never_was_scaflds_is_not_spoken_of(tmp_path: Path) -> None:
    """At each update, that would be noise."""
    init(tmp_path, ci=False)
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / LANES[0]).write_bytes(b"name: mine\n")

    assert update(tmp_path).left == ()
    assert (tmp_path / LANES[0]).read_bytes() == b"name: mine\n"


@pytest.mark.parametrize("name", [".github", ".github/workflows", LANES[0]])
def test_a_link_that_leads_out_is_not_followed(tmp_path: Path, name: str) -> None:
    """Neither to write, nor to read."""
    root, outside = tmp_path / "root", tmp_path / "outside"
    outside.mkdir()
    (root / name).parent.mkdir(parents=True)
    (root / name).symlink_to(outside / "file" if name == LANES[0] else outside)

    with pytest.raises(Refused, match="outside"):
        init(root)

    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("name", [".github", ".github/workflows", LANES[1]])
def test_what_stands_in_the_way_is_named(tmp_path: Path, name: str) -> None:
    """A file where a folder belongs, a folder where a file belongs; nothing is laid down."""
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).mkdir() if name in LANES else (tmp_path / name).write_text("mine")

    with pytest.raises((Refused, Unavailable), match=r"\.github"):
        init(tmp_path)

    assert not (tmp_path / ".scafld").exists()


def test_below_the_top_of_a_repository_they_would_not_be_read(tmp_path: Path) -> None:
    """Refused, and nothing laid down; a repository of its own, or none at all, is fine."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "part").mkdir()

    with pytest.raises(Refused, match="not the top of its repository"):
        init(tmp_path / "part")

    assert list((tmp_path / "part").iterdir()) == []
    (tmp_path / "part/.git").write_text("gitdir: elsewhere\n")
    assert LANES[0] in init(tmp_path / "part").created


def test_each_standing_is_told_from_the_others(tmp_path: Path) -> None:
    """By the bytes alone."""
    path = LANES[0]
    first = workflow(path).partition(b"\n")[0]

    assert standing_of(path, None) is Standing.ABSENT
    assert standing_of(path, workflow(path)) is Standing.CURRENT
    assert standing_of(path, workflow(path).replace(b"\n", b"\r\n")) is Standing.CURRENT
    assert standing_of(path, of_another_version(path)) is Standing.OUTDATED
    assert standing_of(path, workflow(LANES[1])) is Standing.OUTDATED
    assert standing_of(path, workflow(path) + b"\n") is Standing.CHANGED
    assert standing_of(path, first) is Standing.CHANGED
    assert standing_of(path, workflow(path).partition(b"\n")[2]) is Standing.FOREIGN
    assert [lane.standing for lane in lanes(str(tmp_path))] == [Standing.ABSENT, Standing.ABSENT]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b"      - uses: actions/checkout@v4", ("actions/checkout@v4",)),
        (b"        uses: 'a/b@main' # x", ("a/b@main",)),
        (b'  - "uses": "a/b"', ("a/b",)),
        (b"  - {uses: a/b@v1}", ("a/b@v1",)),
        (b"  - {name: x, uses: a/b@v1, with: {}}", ("a/b@v1",)),
        (b"  - uses: docker://alpine:3", ("docker://alpine:3",)),
        (b"  - uses: a/b@" + b"0" * 39, ("a/b@" + "0" * 39,)),
        (b"  - uses: a/b@" + b"0" * 40 + b" # v1", ()),
        (b"  - uses: ./.github/actions/x", ()),
        (b"  # uses: a/b@v1", ()),
        (b"  - run: echo uses: a/b@v1", ()),
        (b"  - uses: a/b@v1\n  - uses: a/b@v1\n  - uses: c/d@v2", ("a/b@v1", "c/d@v2")),
    ],
)
def test_an_action_by_a_name_that_moves_is_found(line: bytes, found: tuple[str, ...]) -> None:
    """A tag, a branch, a short digest, none at all."""
    assert unpinned(line) == found
