"""The page for integrators is true: its commands, run one after the other, give a policy."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.singlewindow.wired import ROOT, free_port

PAGE = ROOT / "docs" / "singlewindow.md"
TOLD = re.compile(r"control token: (\S+)\n(http://\S+)/openapi.json")
# A shell that has run nothing before, and in which nothing of ours is set.
FRESH = {"PATH": os.defpath, "no_proxy": "127.0.0.1", "LANG": "C.UTF-8"}


def test_the_page_s_commands_give_a_policy(fresh_server: re.Match[str], tmp_path: Path) -> None:
    control, url = fresh_server.groups()
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(blocks)],
        cwd=tmp_path,
        env={**FRESH, "URL": url, "CONTROL": control},
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


@pytest.fixture
def fresh_server(tmp_path: Path) -> Iterator[re.Match[str]]:
    """The page's own command on another port: the token and the address that it prints."""
    text = PAGE.read_text(encoding="utf-8")
    [command] = re.findall(r"```\n(\.venv/bin/python -m wizard\.singlewindow.*)\n```", text)
    command = command.replace("--port 8200", f"--port {free_port()}")
    command = command.replace("simulator.sqlite3", f"{tmp_path}/simulator.sqlite3")
    command = command.replace(".venv/bin/python", sys.executable)
    running = subprocess.Popen(
        ["bash", "-c", f"exec {command}"], cwd=ROOT, env=FRESH, stdout=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    told = TOLD.match(running.stdout.readline() + running.stdout.readline())
    assert told is not None
    yield told
    running.terminate()
    running.wait(15)
    running.stdout.close()


def test_every_kind_of_weather_stands_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    kinds = re.findall(r"^    [A-Z0-9_]+ = \"([a-z0-9-]+)\"", _weather_source(), flags=re.MULTILINE)
    assert kinds
    assert [kind for kind in kinds if f"`{kind}" not in text] == []


def _weather_source() -> str:
    path = ROOT / "wizard" / "singlewindow" / "simulator" / "weather.py"
    return path.read_text(encoding="utf-8")
