"""Papers that carry signatures: which parties sign which paper, in which order, on whose word.

The bytes to be signed follow from the paper, the party and the time, and the authority gives the
same answer to the same bytes: a paper whose making was interrupted comes out the same again.
Every function takes the PAdES level, one of `LEVELS`, tells `report` whose turn it is, and raises
`SignatureRefused` and `OutcomeUnknown`.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Final

from wizard import accepted, authority
from wizard.documents import texts
from wizard.documents.data import SealFace
from wizard.documents.signing.lasting import preserve
from wizard.documents.signing.revisions import Mark, Sign, sign
from wizard.files import file_of
from wizard.models import Application, Document
from wizard.singlewindow.faults import NotFound
from wizard.singlewindow.signing import Paper, Party, SignatureRefused, SignatureRequest

Kind = Document.Kind
LASTING: Final = "B-LTA"
LEVELS: Final = ("B-T", LASTING)
# Who must have signed a paper, by the ids of the boxes.
PARTIES: Final[dict[str, tuple[Party, ...]]] = {
    Kind.AGREEMENT: (Party.EXPORTER, Party.INSURER, Party.OPERATOR),
    Kind.POLICY: (Party.INSURER,),
    Kind.POLICY_RECEIVED: (Party.INSURER, Party.EXPORTER),
}
# Told the party that signs next, or which other stage of a paper begins.
Report = Callable[[str], None]
ROLES: Final = {Party.EXPORTER: "投保企业", Party.INSURER: "保险人", Party.OPERATOR: "平台方"}


def nobody(_stage: str) -> None:
    """Nobody wants to know how far the work is."""


def agreement(
    application: Application, draft: bytes, *, at: datetime, level: str, report: Report = nobody
) -> bytes:
    """The draft, byte for byte, with 骑缝章 and the signatures of all three parties."""
    order = _Order(
        application=application,
        paper=Paper.AGREEMENT,
        key=accepted.key_of(application, "agreement"),
        shown=draft,
        report=report,
    )
    content = draft
    for number, party in enumerate(PARTIES[Kind.AGREEMENT]):
        first = number == 0
        mark = Mark(
            field=f"sig-{party.value}",
            seal=_seal(application, party),
            role=f"{ROLES[party]}签署三方协议" if first else f"{ROLES[party]}会签三方协议",
            at=at,
            certifies=first,
            rides=first,
        )
        content = sign(content, mark, order.by(party))
    return order.finished(content, level)


def policy(
    application: Application, text: bytes, *, at: datetime, level: str, report: Report = nobody
) -> bytes:
    """The policy with the insurer's signature."""
    order = _Order(application=application, paper=Paper.POLICY, shown=text, report=report)
    mark = Mark(
        field="sig-insurer",
        seal=texts.INSURER_SEAL,
        role="保险人签发保险单",
        at=at,
        certifies=True,
        rides=True,
    )
    return order.finished(sign(text, mark, order.by(Party.INSURER)), level)


def received_policy(
    application: Application, issued: bytes, *, at: datetime, level: str, report: Report = nobody
) -> bytes:
    """The issued policy, byte for byte, with the exporter's 收悉."""
    order = _Order(
        application=application,
        paper=Paper.POLICY,
        key=accepted.key_of(application, "policy"),
        shown=issued,
        report=report,
    )
    mark = Mark(
        field="sig-exporter",
        seal=_seal(application, Party.EXPORTER),
        role="投保企业收悉保险单",
        at=at,
    )
    return order.finished(sign(issued, mark, order.by(Party.EXPORTER)), level)


def record(application: Application, text: bytes, *, at: datetime, level: str) -> bytes:
    """操作记录 with the platform operator's signature."""
    order = _Order(application=application, paper=Paper.TRAIL, shown=text)
    mark = Mark(
        field="sig-operator",
        seal=texts.OPERATOR_SEAL,
        role="平台方出具操作记录",
        at=at,
        certifies=True,
    )
    return order.finished(sign(text, mark, order.by(Party.OPERATOR)), level)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class _Order:
    """What the authority is asked for one paper; `key` as in `SignatureRequest.authorised_by`."""

    application: Application
    paper: Paper
    key: str = ""
    shown: bytes
    report: Report = nobody

    def by(self, party: Party) -> Sign:
        """Who signs for this party, whose turn it is now."""
        self.report(party.value)
        signer = authority.signing_authority(self.application.world)
        return lambda covered: signer.sign(
            SignatureRequest(
                uscc=self.application.uscc,
                number=self.application.number,
                paper=self.paper,
                party=party,
                authorised_by=self.key,
                base=len(self.shown),
                covered=covered,
            )
        )

    def finished(self, content: bytes, level: str) -> bytes:
        """The signed paper, at `LASTING` with what lets it outlast its certificates."""
        if level != LASTING:
            return content
        signer = authority.signing_authority(self.application.world)
        try:
            return preserve(content, revocations=signer.revocations_at, by=self.by(Party.TIME))
        except NotFound as unknown:  # no list of that moment, no proof: as if nobody had signed
            raise SignatureRefused(f"no revocation list: {unknown}") from unknown


def _seal(application: Application, party: Party) -> SealFace:
    if party is Party.INSURER:
        return texts.INSURER_SEAL
    if party is Party.OPERATOR:
        return texts.OPERATOR_SEAL
    seal = file_of(application).seal
    if seal is None:
        raise LookupError(f"{application.number} has no seal")
    return SealFace(name=seal.name, code=seal.code)


def shown(content: bytes, *, size: int) -> str:
    """SHA-256 of the first `size` bytes: of the document as it was before it was signed."""
    return hashlib.sha256(content[:size]).hexdigest()
