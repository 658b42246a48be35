"""Plots and tables of searches and votes, and the same as CSV."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from faq.desk import stats
from faq.desk.access import desk
from faq.desk.sheets import csv_response

PERIODS: Final = (7, 30, 90)  # days
DEFAULT_PERIOD: Final = 30
MOST_ROWS: Final = 10_000


@desk()
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Funnel, top searches, top answers, helpfulness."""
    days, since = _period(request)
    funnel = stats.funnel(since)
    context = {
        "nav": "faq",
        "tab": "stats",
        "days": days,
        "periods": PERIODS,
        "funnel": stats.plot(funnel, of=funnel[0][1]),
        "queries": stats.plot(stats.top_queries(since)),
        "answers": stats.plot(stats.top_entries(since)),
        "opinions": stats.opinions(since),
    }
    return render(request, "desk/stats.html", context)


@desk()
@require_safe
def table(request: HttpRequest, name: str) -> HttpResponse:
    """One of the tables as a download. 404 for another name."""
    _days, since = _period(request)
    times = _("次数")
    if name == "funnel":
        return csv_response(name, (_("阶段"), times), stats.funnel(since))
    if name == "queries":
        return csv_response(name, (_("搜索"), times), stats.top_queries(since, MOST_ROWS))
    if name == "answers":
        return csv_response(name, (_("问题"), times), stats.top_entries(since, MOST_ROWS))
    if name == "feedback":
        head = (_("短链接号"), _("问题"), _("解决了"), _("没解决"), _("解决率 %"), _("原因"))
        rows = [
            (
                one.entry.number,
                one.entry.title,
                one.helpful,
                one.unhelpful,
                one.share,
                "；".join(f"{label} {count}" for label, count in one.reasons),
            )
            for one in stats.opinions(since)
        ]
        return csv_response(name, head, rows)
    raise Http404


def _period(request: HttpRequest) -> tuple[int, datetime]:
    wish = request.GET.get("days", "")
    days = next((period for period in PERIODS if str(period) == wish), DEFAULT_PERIOD)
    return days, timezone.now() - timedelta(days=days)
