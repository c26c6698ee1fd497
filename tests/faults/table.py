"""The table of faults and counts, printed when the tests are over, in a form suited for a note."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.db import connection

from tests.faults.counting import Count


@dataclass(frozen=True)
class Row:
    """What a fault did, so many times; `allowed` bounds the doubled."""

    fault: str
    runs: int
    count: Count
    allowed: int
    parts: str
    note: str = ""


ROWS: dict[str, Row] = {}


def parts() -> str:
    """The database and the broker of this run."""
    broker = settings.CELERY_BROKER_URL.partition(":")[0]
    name = {"amqp": "RabbitMQ", "redis": "Redis", "filesystem": "files"}[broker]
    return f"{'PostgreSQL' if connection.vendor == 'postgresql' else 'SQLite'}, {name}"


def note_down(fault: str, runs: int, count: Count, *, allowed: int, note: str = "") -> None:
    """Keep a row for the table, then hold it to the promise: nobody missed, no more doubled than allowed.

    What several tests note of one fault is summed up.
    """
    row = Row(fault, runs, count, allowed, parts(), note)
    if so_far := ROWS.get(fault):
        row = replace(
            row, runs=so_far.runs + runs, count=so_far.count + count, allowed=so_far.allowed + allowed
        )
    ROWS[fault] = row
    assert count.missed == 0
    assert count.doubled <= allowed


def as_markdown() -> list[str]:
    """The lines of the table."""
    lines = [
        "| fault | parts | runs | planned | received | missed | doubled | allowed | uncertain | note |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|---|",
    ]
    for row in ROWS.values():
        count = row.count
        cells = [row.fault, row.parts, row.runs, count.planned, count.received, count.missed]
        cells += [count.doubled, row.allowed, count.uncertain, row.note]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return lines
