"""Where the schema files lie: those of answers, as they are published and in their wire form."""

from __future__ import annotations

import os
from collections.abc import Mapping

from scafld.adapters.assets import ASSETS
from scafld.core.evidence.terms import Subject

FOLDER = os.path.join(ASSETS, "schemas")
ANSWERS: Mapping[Subject, str] = {
    Subject.REVIEW: "review_dossier.json",
    Subject.HARDEN: "harden_dossier.json",
    Subject.PLAN: "plan_proposal.json",
}
"""The published schema of an answer, below FOLDER."""
WIRE: Mapping[Subject, str] = {subject: f"wire/{subject}.json" for subject in Subject}
"""The same in the form that strict interfaces take, below FOLDER."""


def answer_schema_path(subject: Subject) -> str:
    """The file that a client's tool, or a person, reads."""
    return os.path.join(FOLDER, ANSWERS[subject])
