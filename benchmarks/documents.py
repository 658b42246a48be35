"""CPU, size and memory of every paper, signature and verification, beside Chromium in one run.

    .venv/bin/python -m benchmarks.documents        # 3 minutes; exit 1 when a goal is missed

Everything is warm, in this one process; a figure is the median of many runs, and its spread stands
beside it. Chromium prints the same HTML with the same style sheet between them: absolute times move
with the machine and with what else runs on it, the ratio holds.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

FOLDER = tempfile.TemporaryDirectory(prefix="wizard-benchmark-")
os.environ.update(DJANGO_SETTINGS_MODULE="wizard.settings", VAR_DIR=FOLDER.name)

import django  # noqa: E402 - the settings read the environment

django.setup()

from django.template.loader import render_to_string  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks import worker  # noqa: E402
from tests.documents.samples import LONG_NAME, papers  # noqa: E402
from tests.documents.signatures import KEYS, one_more, preserved  # noqa: E402
from wizard import documents  # noqa: E402
from wizard.documents import render  # noqa: E402
from wizard.documents.seal import draw_seal, seal_svg  # noqa: E402
from wizard.documents.signing.verification import examine  # noqa: E402

CHROMIUM: Final = Path("/usr/bin/chromium")
MANY: Final = 500
ROUNDS: Final = 4
# Kind of `tests.documents.samples.papers`, its name, goal in milliseconds of CPU.
PAPERS: Final = (
    ("form", "投保单", 100),
    ("renewal", "续转单证", None),
    ("agreement", "三方协议", 120),
    ("policy", "保险单", None),
    ("receipt", "办理回执", None),
)


class Table:
    """Prints a line per figure and remembers whether a goal was missed."""

    def __init__(self) -> None:
        self.missed = False

    def line(
        self, name: str, value: float, unit: str, *, goal: float | None, rest: str = ""
    ) -> None:
        """One figure; `goal` is the most it may be."""
        verdict = "" if goal is None else f"goal {goal:4.0f}  {'ok' if value <= goal else 'MISSED'}"
        self.missed |= goal is not None and value > goal
        print(f"{value:7.1f} {unit:<3} {verdict:<17} {rest:<34} {name}", flush=True)


def cpu(action: Callable[[], object], *, runs: int) -> list[float]:
    """CPU milliseconds of this process for each of so many calls."""
    found = []
    for _ in range(runs):
        started = time.process_time()
        action()
        found.append((time.process_time() - started) * 1000)
    return found


def chromium(html: str) -> float:
    """CPU milliseconds of a headless Chromium that prints this HTML to PDF."""
    folder = Path(FOLDER.name)
    page, target = folder / "page.html", folder / "page.pdf"
    style = render.STYLESHEET.read_text("utf-8")
    page.write_text(html.replace("</head>", f"<style>{style}</style></head>"), "utf-8")
    command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", page.as_uri()]
    command += [f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={target}"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used * 1000


def measured_papers(table: Table) -> float:
    """Every paper, ours and Chromium's turn by turn; what Chromium needs for the agreement."""
    made, agreement = papers(), 0.0
    for kind, name, goal in PAPERS:
        paper, ours, theirs = made[kind], list[float](), list[float]()
        html = render_to_string("documents/paper.html", render._context(paper))
        documents.pdf(paper)
        for _ in range(ROUNDS):
            ours += cpu(lambda paper=paper: documents.pdf(paper), runs=6)  # type: ignore[misc]
            theirs.append(chromium(html))
        agreement = statistics.median(theirs) if kind == "agreement" else agreement
        table.line(name, statistics.median(ours), "ms", goal=goal, rest=beside(ours, theirs))
    return agreement


def beside(ours: list[float], theirs: list[float]) -> str:
    """How much our runs differ, and how many times as long Chromium takes."""
    ratio = statistics.median(theirs) / statistics.median(ours)
    return f"{min(ours):.0f}–{max(ours):.0f}, Chromium {ratio:.1f} ×"


def measured_signatures(table: Table, browser: float) -> bytes:
    """Three signatures, what makes them last, and the verification; the signed agreement."""
    stages = [documents.pdf(papers()["agreement"]).content]
    for number in range(3):
        stages.append(one_more(stages[-1], number))
        spent = cpu(lambda n=number: one_more(stages[n], n), runs=15)  # type: ignore[misc]
        rest = beside(spent, [browser])
        table.line(f"B-T 签名 {number + 1}", statistics.median(spent), "ms", goal=80, rest=rest)
    preserved(stages[-1])
    spent = cpu(lambda: preserved(stages[-1]), runs=11)
    rest = beside(spent, [browser])
    table.line("B-LTA, on top of the three", statistics.median(spent), "ms", goal=None, rest=rest)
    root, revoked = KEYS.authority_certificate(), KEYS.revocations(at=timezone.now())
    report = examine(stages[-1], root=root, revocations=revoked)
    if len(report.findings) != 3 or not all(finding.good for finding in report.findings):
        raise SystemExit(f"the signatures are not valid: {report}")
    spent = cpu(lambda: examine(stages[-1], root=root, revocations=revoked), runs=9)
    rest = beside(spent, [browser])
    table.line("verification of three", statistics.median(spent), "ms", goal=350, rest=rest)
    return stages[-1]


def measured_seal(table: Table) -> None:
    """The drawing of a seal, without its cache."""

    def draw() -> None:
        draw_seal.cache_clear()
        seal_svg("广东示例虚舟灯饰有限公司", "4499990000001")

    table.line("印章，12 个字", statistics.median(cpu(draw, runs=30)), "ms", goal=None)


def measured_sizes(table: Table, signed: bytes) -> None:
    """What is sent to a browser and kept."""
    for name, company in (("", papers()), ("，40 个字的企业名称", papers(LONG_NAME))):
        for kind, title in (("form", "投保单"), ("form with contact", "投保单，已填联系人")):
            size = len(documents.pdf(company[kind]).content) / 1000
            table.line(f"{title}{name}", size, "kB", goal=80)
    table.line("三方协议，三方已签署", len(signed) / 1000, "kB", goal=250)


def measured_memory(table: Table) -> None:
    """A worker of its own, as the site starts it."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.worker", str(MANY)],
        env=os.environ | worker.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded, after = map(float, done.stdout.split())
    name = f"web worker after {MANY} documents"
    table.line(name, after, "MB", goal=150, rest=f"{loaded:.0f} MB before the first")


def main() -> None:
    """Print the table."""
    if not CHROMIUM.exists():
        raise SystemExit(f"{CHROMIUM} is missing: apt-get install chromium")
    table = Table()
    documents.warm_up()
    browser = measured_papers(table)
    signed = measured_signatures(table, browser)
    measured_seal(table)
    measured_sizes(table, signed)
    measured_memory(table)
    raise SystemExit(int(table.missed))


if __name__ == "__main__":
    main()
