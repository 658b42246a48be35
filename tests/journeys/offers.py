"""What a random journey chooses from: addresses, contacts, calls of the authority, weather."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st

from tests.journeys.promises import OPERATIONS
from tests.worlds import CONTACT
from wizard.singlewindow.simulator.weather import ANY, Weather

WRONG_PIN: Final = "13572468"
PINS: Final = st.sampled_from(["right", "right", "right", "wrong"])
PAGES: Final = (
    "/center/",
    "/policies/",
    "/account/",
    "/account/seals/",
    "/account/verify/",
    "/login/card/",
    "/login/password/",
    "/login/change-pin/",
    "/check/",
)
OF_APPLICATION: Final = (
    "",
    "confirm/",
    "confirm/?view=check",
    "seal/",
    "agreement/",
    "policy/",
    "receipt/",
    "trail/",
    "receipt.pdf",
    "agreement.pdf",
)
OTHERS: Final = {"confirm-name": "周示例", "confirm-phone": "0755-20000002"}
BAD: Final = (
    {"confirm-email": "lin_yun@example.com"},
    {"confirm-mobile": ""},
    {"confirm-declared": ""},
    {"confirm-name": "\x00"},
)
CONTACTS: Final = st.sampled_from(
    [CONTACT, CONTACT, CONTACT | OTHERS, *(CONTACT | bad for bad in BAD)]
)
# Methods of the port; the four writes more often than the rest.
CALLS: Final = (
    *OPERATIONS.values(),
    *OPERATIONS.values(),
    ANY,
    ANY,
    "find_receipt",
    "application",
    "applications",
    "now",
    "reader",
    "sign_in_with_card",
    "sign_in_with_password",
    "sign_out",
    "change_pin",
    "seals",
    "add_seal",
    "stop_seal",
    "delete_seal",
    "certifications",
    "certify",
    "urge_delivery",
    "policies",
    "account",
    "enterprise",
)
KINDS: Final = (
    Weather.LOST_BEFORE,
    Weather.LOST_AFTER,
    Weather.HTTP_500,
    f"{Weather.HTTP_429}:30",
    f"{Weather.DELAY}:1",
    f"{Weather.DELAY}:5",
    Weather.NO_ANSWER,
    Weather.TRUNCATED,
    Weather.INVALID_JSON,
    Weather.WRONG_SCHEMA,
    Weather.DRIP,
    Weather.RESET,
    Weather.DUPLICATE,
)
# How the postman comes; empty: as usual.
NOTICE_KINDS: Final = (
    "",
    "",
    Weather.OUT_OF_ORDER,
    Weather.DUPLICATE,
    Weather.LOST_BEFORE,
    Weather.LOST_AFTER,
)
# Of a review: as usual, at once, after a day, after two readings.
PACES: Final = (
    {"working_days": 0, "working_minutes": 120},
    {"working_days": 0, "working_minutes": 0},
    {"working_days": 1, "working_minutes": 0},
    {"working_days": 0, "working_minutes": 0, "reads": 2},
)
