"""三方协议: unsigned as it is offered for signature, or with the seals of those who signed."""

from __future__ import annotations

from datetime import datetime

from wizard.documents import formats, texts
from wizard.documents.data import Paper, SealFace, Section, SignatureBox, Signatures, Style
from wizard.documents.papers import parts
from wizard.singlewindow.port import ApplicationFile

# True before and after: the draft that is shown is, byte for byte, what is signed.
TO_BE_SIGNED = "签署情况以电子签名为准"
WAITING = "待签署"


def agreement(
    file: ApplicationFile, *, made_at: datetime, signatures: Signatures | None = None
) -> Paper:
    """The agreement of this application, its text exactly that of `texts.agreement(file)`.

    `made_at`: when the text was drawn up (the same for draft and signed copy). With `signatures`
    the exporter's box carries `file.seal`. Raises `ValueError` when that is missing.
    """
    text = texts.agreement(file)
    return Paper(
        title=text.title,
        number=file.number,
        made_at=made_at,
        sections=(
            Section(
                heading=text.title,
                style=Style.TITLE,
                rows=parts.rows(
                    ("协议编号", file.number),
                    ("文本版本", text.version),
                    ("生成时间", formats.instant(made_at)),
                ),
            ),
            Section(
                heading="协议各方",
                style=Style.CLAUSE,
                rows=parts.rows(
                    *((party.role, party.name) for party in text.parties),
                    ("甲方统一社会信用代码", file.enterprise.uscc),
                ),
                paragraphs=text.preamble,
            ),
            *(
                Section(
                    heading=f"{clause.number}　{clause.heading}",
                    style=Style.CLAUSE,
                    paragraphs=clause.paragraphs,
                )
                for clause in text.clauses
            ),
        ),
        boxes=_boxes(file, text, signatures),
    )


def _boxes(
    file: ApplicationFile, text: texts.AgreementText, signatures: Signatures | None
) -> tuple[SignatureBox, ...]:
    exporter, insurer, operator = text.parties
    if signatures is None:
        return tuple(
            SignatureBox(
                id=party.box, role=party.role, name=party.name, state=TO_BE_SIGNED, field=True
            )
            for party in text.parties
        )
    if file.seal is None:
        raise ValueError(f"{file.number} has no seal to sign with")
    return (
        SignatureBox(
            id=exporter.box,
            role=exporter.role,
            name=exporter.name,
            state=_signed(signatures.exporter_at),
            seal=SealFace(name=file.seal.name, code=file.seal.code),
        ),
        _institution(insurer, signatures.insurer_at, texts.INSURER_SEAL),
        _institution(operator, signatures.operator_at, texts.OPERATOR_SEAL),
    )


def _institution(party: texts.Party, at: datetime | None, seal: SealFace) -> SignatureBox:
    return SignatureBox(
        id=party.box,
        role=party.role,
        name=party.name,
        state=WAITING if at is None else _signed(at),
        seal=None if at is None else seal,
    )


def _signed(at: datetime) -> str:
    return f"{formats.instant(at)} 签署"
