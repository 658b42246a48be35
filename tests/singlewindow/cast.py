"""Who acts in these tests: an exporter at the desk, a colleague with the other card, a stranger."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, Protocol

import pytest

from wizard.singlewindow.faults import Fault, FaultCode
from wizard.singlewindow.port import (
    ApplicationFile,
    CardKind,
    CertificationMethod,
    Contact,
    Control,
    Receipt,
    SignIn,
    SingleWindow,
    Stage,
)
from wizard.singlewindow.signing import SigningAuthority
from wizard.singlewindow.simulator.working_days import BEIJING

MONDAY: Final = datetime(2026, 11, 23, 10, 0, tzinfo=BEIJING)
PIN: Final = "88888888"
OWN_PIN: Final = "27182818"
WRONG_PIN: Final = "13572468"
DECLARATION: Final = hashlib.sha256(b"declaration").hexdigest()
AGREEMENT: Final = hashlib.sha256(b"agreement").hexdigest()
POLICY: Final = hashlib.sha256(b"policy").hexdigest()
CONTACT: Final = Contact(
    name="陈示例", phone="020-20000001", mobile="15400000001", email="chen@example.com"
)


class Authority(Control, Protocol):
    """What an adapter gives the contract suite: control, windows, signatures, weather."""

    def window(self, world: str) -> SingleWindow: ...

    def signatures(self, world: str) -> SigningAuthority: ...

    def set_weather(self, world: str, *, operation: str, kind: str, times: int = 1) -> None: ...


@dataclasses.dataclass(kw_only=True)
class Exporter:
    """Somebody signed in to one world, with fresh keys at hand."""

    authority: Authority
    world: str
    window: SingleWindow
    signin: SignIn
    keys: itertools.count[int] = dataclasses.field(default_factory=lambda: itertools.count(1))

    @classmethod
    def of(
        cls,
        authority: Authority,
        persona: str,
        *,
        world: str = "",
        at: datetime = MONDAY,
        kind: CardKind = CardKind.LEGAL,
    ) -> Exporter:
        """A new world of this persona, with the card of this kind put in and signed in."""
        name = world or f"world of {persona}"
        authority.make_world(world=name, persona=persona, at=at)
        window = authority.window(name)
        return cls(
            authority=authority,
            world=name,
            window=window,
            signin=sign_in(authority, name, kind),
        )

    def colleague(self) -> Exporter:
        """The same world with 操作员卡; afterwards 法人卡 is in the reader again."""
        signin = sign_in(self.authority, self.world, CardKind.OPERATOR)
        self.authority.insert_card(self.world, self.signin.card_serial)
        return dataclasses.replace(self, signin=signin)

    @property
    def token(self) -> str:
        return self.signin.token

    @property
    def file(self) -> ApplicationFile:
        """The exporter's one application as it stands."""
        [file] = self.window.applications(token=self.token)
        return file

    @property
    def number(self) -> str:
        return self.file.number

    def key(self) -> str:
        return f"key-{next(self.keys)}"

    def confirm(self, key: str = "", *, contact: Contact = CONTACT) -> Receipt:
        return self.window.confirm_application(
            token=self.token,
            number=self.number,
            contact=contact,
            declaration_sha256=DECLARATION,
            key=key or self.key(),
        )

    def make_seal(self, key: str = "") -> Receipt:
        return self.window.make_seal(token=self.token, number=self.number, key=key or self.key())

    def sign(self, key: str = "", *, pin: str = PIN, sha256: str = AGREEMENT) -> Receipt:
        return self.window.sign_agreement(
            token=self.token,
            number=self.number,
            agreement_sha256=sha256,
            pin=pin,
            key=key or self.key(),
        )

    def acknowledge(self, key: str = "", *, pin: str = PIN, sha256: str = POLICY) -> Receipt:
        return self.window.acknowledge_policy(
            token=self.token,
            number=self.number,
            policy_sha256=sha256,
            pin=pin,
            key=key or self.key(),
        )

    def certify(
        self, key: str = "", *, method: CertificationMethod = CertificationMethod.BANK_TRANSFER
    ) -> Receipt:
        return self.window.certify(token=self.token, method=method, key=key or self.key())

    def change_pin(self, key: str = "", *, old: str = PIN, new: str = OWN_PIN) -> Receipt:
        return self.window.change_pin(
            token=self.token, old_pin=old, new_pin=new, key=key or self.key()
        )

    def add_seal(self, key: str = "") -> Receipt:
        return self.window.add_seal(token=self.token, key=key or self.key())

    def stop_seal(self, seal_id: str, key: str = "") -> Receipt:
        return self.window.stop_seal(token=self.token, seal_id=seal_id, key=key or self.key())

    def delete_seal(self, seal_id: str, key: str = "") -> Receipt:
        return self.window.delete_seal(token=self.token, seal_id=seal_id, key=key or self.key())

    def walk_to(self, stage: Stage) -> None:
        """From OFFERED to `stage` by the way that leads there."""
        if stage is not Stage.OFFERED:
            self.confirm()
        if stage not in {Stage.OFFERED, Stage.CONFIRMED}:
            self.make_seal()
        if stage not in {Stage.OFFERED, Stage.CONFIRMED, Stage.SEALED}:
            self.sign()
        if stage in {Stage.APPROVED, Stage.RETURNED, Stage.DECLINED}:
            self.authority.move_until_delivered(self.world)
        if stage in {Stage.ISSUED, Stage.ACKNOWLEDGED}:
            self.authority.move_until_delivered(self.world)
            self.authority.move_until_delivered(self.world)
        if stage is Stage.ACKNOWLEDGED:
            self.acknowledge()
        assert self.file.stage is stage


def sign_in(authority: Authority, world: str, kind: CardKind, *, pin: str = PIN) -> SignIn:
    """Put the card of this kind into the reader and sign in with it."""
    window = authority.window(world)
    serial = card_of(window, kind)
    authority.insert_card(world, serial)
    return window.sign_in_with_card(serial=serial, pin=pin)


def card_of(window: SingleWindow, kind: CardKind) -> str:
    """The serial of the desk's card of this kind."""
    return next(card.serial for card in window.reader().cards if card.kind is kind)


def refused(code: FaultCode, call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Fault:
    """The fault of a call that must be refused with `code`."""
    with pytest.raises(Fault) as caught:
        call(*args, **kwargs)
    assert caught.value.code is code, caught.value.code.name
    return caught.value
