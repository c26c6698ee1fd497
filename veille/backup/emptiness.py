"""Whether a database holds anything that a restored one would mix with."""

from django.db import connection

from authors.roles import PERMISSIONS

# What every database has after `migrate`; and who logged in before the accounts were gone.
_HARMLESS = frozenset({"django_content_type", "auth_permission", "django_session"})
_ROLES = ("auth_group", "auth_group_permissions")


def filled_tables() -> list[str]:
    """Name the tables that hold rows. The two roles, as `migrate` makes them, do not count."""
    there = connection.introspection.django_table_names(only_existing=True, include_views=False)
    looked_at = sorted(set(there) - _HARMLESS)
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
