"""Signing as the simulated authority does it, without the site; for tests and benchmarks."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from tests.documents.samples import ENTERPRISE, at
from wizard.documents import texts
from wizard.documents.data import SealFace
from wizard.documents.signing.lasting import preserve
from wizard.documents.signing.revisions import Mark, sign
from wizard.singlewindow.custody import Holder
from wizard.singlewindow.signing import Party
from wizard.singlewindow.simulator.keys import KeyStore
from wizard.singlewindow.simulator.signatures import INSTITUTIONS, signature
from wizard.singlewindow.simulator.stamping import OwnStamper

KEYS: Final = KeyStore(None)
FIELDS: Final = ("sig-exporter", "sig-insurer", "sig-operator")


def one_more(content: bytes, number: int, *, exporter: str = ENTERPRISE.name) -> bytes:
    """The agreement with the B-T signature of party `number` (0 to 2)."""
    seal, holder = (
        (SealFace(name=exporter, code="4499990000001"), Holder(exporter, ENTERPRISE.uscc)),
        (texts.INSURER_SEAL, INSTITUTIONS[Party.INSURER]),
        (texts.OPERATOR_SEAL, INSTITUTIONS[Party.OPERATOR]),
    )[number]
    mark = Mark(
        field=FIELDS[number],
        seal=seal,
        role="测试",
        at=at(3, 10) + timedelta(minutes=number),
        certifies=number == 0,
        rides=number == 0,
    )
    return sign(content, mark, _signed_by(holder))


def preserved(content: bytes) -> bytes:
    """The signed agreement with what makes it last (B-LTA)."""
    stamper = _stamper()

    def by(covered: bytes) -> bytes:
        token = stamper.async_timestamp(hashlib.sha256(covered).digest(), "sha256")
        made: bytes = asyncio.run(token).dump()
        return made

    return preserve(content, revocations=lambda moment: KEYS.revocations(at=moment), by=by)


def _signed_by(holder: Holder) -> Callable[[bytes], bytes]:
    def by(covered: bytes) -> bytes:
        return signature(KEYS.of(holder), hashlib.sha256(covered).digest(), _stamper())

    return by


def _stamper() -> OwnStamper:
    return OwnStamper(KEYS.time_stamper(), KEYS.authority_certificate(), lambda: at(3, 11))
