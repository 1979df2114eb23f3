"""Law 5. The projection is never read back: editing it by hand changes nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies

from scafld.core.names import TaskId
from scafld.core.task.known import Status
from scafld.core.views.overview import Overview
from scafld.testing import Kit, Life, lives

if TYPE_CHECKING:
    from conftest import Hands

STATUSES = [*Status, "passed"]
OWNED = re.compile(
    r"^(?P<head>(?:status|harden_status|updated): |(?:Status|Current phase|Next|Reason|Blockers|Latest runner update"
    r"|Allowed follow-up command|Review gate|Verdict|Provider|Authorises): "
    r"|  - (?:Status|Evidence|Source event|Strength): )"
    r".*$",
    re.MULTILINE,
)
LIES = ("completed", "pass", "approved", "draft", "nonsense", "red-green")


def forge(text: str, lie: str) -> str:
    """Everything that scafld shows in a spec, made to say something else; every box ticked."""
    return OWNED.sub(lambda found: found["head"] + lie, text).replace("- [ ]", "- [x]")


def told(kit: Kit, task: str) -> Overview:
    return kit.status(task)


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("status", STATUSES)
def test_a_forged_projection_changes_nothing(hands: Hands, status: str, lie: str) -> None:
    """Not what is told, not what is decided; the next command shows the truth again."""
    kit = hands.reach(status)
    honest, before = hands.text(kit), told(kit, "add-cache")
    kit.specs.edit(TaskId("add-cache"), lambda text: forge(text, lie))
    assert hands.text(kit) != honest

    after = told(kit, "add-cache")

    assert after == before
    kit.doctor(repair=True)
    assert hands.text(kit) == honest


def test_a_ticked_box_is_no_evidence(hands: Hands) -> None:
    """A build judges by running."""
    kit = hands.reach(Status.ACTIVE)
    kit.specs.edit(TaskId("add-cache"), lambda text: forge(text, "pass"))

    assert kit.build("add-cache").overview.status == Status.BLOCKED


@pytest.mark.parametrize("folder", ["drafts", "approved", "active", "archive/2026-01"])
@pytest.mark.parametrize("status", STATUSES)
def test_a_file_in_another_folder_is_no_other_state(hands: Hands, status: str, folder: str) -> None:
    """It is moved back by the next command."""
    kit = hands.reach(status)
    before, place = told(kit, "add-cache"), kit.specs.places(TaskId("add-cache"))[0]
    kit.specs.texts[f"{folder}/add-cache.md"] = kit.specs.texts.pop(place)

    assert told(kit, "add-cache") == before
    assert kit.specs.places(TaskId("add-cache")) == (place,)


@given(lives(), strategies.sampled_from(LIES))
def test_no_life_believes_its_own_projection(life: Life, lie: str) -> None:
    """After whatever was done, a spec that lies in every owned line is told of as one that does not."""
    kit = life.kit
    for row in kit.list(every=True):
        before = told(kit, row.task_id)
        kit.specs.edit(row.task_id, lambda text: forge(text, lie))

        assert told(kit, row.task_id) == before
        assert kit.list(every=True) == tuple(kit.list(every=True))
