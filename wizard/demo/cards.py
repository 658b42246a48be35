"""The cards of the console: forty on one page, each group drawn once."""

from __future__ import annotations

import functools

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from wizard.addresses import place
from wizard.demo.running import Running
from wizard.demo.scenarios import GROUPS, Group


def groups(running: Running | None) -> list[SafeString]:
    """Every group with its cards; only the group of the running scenario is drawn each time."""
    idle = _idle(place())
    return [
        _draw(group, running) if running and running.scenario in group.scenarios else drawn
        for group, drawn in zip(GROUPS, idle, strict=True)
    ]


@functools.lru_cache(maxsize=8)
def _idle(_place: object) -> list[SafeString]:
    return [_draw(group, None) for group in GROUPS]


def _draw(group: Group, running: Running | None) -> SafeString:
    cards = []
    for scenario in group.scenarios:
        here = running is not None and running.scenario == scenario
        context = {
            "scenario": scenario,
            "tone": scenario.tone or group.tone,
            "running": here,
            "url": running.url if running else "",
        }
        cards.append(render_to_string("demo/card.html", context))
    return render_to_string("demo/group.html", {"group": group, "cards": cards})
