"""One moment of the database, while everybody else goes on."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def snapshot() -> Iterator[None]:
    """Let all that is read in this block be of one moment, and keep nobody from writing.

    On PostgreSQL a transaction at REPEATABLE READ. On SQLite a deferred one, by hand: `atomic` begins
    with BEGIN IMMEDIATE here, which takes the one right to write, and mails would wait until the end. In
    WAL mode a reader keeps its moment and hinders no writer; the log only grows for as long. (SQLite's
    backup API copies pages, and begins anew each time another process writes.)
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
