"""The help panel beside every page: the error's answer first, five entries, the telephone."""

from __future__ import annotations

import re

import pytest
from django.template import Context, Template
from pytest_django import DjangoAssertNumQueries

from faq.content import content
from faq.models import HelpPage

# design.md §7.
MAP = {
    "check": "system-requirements auth-step3-failed card-read-error symcb-port-80-warning",
    "login": (
        "which-card forgot-card-password card-read-error card-invalid-at-login-control "
        "auth-step3-failed"
    ),
    "center": (
        "where-is-application-page pending-application-empty auth-check-legal-card "
        "where-is-certification-page where-is-policy"
    ),
    "confirm": (
        "email-format-error where-is-certification-page certified-but-shown-uncertified "
        "pending-application-empty guide-4-confirm-application"
    ),
    "seal": "seal-making-error auth-check-legal-card guide-5-make-seal-sign agreement-blank",
    "agreement": (
        "agreement-blank auth-check-legal-card operator-card-allowed guide-5-make-seal-sign"
    ),
    "policy": "where-is-policy guide-7-receive-policy contact",
}


def panel(tag: str, **variables: object) -> str:
    return Template("{% load help %}{% help_panel " + tag + " %}").render(Context(variables))


def slugs(html: str) -> list[str]:
    return re.findall(r'href="/faq/([a-z0-9-]+)/"', html)


@pytest.mark.parametrize("page", MAP)
def test_a_page_has_the_designs_entries_in_order(page: str) -> None:
    html = panel(f'"{page}"')
    assert slugs(html) == MAP[page].split()
    assert "010-95198" in html
    assert 'href="/contact/"' in html
    assert 'class="hit"' not in html


@pytest.mark.parametrize("page", MAP)
def test_an_error_puts_its_answer_first_and_open(page: str) -> None:
    html = panel("page code=code", page=page, code="C-103")
    locked = content().by_slug["legal-card-locked"]
    assert slugs(html)[0] == locked.slug
    assert len(slugs(html)) <= 5
    assert html.index('class="hit"') < html.index('class="ql"')
    assert locked.short_answer in html
    assert '<span class="code">C-103</span>' in html
    assert 'href="/contact/?code=C-103"' in html


def test_the_answer_is_not_repeated_in_the_list() -> None:
    assert slugs(panel('"confirm" code="A-201"')).count("email-format-error") == 1


@pytest.mark.parametrize("code", ["X-701", "", None, "Z-999", "<script>", 7])
def test_a_code_without_answer_just_shows_the_list(code: object) -> None:
    html = panel('"seal" code=code', code=code)
    assert slugs(html) == MAP["seal"].split()
    assert "<script" not in html


def test_an_unknown_page_still_has_the_telephone() -> None:
    html = panel('"nowhere"')
    assert slugs(html) == []
    assert "010-95198" in html


def test_the_panel_costs_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    panel('"confirm"')
    with django_assert_num_queries(1):
        panel('"confirm" code="A-201"')


def test_an_editor_changes_the_panel_at_once() -> None:
    panel('"seal"')
    page = HelpPage.objects.get(slug="seal")
    page.entries = ["contact", "no-such-entry"]
    page.save()
    assert slugs(panel('"seal"')) == ["contact"]


def test_a_title_of_its_own() -> None:
    assert "本步骤帮助" in panel('"seal"')
    assert "先看这几条" in panel('"contact"')
    assert "别的标题" in panel('"seal" title="别的标题"')
