"""What lies about in a workspace besides specs and ledgers, and what of it may be swept away."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress

from scafld.adapters.files.disk import is_draft_left_behind
from scafld.adapters.files.ledgers import FILE
from scafld.adapters.files.specs import FileSpecs
from scafld.app.premises.doctor import Symptom
from scafld.core.names import TaskId
from scafld.core.refusal import Malformed, ScafldError
from scafld.core.value import value


@value
class Inventory:
    """`read_config` reads the configuration anew; it raises what is wrong with it."""

    specs: FileSpecs
    read_config: Callable[[], object]

    def names(self) -> tuple[TaskId, ...]:
        found = {place.rsplit("/", 1)[-1].removesuffix(".md") for place in self.specs.all_places()}
        runs = os.path.join(self.specs.scafld_dir, "runs")
        if os.path.isdir(runs):
            found |= {name for name in os.listdir(runs) if os.path.lexists(os.path.join(runs, name, FILE))}
        return tuple(TaskId(name) for name in sorted(found))

    def symptoms(self) -> Iterator[Symptom]:
        try:
            self.read_config()
        except Malformed as error:
            for problem in error.problems:
                where = f"{error.path}:{problem.line}" if problem.line else error.path
                yield Symptom(subject=where, what=problem.message, next=problem.suggestion)
        except ScafldError as error:
            yield Symptom(subject=".scafld/config.yaml", what=str(error))
        for path in self._leftovers():
            yield Symptom(
                subject=os.path.relpath(path, os.path.dirname(self.specs.scafld_dir)),
                what="left behind by a write that was interrupted; nothing reads it",
                next="scafld doctor --repair",
                derived=True,
            )

    def sweep(self) -> None:
        for path in self._leftovers():
            with suppress(OSError):
                os.unlink(path)
        shutil.rmtree(os.path.join(self.specs.scafld_dir, "cache"), ignore_errors=True)

    def _leftovers(self) -> list[str]:
        found = []
        for folder, folders, files in os.walk(self.specs.scafld_dir):
            folders.sort()
            found += [os.path.join(folder, name) for name in sorted(files) if is_draft_left_behind(name)]
        return found
