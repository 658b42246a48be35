"""What a help page costs made, from memory, and as 304; and a search of the API.

Run `.venv/bin/python -m benchmarks.help_pages`. The site and a bare Django project both run on
gunicorn, and what is counted is the CPU of the worker; ratios are to the bare page in the same run.
Targets: a page is made with at most 3 queries, comes from memory at no more than 2 times the bare
page and as 304 no dearer; the API's search costs at most 3 times the bare page.
"""

from __future__ import annotations

import functools
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

VAR_DIR = Path(tempfile.mkdtemp(prefix="help-bench-"))
os.environ["VAR_DIR"] = str(VAR_DIR)
os.environ["DJANGO_SETTINGS_MODULE"] = "wizard.settings"
os.environ["LOG_LEVEL"] = "ERROR"
os.environ["FAQ_API_PER_MINUTE"] = "0"

import django  # noqa: E402 - after the environment is set

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from benchmarks.serving import Served, served  # noqa: E402

MAX_QUERIES, MAX_KEPT, MAX_SEARCH = 3, 2.0, 3.0
PAGES = {
    "首页": "/",
    "常见问题": "/faq/",
    "一个阶段": "/faq/stage/login-card/",
    "一个答案": "/faq/legal-card-locked/",
    "指引一步": "/guide/4/",
    "全部 31 条": "/faq/all/",
}
SEARCH = "/api/faq/search?q=%E5%8D%A1%E9%94%81%E4%BA%86"
# A query string is never kept in memory: with it a page is made anew each time.
MADE = "?made=1"


def queries_of(act: Callable[[], Any]) -> int:
    """How many statements the database gets."""
    count = 0

    def counting(execute: Callable[..., object], *call: object) -> object:
        nonlocal count
        count += 1
        return execute(*call)

    with connection.execute_wrapper(counting):
        act()
    return count


def line(site: Served, bare: float, name: str, url: str) -> bool:
    """Print a page's figures; whether it missed a target."""
    client = Client(headers={"host": "127.0.0.1"})
    client.get(url)  # the content is read once per process, and a page is kept at its second time
    client.get(url)
    made, kept = (queries_of(functools.partial(client.get, to)) for to in (url + MADE, url))
    status, body = site.get(url)
    if status != HTTPStatus.OK:
        raise SystemExit(f"{url}: {status}")
    # The ETag of a page with a form is the visitor's own.
    token = client.cookies["csrftoken"].value if "csrftoken" in client.cookies else ""
    cookies = f"csrftoken={token}" if token else ""
    etag = site.header(url, "ETag", cookies=cookies)
    if site.get(url, cookies=cookies, etag=etag)[0] != HTTPStatus.NOT_MODIFIED:
        raise SystemExit(f"{url}: its ETag is not known again")
    ratios = [
        site.cpu_ms(url + MADE, cookies=cookies) / bare,
        site.cpu_ms(url, cookies=cookies) / bare,
        site.cpu_ms(url, cookies=cookies, etag=etag) / bare,
    ]
    missed = made > MAX_QUERIES or max(ratios[1:]) > MAX_KEPT
    figures = f"{made:4} {kept:4}   {ratios[0]:6.1f} {ratios[1]:6.1f} {ratios[2]:6.1f}"
    print(f"{figures} {len(body) / 1000:6.1f}  {name}{'  MISSED' if missed else ''}")
    return missed


def main() -> int:
    """Print the table; 1 if a target is missed."""
    call_command("prepare", verbosity=0)
    with served("benchmarks.bare:application()", folder=VAR_DIR) as project:
        bare = project.cpu_ms("/", times=3000)
    print(f"bare Django page: {bare:.3f} ms CPU = 1.0\n")
    print("queries     times the bare page")
    print(f"{'made':>4} {'kept':>4}   {'made':>6} {'kept':>6} {'304':>6} {'kB':>6}  page")
    with served("wizard.wsgi:application", folder=VAR_DIR) as site:
        missed = sum(line(site, bare, name, url) for name, url in PAGES.items())
        ratio = site.cpu_ms(SEARCH) / bare
        missed += ratio > MAX_SEARCH
        print(f"{'':12}{ratio:6.1f}{'':22}搜索接口{'  MISSED' if ratio > MAX_SEARCH else ''}")
    print(f"\ntargets missed: {missed}")
    return 1 if missed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    finally:
        shutil.rmtree(VAR_DIR, ignore_errors=True)
