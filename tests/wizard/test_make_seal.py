"""Step 2 制章: the registered name on the seal, an old seal in the way, a good one used again."""

from __future__ import annotations

import pytest

from tests.worlds import CONTACT, Person, make_world, signed_in
from wizard.models import Application
from wizard.process import State

pytestmark = pytest.mark.django_db


def test_the_preview_shows_the_registered_name_and_is_no_input(owner: Person) -> None:
    application = owner.application(until=State.AWAITING_SEAL)
    html = owner.client.get(f"/apply/{application.number}/seal/").content.decode()
    assert 'role="img"' in html
    assert application.company in html
    assert "的电子印章预览，还没有保存，标有“演示专用”" in html
    assert 'type="text"' not in html


def test_the_seal_and_the_agreement_come_together(owner: Person) -> None:
    application = owner.application(until=State.AWAITING_SEAL)
    owner.post(application, "seal")
    application.refresh_from_db()
    assert application.file["seal"]["name"] == application.company
    assert len(application.file["seal"]["code"]) == 13
    assert application.documents.filter(kind="agreement-draft").count() == 1


def test_an_old_seal_in_the_way_is_told_with_cause_steps_and_the_way_to_fix_it() -> None:
    person = signed_in(make_world("P10"))
    application = person.application(until=State.AWAITING_SEAL)
    html = person.post(application, "seal").content.decode()
    for words in ("S-301", "已有一枚旧印章", "停用印章", "删除印章", "新增印章", "您自己就能处理"):
        assert words in html
    assert f"/account/seals/?next=%2Fapply%2F{application.number}%2Fseal%2F" in html
    application.refresh_from_db()
    assert application.state == State.AWAITING_SEAL


def test_the_same_seal_serves_a_changed_contact(owner: Person) -> None:
    application = owner.application(until=State.AWAITING_SIGNATURE)
    first = application.file["seal"]["id"]
    owner.client.post(f"/apply/{application.number}/reopen/", {"rev": application.revision})
    owner.post(application, "confirm", CONTACT | {"commit": "1"})
    owner.post(application, "seal")
    again = Application.objects.get(pk=application.pk)
    assert again.state == State.AWAITING_SIGNATURE
    assert again.file["seal"]["id"] == first
    assert again.documents.filter(kind="agreement-draft").count() == 2
