"""What searches and votes add up to: the funnel, top questions, helpfulness by answer."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from faq.models import Entry, Feedback
from faq.models_desk import FeedbackReason, SearchLog

TOP: Final = 10
PERCENT: Final = 100
# The plot, in its own units: words above the bar, the number behind it; legible on a phone.
ROW_HEIGHT: Final = 44
BAR_WIDTH: Final = 310


@dataclasses.dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a plot: its words, its number, and where it stands."""

    label: str
    value: int
    y: int
    width: int
    share: int | None = None  # per cent

    @property
    def number_x(self) -> int:
        """Where its number begins."""
        return self.width + 8


@dataclasses.dataclass(frozen=True, slots=True)
class Plot:
    """Bars of one kind, to be drawn and to be read as a table."""

    bars: tuple[Bar, ...]

    @property
    def height(self) -> int:
        """In the units of the drawing."""
        return max(1, len(self.bars)) * ROW_HEIGHT


@dataclasses.dataclass(frozen=True, slots=True)
class Opinion:
    """What was said about one answer."""

    entry: Entry
    helpful: int
    unhelpful: int
    reasons: tuple[tuple[str, int], ...]

    @property
    def share(self) -> int:
        """Per cent that it helped."""
        return round(PERCENT * self.helpful / (self.helpful + self.unhelpful))


def plot(values: Sequence[tuple[str, int]], *, of: int | None = None) -> Plot:
    """A plot of these values; `of`: the whole that shares are taken of."""
    most = max((value for _label, value in values), default=0) or 1
    return Plot(
        tuple(
            Bar(
                label=label,
                value=value,
                y=place * ROW_HEIGHT,
                width=round(BAR_WIDTH * value / most),
                share=None if of is None else round(PERCENT * value / of) if of else 0,
            )
            for place, (label, value) in enumerate(values)
        )
    )


def funnel(since: datetime) -> list[tuple[str, int]]:
    """Searches → with a result → opened → said to have helped."""
    rows = SearchLog.objects.filter(at__gte=since)
    counts = rows.aggregate(
        searched=Count("pk"),
        found=Count("pk", filter=~Q(level=SearchLog.Level.LOW)),
        clicked=Count("pk", filter=Q(clicked__isnull=False)),
    )
    helped = Feedback.objects.filter(created_at__gte=since, helpful=True).count()
    return [
        (_("搜索"), counts["searched"]),
        (_("有结果"), counts["found"]),
        (_("点开"), counts["clicked"]),
        (_("解决了"), helped),
    ]


def top_queries(since: datetime, limit: int = TOP) -> list[tuple[str, int]]:
    """What was searched most."""
    rows = (
        SearchLog.objects.filter(at__gte=since)
        .order_by()
        .values("query")
        .annotate(times=Count("pk"))
        .order_by("-times", "query")[:limit]
    )
    return [(row["query"], row["times"]) for row in rows]


def top_entries(since: datetime, limit: int = TOP) -> list[tuple[str, int]]:
    """The answers that searches led to most."""
    rows = (
        SearchLog.objects.filter(at__gte=since, clicked__isnull=False)
        .order_by()
        .values("clicked__title")
        .annotate(times=Count("pk"))
        .order_by("-times", "clicked__title")[:limit]
    )
    return [(row["clicked__title"], row["times"]) for row in rows]


def opinions(since: datetime) -> list[Opinion]:
    """Every answer that somebody voted on, those that helped least first."""
    entries = Entry.objects.annotate(
        good=Count("feedback", filter=Q(feedback__helpful=True, feedback__created_at__gte=since)),
        bad=Count("feedback", filter=Q(feedback__helpful=False, feedback__created_at__gte=since)),
    ).filter(Q(good__gt=0) | Q(bad__gt=0))
    reasons: dict[int, Counter[str]] = defaultdict(Counter)
    for entry_id, reason in FeedbackReason.objects.filter(
        feedback__helpful=False, feedback__created_at__gte=since
    ).values_list("feedback__entry_id", "reason"):
        reasons[entry_id][str(FeedbackReason.Reason(reason).label)] += 1
    found = [
        Opinion(entry, entry.good, entry.bad, tuple(reasons[entry.pk].most_common()))
        for entry in entries
    ]
    return sorted(found, key=lambda one: (one.share, -one.unhelpful, one.entry.number))
