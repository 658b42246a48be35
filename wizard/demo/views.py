"""The console: start a scenario, move the clock, join from another machine, throw it all away."""

from __future__ import annotations

import contextlib
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wizard import transitions
from wizard.account import signin, throttle
from wizard.account.access import SeeOther, never_store, next_of
from wizard.authority import control
from wizard.demo import cards, certificate, far_side, insurer, mine, terminal, worlds
from wizard.demo import clock as world_clock
from wizard.demo.forms import JoinForm
from wizard.demo.running import running
from wizard.demo.scenarios import Scenario, scenario_named
from wizard.middleware import WizardRequest, enter_world, leave_world
from wizard.models import World
from wizard.singlewindow.faults import Fault, NotFound, OutcomeUnknown
from wizard.singlewindow.rule import Rule
from wizard.templatetags.ui import moment

# Wrong codes from one address in the throttle's window; a code has 31⁶ ≈ 9·10⁸ fellows.
JOIN_TRIES: Final = 20
LONGEST_SCENARIO: Final = 20

form_or_console = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@never_store
def console(request: WizardRequest) -> HttpResponse:
    """演示台."""
    shared = scenario_named(request.GET.get("scenario", "")[:LONGEST_SCENARIO])
    return _draw(request, JoinForm(), shared=shared)


@form_or_console
@never_store
def authority(request: WizardRequest) -> HttpResponse:
    """单一窗口一侧: weather switches, what was asked and answered, this browser's worlds."""
    if request.method == "POST":
        if request.world is not None:
            _command(request, request.world)
        return SeeOther(reverse("demo:authority"))
    context: dict[str, Any] = {
        "world": request.world,
        "operations": far_side.OPERATIONS.items(),
        "kinds": far_side.KINDS.items(),
        "faults": far_side.fault_choices(),
        "most": far_side.MOST_TIMES,
        # Over a wire the site asks again by itself, which a switch for one call does not outlast.
        "rule": Rule() if settings.SINGLEWINDOW_URL else None,
        "outcomes": insurer.OUTCOMES.items(),
        "paces": insurer.pace_choices(),
        "since": certificate.SINCE.items(),
        "neighbours": far_side.neighbours(mine.worlds_of(request), current=request.world),
    }
    if request.world is not None:
        try:
            context |= {
                "switches": far_side.switches(request.world),
                "lines": far_side.lines(request.world),
                "preparation": terminal.preparation(request.world),
            }
        except OutcomeUnknown:
            messages.error(request, _("单一窗口模拟器没有响应，稍等片刻再看"))
    return render(request, "demo/authority.html", context)


def _command(request: WizardRequest, world: World) -> None:
    """One of the page's buttons: set, clear, expire, revoke, review."""
    what, operation = request.POST.get("a", ""), request.POST.get("operation", "")
    try:
        if what == "set":
            far_side.order(
                world,
                operation=operation,
                kind=request.POST.get("kind", ""),
                times=int(request.POST.get("times", "1")[:4]),
            )
            messages.success(request, _("已打开。下一次碰到这个操作就会发生"))
        elif what == "clear":
            far_side.clear(world, operation)
            messages.success(request, _("已关闭"))
        elif what == "expire":
            control().end_sign_ins(world.key)
            messages.success(request, _("本场的登录都已过期。下一次提交会要求重新登录，内容会保留"))
        elif what == "revoke":
            messages.success(request, certificate.revoke(world, request.POST.get("since", "")))
        elif what == "review":
            outcome, pace = request.POST.get("outcome", ""), request.POST.get("pace", "")
            messages.success(request, insurer.order(world, outcome=outcome, pace=pace))
    except ValueError:
        messages.warning(request, _("没有打开。请在列表里选，次数 1 到 20"))
    except (NotFound, OutcomeUnknown):
        messages.error(request, _("单一窗口模拟器没有响应，什么也没有变。稍等片刻再试"))
    else:
        worlds.touch(world)


@form_or_console
@never_store
def start(request: WizardRequest, scenario: str) -> HttpResponse:
    """POST: a world of its own with this scenario; `whole` begins at the sign-in.

    A GET, from a link or a reload, shows the card.
    """
    wanted = scenario_named(scenario)
    if wanted is None:
        raise Http404
    if request.method != "POST":
        return SeeOther(f"{reverse('demo:console')}#{wanted.code}")
    try:
        world, address = worlds.start(
            scenario=wanted, session=request.session, whole="whole" in request.POST
        )
    except OutcomeUnknown:
        messages.error(request, _("单一窗口模拟器没有响应，演示没有开始。稍等片刻再点一次"))
        return SeeOther(reverse("demo:console"))
    if wanted.hint and "whole" not in request.POST:
        messages.info(request, _("演示提示：%(hint)s") % {"hint": wanted.hint})
    rotate_token(request)  # a form drawn before must not be good after (ASVS 5.0 §3.5)
    response = SeeOther(address)
    enter_world(response, world)
    mine.remember(request, response, world)
    return response


@form_or_console
@never_store
def clock(request: WizardRequest) -> HttpResponse:
    """POST `a` (1h, 1d, issue): move the world's clock and go back to `next` or to the console."""
    back = SeeOther(next_of(request) or reverse("demo:console"))
    if request.method != "POST":
        return back
    if request.world is None:
        messages.info(request, _("还没有开始演示。先选一个场景，再快进时间"))
        return back
    try:
        now = world_clock.move(request.world, request.POST.get("a", ""))
    except (KeyError, ValueError):
        messages.warning(request, _("时间没有变。请用演示台上的三个按钮快进"))
        return back
    except (NotFound, OutcomeUnknown):
        messages.error(request, _("单一窗口模拟器没有响应，时间没有变。稍等片刻再试"))
        return back
    worlds.touch(request.world)
    if now is None:
        messages.info(request, _("没有在审核或送达途中的投保申请，时间没有变"))
        return back
    _take_news_in(request)
    when = {"when": moment(now), "weekday": world_clock.weekday(now)}
    messages.success(request, _("演示时间已到 %(when)s，%(weekday)s") % when)
    return back


@form_or_console
@never_store
def reset(request: WizardRequest) -> HttpResponse:
    """GET: what would be lost, the safe button first. POST: the world is thrown away."""
    if request.world is None:
        messages.info(request, _("还没有开始演示，没有要重置的内容"))
        return SeeOther(reverse("demo:console"))
    if request.method != "POST":
        return render(request, "demo/reset.html", {"code": request.world.code})
    # While the authority is silent the row stays, marked; `purge_old` takes the rest away.
    with contextlib.suppress(OutcomeUnknown):
        worlds.purge(request.world)
    signin.sign_out(request.session)
    messages.success(request, _("演示已重置。选一个场景重新开始"))
    response = SeeOther(reverse("demo:console"))
    leave_world(response)
    return response


@form_or_console
@never_store
def join(request: WizardRequest) -> HttpResponse:
    """POST `code`: go on with a demonstration that was started on another machine."""
    if request.method != "POST":
        return SeeOther(reverse("demo:console"))
    bucket = f"join:{request.META.get('REMOTE_ADDR', '')}"[:120]
    try:
        throttle.take(bucket, limit=JOIN_TRIES)
    except throttle.TooManyAttempts as full:
        page = _draw(request, JoinForm(request.POST, wait_seconds=full.seconds), status=429)
        page["Retry-After"] = str(full.seconds)
        return page
    form = JoinForm(request.POST)
    if not form.is_valid():
        return _draw(request, form)
    throttle.give_back(bucket)
    response = SeeOther(reverse("demo:console"))
    if request.world != form.world:
        signin.sign_out(request.session)
        enter_world(response, form.world)
    mine.remember(request, response, form.world)
    worlds.touch(form.world)
    messages.success(request, _("已进入演示 %(code)s，可以接着办") % {"code": form.world.code})
    return response


def _draw(
    request: WizardRequest,
    form: JoinForm,
    *,
    status: int = 200,
    shared: Scenario | None = None,
) -> HttpResponse:
    now_running = running(request.world, request.actor) if request.world else None
    context = {
        "shared": shared,
        "groups": cards.groups(now_running),
        "running": now_running,
        "buttons": world_clock.BUTTONS,
        "form": form,
        "has_error": bool(form.errors),
    }
    return render(request, "demo/console.html", context, status=status)


def _take_news_in(request: WizardRequest) -> None:
    """What the moved clock has brought: the console tells it before the next page would."""
    if request.actor is not None:
        with contextlib.suppress(Fault, OutcomeUnknown):
            transitions.refresh_all(actor=request.actor)
