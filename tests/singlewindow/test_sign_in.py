"""Contract: cards, PINs, passwords, tokens."""

from __future__ import annotations

import pytest

from tests.singlewindow.cast import (
    MONDAY,
    OWN_PIN,
    PIN,
    WRONG_PIN,
    Authority,
    Exporter,
    card_of,
    refused,
    sign_in,
)
from wizard.singlewindow.faults import FaultCode, NotFound
from wizard.singlewindow.port import CardKind, SignInRole, SingleWindow


@pytest.fixture
def desk(authority: Authority) -> SingleWindow:
    """P01's desk before anybody has signed in."""
    authority.make_world(world="desk", persona="P01", at=MONDAY)
    return authority.window("desk")


@pytest.fixture
def serial(desk: SingleWindow) -> str:
    return card_of(desk, CardKind.LEGAL)


def test_the_card_in_the_reader_tells_who_it_belongs_to(desk: SingleWindow) -> None:
    reader = desk.reader()
    assert reader.control_running
    assert reader.reader_connected
    assert reader.clock_correct
    assert reader.card in reader.cards
    assert reader.card is not None
    assert reader.card.kind is CardKind.LEGAL
    assert reader.card.enterprise_name == "广东示例虚舟灯饰有限公司"
    assert not reader.card.locked
    assert not reader.card.expired


def test_the_initial_pin_signs_in(desk: SingleWindow, serial: str) -> None:
    signin = desk.sign_in_with_card(serial=serial, pin=PIN)
    assert signin.role is SignInRole.LEGAL_CARD
    assert signin.card_serial == serial
    assert not signin.pin_change_required
    assert desk.enterprise(token=signin.token) == signin.enterprise


def test_wrong_pins_count_down_and_lock_at_the_limit(desk: SingleWindow, serial: str) -> None:
    left = [
        refused(FaultCode.WRONG_PIN, desk.sign_in_with_card, serial=serial, pin=WRONG_PIN).facts
        for _ in range(4)
    ]
    assert left == [{"tries_left": 4}, {"tries_left": 3}, {"tries_left": 2}, {"tries_left": 1}]
    refused(FaultCode.CARD_LOCKED, desk.sign_in_with_card, serial=serial, pin=WRONG_PIN)
    refused(FaultCode.CARD_LOCKED, desk.sign_in_with_card, serial=serial, pin=PIN)
    assert desk.reader().cards[0].locked


def test_the_right_pin_sets_the_counter_back(desk: SingleWindow, serial: str) -> None:
    for _ in range(2):
        for _ in range(4):
            refused(FaultCode.WRONG_PIN, desk.sign_in_with_card, serial=serial, pin=WRONG_PIN)
        desk.sign_in_with_card(serial=serial, pin=PIN)
    fault = refused(FaultCode.WRONG_PIN, desk.sign_in_with_card, serial=serial, pin=WRONG_PIN)
    assert fault.facts == {"tries_left": 4}


def test_a_locked_card_leaves_the_other_card_free(authority: Authority) -> None:
    authority.make_world(world="w", persona="P05", at=MONDAY)
    window = authority.window("w")
    legal, operator = card_of(window, CardKind.LEGAL), card_of(window, CardKind.OPERATOR)
    refused(FaultCode.CARD_LOCKED, window.sign_in_with_card, serial=legal, pin=PIN)
    authority.insert_card("w", operator)
    signin = window.sign_in_with_card(serial=operator, pin=PIN)
    assert signin.role is SignInRole.OPERATOR_CARD


def test_only_the_card_in_the_reader_can_be_read(
    authority: Authority, desk: SingleWindow, serial: str
) -> None:
    operator = card_of(desk, CardKind.OPERATOR)
    refused(FaultCode.CARD_NOT_READ, desk.sign_in_with_card, serial=operator, pin=PIN)
    refused(FaultCode.CARD_NOT_READ, desk.sign_in_with_card, serial="no such card", pin=PIN)
    authority.insert_card("desk", None)
    assert desk.reader().card is None
    refused(FaultCode.CARD_NOT_READ, desk.sign_in_with_card, serial=serial, pin=PIN)
    with pytest.raises(NotFound):
        authority.insert_card("desk", "no such card")


@pytest.mark.parametrize(
    ("persona", "code"),
    [
        ("P04", FaultCode.CARD_EXPIRED),
        ("P17", FaultCode.CARD_NOT_READ),
        ("P18", FaultCode.CLOCK_WRONG),
    ],
)
def test_what_is_wrong_on_the_desk_is_named(
    authority: Authority, persona: str, code: FaultCode
) -> None:
    authority.make_world(world="w", persona=persona, at=MONDAY)
    window = authority.window("w")
    serial = card_of(window, CardKind.LEGAL)
    refused(code, window.sign_in_with_card, serial=serial, pin=PIN)


def test_an_expired_card_is_good_again_once_renewed(authority: Authority) -> None:
    authority.make_world(world="w", persona="P04", at=MONDAY)
    window = authority.window("w")
    assert window.reader().cards[0].expired
    authority.renew_card("w", window.reader().cards[0].serial)
    assert window.reader().cards[0].expires_on.isoformat() == "2028-11-23"
    sign_in(authority, "w", CardKind.LEGAL)


# --- 制卡中心: unlocked, and then the PIN must be changed


@pytest.fixture
def unlocked(authority: Authority) -> Exporter:
    """P05 after the unlock, signed in with 8个8."""
    authority.make_world(world="world of P05", persona="P05", at=MONDAY)
    window = authority.window("world of P05")
    authority.unlock_card("world of P05", card_of(window, CardKind.LEGAL))
    return Exporter(
        authority=authority,
        world="world of P05",
        window=window,
        signin=sign_in(authority, "world of P05", CardKind.LEGAL),
    )


def test_after_an_unlock_nothing_is_possible_but_changing_the_pin(unlocked: Exporter) -> None:
    assert unlocked.signin.pin_change_required
    window, token = unlocked.window, unlocked.token
    for read in (
        window.enterprise,
        window.applications,
        window.seals,
        window.certifications,
        window.policies,
    ):
        refused(FaultCode.PIN_CHANGE_REQUIRED, read, token=token)
    refused(FaultCode.PIN_CHANGE_REQUIRED, unlocked.add_seal)
    refused(FaultCode.PIN_CHANGE_REQUIRED, window.find_receipt, token=token, key="k")
    unlocked.change_pin()
    assert window.enterprise(token=token).certified
    again = sign_in(unlocked.authority, unlocked.world, CardKind.LEGAL, pin=OWN_PIN)
    assert not again.pin_change_required


@pytest.mark.parametrize(
    ("new_pin", "why"),
    [
        ("88888888", "initial"),
        ("00000000", "initial"),
        ("1234567", "digits"),
        ("123456789", "digits"),
        ("1234567a", "digits"),
        ("１２３４５６７８", "digits"),
        ("٣١٤١٥٩٢٦", "digits"),
        ("1234567\n", "digits"),
        ("", "digits"),
        ("\ud800" * 8, "digits"),
        ("1" * 40_000, "digits"),
    ],
)
def test_a_new_pin_is_eight_digits_and_not_the_initial_one(
    unlocked: Exporter, new_pin: str, why: str
) -> None:
    fault = refused(
        FaultCode.PIN_NOT_ALLOWED,
        unlocked.change_pin,
        new=new_pin,
    )
    assert fault.facts == {"why": why}
    # The refusal changed nothing: the old PIN still signs in.
    assert sign_in(unlocked.authority, unlocked.world, CardKind.LEGAL).pin_change_required


def test_the_old_pin_is_no_new_one(unlocked: Exporter) -> None:
    unlocked.change_pin()
    fault = refused(FaultCode.PIN_NOT_ALLOWED, unlocked.change_pin, old=OWN_PIN)
    assert fault.facts == {"why": "same"}


def test_a_wrong_old_pin_counts_like_any_other(owner: Exporter) -> None:
    for left in (4, 3, 2, 1):
        fault = refused(FaultCode.WRONG_PIN, owner.change_pin, old=WRONG_PIN)
        assert fault.facts == {"tries_left": left}
    for old_pin in (WRONG_PIN, PIN):
        refused(FaultCode.CARD_LOCKED, owner.change_pin, old=old_pin)


def test_changing_the_pin_ends_the_other_sign_ins_with_the_card(
    owner: Exporter, colleague: Exporter
) -> None:
    other = sign_in(owner.authority, owner.world, CardKind.LEGAL)
    owner.change_pin()
    refused(FaultCode.SESSION_EXPIRED, owner.window.enterprise, token=other.token)
    assert owner.window.enterprise(token=owner.token) == owner.signin.enterprise
    assert owner.window.enterprise(token=colleague.token) == colleague.signin.enterprise


# --- 无卡用户


def test_a_user_without_card_may_look(authority: Authority) -> None:
    authority.make_world(world="w", persona="P01", at=MONDAY)
    window = authority.window("w")
    signin = window.sign_in_with_password(username="demop01", password="Demo-P01-2026")
    assert signin.role is SignInRole.CARDLESS
    assert signin.card_serial == ""
    assert len(window.applications(token=signin.token)) == 1
    refused(FaultCode.OPERATOR_CARD, window.seals, token=signin.token)


def test_a_wrong_password_and_an_unknown_name_are_told_alike(authority: Authority) -> None:
    authority.make_world(world="w", persona="P01", at=MONDAY)
    call = authority.window("w").sign_in_with_password
    for username, password in [
        ("demop01", "wrong"),
        ("nobody", "Demo-P01-2026"),
        ("", ""),
        ("\ud800\x00", "\udfff" * 300),
        ("demop01", "Demo-P01-2026" + " " * 40_000),
    ]:
        fault = refused(FaultCode.WRONG_PASSWORD, call, username=username, password=password)
        assert fault.facts == {}


def test_an_account_that_was_never_activated_is_named_only_to_who_knows_the_password(
    authority: Authority,
) -> None:
    authority.make_world(world="w", persona="P16", at=MONDAY)
    call = authority.window("w").sign_in_with_password
    refused(FaultCode.ACCOUNT_NOT_ACTIVATED, call, username="demop16", password="Demo-P16-2026")
    refused(FaultCode.WRONG_PASSWORD, call, username="demop16", password="Demo-P01-2026")


# --- tokens


def test_a_token_is_dead_after_signing_out(owner: Exporter) -> None:
    owner.window.sign_out(token=owner.token)
    refused(FaultCode.SESSION_EXPIRED, owner.window.enterprise, token=owner.token)
    refused(FaultCode.SESSION_EXPIRED, owner.window.sign_out, token=owner.token)


@pytest.mark.parametrize("visit", ["unlock_card", "renew_card"])
def test_the_card_centre_ends_the_sign_ins_with_that_card_only(
    owner: Exporter, colleague: Exporter, visit: str
) -> None:
    getattr(owner.authority, visit)(owner.world, owner.signin.card_serial)
    refused(FaultCode.SESSION_EXPIRED, owner.window.enterprise, token=owner.token)
    assert owner.window.enterprise(token=colleague.token) == colleague.signin.enterprise


def test_a_token_is_dead_with_its_world(owner: Exporter) -> None:
    owner.authority.purge_world(owner.world)
    refused(FaultCode.SESSION_EXPIRED, owner.window.enterprise, token=owner.token)
    refused(FaultCode.SESSION_EXPIRED, owner.window.add_seal, token=owner.token, key="k")
    refused(FaultCode.SESSION_EXPIRED, owner.window.sign_out, token=owner.token)
    with pytest.raises(NotFound):
        owner.window.reader()
    owner.authority.make_world(world=owner.world, persona="P01", at=MONDAY)
    refused(FaultCode.SESSION_EXPIRED, owner.window.enterprise, token=owner.token)


def test_a_stranger_cannot_use_a_token_of_another_world(owner: Exporter) -> None:
    stranger = Exporter.of(owner.authority, "P01", world="another")
    refused(FaultCode.SESSION_EXPIRED, stranger.window.enterprise, token=owner.token)


@pytest.mark.parametrize("token", ["", "x", "\x00", "\ud800", "密" * 40_000])
def test_what_is_no_token_is_an_expired_one(owner: Exporter, token: str) -> None:
    refused(FaultCode.SESSION_EXPIRED, owner.window.applications, token=token)
    refused(FaultCode.SESSION_EXPIRED, owner.window.sign_out, token=token)


@pytest.mark.parametrize("pin", ["", "8", "８８８８８８８８", "\x00", "\ud800", "8" * 1_000_000])
def test_what_is_no_pin_is_a_wrong_one_and_counts(
    desk: SingleWindow, serial: str, pin: str
) -> None:
    fault = refused(FaultCode.WRONG_PIN, desk.sign_in_with_card, serial=serial, pin=pin)
    assert fault.facts == {"tries_left": 4}
