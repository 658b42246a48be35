"""Every page while the other side is in bad weather: it says so, keeps what is here, and heals."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, Final

import pytest
from django.test import Client

from tests.demo.console import text
from tests.demo.playing import Player
from tests.weather.conftest import DOWN, FEW, KINDS, WHERE_AND_KIND, Sky
from tests.worlds import CONTACT, PIN, Person, hidden_fields
from wizard import authority
from wizard.demo.landing import walk
from wizard.models import Document, Draft
from wizard.process import State
from wizard.singlewindow.faults import FaultCode
from wizard.singlewindow.simulator.personas import persona_named

# How a page says that nobody answers: by the code, or in words beside what it knows.
SAID: Final = (FaultCode.NO_RESPONSE.value, "没有响应", "上次查到")
FAIR: Final = frozenset({"duplicate-answer"})
# Pages that are nothing without the authority's answer, and say what to do instead.
ASKING: Final = (
    "/login/card/",
    "/account/",
    "/account/verify/",
    "/account/seals/",
    "/account/password/",
    "/register/username/ZL-1/",
)
# Pages that show what is known here, and say that it may be old.
KNOWING: Final = ("/center/", "/policies/")
# Pages that need nobody.
ALONE: Final = (
    "/",
    "/check/",
    "/login/password/",
    "/login/nocard/",
    "/login/change-pin/",
    "/register/",
    "/register/username/",
    "/verify/",
    "/demo/",
    "/demo/reset/",
    "/livez",
)


def said(page: Any) -> bool:
    """Whether the page says that nobody answers; the console's cards have such words always."""
    html = page.content.decode()
    if page.status_code == 200 and page.request["PATH_INFO"].startswith("/demo/"):
        return "模拟器没有响应" in html
    return any(words in html for words in SAID)


@pytest.mark.parametrize(("sky", "kind"), WHERE_AND_KIND, indirect=["sky"])
def test_looking_is_answered_in_every_weather_and_heals(
    sky: Sky, cast: Callable[[str], Person], kind: str
) -> None:
    owner = cast("P15")
    number = owner.application().number
    policy = f"/policies/{owner.application().file['policy']['number']}/"
    sky.turn(owner.world, kind)
    bad = kind not in FAIR
    for address in ASKING:
        page = owner.client.get(address)
        assert page.status_code in ({200, 503} if bad else {200, 404}), (address, page.status_code)
        assert said(page) == bad, address
    for address in (*KNOWING, policy):
        page = owner.client.get(address)
        assert page.status_code == 200, address
        assert said(page) == bad or address == policy, address
    alone = ALONE if kind in {DOWN, "no-answer"} else ()
    for address in (*alone, "/demo/authority/", f"/apply/{number}/trail/"):
        page = owner.client.get(address, follow=True)
        assert page.status_code == 200, (address, page.status_code)
    sky.clear(owner.world)
    for address in (*ASKING[:-1], *KNOWING, policy, *alone):
        page = owner.client.get(address, follow=True)
        assert page.status_code == 200, address
        assert not said(page), address


@pytest.mark.parametrize("signed", [True, False], ids=["signed in", "signed out"])
def test_a_refusal_to_tell_the_time_or_show_the_reader_breaks_no_page(
    sky: Sky, cast: Callable[[str], Person], signed: bool
) -> None:
    """The console offers refusals for these readings too, and its own pages make them."""
    owner = cast("P15")
    if not signed:
        owner.client.post("/logout/")
    sky.turn(owner.world, f"fault:{FaultCode.CARD_LOCKED}", "now", "reader")
    for address in ("/", "/check/", "/center/", "/login/card/", "/demo/", "/demo/authority/"):
        assert owner.client.get(address, follow=True).status_code == 200, address
    assert owner.client.get("/nowhere/").status_code == 404


# --- doing something that is no step


@dataclasses.dataclass(frozen=True, kw_only=True)
class Deed:
    """A form on a page: its address, what is typed, and the operation that it becomes.

    `keyed`: done once however often it is sent. `done`: words of the page that it leads to.
    `seen`: what it does stands in a list, so an answer that was lost is known from there.
    """

    persona: str = "P01"
    page: str
    operation: str
    typed: dict[str, str] = dataclasses.field(default_factory=dict)
    post: str = ""
    keyed: bool = False
    seen: bool = False
    done: str = ""


P01: Final = persona_named("P01")
USCC: Final = {"uscc": P01.enterprise.uscc}
NEW_PIN: Final = "27182818"
DEEDS: Final = {
    "card": Deed(page="/login/card/", operation="sign_in_with_card", typed={"pin": PIN}),
    "name": Deed(
        page="/login/password/",
        operation="sign_in_with_password",
        typed={"username": P01.account.username, "password": P01.account.password},
    ),
    "certify": Deed(
        persona="P07",
        page="/account/verify/",
        operation="certify",
        typed={"method": "legal-card"},
        keyed=True,
        seen=True,
        done="企业实名认证成功",
    ),
    "stop seal": Deed(
        persona="P10", page="/account/seals/", operation="stop_seal", keyed=True, seen=True
    ),
    "add seal": Deed(
        page="/account/seals/", operation="add_seal", keyed=True, seen=True, done="新印章已生成"
    ),
    "activate": Deed(
        persona="P16",
        page="/account/password/",
        operation="set_password",
        typed={"password": "Weather-2026", "repeat": "Weather-2026"},
        done="账号已激活",
    ),
    "pin": Deed(
        page="/login/change-pin/",
        operation="change_pin",
        typed={"old_pin": PIN, "new_pin": NEW_PIN, "repeat": NEW_PIN},
    ),
    "user name": Deed(
        page="/register/username/",
        operation="recover_username",
        typed=USCC | {"mobile": P01.contact.mobile},
        done="用户名找到了",
    ),
    "search": Deed(
        page="/register/username/",
        post="/register/username/search/",
        operation="ask_for_recovery",
        typed=USCC,
        done="受理号",
    ),
    "register": Deed(
        page="/register/",
        operation="check_registration",
        typed=USCC | {"legal_person": P01.enterprise.legal_person},
        done="R-404",
    ),
}


def effects(owner: Person, operation: str) -> int:
    """How many writes of this kind the authority accepted; repeated answers are none."""
    return sum(
        line.operation == operation and line.answer == "accepted"
        for line in authority.control().requests(owner.world.key)
    )


# Every kind for a write without a key, one with a key, and one under a one-time token.
WHOLE: Final = frozenset({"card", "activate", "certify"})


@pytest.mark.parametrize(
    ("sky", "kind", "name"),
    [
        (where, kind, name)
        for where, kind in WHERE_AND_KIND
        for name in DEEDS
        if kind in FEW or name in WHOLE
    ],
    indirect=["sky"],
)
def test_a_form_is_answered_in_every_weather_and_works_again_afterwards(
    sky: Sky, cast: Callable[[str], Person], kind: str, name: str
) -> None:
    deed = DEEDS[name]
    owner = cast(deed.persona)
    fields = hidden_fields(owner.client.get(deed.page)) | deed.typed
    before = effects(owner, deed.operation)
    sky.turn(owner.world, kind, deed.operation)
    answer = owner.client.post(deed.post or deed.page, fields)
    assert answer.status_code in {200, 303, 503}
    page = answer
    if answer.status_code == 303:
        page = owner.client.get(answer["Location"], follow=True)
    assert page.status_code in {200, 503}
    known = deed.seen and kind != DOWN and effects(owner, deed.operation) == before + 1
    assert said(page) == (kind not in FAIR) or known
    sky.clear(owner.world)
    if kind in FAIR:
        return
    again = owner.client.post(deed.post or deed.page, fields, follow=True)
    assert again.status_code == 200
    assert not said(again)
    assert deed.done in again.content.decode()
    if deed.keyed:
        assert effects(owner, deed.operation) == before + 1
    if name == "pin":
        window = authority.single_window(owner.world)
        window.sign_in_with_card(serial=owner.actor.card_serial, pin=NEW_PIN)


# --- the demonstrator's hand and the virtual desk


DESK: Final = {
    "insert a card": ("/login/card/insert/", {"card": ""}),
    "card centre": ("/login/card/centre/", {}),
    "repair": ("/login/desk/", {"do": "replug"}),
    "publish": ("/login/publish/", {}),
    "start": ("/demo/start/S-301/", {}),
    "clock": ("/demo/clock/", {"a": "1d"}),
    "switch": (
        "/demo/authority/",
        {"a": "set", "operation": "make_seal", "kind": "drip", "times": "1"},
    ),
    "review": ("/demo/authority/", {"a": "review", "outcome": "approve", "pace": "day"}),
    "expire": ("/demo/authority/", {"a": "expire"}),
    "reset": ("/demo/reset/", {}),
}


@pytest.mark.parametrize("name", DESK)
def test_the_demonstrator_is_told_that_the_simulator_is_down(
    sky: Sky, cast: Callable[[str], Person], name: str
) -> None:
    owner = cast("P01")
    address, fields = DESK[name]
    sky.turn(owner.world, DOWN)
    answer = owner.client.post(address, fields)
    assert answer.status_code in {303, 503}
    page = answer
    if answer.status_code == 303:
        page = owner.client.get(answer["Location"], follow=True)
    assert page.status_code in {200, 503}
    assert said(page) == (name != "reset")
    sky.clear(owner.world)
    again = owner.client.post(address, fields, follow=True)
    assert again.status_code == 200
    assert not said(again)


@pytest.mark.parametrize("sky", ["embedded", "socket"], indirect=True)
def test_the_card_of_x_704_shows_it_over_a_wire_too(sky: Sky, client: Client) -> None:
    player = Player.of(client, FaultCode.NO_RESPONSE.value)
    player.press("保存印章并生成协议")
    assert player.page.status_code == 503
    assert FaultCode.NO_RESPONSE in player.text
    player.press("保存印章并生成协议")
    assert player.where.endswith("/agreement/")
    assert ("自动再试" in text(client, "/demo/authority/")) == sky.socket


# --- what needs nobody


@pytest.mark.parametrize("kind", [DOWN, "no-answer", "http-500"])
def test_help_and_saving_go_on(
    sky: Sky, cast: Callable[[str], Person], help_content: None, kind: str
) -> None:
    owner = cast("P01")
    application = owner.application()
    url = f"/apply/{application.number}/confirm/"
    fields = hidden_fields(owner.client.get(url)) | CONTACT
    sky.turn(owner.world, kind)
    for address in ("/faq/", "/faq/search/?q=卡密码", "/e/X-704/", "/api/faq/search/?q=PIN"):
        page = owner.client.get(address, follow=True)
        assert page.status_code == 200, address
    shown = owner.client.get(url)
    assert shown.status_code == 200
    for draft, status in (("auto", 204), ("1", 303)):
        kept = owner.client.post(url, fields | {"draft": draft, "confirm-name": f"林{draft}"})
        assert kept.status_code == status
        assert Draft.objects.get(application=application).data["name"] == [f"林{draft}"]
    checked = owner.client.post(url, fields, follow=True)
    assert checked.status_code == 200
    assert "核对" in checked.content.decode()


@pytest.mark.parametrize("sky", ["embedded", "socket"], indirect=True)
def test_papers_that_are_here_are_read_in_every_weather(
    sky: Sky, cast: Callable[[str], Person]
) -> None:
    owner = cast("P15")
    application = walk(actor=owner.actor, until=State.ACKNOWLEDGED)
    here = f"/apply/{application.number}"
    owner.client.get(f"{here}/policy/")
    owner.client.get(f"{here}/receipt/")
    addresses = [f"{here}/receipt/", f"{here}/trail/", f"{here}/policy/", f"{here}/confirm/"]
    for paper in Document.objects.filter(application=application):
        addresses += [f"{here}/docs/{paper.key}/", f"{here}/docs/{paper.key}.pdf"]
    addresses.append(f"/verify/{paper.key[:12]}/")
    fair = {address: owner.client.get(address).status_code for address in addresses}
    assert set(fair.values()) == {200}
    for kind in KINDS:
        sky.turn(owner.world, kind)
        for address in addresses:
            status = owner.client.get(address).status_code
            assert status == 200 or (address.startswith("/verify/") and status == 503), address
        pack = owner.client.get(f"{here}/evidence.zip", follow=True)
        assert pack.status_code == 200
        sky.clear(owner.world)
    assert owner.client.get(f"{here}/evidence.zip")["Content-Type"] == "application/zip"
