"""The table of forgeries, all of it."""

from __future__ import annotations

from tests.forgery.envelopes import ENVELOPES, KEY_ROWS
from tests.forgery.grounds import ENVIRONMENT, MATERIAL, REPOSITORIES
from tests.forgery.lives import LIVES
from tests.forgery.stories import STORIES

ROWS = (*STORIES, *ENVELOPES, *KEY_ROWS, *MATERIAL, *REPOSITORIES, *ENVIRONMENT, *LIVES)
