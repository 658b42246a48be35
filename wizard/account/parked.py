"""Text posted after the sign-in ran out: kept for half an hour, put back as a draft (X-702)."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

from wizard import transitions
from wizard.account.signin import Actor
from wizard.fields import strip_unstorable
from wizard.middleware import WizardRequest
from wizard.models import Application
from wizard.steps import COMMITS

SESSION_KEY: Final = "parked"
NUMBER_LIMIT: Final = 40  # Application.number


def park(request: WizardRequest, *, number: str, step: str) -> bool:
    """Keep what was typed into `step`; False where there is nothing to keep.

    Only the step's own fields, as typed, in the form of a draft: no token, no secret.
    """
    commit = COMMITS.get(step)
    if commit is None or request.world is None or len(number) > NUMBER_LIMIT:
        return False
    names = [name for name in commit.form.base_fields if name not in commit.secrets]
    typed = strip_unstorable(
        {
            name: request.POST.getlist(f"{step}-{name}")[-1:]
            for name in names
            if f"{step}-{name}" in request.POST
        }
    )
    if not typed:
        return False
    request.session[SESSION_KEY] = {
        "world": request.world.key,
        "number": number,
        "step": step,
        "data": typed,
        "until": timezone.now().timestamp() + settings.PARKED_POST_SECONDS,
    }
    return True


def waiting(session: SessionBase) -> dict[str, Any] | None:
    """What is parked in this browser and still fresh, or None."""
    kept: dict[str, Any] | None = session.get(SESSION_KEY)
    if kept is None or kept["until"] < timezone.now().timestamp():
        return None
    return kept


def restore(session: SessionBase, *, actor: Actor) -> Application | None:
    """Turn what is parked into the draft of its application; None: nothing was put back.

    Only for the enterprise whose application it is, in that world, while the step is open. Who may
    not commit does not get to change a draft either: it stays parked for the 法人卡.
    """
    kept = waiting(session)
    if kept is None:
        session.pop(SESSION_KEY, None)
        return None
    if not actor.may_commit:
        return None
    del session[SESSION_KEY]
    if kept["world"] != actor.world.key:
        return None
    owned = Application.objects.of(world=actor.world, uscc=actor.uscc)
    application = owned.filter(number=kept["number"]).first()
    if application is None or application.step.slug != kept["step"]:
        return None
    transitions.save_draft(application=application, step=kept["step"], data=kept["data"])
    return application
