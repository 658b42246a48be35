"""The log: one event, one line, whatever was typed."""

from __future__ import annotations

import logging

import pytest
from django.conf import settings

from wizard.logs import OneLine, escaped


@pytest.mark.parametrize(
    "typed", ["\r\n", "\x1b[31m", "\u202e", "\u200b", "\u2028", "\x00", "\x85", "\ud800", "\u2066"]
)
def test_what_steers_is_written_out(typed: str) -> None:
    said = escaped(f"前{typed}后")
    assert said.isprintable()
    assert said.startswith("前\\")
    assert said.endswith("后")


def test_ordinary_text_is_left_alone() -> None:
    assert escaped("广东示例虚舟灯饰有限公司 A-1 ok") == "广东示例虚舟灯饰有限公司 A-1 ok"


def test_a_forged_line_and_a_traceback_stay_in_one_line() -> None:
    formatter = OneLine(**{"fmt": settings.LOGGING["formatters"]["line"]["format"]})
    try:
        raise ValueError("one\n2026-11-25 ERROR forged")
    except ValueError as error:
        record = logging.LogRecord(
            "x", logging.ERROR, "x", 1, "%s", ("a\nb",), (type(error), error, error.__traceback__)
        )
    said = formatter.format(record)
    assert len(said.splitlines()) == 1
    assert "forged" in said


def test_the_site_logs_that_way() -> None:
    assert settings.LOGGING["formatters"]["line"]["()"] == "wizard.logs.OneLine"
