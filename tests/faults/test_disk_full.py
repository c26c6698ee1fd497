"""A disk without room: nothing more is handed over or lost, and it goes on when there is room again."""

import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection

from mailings.plan import announce
from tests.faults.counting import count
from tests.faults.crowd import let_announcements_be_lost, publish_to, wait_for_the_end
from tests.faults.elsewhere import a_cluster, a_disk, as_root, the_database_at
from tests.faults.scale import LONG, size
from tests.faults.table import note_down
from tests.processes import a_worker, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]

READERS = size(160, 3000)
# How many mails may be handed over after the disk ran full: what each connection had on the wire.
CONNECTIONS = 1

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="of PostgreSQL")
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="of SQLite")


def send_while_it_is_full(settings, mailhost, full, where, *, stops):
    """Send, and have the disk run full so many times; what `full` gives is full while its block runs."""
    settings.VEILLE_BATCH_SIZE = 40
    mailing = publish_to(READERS)
    mailhost.take_its_time(0.01)
    times = size(1, 3)
    with a_worker(EMAIL_URL=mailhost.url):
        for number in range(times):
            goal = (number + 1) * READERS // (times + 2)
            wait_until(lambda goal=goal: len(mailhost.received) >= goal, 60, "some mails")
            with full():
                time.sleep(1)
                before = len(mailhost.received)
                time.sleep(2)
                if stops:
                    assert len(mailhost.received) <= before + CONNECTIONS
            let_announcements_be_lost(mailing)
            # As the scheduler does every 15 seconds.
            announce()
        mailhost.obey()
        wait_for_the_end(mailing, size(90, 600))
    note_down(f"disk full: {where}", times, count(mailing, mailhost.received), allowed=0)


@contextmanager
def filled(disk):
    disk.fill()
    try:
        yield
    finally:
        disk.empty()


@as_root
@on_sqlite
def test_a_full_disk_under_a_file_costs_nothing(settings, mailhost, tmp_path):
    place = tmp_path / "disk"
    place.mkdir()
    with a_disk(place, 40) as disk, the_database_at(NAME=str(place / "db.sqlite3")):
        send_while_it_is_full(settings, mailhost, lambda: filled_to_the_log(disk), "database", stops=True)


@contextmanager
def filled_to_the_log(disk):
    """Fill the disk, and leave no room in the write-ahead log: written over, it takes no more of the disk."""

    def is_empty():
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return cursor.fetchone()[0] == 0

    wait_until(is_empty, 20, "an empty log")
    with filled(disk):
        yield


@contextmanager
def writes_find_no_room():
    """Have PostgreSQL answer every write of the sender as it does on a full disk (53100, disk_full)."""
    with connection.cursor() as cursor:
        cursor.execute("""
            CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$;
            CREATE TRIGGER no_room BEFORE UPDATE ON mailings_batch EXECUTE FUNCTION no_room();
            CREATE TRIGGER no_room BEFORE UPDATE ON mailings_delivery EXECUTE FUNCTION no_room();
        """)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION no_room CASCADE")


@on_postgresql
def test_a_server_that_finds_no_room_costs_nothing(settings, mailhost):
    send_while_it_is_full(settings, mailhost, writes_find_no_room, "database (error 53100)", stops=True)


@as_root
@on_postgresql
@pytest.mark.skipif(not LONG, reason="a cluster of its own is for the long version")
def test_a_full_disk_under_a_server_costs_nothing(settings, mailhost):
    with (
        tempfile.TemporaryDirectory() as folder,
        a_disk(Path(folder), 300) as disk,
        a_cluster(Path(folder)) as cluster,
    ):

        @contextmanager
        def full():
            connection.close()
            with filled(disk):
                yield
            # Without room for its journal the server may have given up.
            with suppress(subprocess.CalledProcessError):
                cluster.start()

        send_while_it_is_full(settings, mailhost, full, "database (all of it)", stops=False)


@as_root
@pytest.mark.parametrize("folder", ["mailings", "broker"])
def test_a_full_disk_beside_the_database_costs_nothing(settings, mailhost, folder):
    place = Path(django_settings.DATA_DIR) / folder
    if folder == "broker" and not place.exists():
        pytest.skip("this broker is no folder")
    place.mkdir(exist_ok=True)
    with a_disk(place, 2) as disk:
        for name in ("queue", "processed", "control"):
            (place / name).mkdir()
        send_while_it_is_full(settings, mailhost, lambda: filled(disk), f"the folder {folder}", stops=False)
