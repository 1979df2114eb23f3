"""Which names are taken, and what is said to those that are not."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from scafld.core.names import LONGEST_ID, criterion_id, digest, phase_id, task_id

GOOD = "add-cache"


@pytest.mark.parametrize("text", ["a", "add-cache", "a.b_c-1", "x" * LONGEST_ID, "con", "v1.2"])
def test_a_task_id_is_taken_as_it_stands(text: str) -> None:
    """Lower-case letter first, then letters, digits, dot, underscore, dash."""
    assert task_id(text) == text


HOSTILE = [
    "",
    "A",
    "1a",
    "-rf",
    ".hidden",
    "_x",
    "a/b",
    "../etc",
    "a..b",
    "a.",
    "a.lock",
    "a.md",
    "a b",
    "a\n",
    "a\0",
    "a\\b",
    "ärger",
    "а-cyrillic",
    "a'b",
    'a"b',
    "a$b",
    "x" * (LONGEST_ID + 1),
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_task_id_is_never_a_path_nor_a_trick(text: str) -> None:
    """A ValueError says why not."""
    with pytest.raises(ValueError, match="task id"):
        task_id(text)


@pytest.mark.parametrize(
    ("text", "better"), [("Add Cache!", "add-cache"), ("1st", "st"), ("../etc", "etc"), ("Ä", "add-cache")]
)
def test_a_better_name_is_offered(text: str, better: str) -> None:
    """One that would be taken."""
    with pytest.raises(ValueError, match=f"write it like '{better}'"):
        task_id(text)
    assert task_id(better) == better


@given(strategies.text(max_size=120))
def test_whatever_is_taken_is_one_plain_word(text: str) -> None:
    """No text gets through that could leave its folder, end in a lock's name, or break a line."""
    try:
        name = task_id(text)
    except ValueError:
        return

    assert name == text
    assert name.isascii()
    assert not set(name) & set("/\\ \t\n\0\"'$`*?[]{}|;&<>()~!#%")
    assert name[0].islower()
    assert ".." not in name
    assert not name.endswith((".", ".md", ".lock"))


@pytest.mark.parametrize("text", ["phase1", "setup", "p_1-b"])
def test_a_phase_id(text: str) -> None:
    """Like a task's, without a dot."""
    assert phase_id(text) == text
    with pytest.raises(ValueError, match="phase id"):
        phase_id(f"{text}.x")


@pytest.mark.parametrize("text", ["ac1", "AC-1.2", "1_1", "project.lint"])
def test_a_criterion_id_may_be_upper_case_and_begin_with_a_digit(text: str) -> None:
    """As people write them."""
    assert criterion_id(text) == text


@pytest.mark.parametrize("text", ["", "-x", "a b", "a/b", "`a`", "a\n"])
def test_a_criterion_id_is_one_word(text: str) -> None:
    """A ValueError says why not."""
    with pytest.raises(ValueError, match="criterion id"):
        criterion_id(text)


def test_a_digest_is_taken_with_or_without_its_prefix() -> None:
    """And kept without."""
    bare = "0123456789abcdef" * 4

    assert digest(bare) == digest(f"sha256:{bare}") == bare


@pytest.mark.parametrize(
    "text", ["", "0" * 63, "0" * 65, "G" + "0" * 63, "A" * 64, "sha256:", "٠" * 64, "0" * 63 + "\n"]
)
def test_anything_else_is_no_digest(text: str) -> None:
    """Upper case, other digits and wrong lengths are a ValueError."""
    with pytest.raises(ValueError, match="SHA-256"):
        digest(text)
