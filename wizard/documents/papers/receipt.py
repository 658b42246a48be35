"""办理回执: one page that says what was done, when, with which papers, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from wizard.documents import formats, texts
from wizard.documents.data import Milestone, Paper, Row, Section, SignedFile, Style
from wizard.documents.papers import parts
from wizard.singlewindow.port import ApplicationFile, Contact, Stage

# What comes next, by stage; a stage that is missing has not been handed in. Approved means that
# the policy is on its way, which the exporter need not tell from under review.
NEXT: Final = {
    Stage.UNDER_REVIEW: "under-review",
    Stage.APPROVED: "under-review",
    Stage.RETURNED: "returned",
    Stage.DECLINED: "declined",
    Stage.ISSUED: "issued",
    Stage.ACKNOWLEDGED: "acknowledged",
}


def receipt(
    file: ApplicationFile,
    *,
    printed_at: datetime,
    milestones: Iterable[Milestone] = (),
    files: Iterable[SignedFile] = (),
) -> Paper:
    """The receipt of an application at `printed_at`; telephones and mail address are masked."""
    title = texts.load("receipt")["title"]
    found = (
        Section(heading="申请内容", rows=_answers(file)),
        Section(heading="办理进展", rows=tuple(_milestone(m) for m in milestones)),
        Section(heading="文件与指纹", rows=tuple(_file(f) for f in files)),
        Section(heading="接下来", style=Style.TEXT, paragraphs=_next(file.stage)),
    )
    return Paper(
        title=title,
        number=file.number,
        made_at=printed_at,
        sections=(
            Section(
                heading=title,
                style=Style.TITLE,
                rows=parts.rows(
                    ("申请编号", file.number),
                    ("业务类型", texts.KIND_NAMES[file.kind]),
                    ("打印时间", formats.instant(printed_at)),
                ),
            ),
            *parts.in_order(section for section in found if section.rows or section.paragraphs),
        ),
    )


def _answers(file: ApplicationFile) -> tuple[Row, ...]:
    terms = file.terms
    before = [("原保险单号", file.previous_policy)] if file.previous_policy else []
    number = [("保险单号", file.policy.number)] if file.policy else []
    contact = [("主要联系人", _masked(file.contact))] if file.contact else []
    return parts.rows(
        ("投保人（被保险人）", file.enterprise.name),
        ("统一社会信用代码", file.enterprise.uscc),
        ("单证名称", texts.form_title(file.kind)),
        *before,
        *number,
        ("保险期间", formats.period(terms.period_start, terms.period_end)),
        ("赔偿比例", f"{terms.cover_percent}%"),
        ("最高赔偿限额", parts.amount(terms)),
        *contact,
        ("投保声明", f"已阅读并同意（版本 {texts.declaration().version}）"),
    )


def _masked(contact: Contact) -> str:
    return "，".join(
        (
            contact.name,
            f"电话 {formats.masked_phone(contact.phone)}",
            f"手机 {formats.masked_phone(contact.mobile)}",
            f"邮箱 {formats.masked_email(contact.email)}",
        )
    )


def _milestone(milestone: Milestone) -> Row:
    when = formats.instant(milestone.at) if milestone.at else "尚未办理"
    serial = f"，回执编号 {milestone.serial}" if milestone.serial else ""
    return Row(label=milestone.title, value=when + serial)


def _file(file: SignedFile) -> Row:
    return Row(
        label=file.title,
        value=f"{formats.instant(file.at)}，SHA-256 {file.sha256}",
    )


def _next(stage: Stage) -> tuple[str, ...]:
    return parts.numbered(texts.load("receipt")["next"][NEXT.get(stage, "open")])
