"""单一窗口一侧: switches, the request log with keys, curl, share links, worlds side by side."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from django.conf import LazySettings, settings
from django.test import Client

from tests.demo.console import start, text
from tests.demo.playing import Player
from tests.singlewindow.wired import Server
from tests.worlds import PIN, signed_in
from wizard.authority import engine
from wizard.demo import far_side, terminal
from wizard.models import World
from wizard.process import State
from wizard.singlewindow import wire
from wizard.singlewindow.port import SingleWindow
from wizard.singlewindow.signing import SigningAuthority
from wizard.singlewindow.simulator.store import Request
from wizard.singlewindow.simulator.weather import ANY

PAGE = "/demo/authority/"


def _set(client: Client, operation: str, kind: str, times: str = "1") -> None:
    client.post(PAGE, {"a": "set", "operation": operation, "kind": kind, "times": times})


def test_a_switch_holds_for_this_world_and_operation_only(
    presenter: Client, colleague: Client
) -> None:
    mine, _address = start(presenter, "S-301")
    theirs, _address = start(colleague, "S-301")
    _set(presenter, "make_seal", "lost-before", "3")
    assert engine().weather(mine.key) == {"make_seal": ("lost-before", 3)}
    assert engine().weather(theirs.key) == {}
    said = text(presenter, PAGE)
    assert "制章请求没有送到3" in said.replace(" ", "")
    presenter.post(PAGE, {"a": "clear", "operation": "make_seal"})
    assert engine().weather(mine.key) == {}
    assert "一切正常" in text(presenter, PAGE)


def test_no_fault_is_offered_with_a_blank_that_only_a_page_can_fill() -> None:
    named = dict(far_side.fault_choices())
    assert named["fault:C-102"] == "C-102 卡密码不对"
    assert [words for words in named.values() if "{" in words] == []


@pytest.mark.parametrize(
    ("operation", "kind", "times"),
    [
        ("make_seal", "storm", "1"),
        ("make_seal", "fault:Z-999", "1"),
        ("drop_tables", "lost-before", "1"),
        ("make_seal", "lost-before", "-1"),
        ("make_seal", "lost-before", "999"),
        ("make_seal", "lost-before", "x"),
        ("make_seal", "delay:3000", "1"),
        ("\x00", "\ud800", "9" * 40),
    ],
)
def test_what_the_page_does_not_offer_is_not_switched(
    presenter: Client, operation: str, kind: str, times: str
) -> None:
    world, _address = start(presenter, "S-301")
    _set(presenter, operation, kind.encode("utf-8", "replace").decode(), times)
    assert engine().weather(world.key) == {}
    assert "没有打开" in text(presenter, PAGE)


def test_every_operation_of_the_port_has_its_switch() -> None:
    operations = {one.name for one in wire.operations(SingleWindow)}
    signing = {SigningAuthority.sign.__name__}
    assert operations | signing == set(far_side.OPERATIONS) - {ANY}


def test_an_ordered_fault_is_met_and_used_up(presenter: Client) -> None:
    player = Player.of(presenter, "X-701")
    _set(presenter, "make_seal", "fault:S-302")
    player.submit()
    assert "S-302" in player.page.content.decode()
    player.submit()
    assert player.where.endswith("/agreement/")


def test_the_log_says_what_was_asked_under_which_key_and_nothing_secret(
    presenter: Client,
) -> None:
    player = Player.of(presenter, "X-701")
    player.submit()
    html = presenter.get(PAGE).content.decode()
    [line] = [one for one in engine().requests(player.world.key) if one.operation == "make_seal"]
    assert line.key
    assert f"Idempotency-Key: {line.key}" in html.replace("&#x27;", "'")
    assert line.application_number in html
    assert "Bearer $TOKEN" in html
    log = html[html.index("<caption", html.index('id="w2"')) : html.index('id="preparation"')]
    for secret in ("88888888", "15400000001", "chen@example.com"):
        assert secret not in log


def test_a_pasted_curl_is_answered_as_before(presenter: Client, tmp_path: Path) -> None:
    """The log of a whole walk, line by line, in a shell that has run the preparation."""
    player = Player.of(presenter, "N-01")
    walker = signed_in(player.world)
    walker.application(until=State.ISSUED)
    walker.post(walker.application(), "policy", {"policy-pin": PIN})
    lines = [line for line in far_side.lines(player.world) if line.key]
    steps = ["confirm_application", "make_seal", "sign_agreement", "acknowledge_policy"]
    assert {line.operation for line in lines} == set(steps)
    server = Server("--path", str(settings.SIMULATOR_PATH))
    server.start()
    try:
        said = terminal.preparation(player.world).replace("http://127.0.0.1:8200", server.url)
        script = "\n".join([said, *(line.curl for line in lines)])
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "no_proxy": "127.0.0.1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    finally:
        server.stop()
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("HTTP/1.1 200 OK") == len(lines), done.stdout
    assert done.stdout.count("Idempotent-Replayed: true") == len(lines), done.stdout


def test_every_operation_that_the_log_can_name_is_a_command(presenter: Client) -> None:
    world, _address = start(presenter, "N-01")
    for operation in wire.operations(SingleWindow):
        request = Request(
            at=engine().now(world.key),
            operation=operation.name,
            key="k" if operation.writes else "",
            application_number="TB-1",
            answer="accepted",
            weather="",
        )
        command = terminal.command(world, request, None)
        assert subprocess.run(["bash", "-n", "-c", command], check=False).returncode == 0, command
        for field in operation.in_body:
            assert f'"{field}": ' in command


def test_a_distant_authority_is_named_by_its_address(
    presenter: Client, settings: LazySettings
) -> None:
    world, _address = start(presenter, "N-01")
    settings.SINGLEWINDOW_URL = "http://authority.example:8200"
    said = terminal.preparation(world)
    assert said.startswith("SINGLEWINDOW_URL=http://authority.example:8200\n")


def test_the_log_shows_a_call_that_the_weather_stopped(presenter: Client) -> None:
    player = Player.of(presenter, "X-701")
    _set(presenter, "make_seal", "no-answer", "9")
    player.submit()
    line = engine().requests(player.world.key)[0]
    said = text(presenter, PAGE)
    assert line.key
    assert line.key in said
    assert "没有办理一直没有答复" in said


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("approve", "保单已生效，请确认收悉"),
        ("return", "演示：请核对联系人信息后重新提交"),
        ("decline", "演示：暂不符合承保条件"),
    ],
)
def test_the_presenter_sets_how_a_review_ends_at_once(
    presenter: Client, outcome: str, said: str
) -> None:
    player = Player.of(presenter, "G-501")
    presenter.post(PAGE, {"a": "review", "outcome": outcome, "pace": "at-once"})
    player.submit({"agreement-agreed": "on", "agreement-pin": PIN})
    assert said in player.page.content.decode()


@pytest.mark.parametrize(("outcome", "pace"), [("", ""), ("approve", "never"), ("\x00", "day")])
def test_an_outcome_that_the_page_does_not_offer_is_not_set(
    presenter: Client, outcome: str, pace: str
) -> None:
    start(presenter, "S-301")
    presenter.post(PAGE, {"a": "review", "outcome": outcome, "pace": pace})
    assert "没有打开" in text(presenter, PAGE)


def test_a_shared_link_shows_one_button_and_starts_nothing(presenter: Client) -> None:
    html = presenter.get("/demo/?scenario=c-103").content.decode()
    shared = html[html.index('id="shared"') :]
    shared = shared[: shared.index("</section>")]
    assert shared.count("<button") == 1
    assert 'action="/demo/start/C-103/"' in shared
    assert World.objects.count() == 0


@pytest.mark.parametrize("code", ["Z-999", "", "%00", "A" * 3000, "<b>"])
def test_a_link_to_no_scenario_is_the_plain_console(presenter: Client, code: str) -> None:
    response = presenter.get("/demo/", {"scenario": code})
    assert response.status_code == 200
    assert 'id="shared"' not in response.content.decode()


def test_two_worlds_of_one_browser_stand_side_by_side(presenter: Client, colleague: Client) -> None:
    first, _address = start(presenter, "S-301")
    second, _address = start(presenter, "issued")
    stranger, _address = start(colleague, "N-01")
    said = text(presenter, PAGE)
    assert first.code in said
    assert second.code in said
    assert stranger.code not in said
    presenter.post("/demo/join/", {"code": first.code})
    assert f"演示会话 {first.code}" in text(presenter, PAGE)
    assert second.code in text(presenter, PAGE)


def test_a_forged_list_of_worlds_is_no_list(presenter: Client, colleague: Client) -> None:
    world, _address = start(colleague, "N-01")
    presenter.cookies["worlds"] = world.key
    assert world.code not in text(presenter, PAGE)


def test_without_a_demonstration_nothing_is_switched(presenter: Client) -> None:
    _set(presenter, "make_seal", "lost-before")
    assert "还没有开始演示" in text(presenter, PAGE)
