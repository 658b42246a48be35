"""The simulator's HTTP: headers, pages, strictness, and one effect for eight identical posts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, Final

import httpx
import pytest

from tests.singlewindow.cast import CONTACT, DECLARATION, Exporter
from tests.singlewindow.wired import CONTROL_TOKEN, InMemory, Server, WiredAuthority, in_memory
from wizard.singlewindow import wire
from wizard.singlewindow.port import SingleWindow, Stage
from wizard.singlewindow.simulator import openapi
from wizard.singlewindow.simulator.engine import Engine
from wizard.singlewindow.simulator.server import SimulatorApp
from wizard.singlewindow.simulator.store import Store
from wizard.singlewindow.simulator.world import Decision

CONFIRM: Final = {
    "contact": {
        "name": CONTACT.name,
        "phone": CONTACT.phone,
        "mobile": CONTACT.mobile,
        "email": CONTACT.email,
    },
    "declaration_sha256": DECLARATION,
}


@pytest.fixture
def engine() -> Engine:
    return Engine(Store(None))


@pytest.fixture
def owner(engine: Engine) -> Exporter:
    return Exporter.of(engine, "P01", world="w")


@pytest.fixture
def client(engine: Engine, owner: Exporter) -> Iterator[httpx.Client]:
    """Somebody with curl, signed in as the owner."""
    app = SimulatorApp(engine, control_token=CONTROL_TOKEN)
    with httpx.Client(
        base_url="http://simulator",
        transport=InMemory(app),
        headers={"Authorization": f"Bearer {owner.token}"},
    ) as made:
        yield made


def confirm(client: httpx.Client, owner: Exporter, key: str, **changes: Any) -> httpx.Response:
    return client.post(
        f"/worlds/w/applications/{owner.number}/confirm-application",
        json=CONFIRM | changes,
        headers={"Idempotency-Key": key},
    )


def problem(response: httpx.Response, status: int) -> dict[str, Any]:
    """The problem details of an answer that must have this status."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    found: dict[str, Any] = response.json()
    assert found["status"] == status
    return found


# --- writing


def test_the_second_answer_says_that_it_is_one(client: httpx.Client, owner: Exporter) -> None:
    first, second = confirm(client, owner, "k"), confirm(client, owner, "k")
    assert first.json() == second.json()
    assert first.headers["Idempotent-Replayed"] == "false"
    assert second.headers["Idempotent-Replayed"] == "true"


def test_a_write_without_a_key_is_refused(client: httpx.Client, owner: Exporter) -> None:
    url = f"/worlds/w/applications/{owner.number}/confirm-application"
    assert "Idempotency-Key" in problem(client.post(url, json=CONFIRM), 400)["detail"]
    assert owner.file.version == 1


def test_a_key_used_for_something_else_is_422(client: httpx.Client, owner: Exporter) -> None:
    confirm(client, owner, "k")
    found = problem(confirm(client, owner, "k", declaration_sha256="0" * 64), 422)
    assert found["code"] == "X-706"


def test_a_fault_is_told_with_its_code_and_facts(client: httpx.Client, owner: Exporter) -> None:
    contact = CONFIRM["contact"] | {"email": "a_b@example.com"}  # type: ignore[operator]  # a dict
    found = problem(confirm(client, owner, "k", contact=contact), 409)
    assert (found["code"], found["facts"], found["retryable"]) == (
        "A-201",
        {"field": "email"},
        False,
    )


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer nobody", "Basic eDp5"])
def test_without_a_good_token_nothing_is_read(client: httpx.Client, token: str) -> None:
    response = client.get("/worlds/w/applications", headers={"Authorization": token})
    assert problem(response, 401)["code"] == "X-702"
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_the_control_has_a_token_of_its_own(client: httpx.Client, owner: Exporter) -> None:
    problem(client.get("/control/worlds"), 401)
    own = client.get("/control/worlds", headers={"Authorization": f"Bearer {CONTROL_TOKEN}"})
    assert own.json() == {"items": ["w"], "next": None}
    response = client.get(
        "/worlds/w/applications", headers={"Authorization": f"Bearer {CONTROL_TOKEN}"}
    )
    problem(response, 401)


def test_without_a_control_token_there_is_no_control(engine: Engine) -> None:
    transport = InMemory(SimulatorApp(engine))
    with httpx.Client(base_url="http://simulator", transport=transport) as client:
        assert client.get("/control/worlds").status_code == 404
        assert not any("control" in path for path in client.get("/openapi.json").json()["paths"])


# --- reading


def test_what_has_not_changed_is_not_sent_again(client: httpx.Client, owner: Exporter) -> None:
    url = f"/worlds/w/applications/{owner.number}"
    first = client.get(url)
    assert first.headers["ETag"].startswith('"1-')
    same = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    confirm(client, owner, "k")
    other = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200
    assert other.headers["ETag"].startswith('"2-')


def test_every_reading_has_its_tag(client: httpx.Client, owner: Exporter) -> None:
    for operation in wire.operations(SingleWindow):
        if operation.method == "GET":
            url = operation.full_path.format(world="w", number=owner.number)
            params = {"key": "k", "number": "ZH-0"} if operation.in_query else {}
            params = {name: params[name] for name in operation.in_query}
            answer = client.get(url, params=params)
            assert answer.status_code == 404 or answer.headers["ETag"], operation.name


def test_lists_come_page_by_page(client: httpx.Client, owner: Exporter) -> None:
    names, cursor = [], None
    for _ in range(5):
        params = {"limit": "1"} | ({"cursor": cursor} if cursor else {})
        page = client.get("/worlds/w/certifications", params=params).json()
        names += [one["method"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert names == ["legal-card", "bank-transfer", "legal-person"]
    problem(client.get("/worlds/w/certifications", params={"cursor": "none"}), 404)
    for limit in ("0", "201", "-1", "1.5", "x", "", "9" * 50):
        problem(client.get("/worlds/w/certifications", params={"limit": limit}), 400)


def test_an_answer_carries_the_number_of_its_question(client: httpx.Client) -> None:
    response = client.get("/worlds/w/now", headers={"X-Request-Id": "abc-1"})
    assert response.headers["X-Request-Id"] == "abc-1"
    odd = client.get("/worlds/w/now", headers={"X-Request-Id": "a b\tc"})
    assert "X-Request-Id" not in odd.headers


def test_another_method_is_told_what_is_allowed(client: httpx.Client) -> None:
    response = client.delete("/worlds/w/applications")
    problem(response, 405)
    assert response.headers["Allow"] == "GET, HEAD"


# --- strictness

GOOD: Final = json.dumps({"serial": "x", "pin": "x"})


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 415),
        (b"{", 400),
        (b"\xff\xfe{\x00}\x00", 400),
        (GOOD.encode("utf-16"), 400),
        (b"\xef\xbb\xbf" + GOOD.encode(), 400),
        (b'{"serial": NaN, "pin": "x"}', 400),
        (b'{"serial": 1e999, "pin": "x"}', 400),
        (b'{"serial": "x", "pin": "x", "pin": "y"}', 400),
        (b'{"serial": "\\ud800", "pin": "x"}', 400),
        (b"[" * 10_000, 400),
        (b'{"a":' * 60 + b"1" + b"}" * 60, 400),
        (b'{"serial": ' + b"9" * 5000 + b"}", 400),
        (b'{"serial": "x"}', 422),
        (b'{"serial": 5, "pin": "x"}', 422),
        (b'{"serial": "x", "pin": "x", "role": "legal-card"}', 422),
        (b"[]", 422),
        (b"null", 422),
        (b'"' + b"x" * 70_000 + b'"', 413),
    ],
)
def test_a_strange_body_is_refused_with_a_reason(
    client: httpx.Client, content: bytes, status: int
) -> None:
    headers = {"Content-Type": "application/json"} if content else {}
    response = client.post("/worlds/w/sign-in-with-card", content=content, headers=headers)
    assert problem(response, status)["detail"]


@pytest.mark.parametrize("query", ["limit=1&limit=2", "a=1", "limit", "limit=%ff", "x" * 5000])
def test_a_strange_query_is_refused(client: httpx.Client, query: str) -> None:
    assert client.get(f"/worlds/w/applications?{query}").status_code in {400, 414}


@pytest.mark.parametrize(
    "path", ["/", "/worlds", "/worlds/w", "/worlds/../w/now", "/worlds/%00/now", "/worlds//now"]
)
def test_a_strange_address_leads_nowhere(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_every_method_of_the_port_has_one_address_and_is_in_the_document() -> None:
    listed = wire.operations(SingleWindow)
    addresses = {(one.method, one.full_path) for one in listed}
    assert len(addresses) == len(listed)
    names = {name for name in vars(SingleWindow) if not name.startswith("_")}
    assert {one.name for one in listed} == names
    document = openapi.document(control=False)
    described = {
        (method.upper(), path) for path, methods in document["paths"].items() for method in methods
    }
    assert addresses <= described


def test_the_document_says_what_a_client_must_send_and_gets() -> None:
    """Bearer, key, tag and problem of every operation, as the server has them."""
    document = openapi.document(control=True)
    assert document["openapi"].startswith("3.1")
    problem = {"$ref": "#/components/responses/Problem"}
    content = document["components"]["responses"]["Problem"]["content"]
    assert set(content) == {"application/problem+json"}
    for operation in wire.operations(SingleWindow):
        said = document["paths"][operation.full_path][operation.method.lower()]
        header = {one["name"] for one in said["parameters"] if one["in"] == "header"}
        query = {one["name"] for one in said["parameters"] if one["in"] == "query"}
        assert said.get("security") == ([{"signIn": []}] if operation.token else None)
        assert ("Idempotency-Key" in header) == operation.writes
        assert ({"limit", "cursor"} <= query) == operation.paged
        assert said["responses"]["default"] == problem
        for status in ("200", "304") if operation.method == "GET" else ():
            assert said["responses"][status]["headers"]["ETag"]["required"]


# --- control


def test_worlds_are_listed_copied_and_reset() -> None:
    authority = in_memory()
    owner = Exporter.of(authority, "P01", world="one")
    owner.confirm("k")
    authority.copy_world("one", to="two")
    assert authority.worlds() == ["one", "two"]
    window = authority.window("two")
    assert window.applications(token=owner.token) == owner.window.applications(token=owner.token)
    assert window.find_receipt(token=owner.token, key="k") is not None
    authority.reset_world("one")
    again = Exporter.of(authority, "P01", world="one")
    assert again.file.version == 1
    assert window.applications(token=owner.token)[0].version == 2


@pytest.mark.parametrize(
    ("decision", "stage"), [(Decision.RETURN, Stage.RETURNED), (Decision.DECLINE, Stage.DECLINED)]
)
def test_outcome_and_pace_of_a_review_are_the_demonstrator_s(
    decision: Decision, stage: Stage
) -> None:
    authority = in_memory()
    owner = Exporter.of(authority, "P01")
    authority.set_outcome(owner.world, decision=decision, reason="演示")
    authority.set_pace(owner.world, working_days=0, working_minutes=1)
    owner.walk_to(Stage.UNDER_REVIEW)
    authority.move_clock(owner.world, seconds=61)
    assert owner.file.stage is stage
    assert owner.file.review is not None
    assert owner.file.review.reason == "演示"
    with pytest.raises(ValueError, match="working"):
        authority.set_pace(owner.world, working_days=-1, working_minutes=0)


# --- a real socket


def test_eight_identical_posts_over_the_socket_have_one_effect(server: Server) -> None:
    authority: WiredAuthority = server.authority()
    owner = Exporter.of(authority, "P01")
    number = owner.number
    barrier = Barrier(8)

    def post(_: int) -> httpx.Response:
        barrier.wait(timeout=30)
        return httpx.post(
            f"{server.url}/worlds/{wire.spell(owner.world)}"
            f"/applications/{number}/confirm-application",
            json=CONFIRM,
            headers={"Idempotency-Key": "same", "Authorization": f"Bearer {owner.token}"},
            timeout=30,
        )

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(post, range(8)))
    told = [answer for answer in answers if answer.status_code == 200]
    busy = [answer for answer in answers if answer.status_code == 409]
    assert len(told) + len(busy) == 8
    assert len({answer.content for answer in told}) == 1
    assert {answer.headers["Retry-After"] for answer in busy} <= {"1"}
    replayed = [answer.headers["Idempotent-Replayed"] for answer in told]
    assert sorted(replayed) == ["false"] + ["true"] * (len(told) - 1)
    lines = [line.answer for line in authority.requests(owner.world)]
    assert lines.count("accepted") == 2, "the sign-in and one confirmation"
    assert lines.count("repeated") == len(told) - 1
    assert owner.file.version == 2
    authority.close()
