"""Which migrations made the tables, and which this code has: what waits, and what is of another version."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

type Migration = tuple[str, str]


@dataclass(frozen=True)
class SchemaState:
    """`applied` are those of this code that made the tables, `waiting` those still to come, in order.

    `unknown` were applied and are not of this code: they are of a newer one.
    """

    applied: set[Migration]
    waiting: list[Migration]
    unknown: set[Migration]


def schema_state() -> SchemaState:
    """Look at the database. Raises DatabaseError where it does not answer."""
    executor = MigrationExecutor(connection)
    loader = executor.loader
    plan = executor.migration_plan(loader.graph.leaf_nodes())
    done = set(loader.applied_migrations)
    return SchemaState(
        # Those that a squashed one stands for are no longer in the graph, and nor need they be.
        applied=done & set(loader.graph.nodes),
        waiting=[(migration.app_label, migration.name) for migration, _backwards in plan],
        unknown=_unknown(loader, done),
    )


def unknown_among(migrations: Iterable[Migration]) -> set[Migration]:
    """Give those that this code neither has nor has squashed."""
    return _unknown(MigrationLoader(connection), migrations)


def as_squashed(migrations: Iterable[Migration]) -> set[Migration]:
    """Give the same by the names of today: a squashed one where all are there that it stands for."""
    names = set(migrations)
    for key, migration in MigrationLoader(connection).replacements.items():
        if names.issuperset(migration.replaces):
            names = names.difference(migration.replaces) | {key}
    return names


def named(migrations: Iterable[Migration]) -> str:
    """Name them for people."""
    return ", ".join(".".join(one) for one in sorted(migrations))


def _unknown(loader: MigrationLoader, migrations: Iterable[Migration]) -> set[Migration]:
    ours: set[Migration] = set(loader.disk_migrations or {})
    squashed = {key for migration in (loader.disk_migrations or {}).values() for key in migration.replaces}
    return set(migrations) - ours - squashed
