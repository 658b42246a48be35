"""What every test stands on: a folder of its own, settings for tests, no other machine reached.

Each run, and each xdist worker in it, gets a fresh `VAR_DIR`, so that tests never touch the demo's
data and two workers never share a file. That must happen before the settings are read, which is
why they are named here and not in pyproject.toml.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

import hypothesis
import pytest

if "wizard.settings" in sys.modules:
    raise pytest.UsageError("The settings were read too early: unset DJANGO_SETTINGS_MODULE.")

VAR_DIR = Path(tempfile.mkdtemp(prefix="wizard-test-"))
os.environ["VAR_DIR"] = str(VAR_DIR)
os.environ["DEPLOYMENT"] = "demo"
os.environ["DJANGO_SETTINGS_MODULE"] = "wizard.settings"
# What a developer's shell may carry must not decide what is tested.
for name in (
    "DEBUG",
    "DEMO",
    "SECRET_KEY",
    "SIMULATOR_PATH",
    "SINGLEWINDOW_URL",
    "DATABASE_URL",
    "REDIS_URL",
    "SIGNATURE_LEVEL",
    "CERTIFICATES_URL",
):
    os.environ.pop(name, None)

# How long an example takes on a busy machine is no finding: speed is measured in benchmarks/.
hypothesis.settings.register_profile(
    "untimed",
    hypothesis.settings(),
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("untimed")

if os.environ.get("TEST_DATABASE_URL"):  # another engine than SQLite, see docs/operations.md
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]

import django  # noqa: E402 - only now may the settings be read
from django.conf import settings  # noqa: E402
from pytest_django import DjangoDbBlocker  # noqa: E402

# No manifest: a test needs no collectstatic. One round of MD5: nobody attacks these passwords.
settings.STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
settings.PAPERS_IN_REQUEST = True  # a thread would not see a test's transaction
settings.STATIC_ROOT.mkdir()  # WhiteNoise warns when it is missing

# conftest files below this one import models before pytest-django would set Django up.
django.setup()
# An xdist worker inherits this environment, and pytest-django must not read settings in it before
# the worker got a folder of its own above.
del os.environ["DJANGO_SETTINGS_MODULE"]

from tests import alike, worlds  # noqa: E402 - these read models
from tests.helpsite import Shipped  # noqa: E402
from wizard import documents  # noqa: E402
from wizard.models import new_key  # noqa: E402
from wizard.singlewindow import embedded  # noqa: E402

_set_once = functools.lru_cache(maxsize=256)(documents.pdf)


@pytest.fixture(scope="session", autouse=True)
def _clock_of_worlds() -> Iterator[None]:
    """The authority in this process goes by the clock of `tests/worlds.py`."""
    engine = functools.partial(embedded.Engine, real_clock=worlds.clock)
    with mock.patch.object(embedded, "Engine", engine):
        yield


@pytest.fixture(autouse=True)
def _equal_papers_set_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same data give the same bytes (tests/documents, where this does not hold): what one test
    has had set on paper, the next one need not.
    """
    monkeypatch.setattr(documents, "pdf", _set_once)
    monkeypatch.setattr(worlds.clock, "at", None)


@pytest.fixture
def papers_anew(_equal_papers_set_once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a test of how papers come to be, get lost or become void: no other test has had the same
    ones, and time goes on.
    """
    monkeypatch.setattr(documents, "pdf", documents.render.pdf)
    monkeypatch.setattr(worlds, "names", lambda _persona: iter(new_key, ""))
    monkeypatch.setattr(worlds, "STANDS_AT", None)


def pytest_unconfigure() -> None:
    """Take the run's folder away."""
    shutil.rmtree(VAR_DIR, ignore_errors=True)


@pytest.fixture(scope="session")
def shipped_content(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Shipped:
    """The help site's content, imported outside every test's transaction."""
    with django_db_blocker.unblock():
        return Shipped()


@pytest.fixture
def help_content(shipped_content: Shipped, db: None) -> None:
    """The help site as it ships."""
    shipped_content.are_there()


@pytest.fixture
def papers_set_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the paper is not what is tested: see `tests.alike`. A PDF takes a tenth of a second."""
    monkeypatch.setattr(documents, "pdf", alike.pdf)


@pytest.fixture
def witness(request: pytest.FixtureRequest) -> Iterator[Callable[..., None]]:
    """`witness(kind, **facts)`: what this test has shown, for `scripts/personas.py`.

    Written when the test has passed so far, into the folder `WITNESS_DIR`, if that is set.
    """
    told: list[dict[str, str]] = []

    def tell(kind: str, **facts: str) -> None:
        told.append({"kind": kind, "test": request.node.nodeid, **facts})

    yield tell
    folder = os.environ.get("WITNESS_DIR")
    if folder and told:
        name = hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:16]
        Path(folder, f"{name}.json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")
