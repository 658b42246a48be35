"""Whether what our texts link to is there: other entries, pages of ours, addresses elsewhere.

Nothing is fetched: addresses elsewhere are judged by their form only.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from faq.markup import PAGES, links
from faq.models import Entry, ErrorCode, HelpPage, Redirect

OUR_TEXTS: Final = ("short_answer", "why", "warning", "editor_note")
_PAGE: Final = re.compile(r"\]\(page:([^)]*)\)")
_ODD_MARK: Final = re.compile(r"\]\((?!(?:faq|page):[a-zA-Z0-9_-]+\))([^)]*)\)")
# An address ends where Chinese begins.
_ADDRESS: Final = re.compile(r"https?://[^\s\u3000-\u9fff\uff00-\uffef“”<>\"')]+", re.IGNORECASE)
_valid_address = URLValidator(schemes=["http", "https"])


@dataclasses.dataclass(frozen=True, slots=True)
class Fault:
    """Where something links to nothing, what it names, and why that is wrong."""

    where: str
    target: str
    why: str
    entry: Entry | None = None


def check_all() -> list[Fault]:
    """Every fault of what is stored, entries first."""
    entries = list(Entry.objects.select_related("stage"))
    known = _known(entries)
    found = [fault for entry in entries for fault in faults_of(entry, known)]
    for code in ErrorCode.objects.all():
        found += _missing(code.answers, known, f"{_('错误代码')} {code.code}", None)
    for page in HelpPage.objects.all():
        found += _missing(page.entries, known, f"{_('页面帮助')} {page.slug}", None)
    return found


def check_entry(entry: Entry) -> list[Fault]:
    """The faults of one entry, against everything that is stored."""
    return list(faults_of(entry, _known(Entry.objects.only("slug", "status"))))


def _known(entries: Iterable[Entry]) -> dict[str, str]:
    """Status by slug; an old address counts as what it leads to."""
    statuses = {entry.slug: entry.status for entry in entries}
    for old, now in Redirect.objects.values_list("old_slug", "entry__slug"):
        statuses.setdefault(old, statuses.get(now, ""))
    return statuses


def faults_of(entry: Entry, known: Mapping[str, str]) -> Iterator[Fault]:
    """The faults of an entry; `known`: status by slug."""
    where = f"{entry.number or '—'} {entry.title}"
    texts = [*(getattr(entry, field) for field in OUR_TEXTS), *entry.steps]
    for text in texts:
        yield from _missing(links(text), known, where, entry)
        for name in _PAGE.findall(text):
            if name not in PAGES:
                yield Fault(where, f"page:{name}", _("没有这个页面"), entry)
        for target in _ODD_MARK.findall(text):
            yield Fault(where, target, _("链接只能写 faq:条目编号 或 page:页面"), entry)
        yield from _addresses(text, where, entry)
    yield from _addresses(entry.answer, where, entry)
    yield from _missing(entry.related, known, where, entry)
    if entry.here_url and not _is_ours(entry.here_url):
        yield Fault(where, entry.here_url, _("本站没有这个地址"), entry)


def _missing(
    slugs: list[str], known: Mapping[str, str], where: str, entry: Entry | None
) -> Iterator[Fault]:
    for slug in slugs:
        if slug not in known:
            yield Fault(where, slug, _("没有这个条目"), entry)
        elif known[slug] != Entry.Status.PUBLISHED:
            yield Fault(where, slug, _("条目还没有发布"), entry)


def _addresses(text: str, where: str, entry: Entry) -> Iterator[Fault]:
    for address in _ADDRESS.findall(text):
        try:
            _valid_address(address.rstrip(".,;:!?"))
        except ValidationError:
            yield Fault(where, address, _("网址的写法不对"), entry)


def _is_ours(address: str) -> bool:
    try:
        parts = urlsplit(address)
        resolve(parts.path)
    except (Resolver404, ValueError):
        return False
    return not parts.scheme and not parts.netloc
