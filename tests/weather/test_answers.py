"""Answers that are JSON of nearly the right shape: refused at the door, or harmless on the page."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, Final

import httpx
import pytest
from django.conf import LazySettings

from tests.worlds import Person, make_world, signed_in
from wizard import authority
from wizard.authority import single_window
from wizard.singlewindow import wire
from wizard.singlewindow.faults import OutcomeUnknown
from wizard.singlewindow.http import Line
from wizard.singlewindow.port import ApplicationFile
from wizard.singlewindow.rule import Rule

ODD: Final[tuple[Any, ...]] = (
    None,
    "",
    "NaN",
    "1E+999999",
    10**30,
    -1,
    True,
    "\x00",
    "长" * 5000,
    "2026-11-23T10:00:00",
    "2026-11-23",
    {},
    [],
)
Path = tuple[str | int, ...]


class Bent:
    """An authority that answers the list of applications with a file that has been bent."""

    def __init__(self, file: dict[str, Any]) -> None:
        self.file = file
        self.items: list[Any] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        name = {"X-Request-Id": request.headers["X-Request-Id"]}
        if request.url.path.endswith("/applications"):
            return httpx.Response(200, json={"items": self.items, "next": None}, headers=name)
        return httpx.Response(500)

    def bend(self, path: Path, value: Any) -> None:
        """One value of the file is another one."""
        bent = copy.deepcopy(self.file)
        place: Any = bent
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
        self.items = [bent]


def leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place in the file, branches too."""
    if path:
        yield path
    for step, inner in value.items() if isinstance(value, dict) else ():
        yield from leaves(inner, (*path, step))


@pytest.fixture
def owner(db: None) -> Person:
    """P15, whose file has everything that a file can have."""
    return signed_in(make_world("P15"))


@pytest.fixture
def bent(owner: Person, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Bent:
    [file] = single_window(owner.world).applications(token=owner.actor.token)
    made = Bent(wire.adapter(ApplicationFile).dump_python(file, mode="json"))
    line = Line(
        "http://authority",
        rule=Rule(tries=1, failures_before_rest=10**6),
        transport=httpx.MockTransport(made.answer),
    )
    settings.SINGLEWINDOW_URL = "http://authority"
    monkeypatch.setattr(authority, "open_line", lambda *_args, **_more: line)
    return made


def test_the_file_as_it_is_passes(owner: Person, bent: Bent) -> None:
    bent.items = [bent.file]
    assert single_window(owner.world).applications(token=owner.actor.token)
    assert owner.client.get("/center/").status_code == 200


def test_no_bent_answer_breaks_a_page(owner: Person, bent: Bent) -> None:
    refused = accepted = 0
    for path in leaves(bent.file):
        for odd in ODD:
            bent.bend(path, odd)
            try:
                single_window(owner.world).applications(token=owner.actor.token)
            except OutcomeUnknown:
                refused += 1
                continue
            accepted += 1
            page = owner.client.get("/center/")
            assert page.status_code == 200, (path, odd)
    assert refused > accepted > 0


@pytest.mark.parametrize(
    ("path", "odd"),
    [
        (("offered_at",), "2026-11-23T10:00:00"),
        (("version",), 10**30),
        (("terms", "max_indemnity_usd"), "NaN"),
        (("terms", "max_indemnity_usd"), "1E+999999"),
        (("enterprise", "name"), "\x00"),
        (("enterprise", "name"), "长" * 5000),
        (("stage",), "lost"),
    ],
)
def test_what_could_not_be_kept_is_no_answer(
    owner: Person, bent: Bent, path: Path, odd: Any
) -> None:
    bent.bend(path, odd)
    with pytest.raises(OutcomeUnknown):
        single_window(owner.world).applications(token=owner.actor.token)
    page = owner.client.get("/center/")
    assert page.status_code == 200
    assert "X-704" in page.content.decode()
