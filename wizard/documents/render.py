"""Paper in, PDF out: one warm WeasyPrint per process, our fonts only, nothing ever fetched."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import gc
import hashlib
import importlib
import logging
import os
import re
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

from django.template.loader import render_to_string
from django.utils import translation

from wizard.documents import extras, formats, packing, tagging
from wizard.documents.data import Paper, Pdf, Row, SealFace, Section, SignatureBox, Style
from wizard.documents.glyphs import FONTS, MissingGlyph, Unprintable, unsupported_characters
from wizard.documents.seal import seal_svg
from wizard.documents.watermark import watermark
from wizard.later import LAYOUT, loaded_on_call

STYLESHEET: Final = Path(__file__).resolve().parent / "styles" / "paper.css"
PROFILE: Final = STYLESHEET.with_name("srgb.icc")
COLOURS: Final = "srgb-2014"  # any name but the library's own `srgb`
LIBRARY_LOG: Final = "weasyprint"
# What a paper may hold, so that setting it takes 2 s of a processor at most: far more than any form
# lets through and any story comes to.
TEXT_LIMIT: Final = 2000  # characters of one value
PAPER_LIMIT: Final = 60_000  # characters of all values together
LINES_LIMIT: Final = 400  # rows and paragraphs
GLYPH_WARNING: Final = re.compile(r"\.notdef glyph.*\(U\+([0-9A-F]{4,6})\)", re.DOTALL)

log = logging.getLogger(__name__)
_lock = threading.Lock()


class TextTooLong(Unprintable):
    """A value, or all of them, are more than a document takes; nothing was made."""


class NotOurs(RuntimeError):  # noqa: N818
    """A document asked for an address. There is none it may have: a template is wrong."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Engine:
    """WeasyPrint with our fonts and our stylesheet, made once."""

    html: Any
    fonts: Any
    stylesheet: Any
    refusal: type[BaseException]
    colours: Any


def pdf(paper: Paper) -> Pdf:
    """Set a paper as PDF (PDF/A-3a, tagged, PDF/UA-1): the same paper gives the same bytes.

    Raises `MissingGlyph` for a character outside the bundled fonts and `TextTooLong`. Safe to call
    from several threads; they wait for one another, since the layout library is not.
    """
    _refuse_unprintable(paper)
    # The documents are Chinese whatever language the reader of the page has chosen.
    with translation.override("zh-hans"):
        html = render_to_string("documents/paper.html", _context(paper))
    with _lock:
        engine = _engine()
        with _watched(), _uncollected():
            content, pages = _set(engine, html, paper)
    return Pdf(title=paper.title, made_at=paper.made_at, pages=pages, content=content)


def _context(paper: Paper) -> dict[str, object]:
    made_at = paper.made_at.astimezone(formats.BEIJING)
    return {
        "paper": paper,
        "made_at": made_at.isoformat(timespec="seconds"),
        "boxes": [
            (box, box.seal and seal_svg(box.seal.name, box.seal.code)) for box in paper.boxes
        ],
    }


def warm_up() -> None:
    """Load library, fonts, templates and outlines now instead of within a request (about 1.5 s)."""
    word = "演示"
    pdf(
        Paper(
            title=word,
            number="0",
            made_at=datetime(2026, 1, 1, tzinfo=formats.BEIJING),
            sections=(
                Section(heading=word, style=Style.TITLE),
                Section(heading=word, style=Style.CLAUSE, paragraphs=(word,)),
                Section(heading=word, rows=(Row(label=word, value=word),)),
            ),
            boxes=(
                SignatureBox(
                    id="seal", role=word, name=word, state=word, seal=SealFace(name=word, code="0")
                ),
            ),
        )
    )


def self_test() -> tuple[str, ...]:
    """What is wrong with this machine, each with what to install; empty when all is well."""
    found = []
    if len(list(FONTS.glob("*.ttf"))) != 3:  # noqa: PLR2004
        found.append("The bundled fonts are incomplete: run scripts/make_fonts.py.")
    try:
        with _lock:
            _engine()
            library = importlib.import_module("weasyprint.text.ffi")
    except OSError as error:
        return (
            *found,
            f"Pango cannot be loaded ({error}): apt-get install libpango-1.0-0 libpangoft2-1.0-0.",
        )
    if not library.harfbuzz_subset:
        found.append(
            "libharfbuzz-subset is missing, a document takes seconds instead of a tenth: "
            "apt-get install libharfbuzz-subset0."
        )
    return tuple(found)


def _set(engine: _Engine, html: str, paper: Paper) -> tuple[bytes, int]:
    options = {"pdf_variant": "pdf/a-3a", "pdf_tags": True, "output_intent": COLOURS}
    try:
        document = engine.html(html).render(
            font_config=engine.fonts, stylesheets=[engine.stylesheet], **options
        )
        document.metadata.xmp_metadata.append(extras.PDF_UA)
        document.color_profiles[COLOURS] = engine.colours
        content: bytes = document.write_pdf(
            pdf_identifier=False, finisher=functools.partial(_finish, paper), **options
        )
    except engine.refusal as refused:
        raise NotOurs(str(refused)) from refused
    # An identifier that depends on nothing but the content keeps the bytes the same.
    identifier = hashlib.sha256(html.encode()).digest()[:16]
    return packing.identified(content, identifier), len(document.pages)


def _finish(paper: Paper, document: Any, file: Any) -> None:
    """Last touch before the file is written: watermark, QR code, data, fields, tags, compression.

    The watermark is painted first on every page, and all pages share the one stream.
    """
    pydyf = importlib.import_module("pydyf")
    behind = pydyf.Stream([watermark() + extras.qr_code(paper.address)])
    file.add_object(behind)
    extras.add_data(paper, file)
    tagging.complete(paper, file, extras.add_fields(paper, document, file))
    packing.slim(file)
    for thing in file.objects:
        if tagging.is_page(thing):
            thing["Contents"] = pydyf.Array([behind.reference, thing["Contents"]])


@functools.cache
def _engine() -> _Engine:
    """Made under the lock. The library reads its font configuration while it is imported."""
    with _own_fontconfig(), loaded_on_call(*LAYOUT):
        weasyprint = importlib.import_module("weasyprint")
        urls = importlib.import_module("weasyprint.urls")
        cssselect2 = importlib.import_module("cssselect2")
        fonts = importlib.import_module("weasyprint.text.fonts").FontConfiguration()

    class Nothing(urls.URLFetcher):  # type: ignore[misc, name-defined]
        """Fetches nothing: a document holds all it needs."""

        def fetch(self, url: str, headers: object = None) -> Any:  # noqa: ARG002
            raise urls.FatalURLFetchingError(url)  # anything milder is swallowed

    class Sheet(weasyprint.HTML):  # type: ignore[misc, name-defined]
        """A document of well-formed XML whose every rule is in our stylesheet: a tenth of the time.

        The library has no parameters for it; `tests/documents/test_pdf.py` holds the names.
        """

        def __init__(self, string: str) -> None:
            self.base_url, self.url_fetcher, self.media_type = None, fetcher, "print"
            # Our own template: values are escaped, and there is no declaration to hide anything in.
            self.etree_element = ElementTree.fromstring(string)  # noqa: S314
            self.wrapper_element = cssselect2.ElementWrapper.from_html_root(self.etree_element)

        def _ua_stylesheets(self, forms: bool = False) -> list[Any]:  # noqa: ARG002
            return []

    fetcher = Nothing()
    with _watched():
        stylesheet = weasyprint.CSS(
            string=STYLESHEET.read_text("utf-8"), font_config=fonts, url_fetcher=fetcher
        )
    return _Engine(
        html=Sheet,
        fonts=fonts,
        stylesheet=stylesheet,
        refusal=urls.FatalURLFetchingError,
        colours=_Profile(),
    )


class _Profile:
    """The colours that PDF/A wants described: sRGB as LittleCMS writes it (ICC.1:2004), 588 bytes.

    The library's own profile has five times as many, and what it writes depends on the time zone.
    """

    name = "sRGB"
    components = (("r",), ("g",), ("b",))
    pdf_reference = None

    def __init__(self) -> None:
        self.content = PROFILE.read_bytes()


@contextlib.contextmanager
def _own_fontconfig() -> Iterator[None]:
    """Our fonts.conf while the library loads, and only then: a browser that a test starts later
    must find the system's fonts.
    """
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(FONTS / "fonts.conf")
    try:
        yield
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection within a document: there is none before the end, and looking for it
    takes a twelfth of the time. Then the youngest generation holds the whole document, and no more.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class _Watch(logging.Handler):
    """Keeps what the library says while one document is made."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@contextlib.contextmanager
def _watched() -> Iterator[None]:
    """Turn the library's warning about a missing glyph into `MissingGlyph`; pass the rest on.

    Only ever entered under the lock, so nobody else's words are caught.
    """
    library, watch = logging.getLogger(LIBRARY_LOG), _Watch()
    level, spreads = library.level, library.propagate
    library.addHandler(watch)
    library.setLevel(logging.WARNING)
    library.propagate = False
    try:
        yield
    finally:
        library.removeHandler(watch)
        library.setLevel(level)
        library.propagate = spreads
    for said in watch.said:
        if match := GLYPH_WARNING.match(said):
            raise MissingGlyph(chr(int(match[1], 16)))
        log.warning("%s", said)


def _refuse_unprintable(paper: Paper) -> None:
    """Look at every text before any work is done. Raises `MissingGlyph`, `TextTooLong`."""
    lines = sum(len(one.rows) + len(one.paragraphs) for one in paper.sections)
    if lines > LINES_LIMIT:
        raise TextTooLong(f"a paper of {lines} lines")
    whole = 0
    for text in _texts(paper):
        whole += len(text)
        if len(text) > TEXT_LIMIT or whole > PAPER_LIMIT:
            raise TextTooLong(f"a value of {len(text)} characters, {whole} with those before it")
        if unknown := unsupported_characters(text):
            raise MissingGlyph(unknown[0])


def _texts(value: object) -> Iterator[str]:
    """Every text in a paper."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _texts(part)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _texts(getattr(value, field.name))
