"""The authorities that the contract is run against: one list, one fixture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.singlewindow import wired
from tests.singlewindow.cast import Authority, Exporter
from wizard.singlewindow.embedded import Engine
from wizard.singlewindow.simulator import secrecy
from wizard.singlewindow.simulator.store import Store


def _in_memory(_: Path) -> Authority:
    return Engine(Store(None))


def _in_a_file(folder: Path) -> Authority:
    return Engine(Store(folder / "simulator.sqlite3"))


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody attacks the PINs of these worlds."""
    monkeypatch.setattr(secrecy, "COST", 2)


def _wired(_: Path) -> Authority:
    return wired.in_memory()


# A new adapter joins the whole suite by one line here.
AUTHORITIES: Final[dict[str, Callable[[Path], Authority]]] = {
    "memory": _in_memory,
    "sqlite": _in_a_file,
    "http": _wired,
}
SOCKET: Final = "socket"


@pytest.fixture(params=[*AUTHORITIES, SOCKET])
def authority(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Authority]:
    """An authority without worlds."""
    if request.param == SOCKET:
        server: wired.Server = request.getfixturevalue("server")
        made: Authority = server.authority()
    else:
        made = AUTHORITIES[request.param](tmp_path)
    yield made
    if isinstance(made, wired.WiredAuthority):
        made.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[wired.Server]:
    """The simulator as a server of its own, on a real socket."""
    path = tmp_path_factory.mktemp("simulator") / "simulator.sqlite3"
    running = wired.Server("--path", str(path))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def owner(authority: Authority) -> Exporter:
    """P01's legal person, signed in with 法人卡."""
    return Exporter.of(authority, "P01")


@pytest.fixture
def colleague(owner: Exporter) -> Exporter:
    """Somebody of the same enterprise, signed in with 操作员卡."""
    return owner.colleague()
