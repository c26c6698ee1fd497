"""The database: it answers, its tables are those of this version."""

from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

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
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        # Said by the other check.
        return
    ours = executor.loader.migrated_apps
    unknown = {
        key
        for key in executor.loader.applied_migrations
        if key[0] in ours and key not in executor.loader.disk_migrations
    }
    # Squashed ones are applied, and may be deleted.
    unknown -= {key for migration in executor.loader.disk_migrations.values() for key in migration.replaces}
    if missing:
        first, _backwards = missing[0]
        yield error(
            "database.unmigrated",
            _("Migrations that were not applied: %(number)d, from %(first)s on.")
            % {"number": len(missing), "first": f"{first.app_label}.{first.name}"},
            "python manage.py migrate",
        )
    if unknown:
        yield warning(
            "database.newer",
            _("The database knows migrations that this code does not: %(names)s.")
            % {"names": ", ".join(sorted(".".join(key) for key in unknown)[:3])},
            _("Run the same version everywhere; this machine’s code is older than the database."),
        )
    if not missing and not unknown:
        yield ok("database.migrated", _("All migrations are applied."))
