"""The road from SQLite to PostgreSQL and the one back: the same archive, read by a process of its own."""

import os
import subprocess
import sys
from secrets import token_hex
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from tests.processes import environment
from tests.veille.backup.commands import backup, manifest_of, restore
from tests.veille.backup.filling import digest, fill, media

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]

SERVER = os.environ.get("VEILLE_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432/postgres")


def answers() -> bool:
    try:
        psycopg.connect(SERVER, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.fixture
def on_postgresql():
    """The URL of an empty database there."""
    name = f"veille_backup_{token_hex(4)}"
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield urlunsplit(urlsplit(SERVER)._replace(path=f"/{name}"))
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="from SQLite both ways are gone")
@pytest.mark.skipif(not answers(), reason="no PostgreSQL answers here")
def test_all_goes_over_to_postgresql_and_back(archive, empty, tmp_path, on_postgresql):
    fill()
    before, pictures = digest(), media()
    backup(archive)
    elsewhere = environment(
        DATABASE_URL=on_postgresql,
        VEILLE_TEST_DATA_DIR=str(tmp_path / "elsewhere"),
        MEDIA_ROOT=str(tmp_path / "elsewhere" / "media"),
    )

    def there(*command: str) -> None:
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            env=elsewhere,
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr

    second = archive.with_name("second.tar.gz")
    there("restore", str(archive))
    there("backup", str(second))
    first_says, second_says = manifest_of(archive), manifest_of(second)
    assert (first_says["engine"], second_says["engine"]) == ("sqlite", "postgresql")
    assert first_says["tables"] == second_says["tables"]
    empty()
    restore(second)
    assert digest() == before
    assert media() == pictures
