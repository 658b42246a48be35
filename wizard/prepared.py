"""Queries that Django compiles once per process: the ones that every page asks.

Building and compiling the SQL of a small query costs several times what the database needs to
answer it (docs/performance.md). What is asked stays written in Django's own words.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

M = TypeVar("M", bound=models.Model)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class _Shape(Generic[M]):
    """A compiled query: for each parameter which value it is or what it always is, and how its
    columns become fields.

    `bare` is the same query as SQLite itself wants it, empty elsewhere. `annotations`: names of
    what comes after the fields.
    """

    model: type[M]
    sql: str
    bare: str
    slots: list[tuple[int, Any]]
    fields: list[str]
    annotations: list[str]
    conversions: list[tuple[int, Callable[..., Any], Any]]


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
        shape = self._shape
        rows = self.rows(*values)
        build, width = shape.model.from_db, len(shape.fields)
        found = [build(DEFAULT_DB_ALIAS, shape.fields, row[:width]) for row in rows]
        for at, name in enumerate(shape.annotations, start=width):
            for one, row in zip(found, rows, strict=True):
                setattr(one, name, row[at])
        return found

    def rows(self, *values: int | str) -> list[list[Any]]:
        """The same without the objects: of each row its fields, then what was added to them."""
        shape = self._shape
        connection = connections[DEFAULT_DB_ALIAS]
        given = [values[slot] if fixed is None else fixed for slot, fixed in shape.slots]
        rows = [list(row) for row in _found(connection, shape, given)]
        for at, convert, column in shape.conversions:
            for row in rows:
                row[at] = convert(row[at], column, connection)
        return rows

    def first(self, *values: int | str) -> M | None:
        """The first of what is found, or None; the query itself should be limited to one."""
        return next(iter(self(*values)), None)

    @functools.cached_property
    def _shape(self) -> _Shape[M]:
        """Compiled with values that occur nowhere else, to see where they come out."""
        probes = [kind(f"71000000{at}") for at, kind in enumerate(self._kinds)]
        query = self._build(*probes)
        compiler = query.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        slots = [
            (probes.index(found), None) if found in probes else (-1, found) for found in parameters
        ]
        if not set(range(len(probes))) <= {slot for slot, _fixed in slots}:
            raise TypeError("A value does not come out of the query as it went in")
        columns = [column for column, _sql, _alias in compiler.select]
        annotations = list(compiler.annotation_col_map)
        return _Shape(
            model=query.model,
            sql=sql,
            bare=_bare(connections[DEFAULT_DB_ALIAS], sql),
            slots=slots,
            fields=[column.target.attname for column in columns[: len(columns) - len(annotations)]],
            annotations=annotations,
            conversions=[
                (at, convert, column)
                for at, (converts, column) in compiler.get_converters(columns).items()
                for convert in converts
            ],
        )


def _found(
    connection: BaseDatabaseWrapper, shape: _Shape[Any], given: list[Any]
) -> list[tuple[Any, ...]]:
    """What the database answers. Django's cursors cost more than a small query: where nobody
    listens at them, SQLite is asked itself, under Django's own guards.
    """
    rows: list[tuple[Any, ...]]
    if not shape.bare or connection.execute_wrappers or connection.queries_logged:
        with connection.cursor() as cursor:
            cursor.execute(shape.sql, given)
            rows = cursor.fetchall()
        return rows
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors:
        rows = connection.connection.execute(shape.bare, given).fetchall()
    return rows


def _bare(connection: BaseDatabaseWrapper, sql: str) -> str:
    if connection.vendor != "sqlite":
        return ""
    with connection.cursor() as cursor:
        return str(cursor.cursor.convert_query(sql))
