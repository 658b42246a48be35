"""CPU and size of every document and of the seal, as a ratio to a bare Django page in the same run.

    python benchmarks/documents.py

Everything is warm; each figure is the median of many runs of this one process. Absolute times move
with the machine, ratios hold.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
FOLDER = tempfile.TemporaryDirectory(prefix="wizard-benchmark-")
os.environ.update(DJANGO_SETTINGS_MODULE="wizard.settings", VAR_DIR=FOLDER.name)

import django  # noqa: E402 - the settings read the environment
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.urls import path  # noqa: E402

django.setup()

from tests.documents.samples import full_receipt, papers, signed_agreement  # noqa: E402
from wizard import documents  # noqa: E402
from wizard.documents.seal import draw_seal, seal_svg  # noqa: E402

NAME, CODE = "广东示例虚舟灯饰有限公司", "4499990000001"
# Of a quiet two-core machine.
TARGETS = {"投保单": "100 ms, 80 kB", "三方协议": "120 ms"}


def hello(_request: HttpRequest) -> HttpResponse:
    """The yardstick: a page that does nothing."""
    return HttpResponse("hello")


urlpatterns = [path("hello/", hello)]


def cpu(action: Callable[[], object], *, runs: int, calls: int = 1) -> float:
    """Median CPU seconds of one call."""
    action()
    found = []
    for _ in range(runs):
        started = time.process_time()
        for _ in range(calls):
            action()
        found.append((time.process_time() - started) / calls)
    return statistics.median(found)


def cold_seal() -> None:
    """Draw without the cache."""
    draw_seal.cache_clear()
    seal_svg(NAME, CODE)


def main() -> None:
    """Print one line per document."""
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[]):
        client = Client()
        baseline = cpu(lambda: client.get("/hello/"), runs=20, calls=20)
    print(f"Django hello, test client, no middleware: {baseline * 1000:.2f} ms CPU = 1\n")
    documents.warm_up()
    made = papers()
    wanted = {
        "投保单": made["form"],
        "续转单证": made["renewal"],
        "三方协议": made["agreement"],
        "三方协议，已签署": signed_agreement(),
        "保险单": made["policy"],
        "办理回执": full_receipt(),
    }
    print("      CPU      ratio      size  pages  document")
    for name, paper in wanted.items():
        pdf = documents.pdf(paper)
        seconds = cpu(lambda paper=paper: documents.pdf(paper), runs=15)  # type: ignore[misc]
        target = f"  (target {TARGETS[name]})" if name in TARGETS else ""
        print(
            f"{seconds * 1000:6.0f} ms  {seconds / baseline:7.0f} ×  "
            f"{len(pdf.content) / 1000:5.0f} kB  {pdf.pages:5d}  {name}{target}"
        )
    for label, action in (("cold", cold_seal), ("cached", lambda: seal_svg(NAME, CODE))):
        seconds = cpu(action, runs=20)
        size_kb = len(seal_svg(NAME, CODE)) / 1000
        print(
            f"{seconds * 1000:6.2f} ms  {seconds / baseline:7.1f} ×  {size_kb:5.1f} kB"
            f"         印章，{len(NAME)} 个字 ({label})"
        )


if __name__ == "__main__":
    main()
