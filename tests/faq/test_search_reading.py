"""What a query may look like: each way of typing leads to the entry, in both stores."""

from __future__ import annotations

import dataclasses
import functools
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from hypothesis import given
from hypothesis import settings as rules
from hypothesis import strategies as st

from faq.content import content, documents_of, glossary
from faq.models import Entry, GlossaryTerm
from faq.pinyin import SYLLABLES, begun, fold, sounds, splits
from faq.search import Confidence, Document, Index, disk, store_named
from faq.search.analysis import analyse
from faq.search.spelling import nearest, one_slip
from faq.terms import WORD, normalise

FIRST = {
    "traditional": [
        ("法人卡過期", "legal-card-expired"),
        ("讀卡錯誤", "card-read-error"),
        ("忘記使用者名稱", "forgot-username"),
    ],
    "homophone": [
        ("法人咔过期了", "legal-card-expired"),
        ("控建安装", "system-requirements"),
        ("密马忘了", "forgot-card-password"),
        ("身份任正第三步", "auth-step3-failed"),
    ],
    "slip": [
        ("读卡器错误错误", "card-read-error"),
        ("机构代码组织已存在", "org-code-exists"),
        ("卡无片效登录环节", "card-invalid-at-login-control"),
        ("sl.symbc.com", "symcb-port-80-warning"),
        ("forgot passwrod", "forgot-card-password"),
        ("farenkasuodign", "legal-card-locked"),
    ],
    "pinyin": [
        ("farenkasuoding", "legal-card-locked"),
        ("duka cuowu", "card-read-error"),
        ("fa'ren'ka'guo'qi", "legal-card-expired"),
        ("youxianggeshicuowu", "email-format-error"),
        ("xieyi kongbai", "agreement-blank"),
        ("shenfen renzen disanbu", "auth-step3-failed"),
    ],
    "initials": [
        ("frkbsd", "legal-card-locked"),
        ("wjyhm", "forgot-username"),
        ("ynzk", "which-card"),
        ("yxgs", "email-format-error"),
    ],
    "english": [
        ("card locked", "legal-card-locked"),
        ("email format error", "email-format-error"),
        ("how to apply", "how-to-apply"),
        ("org code already exists", "org-code-exists"),
        ("blank agreement page", "agreement-blank"),
    ],
    "mixed": [
        ("card被锁", "legal-card-locked"),
        ("password忘了", "forgot-card-password"),
        ("法人ka锁了", "legal-card-locked"),
        ("激活account", "account-not-activated"),
        ("80端口", "symcb-port-80-warning"),
    ],
    "pasted": [
        ("【错误】[读卡器底层库] 打开读卡器失败：错误码=0x8010002E，请重试", "card-read-error"),
        ("Error: 身份认证第三步失败，输入数据有误 (code 3)", "auth-step3-failed"),
        ("提示：该组织机构代码已存在！", "org-code-exists"),
    ],
}
CASES = [(kind, query, slug) for kind, cases in FIRST.items() for query, slug in cases]


@pytest.mark.parametrize(("kind", "query", "slug"), CASES)
def test_a_query_of_every_kind_finds_its_entry(kind: str, query: str, slug: str) -> None:
    found = content().search(query, limit=3)
    assert found.entries[0].slug == slug
    assert found.result.confidence is not Confidence.LOW


@pytest.fixture
def both(tmp_path: Path) -> tuple[Index, Index]:
    documents = documents_of(Entry.objects.select_related("stage"))
    stores = [store_named(name, folder=tmp_path, version="1") for name in ("memory", "tantivy")]
    one, two = (Index(documents, glossary(), store=store) for store in stores)
    return one, two


def test_both_stores_give_the_same_hits(both: tuple[Index, Index]) -> None:
    memory, disk = both
    path = settings.BASE_DIR / "tests" / "faq" / "queries_own.json"
    queries = [query["query"] for query in json.loads(path.read_text(encoding="utf-8"))]
    for query in [*queries, *(query for _kind, query, _slug in CASES)]:
        here, there = memory.search(query), disk.search(query)
        assert [hit.slug for hit in here.hits[:3]] == [hit.slug for hit in there.hits[:3]], query
        assert here.confidence is there.confidence, query


def test_the_index_on_disk_is_built_once_a_version(tmp_path: Path) -> None:
    documents = documents_of(Entry.objects.select_related("stage"))

    def ask(version: str, given: list[Any]) -> list[str]:
        index = Index(given, store=store_named("tantivy", folder=tmp_path, version=version))
        return [hit.slug for hit in index.search("法人卡已被锁定", limit=1).hits]

    assert ask("1", documents) == ["legal-card-locked"]
    assert ask("1", documents[:1]) == ["legal-card-locked"]  # opened, not built anew
    assert ask("2", documents[:1]) != ["legal-card-locked"]
    for version in ("3", "4", "5"):
        ask(version, documents[:1])
    assert len(list(tmp_path.iterdir())) == 2


def test_an_edit_reaches_the_index_on_disk(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FAQ_SEARCH_ENGINE = "tantivy"
    settings.FAQ_SEARCH_DIR = tmp_path
    entry = Entry.objects.get(slug="which-card")
    entry.aliases = [*entry.aliases, "乌龙茶"]
    entry.save()
    assert content().search("乌龙茶", limit=3).entries[0].slug == "which-card"
    entry.aliases = entry.aliases[:-1]
    entry.save()
    assert content().search("乌龙茶", limit=3).result.confidence is Confidence.LOW


def test_a_changed_entry_replaces_only_itself_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = documents_of(Entry.objects.select_related("stage"))
    weighed: list[str] = []

    def weigh(document: Document, mean: Any) -> Any:
        weighed.append(document.slug)
        return analyse(document, mean)

    monkeypatch.setattr(disk, "analyse", weigh)

    def index_of(version: str, given: list[Document]) -> Index:
        weighed.clear()
        return Index(given, store=store_named("tantivy", folder=tmp_path, version=version))

    def first(index: Index, query: str) -> str:
        return next((hit.slug for hit in index.search(query, limit=1).hits), "")

    before = index_of("1", documents)
    assert len(weighed) == len(documents)
    card = next(one for one in documents if one.slug == "which-card")
    others = [one for one in documents if one is not card]
    edited = dataclasses.replace(card, fields={**card.fields, "aliases": "乌龙茶 oolong"})
    after = index_of("2", [*others, edited])
    assert weighed == ["which-card"]
    assert first(after, "乌龙茶") == first(after, "oolong") == "which-card"
    assert first(after, "ooolong") == "which-card"  # its words are known to the speller
    assert first(before, "乌龙茶") != "which-card"  # whoever still holds the old version
    assert first(after, "法人卡已被锁定") == "legal-card-locked"

    without = index_of("3", others)
    assert weighed == []
    assert not [hit for hit in without.search("用哪张卡", limit=50).hits if hit.slug == card.slug]
    again = index_of("4", documents)
    assert weighed == ["which-card"]
    assert [hit.slug for hit in again.search("用哪张卡", limit=5).hits] == [
        hit.slug for hit in before.search("用哪张卡", limit=5).hits
    ]
    # What was kept was weighed among other neighbours: after a tenth everything is weighed anew.
    index_of("5", others)
    assert len(weighed) == len(others)


def test_a_last_version_that_is_broken_is_written_anew(tmp_path: Path) -> None:
    documents = documents_of(Entry.objects.select_related("stage"))
    for version in ("1", "2"):
        index = Index(documents, store=store_named("tantivy", folder=tmp_path, version=version))
        assert index.search("法人卡已被锁定", limit=1).hits[0].slug == "legal-card-locked"
        for file in tmp_path.glob("*/meta.json"):
            file.write_text("{", encoding="utf-8")


def test_another_engine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="memory or tantivy"):
        store_named("sphinx", folder=tmp_path, version="1")


def test_a_word_of_the_glossary_is_another_name() -> None:
    assert content().search("铁盒子", limit=3).result.confidence is Confidence.LOW
    row = GlossaryTerm.objects.get(name="读卡器")
    row.terms = [*row.terms, "铁盒子", "thingamajig"]
    row.save()
    assert "card-read-error" in [e.slug for e in content().search("铁盒子", limit=2).entries]
    assert "card-read-error" in [e.slug for e in content().search("thingamajig", limit=2).entries]


def test_a_number_in_the_glossary_fires_only_by_itself() -> None:
    row = GlossaryTerm.objects.get(name="浏览器")
    assert "360" in row.terms
    assert content().search("12360", limit=1).entries[0].slug in {
        "contact",
        "registry-info-mismatch",
        "org-code-misrecognised",
    }


def test_a_story_that_mentions_a_topic_not_covered_is_still_answered() -> None:
    story = "我们以前用电子口岸的卡报关，没注册过单一窗口，现在用账号密码登录提示账号未激活"
    found = content().search(story, limit=3)
    assert found.uncovered is None
    assert found.entries[0].slug == "account-not-activated"


@pytest.mark.parametrize(
    ("query", "level"),
    [
        ("法人卡已被锁定", Confidence.HIGH),
        ("farenkasuoding", Confidence.HIGH),
        ("这事该打谁的电话", Confidence.MIDDLE),
        ("火星上有没有水", Confidence.LOW),
        ("怎么申请理赔", Confidence.LOW),
    ],
)
def test_the_three_states(query: str, level: Confidence) -> None:
    assert content().search(query, limit=3).result.confidence is level


@pytest.mark.parametrize("query", ["怎么办", "请问", "你好", "为什么", "？？", "的"])
def test_only_fillers_are_no_answer(client: Client, query: str) -> None:
    assert content().search(query, limit=3).result.confidence is not Confidence.HIGH
    assert client.get("/faq/search/", {"q": query}).status_code == 200


@pytest.mark.parametrize(
    ("query", "mark"),
    [
        ("kapianwuxiao", "<mark>卡片无效</mark>"),
        ("card locked", "<mark>卡已被锁定</mark>"),
        ("法人咔過期", "<mark>法人卡已过期</mark>"),
        ("公章报错", "<mark>"),
    ],
)
def test_what_was_understood_is_marked(client: Client, query: str, mark: str) -> None:
    html = client.get("/faq/search/", {"q": query}).content.decode()
    assert mark in html


def suggested(client: Client, query: str) -> list[str]:
    body = client.get("/faq/search/suggest/", {"q": query})
    assert body.status_code == 200
    return [line["id"] for line in body.json()["suggestions"]]


def test_suggestions_come_while_a_word_is_half_typed(client: Client) -> None:
    assert suggested(client, "邮")[0] == "email-format-error"
    assert "legal-card-locked" in suggested(client, "farenkas")
    assert suggested(client, "fa'ren'ka'suo") == ["legal-card-locked"]
    assert suggested(client, "c103") == ["legal-card-locked"]
    assert suggested(client, "C-10") == suggested(client, "c10")


@pytest.mark.parametrize(
    ("letters", "ways"),
    [
        ("farenkasuoding", {("fa", "ren", "ka", "suo", "ding")}),
        ("fangan", {("fang", "an"), ("fan", "gan")}),
        ("xian", {("xian",)}),
        ("frk", set()),
        ("", set()),
    ],
)
def test_letters_are_split_into_the_fewest_syllables(
    letters: str, ways: set[tuple[str, ...]]
) -> None:
    assert set(splits(letters)) == ways


@given(st.lists(st.sampled_from(sorted(SYLLABLES)), min_size=1, max_size=12))
def test_whatever_is_pinyin_is_split_again(syllables: list[str]) -> None:
    ways = splits("".join(syllables))
    assert ways
    assert all("".join(way) == "".join(syllables) for way in ways)
    assert len(ways[0]) <= len(syllables)


def test_a_half_typed_syllable_is_left_off() -> None:
    assert begun("farenk") == "faren"
    assert begun("kapianwux") == "kapianwu"
    assert begun("frkbsd") == ""


def test_characters_sound_as_in_their_word() -> None:
    assert sounds("重新") == ["chong", "xin"]
    assert sounds("严重") == ["yan", "zhong"]
    assert sounds("银行") == ["yin", "hang"]
    assert fold("zheng") == fold("zen")


@given(st.text("abcd", min_size=5, max_size=8), st.data())
def test_one_slip_is_one_slip_from_both_sides(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    for other in (
        word[:at] + word[at + 1 :],
        word[:at] + "x" + word[at:],
        word[:at] + "x" + word[at + 1 :],
    ):
        assert one_slip(word, other)
        assert one_slip(other, word)
    assert nearest(word, {word[:at] + word[at + 1 :]})


@pytest.mark.parametrize("query", ["abcdefgh" * 25, "aaaaaa" * 40, "zhuangx" * 20])
def test_no_slip_is_looked_for_in_a_wall_of_letters(
    query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> str:
        raise AssertionError("thousands of readings")

    monkeypatch.setattr("faq.search.reading.repaired", never)
    assert content().search(query, limit=5).result.confidence is Confidence.LOW


@rules(deadline=None)  # the first one builds the index
@given(st.text(max_size=250))
def test_any_text_is_read(text: str) -> None:
    reading = _index().read(text)
    assert len(reading.importance) == len(reading.text)
    # A misspelt Latin word may have been put right, nothing else.
    assert WORD.sub("", reading.text) == WORD.sub("", normalise(text))
    assert len(WORD.findall(reading.text)) == len(WORD.findall(normalise(text)))
    for claim in reading.claims:
        assert 0 <= claim.start < claim.end <= len(reading.text)
        assert 0 < claim.share <= 1


@functools.cache
def _index() -> Index:
    return Index(documents_of(content().entries), glossary())
