"""Every code of the authority's list can be shown by hand, and its screen says what to do."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.test import Client

from tests.demo.playing import PLAYS, Player
from wizard.catalogue import explain
from wizard.demo.scenarios import GROUPS, scenario_named
from wizard.singlewindow.faults import FaultCode

# One line at the field or above the page is all that these need: nothing has to be repaired.
ONE_LINE = {FaultCode.SUBMITTED_TWICE}


@pytest.fixture
def help_content(db: None) -> None:
    """What the help panel shows beside a field's error."""
    call_command("faq_import", verbosity=0)


def test_every_code_has_its_card() -> None:
    cards = {scenario.code for group in GROUPS for scenario in group.scenarios}
    assert {code.value for code in FaultCode} <= cards
    assert set(PLAYS) <= cards


@pytest.mark.parametrize("code", list(FaultCode))
def test_the_catalogue_says_cause_next_step_and_who(code: FaultCode) -> None:
    entry = explain(code)
    assert str(entry.title)
    assert str(entry.cause)
    assert entry.steps
    assert str(entry.who)


@pytest.mark.parametrize("code", list(FaultCode))
def test_the_code_is_shown_with_its_screen(
    presenter: Client, code: FaultCode, witness: Callable[..., None], help_content: None
) -> None:
    scenario = scenario_named(code.value)
    assert scenario is not None
    player = Player.of(presenter, code.value)
    if code.value in PLAYS:
        PLAYS[code.value](player)
    html = player.page.content.decode()
    main = html[html.index("<main") : html.index("</html>")]
    assert code.value in main, f"{player.where}: {re.sub('<[^>]*>', ' ', main)[:400]}"
    entry = explain(code)
    if code not in ONE_LINE:
        shown = [str(step) for step in entry.steps if str(step) in main]
        assert str(entry.cause) in main or shown, "cause or next step"
        assert str(entry.who) in main or "/e/" in main or entry.faq in main
    assert player.page.status_code < 500 or code is FaultCode.NO_RESPONSE
    screen = re.sub(r"/TB-[0-9-]+/", "/…/", player.where.split("?")[0])
    witness(
        "code",
        code=code.value,
        title=re.sub(r"\{.*?\}", "n", str(entry.title)),
        scenario=scenario.code,
        persona=scenario.persona,
        screen=screen,
        faq=entry.faq,
    )
