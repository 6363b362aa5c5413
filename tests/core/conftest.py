"""Random examples are the same in every run; HEADROPE_TEST_SEARCH=1 looks for new ones, and for more of them."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True, database=None, max_examples=100)
settings.register_profile("search", deadline=None, database=None, max_examples=1500)
settings.load_profile("search" if os.environ.get("HEADROPE_TEST_SEARCH") == "1" else "steady")
