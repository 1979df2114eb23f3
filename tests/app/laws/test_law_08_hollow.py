"""Law 8. Commands that cannot fail are refused at validate and approve.

What a draft must say grows with its profile; placeholder prose never passes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies

from scafld.core.contract.spec import Profile
from scafld.core.refusal import Refused
from scafld.testing import governed, spec_texts

if TYPE_CHECKING:
    from conftest import Hands

HOLLOW = (
    "true",
    "exit 0",
    "echo done",
    ":",
    "pytest -q || true",
    "pytest -q; exit 0",
    "pytest -q &",
    "TODO: a command",
    "...",
    "<command>",
)
DEMANDS = {
    "## Objectives": (Profile.STANDARD, Profile.STRICT),
    "## Scope": (Profile.STANDARD, Profile.STRICT),
    "## Risks": (Profile.STRICT,),
    "## Rollback": (Profile.STRICT,),
}


@pytest.mark.parametrize("command", HOLLOW)
def test_a_command_that_cannot_fail_is_refused_everywhere(hands: Hands, command: str) -> None:
    """Validate names it, approve and quick refuse it, and quick writes nothing."""
    kit = governed()
    kit.plan("add-cache", title="Add a cache", command=command, profile=Profile.LIGHT)
    before = kit.everything()

    found = kit.validate("add-cache")
    no = hands.no(lambda: kit.approve("add-cache", reason="I insist"))
    quick = hands.no(lambda: kit.quick("fix-leak", title="Fix a leak", command=command))

    assert (found.valid, found.problems[0].code) == (False, "cannot_fail")
    assert "ac1" in no.blockers[0]
    assert quick.blockers
    assert kit.everything() == before


def without(text: str, heading: str) -> str:
    """The same document, nothing said under this heading."""
    head, _, rest = text.partition(f"{heading}\n")
    return f"{head}{heading}\n\n- ...\n\n## {rest.partition('## ')[2]}"


@given(
    spec_texts(),
    strategies.sampled_from(sorted(DEMANDS)),
    strategies.sampled_from(["- TODO: say it", "- ...", "- TBD"]),
)
def test_what_a_profile_demands_is_demanded(text: str, heading: str, gap: str) -> None:
    """Of every contract that says it all, taking one thing away is found where the profile asks for it, and there only;
    words that say of themselves to be missing are found under every profile."""
    profile = next(each for each in Profile if f"Profile: {each}" in text)
    kit = governed()
    kit.plan("add-cache", title="Say it", command="check alpha")
    kit.specs.edit("add-cache", lambda _text: without(text, heading).replace("- ...", gap, 1))

    found = kit.validate("add-cache").demands

    gaping = gap != "- ..."
    assert bool(found) is (gaping or profile in DEMANDS[heading])
    if found:
        with pytest.raises(Refused):
            kit.approve("add-cache", reason="I insist")


@given(spec_texts())
def test_a_contract_that_says_it_all_is_approved(text: str) -> None:
    """With a reason where its profile asks for hardening."""
    kit = governed()
    kit.plan("add-cache", title="Say it", command="check alpha")
    kit.specs.edit("add-cache", lambda _text: text)

    assert kit.validate("add-cache").valid
    assert kit.approve("add-cache", reason="it is wanted").status == "approved"


@pytest.mark.parametrize("profile", Profile)
def test_a_draft_as_it_was_written_by_plan(hands: Hands, profile: Profile) -> None:
    """A light one with a title and a command can be approved as it stands; the others have gaps that are named."""
    kit = governed()
    kit.plan("add-cache", title="Add a cache", command="check alpha", profile=profile)

    if profile is Profile.LIGHT:
        assert kit.approve("add-cache").status == "approved"
    else:
        no = hands.no(lambda: kit.approve("add-cache"))
        assert no.next == kit.status("add-cache").next == "scafld validate add-cache"
        assert len(kit.validate("add-cache").demands) > 2
