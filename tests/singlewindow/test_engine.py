"""What the simulator keeps and how its rules behave under data other than the personas'."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.singlewindow.cast import (
    CONTACT,
    DECLARATION,
    MONDAY,
    OWN_PIN,
    PIN,
    WRONG_PIN,
    Exporter,
    card_of,
    refused,
    sign_in,
)
from wizard.singlewindow.embedded import Engine, open_engine
from wizard.singlewindow.faults import FaultCode, NotFound
from wizard.singlewindow.port import ApplicationKind, CardKind, CertificationMethod, Stage
from wizard.singlewindow.simulator import fresh, personas, secrecy
from wizard.singlewindow.simulator.personas import Persona
from wizard.singlewindow.simulator.store import LOGGED_REQUESTS, Store
from wizard.singlewindow.simulator.world import Pace, World, dump_world, load_world

P01 = personas.persona_named("P01")


@dataclasses.dataclass
class Stopwatch:
    """A machine's clock that the test holds in its hand."""

    time: datetime

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def machine() -> Stopwatch:
    return Stopwatch(MONDAY.astimezone(UTC))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "sim.sqlite3")


@pytest.fixture
def engine(store: Store, machine: Stopwatch) -> Engine:
    return Engine(store, real_clock=machine)


def put(store: Store, persona: Persona, *more: Persona) -> None:
    """A world named w of these personas' companies."""
    world = fresh.fresh_world(persona, at=MONDAY, real=MONDAY.astimezone(UTC))
    world.companies += [fresh.make_company(other, at=MONDAY) for other in more]
    with store.transaction("w") as transaction:
        transaction.save(world)


def exporter(engine: Engine, kind: CardKind = CardKind.LEGAL) -> Exporter:
    return Exporter(
        authority=engine,
        world="w",
        window=engine.window("w"),
        signin=sign_in(engine, "w", kind),
    )


def kept(store: Store, world: str = "w") -> World:
    found = store.load(world)
    assert found is not None
    return found


# --- data decides


@pytest.mark.parametrize("limit", [3, 4, 5])
def test_the_card_locks_at_the_world_s_limit(engine: Engine, store: Store, limit: int) -> None:
    put(store, dataclasses.replace(P01, pin_limit=limit))
    window = engine.window("w")
    serial = card_of(window, CardKind.LEGAL)
    call = window.sign_in_with_card
    for left in range(limit - 1, 0, -1):
        fault = refused(FaultCode.WRONG_PIN, call, serial=serial, pin=WRONG_PIN)
        assert fault.facts == {"tries_left": left}
    for pin in (WRONG_PIN, PIN, WRONG_PIN):
        refused(FaultCode.CARD_LOCKED, call, serial=serial, pin=pin)
    assert kept(store).companies[0].cards[0].tries_used == limit


@pytest.mark.parametrize(
    ("exports", "stage"),
    [
        ("999.99", Stage.APPROVED),
        ("1000.00", Stage.APPROVED),
        ("1000.01", Stage.DECLINED),
    ],
)
def test_the_limit_of_exports_is_inclusive(
    engine: Engine, store: Store, exports: str, stage: Stage
) -> None:
    trade = dataclasses.replace(P01.trade, exports_last_year=Decimal(exports))
    put(store, dataclasses.replace(P01, trade=trade))
    owner = exporter(engine)
    owner.walk_to(Stage.UNDER_REVIEW)
    engine.move_until_delivered("w")
    assert owner.file.stage is stage


def test_a_slow_review_takes_its_working_days(engine: Engine, store: Store) -> None:
    put(store, dataclasses.replace(P01, review=Pace(working_days=3, working_minutes=0)))
    owner = exporter(engine)
    owner.walk_to(Stage.UNDER_REVIEW)
    assert engine.move_until_delivered("w").isoformat().startswith("2026-11-26T10:00")


def test_a_registry_mismatch_stops_one_way_of_certification(engine: Engine, store: Store) -> None:
    put(store, dataclasses.replace(P01, certified=False))
    with store.transaction("w") as transaction:
        world = kept(store)
        world.companies[0].registry_mismatch = [CertificationMethod.LEGAL_PERSON]
        transaction.save(world)
    owner = exporter(engine)
    refused(FaultCode.REGISTRY_MISMATCH, owner.certify, method=CertificationMethod.LEGAL_PERSON)
    refused(FaultCode.NOT_CERTIFIED, owner.confirm)
    owner.certify(method=CertificationMethod.BANK_TRANSFER)
    owner.confirm()


# --- several applications of one enterprise


def test_applications_stand_oldest_first_and_a_key_belongs_to_one_of_them(
    engine: Engine, store: Store
) -> None:
    put(store, P01)
    with store.transaction("w") as transaction:
        world = kept(store)
        [case] = world.companies[0].cases
        older = dataclasses.replace(
            case, number="TB-2026-1102-018", offered_at=case.offered_at - timedelta(days=21)
        )
        world.companies[0].cases.append(older)
        transaction.save(world)
    owner = exporter(engine)
    window, token = owner.window, owner.token
    numbers = [file.number for file in window.applications(token=token)]
    assert numbers == [older.number, case.number]
    for file in window.applications(token=token):
        window.confirm_application(
            token=token,
            number=file.number,
            contact=CONTACT,
            declaration_sha256=DECLARATION,
            key=f"confirm-{file.number}",
        )
    window.make_seal(token=token, number=case.number, key="same")
    refused(FaultCode.KEY_REUSED, window.make_seal, token=token, number=older.number, key="same")
    assert window.application(token=token, number=older.number).stage is Stage.CONFIRMED


# --- two enterprises in one world


def test_a_stranger_in_the_same_world_sees_nothing_of_the_owner(
    engine: Engine, store: Store
) -> None:
    put(store, P01, personas.persona_named("P10"))
    owner = exporter(engine)
    cards = engine.window("w").reader().cards
    theirs = next(card for card in cards if card.uscc != owner.signin.enterprise.uscc)
    engine.insert_card("w", theirs.serial)
    signin = engine.window("w").sign_in_with_card(serial=theirs.serial, pin=PIN)
    stranger = dataclasses.replace(owner, signin=signin)
    engine.insert_card("w", owner.signin.card_serial)

    receipt = owner.confirm("same")
    assert stranger.window.find_receipt(token=stranger.token, key="same") is None
    with pytest.raises(NotFound):
        stranger.window.application(token=stranger.token, number=owner.number)
    assert stranger.file.number != owner.number
    [seal] = stranger.window.seals(token=stranger.token)
    with pytest.raises(NotFound):
        owner.stop_seal(seal.id)
    # A key is each enterprise's own.
    stranger.stop_seal(seal.id, "same")
    assert owner.window.find_receipt(token=owner.token, key="same") == receipt


# --- what is kept


def test_no_pin_password_or_token_is_kept(engine: Engine, store: Store, tmp_path: Path) -> None:
    put(store, P01)
    owner = exporter(engine)
    call = owner.window.sign_in_with_card
    refused(FaultCode.WRONG_PIN, call, serial=owner.signin.card_serial, pin=WRONG_PIN)
    owner.change_pin()
    owner.confirm()
    owner.make_seal()
    owner.sign(pin=OWN_PIN)
    bytes_on_disk = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for secret in (PIN, WRONG_PIN, OWN_PIN, owner.token, P01.account.password):
        # The rules' data file knows the initial PIN; the store must not.
        assert secret.encode() not in bytes_on_disk
    assert P01.account.username.encode() in bytes_on_disk, "the test can see what is kept"


def test_the_same_pin_is_kept_differently_on_every_card() -> None:
    assert secrecy.keep(PIN) != secrecy.keep(PIN)
    assert secrecy.Guess(PIN).matches(secrecy.keep(PIN))
    assert not secrecy.Guess(PIN + "8").matches(secrecy.keep(PIN))


def test_reading_writes_nothing(engine: Engine, store: Store, tmp_path: Path) -> None:
    put(store, P01)
    owner = exporter(engine)
    owner.walk_to(Stage.UNDER_REVIEW)
    engine.move_clock("w", seconds=30 * 86_400)
    before = kept(store)
    connection = store._connection()
    changes = connection.total_changes
    owner.window.now()
    owner.window.reader()
    owner.window.enterprise(token=owner.token)
    assert owner.file.stage is Stage.ISSUED
    owner.window.seals(token=owner.token)
    owner.window.certifications(token=owner.token)
    assert len(owner.window.policies(token=owner.token)) == 1
    owner.window.find_receipt(token=owner.token, key="key-1")
    engine.has_world("w")
    engine.now("w")
    engine.requests("w")
    engine.weather("w")
    assert connection.total_changes == changes
    assert kept(store) == before


def test_a_repeated_request_changes_nothing_but_the_log(engine: Engine, store: Store) -> None:
    put(store, P01)
    owner = exporter(engine)
    owner.confirm("same")
    query = "SELECT version FROM world"
    before = store._connection().execute(query).fetchone()
    owner.confirm("same")
    refused(FaultCode.OUT_OF_ORDER, owner.acknowledge)
    assert store._connection().execute(query).fetchone() == before


@pytest.mark.parametrize("persona", personas.personas().values(), ids=lambda one: one.id)
def test_a_world_survives_being_kept(persona: Persona) -> None:
    world = fresh.fresh_world(persona, at=MONDAY, real=datetime.now(UTC))
    assert load_world(dump_world(world)) == world


def test_the_log_says_what_was_asked_and_answered(engine: Engine, store: Store) -> None:
    put(store, P01)
    owner = exporter(engine)
    refused(FaultCode.OUT_OF_ORDER, owner.make_seal, "k1")
    owner.confirm("k2")
    owner.confirm("k2")
    with pytest.raises(NotFound):
        owner.window.make_seal(token=owner.token, number="another's", key="k3")
    lines = [
        (line.operation, line.key, line.application_number, line.answer)
        for line in engine.requests("w")
    ]
    number = owner.number
    assert lines == [
        ("make_seal", "k3", "", "not-found"),
        ("confirm_application", "k2", number, "repeated"),
        ("confirm_application", "k2", number, "accepted"),
        ("make_seal", "k1", number, "X-705"),
        ("sign_in_with_card", "", "", "accepted"),
    ]
    assert len(engine.requests("w", limit=2)) == 2


def test_the_log_and_the_sign_ins_do_not_grow_for_ever(store: Store) -> None:
    engine = Engine(Store(None))
    engine.make_world(world="w", persona="P01", at=MONDAY)
    window = engine.window("w")
    serial = card_of(window, CardKind.LEGAL)
    tokens = [
        window.sign_in_with_card(serial=serial, pin=PIN).token for _ in range(LOGGED_REQUESTS + 120)
    ]
    lines = len(engine.requests("w", limit=10_000))
    assert LOGGED_REQUESTS <= lines < LOGGED_REQUESTS + 50
    window.enterprise(token=tokens[-1])
    refused(FaultCode.SESSION_EXPIRED, window.enterprise, token=tokens[0])


def test_old_worlds_are_purged_and_visited_ones_kept(engine: Engine, store: Store) -> None:
    for world in ("old", "\ud800", "new"):
        engine.make_world(world=world, persona="P01", at=MONDAY)
    long_ago = (datetime.now(UTC) - timedelta(days=40)).timestamp()
    store._connection().execute("UPDATE world SET touched_at = ? WHERE id != ?", (long_ago, b"new"))
    assert engine.purge_untouched(datetime.now(UTC) - timedelta(days=30)) == 2
    assert [engine.has_world(world) for world in ("old", "\ud800", "new")] == [
        False,
        False,
        True,
    ]
    for table in ("answer", "request", "weather"):
        query = f"SELECT count(*) FROM {table} WHERE world != ?"
        assert store._connection().execute(query, (b"new",)).fetchone() == (0,)


# --- clocks


def test_a_result_is_there_at_the_very_moment_it_is_due(engine: Engine, store: Store) -> None:
    put(store, P01)
    owner = exporter(engine)
    owner.walk_to(Stage.UNDER_REVIEW)
    found = [(engine.move_until_delivered("w"), owner.file.stage) for _ in range(3)]
    assert [stage for _, stage in found] == [Stage.APPROVED, Stage.ISSUED, Stage.ISSUED]
    decided, delivered, after = [moment for moment, _ in found]
    assert decided < delivered == after


def test_a_machine_s_clock_set_back_does_not_turn_the_world_back(
    engine: Engine, store: Store, machine: Stopwatch
) -> None:
    put(store, P01)
    owner = exporter(engine)
    machine.time += timedelta(hours=5)
    confirmed = owner.confirm()
    machine.time -= timedelta(days=2)
    assert engine.now("w") == confirmed.at
    assert owner.make_seal().at >= confirmed.at
    machine.time += timedelta(days=4)
    assert engine.now("w") == MONDAY + timedelta(days=2, hours=5)


def test_a_sign_in_ends_after_its_hours_of_real_time(
    engine: Engine, store: Store, machine: Stopwatch
) -> None:
    put(store, P01)
    owner = exporter(engine)
    engine.move_clock("w", seconds=10 * 86_400)
    assert owner.file.stage is Stage.OFFERED, "moving the world's clock ends no sign-in"
    machine.time += timedelta(hours=12)
    refused(FaultCode.SESSION_EXPIRED, owner.window.applications, token=owner.token)


@pytest.mark.parametrize(
    ("today", "until"),
    [("2026-11-23", "2028-11-23"), ("2028-02-29", "2030-02-28"), ("2026-12-31", "2028-12-31")],
)
def test_a_renewed_card_is_good_for_two_years(engine: Engine, today: str, until: str) -> None:
    engine.make_world(world="w", persona="P01", at=datetime.fromisoformat(f"{today}T10:00+08:00"))
    window = engine.window("w")
    engine.renew_card("w", card_of(window, CardKind.LEGAL))
    assert window.reader().cards[0].expires_on.isoformat() == until


@pytest.mark.parametrize(
    ("day", "start", "end"),
    [
        ("2026-11-23", "2026-07-01", "2027-06-30"),
        ("2027-04-30", "2026-07-01", "2027-06-30"),
        ("2027-05-01", "2027-07-01", "2028-06-30"),
        ("2027-07-01", "2027-07-01", "2028-06-30"),
        ("2028-02-29", "2027-07-01", "2028-06-30"),
    ],
)
def test_policy_years(day: str, start: str, end: str) -> None:
    found = fresh.policy_year(datetime.fromisoformat(day).date())
    assert [one.isoformat() for one in found] == [start, end]


# --- the personas


def test_twenty_personas_stand_in_their_order_and_all_are_ready() -> None:
    assert list(personas.personas()) == [f"P{number:02d}" for number in range(1, 21)]
    assert all(persona.ready for persona in personas.personas().values())


@pytest.mark.parametrize("persona", personas.personas().values(), ids=lambda one: one.id)
def test_every_persona_is_recognisably_invented(persona: Persona) -> None:
    enterprise = persona.enterprise
    assert "示例" in enterprise.name
    assert "演示" in enterprise.address
    assert enterprise.uscc[4:8] == "9999"
    assert enterprise.uscc[8:13] == "PDY00"
    assert enterprise.legal_person.endswith("示例")
    assert persona.contact.name.endswith("示例")
    assert persona.contact.phone.startswith("020-200000")
    assert persona.contact.mobile.startswith("154000000")
    assert persona.contact.email.endswith("@example.com")


def test_nothing_that_must_be_unique_is_there_twice() -> None:
    facets: tuple[Callable[[Persona], object], ...] = (
        lambda one: one.sequence,
        lambda one: one.enterprise.uscc,
        lambda one: one.enterprise.customs_code,
        lambda one: one.account.username,
        lambda one: one.contact.email,
        lambda one: one.contact.mobile,
    )
    for facet in facets:
        assert len({facet(one) for one in personas.personas().values()}) == 20


def test_only_p02_renews() -> None:
    renewing = [
        one.id for one in personas.personas().values() if one.kind is ApplicationKind.RENEWAL
    ]
    assert renewing == ["P02"]


def test_an_engine_is_opened_once_per_file(tmp_path: Path) -> None:
    path = tmp_path / "sim.sqlite3"
    assert open_engine(path) is open_engine(tmp_path / "." / "sim.sqlite3")
    assert open_engine(path) is not open_engine(tmp_path / "other.sqlite3")
    assert open_engine(None) is open_engine(None)
