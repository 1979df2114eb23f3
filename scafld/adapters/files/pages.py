"""What is kept beside a ledger and never changed: handoffs as they were told, evidence under its digest."""

from __future__ import annotations

import json
import os
import re

from scafld.adapters.codec import encode
from scafld.adapters.files.atomic import write_whole
from scafld.core.digest import digest_of
from scafld.core.names import Digest, TaskId
from scafld.core.value import value
from scafld.core.views.briefing import Handoff


@value
class Pages:
    """The folders of runs below `scafld_dir`, an absolute `.scafld`."""

    scafld_dir: str

    def keep(self, task_id: TaskId, handoff: Handoff) -> str:
        """Keep a page and its data, once each; the page's path relative to the workspace."""
        text = handoff.text.encode("utf-8", "backslashreplace")
        name = f"{handoff.role}-{handoff.gate}-{digest_of(text)[:12]}"
        folder = os.path.join(self.scafld_dir, "runs", task_id, "handoffs")
        if not os.path.exists(os.path.join(folder, f"{name}.md")):
            os.makedirs(folder, exist_ok=True)
            data = {"role": handoff.role, "gate": handoff.gate, "overview": encode(handoff.overview)}
            write_whole(os.path.join(folder, f"{name}.json"), json.dumps(data, indent=2).encode() + b"\n")
            write_whole(os.path.join(folder, f"{name}.md"), text)
        return f".scafld/runs/{task_id}/handoffs/{name}.md"

    def save(self, task_id: str, content: bytes) -> str:
        """Keep bytes as evidence under their digest; the absolute path."""
        folder = os.path.join(self.scafld_dir, "runs", task_id, "evidence")
        path = os.path.join(folder, f"{digest_of(content)}.txt")
        if not os.path.exists(path):
            os.makedirs(folder, exist_ok=True)
            write_whole(path, content, mode=0o600)
        return path

    def spoiled(self, task_id: TaskId) -> tuple[Digest, ...]:
        """The digests that the ledger names whose evidence is there and is something else."""
        folder = os.path.join(self.scafld_dir, "runs", task_id, "evidence")
        found = []
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            stem = name.removesuffix(".txt")
            if re.fullmatch(r"[0-9a-f]{64}", stem):
                with open(os.path.join(folder, name), "rb") as file:
                    if digest_of(file.read()) != stem:
                        found.append(Digest(stem))
        return tuple(found)
