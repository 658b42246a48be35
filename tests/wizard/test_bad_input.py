"""Whatever is typed into step one: a clear sentence or the right result, never lost."""

from __future__ import annotations

import html
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.worlds import CONTACT, PIN, Person, hidden_fields
from wizard import papers
from wizard.models import Application, Draft
from wizard.process import State

pytestmark = pytest.mark.django_db

HOSTILE = {
    "40,000 characters": "林" * 40_000,
    "NUL": "林\x00示例",
    "lone surrogate": "林\ud800示例",
    "bidi override": "林\u202e示例",
    "bidi isolate": "林\u2066示例\u2069",
    "zero width": "林\u200b示例",
    "markup": "<script>alert(1)</script>",
    "template": "{{ 7 }}{% load x %}",
    "format": "{0.__class__}",
    "SQL": "'; DROP TABLE wizard_event; --",
    "newline": "林\r\nSet-Cookie: a=b",
    "emoji": "林👨‍👩‍👧示例",
    "spaces": "   ",
    "empty": "",
    "combining": "林" + "\u0301" * 100,
    "percent": "%s%n%00",
}
RARE = "䶮㛃鿍𬬩𬭼"


def post(owner: Person, application: Application, data: dict[str, str]) -> str:
    url = f"/apply/{application.number}/confirm/"
    page = hidden_fields(owner.client.get(url))
    body = "&".join(f"{k}={_quoted(v)}" for k, v in (page | CONTACT | data).items())
    answer = owner.client.post(url, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in {200, 303}, answer.status_code
    return answer.content.decode()


def _quoted(text: str) -> str:
    """As a hostile client sends it: surrogates as the bytes that no browser would send."""
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("field", ["name", "phone", "mobile", "email"])
@pytest.mark.parametrize("kind", HOSTILE)
def test_every_field_answers_hostile_text_with_a_sentence_or_the_right_result(
    owner: Person, application: Application, field: str, kind: str
) -> None:
    page = post(owner, application, {f"confirm-{field}": HOSTILE[kind]})
    application.refresh_from_db()
    assert application.state == State.AWAITING_CONFIRMATION
    if page:  # refused: the sentence stands at the field, and nothing runs
        assert 'class="emsg"' in page
        assert "<script>alert" not in page
        for sentence in ("失败", "非法", "错误："):
            assert sentence not in page.split('class="emsg"')[1].split("</p>")[0].replace(
                '<span class="sr">错误：</span>', ""
            )
    again = owner.client.get(f"/apply/{application.number}/confirm/")
    assert again.status_code == 200


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("mobile", "１５４００００００１１", "15400000011"),
        ("mobile", "+86 154 0000 0011", "15400000011"),
        ("phone", " 020-2000 0001", "020-20000001"),
        ("email", "ＬＩＮ＠example.com", "LIN@example.com"),
        ("name", f"林{RARE}", f"林{RARE}"),
        ("name", "\ufeff林示例 ", "林示例"),
    ],
)
def test_what_can_be_understood_is_taken(
    owner: Person, application: Application, field: str, typed: str, kept: str
) -> None:
    data = {f"confirm-{field}": typed, "commit": "1"}
    post(owner, application, data)
    application.refresh_from_db()
    assert application.state == State.AWAITING_SEAL
    assert application.contact is not None
    assert application.contact[field].casefold() == kept.casefold()


def test_rare_characters_of_a_name_are_right_on_the_page_and_in_the_pdf(
    owner: Person, application: Application, tmp_path: Path
) -> None:
    post(owner, application, {"confirm-name": f"林{RARE}", "commit": "1"})
    owner.post(application, "seal")
    application = owner.application(until=State.ISSUED)
    owner.post(application, "policy", {"policy-pin": PIN})
    page = owner.client.get(f"/apply/{application.number}/receipt/").content.decode()
    assert f"林{RARE}" in page
    application.refresh_from_db()
    for paper in papers.shelf(application):
        path = tmp_path / f"{paper.kind}.pdf"
        path.write_bytes(papers.content(paper))
        text = subprocess.run(
            ["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True
        ).stdout
        assert application.company in text.replace("\n", "").replace(" ", "")


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.text(max_size=80))
def test_any_text_is_shown_again_as_it_was_typed(
    owner: Person, application: Application, text: str
) -> None:
    page = post(owner, application, {"confirm-name": text, "confirm-email": "not an address"})
    kept = Draft.objects.get().data["name"][0]
    storable = text.replace("\x00", "\ufffd").replace("\r\n", "\n").replace("\r", "\n")
    assert html.escape(kept)[:20] in html.unescape(page).replace(
        "\r", "\n"
    ) or kept in html.unescape(page)
    assert kept.replace("\r\n", "\n").replace("\r", "\n") == storable


@pytest.mark.parametrize(
    "number", ["x", "9" * 41, "%00", "..%2f..%2fetc%2fpasswd", "TB-2026-1123-017'", "%F0%9F%98%80"]
)
def test_a_number_that_is_none_is_not_found(owner: Person, number: str) -> None:
    for path in ("", "confirm/", "receipt/", "docs/x/", "docs/x.pdf", "agreement.pdf"):
        assert owner.client.get(f"/apply/{number}/{path}").status_code == 404
