"""Papers that carry signatures: which parties sign which paper, in which order, on whose word.

The bytes to be signed follow from the paper, the party and the time, and the authority gives the
same answer to the same bytes: a paper whose making was interrupted comes out the same again.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final

from wizard import accepted, authority
from wizard.documents import texts
from wizard.documents.data import SealFace
from wizard.documents.signing.revisions import Mark, sign
from wizard.files import load_file
from wizard.models import Application, Document
from wizard.singlewindow.signing import Paper, Party, SignatureRequest

Kind = Document.Kind
# Who must have signed a paper, by the ids of the boxes.
PARTIES: Final[dict[str, tuple[Party, ...]]] = {
    Kind.AGREEMENT: (Party.EXPORTER, Party.INSURER, Party.OPERATOR),
    Kind.POLICY: (Party.INSURER,),
    Kind.POLICY_RECEIVED: (Party.INSURER, Party.EXPORTER),
}
ROLES: Final = {Party.EXPORTER: "投保企业", Party.INSURER: "保险人", Party.OPERATOR: "平台方"}


def agreement(application: Application, draft: bytes, *, at: datetime) -> bytes:
    """The draft, byte for byte, with 骑缝章 and the signatures of all three parties.

    Raises `SignatureRefused` and `OutcomeUnknown`.
    """
    key, content = accepted.key_of(application, "agreement"), draft
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
        content = _signed(application, content, mark, Paper.AGREEMENT, party, key, len(draft))
    return content


def policy(application: Application, text: bytes, *, at: datetime) -> bytes:
    """The policy with the insurer's signature. Raises as `agreement`."""
    mark = Mark(
        field="sig-insurer",
        seal=texts.INSURER_SEAL,
        role="保险人签发保险单",
        at=at,
        certifies=True,
        rides=True,
    )
    return _signed(application, text, mark, Paper.POLICY, Party.INSURER, "", len(text))


def received_policy(application: Application, issued: bytes, *, at: datetime) -> bytes:
    """The issued policy, byte for byte, with the exporter's 收悉. Raises as `agreement`."""
    mark = Mark(
        field="sig-exporter",
        seal=_seal(application, Party.EXPORTER),
        role="投保企业收悉保险单",
        at=at,
    )
    key = accepted.key_of(application, "policy")
    return _signed(application, issued, mark, Paper.POLICY, Party.EXPORTER, key, len(issued))


def record(application: Application, text: bytes, *, at: datetime) -> bytes:
    """操作记录 with the platform operator's signature. Raises as `agreement`."""
    mark = Mark(
        field="sig-operator",
        seal=texts.OPERATOR_SEAL,
        role="平台方出具操作记录",
        at=at,
        certifies=True,
    )
    return _signed(application, text, mark, Paper.TRAIL, Party.OPERATOR, "", len(text))


def _signed(  # noqa: PLR0917 - one caller for each paper, all in this file
    application: Application,
    content: bytes,
    mark: Mark,
    paper: Paper,
    party: Party,
    key: str,
    base: int,
) -> bytes:
    signer = authority.signing_authority(application.world)

    def by(covered: bytes) -> bytes:
        return signer.sign(
            SignatureRequest(
                uscc=application.uscc,
                number=application.number,
                paper=paper,
                party=party,
                authorised_by=key,
                base=base,
                covered=covered,
            )
        )

    return sign(content, mark, by)


def _seal(application: Application, party: Party) -> SealFace:
    if party is Party.INSURER:
        return texts.INSURER_SEAL
    if party is Party.OPERATOR:
        return texts.OPERATOR_SEAL
    seal = load_file(application.file).seal
    if seal is None:
        raise LookupError(f"{application.number} has no seal")
    return SealFace(name=seal.name, code=seal.code)


def shown(content: bytes, *, size: int) -> str:
    """SHA-256 of the first `size` bytes: of the document as it was before it was signed."""
    return hashlib.sha256(content[:size]).hexdigest()
