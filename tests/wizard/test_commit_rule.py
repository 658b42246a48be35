"""The commit rule under bad weather: nothing acknowledged is lost, nothing is done twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from tests.worlds import CONTACT, PIN, Person, hidden_fields, make_world, signed_in
from wizard import trail, transitions
from wizard.authority import engine, single_window
from wizard.models import Application, Attempt, World
from wizard.process import State
from wizard.singlewindow.faults import FaultCode
from wizard.singlewindow.port import Contact

STEPS = [
    ("confirm", "confirm_application", CONTACT | {"commit": "1"}, None),
    ("seal", "make_seal", {}, State.AWAITING_SEAL),
    ("agreement", "sign_agreement", {"agreement-agreed": "on", "agreement-pin": PIN},
     State.AWAITING_SIGNATURE),
    ("policy", "acknowledge_policy", {"policy-pin": PIN}, State.ISSUED),
]  # fmt: skip
each_step = pytest.mark.parametrize(
    ("step", "operation", "data", "state"), STEPS, ids=[step[0] for step in STEPS]
)


def effects(world: World, operation: str) -> int:
    """How many writes of this kind the authority accepted; repeated answers are none."""
    return sum(
        request.operation == operation and request.answer == "accepted"
        for request in engine().requests(world.key)
    )


@pytest.mark.django_db
class TestNoAnswer:
    @each_step
    def test_the_request_was_lost_and_the_same_button_finishes_it(
        self, owner: Person, step: str, operation: str, data: dict[str, str], state: State | None
    ) -> None:
        application = owner.application(until=state)
        engine().set_weather(owner.world.key, operation=operation, kind="lost-before")
        answer = owner.post(application, step, data)
        assert answer.status_code == 503
        html = answer.content.decode()
        assert FaultCode.NO_RESPONSE in html
        assert "不会重复办理" in html
        before = Application.objects.get(pk=application.pk).state
        assert before == application.state
        answer = owner.post(application, step, data)
        assert answer.status_code == 303
        assert Application.objects.get(pk=application.pk).state != before

    @each_step
    def test_the_answer_was_lost_and_a_look_at_the_page_settles_it(
        self, owner: Person, step: str, operation: str, data: dict[str, str], state: State | None
    ) -> None:
        application = owner.application(until=state)
        engine().set_weather(owner.world.key, operation=operation, kind="lost-after")
        assert owner.post(application, step, data).status_code == 503
        assert Attempt.objects.filter(status="unknown").count() == 1
        owner.client.get(f"/apply/{application.number}/{step}/")
        moved = Application.objects.get(pk=application.pk)
        assert (moved.state != application.state, moved.revision) == (
            True,
            application.revision + 1,
        )
        assert Attempt.objects.filter(status="done", step=step).count() == 1

    @each_step
    def test_what_was_accepted_is_not_called_refused_because_reading_afterwards_was(
        self, owner: Person, step: str, operation: str, data: dict[str, str], state: State | None
    ) -> None:
        application = owner.application(until=state)
        engine().set_weather(owner.world.key, operation="application", kind="fault:C-104")
        answer = owner.post(application, step, data)
        assert answer.status_code == 503
        assert FaultCode.NO_RESPONSE in answer.content.decode()
        assert Attempt.objects.filter(status="unknown").count() == 1
        owner.client.get(f"/apply/{application.number}/{step}/")
        moved = Application.objects.get(pk=application.pk)
        assert moved.revision == application.revision + 1
        assert effects(owner.world, operation) == 1

    @each_step
    def test_the_answer_was_lost_and_pressing_again_does_nothing_twice(
        self, owner: Person, step: str, operation: str, data: dict[str, str], state: State | None
    ) -> None:
        application = owner.application(until=state)
        engine().set_weather(owner.world.key, operation=operation, kind="lost-after")
        first = hidden_fields(owner.client.get(f"/apply/{application.number}/{step}/")) | data
        owner.client.post(f"/apply/{application.number}/{step}/", first)
        answer = owner.client.post(f"/apply/{application.number}/{step}/", first)
        assert answer.status_code == 303
        moved = Application.objects.get(pk=application.pk)
        assert moved.revision == application.revision + 1
        newest = moved.events.order_by("sequence").last()
        assert newest is not None
        assert moved.events.filter(action=newest.action).count() == 1

    def test_the_authority_stays_silent_and_the_page_still_says_what_is_known(
        self, owner: Person
    ) -> None:
        application = owner.application(until=State.UNDER_REVIEW)
        engine().set_weather(owner.world.key, operation="*", kind="lost-before", times=50)
        answer = owner.client.get(f"/apply/{application.number}/policy/")
        assert answer.status_code == 200
        html = answer.content.decode()
        assert "暂时没有响应" in html
        assert application.number in html

    def test_a_deep_link_while_nobody_answers_is_a_page_with_a_way_on(self, owner: Person) -> None:
        number = owner.application().number
        engine().set_weather(owner.world.key, operation="*", kind="lost-before", times=50)
        answer = owner.client.get(f"/apply/{number}-other/confirm/")
        assert answer.status_code == 503
        html = answer.content.decode()
        assert FaultCode.NO_RESPONSE in html
        assert f'<a class="btn p" href="/apply/{number}-other/confirm/">' in html

    def test_changing_the_contact_first_finds_out_what_became_of_the_last_try(
        self, owner: Person
    ) -> None:
        application = owner.application(until=State.AWAITING_SEAL)
        engine().set_weather(owner.world.key, operation="make_seal", kind="lost-after")
        owner.post(application, "seal")
        reopened = owner.client.post(
            f"/apply/{application.number}/reopen/", {"rev": application.revision}
        )
        assert reopened.status_code == 303
        moved = Application.objects.get(pk=application.pk)
        assert moved.state == State.AWAITING_SIGNATURE
        assert not moved.attempts.filter(status__in=Attempt.OPEN).exists()

    def test_a_corrected_contact_after_a_lost_answer_does_not_overwrite_what_was_accepted(
        self, owner: Person
    ) -> None:
        application = owner.application()
        engine().set_weather(owner.world.key, operation="confirm_application", kind="lost-after")
        page = hidden_fields(owner.client.get(f"/apply/{application.number}/confirm/"))
        owner.client.post(f"/apply/{application.number}/confirm/", page | CONTACT | {"commit": "1"})
        owner.client.post(
            f"/apply/{application.number}/confirm/",
            page | CONTACT | {"confirm-name": "周示例", "commit": "1", "idem": "another"},
        )
        moved = Application.objects.get(pk=application.pk)
        assert moved.contact is not None
        assert moved.contact["name"] == moved.file["contact"]["name"] == "林示例"

    def test_reading_does_not_take_the_place_of_the_receipt_that_is_still_to_come(
        self, owner: Person
    ) -> None:
        """收悉 whose answer was lost is seen in the list of policies first."""
        application = owner.application(until=State.ISSUED)
        engine().set_weather(owner.world.key, operation="acknowledge_policy", kind="lost-after")
        owner.post(application, "policy", {"policy-pin": PIN})
        transitions.refresh_all(actor=owner.actor)
        assert Application.objects.get(pk=application.pk).state == State.ISSUED
        owner.client.get(f"/apply/{application.number}/policy/")
        assert Application.objects.get(pk=application.pk).state == State.ACKNOWLEDGED
        assert application.attempts.get(step="policy").status == "done"

    def test_the_process_died_between_the_answer_and_the_record(self, owner: Person) -> None:
        """What a kill leaves behind: an attempt that is still sending, and a done deed there."""
        application = owner.application()
        answer = owner.post(application, "confirm", CONTACT)
        assert answer.status_code == 303
        long_ago = timezone.now() - 2 * transitions.IN_FLIGHT
        key = f"{application.number}.confirm.1"
        Attempt.objects.create(
            application=application, step="confirm", round=1, key=key, actor="x", opened_at=long_ago
        )
        single_window(owner.world).confirm_application(
            token=owner.actor.token,
            number=application.number,
            contact=Contact(
                name="林示例", phone="020-20000001", mobile="15400000001", email="lin@example.com"
            ),
            declaration_sha256="0" * 64,
            key=key,
        )
        answer = owner.client.get(f"/apply/{application.number}/confirm/")
        assert "已完成" in answer.content.decode()
        assert Application.objects.get(pk=application.pk).state == State.AWAITING_SEAL


@pytest.mark.django_db
class TestRefused:
    def test_a_wrong_pin_is_told_at_its_field_and_costs_a_try(self, owner: Person) -> None:
        application = owner.application(until=State.AWAITING_SIGNATURE)
        wrong = {"agreement-agreed": "on", "agreement-pin": "12345678"}
        html = owner.post(application, "agreement", wrong).content.decode()
        assert "卡密码不对，还可以尝试 4 次" in html
        assert "12345678" not in html
        assert Application.objects.get(pk=application.pk).state == State.AWAITING_SIGNATURE

    def test_wrong_pins_lock_the_card_and_the_page_says_who_unlocks_it(self, owner: Person) -> None:
        application = owner.application(until=State.AWAITING_SIGNATURE)
        wrong = {"agreement-agreed": "on", "agreement-pin": "12345678"}
        for _try in range(5):
            html = owner.post(application, "agreement", wrong).content.decode()
        assert FaultCode.CARD_LOCKED in html
        assert "制卡中心" in html
        right = {"agreement-agreed": "on", "agreement-pin": PIN}
        owner.post(application, "agreement", right)
        assert Application.objects.get(pk=application.pk).state == State.AWAITING_SIGNATURE

    def test_a_refused_attempt_is_closed_and_nothing_typed_is_lost(self) -> None:
        person = signed_in(make_world("P07"))
        application = person.application()
        html = person.post(application, "confirm", CONTACT | {"commit": "1"}).content.decode()
        assert FaultCode.NOT_CERTIFIED in html
        assert "林示例" in html
        attempt = Attempt.objects.get()
        assert (attempt.status, attempt.fault) == ("refused", "R-401")
        assert attempt.settled_at is not None


def _die(**_line: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.django_db
class TestKilled:
    """The process dies while a line of the trail is written."""

    def test_an_application_comes_with_the_first_line_of_its_trail_or_not_at_all(
        self, owner: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
            dying.setattr(trail, "append", _die)
            owner.application()
        assert not Application.objects.filter(world=owner.world).exists()
        assert [event.action for event in trail.lines(owner.application())] == ["offered"]

    def test_a_refusal_is_on_record_or_the_attempt_is_open(
        self, owner: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        application = owner.application(until=State.AWAITING_SEAL)
        engine().set_weather(owner.world.key, operation="make_seal", kind="fault:S-302")
        with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
            dying.setattr(trail, "append", _die)
            owner.post(application, "seal")
        assert application.attempts.filter(status__in=Attempt.OPEN).count() == 1
        assert owner.post(application, "seal").status_code == 303


@pytest.mark.usefixtures("let_go")
class TestRaces:
    @each_step
    def test_eight_posts_at_once_have_exactly_one_effect(
        self,
        step: str,
        operation: str,
        data: dict[str, str],
        state: State | None,
    ) -> None:
        owner = signed_in(make_world("P01"))
        application = owner.application(until=state)
        url = f"/apply/{application.number}/{step}/"
        post = hidden_fields(owner.client.get(url)) | data
        cookies = owner.client.cookies

        def click(_number: int) -> int:
            try:
                client = type(owner.client)()
                client.cookies = cookies
                return client.post(url, post).status_code
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(click, range(8)))
        assert set(answers) == {303}
        moved = Application.objects.get(pk=application.pk)
        assert moved.revision == application.revision + 1
        assert moved.attempts.filter(step=step, status="done").count() == 1
        newest = moved.events.order_by("sequence").last()
        assert newest is not None
        assert moved.events.filter(action=newest.action).count() == 1
        assert effects(owner.world, operation) == 1
