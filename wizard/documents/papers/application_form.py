"""投保单 and 续转单证: what 「查看单证」 shows before 「确认投保」."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from wizard.documents import formats, texts
from wizard.documents.data import Paper, RenewalRecord, Row, Section, Style
from wizard.documents.papers import parts
from wizard.singlewindow.port import ApplicationFile, ApplicationKind, Contact, Terms

TO_BE_FILLED = "由投保人在“确认投保”时填写"


def application_form(
    file: ApplicationFile,
    *,
    renewal: RenewalRecord | None = None,
    answers: Mapping[str, bool] | None = None,
) -> Paper:
    """The form as the insurer offers it, with the contact once it has been confirmed.

    `answers`: id of `texts.questions()` → yes or no; a question that is missing stands as 否,
    which is what the insurer filled in and the applicant is asked to check. A renewal without
    `renewal` states the year before the offered period.
    """
    is_renewal = file.kind is ApplicationKind.RENEWAL
    sections = [
        Section(heading="投保人基本情况", rows=parts.company_rows(file.enterprise)),
        Section(heading="主要联系人", rows=_contact_rows(file.contact)),
        Section(heading="经营与出口情况", rows=parts.trade_rows(file.trade)),
        Section(heading="投保内容", rows=_cover_rows(file.terms)),
    ]
    if is_renewal:
        sections.insert(0, _renewal(file, renewal or _year_before(file.terms)))
    sections += [_questions(answers or {}), parts.exclusions(), _declaration()]
    title = texts.form_title(file.kind)
    return Paper(
        title=title,
        number=file.number,
        made_at=file.offered_at,
        sections=(_title(file, title), *parts.in_order(sections)),
    )


def _title(file: ApplicationFile, title: str) -> Section:
    terms = file.terms
    return Section(
        heading=title,
        style=Style.TITLE,
        rows=parts.rows(
            ("单证编号", file.number),
            ("业务类型", texts.KIND_NAMES[file.kind]),
            ("业务年度", f"{terms.period_start.year}—{terms.period_end.year}"),
            ("生成时间", formats.instant(file.offered_at)),
        ),
        paragraphs=tuple(texts.load("application")["notice"]),
    )


def _contact_rows(contact: Contact | None) -> tuple[Row, ...]:
    return parts.rows(
        ("姓名", contact.name if contact else TO_BE_FILLED),
        ("电话", contact.phone if contact else TO_BE_FILLED),
        ("手机", contact.mobile if contact else TO_BE_FILLED),
        ("邮箱", contact.email if contact else TO_BE_FILLED),
    )


def _cover_rows(terms: Terms) -> tuple[Row, ...]:
    cover = texts.load("application")["cover"]
    return parts.rows(
        ("保险产品", terms.product),
        ("保险期间", formats.period(terms.period_start, terms.period_end)),
        ("承保的商业风险", cover["commercial"]),
        ("承保的政治风险", cover["political"]),
        ("适保范围", cover["scope"]),
        ("赔偿比例", f"{terms.cover_percent}%"),
        ("最高赔偿限额", parts.amount(terms)),
        ("保险费缴纳方式", f"{terms.premium_paid_by}，投保人无需缴纳"),
    )


def _questions(answers: Mapping[str, bool]) -> Section:
    return Section(
        heading="询问事项",
        style=Style.QUESTIONS,
        rows=tuple(
            Row(label=question.text, value="是" if answers.get(question.id) else "否")
            for question in texts.questions()
        ),
        paragraphs=(
            "以上回答由保险人预先填写，确认投保即为投保人的回答；与事实不符的，请勿确认，联系小微专员更正。"
            f"询问事项版本 {texts.load('application')['version']}。",
        ),
    )


def _renewal(file: ApplicationFile, record: RenewalRecord) -> Section:
    changes = tuple(
        (f"变更事项：{topic}", record.changes.get(topic, "无变更"))
        for topic in texts.renewal_topics()
    )
    return Section(
        heading="续转信息",
        rows=parts.rows(
            ("原保险单号", file.previous_policy),
            ("原保险期间", formats.period(record.period_start, record.period_end)),
            ("上年度赔付情况", record.claims),
            *changes,
        ),
        paragraphs=(
            "续转声明：",
            *parts.numbered(texts.load("application")["renewal"]["statement"]),
        ),
    )


def _year_before(terms: Terms) -> RenewalRecord:
    """The year that ends on the day before the offered one begins."""
    return RenewalRecord(
        period_start=formats.year_earlier(terms.period_start),
        period_end=terms.period_start - timedelta(days=1),
        claims="以保险人系统记录为准",
    )


def _declaration() -> Section:
    declaration = texts.declaration()
    return Section(
        heading=declaration.title,
        style=Style.TEXT,
        paragraphs=(
            *declaration.paragraphs,
            f"声明版本 {declaration.version}，SHA-256 {formats.short_hash(declaration.sha256)}。",
            texts.load("application")["confirmation"],
        ),
    )
