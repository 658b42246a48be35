"""One application that went all the way, for all tests of a module; what the page says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from tests.worlds import make_world, signed_in
from wizard import papers
from wizard.models import Document
from wizard.process import State

Kind = Document.Kind
KINDS = (Kind.AGREEMENT, Kind.POLICY_RECEIVED, Kind.FORM)


@pytest.fixture(scope="module")
def issued(django_db_setup: None, django_db_blocker: Any) -> Iterator[Mapping[str, bytes]]:
    """The bytes of its papers by kind; their rows are there for the whole module."""
    with django_db_blocker.unblock(), transaction.atomic():
        done = signed_in(make_world("P01")).application(State.ACKNOWLEDGED)
        made = {kind.value: papers.content(papers.ensure(done, kind)) for kind in KINDS}
        yield MappingProxyType(made)
        transaction.set_rollback(True)


@pytest.fixture
def agreement(issued: Mapping[str, bytes], db: None) -> bytes:
    """The signed agreement's bytes."""
    return issued[Kind.AGREEMENT.value]


@pytest.fixture
def upload(db: None) -> Callable[[bytes], str]:
    """`upload(content)`: what the page says about it, without white space."""

    def post(content: bytes) -> str:
        file = SimpleUploadedFile("a.pdf", content, content_type="application/pdf")
        response = Client().post("/verify/upload/", {"file": file})
        assert response.status_code == 200
        return words(response.content)

    return post


def words(html: bytes) -> str:
    """The text of the page's main part, without the words explained beside it."""
    text = html.decode()
    main = text[text.index("<main") : text.index("</main>")].partition("<aside")[0]
    return re.sub(r"<[^>]+>|\s", "", main)
