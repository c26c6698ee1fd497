"""A database of the measurement's own: made, filled, emptied and dropped."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

from issues.models import Issue, Rendition
from subscribers.models import Subscriber

from . import BenchmarkError
from .environment import DATABASE
from .message import content
from .readers import EMAIL_SQL, NAME_SQL, TOKEN_SQL, readers


@contextmanager
def own_database() -> Iterator[None]:
    """Make an empty database with all tables, and drop it when the block ends."""
    server = urlsplit(os.environ["DATABASE_URL"])._replace(path="/postgres").geturl()
    try:
        with psycopg.connect(server, autocommit=True) as maintenance:
            # Looked at first: trying to drop it would hold up another measurement for seconds.
            if maintenance.execute("SELECT FROM pg_stat_activity WHERE datname = %s", [DATABASE]).rowcount:
                raise BenchmarkError(f"Somebody uses the database {DATABASE}: another measurement?")
            maintenance.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
            maintenance.execute(f"CREATE DATABASE {DATABASE}")
    except psycopg.Error as error:
        raise BenchmarkError(f"PostgreSQL does not give us a database of our own: {error}") from error
    try:
        call_command("migrate", verbosity=0)
        yield
    finally:
        connections.close_all()
        with psycopg.connect(server, autocommit=True) as maintenance:
            maintenance.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def have_nothing() -> None:
    """Empty the tables, so that each round begins alike. Keys go on: nobody mistakes old for new."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {Subscriber._meta.db_table}, {Issue._meta.db_table} CASCADE")


def have_readers(count: int) -> None:
    """Add active readers until there are so many, and let the planner and the disk settle.

    Statistics are made of the readers alone, who stand there long before an issue; what publishing
    writes is met as it is.
    """
    present = Subscriber.objects.count()
    if not present:
        first = next(readers(1))
        Subscriber.objects.create(
            email=first.email,
            name=first.name,
            token=first.token,
            state=Subscriber.State.ACTIVE,
            confirmed_at=timezone.now(),
        )
        present = 1
    own = {"email": EMAIL_SQL, "address": EMAIL_SQL, "name": NAME_SQL, "token": TOKEN_SQL}
    columns = [str(field.column) for field in Subscriber._meta.concrete_fields if not field.primary_key]
    values = [own.get(column, f"first.{column}") for column in columns]
    table = Subscriber._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {table} ({", ".join(columns)})
            SELECT {", ".join(values)}
            FROM generate_series({present}, {count - 1}) AS n,
                (SELECT * FROM {table} ORDER BY id LIMIT 1) AS first
            """  # noqa: S608
        )
        cursor.execute(f"VACUUM ANALYZE {table}")
        cursor.execute("CHECKPOINT")


def publish() -> Issue:
    """Write a published issue with its rendition, as publishing does, and no mailing yet."""
    issue = Issue.objects.create(
        number=Issue.objects.count() + 1,
        title=content().subject,
        state=Issue.State.PUBLISHED,
        approved_digest="0" * 64,
        published_at=timezone.now(),
    )
    Rendition.objects.create(issue=issue, web_html="", digest="0" * 64, **content()._asdict())
    return issue
