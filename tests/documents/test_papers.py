"""What each document says, and that the fixed texts are what was agreed to."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal

import pytest

from tests.documents.samples import (
    CONTACT,
    LONG_NAME,
    TERMS,
    TRADE,
    application,
    at,
    full_receipt,
    issued,
    made,
    opened,
    papers,
    renewal,
    seal_of,
    signed_agreement,
)
from wizard import documents
from wizard.documents import Paper, RenewalRecord, Signatures, Style, texts
from wizard.singlewindow.port import Stage


def value(paper: Paper, label: str) -> str:
    """The one value under that label."""
    (found,) = [r.value for s in paper.sections for r in s.rows if r.label == label]
    return found


def headings(paper: Paper) -> list[str]:
    """The headings after the title."""
    return [section.heading for section in paper.sections[1:]]


# --- 投保单


def test_the_names_of_the_forms_are_the_official_ones() -> None:
    new, again = papers()["form"], papers()["renewal"]
    assert new.title == new.sections[0].heading == "中小企业综合保险投保单（小微企业适用）"
    assert again.title == again.sections[0].heading == "中小企业综合保险续转单证（小微企业适用）"


def test_a_new_application_has_all_its_parts() -> None:
    paper = papers()["form"]
    assert headings(paper) == [
        "一、投保人基本情况",
        "二、主要联系人",
        "三、经营与出口情况",
        "四、投保内容",
        "五、询问事项",
        "六、责任免除",
        "七、投保声明",
    ]
    assert value(paper, "最高赔偿限额") == "USD 150,000.00（美元壹拾伍万元整）"
    assert value(paper, "保险期间") == "2026 年 7 月 1 日零时起至 2027 年 6 月 30 日二十四时止"
    assert value(paper, "上年报关出口总额") == "286.40 万美元（数据来源：海关）"
    assert value(paper, "主要买方") == "Example Lighting GmbH，德国（DEU）"
    assert value(paper, "支付方式和信用期限") == "赊销（O/A），60 天"
    assert value(paper, "姓名") == value(paper, "邮箱") == "由投保人在“确认投保”时填写"


def test_the_contact_stands_in_the_form_once_it_is_known() -> None:
    paper = papers()["form with contact"]
    assert [value(paper, label) for label in ("姓名", "电话", "手机", "邮箱")] == [
        CONTACT.name,
        CONTACT.phone,
        CONTACT.mobile,
        CONTACT.email,
    ]


def test_a_renewal_names_the_policy_it_follows() -> None:
    paper = papers()["renewal"]
    assert headings(paper)[0] == "一、续转信息"
    assert value(paper, "原保险单号") == "DEMO-SCH900027-202500"
    assert value(paper, "原保险期间") == "2025 年 7 月 1 日零时起至 2026 年 6 月 30 日二十四时止"
    assert value(paper, "变更事项：企业名称") == "无变更"
    assert "续转声明：" in paper.sections[1].paragraphs


def test_a_renewal_says_what_has_changed() -> None:
    record = RenewalRecord(
        period_start=date(2025, 7, 1),
        period_end=date(2026, 6, 30),
        claims="赔付 1 次，共 USD 12,000.00",
        changes={"注册地址": "迁至示例区云上路 3 号"},
    )
    paper = documents.application_form(renewal(), renewal=record)
    assert value(paper, "变更事项：注册地址") == "迁至示例区云上路 3 号"
    assert value(paper, "变更事项：企业名称") == "无变更"
    assert value(paper, "上年度赔付情况") == "赔付 1 次，共 USD 12,000.00"


def test_questions_are_concrete_and_answered() -> None:
    paper = documents.application_form(application(), answers={"financing": True})
    (asked,) = [s for s in paper.sections if s.style is Style.QUESTIONS]
    assert [row.label for row in asked.rows] == [question.text for question in texts.questions()]
    assert [row.value for row in asked.rows] == ["否"] * (len(asked.rows) - 1) + ["是"]
    assert all(question.text.count("是否") == 1 for question in texts.questions())
    assert texts.load("application")["version"] in asked.paragraphs[0]
    text = documents.pdf(paper).content
    assert "■ 是" in opened(text).pages[1].extract_text().replace("　", " ")


@pytest.mark.parametrize("kind", ["form", "renewal", "policy"])
def test_exclusions_are_conspicuous(kind: str) -> None:
    """保险法 art. 17: a section of their own, in its own style, with a lead that asks to read."""
    (warning,) = [s for s in papers()[kind].sections if s.style is Style.WARNING]
    assert "不承担赔偿责任" in warning.paragraphs[0]
    assert len(warning.paragraphs) == 8
    assert warning.paragraphs[1].startswith("（一）汇率变更")


def test_the_declaration_in_the_form_is_the_one_that_is_ticked() -> None:
    declaration = texts.declaration()
    shown = papers()["form"].sections[-1]
    assert shown.paragraphs[: len(declaration.paragraphs)] == declaration.paragraphs
    assert declaration.sha256[:4] in shown.paragraphs[-2]
    assert "确认投保" in shown.paragraphs[-1]


def test_unknown_codes_stand_for_themselves() -> None:
    trade = dataclasses.replace(TRADE, buyer_country="XXA", payment="ZZ")
    paper = documents.application_form(application(trade=trade))
    assert "XXA" in value(paper, "主要买方")
    assert value(paper, "支付方式和信用期限") == "ZZ，60 天"


# --- 三方协议


def test_the_agreement_has_twelve_numbered_clauses_and_no_blanks() -> None:
    text = texts.agreement(application())
    assert len(text.clauses) == 12
    assert (text.clauses[0].number, text.clauses[11].number) == ("第一条", "第十二条")
    whole = "".join(p for c in text.clauses for p in c.paragraphs)
    assert "{" not in whole
    assert "TB-2026-0703-017" in whole
    assert "2026 年 7 月 1 日零时起" in whole
    assert text.version in whole


def test_page_and_paper_show_the_same_clauses() -> None:
    text, paper = texts.agreement(application()), papers()["agreement"]
    shown = [(s.heading, s.paragraphs) for s in paper.sections[2:]]
    assert shown == [(f"{c.number}　{c.heading}", c.paragraphs) for c in text.clauses]
    assert paper.sections[1].paragraphs == text.preamble


def test_braces_in_a_name_are_only_braces() -> None:
    text = texts.agreement(application("{number}{version!r}公司"))
    assert text.parties[0].name == "{number}{version!r}公司"


def test_the_hash_covers_every_word() -> None:
    text = texts.agreement(application())
    other = texts.agreement(application("另一家示例公司"))
    clause = dataclasses.replace(text.clauses[3], paragraphs=("改",))
    changed = dataclasses.replace(text, clauses=(*text.clauses[:3], clause, *text.clauses[4:]))
    assert len({text.sha256, other.sha256, changed.sha256}) == 3
    declaration = texts.declaration()
    assert dataclasses.replace(declaration, version="x").sha256 != declaration.sha256
    assert len(declaration.sha256) == 64


def test_an_unsigned_agreement_waits_for_three() -> None:
    boxes = papers()["agreement"].boxes
    assert [box.id for box in boxes] == ["sig-exporter", "sig-insurer", "sig-operator"]
    # True before and after: what is shown is, byte for byte, what is signed.
    assert {box.state for box in boxes} == {"签署情况以电子签名为准"}
    assert all(box.seal is None and box.field for box in boxes)


def test_a_signed_agreement_carries_three_seals_with_their_times() -> None:
    boxes = signed_agreement().boxes
    assert [box.state for box in boxes] == [
        "2026-07-03 10:24 签署",
        "2026-07-03 10:24 签署",
        "2026-07-03 10:25 签署",
    ]
    assert boxes[0].seal is not None
    assert boxes[0].seal.name == "广东示例虚舟灯饰有限公司"
    assert all(box.seal is not None and "演示" in box.seal.name for box in boxes[1:])


def test_who_has_not_signed_has_no_seal() -> None:
    paper = documents.agreement(
        application(seal=seal_of("广东示例虚舟灯饰有限公司")),
        made_at=at(3, 10, 18),
        signatures=Signatures(exporter_at=at(3, 10, 24)),
    )
    assert [box.seal is not None for box in paper.boxes] == [True, False, False]
    assert [box.state for box in paper.boxes[1:]] == ["待签署", "待签署"]


def test_nobody_signs_without_a_seal() -> None:
    with pytest.raises(ValueError, match="no seal"):
        documents.agreement(
            application(), made_at=at(3, 10), signatures=Signatures(exporter_at=at(3, 11))
        )


def test_seals_are_pictures_with_a_description() -> None:
    content = made(signed_agreement()).content
    reader = opened(content)
    described = [
        str(thing["/Alt"])
        for number in range(1, int(reader.trailer["/Size"]))
        if isinstance(thing := reader.get_object(number), dict) and thing.get("/S") == "/Figure"
    ]
    assert len(described) == 3
    assert all("演示专用" in text for text in described)


# --- 保险单


def test_the_policy_says_its_figures_twice() -> None:
    paper = papers()["policy"]
    assert value(paper, "保险单号") == paper.number == "DEMO-SCH900017-202600"
    assert value(paper, "最高赔偿限额") == "USD 150,000.00（美元壹拾伍万元整）"
    assert value(paper, "赔偿比例") == "80%"
    assert value(paper, "签发时间") == "2026-07-08 09:10"
    # The seals come with the signatures: the insurer's, and 收悉 as the exporter's own.
    assert [(box.id, box.seal, box.field) for box in paper.boxes] == [
        ("sig-insurer", None, True),
        ("sig-exporter", None, True),
    ]


def test_terms_are_data() -> None:
    terms = dataclasses.replace(TERMS, cover_percent=70, max_indemnity_usd=Decimal("80000.50"))
    paper = documents.policy(dataclasses.replace(issued(), terms=terms))
    assert value(paper, "赔偿比例") == "70%"
    assert value(paper, "最高赔偿限额") == "USD 80,000.50（美元捌万元零伍角整）"


def test_acknowledging_does_not_change_the_policy() -> None:
    later = dataclasses.replace(issued(), acknowledged_at=at(8, 9, 34))
    assert documents.policy(later) == documents.policy(issued())


# --- 办理回执


@pytest.mark.parametrize("name", ["广东示例虚舟灯饰有限公司", LONG_NAME])
def test_the_receipt_is_one_page(name: str) -> None:
    assert made(full_receipt(name)).pages == 1


def test_the_receipt_masks_the_contact_and_names_the_papers() -> None:
    paper = full_receipt()
    said = str(paper)
    assert CONTACT.mobile not in said
    assert CONTACT.phone not in said
    assert CONTACT.email not in said
    assert value(paper, "主要联系人") == (
        "陈示例，电话 020 **** 0001，手机 154 **** 0001，邮箱 c***n@example.com"
    )
    assert value(paper, "三方协议") == "2026-07-03 10:25，SHA-256 " + "cd" * 32
    assert value(paper, "收悉") == "2026-07-08 09:34，回执编号 HZ-20260708-0004"
    assert value(paper, "到期续转") == "尚未办理"


@pytest.mark.parametrize("stage", list(Stage))
def test_the_receipt_says_what_comes_next_at_every_stage(stage: Stage) -> None:
    paper = documents.receipt(application(stage=stage), printed_at=at(3, 10))
    assert paper.sections[-1].heading.endswith("接下来")
    assert paper.sections[-1].paragraphs
    promised = "".join(paper.sections[-1].paragraphs)
    assert ("2 个工作日" in promised) == (stage in {Stage.UNDER_REVIEW, Stage.APPROVED})


# --- texts


def test_the_declaration_has_its_version_and_numbered_paragraphs() -> None:
    declaration = texts.declaration()
    assert len(declaration.paragraphs) >= 4
    assert [p[:2] for p in declaration.paragraphs[:4]] == ["一、", "二、", "三、", "四、"]
    assert declaration.version


def test_the_privacy_notice_answers_what_pipl_17_asks() -> None:
    notice = texts.privacy_notice()
    assert [question for question, _answer in notice.items] == [
        "谁来处理",
        "处理目的",
        "处理方式",
        "信息种类",
        "保存期限",
        "您的权利",
    ]
    assert len(notice.sha256) == 64


def test_the_separate_consent_names_the_recipient_and_how_to_reach_it() -> None:
    said = "".join(texts.separate_consent().paragraphs)
    for needed in ("中国出口信用保险公司（演示）", "010-95198", "姓名、电话、手机和邮箱", "撤回"):
        assert needed in said


@pytest.mark.parametrize(
    ("number", "text"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (35, "三十五")]
)
def test_numbers_of_clauses(number: int, text: str) -> None:
    assert texts.chinese_number(number) == text
