"""The public pages: the first one, the self-check, the statements, and the two health checks."""

from __future__ import annotations

import dataclasses
import sqlite3
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from wizard import authority
from wizard.account.selfcheck import Verdict, look_at
from wizard.account.selfcheck_account import look_further
from wizard.authority import single_window
from wizard.catalogue import explain
from wizard.models import Application
from wizard.process import State
from wizard.progress import step_url
from wizard.singlewindow.faults import Fault, FaultCode, NotFound, OutcomeUnknown
from wizard.singlewindow.port import Reader

# What the demonstration shows as a browser that is too old (E-001).
OLD_BROWSER: Final = "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 5.1; Trident/4.0)"
FINISHED: Final = (State.ACKNOWLEDGED, State.DECLINED)
FONTS: Final = settings.BASE_DIR / "wizard" / "documents" / "fonts"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Resume:
    """The way back into an open application: `text` is the label of the button."""

    url: str
    text: str


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """首页. Signed in with an open application, the first button continues it."""
    page = render(request, "home.html", {"nav": "home", "resume": resume_of(request)})
    # The same for every visitor without session and world: see faq.pagecache.
    page["Surrogate-Control"] = 'content="public"'
    return page


def resume_of(request: HttpRequest) -> Resume | None:
    """The newest unfinished application of who is signed in, as the words and place of a button."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return None
    application = (
        Application.objects.of(world=actor.world, uscc=actor.uscc)
        .exclude(state__in=FINISHED)
        .only("number", "state")
        .last()
    )
    if application is None:
        return None
    step = application.step
    return Resume(
        url=step_url(application),
        text=_("继续第 %(n)d 步 %(title)s") % {"n": application.step_number, "title": step.title},
    )


@require_safe
@never_cache
def check(request: HttpRequest) -> HttpResponse:
    """检测我的电脑: the server fills in what the request says; check.js compares the clocks."""
    reader = desk_of(request)
    agent = request.headers.get("User-Agent", "")
    if settings.DEMO and request.GET.get("as") == "old":
        agent = OLD_BROWSER
    rows = look_at(agent, reader)
    old = any(row.key == "browser" and row.verdict is Verdict.BAD for row in rows)
    if getattr(request, "world", None) is not None:
        rows += look_further(getattr(request, "actor", None), reader)
    # The action would lead to this very page.
    advice = dataclasses.replace(explain(FaultCode.BROWSER_TOO_OLD).advise(), action=None)
    return render(
        request,
        "check.html",
        {
            "rows": rows,
            "explanation": advice if old else None,
            "code": advice.code if old else "",
            "as_old": agent == OLD_BROWSER,
            "bad": sum(row.verdict is Verdict.BAD for row in rows),
            "server_now": timezone.now(),
        },
    )


def desk_of(request: HttpRequest) -> Reader | None:
    """The demo world's desk; None without a world or while the authority does not answer."""
    world = getattr(request, "world", None)
    if world is None or not settings.DEMO:
        return None
    try:
        return single_window(world).reader()
    except (Fault, NotFound, OutcomeUnknown):
        return None


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """无障碍说明."""
    return render(request, "help/accessibility.html")


@require_safe
def browser(request: HttpRequest) -> HttpResponse:
    """浏览器与电脑要求."""
    return render(request, "help/browser.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """隐私说明: the periods named there are the ones in force."""
    return render(
        request,
        "help/privacy.html",
        {
            "world_days": settings.WORLD_LIFETIME_DAYS,
            "idle_minutes": settings.SIGNIN_IDLE_SECONDS // 60,
            "parked_minutes": settings.PARKED_POST_SECONDS // 60,
        },
    )


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines may read the help pages; nobody's application or demo is for them."""
    lines = ["User-agent: *", "Disallow: /apply/", "Disallow: /demo/", "Disallow: /admin/"]
    lines += ["", f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def livez(_request: HttpRequest) -> HttpResponse:
    """`ok` as long as this process answers; looks at nothing else."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> HttpResponse:
    """200 when all that a request needs is there, else 503; one word per part as JSON."""
    parts = {
        "database": _database_answers(),
        "simulator": _simulator_answers(),
        "fonts": any(FONTS.glob("*.[ot]tf")),
    }
    body: dict[str, Any] = {name: "ok" if fine else "failed" for name, fine in parts.items()}
    return JsonResponse(body, status=200 if all(parts.values()) else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _simulator_answers() -> bool:
    try:
        authority.check()
    except (OSError, sqlite3.Error, OutcomeUnknown):
        return False
    return True
