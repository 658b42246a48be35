"""保险单 with its 明细表."""

from __future__ import annotations

from wizard.documents import formats, texts
from wizard.documents.data import Paper, Row, Section, SignatureBox, Style
from wizard.documents.papers import parts
from wizard.singlewindow.port import Enterprise, Policy, TradeProfile

# True before and after: the policy that arrived is, byte for byte, what is acknowledged.
RECEIVED = "收悉情况以电子签名为准"


def policy(
    policy: Policy, *, enterprise: Enterprise | None = None, trade: TradeProfile | None = None
) -> Paper:
    """The policy as it was issued; address and trade only where they are known.

    Whether it has been acknowledged is not part of it: the paper stays what the insurer sent.
    """
    text = texts.load("policy")
    return Paper(
        title=text["title"],
        number=policy.number,
        made_at=policy.issued_at,
        sections=(
            *policy_front(policy, enterprise=enterprise, trade=trade),
            *parts.in_order(
                (
                    Section(
                        heading="特别约定",
                        style=Style.TEXT,
                        paragraphs=parts.numbered(text["special"]),
                    ),
                    Section(
                        heading="保险单的组成与查收",
                        style=Style.TEXT,
                        paragraphs=(text["composition"],),
                    ),
                    parts.exclusions(),
                ),
                first=2,
            ),
        ),
        boxes=(
            SignatureBox(
                id="sig-insurer",
                role="保险人（签章）",
                name=text["insurer"],
                state=f"{formats.instant(policy.issued_at)} 签发",
                field=True,
            ),
            SignatureBox(
                id="sig-exporter",
                role="投保人（收悉）",
                name=policy.enterprise_name,
                state=RECEIVED,
                field=True,
            ),
        ),
    )


def policy_front(
    policy: Policy, *, enterprise: Enterprise | None = None, trade: TradeProfile | None = None
) -> tuple[Section, ...]:
    """保单首页: the title block and the 明细表, with which `policy` begins."""
    text = texts.load("policy")
    title = Section(
        heading=text["title"],
        style=Style.TITLE,
        rows=parts.rows(
            ("保险单号", policy.number),
            ("投保申请编号", policy.application_number),
            ("签发时间", formats.instant(policy.issued_at)),
        ),
        paragraphs=(text["lead"],),
    )
    schedule = Section(heading="保险单明细表", rows=_schedule(policy, enterprise, trade))
    return (title, *parts.in_order([schedule]))


def _schedule(
    policy: Policy, enterprise: Enterprise | None, trade: TradeProfile | None
) -> tuple[Row, ...]:
    text, cover, terms = texts.load("policy"), texts.load("application")["cover"], policy.terms
    place = [("注册地址", enterprise.address)] if enterprise else []
    business = (
        [
            ("主要出口商品", f"{trade.goods}（海关编码 {trade.hs_code}）"),
            ("支付方式和信用期限", f"{texts.payment_name(trade.payment)}，{trade.credit_days} 天"),
        ]
        if trade
        else []
    )
    return parts.rows(
        ("保险人", text["insurer"]),
        ("投保人（被保险人）", policy.enterprise_name),
        ("统一社会信用代码", policy.uscc),
        *place,
        ("保险产品", terms.product),
        ("适用条款", text["clauses_title"]),
        ("保险期间", formats.period(terms.period_start, terms.period_end)),
        ("承保的商业风险", cover["commercial"]),
        ("承保的政治风险", cover["political"]),
        ("适保范围", cover["scope"]),
        *business,
        ("赔偿比例", f"{terms.cover_percent}%"),
        ("最高赔偿限额", parts.amount(terms)),
        ("单一买方（开证行）限额", formats.money(terms.max_indemnity_usd)),
        ("免赔额", text["deductible"]),
        ("保险费", f"由{terms.premium_paid_by}承担，被保险人无需缴纳"),
        ("可能损失通知期限", text["loss_notice"]),
        ("定损核赔等待期", text["waiting"]),
        ("赔款币种", text["payment_currency"]),
        ("争议解决", text["disputes"]),
        ("签发机构", text["branch"]),
    )
