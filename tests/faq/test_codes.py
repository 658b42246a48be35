"""Error codes and answers: the help site's table, the design's, and the authority's list agree."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from faq.content import content
from faq.models import ErrorCode
from wizard.catalogue import explain
from wizard.demo.scenarios import GROUPS
from wizard.singlewindow.faults import FaultCode

# design.md §6, row by row.
DESIGN = {
    "E-001": ["system-requirements"],
    "E-002": ["symcb-port-80-warning"],
    "C-101": ["operator-card-allowed", "which-card"],
    "C-102": ["forgot-card-password"],
    "C-103": ["legal-card-locked"],
    "C-104": ["card-invalid-at-login-control", "card-invalid"],
    "C-105": ["legal-card-expired"],
    "C-106": ["card-read-error"],
    "C-107": ["auth-step3-failed"],
    "C-108": ["guide-2-card-login"],
    "R-401": ["where-is-certification-page"],
    "R-402": ["registry-info-mismatch"],
    "R-403": ["account-not-activated"],
    "R-404": ["org-code-exists", "forgot-username"],
    "R-405": ["certified-but-shown-uncertified"],
    "A-201": ["email-format-error"],
    "A-202": ["pending-application-empty"],
    "S-301": ["seal-making-error"],
    "S-302": ["seal-making-error"],
    "G-501": ["agreement-blank"],
    "G-502": ["auth-check-legal-card"],
    "P-601": ["where-is-policy", "contact"],
    "X-701": [],
    "X-702": [],
    "X-704": [],
}
# Codes that the authority has beyond the design's table.
OURS = {
    "C-109": ["legal-card-locked"],
    "C-110": ["legal-card-locked"],
    "R-406": ["forgot-username", "forgot-card-password"],
    "A-203": ["guide-4-confirm-application"],
    "X-703": [],
    "X-705": [],
    "X-706": [],
    "X-707": ["forgot-card-password"],
}


def test_the_table_is_the_designs() -> None:
    assert dict(ErrorCode.objects.values_list("code", "answers")) == DESIGN | OURS


def test_the_help_site_knows_exactly_the_codes_of_the_authority() -> None:
    assert set(content().codes) == {code.value for code in FaultCode}


@pytest.mark.parametrize("code", list(FaultCode))
def test_a_fault_and_the_help_site_name_the_same_answer(code: FaultCode) -> None:
    answer = content().answer_to(code.value)
    assert explain(code).faq == (answer.slug if answer else "")


def test_a_button_shows_the_fault_exactly_where_the_console_has_that_card() -> None:
    cards = {scenario.code for group in GROUPS for scenario in group.scenarios}
    codes = ErrorCode.objects.filter(in_demo=True).values_list("code", flat=True)
    assert set(codes) == cards & {code.value for code in FaultCode}


@pytest.mark.parametrize("code", [code for code, answers in (DESIGN | OURS).items() if answers])
def test_a_code_leads_to_its_answer_however_it_is_typed(client: Client, code: str) -> None:
    primary = f"/faq/{(DESIGN | OURS)[code][0]}/"
    full_width = "".join(chr(ord(c) + 0xFEE0) for c in code)
    for typed in (code, code.lower(), code.replace("-", ""), full_width, f"{code}/"):
        response = client.get(f"/e/{typed}")
        assert (response.status_code, response["Location"]) == (302, primary)


@pytest.mark.parametrize("code", [code for code, answers in (DESIGN | OURS).items() if not answers])
def test_a_code_without_answer_is_explained(client: Client, code: str) -> None:
    response = client.get(f"/e/{code}", follow=True)
    assert response.redirect_chain == [(f"/faq/search/?q={code}", 302)]
    html = response.content.decode()
    assert content().codes[code].title in html
    assert content().codes[code].advice in html
    assert f"/contact/?code={code}" in html


@pytest.mark.parametrize(
    "code", ["Z-999", "C-1O3", "C-10", "none", "C-103 x", "<b>", "%00", "C-١٠٣"]
)
def test_an_unknown_code_is_a_404_with_a_way_on(client: Client, code: str) -> None:
    response = client.get(f"/e/{code}")
    assert response.status_code == 404
    html = response.content.decode()
    assert 'action="/faq/search/"' in html
    assert "<b>”" not in html


def test_the_answer_of_a_fault_has_the_button_that_shows_it(client: Client) -> None:
    html = client.get("/faq/legal-card-locked/").content.decode()
    assert 'method="post" action="/demo/start/C-103/"' in html
    assert "在演示中看这个情况" in html


def test_without_a_demo_there_is_no_such_button(client: Client, settings: Settings) -> None:
    settings.DEMO = False
    html = client.get("/faq/legal-card-locked/").content.decode()
    assert "在演示中看这个情况" not in html
