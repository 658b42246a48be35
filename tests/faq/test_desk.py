"""The desk: who enters, what is copied, pinned and sent, what becomes of a search in vain."""

from __future__ import annotations

import io
import re

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.test import Client

from faq.content import content
from faq.models import Entry, Feedback
from faq.models_desk import DeskUse, FeedbackReason, Revision, SearchLog, StaffAccount
from tests.faq.staff import PASSWORD, at_desk, draft, make_staff

DESK = "/faq/desk/"
LOGIN = "/faq/desk/login/"
PAGES = [
    DESK,
    "/faq/desk/searches/",
    "/faq/desk/searches.csv",
    "/faq/desk/stats/",
    "/faq/desk/stats/funnel.csv",
    "/faq/desk/links/",
    "/faq/desk/preview/12/",
]
EDITORS_PAGES = ["/faq/desk/exchange/", "/faq/desk/exchange/faq.json", "/faq/desk/exchange/faq.csv"]
POSTS = ["/faq/desk/use/12/", "/faq/desk/searches/alias/", "/faq/desk/searches/dismiss/"]


# --- who enters ---------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [*PAGES, *EDITORS_PAGES])
def test_a_stranger_is_led_to_sign_in(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"].startswith(f"{LOGIN}?next=")


@pytest.mark.parametrize("address", [*PAGES, *EDITORS_PAGES])
def test_an_account_without_a_role_is_refused(address: str) -> None:
    assert at_desk("").get(address).status_code == 403


@pytest.mark.parametrize("address", [*PAGES, *EDITORS_PAGES])
def test_the_roles_differ_in_what_they_may_exchange(address: str) -> None:
    assert at_desk("editor").get(address).status_code == 200
    expected = 403 if address in EDITORS_PAGES else 200
    assert at_desk("support").get(address).status_code == expected


@pytest.mark.parametrize("address", PAGES)
def test_desk_pages_are_neither_stored_nor_found(address: str) -> None:
    response = at_desk().get(address)
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]


@pytest.mark.parametrize("address", POSTS)
def test_what_changes_something_takes_a_post_of_our_own_page(address: str) -> None:
    assert at_desk().get(address).status_code == 405
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(make_staff("guarded", "support"))
    assert guarded.post(address, {"act": "pin"}).status_code == 403
    assert Client().post(address).status_code == 302
    assert not DeskUse.objects.exists()


def test_somebody_who_left_is_out(client: Client) -> None:
    user = make_staff("left", "support")
    client.force_login(user)
    assert client.get(DESK).status_code == 200
    user.is_staff = False
    user.save()
    assert client.get(DESK).status_code == 403
    user.is_active = False
    user.save()
    assert client.get(DESK).status_code == 302


# --- signing in ---------------------------------------------------------------------------------


def sign_in(client: Client, name: str, password: str, **more: str) -> int:
    return client.post(LOGIN, {"username": name, "password": password, **more}).status_code


def test_signing_in_leads_to_the_page_that_was_asked_for(client: Client) -> None:
    make_staff("kefu", "support")
    response = client.post(
        LOGIN, {"username": "kefu", "password": PASSWORD, "next": "/faq/desk/stats/"}
    )
    assert (response.status_code, response["Location"]) == (303, "/faq/desk/stats/")
    assert client.session.get_expiry_age() <= 8 * 3600


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_signing_in_never_leads_away(client: Client, target: str) -> None:
    make_staff("kefu", "support")
    response = client.post(LOGIN, {"username": "kefu", "password": PASSWORD, "next": target})
    assert response["Location"] == DESK


@pytest.mark.parametrize(("name", "password"), [("kefu", "wrong"), ("nobody", PASSWORD)])
def test_every_refusal_reads_the_same(client: Client, name: str, password: str) -> None:
    make_staff("kefu", "support")
    html = client.post(LOGIN, {"username": name, "password": password}).content.decode()
    assert "用户名或密码不对" in html
    assert "<title>错误：" in html


@pytest.mark.parametrize("name", ["", "\x00", "名" * 40_000, "\u202e", "' OR 1=1 --"])
def test_no_name_is_an_error(client: Client, name: str) -> None:
    assert sign_in(client, name, "x") == 200


@pytest.mark.parametrize("door", [LOGIN, "/admin/login/"])
def test_too_many_tries_on_a_name_are_refused_even_with_the_right_password(
    client: Client, monkeypatch: pytest.MonkeyPatch, door: str
) -> None:
    monkeypatch.setattr("faq.desk.throttle.SIGNINS_PER_NAME", 3)
    make_staff("kefu", "support")
    for _ in range(3):
        client.post(door, {"username": "kefu", "password": "wrong"})
    response = client.post(door, {"username": "kefu", "password": PASSWORD})
    assert "尝试次数太多" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_too_many_tries_from_an_address_are_refused(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faq.desk.throttle.SIGNINS_PER_ADDRESS", 3)
    make_staff("kefu", "support")
    for place in range(3):
        sign_in(client, f"guess-{place}", "wrong")
    assert sign_in(client, "kefu", PASSWORD) == 200
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert sign_in(elsewhere, "kefu", PASSWORD) == 303


def test_good_sign_ins_do_not_lock_an_office_out(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faq.desk.throttle.SIGNINS_PER_ADDRESS", 3)
    make_staff("kefu", "support")
    assert [sign_in(Client(), "kefu", PASSWORD) for _ in range(6)] == [303] * 6


def test_signing_out_takes_a_post(client: Client) -> None:
    client.force_login(make_staff("kefu", "support"))
    assert client.get("/faq/desk/logout/").status_code == 405
    assert client.post("/faq/desk/logout/")["Location"] == LOGIN
    assert client.get(DESK).status_code == 302


# --- accounts -----------------------------------------------------------------------------------


def made_account(role: str = "support") -> str:
    out = io.StringIO()
    call_command("desk_user", "kefu", "--role", role, stdout=out)
    return out.getvalue().strip().split()[-1]


def test_there_is_no_default_account() -> None:
    assert not User.objects.exists()
    assert set(Group.objects.values_list("name", flat=True)) >= {"editor", "support"}


def test_a_one_time_password_leads_to_choosing_ones_own_and_nowhere_else(client: Client) -> None:
    password = made_account()
    assert sign_in(client, "kefu", password) == 303
    for address in (DESK, "/faq/desk/stats/"):
        assert client.get(address)["Location"] == "/faq/desk/password/"
    assert client.get("/admin/").status_code == 302
    assert "一次性密码" in client.get("/faq/desk/password/").content.decode()
    chosen = {"old_password": password, "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert client.post("/faq/desk/password/", chosen)["Location"] == DESK
    assert client.get(DESK).status_code == 200
    assert sign_in(Client(), "kefu", password) == 200
    assert sign_in(Client(), "kefu", PASSWORD) == 303


def test_changing_a_password_makes_nobody_staff_again(client: Client) -> None:
    user = make_staff("kefu", "support", staff=False)
    StaffAccount.objects.create(user=user, password_once=False)
    client.force_login(user)
    new = {
        "old_password": PASSWORD,
        "new_password1": "Birch-bark-99",
        "new_password2": "Birch-bark-99",
    }
    client.post("/faq/desk/password/", new)
    user.refresh_from_db()
    assert not user.is_staff
    assert client.get(DESK).status_code == 403


def test_the_command_gives_each_time_another_password_and_one_role() -> None:
    assert made_account() != made_account("editor")
    assert [group.name for group in User.objects.get(username="kefu").groups.all()] == ["editor"]
    User.objects.create_superuser("boss", password=PASSWORD)
    with pytest.raises(CommandError):
        call_command("desk_user", "boss")
    with pytest.raises(CommandError):
        call_command("desk_user", "no spaces please")


# --- replies ------------------------------------------------------------------------------------


def test_a_reply_is_plain_text_with_the_short_link() -> None:
    html = at_desk().get(DESK, {"q": "卡锁了"}).content.decode()
    found = re.search(r'data-copy="(【[^"]*)"', html)
    assert found
    entry = Entry.objects.get(slug="legal-card-locked")
    assert found[1].startswith(f"【{entry.title}】")
    assert found[1].endswith(f" 详见 http://testserver/f/{entry.number}")
    assert "**" not in found[1]


@pytest.mark.parametrize("typed", ["C-103", "c103", "ｃ－１０３"])
def test_the_callers_code_goes_along_to_the_answer(client: Client, typed: str) -> None:
    html = at_desk().get(DESK, {"q": "卡锁了", "code": typed}).content.decode()
    link = "/f/9?code=C-103"
    entry = Entry.objects.get(slug="legal-card-locked")
    link = f"/f/{entry.number}?code=C-103"
    assert f"http://testserver{link}" in html
    page = client.get(link, follow=True).content.decode()
    assert '您的错误代码是 <b class="code">C-103</b>' in page
    assert 'href="/contact/?code=C-103"' in page


@pytest.mark.parametrize("code", ["Z-999", "<script>alert(1)</script>", "\x00", "9" * 40_000])
def test_a_code_that_is_none_goes_nowhere(client: Client, code: str) -> None:
    html = at_desk().get(DESK, {"q": "卡锁了", "code": code}).content.decode()
    assert "?code=" not in html.replace("?code=C-", "")
    assert "<script>alert" not in html
    response = client.get("/f/12", {"code": code}, follow=True)
    assert response.status_code == 200
    assert "您的错误代码是" not in response.content.decode()


@pytest.mark.parametrize("query", ["\x00", "卡" * 40_000, "\ud800", "<b>", "qwertzuiop", "理赔"])
def test_no_search_is_an_error(query: str) -> None:
    text = "".join(f"%{byte:02X}" for byte in query.encode("utf-8", "surrogatepass"))
    assert at_desk().get(f"{DESK}?q={text}").status_code == 200


def test_used_and_pinned_answers_are_ones_own() -> None:
    mine, other = at_desk("support"), at_desk("editor")
    assert (
        mine.post(
            "/faq/desk/use/12/", {"act": "use"}, headers={"X-Requested-With": "fetch"}
        ).status_code
        == 204
    )
    assert mine.post("/faq/desk/use/7/", {"act": "pin"})["Location"] == DESK
    html = mine.get(DESK).content.decode()
    assert (
        html.index("置顶的答案") < html.index("/f/7") < html.index("最近用过") < html.index("/f/12")
    )
    assert "/f/12" not in other.get(DESK).content.decode()
    mine.post("/faq/desk/use/7/", {"act": "unpin"})
    assert "置顶的答案" not in mine.get(DESK).content.decode()


def test_looking_uses_nothing() -> None:
    client = at_desk()
    client.get(DESK, {"q": "卡锁了"})
    client.get("/faq/desk/preview/12/")
    assert not DeskUse.objects.exists()
    assert not SearchLog.objects.exists()


@pytest.mark.parametrize(
    "back", ["https://example.org/", "//example.org", "javascript:alert(1)", "\x00"]
)
def test_pinning_never_leads_away(back: str) -> None:
    response = at_desk().post("/faq/desk/use/12/", {"act": "pin", "back": back})
    assert response["Location"] == DESK


@pytest.mark.parametrize(("number", "act"), [(12, "steal"), (99_999, "pin"), (10**30, "pin")])
def test_nothing_else_can_be_done_to_an_answer(number: int, act: str) -> None:
    assert at_desk().post(f"/faq/desk/use/{number}/", {"act": act}).status_code == 404


# --- searches in vain ---------------------------------------------------------------------------


def search_for(query: str, times: int = 1) -> None:
    for _ in range(times):
        Client().post("/faq/search/log/", {"q": query})


def test_searches_without_result_and_without_click_stand_apart() -> None:
    search_for("泡泡糖粘在键盘", 2)
    search_for("卡锁了")
    html = at_desk().get("/faq/desk/searches/").content.decode()
    none, unclicked = html.index('id="none-h"'), html.index('id="unclicked-h"')
    assert none < html.index("<b>泡泡糖粘在键盘</b>") < unclicked < html.index("<b>卡锁了</b>")


@pytest.mark.parametrize("role", ["support", "editor"])
def test_an_alias_changes_the_next_search(role: str) -> None:
    search_for("泡泡糖粘在键盘")
    client = at_desk(role)
    posted = {"query": "泡泡糖粘在键盘", "entry": "12 该用哪张卡"}
    assert client.post("/faq/desk/searches/alias/", posted).status_code == 303
    found = content().search("泡泡糖粘在键盘", limit=3)
    assert found.entries[0].number == 12
    assert found.result.confidence.value == "high"
    assert "<b>泡泡糖" not in client.get("/faq/desk/searches/").content.decode()
    revision = Revision.objects.filter(entry__number=12).first()
    assert revision is not None
    assert revision.by is not None
    assert (revision.by.username, revision.record["aliases"][-1]) == (role, "泡泡糖粘在键盘")


@pytest.mark.parametrize(
    ("query", "entry", "words"),
    [
        ("泡泡糖", "没有号", "没有这个条目"),
        ("泡泡糖", "99999", "没有这个条目"),
        ("泡泡糖", "9" * 4000, "没有这个条目"),
        ("泡泡糖", "\x00", "没有这个条目"),
        ("电话[数字]", "12", "不能加为同义说法"),
        ("", "12", "不能加为同义说法"),
    ],
)
def test_what_is_no_alias_is_said(query: str, entry: str, words: str) -> None:
    client = at_desk()
    before = Entry.objects.get(number=12).aliases
    client.post("/faq/desk/searches/alias/", {"query": query, "entry": entry})
    assert words in client.get("/faq/desk/searches/").content.decode()
    assert Entry.objects.get(number=12).aliases == before


def test_a_search_can_be_left_alone() -> None:
    search_for("泡泡糖")
    client = at_desk()
    client.post("/faq/desk/searches/dismiss/", {"query": "泡泡糖"})
    assert "<b>泡泡糖</b>" not in client.get("/faq/desk/searches/").content.decode()


def test_a_new_answer_begins_with_what_was_searched() -> None:
    search_for("泡泡糖粘在键盘")
    client = at_desk()
    html = client.get("/faq/desk/searches/").content.decode()
    link = re.search(r'href="(/admin/faq/entry/add/\?query=[^"]+)"', html)
    assert link
    before = Entry.objects.count()
    form = client.get(link[1])
    assert form.status_code == 200
    assert form.content.decode().count("泡泡糖粘在键盘") >= 3
    assert Entry.objects.count() == before


# --- votes, reasons, plots ----------------------------------------------------------------------


def test_a_reason_follows_an_unhelpful_vote(client: Client) -> None:
    client.post("/faq/which-card/feedback/", {"v": "0"})
    html = client.get("/faq/which-card/?voted=0").content.decode()
    assert "哪里没有帮上忙" in html
    response = client.post("/faq/which-card/feedback/reason/", {"r": "unclear"})
    assert response["Location"].endswith("?voted=0&said=1#feedback")
    client.post("/faq/which-card/feedback/reason/", {"r": "missing"})
    assert FeedbackReason.objects.get().reason == "missing"
    assert "原因已记下" in client.get("/faq/which-card/?voted=0&said=1").content.decode()


def test_without_an_unhelpful_vote_there_is_no_reason(client: Client) -> None:
    client.post("/faq/which-card/feedback/reason/", {"r": "unclear"})
    client.post("/faq/which-card/feedback/", {"v": "1"})
    client.post("/faq/which-card/feedback/reason/", {"r": "unclear"})
    client.post("/faq/which-card/feedback/", {"v": "0"})
    client.post("/faq/which-card/feedback/reason/", {"r": "<script>"})
    assert not FeedbackReason.objects.exists()
    assert client.get("/faq/which-card/feedback/reason/").status_code == 405


def test_the_funnel_counts_from_search_to_solved(client: Client) -> None:
    search_for("泡泡糖粘在键盘")
    row = client.post("/faq/search/log/", {"q": "卡锁了"}).json()["row"]
    client.post("/faq/search/log/", {"row": row, "clicked": "legal-card-locked"})
    Feedback.objects.create(entry=Entry.objects.get(slug="legal-card-locked"), helpful=True)
    table = at_desk().get("/faq/desk/stats/funnel.csv").content.decode("utf-8-sig")
    assert [line.split(",")[1] for line in table.split()[1:]] == ['"2"', '"1"', '"1"', '"1"']


def test_a_plot_has_its_numbers_in_words_and_in_a_table() -> None:
    entry = Entry.objects.get(slug="which-card")
    for helpful in (True, True, False):
        given = Feedback.objects.create(entry=entry, helpful=helpful)
    FeedbackReason.objects.create(feedback=given, reason="outdated")
    search_for("卡锁了", 3)
    html = at_desk().get("/faq/desk/stats/").content.decode()
    assert '<text x="318" y="35" fill="#17212f" font-size="14" font-weight="700">3</text>' in html
    assert '<th scope="row">卡锁了</th><td class="r num">3</td>' in html
    assert "67%" in html
    assert "内容过时 1" in html


def test_without_anything_the_plots_say_so() -> None:
    html = at_desk().get("/faq/desk/stats/?days=7").content.decode()
    assert "这段时间没有搜索" in html
    assert "这段时间没有反馈" in html
    assert at_desk("editor").get("/faq/desk/stats/?days=x").status_code == 200
    assert at_desk("").get("/faq/desk/stats/none.csv").status_code == 403


@pytest.mark.parametrize("query", ["=1+1", "+cmd|' /c calc'!a0", "-2+3", "@sum(1)", "＝1+1"])
def test_no_search_becomes_a_formula(query: str) -> None:
    search_for(query)
    for address in ("/faq/desk/stats/queries.csv", "/faq/desk/searches.csv"):
        client = Client()
        client.force_login(
            User.objects.filter(username="support").first() or make_staff("support", "support")
        )
        body = client.get(address).content
        assert body.startswith(b"\xef\xbb\xbf")
        cells = re.findall(r'"([^"]*)"', body.decode("utf-8-sig"))
        assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@", "＝"))]
        assert [cell for cell in cells if cell.startswith("'")]


# --- links --------------------------------------------------------------------------------------


def test_the_shipped_content_links_to_nothing_that_is_missing() -> None:
    assert "所有链接都有对应的内容" in at_desk().get("/faq/desk/links/").content.decode()


def test_a_link_to_nothing_is_listed() -> None:
    draft(
        why="见 [那里](faq:no-such-entry)、[页面](page:nowhere)、[外面](https://example.org) 和 http://坏",
        related=["gone"],
        here_url="/nowhere-at-all/x/",
    )
    html = at_desk().get("/faq/desk/links/").content.decode()
    for target in ("no-such-entry", "page:nowhere", "gone", "/nowhere-at-all/x/"):
        assert f"<code>{target}</code>" in html


def test_a_link_to_an_old_address_is_none_to_nothing() -> None:
    entry = Entry.objects.get(slug="which-card")
    entry.slug = "card-choice"
    entry.save()
    assert "which-card" not in at_desk().get("/faq/desk/links/").content.decode()
