"""The signed-in exporter: kept in the server-side session, never a Django user."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wizard.models import World
from wizard.singlewindow.port import SignIn, SignInRole

SESSION_KEY: Final = "signin"
# The session row is written again at most this often just to note that somebody is still there.
SEEN_EVERY_SECONDS: Final = 60
ROLE_NAMES: Final = {
    SignInRole.LEGAL_CARD: _("法人卡"),
    SignInRole.OPERATOR_CARD: _("操作员卡"),
    SignInRole.CARDLESS: _("无卡用户"),
}


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Who does what the current request asks for, and on whose behalf."""

    world: World
    role: SignInRole
    holder: str
    company: str
    uscc: str
    card_serial: str
    token: str
    pin_change_required: bool = False

    @property
    def may_commit(self) -> bool:
        """Only 法人卡 may confirm, seal, sign and acknowledge (source, 授权签署类)."""
        return self.role is SignInRole.LEGAL_CARD

    @property
    def label(self) -> str:
        """How the trail names the actor: person, role, last four signs of the card."""
        role = role_name(self.role)
        return f"{self.holder} {role} {self.card_serial[-4:]}".strip()

    @property
    def facts(self) -> dict[str, str]:
        """Who it was, for the trail: account, role, and the card's serial number but masked."""
        card = f"****{self.card_serial[-4:]}" if self.card_serial else ""
        return {"account": self.uscc, "role": self.role.value, "card": card}


def role_name(role: SignInRole) -> str:
    """法人卡, 操作员卡 or 无卡用户, in the reader's language."""
    return str(ROLE_NAMES[role])


def sign_in(session: SessionBase, *, world: World, signin: SignIn) -> None:
    """Start a signed-in session under a new session id; what was parked before survives."""
    session.cycle_key()
    now = timezone.now().timestamp()
    session[SESSION_KEY] = {
        "world": world.key,
        "role": signin.role.value,
        "holder": signin.holder,
        "company": signin.enterprise.name,
        "uscc": signin.enterprise.uscc,
        "card_serial": signin.card_serial,
        "token": signin.token,
        "pin_change_required": signin.pin_change_required,
        "started": now,
        "seen": now,
    }


def sign_out(session: SessionBase) -> None:
    """End the session with everything in it; its id is dead on the server."""
    session.flush()


def forget(session: SessionBase) -> None:
    """Drop the sign-in alone: what the browser has parked stays for the next one."""
    session.pop(SESSION_KEY, None)


def set_pin_change_required(session: SessionBase, *, required: bool) -> None:
    """Note whether the PIN must be changed before anything else."""
    kept: dict[str, Any] | None = session.get(SESSION_KEY)
    if kept is not None:
        session[SESSION_KEY] = kept | {"pin_change_required": required}


def actor_of(session: SessionBase, world: World | None) -> Actor | None:
    """The actor of a live session, or None; an expired sign-in is removed from the session.

    A sign-in belongs to one world: another world's cookie does not carry it over.
    """
    kept: dict[str, Any] | None = session.get(SESSION_KEY)
    if kept is None or world is None or kept["world"] != world.key:
        return None
    now = timezone.now().timestamp()
    idle, age = now - kept["seen"], now - kept["started"]
    if idle > settings.SIGNIN_IDLE_SECONDS or age > settings.SIGNIN_ABSOLUTE_SECONDS:
        del session[SESSION_KEY]
        return None
    if idle > SEEN_EVERY_SECONDS:
        session[SESSION_KEY] = kept | {"seen": now}
    return Actor(
        world=world,
        role=SignInRole(kept["role"]),
        holder=kept["holder"],
        company=kept["company"],
        uscc=kept["uscc"],
        card_serial=kept["card_serial"],
        token=kept["token"],
        pin_change_required=kept["pin_change_required"],
    )
