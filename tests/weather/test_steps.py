"""The four steps in bad weather, in this process and over a socket: a page, one effect, healing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from tests.weather.conftest import KINDS, WHERE_AND_KIND, Sky
from tests.worlds import CONTACT, PIN, Person, hidden_fields
from wizard import authority, making
from wizard.demo.landing import walk
from wizard.models import Application, World
from wizard.process import State
from wizard.singlewindow.faults import FaultCode, OutcomeUnknown

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
# The two steps that cost signatures are spared what is the same.
CASES: Final = [
    (where, kind, step)
    for where in ("embedded", "socket")
    for kind in KINDS
    for step in STEPS
    if (where, kind) in WHERE_AND_KIND or step in {"confirm", "seal"}
]


@pytest.fixture
def owner(cast: Callable[[str], Person], request: pytest.FixtureRequest) -> Person:
    """P15 comes with its policy: nothing that costs signatures has to be walked."""
    issued = request.node.callspec.params.get("step") == "policy"
    return cast("P15" if issued else "P01")


def effects(world: World, operation: str) -> int:
    """How many writes of this kind the authority accepted; repeated answers are none."""
    return sum(
        request.operation == operation and request.answer == "accepted"
        for request in authority.control().requests(world.key)
    )


@pytest.mark.parametrize(("sky", "kind", "step"), CASES, indirect=["sky"])
def test_a_step_in_bad_weather_has_a_page_and_one_effect_and_heals(
    sky: Sky, owner: Person, kind: str, step: str
) -> None:
    operation, data, state = STEPS[step]
    application = owner.application(until=state)
    url = f"/apply/{application.number}/{step}/"
    fields = hidden_fields(owner.client.get(url)) | data
    sky.turn(owner.world, kind, operation)
    answer = owner.client.post(url, fields)
    assert answer.status_code == (303 if kind == "duplicate-answer" else 503)
    if answer.status_code == 503:
        html = answer.content.decode()
        assert FaultCode.NO_RESPONSE in html
        assert "不会重复办理" in html
        assert Application.objects.get(pk=application.pk).state == application.state
    sky.clear(owner.world)
    owner.client.get(url)
    if Application.objects.get(pk=application.pk).state == application.state:
        assert owner.post(application, step, data).status_code == 303
    healed = Application.objects.get(pk=application.pk)
    assert healed.revision == application.revision + 1
    assert effects(owner.world, operation) == 1


@pytest.mark.parametrize("sky", ["embedded"], indirect=True)
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
            assert posted["Location"] == f"/apply/{application.number}/generating/"
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
