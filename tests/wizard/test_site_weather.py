"""The four steps in bad weather, in this process and over a socket: a page, one effect, healing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.conf import LazySettings

from tests.singlewindow.wired import CONTROL_TOKEN, Server
from tests.worlds import CONTACT, PIN, Person, make_world, signed_in
from wizard import authority, making
from wizard.demo.landing import walk
from wizard.models import Application, World
from wizard.process import State
from wizard.singlewindow.faults import FaultCode, OutcomeUnknown
from wizard.singlewindow.http import Line, Rule

STEPS: Final = {
    "confirm": ("confirm_application", CONTACT | {"commit": "1"}, None),
    "seal": ("make_seal", {}, State.AWAITING_SEAL),
    "agreement": (
        "sign_agreement",
        {"agreement-agreed": "on", "agreement-pin": PIN},
        State.AWAITING_SIGNATURE,
    ),
    "policy": ("acknowledge_policy", {"policy-pin": PIN}, State.ISSUED),
}
# As the simulator can do it; `delay:1` is later than the wire's patience below.
KINDS: Final = (
    "lost-before",
    "lost-after",
    "http-500",
    "http-429:30",
    "no-answer",
    "delay:1",
    "truncated",
    "invalid-json",
    "duplicate-answer",
)
# The site's own rule, only less patient: silence is noticed at once.
IMPATIENT: Final = Rule(
    timeout_seconds=0.5, patience_seconds=0.8, pause_seconds=0.01, failures_before_rest=10**6
)


@pytest.fixture(scope="module")
def far_server() -> Iterator[Server]:
    server = Server()
    server.start()
    yield server
    server.stop()


@pytest.fixture(params=["embedded", "socket"])
def owner(
    request: pytest.FixtureRequest,
    db: None,
    settings: LazySettings,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Person]:
    """Somebody with the 法人卡, with the authority in this process or as a server on a socket."""
    lines: dict[str, Line] = {}
    if request.param == "socket":
        url = request.getfixturevalue("far_server").url

        def open_line(address: str, *, token: str = "") -> Line:
            if address not in lines:
                rule = IMPATIENT if address == url else Rule()
                lines[address] = Line(address, token=token, rule=rule)
            return lines[address]

        monkeypatch.setattr(authority, "open_line", open_line)
        settings.SINGLEWINDOW_URL = url
        settings.SINGLEWINDOW_CONTROL_URL = f"{url}/control"
        settings.SINGLEWINDOW_CONTROL_TOKEN = CONTROL_TOKEN
    # P15 comes with its policy: nothing that costs signatures has to be walked.
    issued = request.node.callspec.params.get("step") == "policy"
    yield signed_in(make_world("P15" if issued else "P01"))
    for line in lines.values():
        line.close()


def effects(world: World, operation: str) -> int:
    """How many writes of this kind the authority accepted; repeated answers are none."""
    return sum(
        request.operation == operation and request.answer == "accepted"
        for request in authority.control().requests(world.key)
    )


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_step_in_bad_weather_has_a_page_and_one_effect_and_heals(
    owner: Person, kind: str, step: str
) -> None:
    operation, data, state = STEPS[step]
    application = owner.application(until=state)
    authority.control().set_weather(owner.world.key, operation=operation, kind=kind, times=9)
    answer = owner.post(application, step, data)
    assert answer.status_code in {303, 503}
    if answer.status_code == 503:
        html = answer.content.decode()
        assert FaultCode.NO_RESPONSE in html
        assert "不会重复办理" in html
        assert Application.objects.get(pk=application.pk).state == application.state
    authority.control().set_weather(owner.world.key, operation=operation, kind=kind, times=0)
    owner.client.get(f"/apply/{application.number}/{step}/")
    if Application.objects.get(pk=application.pk).state == application.state:
        assert owner.post(application, step, data).status_code == 303
    healed = Application.objects.get(pk=application.pk)
    assert healed.revision == application.revision + 1
    assert effects(owner.world, operation) == 1


@pytest.mark.parametrize("owner", ["embedded"], indirect=True)
class TestNobodySigns:
    def silence(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def silent(_world: World) -> None:
            raise OutcomeUnknown("nobody signs")

        monkeypatch.setattr(authority, "signing_authority", silent)

    def test_the_policy_page_says_so_and_heals(
        self, owner: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        application = walk(actor=owner.actor, until=State.ISSUED)
        url = f"/apply/{application.number}/policy/"
        with monkeypatch.context() as quiet:
            self.silence(quiet)
            page = self.tried_in_vain(owner, url)
            html = page.content.decode()
            assert FaultCode.NO_RESPONSE in html
            assert "重试" in html
            posted = owner.client.post(
                url, {"rev": application.revision, "application_wizard-current_step": "policy"}
            )
            assert posted.status_code == 503
            assert Application.objects.get(pk=application.pk).state == State.ISSUED
        owner.client.post(f"/apply/{application.number}/generating/")
        assert owner.post(application, "policy", {"policy-pin": PIN}).status_code == 303
        assert effects(owner.world, "acknowledge_policy") == 1

    def test_a_signed_agreement_that_is_not_made_yet_heals_too(
        self, owner: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        application = owner.application(until=State.AWAITING_SIGNATURE)
        url = f"/apply/{application.number}/agreement/"
        with monkeypatch.context() as quiet:
            self.silence(quiet)
            assert owner.post(application, "agreement", STEPS["agreement"][1]).status_code == 303
            self.tried_in_vain(owner, url)
        owner.client.post(f"/apply/{application.number}/generating/")
        assert owner.client.get(url).status_code == 200

    def tried_in_vain(self, owner: Person, url: str) -> Any:
        """The page that comes back tries a few times by itself, then says that it waits."""
        for _poll in range(making.TRIES):
            page = owner.client.get(url, follow=True)
        assert page.status_code == 503
        return page
