"""The page for integrators is true: its commands, run one after the other, give a policy."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

from tests.singlewindow.cast import MONDAY
from tests.singlewindow.wired import CONTROL_TOKEN, ROOT, Server

PAGE = ROOT / "docs" / "singlewindow.md"


def test_the_page_s_commands_give_a_policy(server: Server, tmp_path: Path) -> None:
    authority = server.authority()
    authority.make_world(world="demo", persona="P01", at=MONDAY)
    authority.close()
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(blocks)],
        cwd=tmp_path,
        env={**os.environ, "URL": server.url, "CONTROL": CONTROL_TOKEN, "no_proxy": "127.0.0.1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    last = json.loads(done.stdout[done.stdout.rindex('{"items"') :])
    [policy] = last["items"]
    assert policy["number"].startswith("DEMO-")
    assert policy["acknowledged_at"] is not None


def test_every_kind_of_weather_stands_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    kinds = re.findall(r"^    [A-Z0-9_]+ = \"([a-z0-9-]+)\"", _weather_source(), flags=re.MULTILINE)
    assert kinds
    assert [kind for kind in kinds if f"`{kind}" not in text] == []


def _weather_source() -> str:
    path = ROOT / "wizard" / "singlewindow" / "simulator" / "weather.py"
    return path.read_text(encoding="utf-8")
