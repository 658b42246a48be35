"""The help site's content, as it ships, in every test of this folder."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from pytest_django import DjangoDbBlocker

from faq import handbook
from faq.importing import import_content, read_file
from faq.models import ContentVersion

CONTENT_FILE = settings.BASE_DIR / "fixtures" / "faq.json"


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


@pytest.fixture(scope="session")
def imported(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, shipped: dict[str, list[Any]]
) -> str:
    """The content's version after an import outside every test's transaction."""
    with django_db_blocker.unblock():
        import_content(shipped)
        return ContentVersion.current()


@pytest.fixture(autouse=True)
def _content(imported: str, db: None, shipped: dict[str, list[Any]]) -> None:
    """A test that empties tables (elsewhere, against a live server) may have taken it away."""
    if ContentVersion.current() != imported:
        import_content(shipped)
