"""Queries that Django compiles once per process: the ones that every page asks.

Building and compiling the SQL of a small query costs several times what the database needs to
answer it (docs/performance.md). What is asked stays written in Django's own words.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


class Prepared(Generic[M]):
    """`build(*values)` as a query; called with values it gives what the query finds, in order.

    `kinds` are the types of the values, str or int. A value must not change the shape of the SQL:
    no None, no lists.
    """

    def __init__(self, build: Callable[..., models.QuerySet[M]], *kinds: type[int | str]) -> None:
        self._build = build
        self._kinds = kinds

    def __call__(self, *values: int | str) -> list[M]:
        """One query."""
        model, sql, slots = self._compiled
        given = [values[slot] if fixed is None else fixed for slot, fixed in slots]
        return list(model._default_manager.raw(sql, given))

    def first(self, *values: int | str) -> M | None:
        """The first of what is found, or None; the query itself should be limited to one."""
        return next(iter(self(*values)), None)

    @functools.cached_property
    def _compiled(self) -> tuple[type[M], str, list[tuple[int, Any]]]:
        """Model, SQL, and for each of its parameters which value it is or what it always is.

        Compiled with values that occur nowhere else, to see where they come out.
        """
        probes = [kind(f"71000000{at}") for at, kind in enumerate(self._kinds)]
        query = self._build(*probes)
        sql, parameters = query.query.sql_with_params()
        slots = [
            (probes.index(found), None) if found in probes else (-1, found) for found in parameters
        ]
        if not set(range(len(probes))) <= {slot for slot, _fixed in slots}:
            raise TypeError("A value does not come out of the query as it went in")
        return query.model, sql, slots
