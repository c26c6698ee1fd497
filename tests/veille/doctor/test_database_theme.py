"""The database and the clocks under the doctor's eyes."""

import pytest
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from veille.doctor.clock import against_the_database, verdict
from veille.doctor.database import answers, migrations

from .conftest import found


@pytest.mark.django_db
def test_it_answers_and_is_of_this_version(settings):
    settings.SITE_DOMAIN = "127.0.0.1"
    assert list(found(answers)) == ["database.answers"]
    assert list(found(migrations)) == ["database.migrated"]


@pytest.mark.django_db
def test_sqlite_behind_a_public_site_is_warned_of(settings):
    settings.SITE_DOMAIN = "veille.example.org"
    sqlite = connections["default"].vendor == "sqlite"
    assert ("database.sqlite" in found(answers)) == sqlite


@pytest.mark.django_db(transaction=True)
def test_one_that_is_away_is_an_error(monkeypatch):
    connection = connections["default"]
    connection.close()
    nowhere = {"NAME": "/nowhere/db.sqlite3"} if connection.vendor == "sqlite" else {"PORT": "1"}
    monkeypatch.setattr(connection, "settings_dict", {**connection.settings_dict, **nowhere})
    assert list(found(answers)) == ["database.away"]
    assert found(migrations) == {}
    connection.close()


@pytest.mark.django_db
def test_migrations_that_wait_are_named():
    MigrationRecorder.Migration.objects.filter(app="veille").delete()
    seen = found(migrations)["database.unmigrated"]
    assert "1" in seen
    assert "veille.0001_heartbeat" in seen


@pytest.mark.django_db
def test_a_database_of_a_later_version_is_told():
    MigrationRecorder.Migration.objects.create(app="issues", name="9999_later")
    assert "issues.9999_later" in found(migrations)["database.newer"]


@pytest.mark.django_db
def test_clocks_of_one_machine_agree():
    assert list(found(against_the_database)) == ["clock.agrees"]


@pytest.mark.parametrize(
    ("difference", "asked_for", "id"),
    [
        (0.5, 0.01, "clock.agrees"),
        (-3.0, 0.01, "clock.differs"),
        (3600.0, 0.01, "clock.wrong"),
        # A slow question says little.
        (2.5, 4.0, "clock.agrees"),
    ],
)
def test_clocks_that_differ_are_told(difference, asked_for, id):
    assert verdict(difference, asked_for=asked_for).id == id
