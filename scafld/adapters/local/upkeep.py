"""What scafld keeps up in a workspace: the files it manages, and a configuration that it can propose."""

from __future__ import annotations

from scafld.adapters.config.proposal import propose
from scafld.adapters.files.laid.footprint import apply, plan_update
from scafld.app.given import Proposed
from scafld.app.premises.lay import LaidDown
from scafld.core.contract.commands import Detected


def refresh(root: str) -> LaidDown:
    """Bring every managed file up to date; all of it, or nothing."""
    done = apply(plan_update(root))
    return LaidDown(root=root, created=done.created, updated=done.updated, unchanged=done.unchanged, left=done.left)


def proposed(root: str, detected: Detected) -> Proposed:
    """The configuration that the repository itself gives evidence for."""
    found = propose(root, detected)
    return Proposed(text=found.text, path=".scafld/config.yaml", warnings=(*found.questions, *found.warnings))
