"""解决了 / 没解决: counted once per browser, changeable, followed by a way on."""

from __future__ import annotations

import pytest
from django.test import Client

from faq.models import Feedback

URL = "/faq/seal-making-error/feedback/"
PAGE = "/faq/seal-making-error/"


def votes() -> list[bool]:
    return list(
        Feedback.objects.filter(entry__slug="seal-making-error").values_list("helpful", flat=True)
    )


def test_thanks_and_a_next_step(client: Client) -> None:
    response = client.post(URL, {"v": "1"})
    assert (response.status_code, response["Location"]) == (303, f"{PAGE}?voted=1#feedback")
    assert votes() == [True]
    html = client.get(f"{PAGE}?voted=1").content.decode()
    assert "谢谢，已经记下" in html
    assert "解决了吗" not in html


def test_unsolved_leads_to_a_person_with_the_code(client: Client) -> None:
    client.post(URL, {"v": "0"})
    assert votes() == [False]
    html = client.get(f"{PAGE}?voted=0").content.decode()
    assert "010-95198" in html
    assert 'href="/contact/?code=S-301"' in html
    assert '<b class="code">S-301</b>' in html


def test_an_entry_without_code_names_its_number(client: Client) -> None:
    html = client.get("/faq/single-window-app/?voted=0").content.decode()
    assert '告诉客服您看过第 <b class="num">7</b> 条' in html


def test_a_second_click_changes_the_vote_instead_of_adding_one(client: Client) -> None:
    for vote in ("1", "1", "0"):
        client.post(URL, {"v": vote})
    assert votes() == [False]


def test_another_browser_has_its_own_vote(client: Client) -> None:
    client.post(URL, {"v": "1"})
    Client().post(URL, {"v": "0"})
    assert sorted(votes()) == [False, True]


def test_a_forged_cookie_counts_as_none(client: Client) -> None:
    client.post(URL, {"v": "1"})
    stranger = Client()
    stranger.cookies["vote-29"] = f"{Feedback.objects.get().pk}:forged"
    stranger.post(URL, {"v": "0"})
    assert sorted(votes()) == [False, True]


@pytest.mark.parametrize("vote", ["", "2", "true", "\x00", "1" * 40_000, "<script>"])
def test_anything_else_is_no_vote(client: Client, vote: str) -> None:
    response = client.post(URL, {"v": vote})
    assert (response.status_code, response["Location"]) == (303, PAGE)
    assert votes() == []


def test_reading_the_page_or_the_address_counts_nothing(client: Client) -> None:
    assert client.get(URL).status_code == 405
    client.get(f"{PAGE}?voted=1")
    assert votes() == []


def test_no_such_entry(client: Client) -> None:
    assert client.post("/faq/nope/feedback/", {"v": "1"}).status_code == 404


def test_a_form_of_another_site_is_refused() -> None:
    response = Client(enforce_csrf_checks=True).post(URL, {"v": "1"})
    assert response.status_code == 403
    assert votes() == []
