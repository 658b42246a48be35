"""Nothing personal and nothing secret reaches a log, a page or a table where it does not belong.

Canaries are typed into a whole flow; afterwards they are looked for, sign by sign.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from tests.worlds import CONTACT, PIN, Person, make_world, signed_in
from wizard.authority import control, single_window
from wizard.demo.landing import walk
from wizard.process import State

pytestmark = pytest.mark.django_db
NEW_PIN = "73194826"
WRONG_PIN = "61850297"
PHONE = "020-28374651"
MOBILE = "15400083746"
EMAIL = "canary.one@example.com"


@pytest.fixture
def noted() -> Iterator[list[str]]:
    """Every line of every logger from INFO on, written out as a log file would have it."""
    lines: list[str] = []
    written = logging.Formatter("%(name)s %(message)s")

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(written.format(record))

    root, keep = logging.getLogger(), Keep()
    before = root.level
    root.addHandler(keep)
    root.setLevel(logging.INFO)
    yield lines
    root.removeHandler(keep)
    root.setLevel(before)


def keys() -> set[str]:
    """Lines in the middle of the private keys that the authority holds."""
    found = set()
    for path in (settings.SIMULATOR_PATH.parent / "keys").glob("*.pem"):
        found.add(path.read_text().splitlines()[1][10:50])
    return found


def whole_flow() -> tuple[Person, list[str]]:
    """Change the PIN, a wrong PIN, four steps, every paper; and the pages that were seen."""
    owner = signed_in(make_world("P01"))
    window, pages = single_window(owner.world), []
    window.change_pin(token=owner.actor.token, old_pin=PIN, new_pin=NEW_PIN, key="k")
    application = owner.application()
    contact = {"confirm-phone": PHONE, "confirm-mobile": MOBILE, "confirm-email": EMAIL}
    pages.append(owner.post(application, "confirm", CONTACT | contact | {"confirm-email": "a_b@"}))
    pages.append(owner.post(application, "confirm", CONTACT | contact | {"commit": "1"}))
    pages.append(owner.post(application, "seal"))
    for pin in ("12", WRONG_PIN, NEW_PIN):
        pages.append(
            owner.post(application, "agreement", {"agreement-agreed": "on", "agreement-pin": pin})
        )
    control().move_until_delivered(owner.world.key)
    application = walk(actor=owner.actor, until=State.ISSUED)
    for pin in ("12", WRONG_PIN, NEW_PIN):
        pages.append(owner.post(application, "policy", {"policy-pin": pin}))
    for name in ("trail/", "receipt/", "evidence.zip", "receipt.pdf", "nothing/"):
        pages.append(owner.client.get(f"/apply/{application.number}/{name}"))
    application.refresh_from_db()
    assert application.state == State.ACKNOWLEDGED
    return owner, [page.content.decode("latin-1") + str(page.headers) for page in pages]


def dump() -> str:
    """Both databases, every value of every table, as text."""
    with connection.cursor() as cursor:
        rows: list[Any] = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += cursor.fetchall()
    simulator = Path(settings.SIMULATOR_PATH)
    files = [path.read_bytes() for path in simulator.parent.glob(f"{simulator.name}*")]
    return repr(rows) + "".join(content.decode("latin-1") for content in files)


def test_no_log_and_no_console_says_who_or_what(
    noted: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    owner, _pages = whole_flow()
    said = capfd.readouterr()
    text = "\n".join([*noted, said.out, said.err])
    assert "Not Found" in text  # the net catches something
    session = owner.client.cookies["sessionid"].value
    canaries = {NEW_PIN, WRONG_PIN, PHONE, MOBILE, EMAIL, session, owner.actor.token}
    canaries |= keys() | {settings.SECRET_KEY, owner.world.key}
    assert [canary for canary in canaries if canary in text] == []


def test_a_pin_is_in_no_page_no_address_and_no_table() -> None:
    _owner, pages = whole_flow()
    kept = dump()
    for pin in (NEW_PIN, WRONG_PIN):
        for form in (pin, base64.b64encode(pin.encode()).decode().rstrip("=")[:-1]):
            assert form not in kept
            assert not [page for page in pages if form in page]
    assert MOBILE in kept  # the net catches what is kept on purpose


def test_the_trail_and_its_anchors_hold_no_contact_and_no_serial_number() -> None:
    owner, _pages = whole_flow()
    application = owner.application()
    lines = repr(list(application.events.values()))
    for canary in (PHONE, MOBILE, EMAIL, NEW_PIN, WRONG_PIN, owner.actor.card_serial):
        assert canary not in lines
