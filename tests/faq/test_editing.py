"""Editing in the admin: roles, draft → reviewed → published, revisions, preview, old addresses."""

from __future__ import annotations

import html as entities
from typing import Any

import pytest
from django.test import Client

from faq.desk import revisions
from faq.models import Entry, Redirect
from faq.models_desk import Revision
from tests.faq.staff import at_desk, draft, form_of, make_staff

CHANGE = "/admin/faq/entry/{}/change/"


def change(client: Client, entry: Entry, **changes: Any) -> Any:
    """Send the admin's form."""
    return client.post(CHANGE.format(entry.pk), form_of(entry, **changes))


def status_of(entry: Entry) -> str:
    entry.refresh_from_db()
    return entry.status


# --- draft → reviewed → published ---------------------------------------------------------------


def test_support_drafts_and_does_not_publish(client: Client) -> None:
    support = at_desk("support")
    given = draft()
    form = form_of(given, slug="mine", title="我写的", status="draft")
    assert support.post("/admin/faq/entry/add/", form).status_code == 302
    mine = Entry.objects.get(slug="mine")
    assert (mine.status, mine.number) == ("draft", 41)
    assert change(support, mine, why="补充。").status_code == 302
    for status in ("reviewed", "published"):
        assert change(support, mine, status=status).status_code == 200
        assert status_of(mine) == "draft"
    assert client.get("/faq/mine/").status_code == 404
    assert client.get("/f/41").status_code == 404


def test_support_cannot_change_what_is_published() -> None:
    support = at_desk("support")
    entry = Entry.objects.get(slug="which-card")
    assert change(support, entry, title="改了", slug="stolen").status_code == 403
    page = support.get(CHANGE.format(entry.pk))
    assert page.status_code == 200
    assert "_save" not in page.content.decode()
    entry.refresh_from_db()
    assert entry.slug == "which-card"


def test_an_editor_takes_it_from_draft_to_the_page(client: Client) -> None:
    editor = at_desk("editor")
    entry = draft()
    assert change(editor, entry, status="published").status_code == 200
    assert status_of(entry) == "draft"
    change(editor, entry, status="reviewed")
    assert status_of(entry) == "reviewed"
    assert entry.reviewed_on is not None
    change(editor, entry, status="published")
    assert client.get("/faq/new-answer/").status_code == 200
    assert client.get("/faq/search/", {"q": "卡掉水里了"}).content.decode().count("new-answer") > 0
    change(editor, entry, status="draft")
    assert client.get("/faq/new-answer/").status_code == 404


def test_several_at_once_keep_to_the_order() -> None:
    editor = at_desk("editor")
    one, two = draft(), draft(slug="other", status="reviewed")

    def act(name: str) -> None:
        chosen = {"action": name, "_selected_action": [one.pk, two.pk]}
        editor.post("/admin/faq/entry/", chosen)

    act("publish")
    assert (status_of(one), status_of(two)) == ("draft", "published")
    act("mark_reviewed")
    act("publish")
    assert (status_of(one), status_of(two)) == ("published", "published")
    act("withdraw")
    assert (status_of(one), status_of(two)) == ("draft", "draft")


@pytest.mark.parametrize("name", ["publish", "withdraw", "mark_reviewed", "delete_selected"])
def test_support_has_none_of_these_actions(name: str) -> None:
    support = at_desk("support")
    entry = Entry.objects.get(slug="which-card")
    support.post("/admin/faq/entry/", {"action": name, "_selected_action": [entry.pk]})
    assert status_of(entry) == "published"


def test_nobody_deletes_an_entry_or_an_old_address() -> None:
    entry = Entry.objects.get(slug="which-card")
    row = Redirect.objects.create(old_slug="old-name", entry=entry)
    editor = at_desk("editor")
    assert editor.post(f"/admin/faq/entry/{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    assert editor.get(f"/admin/faq/redirect/{row.pk}/change/").status_code == 200
    assert (
        editor.post(f"/admin/faq/redirect/{row.pk}/change/", {"old_slug": "x"}).status_code == 403
    )


@pytest.mark.parametrize(
    ("role", "address", "expected"),
    [
        ("support", "/admin/faq/entry/", 200),
        ("support", "/admin/faq/stage/add/", 403),
        ("editor", "/admin/faq/stage/add/", 200),
        ("editor", "/admin/faq/glossaryterm/add/", 200),
        ("support", "/admin/faq/glossaryterm/add/", 403),
        ("support", "/admin/faq/feedback/", 200),
        ("support", "/admin/faq/searchlog/", 200),
        ("editor", "/admin/faq/searchlog/add/", 403),
        ("editor", "/admin/auth/user/", 403),
        ("", "/admin/faq/entry/", 403),
    ],
)
def test_roles_open_what_is_theirs(role: str, address: str, expected: int) -> None:
    assert at_desk(role).get(address).status_code == expected


def test_lists_are_edited_as_lines() -> None:
    entry = draft()
    editor = at_desk("editor")
    change(editor, entry, steps="先关机\r\n\r\n 再擦干 ", aliases="")
    entry.refresh_from_db()
    assert (entry.steps, entry.aliases) == (["先关机", "再擦干"], [])
    assert "先关机\n再擦干" in editor.get(CHANGE.format(entry.pk)).content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "//example.org/",
        "https://example.org",
        "/\\example.org",
        "data:x",
        "\x00",
    ],
)
def test_a_button_leads_only_into_this_site(address: str) -> None:
    entry = draft()
    assert change(at_desk("editor"), entry, here_url=address).status_code == 200
    entry.refresh_from_db()
    assert entry.here_url == ""


@pytest.mark.parametrize("slug", ["search", "desk", "all", "a b", "", "中文", "x" * 400])
def test_a_name_that_no_address_can_have_is_refused(slug: str) -> None:
    entry = draft()
    assert change(at_desk("editor"), entry, slug=slug).status_code == 200
    entry.refresh_from_db()
    assert entry.slug == "new-answer"


def test_links_that_lead_nowhere_are_said_when_saving() -> None:
    entry = draft()
    response = at_desk("editor").post(
        CHANGE.format(entry.pk), form_of(entry, why="见 [那里](faq:no-such-entry)"), follow=True
    )
    assert "no-such-entry" in response.content.decode()


# --- old addresses ------------------------------------------------------------------------------


def test_renaming_leaves_a_redirect_for_ever(client: Client) -> None:
    editor = at_desk("editor")
    entry = Entry.objects.get(slug="which-card")
    for slug in ("card-choice", "choose-card", "which-card-to-use"):
        change(editor, entry, slug=slug)
    for old in ("which-card", "card-choice", "choose-card"):
        response = client.get(f"/faq/{old}/")
        assert (response.status_code, response["Location"]) == (301, "/faq/which-card-to-use/")
    assert client.get(f"/f/{entry.number}")["Location"] == "/faq/which-card-to-use/"


def test_a_name_that_is_taken_back_is_no_redirect_to_itself(client: Client) -> None:
    editor = at_desk("editor")
    entry = Entry.objects.get(slug="which-card")
    change(editor, entry, slug="card-choice")
    change(editor, entry, slug="which-card")
    assert client.get("/faq/which-card/").status_code == 200
    assert client.get("/faq/card-choice/")["Location"] == "/faq/which-card/"


# --- revisions ----------------------------------------------------------------------------------


def test_every_saving_that_changes_something_is_a_revision() -> None:
    editor = at_desk("editor")
    entry = Entry.objects.get(slug="which-card")
    before = entry.why
    change(editor, entry, why="新的原因。")
    change(editor, entry, why="新的原因。")
    rows = list(Revision.objects.filter(entry=entry))
    assert [row.record["why"] for row in rows] == ["新的原因。", before]
    assert rows[0].by is not None
    assert (rows[0].by.username, rows[1].by) == ("editor", None)


def test_the_difference_is_marked_word_by_word() -> None:
    editor = at_desk("editor")
    entry = draft(why="请用法人卡登录 Chrome 浏览器。")
    change(editor, entry, why="请用操作员卡登录 Edge 浏览器。")
    html = editor.get(f"/admin/faq/entry/{entry.pk}/history/").content.decode()
    assert "<del>Chrome</del><ins>Edge</ins>" in html
    assert "<del>法人</del><ins>操作员</ins>" in html


def test_a_difference_runs_nothing() -> None:
    shown = revisions.marked("<img src=x onerror=alert(1)>", "<svg onload=alert(1)>")
    assert "<img" not in shown
    assert "<svg" not in shown
    assert {part.split(">")[0] for part in shown.split("<")[1:]} <= {
        "ins",
        "/ins",
        "del",
        "/del",
    }


def test_restoring_brings_the_words_back_and_nothing_else(client: Client) -> None:
    editor = at_desk("editor")
    entry = Entry.objects.get(slug="which-card")
    words = (entry.title, entry.steps, entry.reviewed_on)
    change(editor, entry, title="写坏了", steps="", reviewed_on="", slug="card-choice")
    first = Revision.objects.filter(entry=entry).last()
    assert first is not None
    response = editor.post(f"/admin/faq/entry/{entry.pk}/restore/{first.pk}/")
    assert response.status_code == 303
    entry.refresh_from_db()
    assert (entry.title, entry.steps, entry.reviewed_on) == words
    assert (entry.slug, entry.status) == ("card-choice", "published")
    assert Revision.objects.filter(entry=entry).count() == 3
    assert words[0] in client.get("/faq/card-choice/").content.decode()


def test_who_may_not_change_an_entry_may_not_restore_it() -> None:
    entry = Entry.objects.get(slug="which-card")
    entry.why = "改过。"
    revisions.save(entry, by=make_staff("chief", "editor"))
    row = Revision.objects.filter(entry=entry).last()
    assert row is not None
    address = f"/admin/faq/entry/{entry.pk}/restore/{row.pk}/"
    assert at_desk("support").post(address).status_code == 403
    assert Client().post(address).status_code == 302
    assert Client().post(f"/admin/faq/entry/{entry.pk}/restore/{10**20}/").status_code == 302
    editor = at_desk("editor")
    assert editor.get(address).status_code == 405
    other = draft()
    assert editor.post(f"/admin/faq/entry/{other.pk}/restore/{row.pk}/").status_code == 404
    entry.refresh_from_db()
    assert entry.why == "改过。"


@pytest.mark.parametrize("pk", ["0", "x", "999999999999999999999999"])
def test_the_history_of_nothing_is_not_found(pk: str) -> None:
    assert at_desk("editor").get(f"/admin/faq/entry/{pk}/history/").status_code == 404


# --- preview ------------------------------------------------------------------------------------


def test_a_preview_is_the_real_page_for_staff_only(client: Client) -> None:
    entry = draft(steps=["**先**关机"], related=["which-card"])
    support = at_desk("support")
    response = support.get(f"/faq/desk/preview/{entry.number}/")
    html = response.content.decode()
    assert "<b>先</b>关机" in html
    assert 'class="card art"' in html
    assert response["X-Robots-Tag"].startswith("noindex")
    assert client.get(f"/faq/desk/preview/{entry.number}/").status_code == 302
    assert client.get("/faq/new-answer/").status_code == 404
    assert support.get("/faq/desk/preview/99999/").status_code == 404
    page = support.get(CHANGE.format(entry.pk)).content.decode()
    assert f'href="/faq/desk/preview/{entry.number}/"' in entities.unescape(page)
