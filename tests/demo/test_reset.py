"""Reset: asked once, then everything of this world is gone, and nothing of another."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from tests.demo.console import start, text
from tests.worlds import make_world, signed_in
from wizard.authority import control
from wizard.demo import worlds
from wizard.middleware import WORLD_COOKIE
from wizard.models import Application, Attempt, Document, Draft, Event, World
from wizard.process import State
from wizard.singlewindow.faults import OutcomeUnknown


def test_the_question_names_what_is_lost_and_offers_the_way_back_first(presenter: Client) -> None:
    world, address = start(presenter, "S-301")
    html = presenter.get("/demo/reset/").content.decode()
    assert "<title>重置本场演示？" in html
    assert world.code in html
    assert "清除填写内容、印章、协议和保单" in html
    assert "演示时间回到现在" in html
    assert html.index("不重置，返回") < html.rindex("重置本场演示")
    assert presenter.get(address).status_code == 200, "asking changed nothing"


def test_everything_of_the_world_is_gone(db: None) -> None:
    owner = signed_in(make_world("P01"))
    owner.application(until=State.ACKNOWLEDGED)
    assert min(each.objects.count() for each in (Event, Attempt, Document)) > 0
    response = owner.client.post("/demo/reset/")
    assert (response.status_code, response["Location"]) == (303, "/demo/")
    for each in (World, Application, Draft, Attempt, Document, Event):
        assert each.objects.count() == 0
    assert not control().has_world(owner.world.key)
    assert response.cookies[WORLD_COOKIE].value == ""
    assert "signin" not in owner.client.session
    assert "演示已重置" in text(owner.client)


def test_the_trail_lets_go_only_of_a_world_that_is_thrown_away(db: None) -> None:
    owner = signed_in(make_world("P01"))
    owner.application(until=State.AWAITING_SEAL)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        owner.world.delete()
    worlds.purge(owner.world)
    assert not Event.objects.exists()


def test_another_world_keeps_everything(db: None) -> None:
    mine, theirs = signed_in(make_world("P01")), signed_in(make_world("P01"))
    mine.application(until=State.AWAITING_SEAL)
    kept = theirs.application(until=State.AWAITING_SIGNATURE)
    mine.client.post("/demo/reset/")
    kept.refresh_from_db()
    assert kept.state == State.AWAITING_SIGNATURE
    assert theirs.client.get(f"/apply/{kept.number}/agreement/").status_code == 200
    assert Document.objects.filter(application=kept).exists()


def test_who_had_joined_is_out_too_and_sees_a_page(presenter: Client, colleague: Client) -> None:
    world, address = start(presenter, "S-301")
    colleague.post("/demo/join/", {"code": world.code})
    assert world.code in text(colleague)
    presenter.post("/demo/reset/")
    assert world.code not in text(colleague)
    assert colleague.get(address)["Location"].startswith("/login/card/")


def test_without_a_world_there_is_nothing_to_reset(presenter: Client) -> None:
    for response in (presenter.get("/demo/reset/"), presenter.post("/demo/reset/")):
        assert (response.status_code, response["Location"]) == (303, "/demo/")


def test_a_form_from_another_site_resets_nothing(presenter: Client) -> None:
    start(presenter, "N-01")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = presenter.cookies
    assert strict.post("/demo/reset/").status_code == 403
    assert World.objects.count() == 1


def test_interrupted_at_the_authority_nobody_gets_in_and_it_is_finished_later(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = signed_in(make_world("P01"))
    owner.application(until=State.AWAITING_SEAL)

    def silent(_engine: object, _world: str) -> None:
        raise OutcomeUnknown

    with monkeypatch.context() as patch:
        patch.setattr(type(control()), "purge_world", silent)
        with pytest.raises(OutcomeUnknown):
            worlds.purge(owner.world)
    assert owner.world.code not in text(owner.client)
    owner.world.refresh_from_db()
    assert owner.world.purged_at is not None
    assert worlds.purge_old(now=owner.world.created_at) == 1
    assert not World.objects.exists()
    assert not control().has_world(owner.world.key)
