"""How property tests run here: the same examples each time, unless somebody explores.

`pytest --hypothesis-profile=explore` draws new examples and more of them; a failure prints the line that replays it.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

PATIENT = (HealthCheck.too_slow, HealthCheck.data_too_large)
"""A shared machine is slow, and a whole life is a large example: neither is a fault of a test."""

settings.register_profile(
    "scafld", deadline=None, max_examples=50, derandomize=True, print_blob=True, suppress_health_check=PATIENT
)
settings.register_profile(
    "explore", deadline=None, max_examples=500, derandomize=False, print_blob=True, suppress_health_check=PATIENT
)
settings.load_profile("scafld")


def pytest_collection_finish(session: pytest.Session) -> None:
    """One profile for the whole run, whatever a folder's own conftest has loaded meanwhile."""
    settings.load_profile(session.config.getoption("--hypothesis-profile") or "scafld")
