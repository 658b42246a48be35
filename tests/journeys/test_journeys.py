"""Site and authority under random journeys: a few in every run, a thousand on demand.

How to take a thousand, and what was found: docs/journeys.md.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.conf import LazySettings
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.journeys.machine import Journey
from tests.journeys.mutants import MUTANTS, Mutant
from tests.journeys.place import Place

log = logging.getLogger(__name__)
# So many journeys, other ones in each run, and every mutant; unset: the same few, and one mutant.
JOURNEYS: Final = int(os.environ.get("JOURNEYS", "0"))
FEW: Final = 10
STEPS: Final = 25
ENOUGH_TO_FIND_IT: Final = 300


@pytest.fixture
def place(
    transactional_db: None, tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    made = Place(tmp_path, settings, monkeypatch)
    yield made
    made.move_out()


def travel(place: Place, *, journeys: int, **options: Any) -> None:
    """So many journeys; the same ones every time unless `JOURNEYS` asks for others."""
    run_state_machine_as_test(
        type("Here", (Journey,), {"place": place}),
        settings=settings(
            max_examples=journeys,
            stateful_step_count=STEPS,
            derandomize=not JOURNEYS,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            **options,
        ),
    )


def test_whatever_is_done_in_whatever_weather_the_promises_hold(place: Place) -> None:
    travel(place, journeys=JOURNEYS or FEW)


@pytest.mark.parametrize(
    "mutant", MUTANTS if JOURNEYS else MUTANTS[:1], ids=lambda mutant: mutant.__name__
)
def test_a_wrong_rule_breaks_a_promise(place: Place, mutant: Mutant) -> None:
    with mutant(), pytest.raises(AssertionError):
        travel(
            place,
            journeys=ENOUGH_TO_FIND_IT,
            phases=[Phase.generate],
            report_multiple_bugs=False,
        )
    # The one that found it is run twice.
    log.info("%s: found in journey %d", mutant.__name__, place.journeys - 1)
