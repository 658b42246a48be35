"""Small parts: inline marks, highlights, browser names, share texts, admin."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from faq.browser import describe
from faq.highlight import highlight, window
from faq.markup import inline, plain
from faq.models import Entry, Feedback
from faq.share import qr_svg


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("用**法人卡**登录", "用<b>法人卡</b>登录"),
        ("密码 `88888888`", '密码 <b class="code">88888888</b>'),
        ("见[这里](faq:which-card)", '见<a href="/faq/which-card/">这里</a>'),
        ("见[联系我们](page:contact)", '见<a href="/contact/">联系我们</a>'),
        ("见[这里](page:nowhere)", "见这里"),
        ("<b>", "&lt;b&gt;"),
        ("[x](https://example.com)", "[x](https://example.com)"),
        ("**<i>**", "<b>&lt;i&gt;</b>"),
        ("2 * 3 * 4", "2 * 3 * 4"),
    ],
)
def test_inline_marks(text: str, html: str) -> None:
    assert inline(text) == html


def test_plain_text_has_no_marks() -> None:
    assert plain("见[这里](faq:which-card)，**用** `8`") == "见这里，用 8"


@given(st.text(alphabet="*`[]()faq:page-<>&\"'ab ", max_size=60))
def test_marks_never_let_html_through(text: str) -> None:
    html = str(inline(text))
    for element in ("<b>", "</b>", '<b class="code">', "</a>"):
        html = html.replace(element, "")
    assert "<" not in html.replace('<a href="/', "")


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("法人卡已被锁定怎么办？", "卡锁", "卡已被锁"),
        ("法人卡已被锁定怎么办？", "卡锁了", "卡已被锁"),
        ("卡密码忘了怎么办？", "卡锁了", ""),
        ("提示“卡片无效”怎么办？", "卡片无效", "卡片无效"),
        ("登录 IE9 以上", "ie9", "IE9"),
        ("操作员卡可以投保吗？", "锁", ""),
        ("锁", "锁", "锁"),
        ("", "卡", ""),
        ("卡在很远很远的地方才有锁", "卡锁", ""),
    ],
)
def test_the_shortest_stretch_is_marked(text: str, query: str, marked: str) -> None:
    start, end = window(text, query)
    assert text[start:end] == marked


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_highlight_only_adds_the_mark(text: str, query: str) -> None:
    html = highlight(text, query)
    assert html.replace("<mark>", "").replace("</mark>", "") == highlight(text, "")
    assert html.count("<mark>") == html.count("</mark>") <= 1


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0",
            "Edge 120，Windows 10 / 11",
        ),
        ("Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko", "IE 11，Windows 7"),
        ("Mozilla/4.0 (compatible; MSIE 9.0; Windows NT 5.1)", "IE 9，Windows XP"),
        ("Mozilla/5.0 (Linux; Android 12) Chrome/86.0 MicroMessenger/8.0", "微信 8，Android"),
        (
            "Mozilla/5.0 (Windows NT 6.1) Chrome/69.0 Safari/537.36 QIHU 360SE",
            "360 浏览器，Windows 7",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0",
            "Firefox 120，Linux",
        ),
        (
            "Mozilla/5.0 (iPhone) Version/16.0 Mobile/15E148 Safari/604.1",
            "Safari 16，iPhone / iPad",
        ),
        ("curl/8", ""),
        ("", ""),
        ("Chrome/" + "9" * 9000, "Chrome 999"),
    ],
)
def test_browsers_are_named(agent: str, words: str) -> None:
    assert describe(agent) == words


def test_a_qr_code_has_a_name_and_no_inline_style() -> None:
    svg = qr_svg("http://testserver/f/17", '二维码 "<x>"')
    assert svg.startswith('<svg role="img" aria-label="二维码 &quot;&lt;x&gt;&quot;" viewBox=')
    assert "style=" not in svg


def test_staff_edit_entries_and_cannot_delete_them_or_touch_feedback(client: Client) -> None:
    client.force_login(User.objects.create_superuser("editor"))
    entry = Entry.objects.get(slug="which-card")
    Feedback.objects.create(entry=entry, helpful=True)
    for model in [
        "entry",
        "stage",
        "errorcode",
        "helppage",
        "hotquery",
        "uncovered",
        "contact",
        "branchcontact",
        "redirect",
        "feedback",
    ]:
        assert client.get(f"/admin/faq/{model}/").status_code == 200
    assert client.get(f"/admin/faq/entry/{entry.pk}/change/").status_code == 200
    assert client.get(f"/admin/faq/entry/{entry.pk}/delete/").status_code == 403
    assert client.get("/admin/faq/feedback/add/").status_code == 403
