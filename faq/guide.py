"""The seven steps of the source's guide: their pages, and what questions go with each."""

from __future__ import annotations

import dataclasses
from typing import Final

from django.urls import reverse

from faq.content import Content
from faq.models import Entry

# Page names as `{% help_panel %}` gets them, and the step that the page does; plain strings, so
# that nothing here knows the wizard.
STEP_OF_PAGE: Final = {
    "check": 1,
    "login": 2,
    "center": 3,
    "confirm": 4,
    "seal": 5,
    "agreement": 5,
    "policy": 7,
}


@dataclasses.dataclass(frozen=True, slots=True)
class GuideStep:
    """One step: its number from 1, its entry, and the address of its page with pictures."""

    number: int
    entry: Entry

    @property
    def url(self) -> str:
        """`/guide/<number>/`."""
        return reverse("faq:guide-step", args=[self.number])


def steps(held: Content) -> list[GuideStep]:
    """All published steps in order."""
    entries = held.of_kind(Entry.Kind.GUIDE)
    return [GuideStep(number, entry) for number, entry in enumerate(entries, start=1)]


def steps_about(held: Content, entry: Entry) -> list[GuideStep]:
    """The steps that name this entry or that it names, or the step that it is."""
    named = set(held.named(entry.related))
    return [
        step
        for step in steps(held)
        if step.entry == entry or step.entry in named or entry in held.named(step.entry.related)
    ]


def step_of_page(held: Content, page: str) -> GuideStep | None:
    """The step that a page of ours does; None where it does none."""
    number = STEP_OF_PAGE.get(page, 0)
    return next((step for step in steps(held) if step.number == number), None)
