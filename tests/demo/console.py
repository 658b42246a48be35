"""How a test presses the buttons of the console."""

from __future__ import annotations

from html.parser import HTMLParser

from django.test import Client

from wizard.models import World


def start(client: Client, code: str, **data: str) -> tuple[World, str]:
    """Press 开始 on a card; the new world and the address that comes next."""
    known = set(World.objects.values_list("pk", flat=True))
    response = client.post(f"/demo/start/{code}/", data)
    assert response.status_code == 303
    return World.objects.exclude(pk__in=known).get(), response["Location"]


def text(client: Client, address: str = "/demo/") -> str:
    """The words of a page's <main>, white space folded."""
    response = client.get(address, follow=True)
    assert response.status_code == 200
    return words(response.content.decode())


def words(html: str) -> str:
    """The words between <main> and </main>."""
    reader = _Words()
    reader.feed(html[html.index("<main") : html.index("</main>")])
    return " ".join("".join(reader.found).split())


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)
