"""Search: keywords, pasted errors, half sentences, codes; and what is not covered."""

from __future__ import annotations

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from faq.content import content
from faq.models import Entry
from faq.search import Confidence, Document, Index
from faq.terms import MAX_QUERY, as_code, clean, normalise

FOUND_FIRST = {
    "卡锁了": "legal-card-locked",
    "法人卡已被锁定": "legal-card-locked",
    "法人卡 锁": "legal-card-locked",
    "邮箱": "email-format-error",
    "印章": "seal-making-error",
    "端口": "symcb-port-80-warning",
    "80端口": "symcb-port-80-warning",
    "symcb": "symcb-port-80-warning",
    "下列安全认证相关地址无法访问：sl.symcb.com的80端口": "symcb-port-80-warning",
    "[读卡器底层库] 打开读卡器失败：错误码=50200": "card-read-error",
    "身份认证第三步失败，输入数据有误": "auth-step3-failed",
    "组织机构代码已存在": "org-code-exists",
    "您的账号未激活": "account-not-activated",
    "帐号未激活": "account-not-activated",
    "红灯": "card-read-error",
    "ＳＹＭＣＢ": "symcb-port-80-warning",
    "请问一下用户名忘了怎么办": "forgot-username",
    "协议一片空白": "agreement-blank",
    "旧的印章怎么删掉": "seal-making-error",
    "手机能登录吗": "use-on-mobile-browser",
    "单一窗口app": "single-window-app",
    "保单什么时候下来": "where-is-policy",
    "没有待确认投保单": "pending-application-empty",
    "法人姓名对不上": "registry-info-mismatch",
    "客服电话": "contact",
}


@pytest.mark.parametrize(("query", "slug"), FOUND_FIRST.items())
def test_the_right_answer_comes_first(query: str, slug: str) -> None:
    found = content().search(query, limit=5)
    assert found.entries[0].slug == slug
    assert found.result.confidence is not Confidence.LOW


def test_every_question_and_error_finds_its_own_entry() -> None:
    held = content()
    for entry in held.entries:
        for text in (entry.question, entry.title):
            assert entry.slug in [e.slug for e in held.search(text, limit=2).entries], text
        for text in entry.errors:
            assert entry.slug in [e.slug for e in held.search(text, limit=2).entries], text


def test_every_alias_finds_its_entry_among_three() -> None:
    held = content()
    for entry in held.entries:
        for alias in entry.aliases:
            assert entry.slug in [e.slug for e in held.search(alias, limit=3).entries], alias


@pytest.mark.parametrize("typed", ["C-104", "c104", "c 104", "Ｃ－１０４", "c_104"])
def test_a_code_shows_all_its_answers_the_primary_first(typed: str) -> None:
    found = content().search(typed, limit=5)
    assert [e.slug for e in found.entries] == ["card-invalid-at-login-control", "card-invalid"]
    assert found.result.confidence is Confidence.HIGH
    assert found.code is not None
    assert found.code.code == "C-104"


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("怎么申请理赔", "小微专员"),
        ("出口退税", "税务"),
        ("保费怎么交", "小微专员"),
        ("怎么退保", "小微专员"),
        ("保单可以贷款吗", "银行"),
        ("Claim", "小微专员"),
    ],
)
def test_a_topic_that_is_not_covered_is_said_to_be_so(
    client: Client, query: str, word: str
) -> None:
    found = content().search(query, limit=5)
    assert found.result.confidence is Confidence.LOW
    assert found.uncovered is not None
    html = client.get("/faq/search/", {"q": query}).content.decode()
    assert "没有找到" in html
    assert word in html
    assert found.uncovered.advice in html


@pytest.mark.parametrize("query", ["asdfghjkl", "qwertyuiop", "🙂🙂", "zzzz"])
def test_nonsense_is_no_guess(client: Client, query: str) -> None:
    assert content().search(query, limit=5).result.confidence is Confidence.LOW
    html = client.get("/faq/search/", {"q": query}).content.decode()
    assert "没有找到" in html
    assert "也许与这几条有关" not in html


def test_an_edit_changes_the_next_search() -> None:
    assert content().search("乌龙茶", limit=3).result.confidence is Confidence.LOW
    entry = Entry.objects.get(slug="which-card")
    entry.aliases = [*entry.aliases, "乌龙茶"]
    entry.save()
    assert content().search("乌龙茶", limit=3).entries[0].slug == "which-card"


def test_what_is_not_published_is_not_found(client: Client) -> None:
    Entry.objects.filter(slug="which-card").update(status=Entry.Status.DRAFT)
    entry = Entry.objects.get(slug="contact")
    entry.save()  # an update() sends no signal; the next save tells every process
    assert "which-card" not in [e.slug for e in content().search("用哪张卡", limit=39).entries]
    assert client.get("/faq/which-card/").status_code == 404
    assert client.get("/f/12").status_code == 404


def test_ranking_prefers_the_rarer_word_and_the_stronger_field() -> None:
    index = Index(
        [
            Document("a", "s", {"title": "读卡器红灯", "answer": "拔下来"}),
            Document("b", "s", {"title": "用户名", "answer": "看一看读卡器"}),
            Document("c", "t", {"title": "读卡器", "answer": ""}),
        ]
    )
    assert [hit.slug for hit in index.search("读卡器红灯").hits] == ["a", "c", "b"]
    assert [hit.slug for hit in index.search("读卡器红灯", stage="t").hits] == ["c"]
    assert len(index.search("读卡器", limit=2).hits) == 2


def test_an_empty_collection_answers_nothing() -> None:
    result = Index([]).search("卡锁了")
    assert (result.hits, result.confidence) == ((), Confidence.LOW)


def test_fillers_go_but_never_the_whole_query() -> None:
    assert normalise("请问卡锁了怎么办？") == "卡锁了 ?"
    assert normalise("怎么办") == "怎么办"


@pytest.mark.parametrize("text", ["", "C103x", "CC103", "C-1034", "1-103", "C--", "查C-103"])
def test_what_is_no_code(text: str) -> None:
    assert as_code(text) == ""


@given(st.text(max_size=600))
def test_any_text_is_cleaned_to_a_short_line(text: str) -> None:
    line = clean(text)
    assert len(line) <= MAX_QUERY
    assert line == line.strip()
    assert line.isprintable()
    assert clean(line) == clean(clean(line))


def test_a_query_is_the_same_however_it_is_coded() -> None:
    """Composed and decomposed, full and half width, radicals, compatibility forms: one text."""
    for one, *others in (
        ("é", "e\u0301"),
        ("abc123", "ＡＢＣ１２３"),
        ("カード", "ｶｰﾄﾞ", "カート\u3099"),
        ("広州", "広\u200b州"),
        ("人", "\u2f08"),
        ("豈", "\uf900"),
    ):
        assert {clean(other) for other in others} == {clean(one)}


def test_cleaning_does_not_grow_with_the_input() -> None:
    assert len(clean("\ufdfa" * 40_000)) <= MAX_QUERY


@given(st.text(max_size=300))
def test_any_text_can_be_asked(text: str) -> None:
    index = Index([Document("a", "s", {"title": "读卡器红灯 IE9", "answer": "sl.symcb.com"})])
    for hit in index.search(text).hits:
        assert hit.score > 0
        assert 0 <= hit.explained <= 1
