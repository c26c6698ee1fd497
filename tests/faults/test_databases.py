"""A database whose connections are cut, that restarts, that dies at once, that somebody else has locked."""

import random
import sqlite3
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from subscribers.models import Subscriber
from tests.faults.counting import count
from tests.faults.crowd import publish_to, wait_for_the_end
from tests.faults.elsewhere import a_cluster, as_root
from tests.faults.proxy import a_proxy_to
from tests.faults.scale import LONG, size
from tests.faults.servers import a_website, press_one_click, through
from tests.faults.table import note_down
from tests.processes import a_worker, database_url, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]

READERS = size(300, 5000)
CONNECTIONS = 2

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="of a database server")
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="of a database in a file")


@pytest.fixture
def wire():
    if connection.vendor != "postgresql":
        pytest.skip("of a database server")
    account = connection.settings_dict
    with a_proxy_to(account["HOST"], int(account["PORT"] or 5432)) as proxy:
        yield proxy


def a_crowd(settings):
    settings.VEILLE_BATCH_SIZE = 40
    return publish_to(READERS)


def a_sender(mailhost, url):
    return a_worker(pool="prefork", concurrency=CONNECTIONS, EMAIL_URL=mailhost.url, DATABASE_URL=url)


def some_more_mails(mailhost, steps):
    goal = len(mailhost.received) + random.randint(10, READERS // steps // 2)
    wait_until(lambda: len(mailhost.received) >= goal, 90, "some more mails", pause=0.01)


class Clicks:
    """Readers who leave by one click, five times a second, until the block ends."""

    def __init__(self, site):
        self._tokens = list(Subscriber.objects.values_list("token", flat=True))
        self._site = site
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._press)
        self.statuses = set()

    def _press(self):
        for token in reversed(self._tokens):
            self.statuses.add(press_one_click(self._site, token))
            if self._is_over.wait(0.2):
                return

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exception):
        self._is_over.set()
        self._thread.join()


def test_cut_connections_miss_nobody(settings, mailhost, wire):
    cuts = size(2, 10)
    mailing = a_crowd(settings)
    mailhost.take_its_time(0.01)
    url = through(database_url(), wire.port)
    with a_sender(mailhost, url), a_website(DATABASE_URL=url) as site, Clicks(site) as clicks:
        for _cut in range(cuts):
            some_more_mails(mailhost, cuts)
            wire.cut()
        mailhost.obey()
        wait_for_the_end(mailing, size(90, 300))
    total = count(mailing, mailhost.received)
    note_down("database: connections cut", cuts, total, allowed=cuts * CONNECTIONS)
    assert clicks.statuses <= {200, 503}


def test_a_restarted_database_misses_nobody(settings, mailhost, wire):
    restarts = size(1, 10)
    mailing = a_crowd(settings)
    mailhost.take_its_time(0.01)
    url = through(database_url(), wire.port)
    with a_sender(mailhost, url), a_website(DATABASE_URL=url) as site, Clicks(site) as clicks:
        for _restart in range(restarts):
            some_more_mails(mailhost, restarts)
            wire.refuse()
            terminate_all_sessions_but_ours()
            time.sleep(2)
            wire.restore()
        mailhost.obey()
        wait_for_the_end(mailing, size(90, 300))
    total = count(mailing, mailhost.received)
    note = f"one-click answered {sorted(clicks.statuses)}"
    note_down("database: restart", restarts, total, allowed=restarts * CONNECTIONS, note=note)
    assert clicks.statuses <= {200, 503}


def terminate_all_sessions_but_ours():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid != pg_backend_pid()"
        )


@as_root
@on_postgresql
@pytest.mark.skipif(not LONG, reason="a cluster of its own is for the long version")
def test_a_database_that_dies_at_once_misses_nobody(settings, mailhost):
    deaths = size(1, 10)
    with tempfile.TemporaryDirectory() as folder, a_cluster(Path(folder)) as cluster:
        mailing = a_crowd(settings)
        mailhost.take_its_time(0.01)
        with a_sender(mailhost, database_url()):
            for _death in range(deaths):
                some_more_mails(mailhost, deaths)
                connection.close()
                cluster.stop("immediate")
                time.sleep(1)
                cluster.start()
            mailhost.obey()
            wait_for_the_end(mailing, size(90, 600))
        total = count(mailing, mailhost.received)
    note_down("database: immediate stop", deaths, total, allowed=deaths * CONNECTIONS)


@on_sqlite
def test_a_file_that_somebody_else_has_locked_misses_nobody(settings, mailhost):
    locks, seconds = size(1, 10), size(3, 30)
    mailing = a_crowd(settings)
    mailhost.take_its_time(0.01)
    with a_worker(EMAIL_URL=mailhost.url), a_website() as site, Clicks(site) as clicks:
        for _lock in range(locks):
            some_more_mails(mailhost, locks)
            with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
                other.execute("PRAGMA busy_timeout = 20000")
                other.execute("BEGIN IMMEDIATE")
                time.sleep(seconds)
                other.execute("ROLLBACK")
        mailhost.obey()
        wait_for_the_end(mailing, size(90, 600))
    note_down(f"database: locked for {seconds} s", locks, count(mailing, mailhost.received), allowed=0)
    assert clicks.statuses <= {200, 503}
