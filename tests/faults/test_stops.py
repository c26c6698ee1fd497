"""SIGTERM in mid-send with a migration before the next start, and sleepers that wake past their lease."""

import os
import random
import signal
import time
from datetime import timedelta

import psutil
import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from mailings.models import Batch
from mailings.plan import announce
from tests.faults.counting import count
from tests.faults.crowd import publish_to, wait_for_the_end
from tests.faults.scale import size
from tests.faults.table import note_down
from tests.processes import a_worker, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]

READERS = size(200, 5000)
AT_ONCE = {"sqlite": "PRAGMA busy_timeout = 50", "postgresql": "SET lock_timeout = '50ms'"}
PATIENTLY = {"sqlite": "PRAGMA busy_timeout = 20000", "postgresql": "SET lock_timeout = 0"}


@pytest.fixture
def mailing(settings):
    settings.VEILLE_BATCH_SIZE = 60
    return publish_to(READERS)


def some_more_mails(mailhost, steps):
    goal = len(mailhost.received) + random.randint(5, READERS // steps // 2)
    wait_until(lambda: len(mailhost.received) >= goal, 60, "some more mails")


@pytest.fixture
def migrate_and_back():
    """Widen a table, as a deploy in mid-send may: additively, and undone after the test."""
    columns = []

    def widen():
        columns.append(f"added_{len(columns)}")
        with connection.cursor() as cursor:
            cursor.execute(
                f"ALTER TABLE mailings_delivery ADD COLUMN {columns[-1]} integer DEFAULT 0 NOT NULL"
            )

    yield widen
    with connection.cursor() as cursor:
        for column in columns:
            cursor.execute(f"ALTER TABLE mailings_delivery DROP COLUMN {column}")


@pytest.mark.parametrize("pool", size(["prefork"], ["solo", "prefork"]))
def test_a_deploy_in_mid_send_ends_at_once_and_repeats_nothing(mailing, mailhost, migrate_and_back, pool):
    stops = size(1, 10)
    mailhost.take_its_time(0.005)
    seconds = []
    for _stop in range(stops):
        with a_worker(pool=pool, EMAIL_URL=mailhost.url) as worker:
            some_more_mails(mailhost, stops)
            begun = time.monotonic()
            worker.send_signal(signal.SIGTERM)
            worker.wait(20)
            seconds.append(time.monotonic() - begun)
        migrate_and_back()
    assert len(mailhost.received) < READERS
    mailhost.obey()
    with a_worker(pool=pool, EMAIL_URL=mailhost.url):
        wait_for_the_end(mailing, size(60, 300))
    note_down(
        f"SIGTERM and a migration in mid-send ({pool})",
        stops,
        count(mailing, mailhost.received),
        allowed=0,
        note=f"exit in {max(seconds):.1f} s at most",
    )
    assert max(seconds) <= 10


def test_a_sleeper_that_wakes_past_its_lease_finds_its_batch_gone(mailing, mailhost):
    naps = size(1, 10)
    mailhost.take_its_time(0.01)
    with a_worker(pool="prefork", concurrency=1, EMAIL_URL=mailhost.url) as sleeper:
        wait_until(lambda: psutil.Process(sleeper.pid).children(), 30, "a child of the sleeper")
        (child,) = psutil.Process(sleeper.pid).children()
        for _nap in range(naps):
            batch = put_to_sleep_past_its_lease(child.pid)
            with a_worker(EMAIL_URL=mailhost.url):
                wait_until(
                    lambda batch=batch: is_taken_from(child.pid, batch),
                    60,
                    "the batch is taken back",
                    pause=1,
                )
                os.kill(child.pid, signal.SIGCONT)
        mailhost.obey()
        wait_for_the_end(mailing, size(60, 300))
    note_down("SIGSTOP past the lease, then SIGCONT", naps, count(mailing, mailhost.received), allowed=naps)


def put_to_sleep_past_its_lease(pid):
    """Stop a process in mid-batch for what looks like twenty minutes; give the key of the batch."""
    with connection.cursor() as cursor:
        cursor.execute(AT_ONCE[connection.vendor])
    while True:
        wait_until(lambda: held_by(pid), 60, "a batch in the hands of the sleeper", pause=0.02)
        batch = held_by(pid)
        os.kill(pid, signal.SIGSTOP)
        try:
            let_twenty_minutes_pass(pid, batch)
        except OperationalError:
            # It fell asleep in the middle of a write: on SQLite nobody else can write until it wakes.
            os.kill(pid, signal.SIGCONT)
            time.sleep(0.05)
        else:
            break
    with connection.cursor() as cursor:
        cursor.execute(PATIENTLY[connection.vendor])
    return batch


def held_by(pid):
    """The key of the batch that a process has in hand, by the name it signed with."""
    held = Batch.objects.filter(state="claimed", owner__startswith=f"{pid}/", cursor__gt=1)
    return held.values_list("pk", flat=True).first()


def let_twenty_minutes_pass(pid, batch):
    """Move a batch's lease to the past; says whether the process still holds it."""
    past = timezone.now() - timedelta(minutes=5)
    held = Batch.objects.filter(pk=batch, owner__startswith=f"{pid}/")
    return held.update(lease_until=past, suspected_until=past) == 1


def is_taken_from(pid, batch):
    # Again each time: what the sleeper asked the server before it slept may renew the lease after.
    held = let_twenty_minutes_pass(pid, batch)
    announce()
    return not held
