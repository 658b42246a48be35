"""Error pages in the same frame as every other: what happened, what was saved, what to do now."""

from __future__ import annotations

import logging
import re
import secrets
from typing import Any, Final
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from wizard.catalogue import explain, unread
from wizard.context import frame_without_request
from wizard.singlewindow.faults import Fault, FaultCode

log = logging.getLogger(__name__)

# What a proxy before us may have given as X-Request-ID; anything else is replaced.
_REQUEST_ID: Final = re.compile(r"[0-9A-Za-z-]{6,40}")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request could not be read (too large, a wrong host, broken encoding)."""
    del exception
    return _page(request, "errors/400.html", 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: known, but not for this visitor."""
    del exception
    return _page(request, "errors/403.html", 403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: also for what belongs to somebody else, so that nothing is given away."""
    del exception
    return _page(request, "errors/404.html", 404)


def not_by_address(request: HttpRequest, allowed: str) -> HttpResponse:
    """405: an address that takes only what a button submits was opened by itself."""
    page = _page(request, "errors/405.html", 405)
    page["Allow"] = allowed
    return page


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was drawn for an earlier sign-in or cookies are off; nothing was submitted."""
    log.warning("form refused: %s", reason)
    return _page(request, "errors/csrf.html", 403, back=_page_of_the_form(request))


def server_error(request: HttpRequest) -> HttpResponse:
    """500, X-704. Drawn without database, session or request context: one of them may be why."""
    request_id = request_id_of(request)
    # The path only: a query may hold what somebody typed.
    log.error("%s request=%s path=%r", FaultCode.NO_RESPONSE, request_id, request.path[:200])
    context = {
        **frame_without_request(),
        "code": FaultCode.NO_RESPONSE.value,
        "request_id": request_id,
        "at": timezone.now(),
        "saved": saved_hint(request),
        "retry": request.get_full_path() if request.method in {"GET", "HEAD"} else "",
    }
    return _private(HttpResponse(render_to_string("errors/500.html", context), status=500))


def no_answer(request: HttpRequest) -> HttpResponse:
    """503, X-704: the authority did not answer before the page could say anything of its own."""
    if request.method in {"GET", "HEAD"}:
        advice = unread(again=request.get_full_path())
        context = {"explanation": advice, "code": advice.code}
        return _page(request, "errors/authority.html", 503, **context)
    return _of_authority(request, FaultCode.NO_RESPONSE, 503, saved=saved_hint(request))


def refused(request: HttpRequest, fault: Fault) -> HttpResponse:
    """409: the authority refused, and the page has no words of its own for it."""
    said = _("单一窗口没有接受这次操作，什么也没有变。已保存的进度不受影响。")
    return _of_authority(request, fault, 409, saved=said)


def _of_authority(
    request: HttpRequest, fault: Fault | FaultCode, status: int, *, saved: str
) -> HttpResponse:
    explanation = explain(fault)
    again = request.get_full_path() if request.method in {"GET", "HEAD"} else ""
    return _page(
        request,
        "errors/authority.html",
        status,
        explanation=explanation.advise(back=again),
        code=explanation.code.value,
        saved=saved,
        retry=again,
    )


def saved_hint(request: HttpRequest) -> str:
    """One sentence: was it saved? Says only what is known without asking anything that may fail."""
    if request.method in {"GET", "HEAD"}:
        return _("您刚才只是打开页面，没有提交任何内容。已保存的进度不受影响。")
    return _("还不能确定刚才的提交有没有记录下来。请重新打开页面查看进度，再次提交也不会重复办理。")


def request_id_of(request: HttpRequest) -> str:
    """The number that a caller can read out: the proxy's if it is a plain one, else a new one."""
    given = str(request.META.get("HTTP_X_REQUEST_ID", ""))
    return given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(4).upper()


def _page_of_the_form(request: HttpRequest) -> str:
    """Where the refused form stood: the referrer when it is ours, else the first page."""
    referrer = str(request.META.get("HTTP_REFERER", ""))
    if not url_has_allowed_host_and_scheme(referrer, allowed_hosts={request.get_host()}):
        return "/"
    parts = urlsplit(referrer)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def _page(request: HttpRequest, template: str, status: int, **context: Any) -> HttpResponse:
    if request.method not in {"GET", "HEAD"}:
        # The size form comes back here, and what was posted cannot be asked for again.
        context["here"] = "/"
    return _private(render(request, template, context, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
