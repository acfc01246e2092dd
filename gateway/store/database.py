"""The rows of the store: tables, connections and transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    select,
    text,
)
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from gateway.store.keys import StoreError, make_folder

SCHEMA_VERSION = 1
BUSY_SECONDS = 20

METADATA = MetaData()

SCHEMA = Table(
    "schema", METADATA, Column("version", Integer, nullable=False), Column("key_id", String(8), nullable=False)
)

CASES = Table(
    "cases",
    METADATA,
    Column("reference", String(16), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("received", Float, nullable=False),
    Column("retry_key", String(64), nullable=False),
    Column("blob", String(32), nullable=False),
    Column("rules", String(1000), nullable=False),
    Column("policy", String(60), nullable=False),
    Column("people", Integer, nullable=False),
    Column("hidden", Integer, nullable=False),
    Column("unread", Integer, nullable=False),
    # Who wrote to whom, about what, and where it was found: personal data, so never in clear (docs/decisions/0002).
    Column("sealed", LargeBinary, nullable=False),
)
# One open case a message: a retry of the same message finds it. A message sent anew after the decision is a new case.
Index(
    "one_open_case",
    CASES.c.retry_key,
    unique=True,
    sqlite_where=CASES.c.state == "held",
)

DECISIONS = Table(
    "decisions",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("reference", ForeignKey("cases.reference"), nullable=False, index=True),
    Column("at", Float, nullable=False),
    Column("decision", String(16), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("route", String(8), nullable=False),
    Column("reference", String(16), nullable=False),
    Column("state", String(12), nullable=False, index=True),
    Column("due", Float, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("lease", String(32), nullable=True),
    Column("code", Integer, nullable=True),
    Column("blob", String(32), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

# Held messages whose inspection goes on.
INSPECTIONS = Table(
    "inspections",
    METADATA,
    Column("reference", ForeignKey("cases.reference"), primary_key=True),
    Column("due", Float, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("lease", String(32), nullable=True),
)


@dataclass(frozen=True)
class Database:
    """Rows in one SQLite file. Rollback journal and synchronous=EXTRA: what was committed survives a power cut.

    Not WAL: SQLite 3.7.0 to 3.51.2, which most machines have, may lose commits of a WAL that several connections write.
    """

    engine: Engine
    """Opens the file anew each time: what is written must be in the file of that name, whatever became of it since."""

    path: Path

    @cached_property
    def impatient(self) -> sqlite3.Connection:
        """The connection of `glance`: kept, and without patience for those who write."""
        return sqlite3.connect(self.path, timeout=0, isolation_level=None, check_same_thread=False)

    def glance(self, query: str, *values: str) -> list[tuple[Any, ...]] | None:
        """The rows of a small query at once, in some ten microseconds; None when they cannot be had so, as while somebody writes.

        For the event loop, which must not wait: what is None here is to be asked of `read` in a thread.
        """
        try:
            return self.impatient.execute(query, values).fetchall()
        except sqlite3.Error:
            return None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for looking."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its start and is on disk at its end."""
        with self.engine.connect() as connection:
            connection.execute(text("BEGIN IMMEDIATE"))
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()


def open_database(path: Path, key_id: str) -> Database:
    """The database at `path`, made when it is not there. Raises StoreError when it cannot be used."""
    make_folder(path.parent)
    path.touch(mode=0o600)
    how = {"timeout": BUSY_SECONDS, "isolation_level": None}
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool, connect_args=how)
    event.listen(engine, "connect", prepare)
    database = Database(engine, path)
    try:
        with database.write() as connection:
            METADATA.create_all(connection)
            check_schema(connection, path, key_id)
    except DatabaseError:
        raise StoreError(f"{path}: not a database of the gateway, or it is locked or damaged.") from None
    return database


def prepare(connection: sqlite3.Connection, _: object) -> None:
    """Every new connection: durable commits, overwritten deletions, checked references."""
    for pragma in ("journal_mode = DELETE", "synchronous = EXTRA", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def check_schema(connection: Connection, path: Path, key_id: str) -> None:
    """Refuse a database of a later program or of another master key."""
    row = connection.execute(select(SCHEMA)).first()
    if row is None:
        connection.execute(SCHEMA.insert().values(version=SCHEMA_VERSION, key_id=key_id))
        return
    if row.version != SCHEMA_VERSION:
        raise StoreError(
            f"{path}: made by another version of the gateway (schema {row.version}, not {SCHEMA_VERSION})."
        )
    if row.key_id != key_id:
        raise StoreError(f"{path}: sealed under another master key ({row.key_id}, not {key_id}).")
