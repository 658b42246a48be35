"""印章管理: 停用印章, 删除印章, 新增印章, one at a time, and back to step 2."""

from __future__ import annotations

import dataclasses
from contextlib import suppress
from typing import Any, Final, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from wizard import transitions
from wizard.account import tokens
from wizard.account.access import SeeOther, legal_card, signed_in
from wizard.account.returning import Return, way_back
from wizard.account.signin import Actor
from wizard.authority import single_window
from wizard.catalogue import Advice, explain, unread
from wizard.documents.glyphs import MissingGlyph, Unprintable
from wizard.documents.seal import seal_svg
from wizard.middleware import WizardRequest
from wizard.singlewindow.faults import Fault, FaultCode, NotFound, OutcomeUnknown
from wizard.singlewindow.port import Seal, SealState

STOP, DELETE, ADD = "stop", "delete", "add"
TITLES: Final[tuple[tuple[str, Promise], ...]] = (
    (STOP, gettext_lazy("停用印章")),
    (DELETE, gettext_lazy("删除印章")),
    (ADD, gettext_lazy("新增印章")),
)
# After 停用 the page itself says what follows.
DONE: Final[dict[str, Promise]] = {
    DELETE: gettext_lazy("印章已删除。下一步，请新增印章"),
    ADD: gettext_lazy("新印章已生成"),
}


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Which one of the three actions is possible now, on which seal; all done when `action` is
    empty. `due`: an unusable seal is in the way, or there is none.
    """

    action: str
    seal: Seal | None
    due: bool


def plan(seals: tuple[Seal, ...]) -> Plan:
    """停用 what is active, 删除 what is stopped, 新增 when nothing is left (source, 授权签署类)."""
    seals = tuple(seal for seal in seals if seal.state is not SealState.DELETED)
    for seal in seals:
        if seal.state is SealState.ACTIVE and not seal.usable:
            return Plan(action=STOP, seal=seal, due=True)
    for seal in seals:
        if seal.state is SealState.STOPPED:
            return Plan(action=DELETE, seal=seal, due=True)
    if not seals:
        return Plan(action=ADD, seal=None, due=True)
    return Plan(action=STOP, seal=seals[0], due=False)


@signed_in
@legal_card
@require_http_methods(["GET", "HEAD", "POST"])
def seals(request: WizardRequest) -> HttpResponse:
    """印章管理."""
    actor = cast("Actor", request.actor)
    back = way_back(request)
    if request.method != "POST":
        return _page(request, actor, back)
    do = request.POST.get("do", "")
    if do not in {STOP, ADD}:
        raise Http404
    return _act(request, actor, back, do=do, seal_id=request.POST.get("seal", ""))


@signed_in
@legal_card
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: WizardRequest, seal_id: str) -> HttpResponse:
    """删除印章 cannot be taken back, so it is asked once more."""
    actor = cast("Actor", request.actor)
    back = way_back(request)
    if request.method == "POST":
        return _act(request, actor, back, do=DELETE, seal_id=seal_id)
    try:
        kept = single_window(actor.world).seals(token=actor.token)
    except OutcomeUnknown:
        return _page(request, actor, back)
    now = plan(kept)
    if now.action != DELETE or now.seal is None or now.seal.id != seal_id:
        return SeeOther(_address(back))
    context = {
        "nav": "apply",
        "seal": now.seal,
        "drawing": _draw(now.seal),
        "back": back,
        "seals_url": _address(back),
        "idem": tokens.fresh(),
    }
    return render(request, "account/seal_delete.html", context)


def _act(
    request: WizardRequest, actor: Actor, back: Return, *, do: str, seal_id: str
) -> HttpResponse:
    """One write under the page's token; the same page posted twice does it once."""
    token = tokens.posted(request)
    window = single_window(actor.world)
    key = f"{actor.uscc}.{do}-seal.{token}"
    try:
        if do == ADD:
            window.add_seal(token=actor.token, key=key)
        elif do == DELETE:
            window.delete_seal(token=actor.token, seal_id=seal_id[:80], key=key)
        else:
            window.stop_seal(token=actor.token, seal_id=seal_id[:80], key=key)
    except NotFound:
        raise Http404 from None
    except Fault as fault:
        if fault.code in {FaultCode.OUT_OF_ORDER, FaultCode.SEAL_EXISTS, FaultCode.KEY_REUSED}:
            # Another window was quicker: the page shows what is possible now.
            said = _("印章的状态已经变了，请按下面的步骤继续（代码 %(code)s）")
            messages.info(request, said % {"code": fault.code.value})
            return SeeOther(_address(back))
        raise
    except OutcomeUnknown:
        unknown = _unknown(request, actor, back, do=do, seal_id=seal_id, token=token)
        if unknown is not None:
            return unknown
    _look_again(actor)
    if do == ADD and back.application is not None:
        due = {"n": back.application.step_number, "title": back.application.step.title}
        messages.success(request, _("新印章已生成，请继续第 %(n)d 步，%(title)s") % due)
        return SeeOther(back.url)
    if do in DONE:
        messages.success(request, str(DONE[do]))
    return SeeOther(_address(back))


def _unknown(
    request: WizardRequest, actor: Actor, back: Return, *, do: str, seal_id: str, token: str
) -> HttpResponse | None:
    """The list says whether it was done: None. Where it was not, the same token does it once."""
    try:
        kept = single_window(actor.world).seals(token=actor.token)
    except OutcomeUnknown:
        return _page(request, actor, back, advice=unread(again=_address(back), sent=True))
    if do == ADD:
        done = any(seal.state is SealState.ACTIVE and seal.usable for seal in kept)
    else:
        wanted = SealState.DELETED if do == DELETE else SealState.STOPPED
        done = any(seal.id == seal_id and seal.state is wanted for seal in kept)
    if done:
        return None
    lost = explain(FaultCode.NO_RESPONSE).advise()
    return _page(request, actor, back, kept=kept, advice=lost, token=token)


def _look_again(actor: Actor) -> None:
    """Step 3 shows which seal it signs with; the write stands, whether or not this is answered."""
    with suppress(OutcomeUnknown, Fault):
        transitions.refresh_all(actor=actor)


def _page(
    request: WizardRequest,
    actor: Actor,
    back: Return,
    *,
    kept: tuple[Seal, ...] | None = None,
    advice: Advice | None = None,
    token: str = "",
) -> HttpResponse:
    """The three steps, the list, and the one action; `advice` where something was not answered.

    `kept`: the list, if it is known. `token`: of a write without an answer.
    """
    context: dict[str, Any] = {
        "nav": "apply",
        "tab": "seals",
        "back": back,
        "code": "",
        "idem": token or tokens.fresh(),
        "seals_url": _address(back),
    }
    if kept is None and advice is None:
        try:
            kept = single_window(actor.world).seals(token=actor.token)
        except OutcomeUnknown:
            advice = unread(again=_address(back))
    if kept is not None:
        now = plan(kept)
        context |= {
            "plan": now,
            "rows": [(seal, _draw(seal), now.action if seal == now.seal else "") for seal in kept],
            "progress": _progress(now, none_made=not kept) if now.due else (),
            "code": FaultCode.SEAL_EXISTS.value if now.seal and now.due else "",
        }
    if advice is not None:
        context |= {"explanation": advice, "code": advice.code}
    return render(request, "account/seals.html", context, status=503 if advice else 200)


def _progress(now: Plan, *, none_made: bool) -> tuple[dict[str, object], ...]:
    """The three marks of the way to a new seal."""
    here = [action for action, _title in TITLES].index(now.action)
    done = _("没有旧印章") if none_made else _("已完成")
    words = {"done": done, "now": _("进行中"), "todo": _("未开始")}
    marks = []
    for index, (_action, title) in enumerate(TITLES):
        status = "done" if index < here else "now" if index == here else "todo"
        marks.append(
            {
                "number": index + 1,
                "title": title,
                "status": status,
                "status_text": words[status],
                "current": index == here,
            }
        )
    return tuple(marks)


def _draw(seal: Seal) -> SafeString:
    """The drawing; empty for a name that cannot be drawn, which the list still names."""
    try:
        return seal_svg(seal.name, seal.code, state=seal.state)
    except (MissingGlyph, Unprintable):
        return SafeString("")


def _address(back: Return) -> str:
    """印章管理 with the way back attached."""
    url = reverse("seals")
    if back.application is not None:
        return f"{url}?{urlencode({'application': back.application.number})}"
    return f"{url}?{urlencode({'next': back.url})}" if back.url else url
