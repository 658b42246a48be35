"""`manage.py faq_eval FILE`: how well the search answers a file of queries, by type."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from faq.content import Content, Found, content
from faq.search import Confidence

DEPTH: Final = 10
TOP: Final = 3
HEAD: Final = (
    f"{'type':<14}{'n':>5}{'top-1':>8}{'rec@3':>8}{'MRR':>7}{'none':>6}{'sure':>7}{'false':>7}"
)


@dataclasses.dataclass(slots=True)
class Tally:
    """Counts over the queries of one type. `false`: answered with high confidence and wrongly."""

    queries: int = 0
    first: int = 0
    near: int = 0
    reciprocal: float = 0.0
    none: int = 0
    sure: int = 0
    false: int = 0

    def add(self, found: Found, gold: Sequence[str]) -> None:
        """One query; `gold` is empty where the site has no answer."""
        slugs = [entry.slug for entry in found.entries]
        right = next((place for place, slug in enumerate(slugs) if slug in gold), None)
        high = found.result.confidence is Confidence.HIGH
        self.queries += 1
        self.none += not slugs
        self.first += right == 0
        self.near += right is not None and right < TOP
        self.reciprocal += 0 if right is None else 1 / (right + 1)
        self.sure += high and right == 0
        self.false += high and right != 0

    def line(self, name: str) -> str:
        """A row of the table, shares in per cent."""
        shares = [100 * count / self.queries for count in (self.first, self.near)]
        sure, false = (100 * count / self.queries for count in (self.sure, self.false))
        return (
            f"{name:<14}{self.queries:>5}{shares[0]:>8.1f}{shares[1]:>8.1f}"
            f"{self.reciprocal / self.queries:>7.3f}{self.none:>6}{sure:>7.1f}{false:>7.1f}"
        )


def evaluate(held: Content, queries: Sequence[dict[str, Any]]) -> dict[str, Tally]:
    """Tallies by type, and over all queries that have an answer and that have none."""
    tallies: dict[str, Tally] = {}
    for query in queries:
        found = held.search(query["query"], limit=DEPTH)
        whole = "answerable" if query["gold"] else "unanswerable"
        for name in (query["type"], whole):
            tallies.setdefault(name, Tally()).add(found, query["gold"])
    return tallies


class Command(BaseCommand):
    """See the module."""

    help = "Print top-1, recall@3, MRR, queries without result and confidence by type."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file: a list of {"type", "query", "gold": [entry ids]}."""
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Evaluate and print."""
        try:
            queries = json.loads(options["file"].read_text(encoding="utf-8"))
            tallies = evaluate(content(), queries)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(f"{options['file']}: {error!r}") from error
        whole = [name for name in ("answerable", "unanswerable") if name in tallies]
        self.stdout.write(HEAD)
        for name in [*sorted(set(tallies) - set(whole)), *whole]:
            self.stdout.write(tallies[name].line(name))
