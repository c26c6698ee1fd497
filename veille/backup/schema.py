"""The tables as they stood after certain migrations: an archive is read into the tables that it came from."""

from collections.abc import Iterable

from django.apps import apps as installed
from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.executor import MigrationExecutor
from django.db.models import DateField, TimeField
from django.utils.translation import gettext as _

from ..schema_state import Migration, named, schema_state
from . import BackupError


def applied() -> set[Migration]:
    """Give the migrations that made the tables. Raises BackupError for those of a newer Veille."""
    state = schema_state()
    if state.unknown:
        raise BackupError(
            _("The tables were made by a newer Veille (%(migrations)s): install that one.")
            % {"migrations": named(state.unknown)}
        )
    return state.applied


def models_of(migrations: Iterable[Migration]) -> Apps:
    """Give the models as they were after these migrations; they write times as told, not the present."""
    loader = MigrationExecutor(connection).loader
    apps: Apps = loader.project_state(sorted(migrations)).apps
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if isinstance(field, DateField | TimeField):
                field.auto_now = field.auto_now_add = False
    return apps


def move_to(wanted: set[Migration]) -> None:
    """Migrate an empty database to exactly these migrations, back and forth, and name what they have."""
    surplus = applied() - wanted
    try:
        _migrate((app for app, _name in surplus), wanted)
        _migrate((app for app, _name in wanted - applied()), wanted)
    except IrreversibleError:
        raise BackupError(
            _("The tables cannot be taken back to those of the backup: take a database without any tables.")
        ) from None
    if applied() != wanted:
        raise BackupError(_("The tables cannot be made as they were when the backup was written."))
    apps = models_of(wanted)
    for config in installed.get_app_configs():
        create_permissions(config, verbosity=0, using=DEFAULT_DB_ALIAS, apps=apps)


def _migrate(labels: Iterable[str], wanted: set[Migration]) -> None:
    """Take these apps to the last of the wanted migrations that they have, or to none."""
    executor = MigrationExecutor(connection)
    nodes = executor.loader.graph.node_map
    targets: list[tuple[str, str | None]] = []
    for label in sorted(set(labels)):
        own = {migration for migration in wanted if migration[0] == label}
        last = [one for one in own if not any(child.key in own for child in nodes[one].children)]
        targets += last or [(label, None)]
    executor.migrate(targets)
