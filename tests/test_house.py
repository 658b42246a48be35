"""The rules of the house that no linter knows: who may write what, and what a template may hold."""

from __future__ import annotations

import ast
import functools
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from wizard.process import STEPS, Step
from wizard.steps import file_name

ROOT = Path(__file__).resolve().parent.parent
CODE = sorted(
    path
    for folder in ("wizard", "faq")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
)
WINDOW = ROOT / "wizard" / "singlewindow"
# What the authority and its simulator may lean on beside the standard library.
WINDOW_PACKAGES = {
    "asn1crypto",
    "cryptography",
    "gunicorn",  # serves the simulator as a server of its own
    "httpcore",
    "httpx",
    "pydantic",
    "pyhanko",
    "pyhanko_certvalidator",
}
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
WRITING_CALLS = {
    "Application",
    "aupdate",
    "bulk_create",
    "create",
    "get_or_create",
    "update",
    "update_or_create",
}


def state_writes(tree: ast.AST) -> Iterator[int]:
    """Lines that set a `state` attribute, or name `state` to a call that writes rows."""
    for node in ast.walk(tree):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AugAssign | ast.AnnAssign):
            targets = [node.target]
        for target in targets:
            if isinstance(target, ast.Attribute) and target.attr == "state":
                yield target.lineno
        if isinstance(node, ast.Call) and called(node) in WRITING_CALLS | {"setattr"}:
            named = any(keyword.arg == "state" for keyword in node.keywords)
            told = any(isinstance(arg, ast.Constant) and arg.value == "state" for arg in node.args)
            if named or told:
                yield node.lineno


def event_writes(tree: ast.AST) -> Iterator[int]:
    """Lines that make an `Event`, or write through its manager or an application's `events`."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if called(node) == "Event":
            yield node.lineno
        elif called(node) in WRITING_CALLS | {"bulk_update", "delete"}:
            source = ast.unparse(node.func)
            if re.search(r"\b(Event\.objects|events)\b", source):
                yield node.lineno


def called(node: ast.Call) -> str:
    """The last name of what is called: `update` of `Application.objects.filter(…).update(…)`."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def parsed(path: Path) -> ast.Module:
    """The file as a tree."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def where(path: Path, line: int) -> str:
    """`file:line`, to click on."""
    return f"{path.relative_to(ROOT)}:{line}"


def test_only_transitions_writes_the_state_of_an_application() -> None:
    found = [
        where(path, line)
        for path in CODE
        if path.name != "transitions.py" and WINDOW not in path.parents
        for line in state_writes(parsed(path))
    ]
    assert found == []


def test_only_the_trail_writes_events() -> None:
    found = [
        where(path, line)
        for path in CODE
        if path.name not in {"trail.py", "models.py"} and WINDOW not in path.parents
        for line in event_writes(parsed(path))
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "application.state = State.ISSUED",
        "Application.objects.filter(pk=1).update(state='issued')",
        "Application.objects.create(number='1', state='issued')",
        "Application(state='issued').save()",
        "setattr(application, 'state', 'issued')",
    ],
)
def test_the_watch_over_the_state_sees(line: str) -> None:
    assert list(state_writes(ast.parse(line))) == [1]


@pytest.mark.parametrize(
    "line",
    [
        "Event(action='x').save()",
        "Event.objects.create(action='x')",
        "application.events.create(action='x')",
        "Event.objects.filter(pk=1).update(action='x')",
        "application.events.all().delete()",
    ],
)
def test_the_watch_over_the_trail_sees(line: str) -> None:
    assert list(event_writes(ast.parse(line))) == [1]


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that a file imports."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"


def test_the_single_window_stands_alone() -> None:
    """It runs where there is no Django and nothing else of the project."""
    allowed = sys.stdlib_module_names | WINDOW_PACKAGES
    found = [
        f"{where(path, line)} {name}"
        for path in sorted(WINDOW.rglob("*.py"))
        for line, name in imports(path)
        if name.split(".")[0] not in allowed and not name.startswith("wizard.singlewindow")
    ]
    assert found == []


def test_documents_know_neither_request_nor_session() -> None:
    """Data in, bytes out: import-linter cannot look into Django's parts, so it is done here."""
    forbidden = ("django.http", "django.shortcuts", "django.contrib", "django.views", "django.db")
    found = [
        f"{where(path, line)} {name}"
        for path in sorted((ROOT / "wizard" / "documents").rglob("*.py"))
        for line, name in imports(path)
        if name.startswith(forbidden)
    ]
    assert found == []


def required(name: str) -> set[str]:
    """The packages that requirements/`name` asks for itself, by their normal names."""
    lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
    names = (re.match(r"[A-Za-z0-9._-]+", line) for line in lines if not line.startswith("-"))
    return {re.sub(r"[-_.]+", "-", found[0]).lower() for found in names if found}


def test_what_the_site_imports_is_required() -> None:
    """What lies in somebody's environment by chance is missing on a fresh machine."""
    owners = packages_distributions()
    found = []
    for path in CODE:
        for line, name in imports(path):
            top = name.split(".")[0]
            if top in sys.stdlib_module_names | {"wizard", "faq"}:
                continue
            packages = {re.sub(r"[-_.]+", "-", owner).lower() for owner in owners.get(top, [])}
            if not packages & required("base.in"):
                found.append(f"{where(path, line)} {name}")
    assert found == []


def test_every_module_says_what_lives_in_it() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in CODE
        if path.read_text(encoding="utf-8").strip() and not ast.get_docstring(parsed(path))
    ]
    assert found == []


# What the Content-Security-Policy would refuse in the browser is refused here first.
FORBIDDEN_IN_TEMPLATES = {
    "inline style": re.compile(r"<[^>]*\sstyle\s*=|<style", re.IGNORECASE),
    "event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "inline script": re.compile(r"<script(?![^>]*\ssrc\s*=)", re.IGNORECASE),
    "javascript address": re.compile(r"""["']\s*javascript:""", re.IGNORECASE),
    "another host": re.compile(r"""\s(?:src|action)\s*=\s*["'](?:https?:)?//""", re.IGNORECASE),
}


def template_faults(text: str) -> list[str]:
    """What this template holds that no page may hold; PDF templates style themselves."""
    return [name for name, pattern in FORBIDDEN_IN_TEMPLATES.items() if pattern.search(text)]


def test_no_template_holds_what_the_policy_refuses() -> None:
    found = {
        str(path.relative_to(ROOT)): faults
        for path in TEMPLATES
        if "documents" not in path.parts
        and (faults := template_faults(path.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('<p class="a" style="color:red">', "inline style"),
        ('<a href="#" onclick="x()">', "event handler"),
        ("<script>x()</script>", "inline script"),
        ('<a href="javascript:x()">', "javascript address"),
        ('<img alt="" src="//example.org/x.png">', "another host"),
    ],
)
def test_the_watch_over_templates_sees(text: str, fault: str) -> None:
    assert template_faults(text) == [fault]


def test_no_sentence_begs_excuses_itself_or_calls_a_thing_by_another_name() -> None:
    """The fixed words of the copy style, in templates and in the sentences of the code."""
    unwanted = re.compile("请您|烦请|抱歉|！|登陆|主卡|口令")
    found = {
        str(path.relative_to(ROOT)): words
        for path in (*TEMPLATES, *(ROOT / "wizard").rglob("*.py"))
        if (words := unwanted.findall(path.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.slug)
def test_file_template_and_tests_of_a_step_share_one_name(step: Step) -> None:
    name = file_name(step.slug)
    assert (ROOT / f"wizard/steps/{name}.py").is_file()
    assert (ROOT / f"tests/wizard/test_{name}.py").is_file()
    assert list((ROOT / "templates/wizard").glob(f"{name}*.html"))


LETTERS = {"A": 25, "B": 20, "C": 14, "D": 23, "E": 18, "F": 21, "G": 20}


def cases_of(cell: str) -> list[str]:
    """A1, A2 and A3 of "A1, A2, A3" or "A1–A3"."""
    found = []
    for part in cell.split(", "):
        first, _dash, last = part.strip().partition("–")
        numbers = range(int(first[1:]), int((last or first)[1:]) + 1)
        found += [f"{first[0]}{number}" for number in numbers]
    return found


def test_every_case_stands_once_in_its_table_and_its_tests_exist() -> None:
    text = (ROOT / "docs/cases.md").read_text(encoding="utf-8")
    cells = re.findall(r"^\| ([A-G]\d[^|]*) \|", text, re.MULTILINE)
    listed = [case for cell in cells for case in cases_of(cell)]
    known = {f"{letter}{n + 1}" for letter, most in LETTERS.items() for n in range(most)}
    assert sorted(listed) == sorted(known)
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", text)
    assert len(named) > len(cells)
    gone = [
        f"{file}::{name}"
        for file, name in named
        if f"def {name}(" not in _source(ROOT / "tests" / file)
    ]
    assert gone == []


@functools.cache
def _source(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
