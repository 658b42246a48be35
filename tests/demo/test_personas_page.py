"""docs/personas.md holds what the catalogue holds: nobody adds a code or a persona unseen."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Final

from tests.demo.repairing import REPAIRS
from tests.demo.test_guide_faults import FAULTS
from wizard.catalogue import CATALOGUE
from wizard.demo.scenarios import scenario_named
from wizard.singlewindow.faults import FaultCode
from wizard.singlewindow.simulator.personas import personas

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "personas.md"
REGENERATE: Final = "run .venv/bin/python scripts/personas.py"


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under this heading, without its own head."""
    section = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if re.match(r"\| (?!---)", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def test_every_persona_has_the_ending_that_a_test_of_today_reaches() -> None:
    table = rows("Persona and ending")
    assert [persona for persona, _ending, _test in table] == sorted(personas()), REGENERATE
    for persona, ending, cell in table:
        file, _, name = cell.strip("`").partition("::")
        tree = ast.parse((ROOT / "tests" / "e2e" / file).read_text(encoding="utf-8"))
        [test] = [one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == name]
        said = {one.value for one in ast.walk(test) if isinstance(one, ast.Constant)}
        assert {persona, ending} <= said, f"{persona}: {REGENERATE}"


def test_every_code_stands_there_with_its_words_persona_and_answer() -> None:
    wanted = []
    for code in sorted(FaultCode):
        entry, scenario = CATALOGUE[code], scenario_named(code.value)
        assert scenario is not None
        title = re.sub(r"\{.*?\}", "n", str(entry.title))
        repair = REPAIRS.get(code.value)
        done = f"{repair.how} → {repair.then}" if repair else "–"
        end = [str(entry.who), done, entry.faq or "–"]
        wanted.append([code.value, title, scenario.persona, *end])
    table = rows("Code, screen and answer")
    assert [row[:3] + row[4:] for row in table] == wanted, REGENERATE
    assert [row for row in table if not re.fullmatch(r"`/\S+/`", row[3])] == []


def test_every_fault_that_the_guide_names_otherwise_stands_there() -> None:
    wanted = [[one.words, one.code or "–", one.who, one.faq] for one in FAULTS]
    table = rows("Faults that the guide names by other words")
    assert sorted([row[0], *row[3:]] for row in table) == sorted(wanted), REGENERATE
    assert [row for row in table if not re.fullmatch(r"`/\S+/`", row[2])] == []
