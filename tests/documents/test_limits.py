"""Papers within limits: whatever the data say, setting one is bounded in work and in memory."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.documents.samples import application, at, papers
from wizard import documents
from wizard.documents import Paper, Row, Section, Style, TextTooLong, render

ROOT = Path(__file__).resolve().parents[2]
MEMORY_BYTES = 300 * 1024 * 1024
# The largest paper that is taken, in a process that the kernel ends when it takes too much.
PROGRAM = """
import resource, sys
import django
django.setup()
from tests.documents.test_limits import largest
from wizard import documents
documents.warm_up()
pages = int(open("/proc/self/statm").read().split()[0])
memory = pages * resource.getpagesize() + int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
made = documents.pdf(largest(times=int(sys.argv[2])))
print(made.pages)
"""


def largest(*, times: float = 1) -> Paper:
    """As many lines and as many characters as a paper takes, or so many times that."""
    lines = int(render.LINES_LIMIT * times) - 1
    value = "示" * (render.PAPER_LIMIT // render.LINES_LIMIT - 10)
    rows = tuple(Row(label=f"第{number}行", value=value) for number in range(lines))
    return Paper(
        title="演示",
        number="0",
        made_at=at(3, 10),
        sections=(
            Section(heading="演示", style=Style.TITLE),
            Section(heading="记录", rows=rows),
        ),
    )


def run(tmp_path: Path, *, times: int = 1, memory: int = MEMORY_BYTES) -> tuple[int, str]:
    """Exit code and what was said by a process that sets `largest` within the limits."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(memory), str(times)],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "wizard.settings", "VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_largest_paper_is_set_within_its_memory(tmp_path: Path) -> None:
    code, said = run(tmp_path)
    assert code == 0, said
    assert int(said.split()[0]) > 10


def work_of(paper: Paper) -> int:
    """How many functions are called to set it: the same wherever and whenever it is counted."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        documents.pdf(paper)
    finally:
        sys.setprofile(None)
    return calls


def test_twice_as_much_text_is_twice_the_work_and_not_four_times() -> None:
    documents.warm_up()
    assert work_of(largest(times=0.5)) < 2.5 * work_of(largest(times=0.25))


def test_the_kernel_would_have_ended_it(tmp_path: Path) -> None:
    """Python has no exception left to raise in some of the places where no memory comes."""
    code, said = run(tmp_path, memory=1024 * 1024)
    assert code != 0
    assert "MemoryError" in said or "error return without exception set" in said or code < 0


@pytest.mark.parametrize("kind", papers())
@pytest.mark.parametrize("length", [10_000, 40_000])
def test_a_name_of_ten_thousand_characters_is_refused_in_every_paper(
    kind: str, length: int
) -> None:
    with pytest.raises((TextTooLong, documents.Unprintable)):
        documents.pdf(papers("示" * length)[kind])


def test_too_many_lines_or_characters_together_are_refused() -> None:
    with pytest.raises(TextTooLong):
        documents.pdf(largest(times=2))
    form = documents.application_form(application())
    much = Section(heading="甲", paragraphs=("示" * render.TEXT_LIMIT,) * 31)
    with pytest.raises(TextTooLong):
        documents.pdf(dataclasses.replace(form, sections=(*form.sections, much)))
