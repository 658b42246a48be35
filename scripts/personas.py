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
TESTS = ("tests/demo/test_codes.py", "tests/e2e/test_personas.py", "tests/e2e/test_journeys.py")
PERSONAS = [f"P{number:02d}" for number in range(1, 21)]

Row = dict[str, str]


def witnessed(folder: Path) -> list[Row]:
    """Everything that passing tests have told."""
    rows: list[Row] = []
    for path in sorted(folder.glob("*.json")):
        rows += json.loads(path.read_text(encoding="utf-8"))
    return rows


def page(rows: list[Row]) -> str:
    """The two tables as Markdown. Raises `ValueError` naming what nobody has shown."""
    personas = {row["persona"]: row for row in rows if row["kind"] == "persona"}
    codes = {row["code"]: row for row in rows if row["kind"] == "code"}
    missing = [name for name in PERSONAS if name not in personas] + sorted(
        set(_all_codes()) - set(codes)
    )
    if missing:
        raise ValueError(f"Not shown by any passing test: {', '.join(missing)}")
    lines = [
        "# Personas and codes",
        "",
        "Written by `scripts/personas.py` from the results of the tests named in the last column;",
        "do not edit by hand.",
        "",
        "## Persona and ending",
        "",
        "| Persona | Ending that the test reached | Test |",
        "|---|---|---|",
    ]
    lines += [
        f"| {name} | {personas[name]['ending']} | `{_test(personas[name])}` |" for name in PERSONAS
    ]
    lines += [
        "",
        "## Code, screen and answer",
        "",
        "`/demo/?scenario=CODE` is the link to share.",
        "",
        "| Code | What it says | Persona | Screen | FAQ id |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {code} | {row['title']} | {row['persona']} | `{row['screen']}` | {row['faq'] or '–'} |"
        for code, row in sorted(codes.items())
    ]
    return "\n".join([*lines, ""])


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
