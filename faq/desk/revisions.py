"""Every saved state of an entry: who saved it, what differs, and the way back.

A revision holds the entry in the words of a content file (`faq.importing`). The first edit also
keeps what was there before it.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Mapping
from typing import Any, Final

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from faq.importing import SECTIONS, record_of
from faq.models import Entry, Stage
from faq.models_desk import Revision

ENTRIES: Final = next(section for section in SECTIONS if section.name == "entries")
# A restore brings words back: neither the address, nor whether the entry is shown.
NOT_RESTORED: Final = frozenset({"number", "slug", "status"})
# Latin words and numbers whole, everything else sign by sign.
_WORD: Final = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs; `marked` is the text with what went and what came as del and ins."""

    label: str
    marked: SafeString


def save(entry: Entry, *, by: User | None, note: str = "") -> Revision | None:
    """Save the entry together with its revision; None when nothing differs from the last one."""
    with transaction.atomic():
        stored = Entry.objects.select_related("stage").filter(pk=entry.pk).first()
        if stored is not None:
            _keep(stored, by=None, note=_("编辑前的内容"))
        entry.save()
        return _keep(entry, by=by, note=note)


def _keep(entry: Entry, *, by: User | None, note: str) -> Revision | None:
    record = record_of(ENTRIES, entry)
    last = Revision.objects.filter(entry=entry).first()
    if last is not None and last.record == record:
        return None
    return Revision.objects.create(entry=entry, record=record, by=by, note=note)


def restore(revision: Revision, *, by: User) -> Entry:
    """The entry with the words of this revision, saved as a new revision.

    A stage that is gone by now is left as it is.
    """
    with transaction.atomic():
        entry = Entry.objects.select_for_update().get(pk=revision.entry_id)
        for field, value in revision.record.items():
            if field in NOT_RESTORED or field not in ENTRIES.fields:
                continue
            if field == "stage":
                entry.stage = Stage.objects.filter(slug=value).first() or entry.stage
            else:
                setattr(entry, field, value)
        # Dates stand as text in the record.
        entry.clean_fields(exclude=["number"])
        save(entry, by=by, note=_("恢复到 %(at)s 的内容") % {"at": f"{revision.at:%Y-%m-%d %H:%M}"})
        return entry


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """Fields whose values differ, in the order of the file, with the words marked."""
    return [
        Difference(_label(field), marked(_text(old.get(field)), _text(new.get(field))))
        for field in ENTRIES.fields
        if old.get(field) != new.get(field)
    ]


def marked(old: str, new: str) -> SafeString:
    """Both texts as one: what went in `<del>`, what came in `<ins>`, everything escaped."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    parts: list[tuple[SafeString]] = []
    for what, a, b, c, d in matcher.get_opcodes():
        gone, come = "".join(before[a:b]), "".join(after[c:d])
        if what == "equal":
            parts.append((format_html("{}", gone),))
            continue
        if gone:
            parts.append((format_html("<del>{}</del>", gone),))
        if come:
            parts.append((format_html("<ins>{}</ins>", come),))
    return format_html_join("", "{}", parts)


def _text(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return "" if value is None else str(value)


def _label(field: str) -> str:
    return str(getattr(Entry._meta.get_field(field), "verbose_name", field))
