"""The pages of the help site: what stands on them, what they cost, how they are shared."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from faq.content import content
from faq.models import BranchContact, Entry

PAGES = (
    "/faq/",
    "/faq/search/?q=卡锁了",
    "/faq/search/?q=怎么签那个三方的东西",
    "/faq/search/?q=出口退税",
    "/faq/search/?q=X-702",
    "/faq/stage/login-card/",
    "/faq/stage/contact/",
    "/faq/legal-card-locked/",
    "/faq/seal-making-error/?voted=1",
    "/faq/seal-making-error/?voted=0",
    "/faq/all/",
    "/contact/",
    "/contact/?code=S-301",
    "/guide/",
    "/guide/1/",
    "/guide/4/",
    "/guide/7/",
)
# The demo's world and the session are looked up only where a cookie asks for them.
MOST_QUERIES = 3


def html_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


@pytest.mark.parametrize("url", PAGES)
def test_every_page_has_one_heading_a_title_and_nothing_that_the_policy_forbids(
    client: Client, url: str
) -> None:
    html = html_of(client, url)
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert re.search(r"<title>[^<]+ - 小微投保向导（演示）</title>", html)
    assert not re.search(
        r'\sstyle="|\son[a-z]+="|<script(?!(?:[^>]*\ssrc=| type="application/ld\+json">))', html
    )
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("url", PAGES)
def test_a_page_costs_three_queries_at_most(
    client: Client, url: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    content()
    with django_assert_max_num_queries(MOST_QUERIES):
        client.get(url)


@pytest.mark.parametrize("url", PAGES)
def test_every_link_of_the_help_site_leads_somewhere(client: Client, url: str) -> None:
    ours = re.findall(r'href="(/(?:faq|guide|contact|f|e)/[^"#]*)', html_of(client, url))
    assert ours
    for link in set(ours):
        assert client.get(link.replace("&amp;", "&")).status_code in {200, 202, 302}, link


def test_home_offers_search_stages_and_the_most_read(client: Client) -> None:
    html = html_of(client, "/faq/")
    assert re.search(r'<form class="find" action="/faq/search/" role="search"[ >]', html)
    assert len(re.findall(r'class="card cat"', html)) == 8
    assert "查看全部 31 条" in html
    top = html[html.index('id="top-h"') : html.index('id="phone-h"')]
    assert len(re.findall(r'<li><a href="/faq/', top)) == 10
    assert len(re.findall(r'href="/faq/search/\?q=', html)) == 7
    for number in ("010-95198", "12360"):
        assert number in html


def test_an_answer_says_the_short_answer_first_then_steps_reason_warning_source(
    client: Client,
) -> None:
    html = html_of(client, "/faq/legal-card-locked/")
    order = [
        "<h1>法人卡已被锁定怎么办？",
        "简要回答",
        "到当地电子口岸制卡中心解锁",
        'id="step-1"',
        'id="step-4"',
        'id="why"',
        "索要卡密码",
        "在演示中看这个情况",
        'id="source"',
        "密码恢复成初始密码8个8",
        "《操作指引及常见问题解答》投保类，“法人卡被锁定”",
        "复制链接",
        "打印本页",
        "这条回答解决问题了吗",
        "相关问题",
    ]
    place = html.index("<article")
    for text in order:
        place = html.index(text, place)
    assert "<title>法人卡已被锁定怎么办？ - " in html
    assert '<b class="code">88888888</b>' in html
    assert '<a href="/faq/forgot-card-password/">密码忘了怎么办</a>' in html


def test_what_is_copied_is_plain_text_with_the_permanent_link(client: Client) -> None:
    html = html_of(client, "/faq/legal-card-locked/")
    assert 'data-copy="http://testserver/f/17"' in html
    answer = content().by_slug["legal-card-locked"].short_answer
    copied = f"【法人卡已被锁定怎么办？】{answer} 详见 http://testserver/f/17"
    assert f'data-copy="{copied}"' in html
    assert 'data-copy="【' in html_of(client, "/faq/search/?q=卡锁了")


def test_an_editors_note_stands_beside_the_quoted_source(client: Client) -> None:
    html = html_of(client, "/faq/where-is-policy/")
    assert "平台保单将发布至至单一窗口" in html
    assert html.index("至至") < html.index("编者注")


def test_results_mark_the_shortest_stretch_and_count(client: Client) -> None:
    html = html_of(client, "/faq/search/?q=卡锁了")
    assert "法人<mark>卡已被锁" in html
    assert re.search(r"“卡锁了”找到 \d+ 条", html)


def test_results_can_be_narrowed_to_a_stage(client: Client) -> None:
    whole = html_of(client, "/faq/search/?q=组织机构代码")
    assert "stage=certification" in whole
    part = html_of(client, "/faq/search/?q=组织机构代码&stage=certification")
    hits = part[part.index('class="card hitl"') : part.index("没有找到？")]
    assert "/faq/org-code-misrecognised/" in hits
    assert "/faq/org-code-exists/" not in hits
    assert html_of(client, "/faq/search/?q=组织机构代码&stage=nonsense")


def test_when_unsure_it_asks_back_with_three_to_five_links(client: Client) -> None:
    html = html_of(client, "/faq/search/?q=怎么签那个三方的东西")
    assert "您是不是想问" in html
    assert 3 <= html.count("复制答案<") <= 5


@pytest.mark.parametrize("url", ["/faq/search/", "/faq/search/?q=", "/faq/search/?q=%20%00"])
def test_an_empty_search_goes_home(client: Client, url: str) -> None:
    response = client.get(url)
    assert (response.status_code, response["Location"]) == (302, "/faq/")


def test_a_stage_lists_its_questions_with_their_short_answers(client: Client) -> None:
    html = html_of(client, "/faq/stage/seal/")
    assert content().by_slug["seal-making-error"].short_answer in html
    assert "/faq/guide-5-make-seal-sign/" in html
    assert 'aria-current="page">制章' in html


def test_everything_is_on_the_page_for_print(client: Client) -> None:
    html = html_of(client, "/faq/all/")
    for entry in content().entries:
        assert f"/f/{entry.number}</span>" in html
        assert html.count(f'href="/faq/{entry.slug}/"') >= 1


def test_contact_without_branches_says_whom_a_branch_names(client: Client) -> None:
    html = html_of(client, "/contact/")
    for text in ("当地电子口岸制卡中心", "010-95198", "12360", "专员号码由网点填写"):
        assert text in html
    assert "各网点小微专员" not in html


def test_a_branch_fills_in_its_own_lines(client: Client) -> None:
    branch = BranchContact(branch="演示网点", who="小微专员", phone="020-00000000")
    branch.save()
    html = html_of(client, "/contact/")
    assert "各网点小微专员" in html
    assert "演示网点" in html
    assert "020-00000000" in html


def test_what_support_asks_for_is_there_to_copy(client: Client) -> None:
    agent = (
        "Mozilla/5.0 (Windows NT 6.1; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/109.0.0.0 Safari/537.36"
    )
    response = client.get("/contact/?code=s301", headers={"user-agent": agent})
    html = response.content.decode()
    assert re.search(
        r'data-copy="错误代码 S-301；\d{4}-\d\d-\d\d \d\d:\d\d；Chrome 109，Windows 7"', html
    )


def test_the_guide_has_seven_steps_with_ways_in_and_questions(client: Client) -> None:
    html = html_of(client, "/guide/")
    assert len(re.findall(r'<li class="card" id="s\d"', html)) == 7
    assert 'href="/login/card/"' in html
    step = html_of(client, "/guide/4/")
    assert "第 4 步，共 7 步" in step
    assert 'href="/guide/3/"' in step
    assert 'href="/guide/5/"' in step
    assert "/faq/email-format-error/" in step
    assert 'aria-current="page">4.' in step


@pytest.mark.parametrize(
    "url", ["/guide/0/", "/guide/8/", "/faq/stage/nope/", "/faq/nope/", "/f/40"]
)
def test_what_does_not_exist_is_a_404(client: Client, url: str) -> None:
    assert client.get(url).status_code == 404


def test_a_renamed_entry_is_found_under_every_name_it_had(client: Client) -> None:
    entry = Entry.objects.get(slug="which-card")
    for slug in ("which-card-to-use", "card-choice"):
        entry.slug = slug
        entry.save()
    for old in ("which-card", "which-card-to-use"):
        response = client.get(f"/faq/{old}/")
        assert (response.status_code, response["Location"]) == (301, "/faq/card-choice/")
    assert client.get("/f/12")["Location"] == "/faq/card-choice/"
    # Lists, codes and marks in texts still name it by its first name.
    assert "/faq/card-choice/" in html_of(client, "/faq/operator-card-allowed/")
    assert [e.slug for e in content().search("C-101", limit=2).entries][1] == "card-choice"


def test_a_name_may_be_taken_back(client: Client) -> None:
    entry = Entry.objects.get(slug="which-card")
    for slug in ("other", "which-card"):
        entry.slug = slug
        entry.save()
    assert client.get("/faq/which-card/").status_code == 200
    assert client.get("/faq/other/")["Location"] == "/faq/which-card/"


@pytest.mark.parametrize("url", ["/faq/", "/faq/which-card/", "/f/1", "/e/C-103", "/contact/"])
def test_reading_pages_take_no_post(client: Client, url: str) -> None:
    assert client.post(url).status_code == 405
