"""What a transactional test leaves is taken away faster than by Django's `flush`, and as wholly.

`flush` truncates every table, which on PostgreSQL writes all of them and their indexes anew, and then has
all content types, permissions and roles made again, one application after the other. Here the first one
of a process does so; those after it delete the rows there are, and put back what the first one left.
"""

from typing import NamedTuple

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper


class _Kept(NamedTuple):
    columns: list[str]
    rows: list[tuple[object, ...]]


# By the database: what an empty installation has in those of its tables that have rows.
_kept: dict[str, dict[str, _Kept]] = {}


def empty() -> None:
    """Bring the database to what `flush` makes of it; the numbers of new rows go on."""
    name = str(connection.settings_dict["NAME"])
    if name not in _kept:
        call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
        with connection.cursor() as cursor:
            _kept[name] = {table: _read(cursor, table) for table in _tables_with_rows(cursor)}
        return
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # As a truncation does: wait for whoever still writes, though its process may be gone.
            cursor.execute(f"LOCK TABLE {', '.join(map(_quoted, _tables()))} IN ACCESS EXCLUSIVE MODE")
        for table in _tables_with_rows(cursor):
            cursor.execute(f"DELETE FROM {_quoted(table)}")  # noqa: S608 - our own tables
        for table, kept in _kept[name].items():
            columns, places = ", ".join(map(_quoted, kept.columns)), ", ".join(["%s"] * len(kept.columns))
            insert = f"INSERT INTO {_quoted(table)} ({columns}) VALUES ({places})"  # noqa: S608
            cursor.executemany(insert, kept.rows)
        models = apps.get_models(include_auto_created=True)
        kept_models = [model for model in models if model._meta.db_table in _kept[name]]
        # Behind a `flush` of the test's own they may have begun again at one.
        for statement in connection.ops.sequence_reset_sql(no_style(), kept_models):
            cursor.execute(statement)
    ContentType.objects.clear_cache()


def _tables() -> list[str]:
    return connection.introspection.django_table_names(only_existing=True, include_views=False)


def _tables_with_rows(cursor: CursorWrapper) -> list[str]:
    looks = (
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {_quoted(table)})"  # noqa: S608
        for table in _tables()
    )
    cursor.execute(" UNION ALL ".join(looks))
    return [table for (table,) in cursor.fetchall()]


def _read(cursor: CursorWrapper, table: str) -> _Kept:
    cursor.execute(f"SELECT * FROM {_quoted(table)}")  # noqa: S608
    return _Kept([name for name, *_ in cursor.description], cursor.fetchall())


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
