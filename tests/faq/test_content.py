"""What ships: every source entry word for word, numbered for ever, every link with a target."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve

from faq.content import content
from faq.markup import links, plain
from faq.models import BranchContact, Entry

Shipped = dict[str, list[dict[str, Any]]]

IDS = [
    "system-requirements",
    "how-to-apply",
    "register-and-certify",
    "where-is-application-page",
    "tell-operator-from-admin-account",
    "use-on-mobile-browser",
    "single-window-app",
    "find-credit-and-org-code",
    "email-format-error",
    "pending-application-empty",
    "symcb-port-80-warning",
    "which-card",
    "operator-card-allowed",
    "card-read-error",
    "card-invalid",
    "legal-card-expired",
    "legal-card-locked",
    "org-code-exists",
    "forgot-username",
    "forgot-card-password",
    "auth-step3-failed",
    "certified-but-shown-uncertified",
    "where-is-certification-page",
    "registry-info-mismatch",
    "org-code-misrecognised",
    "account-not-activated",
    "where-is-policy",
    "auth-check-legal-card",
    "seal-making-error",
    "agreement-blank",
    "card-invalid-at-login-control",
    "contact",
    "guide-1-open-site",
    "guide-2-card-login",
    "guide-3-pending-applications",
    "guide-4-confirm-application",
    "guide-5-make-seal-sign",
    "guide-6-finish",
    "guide-7-receive-policy",
]

# SHA-256 over "<id>\n<question>\n<answer>\n" of all entries: the source's words may not be edited.
SOURCE_SHA256 = "de46c8460bed8c06fc82c10fdcfe9a9c24e9171f37111cb3162dc03db1cfdb41"

COUNTS = {
    "environment": 4,
    "registration": 6,
    "certification": 4,
    "login-card": 10,
    "application": 4,
    "seal": 1,
    "agreement": 1,
    "policy": 1,
}

# Source oddities that must have a note beside them (design.md §21, the end of search.md).
NOTED = {
    "card-invalid": "两条回答",
    "card-invalid-at-login-control": "两条回答",
    "guide-2-card-login": "8 个 8",
    "forgot-card-password": "8 个 0",
    "operator-card-allowed": "没认证成功",
    "certified-but-shown-uncertified": "操作员卡",
    "use-on-mobile-browser": "不矛盾",
    "system-requirements": "金税盘",
    "find-credit-and-org-code": "连在了一起",
    "where-is-policy": "多了一个“至”",
    "how-to-apply": "待确认投保单",
    "where-is-application-page": "待确认投保单",
    "guide-5-make-seal-sign": "三方",
    "guide-6-finish": "收悉",
    "guide-1-open-site": "推荐 IE",
    "contact": "不收录",
    "org-code-exists": "1–3 天",
    "seal-making-error": "截图",
}


def test_numbers_are_the_order_of_the_source_and_never_change() -> None:
    assert list(Entry.objects.values_list("slug", flat=True)) == IDS
    assert list(Entry.objects.values_list("number", flat=True)) == list(range(1, 40))


def test_the_source_is_quoted_word_for_word(shipped: Shipped) -> None:
    text = "".join(f"{e['id']}\n{e['question']}\n{e['answer']}\n" for e in shipped["entries"])
    assert hashlib.sha256(text.encode()).hexdigest() == SOURCE_SHA256


@pytest.mark.parametrize("slug", IDS)
def test_every_entry_has_a_page_a_short_link_and_a_qr_code(client: Client, slug: str) -> None:
    entry = content().by_slug[slug]
    page = client.get(f"/faq/{slug}/")
    assert page.status_code == 200
    html = page.content.decode()
    assert html.count("<h1") == 1
    for text in (entry.title, *entry.answer.split("\n")):
        assert escaped(text) in html
    assert escaped(entry.question) in html
    assert f'value="testserver/f/{entry.number}"' in html
    short = client.get(f"/f/{entry.number}")
    assert (short.status_code, short["Location"]) == (302, f"/faq/{slug}/")
    picture = client.get(f"/faq/{slug}/qr.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert picture.content.startswith(b"<?xml")


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def test_stages_have_the_counts_of_the_source() -> None:
    assert {one.stage.slug: one.count for one in content().stage_counts()} == COUNTS


def test_every_entry_can_be_used_as_it_ships(shipped: Shipped) -> None:
    for entry in shipped["entries"]:
        assert entry["status"] == "published"
        assert 5 <= len(entry["aliases"]) <= 20
        assert plain(entry["short_answer"]).endswith("。"), entry["id"]
        assert "。" not in plain(entry["short_answer"])[:-1], "one sentence"
        assert not entry["title"].endswith("。")
        assert entry["source_label"].startswith("《操作指引及常见问题解答》")
        assert entry["related"]
        assert entry["id"] not in entry["related"]


def test_every_name_in_the_content_leads_to_an_entry(shipped: Shipped) -> None:
    named = [slug for entry in shipped["entries"] for slug in entry["related"]]
    named += [slug for code in shipped["codes"] for slug in code["answers"]]
    named += [slug for page in shipped["pages"] for slug in page["entries"]]
    for entry in shipped["entries"]:
        for text in (*entry["steps"], entry["why"], entry["warning"], entry["editor_note"]):
            named += links(text)
            assert "](" not in plain(text), "a mark that is none"
    assert set(named) <= set(IDS)


def test_the_pages_where_a_step_is_done_exist(shipped: Shipped) -> None:
    addresses = {entry["here_url"] for entry in shipped["entries"]} - {""}
    assert len(addresses) >= 4
    for address in addresses:
        resolve(address)  # raises Resolver404


@pytest.mark.parametrize(("slug", "words"), NOTED.items())
def test_where_the_source_contradicts_itself_a_note_says_so(slug: str, words: str) -> None:
    assert words in content().by_slug[slug].editor_note


def test_no_private_number_ships(shipped: Shipped) -> None:
    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", str(shipped))
    assert not BranchContact.objects.exists()


def test_copy_style(shipped: Shipped) -> None:
    """design.md §9: no exclamation marks, no apologies, 登录 and not 登陆."""
    for entry in shipped["entries"]:
        own = [entry["title"], entry["short_answer"], *entry["steps"], entry["why"]]
        text = " ".join([*own, entry["warning"], entry["editor_note"]])
        assert not re.search("[!！]|抱歉|请您|烦请|登陆", text)
        assert not re.search(
            r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]", plain(text)
        ), text
