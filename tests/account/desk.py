"""What the account tests do at the desk again and again."""

from __future__ import annotations

import html
import re
from typing import Any, Final, Protocol, cast
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client

from tests.worlds import PIN, hidden_fields
from wizard.authority import control, engine, single_window
from wizard.models import World
from wizard.singlewindow.port import CardKind

CARD: Final = "/login/card/"
WRONG: Final = "12345678"


class Page(Protocol):
    """An answer of the test client, for its words."""

    @property
    def content(self) -> bytes: ...


def use_card(client: Client, pin: str = PIN, **fields: str) -> Any:
    """Type a PIN on the card page as it stands."""
    return client.post(CARD, {"pin": pin, **fields})


def send(client: Client, address: str, fields: dict[str, str]) -> Any:
    """Post as a browser encodes it, also what is no text (halves of a surrogate pair)."""
    return client.generic(
        "POST",
        address,
        urlencode(fields, errors="surrogatepass"),
        content_type="application/x-www-form-urlencoded",
    )


def hidden(page: Page) -> dict[str, str]:
    """The hidden fields of the page's own forms."""
    return hidden_fields(cast("HttpResponse", page))


def insert(world: World, kind: CardKind | None) -> str:
    """Put the card of this kind into the reader, or none; its serial."""
    cards = single_window(world).reader().cards
    serial = next(card.serial for card in cards if card.kind is kind) if kind else ""
    control().insert_card(world.key, serial or None)
    return serial


def lose(world: World, operation: str, *, after: bool = False, times: int = 1) -> None:
    """The next answers of this operation never arrive."""
    kind = "lost-after" if after else "lost-before"
    engine().set_weather(world.key, operation=operation, kind=kind, times=times)


def words(response: Page) -> str:
    """What stands in <main>, without tags, white space squeezed."""
    page = response.content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", main)))


def title(response: Page) -> str:
    """The page's <title>."""
    found = re.search(r"<title>(.*?)</title>", response.content.decode(), re.S)
    return html.unescape(found[1]) if found else ""
