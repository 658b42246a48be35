"""Hostile values in a document: shown as they are, or refused by name; never obeyed."""

from __future__ import annotations

import dataclasses
import socket
import threading
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.documents.samples import (
    CONTACT,
    ENTERPRISE,
    TRADE,
    application,
    at,
    issued,
    made,
    opened,
    papers,
    text_of,
)
from wizard import documents
from wizard.documents import MissingGlyph, NotOurs, TextTooLong, Unprintable, render

MARKUP = [
    "<b>甲</b>示例公司",
    "<img src=x onerror=alert(1)>示例",
    "</td></tr></table><h1>示例</h1>",
    '"><script>alert(1)</script>',
    "<style>*{display:none}</style>示例",
    "<link rel=stylesheet href=//127.0.0.1/x>",
    "&lt;b&gt;&amp;示例",
    "{{ paper.title }}{% include 'a.html' %}",
    "{number}{exporter}",
    "${jndi:ldap://127.0.0.1/x}",
    "url(file:///etc/hostname)",
    "=cmd|' /C calc'!A0",
    "-->示例<!--",
    "]]>示例<![CDATA[&amp;",
    '<!DOCTYPE a [<!ENTITY b "示例">]>&b;',
]
INVISIBLE = {
    "NUL": "\x00",
    "bell": "\x07",
    "line feed": "\n",
    "tab": "\t",
    "escape": "\x1b",
    "delete": "\x7f",
    "soft hyphen": "\xad",
    "zero-width space": "\u200b",
    "zero-width joiner": "\u200d",
    "right-to-left override": "\u202e",
    "isolate": "\u2066",
    "line separator": "\u2028",
    "byte order mark": "\ufeff",
    "variation selector": "\ufe0f",
    "lone high surrogate": "\ud800",
    "lone low surrogate": "\udfff",
    "private use": "\ue000",
    "not a character": "\uffff",
    "emoji": "\U0001f600",
    "outside every bundled font": "\U00030edd",
    "tag": "\U000e0041",
}


@pytest.mark.parametrize("name", MARKUP)
@pytest.mark.parametrize("kind", ["form with contact", "signed agreement"])
def test_markup_in_a_name_is_text(kind: str, name: str) -> None:
    content = documents.pdf(papers(name)[kind]).content
    assert name.replace(" ", "") in text_of(content)
    reader = opened(content)
    assert all("/Annots" not in page for page in reader.pages)
    assert "演示文本，不具法律效力" in reader.pages[0].extract_text()


@pytest.mark.parametrize("sign", INVISIBLE.values(), ids=INVISIBLE.keys())
@pytest.mark.parametrize("kind", ["company", "address", "contact", "buyer", "seal", "number"])
def test_what_cannot_be_seen_is_refused_by_name(kind: str, sign: str) -> None:
    bad = f"示例{sign}公司"
    with pytest.raises(MissingGlyph) as refused:
        paper = {
            "company": lambda: documents.application_form(application(bad)),
            "address": lambda: documents.application_form(
                application(enterprise=dataclasses.replace(ENTERPRISE, address=bad))
            ),
            "contact": lambda: documents.application_form(
                application(contact=dataclasses.replace(CONTACT, name=bad))
            ),
            "buyer": lambda: documents.application_form(
                application(trade=dataclasses.replace(TRADE, buyer=bad))
            ),
            "seal": lambda: papers(bad)["signed agreement"],
            "number": lambda: documents.policy(dataclasses.replace(issued(), number=bad)),
        }[kind]()
        documents.pdf(paper)
    assert refused.value.character == sign
    assert isinstance(refused.value, Unprintable)
    assert f"U+{ord(sign):04X}" in str(refused.value)
    str(refused.value).encode()  # may be logged and shown


def test_forms_can_ask_beforehand() -> None:
    assert documents.unsupported_characters("广东示例䶮㛃鿍𬬩𬭼（演示）有限公司 GmbH & Söhne") == []
    assert documents.unsupported_characters("甲\u202e乙\x00甲\u202e\ud800") == [
        "\u202e",
        "\x00",
        "\ud800",
    ]
    assert documents.has_glyph("䶮")
    assert not documents.has_glyph("\u200b")
    assert documents.describe_character("\u200b") == "U+200B"
    assert documents.describe_character("龘") == "龘 (U+9F98)"


def test_forty_thousand_characters_are_refused() -> None:
    with pytest.raises(TextTooLong):
        documents.pdf(documents.application_form(application("示" * 40_000)))


@pytest.mark.parametrize("kind", ["form with contact", "agreement", "policy", "receipt"])
@pytest.mark.parametrize("name", ["示" * 2000, "X" * 2000])
def test_the_longest_name_that_is_taken_wraps_and_loses_nothing(kind: str, name: str) -> None:
    paper = {
        "form with contact": lambda: documents.application_form(application(name)),
        "agreement": lambda: documents.agreement(application(name), made_at=at(3, 10)),
        "policy": lambda: documents.policy(issued(name)),
        "receipt": lambda: documents.receipt(application(name), printed_at=at(3, 10)),
    }[kind]()
    text = text_of(documents.pdf(paper).content)
    assert text.count(name[0]) >= name.count(name[0])


ELSEWHERE = b"HTTP/1.1 302 Found\r\nLocation: file:///etc/hostname\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture
def listener() -> Iterator[tuple[int, list[object]]]:
    """A port of this machine that sends everybody on to a local file, and who called there."""
    calls: list[object] = []
    server = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                connection, address = server.accept()
            except OSError:
                return
            calls.append(address)
            connection.sendall(ELSEWHERE)
            connection.close()

    thread = threading.Thread(target=accept)
    thread.start()
    yield server.getsockname()[1], calls
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join()


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="{url}" alt="x"/>',
        '<link rel="stylesheet" href="{url}"/>',
        '<link rel="attachment" href="{url}"/>',
        "<style>@import url({url});</style>",
        "<style>@font-face {{ font-family: x; src: url({url}) }}</style>",
        '<p style="background: url({url})">演</p>',
        '<p style="list-style-image: url({url}); display: list-item">演</p>',
        '<object data="{url}"></object>',
        '<embed src="{url}"/>',
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="{url}" width="9" height="9"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><use href="{url}#a"/></svg>',
    ],
)
@pytest.mark.parametrize("address", ["http://127.0.0.1:{port}/x", "file:///etc/hostname"])
def test_nothing_is_fetched_even_if_a_template_asked(
    markup: str,
    address: str,
    listener: tuple[int, list[object]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    port, calls = listener
    url = address.format(port=port)
    html = (
        f'<!DOCTYPE html SYSTEM "{url}"><html lang="zh-CN"><title>演</title>'
        f"{markup.format(url=url)}</html>"
    )

    def template(*_arguments: Any) -> str:
        return html

    monkeypatch.setattr("wizard.documents.render.render_to_string", template)
    try:
        content = documents.pdf(papers()["form"]).content
    except NotOurs as refused:
        assert address.format(port=port) in str(refused)
    else:  # what the library has no use for is not asked for either
        assert b"hostname" not in content
        assert list(opened(content).attachments) == ["data.json"]  # ours, and nothing else
    finally:
        render._engine.cache_clear()  # @font-face leaves a folder in the font configuration
    assert calls == []


@pytest.mark.parametrize(
    "html",
    [
        '<!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/hostname">]><html lang="zh-CN">&a;</html>',
        '<html lang="zh-CN">&nbsp;</html>',
        '<html lang="zh-CN"><p>演</html>',
    ],
)
def test_a_template_that_is_no_plain_xml_is_a_mistake(
    html: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wizard.documents.render.render_to_string", lambda *_: html)
    with pytest.raises(ElementTree.ParseError):
        documents.pdf(papers()["form"])


def test_the_listener_would_have_seen_a_call(listener: tuple[int, list[object]]) -> None:
    port, calls = listener
    with socket.create_connection(("127.0.0.1", port)) as connection:
        assert connection.recv(len(ELSEWHERE)) == ELSEWHERE
    assert len(calls) == 1


def test_a_glyph_that_slips_past_the_check_is_caught_while_drawing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def template(*_arguments: Any) -> str:
        return '<html lang="zh-CN"><title>演</title><p>演\U00030edd示</p></html>'

    monkeypatch.setattr("wizard.documents.render.render_to_string", template)
    with pytest.raises(MissingGlyph) as refused:
        documents.pdf(papers()["form"])
    assert refused.value.character == "\U00030edd"
    monkeypatch.undo()
    assert documents.pdf(papers()["form"]) == made(papers()["form"])  # the next one is untouched
