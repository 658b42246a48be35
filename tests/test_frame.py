"""The frame: how values are written, how fields are drawn, what surrounds every page."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.management import call_command
from django.http import Http404, HttpRequest
from django.template import engines
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from tests.worlds import browser, make_world, signed_in
from wizard import errors, prefs
from wizard.context import frame, frame_without_request
from wizard.models import World
from wizard.singlewindow.port import CardKind
from wizard.templatetags.ui import (
    control,
    day,
    mask_mobile,
    mask_name,
    moment,
    money,
    problems,
)

STATIC = Path(settings.BASE_DIR) / "static"


# --- how values are written ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("15400000001", "154 **** 0001"),
        ("154 0000 0001", "154 **** 0001"),
        ("020-20000001", "020 **** 0001"),
        ("12360", "****"),
        ("", "—"),
        (None, "—"),
    ],
)
def test_a_mobile_keeps_its_ends(number: object, shown: str) -> None:
    assert mask_mobile(number) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [("陈示例", "陈*例"), ("陈例", "陈*"), ("欧阳示例", "欧**例"), ("䶮", "*"), ("", "—")],
)
def test_a_name_keeps_its_ends(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@given(st.text(alphabet="陈示例䶮𬬩abcXYZ", min_size=3))
def test_the_middle_of_a_name_is_never_shown(name: str) -> None:
    shown = mask_name(name)
    assert len(shown) == len(name)
    assert shown[0] == name[0]
    assert shown[-1] == name[-1]
    assert set(shown[1:-1]) == {"*"}


@given(st.text())
def test_at_most_seven_digits_of_a_number_are_shown(text: str) -> None:
    assert len(re.sub(r"[^0-9]", "", mask_mobile(text))) <= 7


def test_days_and_moments_are_beijing_time() -> None:
    late = datetime(2026, 3, 5, 16, 30, tzinfo=UTC)
    assert day(late) == "2026-03-06"
    assert moment(late) == "2026-03-06 00:30"
    assert day(date(2026, 3, 5)) == "2026-03-05"
    assert (day(None), moment(None)) == ("—", "—")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("150000"), "USD 150,000.00"),
        ("0.005", "USD 0.01"),
        (-1, "USD -1.00"),
        (None, "—"),
        ("NaN", "—"),
        ("Infinity", "—"),
        ("1e9999", "—"),
        ("很多", "—"),
    ],
)
def test_money_has_two_decimals_or_is_a_dash(value: object, shown: str) -> None:
    assert money(value) == shown


# --- forms --------------------------------------------------------------------------------------


class Sample(forms.Form):
    """One field of every kind that the journey uses."""

    name = forms.CharField(label="姓名", help_text="办理本次投保的人")
    pin = forms.CharField(label="卡密码", widget=forms.PasswordInput)
    why = forms.CharField(label="原因", widget=forms.Textarea)
    kind = forms.ChoiceField(label="类型", choices=[("a", "甲"), ("b", "乙")])
    way = forms.ChoiceField(
        label="方式", choices=[("x", "一"), ("y", "二")], widget=forms.RadioSelect
    )
    agree = forms.BooleanField(label="我已阅读")


def drawn(form: Sample) -> str:
    """The form as a page draws it."""
    template = engines["django"].from_string(
        '{% load parts %}{% include "partials/error_summary.html" with form=f then="再确认投保" %}'
        "{% field_line f.name %}"
        "{% field_line f.pin %}"
        "{% field_line f.why %}"
        "{% field_line f.kind %}"
        '{% include "partials/choices.html" with field=f.way %}'
        "{% checkbox_line f.agree %}"
    )
    return template.render({"f": form})


def ids(html: str) -> set[str]:
    """Every id in the HTML."""
    return set(re.findall(r'\bid="([^"]+)"', html))


def test_what_was_typed_comes_back_escaped_and_secrets_do_not() -> None:
    html = drawn(Sample({"name": '<b>"陈"', "pin": "12345678", "why": "\n第二行", "kind": "b"}))
    assert 'value="&lt;b&gt;&quot;陈&quot;"' in html
    assert "12345678" not in html
    assert ">\n\n第二行</textarea>" in html  # browsers drop the first line break
    assert '<option value="b" selected>乙</option>' in html


def test_chosen_radio_and_ticked_box_stay() -> None:
    html = drawn(Sample({"way": "y", "agree": "on"}))
    assert re.search(r'value="y" checked', html)
    assert re.search(r'type="checkbox"[^>]* checked', html)


def test_every_error_leads_to_a_field_and_is_wired_to_it() -> None:
    form = Sample({"name": ""})
    html = drawn(form)
    assert "还有 6 处需要修改，改好后再确认投保" in html
    targets = re.findall(r'<a href="#([^"]+)">', html)
    assert len(targets) == 6
    assert set(targets) <= ids(html)
    for described in re.findall(r'aria-describedby="([^"]+)"', html):
        assert set(described.split()) <= ids(html)
    assert 'aria-describedby="id_name-h id_name-e" aria-invalid="true"' in html


def test_a_form_without_errors_draws_no_summary_and_no_error_class() -> None:
    html = drawn(Sample())
    assert "esum" not in html
    assert "bad-f" not in html
    assert "aria-invalid" not in html


def test_whole_form_errors_come_first_and_missing_forms_count_for_nothing() -> None:
    form = Sample({"name": "陈", "pin": "1", "why": "x", "kind": "a", "way": "x"})
    form.add_error(None, "三方协议已更新")
    assert problems("", form)[0].message == "三方协议已更新"
    assert problems("") == []


@given(st.text(max_size=300))
def test_no_text_breaks_out_of_an_input(text: str) -> None:
    html = str(control(Sample({"name": text})["name"]))
    assert html.count("<") == 1
    assert html.count('"') % 2 == 0


def test_the_refusal_of_the_authority_says_cause_steps_who_code_and_answer() -> None:
    html = render_to_string(
        "partials/fault.html",
        {
            "explanation": {
                "title": "这张法人卡已被锁定",
                "cause": "密码连续输错",
                "steps": ["联系制卡中心", "改成新密码"],
                "who": "当地制卡中心",
                "code": "C-103",
                "action": {"text": "换一张卡重试", "url": "/login/", "post": False},
            }
        },
    )
    for words in ("这张法人卡已被锁定", "密码连续输错", "联系制卡中心", "当地制卡中心", "C-103"):
        assert words in html
    assert 'href="/e/C-103"' in html
    assert '<a class="btn p" href="/login/">换一张卡重试</a>' in html


# --- the frame itself ---------------------------------------------------------------------------


@pytest.fixture
def help_site(db: None) -> None:
    """The help site's content, as `make demo` loads it."""
    call_command("faq_import", verbosity=0)


def text_of(response: Any) -> str:
    """The page as text."""
    return str(response.content.decode())


def test_every_link_of_the_frame_has_a_page(rf: RequestFactory) -> None:
    links = frame(rf.get("/"))["links"]
    assert [key for key, address in links.items() if not address] == []


def test_the_frame_names_company_and_card_and_signs_out_by_post(help_site: None) -> None:
    person = signed_in(make_world("P01"))
    html = text_of(person.client.get("/"))
    assert person.actor.company in html
    assert "法人卡</span>" in html
    assert re.search(r'<form method="post" action="/logout/"><input type="hidden" name="csrf', html)


def test_an_operator_is_named_as_one(help_site: None) -> None:
    person = signed_in(make_world("P03"), CardKind.OPERATOR)
    assert "操作员卡</span>" in text_of(person.client.get("/"))


def test_a_stranger_sees_nobodys_name(help_site: None) -> None:
    company = signed_in(make_world("P01")).actor.company
    html = text_of(browser().get("/"))
    assert company not in html
    assert 'href="/login/">登录</a>' in html


def test_the_demo_clock_stands_on_every_page_of_a_world(help_site: None) -> None:
    world = make_world("P01")
    assert "演示时间" in text_of(browser(world).get("/"))
    assert "演示时间" not in text_of(browser().get("/"))


def test_a_world_that_the_authority_has_lost_does_not_fail_the_page(help_site: None) -> None:
    world = World.objects.create(persona="P01")
    response = browser(world).get("/check/")
    assert response.status_code == 200
    assert "演示时间" not in text_of(response)


def test_outside_the_demo_there_is_neither_console_nor_clock(
    rf: RequestFactory, settings: Any
) -> None:
    settings.DEMO = False
    request = rf.get("/")
    request.world = World(persona="P01")  # type: ignore[attr-defined] # as the middleware does it
    context = frame(request)
    assert context["demo"] is False
    assert context["demo_now"]() is None


def test_messages_are_said_aloud() -> None:
    html = render_to_string(
        "partials/messages.html",
        {"messages": [Message(constants.SUCCESS, "已保存"), Message(constants.ERROR, "<b>")]},
    )
    assert 'role="status"' in html
    assert "note-b ok" in html
    assert "&lt;b&gt;" in html


# --- size and language --------------------------------------------------------------------------


@pytest.mark.parametrize(("wish", "drawn_as"), [("l", "l"), ("xl", "xl")])
def test_the_size_is_kept_and_drawn_by_the_server(
    help_site: None, client: Client, wish: str, drawn_as: str
) -> None:
    response = client.post("/pref/size/", {"size": wish, "next": "/check/?a=1"})
    assert (response.status_code, response["Location"]) == (303, "/check/?a=1")
    html = text_of(client.get("/check/"))
    assert f'<html lang="zh-Hans" data-size="{drawn_as}">' in html
    assert f'data-size="{drawn_as}" aria-pressed="true"' in html


def test_the_normal_size_can_be_chosen_again(help_site: None, client: Client) -> None:
    client.post("/pref/size/", {"size": "xl"})
    client.post("/pref/size/", {"size": ""})
    assert '<html lang="zh-Hans">' in text_of(client.get("/"))


@pytest.mark.parametrize("wish", ["xxl", '"><script>', "l\x00", "大" * 40_000])
def test_an_unknown_size_is_the_normal_one(help_site: None, client: Client, wish: str) -> None:
    assert client.post("/pref/size/", {"size": wish}).status_code == 303
    assert '<html lang="zh-Hans">' in text_of(client.get("/"))


def test_a_forged_size_cookie_is_ignored(help_site: None, client: Client) -> None:
    client.cookies["size"] = "evil"
    assert '<html lang="zh-Hans">' in text_of(client.get("/"))


@pytest.mark.parametrize(
    "target",
    [
        "https://example.com/",
        "//example.com/",
        "/\\example.com",
        "javascript:alert(1)",
        "\x00/",
        "check/",
        "/" + "长" * 40_000,
        "",
    ],
)
def test_a_preference_leads_only_to_pages_of_this_site(client: Client, target: str) -> None:
    response = client.post("/pref/size/", {"size": "l", "next": target})
    assert (response.status_code, response["Location"]) == (303, "/")


@given(st.text(max_size=200))
def test_no_return_address_is_an_error(target: str) -> None:
    request = RequestFactory().post("/pref/size/", {"size": "l", "next": target})
    response = prefs.size(request)
    assert response.status_code == 303
    assert response["Location"].startswith("/")
    assert not response["Location"].startswith("//")


def test_looking_at_a_preference_address_changes_nothing(client: Client) -> None:
    response = client.get("/pref/size/?size=xl")
    assert response.status_code == 303
    assert "size" not in response.cookies


@pytest.mark.parametrize(("wish", "kept"), [("zh-hans", True), ("en", False), ("../x", False)])
def test_a_known_language_is_kept(client: Client, wish: str, kept: bool) -> None:
    response = client.post("/pref/lang/", {"lang": wish})
    assert (settings.LANGUAGE_COOKIE_NAME in response.cookies) is kept


# --- error pages --------------------------------------------------------------------------------


@pytest.fixture
def failing_pages(monkeypatch: pytest.MonkeyPatch, help_site: None) -> Iterator[Client]:
    """A browser for which some addresses fail in a known way."""
    from wizard import pages  # noqa: PLC0415 - patched here only

    failures = {
        "boom": RuntimeError("演示故障"),
        "deny": PermissionDenied(),
        "gone": Http404(),
        "bad": SuspiciousOperation("演示"),
    }

    def fail(request: HttpRequest) -> None:
        what = request.GET.get("fail", "")
        if what in failures:
            raise failures[what]

    monkeypatch.setattr(pages, "resume_of", fail)
    client = Client(raise_request_exception=False)
    yield client


@pytest.mark.parametrize(
    ("what", "status", "heading"),
    [
        ("gone", 404, "没有找到这个页面"),
        ("deny", 403, "这个页面不能打开"),
        ("bad", 400, "没有看懂这次请求"),
        ("boom", 500, "系统暂时没有响应"),
    ],
)
def test_an_error_page_stands_in_the_frame_and_leads_on(
    failing_pages: Client, what: str, status: int, heading: str
) -> None:
    response = failing_pages.get("/", {"fail": what})
    html = text_of(response)
    assert response.status_code == status
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", html) == [heading]
    assert response["Cache-Control"] == "no-store"
    assert 'aria-label="主导航"' in html
    assert "010-95198" in html
    assert '<a class="btn p"' in html or 'type="submit">搜索' in html
    assert "错误：" not in html  # nothing was typed wrongly


def test_an_unknown_address_offers_search_and_four_links(help_site: None, client: Client) -> None:
    response = client.get("/nirgends/")
    html = text_of(response)
    assert response.status_code == 404
    assert 'action="/faq/search/" role="search"' in html
    links = re.search(r"您也可以去.*?</nav>", html, re.DOTALL)
    assert links is not None
    assert links[0].count("<a ") == 4


@pytest.mark.parametrize("name", ["urge", "rating", "reopen"])
def test_an_address_of_a_button_says_so_when_it_is_typed(
    help_site: None, client: Client, name: str
) -> None:
    response = client.get(f"/apply/TB-1/{name}/")
    html = text_of(response)
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", html) == ["这个网址不能直接打开"]
    assert "没有提交任何内容" in html
    assert 'class="btn p" href="/"' in html


def test_the_failure_page_needs_no_database_and_no_middleware(rf: RequestFactory) -> None:
    # No `db` fixture: any query would raise here.
    response = errors.server_error(rf.get("/apply/TB-1/confirm/?x=1"))
    html = text_of(response)
    assert response.status_code == 500
    assert "X-704" in html
    assert "没有提交任何内容" in html
    assert 'href="/apply/TB-1/confirm/?x=1"' in html


def test_after_a_failed_post_nothing_is_promised_and_nothing_is_posted_again(
    rf: RequestFactory,
) -> None:
    html = text_of(errors.server_error(rf.post("/apply/TB-1/confirm/")))
    assert "还不能确定" in html
    assert "重试" not in html


@pytest.mark.parametrize(
    ("given_id", "kept"),
    [
        ("8f1c-2a9b", True),
        ("<script>alert(1)</script>", False),
        ("编号长", False),
        ("a" * 400, False),
    ],
)
def test_the_request_number_is_the_proxys_only_if_it_is_plain(
    rf: RequestFactory, given_id: str, kept: bool
) -> None:
    request = rf.get("/", HTTP_X_REQUEST_ID=given_id)
    html = text_of(errors.server_error(request))
    assert (f"<dd>{given_id}</dd>" in html) is kept
    assert re.search(r"<dt>请求编号</dt><dd>[0-9A-Za-z-]{6,40}</dd>", html)


def test_the_failure_is_logged_without_what_was_typed(
    rf: RequestFactory, caplog: pytest.LogCaptureFixture
) -> None:
    errors.server_error(rf.get("/faq/search/?q=12345678"))
    assert "X-704" in caplog.text
    assert "12345678" not in caplog.text


@pytest.mark.parametrize(
    ("referrer", "back"),
    [
        ("http://testserver/login/card/?next=/center/", "/login/card/?next=/center/"),
        ("https://example.com/evil", "/"),
        ("http://[", "/"),
        ("", "/"),
    ],
)
def test_a_stale_form_is_refused_with_a_way_back(help_site: None, referrer: str, back: str) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/logout/", HTTP_REFERER=referrer)
    html = text_of(response)
    assert response.status_code == 403
    assert "这次没有提交" in html
    assert f'<a class="btn p" href="{back.replace("&", "&amp;")}">返回刚才的页面</a>' in html


def test_the_frame_of_a_refused_post_does_not_lead_back_to_the_post(help_site: None) -> None:
    response = Client(enforce_csrf_checks=True).post("/logout/")
    assert '<input type="hidden" name="next" value="/">' in text_of(response)


def test_without_a_request_the_frame_still_has_its_links() -> None:
    context = frame_without_request()
    assert context["links"]["home"] == "/"
    assert context["actor"] is None


# --- weight and policy --------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "limit"), [("ui.css", 9 * 1024), ("ui.js", 2 * 1024)])
def test_static_files_stay_light(name: str, limit: int) -> None:
    assert len(gzip.compress((STATIC / name).read_bytes(), 9)) <= limit


def test_styles_keep_to_what_chrome_80_knows() -> None:
    css = re.sub(r"/\*.*?\*/", "", (STATIC / "ui.css").read_text(), flags=re.DOTALL)
    for newer in (":has(", ":is(", "@layer", "@container", "color-mix", "aspect-ratio", "inset:"):
        assert newer not in css
    assert re.findall(r"(?<!grid-)\bgap\s*:", css) == []


def test_scripts_never_write_html() -> None:
    for script in STATIC.glob("*.js"):
        text = script.read_text()
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert word not in text, script.name


def test_every_icon_that_a_template_names_is_drawn() -> None:
    known = set(re.findall(r'<symbol id="([a-z]+)"', (STATIC / "icons.svg").read_text()))
    templates = Path(settings.BASE_DIR) / "templates"
    named = {
        name
        for path in templates.rglob("*.html")
        for name in re.findall(r'{% icon "([^"]*)"', path.read_text())
    }
    assert named - known == set()
