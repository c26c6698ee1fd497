"""Whether a database holds anything that a restored one would mix with."""

from django.apps import apps
from django.db import connection

from authors.roles import PERMISSIONS

from .tables import LEFT_OUT, SEARCH

_ROLES = ("auth_group", "auth_group_permissions")


def filled_tables() -> list[str]:
    """Name the tables that hold rows. The two roles, as `migrate` makes them, do not count."""
    there = connection.introspection.django_table_names(only_existing=True, include_views=False)
    # What a database gets by itself: by `migrate`, by a worker that was started already, by a login.
    harmless = {apps.get_model(label)._meta.db_table for label in LEFT_OUT - {SEARCH}}
    looked_at = sorted(set(there) - harmless)
    with connection.cursor() as cursor:
        filled = [table for table in looked_at if _holds_rows(cursor, table)]
        if "auth_group" in filled:
            cursor.execute("SELECT name FROM auth_group")
            if {name for (name,) in cursor.fetchall()} <= PERMISSIONS.keys():
                filled = [table for table in filled if table not in _ROLES]
    return filled


def _holds_rows(cursor: object, table: str) -> bool:
    cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")  # type: ignore[attr-defined] # noqa: S608
    return cursor.fetchone() is not None  # type: ignore[attr-defined]
