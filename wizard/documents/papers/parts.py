"""Sections and rows that several documents share."""

from __future__ import annotations

from collections.abc import Iterable

from wizard.documents import formats, texts
from wizard.documents.data import Row, Section, Style
from wizard.singlewindow.port import Enterprise, Terms, TradeProfile

NOTHING = "—"


def rows(*pairs: tuple[str, str]) -> tuple[Row, ...]:
    """Rows from (label, value); an empty value becomes a dash."""
    return tuple(Row(label=label, value=value or NOTHING) for label, value in pairs)


def numbered(paragraphs: Iterable[str]) -> tuple[str, ...]:
    """（一）… for each paragraph; the number is part of the text, on page and paper alike."""
    return tuple(
        f"（{texts.chinese_number(number)}）{paragraph}"
        for number, paragraph in enumerate(paragraphs, start=1)
    )


def in_order(sections: Iterable[Section], *, first: int = 1) -> tuple[Section, ...]:
    """The sections with 一、二、三 before their headings, the first of them numbered `first`."""
    return tuple(
        Section(
            heading=f"{texts.chinese_number(number)}、{section.heading}",
            style=section.style,
            rows=section.rows,
            paragraphs=section.paragraphs,
        )
        for number, section in enumerate(sections, start=first)
    )


def company_rows(enterprise: Enterprise) -> tuple[Row, ...]:
    """投保人基本情况; no identity number is ever collected here."""
    return rows(
        ("投保人（被保险人）", enterprise.name),
        ("统一社会信用代码", enterprise.uscc),
        ("海关注册编码", enterprise.customs_code),
        ("注册地址", enterprise.address),
        ("法定代表人", enterprise.legal_person),
        ("成立日期", formats.day(enterprise.established_on)),
    )


def trade_rows(trade: TradeProfile) -> tuple[Row, ...]:
    """经营与出口情况."""
    return rows(
        ("上年报关出口总额", f"{formats.ten_thousands(trade.exports_last_year)}（数据来源：海关）"),
        ("本年预计出口额", formats.ten_thousands(trade.exports_forecast)),
        ("主要出口商品", f"{trade.goods}（海关编码 {trade.hs_code}）"),
        ("主要买方", f"{trade.buyer}，{texts.country_name(trade.buyer_country)}"),
        ("支付方式和信用期限", f"{texts.payment_name(trade.payment)}，{trade.credit_days} 天"),
    )


def amount(terms: Terms) -> str:
    """The limit in figures and in capitals."""
    limit = terms.max_indemnity_usd
    return f"{formats.money(limit)}（{formats.capital_amount(limit)}）"


def exclusions() -> Section:
    """责任免除, conspicuous (保险法 art. 17)."""
    text = texts.load("application")["exclusions"]
    return Section(
        heading=text["title"],
        style=Style.WARNING,
        paragraphs=(text["lead"], *numbered(text["items"])),
    )
