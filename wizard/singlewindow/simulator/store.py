"""Where worlds are kept: one SQLite file that several processes share, or memory.

A world is one row, loaded, changed and saved in one IMMEDIATE transaction; reading writes nothing.
`OutcomeUnknown` comes out of here when the file cannot be used: nobody can say what happened.
"""

from __future__ import annotations

import dataclasses
import os
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from wizard.singlewindow.faults import OutcomeUnknown
from wizard.singlewindow.port import Receipt
from wizard.singlewindow.simulator.world import (
    World,
    dump_receipt,
    dump_world,
    load_receipt,
    load_world,
)

T = TypeVar("T")

PATIENCE_SECONDS: Final = 10.0
# The longest pause between two tries for the write lock: SQLite's own handler backs off to
# 100 ms, which starved single writers for seconds (quality.md).
PAUSE_SECONDS: Final = 0.003
LOGGED_REQUESTS: Final = 500
BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})

SCHEMA_VERSION: Final = 4
# A world's name is opaque text and may hold what no encoding does: it is kept as bytes.
SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS world (
    id BLOB PRIMARY KEY, version INTEGER NOT NULL, body BLOB NOT NULL, touched_at REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS world_touched ON world (touched_at);
CREATE TABLE IF NOT EXISTS answer (
    world BLOB NOT NULL REFERENCES world (id) ON DELETE CASCADE,
    uscc TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL, body BLOB NOT NULL,
    purge_at REAL, PRIMARY KEY (world, uscc, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS signature (
    world BLOB NOT NULL REFERENCES world (id) ON DELETE CASCADE,
    name TEXT NOT NULL, digest TEXT NOT NULL, cms BLOB NOT NULL,
    PRIMARY KEY (world, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS weather (
    world BLOB NOT NULL REFERENCES world (id) ON DELETE CASCADE,
    operation TEXT NOT NULL, kind TEXT NOT NULL, times INTEGER NOT NULL CHECK (times >= 0),
    PRIMARY KEY (world, operation)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS request (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    world BLOB NOT NULL REFERENCES world (id) ON DELETE CASCADE,
    at TEXT NOT NULL, operation TEXT NOT NULL, key TEXT NOT NULL,
    application TEXT NOT NULL, answer TEXT NOT NULL, weather TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS request_world ON request (world, id);
"""
# What a file of an earlier version lacks; `SCHEMA` makes the tables that it has not at all.
ADDED: Final = {
    3: "ALTER TABLE request ADD COLUMN weather TEXT NOT NULL DEFAULT ''",
    4: "ALTER TABLE answer ADD COLUMN purge_at REAL",
}


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One line of what the authority received and answered; never a PIN, token or contact.

    `answer`: `accepted`, `repeated` (an earlier answer given again), a fault's code, `not-found`,
    or `stopped`: the weather kept the call from being carried out. `weather` is what call or answer
    met on the way (`weather.py`), nothing in fair weather.
    """

    at: datetime
    operation: str
    key: str
    application_number: str
    answer: str
    weather: str = ""


class Transaction:
    """One world under the store's write lock; nothing counts before the block ends well."""

    def __init__(self, connection: sqlite3.Connection, world: bytes) -> None:
        self._connection = connection
        self._id = world

    def load(self) -> World | None:
        """The world as it stands, or None."""
        return _load(self._connection, self._id)

    def save(self, world: World) -> None:
        """Keep the world as it is now."""
        self._connection.execute(
            "INSERT INTO world VALUES (?, 1, ?, ?) ON CONFLICT (id) DO UPDATE SET"
            " version = version + 1, body = excluded.body, touched_at = excluded.touched_at",
            (self._id, dump_world(world), time.time()),
        )

    def purge(self) -> None:
        """Throw the world away with its answers, its weather and its log."""
        self._connection.execute("DELETE FROM world WHERE id = ?", (self._id,))

    def copy_to(self, world: str) -> None:
        """Keep everything but weather and log under another name too, in place of what is there."""
        other = _id(world)
        self._connection.execute("DELETE FROM world WHERE id = ?", (other,))
        self._connection.execute(
            "INSERT INTO world SELECT ?, 1, body, ? FROM world WHERE id = ?",
            (other, time.time(), self._id),
        )
        self._connection.execute(
            "INSERT INTO answer SELECT ?, uscc, key, digest, body, purge_at FROM answer"
            " WHERE world = ?",
            (other, self._id),
        )
        self._connection.execute(
            "INSERT INTO signature SELECT ?, name, digest, cms FROM signature WHERE world = ?",
            (other, self._id),
        )

    def answer(self, uscc: str, key: str) -> tuple[str, Receipt] | None:
        """Digest of the request and receipt that belong to a key, or None."""
        return _answer(self._connection, self._id, uscc, key)

    def remember(
        self, uscc: str, digest: str, receipt: Receipt, *, until: datetime | None
    ) -> Receipt:
        """Keep the receipt under its key; returns it as it will be read again.

        `until` is a moment of real time; None: as long as the world.
        """
        body = dump_receipt(receipt)
        self._connection.execute(
            "INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?)",
            (self._id, uscc, receipt.key, digest, body, until.timestamp() if until else None),
        )
        return load_receipt(body)

    def purge_answers(self, *, now: datetime) -> None:
        """Forget the keys whose time is over; `now` is real time."""
        self._connection.execute(
            "DELETE FROM answer WHERE world = ? AND purge_at < ?", (self._id, now.timestamp())
        )

    def keep_signature(self, name: str, digest: str, cms: bytes) -> tuple[str, bytes]:
        """Keep a signature under its name for ever; returns the one that was there first."""
        self._connection.execute(
            "INSERT INTO signature VALUES (?, ?, ?, ?) ON CONFLICT (world, name) DO NOTHING",
            (self._id, name, digest, cms),
        )
        kept = _signature(self._connection, self._id, name)
        assert kept is not None  # noqa: S101 - written in this transaction
        return kept

    def log(self, request: Request) -> None:
        """Note a request; only the newest `LOGGED_REQUESTS` or so of a world are kept."""
        cursor = self._connection.execute(
            "INSERT INTO request (world, at, operation, key, application, answer, weather)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                self._id,
                request.at.isoformat(),
                request.operation,
                request.key,
                request.application_number,
                request.answer,
                request.weather,
            ),
        )
        if cursor.lastrowid and cursor.lastrowid % 50 == 0:
            self._connection.execute(
                "DELETE FROM request WHERE world = :world AND id <= ("
                " SELECT id FROM request WHERE world = :world ORDER BY id DESC"
                " LIMIT 1 OFFSET :kept)",
                {"world": self._id, "kept": LOGGED_REQUESTS},
            )

    def set_weather(self, operation: str, kind: str, times: int) -> None:
        """The next `times` calls of `operation` meet `kind`; zero clears it."""
        self._connection.execute(
            "INSERT INTO weather VALUES (?, ?, ?, ?) ON CONFLICT (world, operation) DO UPDATE SET"
            " kind = excluded.kind, times = excluded.times",
            (self._id, operation, kind, times),
        )

    def take_weather(self, operation: str) -> str | None:
        """Use up one call's share of the weather for `operation`, or None when there is none."""
        row = self._connection.execute(
            "UPDATE weather SET times = times - 1 WHERE world = ? AND operation = ? AND times > 0"
            " RETURNING kind",
            (self._id, operation),
        ).fetchone()
        return str(row[0]) if row else None


class Store:
    """Worlds in the SQLite file at `path`, or in memory when it is None."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._local = threading.local()
        self._memory: sqlite3.Connection | None = None
        self._memory_lock = threading.RLock()
        self._abandoned: list[sqlite3.Connection] = []
        if path is None:
            self._memory = sqlite3.connect(
                ":memory:", isolation_level=None, check_same_thread=False
            )
            self._prepare(self._memory)

    # --- reading: one statement, no lock, nothing written

    def load(self, world: str) -> World | None:
        """The world as it stands, or None."""
        return self._read(lambda connection: _load(connection, _id(world)))

    def glance(self, world: str, load: Callable[[bytes], T]) -> tuple[T | None, bool]:
        """What `load` makes of the world as it stands, and whether fair weather was met on the way.

        (None, False) where there is no such world. One statement for both: every page asks.
        """
        query = (
            "SELECT body, NOT EXISTS (SELECT 1 FROM weather WHERE world = id AND times > 0)"
            " FROM world WHERE id = ?"
        )
        row = self._read(lambda connection: connection.execute(query, (_id(world),)).fetchone())
        return (load(row[0]), bool(row[1])) if row else (None, False)

    def worlds(self) -> list[str]:
        """The names of all worlds, in their order."""
        query = "SELECT id FROM world ORDER BY id"
        return _names(self._read(lambda connection: connection.execute(query).fetchall()))

    def answer(self, world: str, uscc: str, key: str) -> tuple[str, Receipt] | None:
        """Digest of the request and receipt that belong to a key, or None."""
        return self._read(lambda connection: _answer(connection, _id(world), uscc, key))

    def signature(self, world: str, name: str) -> tuple[str, bytes] | None:
        """Digest of the bytes that were signed under this name, and the signature, or None."""
        return self._read(lambda connection: _signature(connection, _id(world), name))

    def weather(self, world: str) -> dict[str, tuple[str, int]]:
        """Kind and number of calls left, by operation."""
        query = "SELECT operation, kind, times FROM weather WHERE world = ? AND times > 0"
        rows = self._read(lambda connection: connection.execute(query, (_id(world),)).fetchall())
        return {operation: (kind, times) for operation, kind, times in rows}

    def requests(self, world: str, limit: int) -> list[Request]:
        """The newest requests, newest first."""
        query = (
            "SELECT at, operation, key, application, answer, weather FROM request WHERE world = ?"
            " ORDER BY id DESC LIMIT ?"
        )
        rows = self._read(
            lambda connection: connection.execute(query, (_id(world), limit)).fetchall()
        )
        return [
            Request(
                at=datetime.fromisoformat(at),
                operation=operation,
                key=key,
                application_number=number,
                answer=answer,
                weather=weather,
            )
            for at, operation, key, number, answer, weather in rows
        ]

    # --- writing

    @contextmanager
    def transaction(self, world: str) -> Iterator[Transaction]:
        """One world, exclusively. Everything in the block counts when it ends, or nothing."""
        with self._exclusive() as connection:
            yield Transaction(connection, _id(world))

    def purge_untouched(self, before: datetime, *, leaving: Callable[[str], None]) -> int:
        """Throw away worlds that nothing was written to since `before` (real time); how many.

        `leaving` is told the name of each while it can still be kept: what it raises keeps all.
        """
        with self._exclusive() as connection:
            query = "DELETE FROM world WHERE touched_at < ? RETURNING id"
            names = _names(connection.execute(query, (before.timestamp(),)).fetchall())
            for name in names:
                leaving(name)
            return len(names)

    @contextmanager
    def _exclusive(self) -> Iterator[sqlite3.Connection]:
        """The write lock: what is done in the block counts when it ends well, or not at all."""
        with self._memory_lock if self._memory else nullcontext():
            connection = self._connection()
            with _speaking():
                _patiently(lambda: connection.execute("BEGIN IMMEDIATE"))
            try:
                with _speaking():
                    yield connection
                    connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    # --- connections

    def _read(self, query: Callable[[sqlite3.Connection], T]) -> T:
        with self._memory_lock if self._memory else nullcontext(), _speaking():
            connection = self._connection()
            return _patiently(lambda: query(connection))

    def _connection(self) -> sqlite3.Connection:
        """This thread's own connection; a forked process never uses its parent's."""
        if self._path is None:
            assert self._memory is not None  # noqa: S101 - made together with the store
            return self._memory
        if getattr(self._local, "pid", None) != os.getpid():
            if hasattr(self._local, "connection"):
                # Closing what the parent process has open could take its WAL file away.
                self._abandoned.append(self._local.connection)
            self._local.connection, self._local.pid = self._open(self._path), os.getpid()
        kept: sqlite3.Connection = self._local.connection
        return kept

    def _open(self, path: Path) -> sqlite3.Connection:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)  # the side files of WAL take the mode from here
        except OSError as error:
            raise OutcomeUnknown(f"The simulator's store cannot be opened: {error}") from error
        with _speaking():
            connection = sqlite3.connect(path, isolation_level=None, timeout=0)
            _patiently(lambda: connection.execute("PRAGMA journal_mode=WAL"))
            connection.execute("PRAGMA synchronous=FULL")
            self._prepare(connection)
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA foreign_keys=ON")
        if _version(connection) == SCHEMA_VERSION:
            return
        _patiently(lambda: connection.execute("BEGIN IMMEDIATE"))
        found = _version(connection)  # another process may have been first
        added = [one for version, one in ADDED.items() if 0 < found < version]
        for statement in (*added, *SCHEMA.split(";"), f"PRAGMA user_version={SCHEMA_VERSION}"):
            connection.execute(statement)
        connection.execute("COMMIT")


def _version(connection: sqlite3.Connection) -> int:
    return int(_patiently(lambda: connection.execute("PRAGMA user_version").fetchone()[0]))


def _id(world: str) -> bytes:
    return world.encode("utf-8", "surrogatepass")


def _names(rows: list[tuple[bytes]]) -> list[str]:
    return [bytes(name).decode("utf-8", "surrogatepass") for (name,) in rows]


def _load(connection: sqlite3.Connection, world: bytes) -> World | None:
    row = connection.execute("SELECT body FROM world WHERE id = ?", (world,)).fetchone()
    return load_world(row[0]) if row else None


def _answer(
    connection: sqlite3.Connection, world: bytes, uscc: str, key: str
) -> tuple[str, Receipt] | None:
    row = connection.execute(
        "SELECT digest, body FROM answer WHERE world = ? AND uscc = ? AND key = ?",
        (world, uscc, key),
    ).fetchone()
    return (row[0], load_receipt(row[1])) if row else None


def _signature(connection: sqlite3.Connection, world: bytes, name: str) -> tuple[str, bytes] | None:
    row = connection.execute(
        "SELECT digest, cms FROM signature WHERE world = ? AND name = ?", (world, name)
    ).fetchone()
    return (row[0], row[1]) if row else None


def _patiently(act: Callable[[], T]) -> T:
    """`act` again and again while another process holds the lock, for ten seconds at most."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return act()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in BUSY or time.monotonic() > deadline:
                raise
        # Random, so that two waiting writers do not wake together for ever.
        time.sleep(random.uniform(0.0005, PAUSE_SECONDS))  # noqa: S311 - no secret


@contextmanager
def _speaking() -> Iterator[None]:
    """Trouble with the file (locked, full, broken) said in the port's words."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        # Misuse and broken constraints are our own mistakes and stay what they are.
        if isinstance(error, sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError:
            raise OutcomeUnknown(f"The simulator's store did not answer: {error}") from error
        raise
