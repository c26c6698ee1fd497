"""SIGKILL: of a pool's children at random and at six points of a message, and of whole workers."""

import os
import random
import signal
import time

import psutil
import pytest
from django.conf import settings
from django.db import connection

from tests.faults.counting import count
from tests.faults.crowd import let_announcements_be_lost, publish_to, wait_for_the_end
from tests.faults.sabotage import POINTS
from tests.faults.scale import LONG, size
from tests.faults.table import note_down
from tests.processes import a_process, a_worker, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]

# On SQLite writers wait for one another, in steps that grow: CI has no time for many of them.
SLOW = connection.vendor == "sqlite" and not LONG
CONNECTIONS = 2 if SLOW else 4
READERS = 120 if SLOW else size(400, 20_000)
# Each point by itself in the long version; all in one mailing in the short.
DEATHS = size([POINTS], [(point,) for point in POINTS])


@pytest.fixture
def mailing(settings):
    settings.VEILLE_BATCH_SIZE = size(40, 200)
    return publish_to(READERS)


@pytest.mark.parametrize("points", DEATHS)
def test_wherever_in_a_message_a_child_is_killed_nobody_is_missed(mailing, mailhost, sabotage, points):
    deaths = size(1, 20) * len(points)
    for point in points:
        sabotage.plan(point, deaths // len(points))
    with a_worker(
        app="tests.faults.saboteur",
        pool="prefork",
        concurrency=CONNECTIONS,
        EMAIL_URL=mailhost.url,
        **sabotage.environment(),
    ):
        wait_for_the_end(mailing, size(60, 900))
    died = len(sabotage.deaths)
    assert 0 < died == deaths - sabotage.to_come
    where = points[0] if len(points) == 1 else "at each of the six points"
    note_down(f"SIGKILL of a child {where}", died, count(mailing, mailhost.received), allowed=died)


def test_children_killed_at_random_are_replaced_within_half_a_minute(mailing, mailhost):
    kills = size(3, 50)
    mailhost.take_its_time(0.005)
    killed_at = []
    with (
        a_worker(pool="prefork", concurrency=CONNECTIONS, EMAIL_URL=mailhost.url) as worker,
        a_process("celery", "-A", "veille", "beat", "--pidfile", ""),
    ):
        for _kill in range(kills):
            goal = len(mailhost.received) + random.randint(10, READERS // kills // 2)
            wait_until(lambda goal=goal: len(mailhost.received) >= goal, 60, "mails before the kill")
            victim(worker, mailing).kill()
            killed_at.append(time.time())
        mailhost.obey()
        wait_for_the_end(mailing, size(60, 900), beat=False)
    gaps = [b.at - a.at for a, b in zip(mailhost.received, mailhost.received[1:], strict=False)]
    assert max(gaps) < 30
    note = f"longest silence {max(gaps):.1f} s"
    note_down(
        "SIGKILL of a child at random", kills, count(mailing, mailhost.received), allowed=kills, note=note
    )


def victim(worker, mailing):
    """Choose a child of the pool; with a broker in files, one that sends.

    There an idle child waits with the lock of the pool's queue in its hand, and takes it along (billiard).
    The embedded house has no pool.
    """
    children = psutil.Process(worker.pid).children
    if not settings.CELERY_BROKER_URL.startswith("filesystem:"):
        return random.choice(children())
    chosen = []

    def sends():
        owners = {
            int(owner.split("/")[0]) for owner in mailing.batches.claimed().values_list("owner", flat=True)
        }
        chosen[:] = [child for child in children() if child.pid in owners]
        return bool(chosen)

    wait_until(sends, 30, "a child that sends")
    return random.choice(chosen)


def test_whole_workers_that_are_killed_repeat_one_message_for_each_connection(mailing, mailhost):
    kills = size(1, 20)
    mailhost.take_its_time(0.005)
    for _kill in range(kills):
        with a_worker(pool="prefork", concurrency=CONNECTIONS, EMAIL_URL=mailhost.url) as worker:
            goal = len(mailhost.received) + random.randint(20, READERS // kills // 2)
            wait_until(lambda goal=goal: len(mailhost.received) >= goal, 60, "mails before the kill")
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        let_announcements_be_lost(mailing)
    mailhost.obey()
    with a_worker(pool="prefork", concurrency=CONNECTIONS, EMAIL_URL=mailhost.url):
        wait_for_the_end(mailing, size(60, 900))
    note_down(
        "SIGKILL of a whole worker", kills, count(mailing, mailhost.received), allowed=CONNECTIONS * kills
    )
