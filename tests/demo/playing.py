"""How each code is shown by hand in the demo: what is pressed after 开始, until its screen."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

import lxml.html
from django.test import Client

from tests.demo.console import start, words
from tests.worlds import CONTACT, PIN, hidden_fields
from wizard.authority import single_window
from wizard.models import World
from wizard.singlewindow.simulator.personas import Persona, persona_named


@dataclasses.dataclass(kw_only=True)
class Player:
    """A browser in a scenario; `page` is the last answer and `where` its address."""

    client: Client
    world: World
    where: str
    page: Any = None

    @classmethod
    def of(cls, client: Client, code: str, **data: str) -> Player:
        """Press 开始, or with `whole` 从登录开始, and look."""
        world, address = start(client, code, **data)
        player = cls(client=client, world=world, where=address)
        player.open(address)
        return player

    @property
    def persona(self) -> Persona:
        """Whose story it is."""
        return persona_named(self.world.persona)

    @property
    def text(self) -> str:
        """The words of the page's <main>."""
        return words(self.page.content.decode())

    def press(self, name: str, **typed: str) -> None:
        """The button with these words: its form as it stands, `typed` in fields that it has."""
        main = self._main()
        buttons = [one for one in main.iter("button") if name in _said(one)]
        assert buttons, f"{self.where} has no button {name}: {self.text[:600]}"
        button = buttons[0]
        form = (
            main.get_element_by_id(button.get("form"))
            if button.get("form")
            else next(button.iterancestors("form"))
        )
        data = {key: value or "" for key, value in form.form_values()}
        own = {one.get("name") for one in form.iter("input", "select", "textarea")}
        assert typed.keys() <= own
        if button.get("name"):
            data[button.get("name")] = button.get("value", "")
        self.post(urljoin(self.where, form.action or ""), data | typed)

    def follow(self, name: str) -> None:
        """The link with these words."""
        links = [one for one in self._main().iter("a") if name in _said(one)]
        assert links, f"{self.where} has no link {name}: {self.text[:600]}"
        self.open(urljoin(self.where, links[0].get("href", "")))

    def _main(self) -> Any:
        [main] = lxml.html.document_fromstring(self.page.content.decode()).iter("main")
        return main

    def open(self, address: str) -> None:
        """GET, and whatever it leads to."""
        self.page = self.client.get(address, follow=True)
        self._note(address)

    def post(self, address: str, data: dict[str, str]) -> None:
        """POST, and whatever it leads to."""
        self.page = self.client.post(address, data, follow=True)
        self._note(address)

    def _note(self, address: str) -> None:
        chain = self.page.redirect_chain
        self.where = chain[-1][0] if chain else address

    def card(self, pin: str = PIN) -> None:
        """卡介质登录 with the card in the reader."""
        reader = single_window(self.world).reader()
        serial = reader.card.serial if reader.card else ""
        self.post("/login/card/", {"card": serial, "pin": pin})

    def cards(self) -> list[str]:
        """Serials of the cards on the desk."""
        return [card.serial for card in single_window(self.world).reader().cards]

    def card_in_reader(self) -> str:
        """Its serial."""
        card = single_window(self.world).reader().card
        return card.serial if card else ""

    def password(self, *, right: bool = True) -> None:
        """用户名登录 with the demo's own name and password."""
        login = persona_named(self.world.persona).account
        secret = login.password if right else "wrong-password"
        data = {"username": login.username, "password": secret}
        if "?next=" in self.where:
            data["next"] = "/apply/" + self.where.split("%2Fapply%2F")[1].replace("%2F", "/")
        self.post("/login/password/", data)

    def submit(self, data: dict[str, str] | None = None) -> None:
        """The step's own form as it stands, sent off."""
        self.post(self.where.split("?")[0], hidden_fields(self.page) | (data or {}))

    def confirm(self) -> None:
        """Step one and its check page."""
        self.submit(CONTACT)
        self.submit(CONTACT | {"commit": "1"})

    def change_pin(self, new: str) -> None:
        """修改卡密码."""
        self.post("/login/change-pin/", {"old_pin": PIN, "new_pin": new, "repeat": new})


def _said(element: Any) -> str:
    return " ".join(element.text_content().split())


def _wrong_pin(player: Player) -> None:
    player.card("12345678")


def _operator_card(player: Player) -> None:
    player.card()
    player.follow("开始办理")


def _register(player: Player, **changed: str) -> None:
    enterprise = persona_named(player.world.persona).enterprise
    data = {"uscc": enterprise.uscc, "legal_person": enterprise.legal_person}
    player.post("/register/", data | changed)


def _other_window(player: Player) -> None:
    old, address = hidden_fields(player.page), player.where
    player.submit()
    player.post(address, old | {"idem": "an-other-window-0001"})


def _twice(player: Player) -> None:
    sent, address = hidden_fields(player.page), player.where
    player.post(address, sent)
    player.post(address, sent)


def _expire(player: Player) -> None:
    address, sent = player.where, hidden_fields(player.page)
    player.post("/demo/authority/", {"a": "expire"})
    player.post(address, sent | CONTACT)
    player.submit(CONTACT | {"commit": "1"})


def _initial_again(player: Player) -> None:
    player.card()
    player.change_pin(PIN)


# Codes whose screen is the one that 开始 leads to have no entry.
PLAYS: dict[str, Callable[[Player], None]] = {
    "C-101": _operator_card,
    "C-102": _wrong_pin,
    "C-109": Player.card,
    "C-110": _initial_again,
    "R-401": Player.confirm,
    "R-402": lambda player: _register(player, legal_person="别人示例"),
    "R-403": Player.password,
    "R-404": _register,
    "R-405": Player.confirm,
    "R-406": lambda player: player.password(right=False),
    "A-201": lambda player: player.submit(CONTACT | {"confirm-email": "wig_sales@example.com"}),
    "A-203": Player.confirm,
    "S-301": Player.submit,
    "S-302": Player.submit,
    "G-502": Player.password,
    "X-701": _other_window,
    "X-702": _expire,
    "X-703": _twice,
    "X-704": Player.submit,
    "X-705": Player.submit,
    "X-706": Player.submit,
    "X-707": Player.password,
}
