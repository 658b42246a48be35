"""The log of searches: nobody in it, prefixes merged, clicks, and nothing without a script."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from faq.desk import searchlog
from faq.desk.masking import masked
from faq.models_desk import SearchLog, Tries

LOG = "/faq/search/log/"


def note(client: Client, query: str, token: str = "") -> dict[str, str]:
    """What the page's script posts and hears."""
    response = client.post(LOG, {"q": query, "token": token})
    answer: dict[str, str] = response.json() if response.status_code == 200 else {}
    return answer


def logged() -> list[str]:
    return list(SearchLog.objects.order_by("pk").values_list("query", flat=True))


# --- nobody is in it ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("我的电话13800138000打不通", "我的电话[数字]打不通"),
        ("138-0013 8000", "[数字]"),
        ("１３８００１３８０００", "[数字]"),
        ("身份证 11010519491231002X 提示错误", "身份证 [数字] 提示错误"),
        ("91440101MA5ABCDE9K 不一致", "[数字] 不一致"),
        ("卡号6222 0200 0000 0000 001", "卡号[数字]"),
        ("邮箱 lin.example@example.com 格式错误", "邮箱 [邮箱] 格式错误"),
        ("lin_example-1@示例.公司", "[邮箱]"),
        ("wxid_a1b2c3d4e5", "[数字]"),
        ("护照 E12345678", "护照 [数字]"),
        ("申请号 TB-2026-1123-017", "申请号 tb-[数字]"),
        ("一三八零零一三八零零零", "[数字]"),
        ("广东示例虚舟灯饰有限公司没有投保单", "[企业]没有投保单"),
        ("12345", "[数字]"),
        ("我叫王小明 卡锁了", "我叫[姓名] 卡锁了"),
        ("我是欧阳娜", "我是[姓名]"),
        ("法人是李四对不上", "法人是[姓名]不上"),
        ("联系人：陈晓 邮箱格式错误", "联系人:[姓名] 邮箱格式错误"),
        ("何小姐电话", "[姓名]小姐电话"),
        ("马总让我投保", "[姓名]总让我投保"),
        ("找林志经理", "找[姓名]经理"),
    ],
)
def test_what_could_name_somebody_is_masked(typed: str, kept: str) -> None:
    assert masked(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "卡锁了",
        "12360",
        "010-95198 打不通",
        "ie9",
        "sl.symcb.com",
        "c-103",
        "80 端口",
        "2000",
        "法人姓名和法人证件号码与库中信息不匹配",
        "我是操作员",
        "法人是谁",
        "联系人方式",
        "小微专员",
        "对方经理",
        "黄灯总闪",
    ],
)
def test_what_names_nobody_stays(typed: str) -> None:
    assert masked(typed) == typed


@settings(deadline=None)  # a shared machine
@given(st.text(max_size=60), st.integers(10**10, 10**11 - 1), st.text(max_size=60))
def test_no_mobile_number_is_ever_kept(before: str, number: int, after: str) -> None:
    kept = masked(f"{before}{number}{after}")
    assert str(number) not in kept


@settings(deadline=None)  # a shared machine
@given(st.text(max_size=400))
def test_masking_never_fails_and_masks_once(text: str) -> None:
    once = masked(text)
    assert len(once) <= 200
    assert masked(once) == once


def test_neither_address_nor_session_is_stored(client: Client) -> None:
    note(client, "卡锁了")
    row = SearchLog.objects.values().get()
    assert set(row) == {"id", "query", "level", "clicked_id", "handled", "token_hash", "at"}
    assert "127.0.0.1" not in str(row)
    assert all(
        "127.0.0.1" not in bucket for bucket in Tries.objects.values_list("bucket", flat=True)
    )
    assert "sessionid" not in client.cookies


# --- what one visitor types ---------------------------------------------------------------------


def test_typed_prefixes_are_one_search(client: Client) -> None:
    token = ""
    for typed in ("卡", "卡锁", "卡锁了"):
        token = note(client, typed, token)["token"]
    assert logged() == ["卡锁了"]


def test_going_back_to_a_prefix_is_still_the_longer_search(client: Client) -> None:
    token = note(client, "卡锁了")["token"]
    note(client, "卡锁", token)
    assert logged() == ["卡锁了"]


def test_another_search_is_another_search(client: Client) -> None:
    token = note(client, "卡锁了")["token"]
    note(client, "印章", token)
    assert logged() == ["卡锁了", "印章"]


def test_two_visitors_are_not_merged(client: Client) -> None:
    note(client, "卡")
    note(Client(), "卡锁")
    assert logged() == ["卡", "卡锁"]


def test_a_forged_token_merges_nothing(client: Client) -> None:
    good = note(client, "卡")["token"]
    for token in ("", "x", good[:-1] + ("B" if good[-1] == "A" else "A"), "\x00", "1" * 5000):
        note(client, "卡锁", token)
    assert logged() == ["卡", *["卡锁"] * 5]


def test_the_tie_between_searches_is_cut_after_seconds(client: Client) -> None:
    token = note(client, "卡")["token"]
    later = timezone.now() + datetime.timedelta(seconds=searchlog.MERGE_SECONDS + 1)
    searchlog.sweep(later)
    assert SearchLog.objects.exclude(token_hash="").count() == 0
    note(client, "卡锁", token)
    assert logged() == ["卡", "卡锁"]


def test_old_searches_are_deleted(client: Client) -> None:
    note(client, "很久以前")
    SearchLog.objects.update(at=timezone.now() - searchlog.KEPT - datetime.timedelta(days=1))
    note(client, "今天")
    assert logged() == ["今天"]


# --- clicks -------------------------------------------------------------------------------------


def test_a_click_is_noted_once(client: Client) -> None:
    row = note(client, "卡锁了")["row"]
    for slug in ("legal-card-locked", "which-card"):
        assert client.post(LOG, {"row": row, "clicked": slug}).status_code == 204
    assert SearchLog.objects.get().clicked.slug == "legal-card-locked"  # type: ignore[union-attr] # set


@pytest.mark.parametrize("row", ["1", "x:y:z", "\x00", "9" * 40_000])
def test_a_forged_click_is_none(client: Client, row: str) -> None:
    note(client, "卡锁了")
    client.post(LOG, {"row": row, "clicked": "which-card"})
    assert SearchLog.objects.get().clicked is None


# --- only what a script of ours posts -----------------------------------------------------------


def test_reading_notes_nothing(client: Client) -> None:
    client.get("/faq/search/", {"q": "卡锁了"})
    client.get("/api/faq/search", {"q": "卡锁了"})
    assert client.get(LOG).status_code == 405
    assert logged() == []


def test_results_and_the_empty_page_bring_the_script(client: Client) -> None:
    for query in ("卡锁了", "qwertzuiop"):
        html = client.get("/faq/search/", {"q": query}).content.decode()
        assert f'data-log="{LOG}"' in html
        assert f'data-query="{query}"' in html


def test_another_site_cannot_fill_the_log(client: Client) -> None:
    client.post(LOG, {"q": "卡锁了"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert logged() == []


def test_one_address_cannot_fill_the_log(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faq.desk.throttle.LOGS_PER_ADDRESS", 3)
    for place in range(5):
        note(client, f"第{'甲乙丙丁戊'[place]}个问题")
    assert len(logged()) == 3


@pytest.mark.parametrize(
    "query", ["", " ", "\x00", "\u200b", "\ud800", "卡" * 40_000, "🙂", "<script>"]
)
def test_no_query_is_an_error(client: Client, query: str) -> None:
    data = f"q={''.join(f'%{b:02X}' for b in query.encode('utf-8', 'surrogatepass'))}"
    response = client.post(LOG, data, content_type="application/x-www-form-urlencoded")
    assert response.status_code in {200, 204}
    assert all(len(kept) <= 200 for kept in logged())


def test_the_level_is_the_servers_own(client: Client) -> None:
    client.post(LOG, {"q": "卡锁了", "level": "low"})
    client.post(LOG, {"q": "qwertzuiop", "level": "high"})
    assert list(SearchLog.objects.order_by("pk").values_list("level", flat=True)) == ["high", "low"]
