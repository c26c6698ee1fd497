"""Real workers on the test's database and broker, killed in mid-send."""

import random
import re
import signal
import time
from collections import Counter

import psutil
import pytest

from mailings.models import Mailing
from mailings.plan import announce
from subscribers.models import Subscriber
from tests.factories import IssueFactory
from tests.mailings.conftest import publish
from tests.processes import a_worker, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]

READERS = 240


def publish_to(readers):
    Subscriber.objects.bulk_create(
        Subscriber(
            email=f"lectrice{n}@example.org",
            address=f"lectrice{n}@example.org",
            state="active",
            confirmed_at="2026-01-01T00:00:00Z",
        )
        for n in range(readers)
    )
    return publish(IssueFactory())


@pytest.fixture
def crowd(settings):
    settings.VEILLE_BATCH_SIZE = 80
    return publish_to(READERS)


def is_finished(mailing):
    return Mailing.objects.filter(pk=mailing.pk, state="finished").exists()


def is_finished_by_beating(mailing):
    """Look, and do what the scheduler does."""
    announce()
    time.sleep(1)
    return is_finished(mailing)


def copies(sink):
    return Counter(sink.recipients)


def test_a_worker_sends_to_everybody_once(crowd, sink):
    with a_worker(EMAIL_URL=sink.url):
        wait_until(lambda: is_finished(crowd), 60, "the mailing is finished")
    assert len(sink.received) == len(copies(sink)) == READERS
    assert crowd.counts()["sent"] == READERS


def test_a_killed_worker_misses_nobody_and_repeats_one_at_most(crowd, sink):
    sink.seconds_per_mail = 0.01
    kills = 3
    for kill in range(kills):
        with a_worker(EMAIL_URL=sink.url) as worker:
            goal = len(sink.received) + random.randint(20, 50)
            wait_until(lambda goal=goal: len(sink.received) >= goal, 60, f"mails before kill {kill}")
            worker.send_signal(signal.SIGKILL)
            worker.wait()
    sink.seconds_per_mail = 0
    with a_worker(EMAIL_URL=sink.url):
        wait_until(lambda: is_finished(crowd), 90, "the mailing is finished")
    assert len(copies(sink)) == READERS
    assert len(sink.received) <= READERS + kills
    for address, count in copies(sink).items():
        if count > 1:
            assert len({mail.content for mail in sink.received if mail.recipient == address}) == 1
    assert sum(crowd.counts().values()) == READERS


def test_two_workers_share_a_thousand_readers_and_each_gets_one_mail_with_a_link_of_their_own(
    settings, sink, transactional_db
):
    settings.VEILLE_BATCH_SIZE = 100
    mailing = publish_to(1000)
    tokens = dict(Subscriber.objects.values_list("email", "token"))
    with a_worker(EMAIL_URL=sink.url), a_worker(EMAIL_URL=sink.url):
        wait_until(lambda: is_finished(mailing), 120, "the mailing is finished")
    assert len(sink.received) == len(copies(sink)) == 1000
    assert mailing.counts()["sent"] == 1000
    for mail in sink.received:
        links = set(re.findall(rb"/desabonnement/([\w-]+)/un-clic>", mail.content))
        assert links == {tokens[mail.recipient].encode()}


def test_a_pools_child_killed_in_mid_send_repeats_its_last_mail_at_most(crowd, sink):
    sink.seconds_per_mail = 0.01
    with a_worker(pool="prefork", EMAIL_URL=sink.url) as worker:
        wait_until(lambda: len(sink.received) >= 30, 60, "some mails")
        for child in psutil.Process(worker.pid).children():
            child.kill()
        sink.seconds_per_mail = 0
        wait_until(lambda: is_finished_by_beating(crowd), 60, "the mailing is finished")
    assert len(copies(sink)) == READERS
    assert len(sink.received) <= READERS + 2


@pytest.mark.parametrize("pool", ["solo", "prefork"])
def test_a_worker_told_to_stop_leaves_after_its_message_and_repeats_nothing(crowd, sink, pool):
    sink.seconds_per_mail = 0.02
    with a_worker(pool=pool, EMAIL_URL=sink.url) as worker:
        wait_until(lambda: len(sink.received) >= 30, 60, "some mails")
        worker.send_signal(signal.SIGTERM)
        worker.wait(10)
    assert len(sink.received) < READERS
    sink.seconds_per_mail = 0
    with a_worker(EMAIL_URL=sink.url):
        wait_until(lambda: is_finished(crowd), 60, "the mailing is finished")
    assert len(sink.received) == len(copies(sink)) == READERS
