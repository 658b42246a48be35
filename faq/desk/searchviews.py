"""Searches that led nowhere, and what staff do about them: an alias, a new answer, nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from faq.content import Content, content
from faq.desk import revisions, searchlog
from faq.desk.access import desk, staff_of
from faq.desk.searchlog import Missed
from faq.desk.sheets import csv_response
from faq.desk.signing import see_other
from faq.models import Entry

PERIOD: Final = timedelta(days=90)
LONGEST_ALIAS: Final = 80
MOST_ALIASES: Final = 60
MOST_CHOICES: Final = 1000
_NUMBER: Final = re.compile(r"\s*(\d{1,9})\b", re.ASCII)


@desk()
@require_safe
def searches(request: HttpRequest) -> HttpResponse:
    """Without result, and without click, the most frequent first."""
    held = content()
    user = staff_of(request)
    since = timezone.now() - PERIOD
    context = {
        "nav": "faq",
        "tab": "searches",
        "lists": [
            ("none", _rows(held, searchlog.missed(without_result=True, since=since))),
            ("unclicked", _rows(held, searchlog.missed(without_result=False, since=since))),
        ],
        "choices": held.entries[:MOST_CHOICES],
        "may_alias": user.has_perm("faq.add_alias"),
        "may_write": user.has_perm("faq.add_entry"),
        "days": PERIOD.days,
        "kept_days": searchlog.KEPT.days,
    }
    return render(request, "desk/searches.html", context)


@desk()
@require_safe
def searches_csv(_request: HttpRequest) -> HttpResponse:
    """Both lists as one table."""
    since = timezone.now() - PERIOD
    rows = [
        (kind, row.query, row.times, timezone.localtime(row.last).strftime("%Y-%m-%d %H:%M"))
        for kind, without in ((_("没有结果"), True), (_("没有点开"), False))
        for row in searchlog.missed(without_result=without, since=since, limit=10_000)
    ]
    head = (_("类别"), _("搜索"), _("次数"), _("最近一次"))
    return csv_response("searches", head, rows)


@desk("add_alias")
@require_POST
def alias(request: HttpRequest) -> HttpResponse:
    """加为同义说法: the query becomes an alias of the chosen entry; the next search finds it."""
    back = reverse("faq:desk:searches")
    query = request.POST.get("query", "")
    text = searchlog.as_alias(query)[:LONGEST_ALIAS]
    chosen = _NUMBER.match(request.POST.get("entry", ""))
    entry = Entry.objects.filter(number=int(chosen[1])).first() if chosen else None
    if entry is None:
        messages.error(request, _("没有这个条目，请从列表中选一条"))
    elif not text:
        messages.error(request, _("这条搜索含有已遮盖的内容，不能加为同义说法"))
    elif len(entry.aliases) >= MOST_ALIASES:
        messages.error(request, _("这个条目的同义说法已经很多，请先在编辑页整理"))
    else:
        if text not in entry.aliases:
            entry.aliases = [*entry.aliases, text]
            note = _("从搜索记录加同义说法“%(text)s”") % {"text": text[:40]}
            revisions.save(entry, by=staff_of(request), note=note)
        searchlog.handle([query])
        said = _("已把“%(text)s”加为第 %(n)d 条的同义说法，下一次搜索就会用到")
        messages.success(request, said % {"text": text, "n": entry.number})
    return see_other(back)


@desk()
@require_POST
def dismiss(request: HttpRequest) -> HttpResponse:
    """不处理: the search leaves the list."""
    searchlog.handle([request.POST.get("query", "")])
    return see_other(reverse("faq:desk:searches"))


def _rows(held: Content, rows: list[Missed]) -> list[dict[str, object]]:
    found = []
    for row in rows:
        text = searchlog.as_alias(row.query)
        best = held.search(row.query, limit=1).entries
        found.append(
            {
                "missed": row,
                "aliasable": bool(text),
                "best": best[0] if best else None,
                "write": f"{reverse('admin:faq_entry_add')}?{urlencode({'query': row.query})}",
            }
        )
    return found
