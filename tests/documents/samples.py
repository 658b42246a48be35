"""Invented companies and the papers that tests and the benchmark make of them."""

from __future__ import annotations

import dataclasses
import functools
import importlib
import io
import re
import subprocess
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from wizard import documents
from wizard.documents import Milestone, Paper, Pdf, Signatures, SignedFile
from wizard.singlewindow.port import (
    ApplicationFile,
    ApplicationKind,
    Contact,
    Enterprise,
    Policy,
    Seal,
    SealState,
    Stage,
    Terms,
    TradeProfile,
)

BEIJING = timezone(timedelta(hours=8))
ADDRESS = documents.VerifyAddress(
    short="3F2A-91BC-04DE", url="http://127.0.0.1:8000/verify/3f2a91bc04de/"
)
RARE = "䶮㛃鿍𬬩𬭼"
RARE_NAME = f"广东示例{RARE}（演示）有限公司"
LONG_NAME = f"新疆维吾尔自治区示例{RARE}霍尔果斯经济开发区国际贸易进出口供应链管理服务有限公司"[:40]

ENTERPRISE = Enterprise(
    name="广东示例虚舟灯饰有限公司",
    uscc="91449999PDY00001XY",
    customs_code="4499960001",
    address="广东省示例市示例区虚舟路 1 号（演示地址）",
    legal_person="林示例",
    established_on=date(2007, 2, 2),
    certified=True,
)
CONTACT = Contact(
    name="陈示例", phone="020-20000001", mobile="15400000001", email="chen@example.com"
)
TERMS = Terms(
    product="中小企业综合保险（小微企业适用）",
    period_start=date(2026, 7, 1),
    period_end=date(2027, 6, 30),
    cover_percent=80,
    max_indemnity_usd=Decimal("150000.00"),
    premium_paid_by="政府专项资金",
)
TRADE = TradeProfile(
    hs_code="9405",
    goods="LED 灯具",
    exports_last_year=Decimal("286.40"),
    exports_forecast=Decimal("320"),
    buyer="Example Lighting GmbH",
    buyer_country="DEU",
    payment="OA",
    credit_days=60,
)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of July 2026 in Beijing."""
    return datetime(2026, 7, day, hour, minute, tzinfo=BEIJING)


def seal_of(name: str) -> Seal:
    """An active seal of that name."""
    return Seal(
        id="seal-017-1",
        name=name,
        code="4499990000001",
        state=SealState.ACTIVE,
        usable=True,
        made_at=at(3, 10, 18),
    )


def application(name: str = ENTERPRISE.name, **changes: Any) -> ApplicationFile:
    """P01's application as it is offered, of a company of that name, with `changes`."""
    file = ApplicationFile(
        number="TB-2026-0703-017",
        kind=ApplicationKind.NEW,
        stage=Stage.OFFERED,
        version=1,
        enterprise=dataclasses.replace(ENTERPRISE, name=name),
        terms=TERMS,
        trade=TRADE,
        offered_at=at(3, 9, 30),
        confirm_by=None,
        previous_policy="",
        suggested_contact=CONTACT,
        contact=None,
        seal=None,
        agreement_sha256="",
        review=None,
        policy=None,
    )
    return dataclasses.replace(file, **changes)


def renewal(name: str = "浙江示例云上袜业有限公司", **changes: Any) -> ApplicationFile:
    """P02's application: it follows the policy of the year before."""
    return application(
        name, kind=ApplicationKind.RENEWAL, previous_policy="DEMO-SCH900027-202500", **changes
    )


def issued(name: str = ENTERPRISE.name) -> Policy:
    """The policy of `application(name)`."""
    return Policy(
        number="DEMO-SCH900017-202600",
        application_number="TB-2026-0703-017",
        enterprise_name=name,
        uscc=ENTERPRISE.uscc,
        kind=ApplicationKind.NEW,
        terms=TERMS,
        issued_at=datetime(2026, 7, 8, 1, 10, tzinfo=UTC),
        acknowledged_at=None,
    )


def signed_agreement(name: str = ENTERPRISE.name) -> Paper:
    """The agreement with all three seals."""
    return documents.agreement(
        application(name, seal=seal_of(name)),
        made_at=at(3, 10, 18),
        signatures=Signatures(
            exporter_at=at(3, 10, 24), insurer_at=at(3, 10, 24), operator_at=at(3, 10, 25)
        ),
    )


def full_receipt(name: str = ENTERPRISE.name) -> Paper:
    """The receipt when everything is done."""
    file = application(
        name,
        contact=CONTACT,
        stage=Stage.ACKNOWLEDGED,
        policy=issued(name),
        previous_policy="DEMO-SCH900017-202500",
    )
    return documents.receipt(
        file,
        printed_at=at(8, 9, 40),
        milestones=(
            Milestone(title="确认投保", at=at(3, 10, 14), serial="HZ-20260703-0001"),
            Milestone(title="制章", at=at(3, 10, 18), serial="HZ-20260703-0002"),
            Milestone(title="签署三方协议", at=at(3, 10, 24), serial="HZ-20260703-0003"),
            Milestone(title="审核通过", at=at(6, 16, 40)),
            Milestone(title="保单送达", at=at(8, 9, 10)),
            Milestone(title="收悉", at=at(8, 9, 34), serial="HZ-20260708-0004"),
            Milestone(title="到期续转", at=None),
        ),
        files=(
            SignedFile(title=documents.texts.form_title(file.kind), sha256="ab" * 32, at=at(3, 10)),
            SignedFile(title="三方协议", sha256="cd" * 32, at=at(3, 10, 25)),
            SignedFile(title="保险单", sha256="ef" * 32, at=at(8, 9, 10)),
        ),
    )


def papers(name: str = ENTERPRISE.name) -> dict[str, Paper]:
    """Every document there is, of a company of that name, as the site prints it: with address."""
    found = {
        "form": documents.application_form(application(name)),
        "form with contact": documents.application_form(application(name, contact=CONTACT)),
        "renewal": documents.application_form(renewal(name)),
        "agreement": documents.agreement(application(name), made_at=at(3, 10, 18)),
        "signed agreement": signed_agreement(name),
        "policy": documents.policy(
            issued(name), enterprise=application(name).enterprise, trade=TRADE
        ),
        "policy of another year": documents.policy(issued(name)),
        "receipt": full_receipt(name),
    }
    return {kind: dataclasses.replace(paper, address=ADDRESS) for kind, paper in found.items()}


@functools.cache
def made(paper: Paper) -> Pdf:
    """The paper as PDF, set once for all tests that look at it."""
    return documents.pdf(paper)


def opened(content: bytes) -> Any:
    """The file as pypdf sees it, without its types: what a test asks for must be there."""
    pypdf = importlib.import_module("pypdf")  # 13 MB that no benchmark should count
    return pypdf.PdfReader(io.BytesIO(content), strict=True)


def text_of(content: bytes) -> str:
    """What pdftotext reads, without white space: lines may break anywhere."""
    found = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", "-", "-"], input=content, capture_output=True, check=True
    )
    return squeezed(found.stdout.decode())


def squeezed(text: str) -> str:
    """The text without any white space."""
    return re.sub(r"\s", "", text)


def said_by(paper: Paper) -> list[str]:
    """Every text of a paper, without white space."""
    texts = [paper.title, paper.number]
    for section in paper.sections:
        texts += [section.heading, *section.paragraphs]
        texts += [text for row in section.rows for text in (row.label, row.value)]
    texts += [text for box in paper.boxes for text in (box.role, box.name, box.state)]
    return [squeezed(text) for text in texts]
