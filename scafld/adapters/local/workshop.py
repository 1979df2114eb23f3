"""What runs the commands of a workspace on this machine, and looks at what they leave."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scafld.adapters.local.joints import digest_below
from scafld.adapters.process.environment import command_environment
from scafld.adapters.process.runner import ShellRunner
from scafld.app.check import Checker, Runner

if TYPE_CHECKING:
    from scafld.adapters.local.house import House


def checker_of(house: House) -> Checker:
    """What runs criteria in the working tree."""
    folders = (os.path.join(house.root, folder) for folder in house.policy.workspace.evidence_roots)
    roots = (house.root, *folders)
    return Checker(
        runner=house.runner(),
        digest=lambda path: digest_below(roots, path),
        execution=house.policy.execution,
        tell=house.around.tell or (lambda _told: None),
    )


def runner_of(house: House) -> Runner:
    """What runs one command, in the environment that the configuration says."""
    execution = house.policy.execution
    environment = command_environment(
        house.around.environ,
        root=house.root,
        path_prepend=execution.path_prepend,
        variables=dict(execution.env),
    )
    return ShellRunner(root=house.root, runs=os.path.join(house.scafld_dir, "runs"), environment=environment)
