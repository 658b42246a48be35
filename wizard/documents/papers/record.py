"""操作记录 as a paper: the trail line by line, signed by the platform operator."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from wizard.documents import formats, texts
from wizard.documents.data import Paper, Row, Section, SignatureBox, Style, VerifyAddress
from wizard.documents.papers import parts


def record(
    *,
    number: str,
    company: str,
    made_at: datetime,
    lines: Iterable[tuple[str, str]],
    head: str,
    address: VerifyAddress | None = None,
) -> Paper:
    """`lines`: (when and who, what); `head`: hash of the last line (64 hex digits)."""
    title = "操作记录"
    return Paper(
        title=title,
        number=number,
        made_at=made_at,
        address=address,
        sections=(
            Section(
                heading=title,
                style=Style.TITLE,
                rows=parts.rows(
                    ("申请编号", number),
                    ("投保企业", company),
                    ("截至", formats.instant(made_at)),
                    ("末行指纹（SHA-256）", head),
                ),
            ),
            Section(
                heading="记录",
                rows=tuple(Row(label=label, value=value) for label, value in lines),
            ),
        ),
        boxes=(
            SignatureBox(
                id="sig-operator",
                role="平台方",
                name=texts.OPERATOR_SEAL.name,
                state=f"{formats.instant(made_at)} 出具",
                field=True,
            ),
        ),
    )
