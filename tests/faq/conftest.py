"""The help site's content, as it ships, in every test of this folder."""

from __future__ import annotations

import json
from typing import Any

import pytest

from faq import handbook
from faq.importing import read_file
from tests.helpsite import CONTENT_FILE


@pytest.fixture(scope="session")
def shipped() -> dict[str, list[dict[str, Any]]]:
    """The content file as plain data."""
    return read_file(CONTENT_FILE)


@pytest.fixture(autouse=True)
def _no_book(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test leaves a process behind that sets the handbook."""
    monkeypatch.setattr(handbook, "_run", lambda _origin: None)


@pytest.fixture
def fresh(shipped: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """A copy of it that a test may change."""
    copied: dict[str, list[dict[str, Any]]] = json.loads(json.dumps(shipped))
    return copied


@pytest.fixture(autouse=True)
def _content(help_content: None) -> None:
    """In every test of this folder."""
