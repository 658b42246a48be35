"""What a variable of the environment may say, and what is said about the rest."""

from __future__ import annotations

import traceback

import pytest
from django.core.exceptions import ImproperlyConfigured

from wizard.settings import env_postgresql

NAME = "ELSEWHERE_URL"


def test_a_database_is_named_by_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env_postgresql(NAME) is None
    monkeypatch.setenv(NAME, "postgresql://site:p%40ss%2F@db.example:6432/site?sslmode=require")
    found = env_postgresql(NAME)
    assert found is not None
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert {name: found[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")} == {
        "USER": "site",
        "PASSWORD": "p@ss/",
        "HOST": "db.example",
        "PORT": 6432,
        "NAME": "site",
    }
    assert found["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize(
    "text",
    [
        "mysql://me:secret@a/b",
        "postgresql://me:secret@host",
        "site.sqlite3",
        "postgresql://me:secret@h:port/n",
        # Signs that ought to have been written as %2F and %5D: the password is taken for a port.
        "postgresql://me:secret/more@host/n",
        "postgresql://me:[secret]@host/n",
    ],
)
def test_another_address_stops_the_start_and_no_password_is_repeated(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv(NAME, text)
    with pytest.raises(ImproperlyConfigured, match=NAME) as refused:
        env_postgresql(NAME)
    assert "secret" not in "".join(traceback.format_exception(refused.value))
