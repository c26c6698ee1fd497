"""The database: it answers, its tables are those of this version."""

from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from ..schema_state import named, schema_state
from .net import is_this_machine
from .registry import Examination, Finding, error, ok, register, warning
from .run import one_line


@register("database.answers", "database.away", "database.sqlite")
def answers(examination: Examination) -> Iterator[Finding]:
    """It answers, and is fit for more than a trial."""
    try:
        connection.ensure_connection()
        version = ".".join(map(str, connection.get_database_version()))
    except DatabaseError as failure:
        yield error(
            "database.away",
            _("The database does not answer: %(failure)s") % {"failure": one_line(failure)},
            _("Start it, or correct DATABASE_URL."),
        )
        return
    yield ok("database.answers", f"{connection.display_name} {version}")
    if connection.vendor == "sqlite" and not is_this_machine(settings.SITE_DOMAIN):
        yield warning(
            "database.sqlite",
            _("SQLite serves a public site: it has one writer at a time, and all must run on one machine."),
            _("Move to PostgreSQL (DATABASE_URL=postgres://…) before workers and editors wait for it."),
        )


@register("database.migrated", "database.unmigrated", "database.newer")
def migrations(examination: Examination) -> Iterator[Finding]:
    """Every migration of this code was applied, and none of a later one."""
    try:
        state = schema_state()
    except DatabaseError:
        # Said by the other check.
        return
    if state.waiting:
        yield error(
            "database.unmigrated",
            _("Migrations that were not applied: %(number)d, from %(first)s on.")
            % {"number": len(state.waiting), "first": named(state.waiting[:1])},
            "python manage.py migrate",
        )
    if state.unknown:
        yield warning(
            "database.newer",
            _("The database knows migrations that this code does not: %(names)s.")
            % {"names": named(sorted(state.unknown)[:3])},
            _("Run the same version everywhere; this machine’s code is older than the database."),
        )
    if not state.waiting and not state.unknown:
        yield ok("database.migrated", _("All migrations are applied."))
