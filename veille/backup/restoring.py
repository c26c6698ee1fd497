"""Reading an archive into an empty installation: all of it, or nothing."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from django.apps.registry import Apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from issues.search.index import reindex

from ..schema_state import as_squashed, named, unknown_among
from . import BackupError, keys
from .emptiness import filled_tables
from .manifest import Manifest, member_of
from .names import Names
from .placing import Placing
from .reading import Archive
from .rows import LONGEST_LINE, Table
from .schema import applied, models_of, move_to
from .standstill import leap_numbers, pause_mailings, unschedule_issues
from .tables import label_of, saved_tables

# So many rows, or bytes, are written in one statement.
ROWS_AT_ONCE, BYTES_AT_ONCE = 1_000, 4 * 2**20


@dataclass
class Restored:
    """What was restored; the numbers of issues whose mailing was paused, or that are scheduled no more."""

    manifest: Manifest
    paused: list[int] = field(default_factory=list)
    unscheduled: list[int] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def restore(path: Path) -> Restored:
    """Read an archive into this installation, which must be empty, and bring it to the newest tables.

    Raises BackupError where the archive is no good, or the database not empty; then nothing has changed.
    """
    archive = Archive(path)
    manifest = archive.check()
    saved = {(app, name) for app, name in manifest.migrations}
    if unknown := unknown_among(saved):
        raise BackupError(
            _("The backup is of a newer Veille (%(version)s; it has %(migrations)s): install that one first.")
            % {"version": manifest.veille, "migrations": named(unknown)}
        )
    wanted = as_squashed(saved)
    _refuse_filled()
    moves = applied() != wanted
    restored = Restored(manifest, warnings=keys.warnings(manifest.keys))
    try:
        if moves:
            move_to(wanted)
        apps = models_of(wanted)
        with Placing() as placing, transaction.atomic():
            _refuse_filled()
            _load(archive, manifest, apps, placing)
            _finish(apps)
            restored.paused = pause_mailings(apps, manifest.moment)
            restored.unscheduled = unschedule_issues(apps, manifest.moment)
            leap_numbers(apps)
    finally:
        if moves:
            call_command("migrate", interactive=False, verbosity=0)
            # SQLite writes whole tables anew, and forgets from where they count.
            leap_numbers(models_of(applied()))
    reindex()
    return restored


def _refuse_filled() -> None:
    if filled := filled_tables():
        raise BackupError(
            _("The database is not empty. These tables hold rows: %(tables)s.")
            % {"tables": ", ".join(filled)}
        )


def _load(archive: Archive, manifest: Manifest, apps: Apps, placing: Placing) -> None:
    names = Names(apps)
    models = {label_of(model): model for model in saved_tables(apps)}
    if models.keys() != manifest.tables.keys():
        raise BackupError(_("The tables of the backup are not those that its migrations make."))
    tables = {label: Table(models[label], names, saved.columns) for label, saved in manifest.tables.items()}
    for model in ("auth.Group_permissions", "auth.Group"):
        # What `migrate` made; the backup has its own.
        apps.get_model(model)._base_manager.all().delete()
    by_member = {member_of(label): table for label, table in tables.items()}
    with archive.explained():
        for member, file in archive.members():
            if table := by_member.get(member.name):
                _fill(table, file, manifest.tables[table.label].rows)
            elif member.name in manifest.files:
                placing.put(member, file)


def _fill(table: Table, file: IO[bytes], expected: int) -> None:
    rows: list[Model] = []
    number = held = 0
    for line in iter(lambda: file.readline(LONGEST_LINE + 1), b""):
        number += 1
        held += len(line)
        rows.append(table.row(line, number))
        if len(rows) >= ROWS_AT_ONCE or held >= BYTES_AT_ONCE:
            _insert(table, rows)
            rows, held = [], 0
    if rows:
        _insert(table, rows)
    if number != expected:
        raise BackupError(
            _("The table %(table)s has fewer rows, or more, than were saved.") % {"table": table.label}
        )


def _insert(table: Table, rows: list[Model]) -> None:
    """Write rows as they are: no signal, no history, no time but their own."""
    try:
        with transaction.atomic():
            table.model._base_manager.bulk_create(rows)
    except OperationalError:
        raise
    except (DatabaseError, ValueError) as error:
        if len(rows) > 1:
            # To name the one that is not taken.
            for row in rows:
                _insert(table, [row])
            return
        # The driver's own words may hold the row.
        raise BackupError(
            _("The database refuses row %(key)s of the table %(table)s (%(error)s).")
            % {"key": rows[0].pk, "table": table.label, "error": type(error).__name__}
        ) from None


def _finish(apps: Apps) -> None:
    """Look whether all that rows refer to is here, and let new rows be numbered after them."""
    try:
        connection.check_constraints()
    except DatabaseError as error:
        raise BackupError(
            _("Rows of the backup refer to others that it lacks (%(error)s).")
            % {"error": type(error).__name__}
        ) from None
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), saved_tables(apps)):
            cursor.execute(statement)
