"""CPU of signing and verifying, sizes, memory, and the ratio to headless Chromium in one run.

    python benchmarks/signing.py

Everything is warm. Absolute times move with the machine; the ratio to Chromium printing the same
HTML, in the same run, holds.
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
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
FOLDER = tempfile.TemporaryDirectory(prefix="wizard-benchmark-")
os.environ.update(DJANGO_SETTINGS_MODULE="wizard.settings", VAR_DIR=FOLDER.name)

import asyncio  # noqa: E402 - the settings read the environment
import hashlib  # noqa: E402

import django  # noqa: E402

django.setup()

from django.template.loader import render_to_string  # noqa: E402
from django.utils import timezone  # noqa: E402

from tests.documents.samples import ENTERPRISE, at, papers  # noqa: E402
from wizard import documents  # noqa: E402
from wizard.documents import render, texts  # noqa: E402
from wizard.documents.data import SealFace  # noqa: E402
from wizard.documents.signing.lasting import preserve  # noqa: E402
from wizard.documents.signing.revisions import Mark, sign  # noqa: E402
from wizard.documents.signing.verification import examine  # noqa: E402
from wizard.singlewindow.custody import Holder  # noqa: E402
from wizard.singlewindow.signing import Party  # noqa: E402
from wizard.singlewindow.simulator.keys import KeyStore  # noqa: E402
from wizard.singlewindow.simulator.signatures import INSTITUTIONS, signature  # noqa: E402
from wizard.singlewindow.simulator.stamping import OwnStamper  # noqa: E402

CHROMIUM = "/usr/bin/chromium"
MANY = 500
KEYS = KeyStore(None)
PARTIES = (
    ("sig-exporter", SealFace(name=ENTERPRISE.name, code="4499990000001"), None),
    ("sig-insurer", texts.INSURER_SEAL, Party.INSURER),
    ("sig-operator", texts.OPERATOR_SEAL, Party.OPERATOR),
)


def cpu(action: Callable[[], object], *, runs: int) -> float:
    """Median CPU seconds of one call."""
    action()
    found = []
    for _ in range(runs):
        started = time.process_time()
        action()
        found.append(time.process_time() - started)
    return statistics.median(found)


def signed_by(holder: Holder) -> Callable[[bytes], bytes]:
    """A B-T signature with the holder's key, as the simulated authority makes it."""

    def by(covered: bytes) -> bytes:
        stamper = OwnStamper(KEYS.time_stamper(), KEYS.authority_certificate(), lambda: at(3, 10))
        return signature(KEYS.of(holder), hashlib.sha256(covered).digest(), stamper)

    return by


def one_more(content: bytes, number: int) -> bytes:
    """The document with the signature of party `number`."""
    field, seal, party = PARTIES[number]
    holder = INSTITUTIONS[party] if party else Holder(ENTERPRISE.name, ENTERPRISE.uscc)
    mark = Mark(
        field=field,
        seal=seal,
        role="benchmark",
        at=at(3, 10) + timedelta(minutes=number),
        certifies=number == 0,
        rides=number == 0,
    )
    return sign(content, mark, signed_by(holder))


def preserved(content: bytes) -> bytes:
    """The signed agreement with what makes it last."""
    stamper = OwnStamper(KEYS.time_stamper(), KEYS.authority_certificate(), lambda: at(3, 11))

    def by(covered: bytes) -> bytes:
        token = stamper.async_timestamp(hashlib.sha256(covered).digest(), "sha256")
        made: bytes = asyncio.run(token).dump()
        return made

    return preserve(content, revocations=lambda moment: KEYS.revocations(at=moment), by=by)


def chromium(html: str) -> float:
    """CPU seconds of a headless Chromium printing this HTML to PDF."""
    folder = Path(FOLDER.name)
    page, target = folder / "page.html", folder / "page.pdf"
    style = (ROOT / "wizard/documents/styles/paper.css").read_text("utf-8")
    page.write_text(html.replace("</head>", f"<style>{style}</style></head>"), "utf-8")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={folder / 'profile'}",
            f"--print-to-pdf={target}",
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def resident() -> float:
    """Resident memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def line(name: str, value: str, target: str) -> None:
    """One line of the table."""
    print(f"{name:<44}{value:>14}   target {target}")


def main() -> None:
    """Print the table."""
    documents.warm_up()
    made = papers()
    form, draft = documents.pdf(made["form"]), documents.pdf(made["agreement"]).content
    form_cpu = cpu(lambda: documents.pdf(made["form"]), runs=15)
    line("投保单, CPU", f"{form_cpu * 1000:.0f} ms", "100 ms")
    line("投保单, size", f"{len(form.content) / 1000:.0f} kB", "80 kB")
    agreement_cpu = cpu(lambda: documents.pdf(made["agreement"]), runs=15)
    line("三方协议 before the signatures, CPU", f"{agreement_cpu * 1000:.0f} ms", "120 ms")
    stages = [draft]
    for number in range(3):
        stages.append(one_more(stages[-1], number))
        seconds = cpu(lambda n=number: one_more(stages[n], n), runs=15)  # type: ignore[misc]
        line(f"B-T signature {number + 1}, CPU", f"{seconds * 1000:.0f} ms", "80 ms")
    line("三方协议 signed by three, size", f"{len(stages[-1]) / 1000:.0f} kB", "250 kB")
    lasting = preserved(stages[-1])
    seconds = cpu(lambda: preserved(stages[-1]), runs=15)
    line("B-LTA on top of the three, CPU", f"{seconds * 1000:.0f} ms", "80 ms")
    line("… and size", f"{(len(lasting) - len(stages[-1])) / 1000:.0f} kB", "-")
    root, revoked = KEYS.authority_certificate(), KEYS.revocations(at=timezone.now())
    report = examine(stages[-1], root=root, revocations=revoked)
    assert len(report.findings) == 3
    assert all(finding.good for finding in report.findings)
    seconds = cpu(lambda: examine(stages[-1], root=root, revocations=revoked), runs=7)
    line("verification of three, CPU", f"{seconds * 1000:.0f} ms", "350 ms")
    if Path(CHROMIUM).exists():
        html = render_to_string("documents/paper.html", render._context(made["form"]))
        browser = statistics.median(chromium(html) for _ in range(3))
        line("投保单, new Chromium ÷ ours", f"{browser / form_cpu:.1f} ×", "more than 1")
    for number in range(MANY):
        documents.pdf(made["form" if number % 2 else "agreement"])
    line(f"memory after {MANY} documents", f"{resident():.0f} MB", "150 MB")


if __name__ == "__main__":
    main()
