"""What the places of the site's addresses are filled with, for an application of any state."""

from __future__ import annotations

from faq.models import Entry
from tests.faq.staff import draft
from tests.worlds import Person
from wizard.authority import single_window
from wizard.process import State


def facts_of(owner: Person, until: State) -> dict[str, str]:
    """An application walked to `until`; a place whose thing is not there yet gets an x."""
    application = owner.application(until=until)
    window, token = single_window(owner.world), owner.actor.token
    policies, seals = window.policies(token=token), window.seals(token=token)
    unseen = Entry.objects.filter(status=Entry.Status.DRAFT).first() or draft()
    entry = Entry.objects.filter(status=Entry.Status.PUBLISHED).select_related("stage")[0]
    paper = application.documents.first()
    return {
        "number": application.number,
        "policy": policies[0].number if policies else "x",
        "seal": seals[0].id if seals else "x",
        "paper": paper.key if paper else "x",
        "code": paper.key[:12] if paper else "x",
        "slug": entry.slug,
        "stage": entry.stage.slug,
        "draft": str(unseen.number),
    }
