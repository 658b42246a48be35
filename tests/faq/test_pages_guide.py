"""The guide's pictures and the handbook: small, explained in words, made once per version."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from PIL import Image
from pypdf import PdfReader

from faq import figures, handbook
from faq.content import content
from faq.handbook import Handbook
from faq.models import Entry

PAGE = "/guide/handbook.pdf"
ORIGIN = "http://testserver"
MOST_BYTES = 1_500_000


# --- pictures -----------------------------------------------------------------------------------


def test_every_step_has_pictures_in_both_widths_as_large_as_it_says() -> None:
    assert {figure.step for figure in figures.FIGURES} == set(range(1, 8))
    for figure in figures.FIGURES:
        for width in figures.WIDTHS:
            shown = figure.shown(width)
            with Image.open(settings.BASE_DIR / "static" / shown.path) as picture:
                scale = 2 if width == 390 else 1
                assert shown.width <= width
                assert abs(shown.width * scale - picture.width) <= 1
                assert abs(shown.height * scale - picture.height) <= 1


def test_no_picture_is_left_over_and_all_are_small() -> None:
    files = sorted(path.name for path in figures.folder().glob("*.webp"))
    wanted = [f"{figure.name}-{width}.webp" for figure in figures.FIGURES for width in (1366, 390)]
    assert files == sorted(wanted)
    assert sum((figures.folder() / name).stat().st_size for name in files) <= MOST_BYTES


@pytest.mark.parametrize("number", range(1, 8))
def test_a_step_shows_its_pictures_and_says_in_words_what_the_numbers_mean(
    client: Client, number: int
) -> None:
    html = client.get(f"/guide/{number}/").content.decode()
    shown = figures.of_step(number)
    assert shown
    for figure in shown:
        assert f'alt="{figure.alt}"' in html
        assert f"/static/guide/{figure.name}-390.webp" in html
        for place, text in enumerate(figure.callouts, start=1):
            assert f"<li>{text}</li>" in html
            assert f"{place} {text}" in figure.alt
    assert len(re.findall(r"<figure", html)) == len(shown)


# --- the handbook as a page ---------------------------------------------------------------------


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A shelf of its own; which sites a book was begun for."""
    begun: list[str] = []
    monkeypatch.setattr(handbook, "folder", lambda: tmp_path)
    monkeypatch.setattr(handbook, "_run", begun.append)
    return begun


def test_until_it_is_there_a_page_says_so_and_the_work_begins_once(
    client: Client, started: list[str]
) -> None:
    for _time in range(3):
        response = client.get(PAGE)
        assert response.status_code == 202
        assert response["Refresh"] == response["Retry-After"] == "3"
        assert response["Cache-Control"] == "no-store"
        assert "手册正在生成" in response.content.decode()
    assert started == [ORIGIN]


def test_a_process_that_died_is_started_again(
    client: Client, started: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get(PAGE)
    monkeypatch.setattr(handbook, "PATIENCE_SECONDS", -1)
    client.get(PAGE)
    assert started == [ORIGIN, ORIGIN]


def test_a_finished_book_is_sent_and_known_again(client: Client, started: list[str]) -> None:
    book = handbook.current(ORIGIN)
    book.path.write_bytes(b"%PDF-1.7 demo")
    response = client.get(PAGE)
    assert response["Content-Type"] == "application/pdf"
    assert response.getvalue() == b"%PDF-1.7 demo"
    again = client.get(PAGE, headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert started == []


def test_an_edit_and_another_host_ask_for_another_book(client: Client, started: list[str]) -> None:
    handbook.current(ORIGIN).path.write_bytes(b"%PDF-1.7 old")
    entry = Entry.objects.get(slug="which-card")
    entry.short_answer = "改过的简要回答。"
    entry.save()
    assert client.get(PAGE).status_code == 202
    assert client.get(PAGE, headers={"host": "localhost"}).status_code == 202
    assert started == [ORIGIN, "http://localhost"]


@pytest.mark.parametrize("origin", ["", "ftp://host", "https://", "https://host/path", "host"])
def test_the_command_takes_a_site_and_nothing_else(origin: str) -> None:
    with pytest.raises(CommandError):
        call_command("faq_handbook", origin=origin)


def test_only_the_newest_books_are_kept(started: list[str]) -> None:
    for place in range(handbook.KEPT + 3):
        Handbook(version=str(place), origin=ORIGIN).path.write_bytes(b"%PDF")
    handbook._tidy_up()
    assert len(list(handbook.folder().glob("*.pdf"))) == handbook.KEPT


@pytest.mark.parametrize("name", ["../secret_key", "/etc/passwd", "home-1", ""])
def test_the_book_shows_only_pictures_of_the_guide(name: str) -> None:
    with pytest.raises(handbook.NotOurs):
        handbook.picture(name)


# --- the handbook itself ------------------------------------------------------------------------


@pytest.fixture
def book(started: list[str]) -> PdfReader:
    entry = Entry.objects.get(slug="which-card")
    entry.why = "<b>不是标签</b> & “引号”"
    entry.save()
    path = handbook.current(ORIGIN).make()
    assert not list(path.parent.glob("*.making"))
    return PdfReader(io.BytesIO(path.read_bytes()))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_the_book_holds_everything_with_right_page_numbers(book: PdfReader) -> None:
    pages = [squeezed(page.extract_text()) for page in book.pages]
    whole = "".join(pages)
    assert 10 <= len(pages) <= 60
    assert book.metadata is not None
    assert book.metadata.title == "小微投保手册（演示）"
    assert "小微投保手册" in pages[0]
    assert "<b>不是标签</b>&“引号”" in whole
    for entry in content().of_kind(Entry.Kind.FAQ):
        title = squeezed(entry.title)
        (found,) = re.findall(re.escape(title) + r"\.*(\d+)", pages[1] + pages[2])[:1]
        assert title in pages[int(found) - 1], entry.title
    assert f"{len(pages)}/{len(pages)}" in pages[-1]
    assert "010-95198" in pages[-1]
    # A4, an outline, every picture, our fonts only.
    assert {(round(p.mediabox.width), round(p.mediabox.height)) for p in book.pages} == {(595, 842)}
    assert len(book.outline) >= 8
    pictures = {image.name for page in book.pages for image in page.images}
    assert len(pictures) == len(figures.FIGURES)
    resources: list[Any] = [page["/Resources"] for page in book.pages]
    fonts = [font.get_object() for part in resources for font in (part.get("/Font") or {}).values()]
    names = {str(font["/BaseFont"]).split("+")[-1] for font in fonts}
    assert names
    assert all(name.startswith("Noto") for name in names), names
