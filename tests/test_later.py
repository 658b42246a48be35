"""Modules that are loaded on call."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from wizard import later
from wizard.later import loaded_on_call

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = """
import sys
from importlib import import_module
from wizard.later import LAYOUT, SIGNING, loaded_on_call
with loaded_on_call(*SIGNING):
    import wizard.wsgi
    import_module("wizard.urls")
import_module("wizard.documents").warm_up()
print([name for name in (*LAYOUT, *SIGNING, "aiohttp") if name in sys.modules])
from pyhanko.sign import timestamps
from weasyprint import HTML
from weasyprint.pdf import fonts
print(type(timestamps.HTTPTimeStamper("http://127.0.0.1/")).__name__, type(fonts.subset.Options()))
print(HTML(string="<p>").etree_element.tag)
"""


def test_the_site_runs_without_them_and_has_them_on_call(tmp_path: Path) -> None:
    """As `scripts/serve` loads the site: 22 MB less in every worker."""
    (tmp_path / "static").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "wizard.settings", "VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    absent, called, parsed = done.stdout.splitlines()
    assert absent == "[]"
    assert called == "HTTPTimeStamper <class 'fontTools.subset.Options'>"
    assert parsed == "html"


def test_afterwards_an_import_is_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    with loaded_on_call("colorsys"):
        stand_in = sys.modules["colorsys"]
        assert isinstance(stand_in, later._Later)
    assert "colorsys" not in sys.modules
    assert stand_in.rgb_to_hsv(1, 0, 0) == (0, 1, 1)
    assert not isinstance(sys.modules["colorsys"], later._Later)


def test_what_is_there_stays() -> None:
    with loaded_on_call("os"):
        assert sys.modules["os"] is os
