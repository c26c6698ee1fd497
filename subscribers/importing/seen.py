"""Which address stood in which row of a file first: on disk, so that a million rows need no memory."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


class Seen:
    """64 bits of a hash for each address, and its first row. (One list of a million in 30 million errs.)"""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def firsts(self, rows: Iterable[tuple[str, int]]) -> set[int]:
        """Give the rows, of these addresses and rows, that are the first of their address.

        Rows come in order. The same answer however often it is asked, after a death too.
        """
        keys = [(_key(address), row) for address, row in rows]
        with self._connection:
            self._connection.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", keys)
        marks = ",".join("?" * len(keys))
        found = self._connection.execute(
            f"SELECT row FROM seen WHERE key IN ({marks})",  # noqa: S608
            [key for key, _row in keys],
        )
        return {row for (row,) in found}


@contextmanager
def seen_in(path: Path) -> Iterator[Seen]:
    """Open the memory of a file, made at need."""
    connection = sqlite3.connect(path, timeout=20)
    try:
        # A power cut may lose it: it then starts anew, and some duplicates count as known.
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA cache_size=-8000")
        connection.execute("CREATE TABLE IF NOT EXISTS seen (key INTEGER PRIMARY KEY, row INTEGER NOT NULL)")
        yield Seen(connection)
    finally:
        connection.close()


def _key(address: str) -> int:
    return int.from_bytes(hashlib.blake2b(address.encode(), digest_size=8).digest(), signed=True)
