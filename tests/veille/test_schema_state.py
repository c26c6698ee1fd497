"""Which migrations made the tables: what waits, what is unknown, and what was squashed since."""

import pytest
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from veille.schema_state import as_squashed, named, schema_state, unknown_among

OLD = [("watching", "0001_task_failures")]
SQUASHED = ("watching", "0001_squashed_0001_task_failures")


@pytest.fixture
def squashed(monkeypatch):
    """This code has one migration in the place of those that made the tables."""
    load = MigrationLoader.load_disk

    def load_squashed(loader):
        load(loader)
        migration = type(loader.disk_migrations[OLD[0]])(SQUASHED[1], SQUASHED[0])
        migration.replaces = OLD
        del loader.disk_migrations[OLD[0]]
        loader.disk_migrations[SQUASHED] = migration

    monkeypatch.setattr(MigrationLoader, "load_disk", load_squashed)


@pytest.mark.django_db
def test_all_of_this_code_are_applied_and_no_others():
    state = schema_state()
    assert state.waiting == []
    assert state.unknown == set()
    assert set(OLD) < state.applied


@pytest.mark.django_db
def test_what_waits_comes_in_its_order():
    MigrationRecorder.Migration.objects.filter(app="axes").delete()
    waiting = schema_state().waiting
    assert len(waiting) > 3
    assert waiting == sorted(waiting)


@pytest.mark.django_db
def test_those_of_a_newer_version_are_unknown_whatever_their_app():
    MigrationRecorder.Migration.objects.create(app="letters", name="0001_initial")
    MigrationRecorder.Migration.objects.create(app="issues", name="9999_later")
    assert schema_state().unknown == {("letters", "0001_initial"), ("issues", "9999_later")}
    assert named(schema_state().unknown) == "issues.9999_later, letters.0001_initial"


@pytest.mark.django_db
def test_those_that_were_squashed_since_are_known_by_the_name_of_today(squashed):
    assert schema_state().unknown == set()
    assert SQUASHED in schema_state().applied
    assert unknown_among(OLD) == set()
    assert as_squashed([*OLD, ("issues", "0001_initial")]) == {SQUASHED, ("issues", "0001_initial")}
    assert as_squashed([SQUASHED]) == {SQUASHED}
