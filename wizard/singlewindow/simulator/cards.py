"""Rules of cards, PINs, passwords and sign-ins."""

from __future__ import annotations

import re
import secrets
from datetime import date, datetime, timedelta
from typing import Final

from wizard.singlewindow.faults import Fault, FaultCode, NotFound
from wizard.singlewindow.port import CardKind, SignInRole
from wizard.singlewindow.simulator.personas import rules
from wizard.singlewindow.simulator.secrecy import Guess, fingerprint, keep
from wizard.singlewindow.simulator.world import Account, Card, Company, Front, Session, World

PIN: Final = re.compile(r"\d{8}", re.ASCII)
# More sign-ins than this in one world at a time: the oldest ends.
MOST_SESSIONS: Final = 50


class Refused(Exception):  # noqa: N818 - says what happened
    """A refusal that leaves something behind: the counted try. The world is kept."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


def is_locked(card: Card, world: Front) -> bool:
    """Whether the counter has reached the world's limit."""
    return card.tries_used >= world.pin_limit


def card_in_reader(world: World, serial: str, now: datetime) -> tuple[Company, Card]:
    """The card that was asked for, if it can be read.

    Raises `Fault`: CONTROL_MISSING, CARD_NOT_READ (also for a card that is not in the reader),
    CLOCK_WRONG, CARD_INVALID, CARD_EXPIRED.
    """
    desk = world.desk
    if not desk.control_running:
        raise Fault(FaultCode.CONTROL_MISSING, native=60408)
    if not desk.reader_connected or desk.inserted is None or desk.inserted != serial:
        raise Fault(FaultCode.CARD_NOT_READ, retryable=True, native=50200)
    if not desk.contact_good:
        raise Fault(FaultCode.CARD_NOT_READ, retryable=True, native=50070)
    company, card = world.card(serial)
    if not desk.clock_correct:
        raise Fault(FaultCode.CLOCK_WRONG)
    if not card.valid:
        raise Fault(FaultCode.CARD_INVALID)
    if is_expired(card, now):
        raise Fault(FaultCode.CARD_EXPIRED)
    return company, card


def is_expired(card: Card, now: datetime) -> bool:
    """A card is good until the end of its last day."""
    return now.date() > card.expires_on


def try_pin(card: Card, guess: Guess, world: World) -> None:
    """Count the try, then compare; the right PIN sets the counter back.

    Raises `Fault(CARD_LOCKED)` without counting when the card is locked already, and `Refused`
    with WRONG_PIN (`tries_left`) or, for the try that locks the card, CARD_LOCKED.
    """
    if is_locked(card, world):
        raise Fault(FaultCode.CARD_LOCKED)
    card.tries_used += 1
    if not guess.matches(card.secret):
        left = world.pin_limit - card.tries_used
        if left:
            raise Refused(Fault(FaultCode.WRONG_PIN, tries_left=left))
        raise Refused(Fault(FaultCode.CARD_LOCKED))
    card.tries_used = 0


def try_pin_again(world: World, serial: str, guess: Guess, now: datetime) -> None:
    """The PIN of a signature, of the card that signed in: as `card_in_reader` and `try_pin`."""
    _company, card = card_in_reader(world, serial, now)
    try_pin(card, guess, world)


def check_new_pin(old_pin: str, new_pin: str) -> None:
    """Raises `Fault(PIN_NOT_ALLOWED)` with `why`: digits, initial or same."""
    if not PIN.fullmatch(new_pin):
        raise Fault(FaultCode.PIN_NOT_ALLOWED, why="digits")
    if new_pin in rules().refused_pins:
        raise Fault(FaultCode.PIN_NOT_ALLOWED, why="initial")
    if new_pin == old_pin:
        raise Fault(FaultCode.PIN_NOT_ALLOWED, why="same")


def set_pin(world: World, card: Card, pin: str, *, but: str) -> None:
    """A new PIN; every sign-in with this card ends except the one with the fingerprint `but`."""
    card.secret = keep(pin)
    card.tries_used = 0
    card.change_required = False
    end_sessions(world, card, but=but)


def unlock(world: World, card: Card) -> None:
    """制卡中心: counter 0, initial PIN, change required; every sign-in with the card ends."""
    set_pin(world, card, rules().initial_pin, but="")
    card.change_required = True


def renew(world: World, card: Card, now: datetime) -> None:
    """制卡中心: valid for two more years from today, initial PIN; every sign-in with it ends."""
    set_pin(world, card, rules().initial_pin, but="")
    card.expires_on = _years_on(now.date(), rules().card_renewal_years)
    card.valid = True


def end_sessions(world: World, card: Card, *, but: str = "") -> None:
    """End the sign-ins with this card, except the one with the fingerprint `but`."""
    world.sessions = [
        session
        for session in world.sessions
        if session.card_serial != card.serial or session.fingerprint == but
    ]


def account_named(world: World, username: str) -> tuple[Company, Account]:
    """Raises `NotFound`."""
    for company in world.companies:
        for account in company.accounts:
            if account.username == username:
                return company, account
    raise NotFound(username)


def role_of(card: Card) -> SignInRole:
    """What a card signs in as."""
    legal = card.kind is CardKind.LEGAL
    return SignInRole.LEGAL_CARD if legal else SignInRole.OPERATOR_CARD


def open_session(
    world: World, *, role: SignInRole, uscc: str, holder: str, card_serial: str, real: datetime
) -> str:
    """A new sign-in; returns its token, which is not kept anywhere."""
    token = secrets.token_urlsafe(32)
    alive = [session for session in world.sessions if _is_alive(session, real)]
    world.sessions = alive[-(MOST_SESSIONS - 1) :]
    world.sessions.append(
        Session(
            fingerprint=fingerprint(token),
            role=role,
            uscc=uscc,
            holder=holder,
            card_serial=card_serial,
            opened_at=real,
        )
    )
    return token


def session_of(world: World, token: str, real: datetime) -> Session:
    """The live sign-in of a token. Raises `Fault(SESSION_EXPIRED)`."""
    print_ = fingerprint(token)
    for session in world.sessions:
        if session.fingerprint == print_ and _is_alive(session, real):
            return session
    raise Fault(FaultCode.SESSION_EXPIRED)


def close_session(world: World, token: str, real: datetime) -> None:
    """End one sign-in. Raises `Fault(SESSION_EXPIRED)` where it has ended already."""
    ended = session_of(world, token, real)
    world.sessions = [kept for kept in world.sessions if kept is not ended]


def _years_on(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def _is_alive(session: Session, real: datetime) -> bool:
    return real - session.opened_at < timedelta(hours=rules().session_hours)
