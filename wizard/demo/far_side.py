"""What the console shows of the authority's side: weather, requests with their keys, worlds."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wizard.authority import control
from wizard.catalogue import CATALOGUE
from wizard.demo import terminal
from wizard.demo.scenarios import Scenario, scenario_named
from wizard.models import Application, World
from wizard.process import State
from wizard.singlewindow.faults import FaultCode, NotFound, OutcomeUnknown
from wizard.singlewindow.simulator.weather import ANY, STOPPED, Weather

MOST_TIMES: Final = 20
SHOWN_REQUESTS: Final = 50
# A slow page is enough to see; a demonstration waits for no longer.
DELAY: Final = f"{Weather.DELAY}:3"

KINDS: Final[dict[str, Promise]] = {
    Weather.LOST_BEFORE: gettext_lazy("请求没有送到"),
    Weather.LOST_AFTER: gettext_lazy("办成了，答复丢了"),
    Weather.HTTP_500: gettext_lazy("服务器出错（HTTP 500）"),
    f"{Weather.HTTP_429}:30": gettext_lazy("请求太多，30 秒后再来（HTTP 429）"),
    DELAY: gettext_lazy("办成了，答复慢 3 秒，本站不等那么久"),
    Weather.NO_ANSWER: gettext_lazy("一直没有答复"),
    Weather.TRUNCATED: gettext_lazy("办成了，答复只到一半"),
    Weather.INVALID_JSON: gettext_lazy("办成了，答复读不懂"),
    Weather.WRONG_SCHEMA: gettext_lazy("办成了，答复的格式不对"),
    Weather.DRIP: gettext_lazy("办成了，答复一个字一个字地来"),
    Weather.RESET: gettext_lazy("办成了，连接被重置"),
    Weather.DUPLICATE: gettext_lazy("办成了，答复到了两次"),
}
OPERATIONS: Final[dict[str, Promise]] = {
    ANY: gettext_lazy("所有操作"),
    "sign_in_with_card": gettext_lazy("卡介质登录"),
    "sign_in_with_password": gettext_lazy("用户名登录"),
    "applications": gettext_lazy("查询投保单"),
    "confirm_application": gettext_lazy("确认投保"),
    "make_seal": gettext_lazy("制章"),
    "sign_agreement": gettext_lazy("签署协议"),
    "acknowledge_policy": gettext_lazy("收悉"),
    "urge_delivery": gettext_lazy("催办"),
    "certify": gettext_lazy("企业实名认证"),
    "add_seal": gettext_lazy("新增印章"),
    "stop_seal": gettext_lazy("停用印章"),
    "delete_seal": gettext_lazy("删除印章"),
    "change_pin": gettext_lazy("修改卡密码"),
    "set_password": gettext_lazy("设置登录密码"),
    "recover_username": gettext_lazy("找回用户名"),
    "ask_for_recovery": gettext_lazy("人工资料审核"),
    "check_registration": gettext_lazy("注册"),
    "sign": gettext_lazy("文件签名"),
    "find_receipt": gettext_lazy("查询上次的结果"),
    "application": gettext_lazy("查询一份投保单"),
    "policies": gettext_lazy("查询保单"),
    "seals": gettext_lazy("查询印章"),
    "certifications": gettext_lazy("查询实名认证"),
    "enterprise": gettext_lazy("查询企业信息"),
    "account": gettext_lazy("查询账号"),
    "recovery": gettext_lazy("查询人工资料审核"),
    "reader": gettext_lazy("查看读卡器"),
    "now": gettext_lazy("查询时间"),
    "sign_out": gettext_lazy("退出登录"),
}
ANSWERS: Final[dict[str, Promise]] = {
    "accepted": gettext_lazy("已接受"),
    "repeated": gettext_lazy("已办过，给出原来的答复"),
    "not-found": gettext_lazy("没有这个编号"),
    STOPPED: gettext_lazy("没有办理"),
}
GOOD: Final = frozenset({"accepted", "repeated"})


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Switch:
    """Weather that is on: operation and kind in words, calls still to come."""

    operation: str
    operation_text: str
    kind_text: str
    times: int


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One request: when, what, about which application, under which key, and what was answered.

    `weather` says in words what the call or its answer met on the way, or nothing.
    """

    at: datetime
    operation: str
    text: str
    number: str
    key: str
    answer: str
    good: bool
    weather: str
    curl: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Neighbour:
    """One of this browser's demonstrations. `now` is None when the authority has lost it."""

    code: str
    title: str
    company: str
    where: str
    now: datetime | None
    current: bool


def switches(world: World) -> list[Switch]:
    """Raises `OutcomeUnknown`."""
    return [
        Switch(
            operation=operation,
            operation_text=str(OPERATIONS.get(operation, operation)),
            kind_text=kind_text(kind),
            times=times,
        )
        for operation, (kind, times) in sorted(control().weather(world.key).items())
    ]


def kind_text(kind: str) -> str:
    """What a kind of weather or an ordered fault is called."""
    name, _colon, code = kind.partition(":")
    if name == Weather.FAULT and code in set(FaultCode):
        return f"{code} {CATALOGUE[FaultCode(code)].filled({}).title}"
    return str(KINDS.get(kind, kind))


def fault_choices() -> list[tuple[str, str]]:
    """Every code as an order to the authority: value and words."""
    return [
        (f"{Weather.FAULT}:{code.value}", kind_text(f"fault:{code.value}")) for code in FaultCode
    ]


def order(world: World, *, operation: str, kind: str, times: int) -> None:
    """Switch weather on, or off with `times` zero.

    Raises `ValueError` for what the page does not offer, `NotFound`, `OutcomeUnknown`.
    """
    known = set(KINDS) | {value for value, _text in fault_choices()}
    if operation not in OPERATIONS or kind not in known or not 0 <= times <= MOST_TIMES:
        raise ValueError(operation)
    control().set_weather(world.key, operation=operation, kind=kind, times=times)


def clear(world: World, operation: str) -> None:
    """Fair weather again for this operation. Raises `NotFound`, `OutcomeUnknown`."""
    if operation in control().weather(world.key):
        control().set_weather(world.key, operation=operation, kind=Weather.LOST_BEFORE, times=0)


def lines(world: World) -> list[Line]:
    """The newest requests first. Raises `OutcomeUnknown`."""
    found = control().requests(world.key, limit=SHOWN_REQUESTS)
    applications = {one.number: one for one in Application.objects.filter(world=world)}
    return [
        Line(
            at=request.at,
            operation=request.operation,
            text=str(OPERATIONS.get(request.operation, request.operation)),
            number=request.application_number,
            key=request.key,
            answer=str(ANSWERS.get(request.answer, request.answer)),
            good=request.answer in GOOD,
            # A refusal that was ordered stands there as the answer already.
            weather=kind_text(request.weather).removeprefix(f"{request.answer} "),
            curl=terminal.command(world, request, applications.get(request.application_number)),
        )
        for request in found
    ]


def neighbours(worlds: list[World], *, current: World | None) -> list[Neighbour]:
    """The demonstrations of one browser side by side, newest first."""
    newest = {
        application.world_id: application
        for application in Application.objects.filter(world__in=worlds)
    }
    return [
        Neighbour(
            code=world.code,
            title=_title(scenario_named(world.scenario), world),
            company=newest[world.pk].company if world.pk in newest else "",
            where=str(State(newest[world.pk].state).label)
            if world.pk in newest
            else _("还没有登录"),
            now=_clock(world),
            current=world == current,
        )
        for world in worlds
    ]


def _title(scenario: Scenario | None, world: World) -> str:
    return str(scenario.title) if scenario else world.persona


def _clock(world: World) -> datetime | None:
    try:
        return control().now(world.key)
    except (NotFound, OutcomeUnknown):
        return None
