"""Real workers on the test's database and broker, killed in mid-send."""

import random
import signal
from collections import Counter

import pytest

from mailings.models import Mailing
from subscribers.models import Subscriber
from tests.factories import IssueFactory
from tests.mailings.conftest import publish
from tests.processes import a_worker, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]

READERS = 240


@pytest.fixture
def crowd(settings):
    settings.VEILLE_BATCH_SIZE = 80
    Subscriber.objects.bulk_create(
        Subscriber(
            email=f"lectrice{n}@example.org",
            address=f"lectrice{n}@example.org",
            state="active",
            confirmed_at="2026-01-01T00:00:00Z",
        )
        for n in range(READERS)
    )
    return publish(IssueFactory())


def is_finished(mailing):
    return Mailing.objects.filter(pk=mailing.pk, state="finished").exists()


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


def test_a_worker_told_to_stop_leaves_after_its_message_and_repeats_nothing(crowd, sink):
    sink.seconds_per_mail = 0.01
    with a_worker(EMAIL_URL=sink.url) as worker:
        wait_until(lambda: len(sink.received) >= 30, 60, "some mails")
        worker.send_signal(signal.SIGTERM)
        worker.wait(10)
    assert len(sink.received) < READERS
    sink.seconds_per_mail = 0
    with a_worker(EMAIL_URL=sink.url):
        wait_until(lambda: is_finished(crowd), 60, "the mailing is finished")
    assert len(sink.received) == len(copies(sink)) == READERS
