"""An exporter who does as the pages say: from wherever it stopped to the end."""

from __future__ import annotations

import secrets
from typing import Final

from tests.journeys.reading import read
from tests.worlds import CONTACT, PIN, Person, browser
from wizard.account import signin
from wizard.authority import control, single_window
from wizard.models import Application, World
from wizard.process import State
from wizard.singlewindow.faults import FaultCode
from wizard.singlewindow.port import CardKind, CertificationMethod, DeskPart
from wizard.singlewindow.simulator.engine import Engine
from wizard.singlewindow.simulator.weather import Weather

NEW_PIN: Final = "27182818"
ENDS: Final = {State.DECLINED, State.ACKNOWLEDGED}
MOST_STEPS: Final = 16


def in_fair_weather(engine: Engine, world: World) -> None:
    """Nothing stands in the way any more: neither the weather nor the desk."""
    for operation in engine.weather(world.key):
        engine.set_weather(world.key, operation=operation, kind=Weather.LOST_BEFORE, times=0)
    for part in DeskPart:
        engine.set_desk(world.key, part=part, working=True)


def come_back(engine: Engine, world: World) -> Person:
    """The 法人卡 comes from the 制卡中心; signed in with it and with a PIN of one's own."""
    in_fair_weather(engine, world)
    window = single_window(world)
    card = next(card for card in window.reader().cards if card.kind is CardKind.LEGAL)
    engine.renew_card(world.key, card.serial)
    engine.unlock_card(world.key, card.serial)
    control().insert_card(world.key, card.serial)
    accepted = window.sign_in_with_card(serial=card.serial, pin=PIN)
    window.change_pin(token=accepted.token, old_pin=PIN, new_pin=NEW_PIN, key=secrets.token_hex(8))
    client = browser(world)
    session = client.session
    signin.sign_in(session, world=world, signin=accepted)
    signin.set_pin_change_required(session, required=False)
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    actor = signin.actor_of(session, world)
    assert actor is not None
    return Person(client=client, actor=actor)


def walk_to_the_end(owner: Person, engine: Engine, number: str) -> None:
    """Only what pages offer, and waiting. Raises `AssertionError` where that leads nowhere."""
    for _step in range(MOST_STEPS):
        assert owner.client.get(f"/apply/{number}/", follow=True).status_code == 200
        application = Application.objects.get(world=owner.world, number=number)
        if application.state in ENDS:
            return
        _one_step_on(owner, engine, application)
    raise AssertionError(f"no way on from {application.state}")


def _one_step_on(owner: Person, engine: Engine, application: Application) -> None:
    if application.state == State.UNDER_REVIEW:
        engine.move_until_delivered(owner.world.key)
        return
    step = application.step.slug
    said = {
        "confirm": CONTACT | {"commit": "1"},
        "seal": {},
        "agreement": {"agreement-agreed": "on", "agreement-pin": NEW_PIN},
        "policy": {"policy-pin": NEW_PIN},
    }[step]
    answer = owner.post(application, step, said)
    if answer.status_code == 303:
        return
    html = answer.content.decode()
    assert answer.status_code == 200, (answer.status_code, html)
    if FaultCode.NOT_CERTIFIED in html:
        _certify(owner)
    else:
        assert FaultCode.SEAL_EXISTS in html or FaultCode.SEAL_MISSING in html, html
        _make_good_the_seal(owner, application)


def _certify(owner: Person) -> None:
    method = CertificationMethod.LEGAL_CARD.value
    assert owner.client.post("/account/verify/", {"method": method}).status_code == 303


def _make_good_the_seal(owner: Person, application: Application) -> None:
    """停用, 删除, 新增, as 印章管理 offers one after the other, until nothing is left to do."""
    address = f"/account/seals/?application={application.number}"
    for _press in range(4):
        html = owner.client.get(address).content.decode()
        if "印章可以使用，不用处理" in html:
            return
        page = read(html, address=address)
        asked = [link for link in page.links if "/delete/" in link]
        if asked:
            page = read(owner.client.get(asked[0]).content.decode(), address=asked[0])
        [form] = page.forms
        assert owner.client.post(form.action, form.hidden).status_code == 303
