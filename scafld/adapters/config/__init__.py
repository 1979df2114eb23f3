"""The project's configuration.

from scafld.adapters.config import read_policy

read_policy("/path/to/repository").review.dossier.max_findings
"""

from scafld.adapters.config.overlay import CONFIG, LOCAL_CONFIG, policy_as_written, read_policy

__all__ = ["CONFIG", "LOCAL_CONFIG", "policy_as_written", "read_policy"]
