"""The whole guide and all answers as one PDF to hand out: made once per version, kept on disk.

Making it takes seconds, so no request waits for it: the first visitor starts `manage.py
faq_handbook` in a process of its own, and the page says so until the file is there.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import importlib
import io
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from faq import figures, guide
from faq.content import Content, content
from faq.models import Entry
from faq.share import qr_svg

HERE: Final = Path(__file__).resolve().parent
STYLESHEET: Final = HERE / "handbook.css"
TEMPLATES: Final = ("handbook.html", "handbook_entry.html")
PICTURES: Final = "picture:"  # the only addresses that the book may name
JPEG_QUALITY: Final = 80
KEPT: Final = 6  # versions and hosts
# A process that has not finished after this long is taken for dead.
PATIENCE_SECONDS: Final = 180


class NotOurs(RuntimeError):  # noqa: N818
    """The book asked for an address that is no picture of the guide."""


@dataclasses.dataclass(frozen=True, slots=True)
class Handbook:
    """The book of one version of the content, with links to the site at `origin`."""

    version: str
    origin: str

    @property
    def name(self) -> str:
        """Changes with content, host, pictures and layout."""
        text = f"{self.version}\n{self.origin}\n{_layout()}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    @property
    def path(self) -> Path:
        """The finished file; it appears as a whole or not at all."""
        return folder() / f"{self.name}.pdf"

    def start(self) -> None:
        """Have it made in a process of its own, unless one is at it."""
        marker = self._marker
        marker.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            if time.time() - marker.stat().st_mtime > PATIENCE_SECONDS:
                marker.unlink()
        try:
            marker.touch(exist_ok=False)
        except FileExistsError:
            return
        _run(self.origin)

    def make(self) -> Path:
        """Set and write it. Seconds; not for two threads of a process at once."""
        try:
            pdf = _set(_html(content(), self.origin), self.origin)
            self.path.parent.mkdir(parents=True, exist_ok=True)
            fresh = self.path.with_suffix(f".{os.getpid()}")
            fresh.write_bytes(pdf)
            fresh.replace(self.path)
        finally:
            self._marker.unlink(missing_ok=True)
        _tidy_up()
        return self.path

    @property
    def _marker(self) -> Path:
        return folder() / f"{self.name}.making"


def current(origin: str) -> Handbook:
    """The book of what is published now."""
    return Handbook(version=content().version, origin=origin)


def folder() -> Path:
    """Where finished books lie."""
    return Path(settings.VAR_DIR) / "handbook"


def _run(origin: str) -> None:
    """`manage.py faq_handbook` beside this process; what it says goes to a file."""
    command = [sys.executable, "manage.py", "faq_handbook", "--origin", origin]
    with (folder() / "last.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - no shell; the host was checked by Django
            command,
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    threading.Thread(target=process.wait, daemon=True).start()


def _tidy_up() -> None:
    books = sorted(folder().glob("*.pdf"), key=lambda path: path.stat().st_mtime)
    for old in books[:-KEPT]:
        old.unlink(missing_ok=True)


@functools.cache
def _layout() -> str:
    """Stands for everything but the content: templates, stylesheet, pictures."""
    templates = [Path(settings.BASE_DIR) / "templates" / "faq" / name for name in TEMPLATES]
    total = hashlib.sha256()
    for path in (*templates, STYLESHEET, *sorted(figures.folder().glob("*.webp"))):
        total.update(path.read_bytes())
    return total.hexdigest()


def _html(held: Content, origin: str) -> str:
    def qr(entry: Entry) -> SafeString:
        return qr_svg(f"{origin}{reverse('faq:short', args=[entry.number])}", _("二维码"))

    anchors = {entry: f"q{entry.number}" for entry in held.of_kind(Entry.Kind.FAQ)}
    anchors |= {step.entry: f"g{step.number}" for step in guide.steps(held)}
    groups = [
        (stage, [(e, qr(e)) for e in held.of_kind(Entry.Kind.FAQ) if e.stage == stage])
        for stage in held.stages
    ]
    context = {
        "origin": origin,
        "host": origin.partition("//")[2],
        "steps": [
            (step, figures.of_step(step.number), qr(step.entry)) for step in guide.steps(held)
        ],
        "groups": [(stage, entries) for stage, entries in groups if entries],
        "codes": [
            (code, entry, anchors.get(entry, "contacts"))
            for code in held.codes.values()
            if (entry := held.answer_to(code.code))
        ],
        "contacts": held.contacts,
        "branches": held.branches,
        "home_qr": qr_svg(f"{origin}{reverse('faq:home')}", _("二维码")),
        "total": len(held.of_kind(Entry.Kind.FAQ)),
        "newest": max((entry.updated_at for entry in held.entries), default=None),
    }
    # Chinese, whatever language the reader of the page has chosen.
    with translation.override("zh-hans"):
        return render_to_string("faq/handbook.html", context)


def _set(html: str, origin: str) -> bytes:
    weasyprint, urls = _library()
    fonts = importlib.import_module("weasyprint.text.fonts").FontConfiguration()

    class Pictures(urls.URLFetcher):  # type: ignore[misc, name-defined]
        """Gives the guide's pictures and nothing else."""

        def fetch(self, url: str, headers: object = None) -> Any:  # noqa: ARG002
            if not url.startswith(PICTURES):
                raise urls.FatalURLFetchingError(url)
            body = picture(url.removeprefix(PICTURES))
            return urls.URLFetcherResponse(url, body, {"Content-Type": "image/jpeg"})

    fetcher = Pictures()
    style = weasyprint.CSS(
        string=STYLESHEET.read_text("utf-8"), font_config=fonts, url_fetcher=fetcher
    )
    try:
        pdf: bytes = weasyprint.HTML(
            string=html, base_url=f"{origin}/", url_fetcher=fetcher
        ).write_pdf(stylesheets=[style], font_config=fonts, pdf_tags=True, pdf_variant="pdf/ua-1")
    except urls.FatalURLFetchingError as refused:
        raise NotOurs(str(refused)) from refused
    return pdf


def picture(name: str) -> bytes:
    """`home-1366` as JPEG, which a PDF holds as it is. Raises `NotOurs` for any other name."""
    if name not in figures.sizes():
        raise NotOurs(name)
    image = importlib.import_module("PIL.Image").open(figures.folder() / f"{name}.webp")
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0, optimize=True)
    return out.getvalue()


@functools.cache
def _library() -> tuple[Any, Any]:
    """WeasyPrint with the bundled fonts. It reads its font configuration while it is imported."""
    with _bundled_fonts():
        return importlib.import_module("weasyprint"), importlib.import_module("weasyprint.urls")


@contextlib.contextmanager
def _bundled_fonts() -> Iterator[None]:
    """Our fonts.conf while the library loads, and only then."""
    before = os.environ.get("FONTCONFIG_FILE")
    own = Path(settings.BASE_DIR) / "wizard" / "documents" / "fonts" / "fonts.conf"
    os.environ["FONTCONFIG_FILE"] = str(own)
    try:
        yield
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before
