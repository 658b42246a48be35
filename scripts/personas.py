"""Writes docs/personas.md from what the tests have shown (`.venv/bin/python scripts/personas.py`).

Runs the persona journeys and the code tests, which tell their witness what they saw; a row whose
test has failed is missing, and then nothing is written.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "personas.md"
CODES = "tests/demo/test_codes.py"
GUIDE = "tests/demo/test_guide_faults.py"
TESTS = (CODES, GUIDE, "tests/e2e/test_personas.py", "tests/e2e/test_journeys.py")
PERSONAS = [f"P{number:02d}" for number in range(1, 21)]

Row = dict[str, str]


def witnessed(folder: Path) -> list[Row]:
    """Everything that passing tests have told."""
    rows: list[Row] = []
    for path in sorted(folder.glob("*.json")):
        rows += json.loads(path.read_text(encoding="utf-8"))
    return rows


def page(rows: list[Row]) -> str:
    """The three tables as Markdown. Raises `ValueError` naming what nobody has shown."""
    personas = {row["persona"]: row for row in rows if row["kind"] == "persona"}
    codes = {row["code"]: row for row in rows if row["kind"] == "code"}
    missing = [name for name in PERSONAS if name not in personas] + sorted(
        set(_all_codes()) - set(codes)
    )
    if not any(row["kind"] == "guide" for row in rows):
        missing.append(GUIDE)
    if missing:
        raise ValueError(f"Not shown by any passing test: {', '.join(missing)}")
    lines = [
        "# Personas and codes",
        "",
        "Written by `scripts/personas.py` from what passing tests have seen; do not edit by hand.",
        "",
        "## Persona and ending",
        "",
        "Walked in a browser by the test of the last column.",
        "",
        *_table(
            ("Persona", "Ending that the test reached", "Test"),
            [(name, personas[name]["ending"], f"`{_test(personas[name])}`") for name in PERSONAS],
        ),
        "## Code, screen and answer",
        "",
        "`/demo/?scenario=CODE` is the link to share. The test goes to the screen, finds cause, "
        "next",
        "step, helper and answer on it, and puts the fault right by the buttons of the page:",
        f"`{CODES}`.",
        "",
        *_table(
            ("Code", "What it says", "Persona", "Screen", "Who can help", "Put right", "FAQ id"),
            [_code_cells(code, row) for code, row in sorted(codes.items())],
        ),
        "## Faults that the guide names by other words",
        "",
        f"Shown by `{GUIDE}`.",
        "",
        *_table(
            ("In the guide's words", "Persona", "Screen", "Code", "Who can help", "FAQ id"),
            [_guide_cells(row) for row in rows if row["kind"] == "guide"],
        ),
    ]
    return "\n".join(lines)


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    """A table and the empty line after it."""
    cells = [heads, ("---",) * len(heads), *rows]
    return [*("| " + " | ".join(row) + " |" for row in cells), ""]


def _code_cells(code: str, row: Row) -> tuple[str, ...]:
    end = (row["who"], row["repair"] or "–", row["faq"] or "–")
    return (code, row["title"], row["persona"], f"`{row['screen']}`", *end)


def _guide_cells(row: Row) -> tuple[str, ...]:
    end = (row["code"] or "–", row["who"], row["faq"])
    return (row["words"], row["persona"], f"`{row['screen']}`", *end)


def _all_codes() -> list[str]:
    sys.path.insert(0, str(ROOT))
    from wizard.singlewindow.faults import FaultCode  # noqa: PLC0415 - the root is on the path now

    return [code.value for code in FaultCode]


def _test(row: Row) -> str:
    return row["test"].split("/")[-1]


def main() -> int:
    """Run the tests, or take an earlier run's folder, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="folder", type=Path, help="a WITNESS_DIR of an earlier run")
    folder: Path | None = parser.parse_args().folder
    if folder is not None:
        PAGE.write_text(page(witnessed(folder)), encoding="utf-8")
        return 0
    with tempfile.TemporaryDirectory() as fresh:
        environment = {**os.environ, "WITNESS_DIR": fresh}
        command = [sys.executable, "-m", "pytest", "-q", "-n", "0", *TESTS]
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        if code == 0:
            PAGE.write_text(page(witnessed(Path(fresh))), encoding="utf-8")
    return code


if __name__ == "__main__":
    raise SystemExit(main())
