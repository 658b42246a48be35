"""Queries and CPU time of every wizard page, of each PDF, and of one whole flow.

Run `.venv/bin/python -m benchmarks.pages`; part of a page's name as argument measures only those.
The site and a bare Django project both run on gunicorn, and what is counted is the CPU of the
worker: what a page costs a server. Ratios are to the bare page in the same run, so they hold on any
machine. Targets: at most 15 queries and 6 times the bare page.
"""

from __future__ import annotations

import functools
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

VAR_DIR = Path(tempfile.mkdtemp(prefix="wizard-bench-"))
os.environ["VAR_DIR"] = str(VAR_DIR)
os.environ["DJANGO_SETTINGS_MODULE"] = "wizard.settings"
os.environ["LOG_LEVEL"] = "ERROR"

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402 - after the environment is set
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from benchmarks.serving import Served, served  # noqa: E402
from tests.worlds import CONTACT, PIN, Person, make_world, signed_in  # noqa: E402
from wizard import documents, papers  # noqa: E402
from wizard.models import Document  # noqa: E402
from wizard.process import State  # noqa: E402

MAX_QUERIES, MAX_RATIO = 15, 6.0
# Batches of a page and of the bare page in turn, so that both meet what else the machine does.
ROUNDS, PAGE_TIMES, BARE_TIMES = 20, 20, 80
FLOWS = 10


def queries_of(act: Callable[[], object]) -> int:
    """How many statements the site's database gets."""
    count = 0

    def counting(execute: Callable[..., object], *call: object) -> object:
        nonlocal count
        count += 1
        return execute(*call)

    with connection.execute_wrapper(counting):
        act()
    return count


def pages() -> list[tuple[str, str, str]]:
    """(name, url, cookies) of every page of the journey, each in a world that is there."""
    found = []
    stops = [
        ("1 确认投保", None, "confirm"),
        ("2 制章", State.AWAITING_SEAL, "seal"),
        ("1 已完成", State.AWAITING_SEAL, "confirm"),
        ("3 协议签署", State.AWAITING_SIGNATURE, "agreement"),
        ("4 等待", State.UNDER_REVIEW, "policy"),
        ("4 已送达", State.ISSUED, "policy"),
        ("4 已收悉", State.ACKNOWLEDGED, "policy"),
    ]
    for name, state, step in stops:
        person = signed_in(make_world("P01"))
        application = person.application()
        if state is State.ACKNOWLEDGED:
            application = person.application(until=State.ISSUED)
            person.post(application, "policy", {"policy-pin": PIN})
        elif state is not None:
            application = person.application(until=state)
        url = f"/apply/{application.number}/{step}/"
        person.client.get(url)  # a browser has Django's CSRF cookie from its first page on
        found.append((name, url, cookies_of(person)))
    last = found[-1]
    found += [
        ("服务中心", "/center/", last[2]),
        ("我的保单", "/policies/", last[2]),
        ("办理回执", last[1].replace("/policy/", "/receipt/"), last[2]),
        ("演示台", "/demo/", last[2]),
        ("登录", "/login/card/", last[2].split("; ")[0]),
        ("首页", "/", ""),
        ("常见问题", "/faq/", ""),
        ("一个答案", "/faq/legal-card-locked/", ""),
        ("搜索", "/faq/search/?q=%E5%8D%A1%E9%94%81%E4%BA%86", ""),
    ]
    return found


def cookies_of(person: Person) -> str:
    """The Cookie header of this browser."""
    return "; ".join(f"{name}={morsel.value}" for name, morsel in person.client.cookies.items())


def flow() -> None:
    """Sign-in to 收悉 with every document, through views and templates."""
    person = signed_in(make_world("P01"))
    application = person.application()
    person.post(application, "confirm", CONTACT)
    person.post(application, "confirm", CONTACT | {"commit": "1"})
    person.post(application, "seal")
    person.post(application, "agreement", {"agreement-agreed": "on", "agreement-pin": PIN})
    person.application(until=State.ISSUED)  # only the clock is moved and the news read
    person.post(application, "policy", {"policy-pin": PIN})
    application.refresh_from_db()
    if application.state != State.ACKNOWLEDGED:
        raise SystemExit(f"the flow ended in {application.state}")


def pdfs(bare: float) -> None:
    """Print what each paper costs to lay out."""
    person = signed_in(make_world("P01"))
    application = person.application(until=State.ISSUED)
    print(f"\n{'ms CPU':>8} {'ratio':>6} {'kB':>6}  PDF")
    for kind in (Document.Kind.FORM, Document.Kind.AGREEMENT_DRAFT, Document.Kind.POLICY):
        paper = papers.text(application, kind)
        size = len(documents.pdf(paper).content) / 1000
        act = functools.partial(documents.pdf, paper)
        spent = statistics.median(cpu_ms(act) for _time in range(15))
        print(f"{spent:8.1f} {spent / bare:6.0f} {size:6.1f}  {paper.title}")


def cpu_ms(act: Callable[[], object]) -> float:
    """CPU milliseconds of this process."""
    started = time.process_time()
    act()
    return (time.process_time() - started) * 1000


def page_table(project: Served, wanted: str) -> int:
    """Print a line for each page; how many missed a target.

    The ratio is the median of the rounds; `least` that of the least disturbed batches: what else
    the machine does only ever adds.
    """
    missed = 0
    print(f"{'queries':>8} {'ms CPU':>8} {'bare':>6} {'ratio':>6} {'least':>6} {'kB':>6}  page")
    todo = [page for page in pages() if wanted in page[0]]
    with served("wizard.wsgi:application", folder=VAR_DIR) as site:
        for name, url, cookies in todo:
            status, body = site.get(url, cookies=cookies)
            if status != HTTPStatus.OK:
                raise SystemExit(f"{url}: {status}")
            client = Client(headers={"cookie": cookies})
            count = queries_of(functools.partial(client.get, url))
            site.batch_ms(url, cookies=cookies, times=PAGE_TIMES)
            rounds = [
                (
                    site.batch_ms(url, cookies=cookies, times=PAGE_TIMES),
                    project.batch_ms("/", times=BARE_TIMES),
                )
                for _round in range(ROUNDS)
            ]
            spent, bare = (statistics.median(column) for column in zip(*rounds, strict=True))
            ratio = statistics.median(page / empty for page, empty in rounds)
            best, best_bare = (min(column) for column in zip(*rounds, strict=True))
            over = count > MAX_QUERIES or ratio > MAX_RATIO
            missed += over
            note = "  MISSED" if over else ""
            size = len(body) / 1000
            figures = f"{spent:8.2f} {bare:6.3f} {ratio:6.1f} {best / best_bare:6.1f} {size:6.1f}"
            print(f"{count:8} {figures}  {name}{note}")
    return missed


def main(wanted: str = "") -> int:
    """Print the tables; 1 if a target is missed."""
    call_command("prepare", verbosity=0)
    settings.PAPERS_IN_REQUEST = True  # here; the served site finds every paper made
    with served("benchmarks.bare:application()", folder=VAR_DIR) as project:
        missed = page_table(project, wanted)
        bare = project.cpu_ms("/", times=3000)
    if not wanted:
        documents.warm_up()
        pdfs(bare)
        flow()
        spent = statistics.mean(cpu_ms(flow) for _flow in range(FLOWS))
        print(f"\none whole flow: {spent:.0f} ms CPU = {1000 / spent:.1f} a second and core")
    print(f"targets missed: {missed}")
    return 1 if missed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:2]))
    finally:
        shutil.rmtree(VAR_DIR, ignore_errors=True)
