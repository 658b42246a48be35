"""Schemathesis asks the server whatever its own document allows and forbids: no check finds any
fault, and none is switched off.
"""

from __future__ import annotations

from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import GenerationMode

from tests.singlewindow.cast import Exporter
from tests.singlewindow.wired import CONTROL_TOKEN
from wizard.singlewindow.simulator.engine import Engine
from wizard.singlewindow.simulator.server import SimulatorApp
from wizard.singlewindow.simulator.store import Store

EXAMPLES: Final = 8

ENGINE: Final = Engine(Store(None))
APP: Final = SimulatorApp(ENGINE, control_token=CONTROL_TOKEN)


@pytest.fixture(scope="module")
def owner() -> Exporter:
    """Somebody whose token is good, in a world that is there."""
    return Exporter.of(ENGINE, "P01", world="w")


@schemathesis.serializer("application/timestamp-query")
def _query(_context: Any, value: Any) -> bytes:
    """Bytes as they are: what a client of RFC 3161 sends is no JSON."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


SCHEMA: Final = schemathesis.openapi.from_wsgi("/openapi.json", APP)
SCHEMA.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])


# The client of the generated requests leaves its sockets to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@SCHEMA.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_server_keeps_to_its_document(case: Any, owner: Exporter) -> None:
    control = case.operation.path.startswith("/control")
    token = CONTROL_TOKEN if control else owner.token
    case.call_and_validate(headers={"Authorization": f"Bearer {token}"})
