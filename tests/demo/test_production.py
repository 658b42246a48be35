"""Outside the demonstration the console does not exist, and cannot be switched on by mistake."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import run_checks
from pytest_django import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
RESOLVE = """
import django
django.setup()
from django.urls import Resolver404, resolve, reverse, NoReverseMatch
for path in ("/demo/", "/demo/start/N-01/", "/demo/clock/", "/demo/reset/", "/demo/join/"):
    try:
        print(path, resolve(path).view_name)
    except Resolver404:
        print(path, "-")
try:
    print(reverse("demo:console"))
except NoReverseMatch:
    print("no name")
from wizard.context import frame_without_request
print("link", repr(frame_without_request()["links"]["demo"]))
"""


def python(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Another interpreter, so that the settings are read anew."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=inherited
        | {"VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "wizard.settings"}
        | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_production_site_has_no_address_of_the_console(tmp_path: Path) -> None:
    run = python(tmp_path, "-c", RESOLVE, DEPLOYMENT="production", SECRET_KEY="x" * 60)
    assert run.returncode == 0, run.stderr
    *addresses, name, link = run.stdout.splitlines()
    assert [line.split()[1] for line in addresses] == ["-"] * 5
    assert name == "no name"
    assert link == "link ''"


def test_a_demo_site_with_the_console_off_has_none_either(tmp_path: Path) -> None:
    run = python(tmp_path, "-c", RESOLVE, DEMO="false")
    assert run.returncode == 0, run.stderr
    assert "no name" in run.stdout


def test_a_production_site_with_the_console_on_does_not_start(tmp_path: Path) -> None:
    run = python(
        tmp_path, "manage.py", "check", DEPLOYMENT="production", DEMO="true", SECRET_KEY="x" * 60
    )
    assert run.returncode != 0
    assert "wizard.E001" in run.stderr


@pytest.mark.parametrize(
    ("production", "demo", "ids"),
    [
        (True, True, ["wizard.E001"]),
        (True, False, []),
        (False, True, []),
        (False, False, []),
    ],
)
def test_the_check_fires_only_for_the_console_in_production(
    settings: Settings, production: bool, demo: bool, ids: list[str]
) -> None:
    settings.PRODUCTION, settings.DEMO = production, demo
    assert [found.id for found in run_checks() if found.id == "wizard.E001"] == ids
