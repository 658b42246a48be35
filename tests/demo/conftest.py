"""Browsers in front of the console; each is its own person until it joins another's world."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.fixture(autouse=True)
def _papers(papers_set_once: None) -> None:
    """What the papers say is tested elsewhere."""


@pytest.fixture
def presenter(db: None) -> Client:
    """A member of staff at the projector."""
    return Client()


@pytest.fixture
def colleague(db: None) -> Client:
    """Another member of staff, in another branch."""
    return Client()
