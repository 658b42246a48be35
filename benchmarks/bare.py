"""The baseline of every benchmark: one bare Django page, on Django's default middleware."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

DEFAULT_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]


def hello(_request: HttpRequest) -> HttpResponse:
    """As little as a page can be."""
    return HttpResponse("hello")


urlpatterns = [path("", hello)]


def environ(url: str, *, cookies: str = "") -> dict[str, Any]:
    """A GET as gunicorn would hand it over."""
    address, _mark, query = url.partition("?")
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": address,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "HTTP_HOST": "127.0.0.1:8000",
        "HTTP_COOKIE": cookies,
        "HTTP_ACCEPT_LANGUAGE": "zh-CN",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.input": io.BytesIO(),
        "wsgi.url_scheme": "http",
    }


def get(handler: WSGIHandler, url: str, *, cookies: str = "") -> tuple[str, bytes]:
    """Status line and body of one GET through the whole stack."""
    status: list[str] = []

    def start(line: str, _headers: object, _error: object = None, /) -> Callable[[bytes], object]:
        status.append(line)
        return lambda _chunk: None

    answer = handler(environ(url, cookies=cookies), start)
    body = b"".join(answer)
    close = getattr(answer, "close", None)
    if close:
        close()
    return status[0], body


def median_ms(act: Callable[[], object], *, times: int = 60) -> float:
    """Median CPU time of `act` in milliseconds, after three calls that warm it up."""
    for _warm in range(3):
        act()
    spent = []
    for _time in range(times):
        started = time.process_time()
        act()
        spent.append(time.process_time() - started)
    return statistics.median(spent) * 1000


def bare_page_ms(*, times: int = 300) -> float:
    """Median CPU time of the bare page in milliseconds."""
    with override_settings(MIDDLEWARE=DEFAULT_MIDDLEWARE, ROOT_URLCONF="benchmarks.bare"):
        handler = WSGIHandler()
        return median_ms(lambda: get(handler, "/"), times=times)
