"""The search API: its shape, its limits, its caching."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from faq.models import Entry

URL = "/api/faq/search"


def ask(client: Client, **params: str) -> dict[str, Any]:
    response = client.get(URL, params)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    body: dict[str, Any] = response.json()
    return body


def test_the_shape(client: Client) -> None:
    body = ask(client, q="卡锁了")
    assert list(body) == ["query", "confidence", "results"]
    assert body["query"] == "卡锁了"
    assert body["confidence"] == "high"
    first = body["results"][0]
    assert list(first)[:6] == ["id", "question", "answer", "stage", "url", "score"]
    assert list(first)[6:] == ["title", "short_answer"]
    locked = Entry.objects.get(slug="legal-card-locked")
    assert first["id"] == "legal-card-locked"
    assert (first["question"], first["answer"]) == (locked.question, locked.answer)
    assert first["stage"] == "login-card"
    assert client.get(first["url"]).status_code == 200
    scores = [result["score"] for result in body["results"]]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    ("query", "confidence"),
    [("C-103", "high"), ("怎么签那个三方的东西", "middle"), ("怎么退保", "low"), ("zzz", "low")],
)
def test_three_levels(client: Client, query: str, confidence: str) -> None:
    assert ask(client, q=query)["confidence"] == confidence


@pytest.mark.parametrize(
    ("limit", "count"),
    [
        ("1", 1),
        ("3", 3),
        ("20", 20),
        ("0", 1),
        ("999", 20),
        ("", 5),
        ("-1", 5),
        ("2.5", 5),
        ("x", 5),
        ("٣", 5),
        ("²", 5),
        ("9" * 5000, 20),
    ],
)
def test_limit(client: Client, limit: str, count: int) -> None:
    assert len(ask(client, q="法人卡投保", limit=limit)["results"]) == count


def test_an_empty_query_finds_nothing(client: Client) -> None:
    assert ask(client) == {"query": "", "confidence": "low", "results": []}


def test_a_known_answer_is_not_sent_twice(client: Client) -> None:
    first = client.get(URL, {"q": "卡锁了"})
    assert first["Cache-Control"] == "public, max-age=60"
    again = client.get(URL, {"q": "卡锁了"}, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    entry = Entry.objects.get(slug="legal-card-locked")
    entry.aliases = [*entry.aliases, "卡锁了打不开"]
    entry.save()
    changed = client.get(URL, {"q": "卡锁了"}, headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200


def test_no_cookie_is_set(client: Client) -> None:
    assert not client.get(URL, {"q": "卡锁了"}).cookies


def test_it_only_reads(client: Client) -> None:
    assert client.post(URL, {"q": "卡锁了"}).status_code == 405
