"""Here papers are what is tested: each is set anew."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _equal_papers_set_once() -> None:
    """Not here."""
