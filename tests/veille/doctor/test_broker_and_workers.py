"""Broker, workers and scheduler under the doctor's eyes."""

import socket
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from mailings.models import Mailing
from tests.factories import IssueFactory, SubscriberFactory
from tests.mailings.conftest import publish
from veille.celery import app
from veille.doctor import broker, workers
from veille.doctor.registry import CouldNotAsk, Examination
from veille.models import Heartbeat

from .conftest import found


@pytest.fixture
def elsewhere():
    """Point the application to another broker."""
    before = app.conf.broker_write_url

    def point(url):
        app.conf.broker_write_url = url
        app._after_fork()

    yield point
    point(before)


@pytest.fixture
def three_tasks(settings):
    """Three tasks wait, in a queue of their own."""
    queue = f"{settings.CELERY_TASK_DEFAULT_QUEUE}-doctor"
    settings.CELERY_TASK_DEFAULT_QUEUE = queue
    for _number in range(3):
        app.send_task("mailings.dispatch", queue=queue)
    yield
    with broker.connected() as connection:
        connection.default_channel.queue_purge(queue)


def test_it_says_how_many_tasks_wait(three_tasks, settings):
    settings.SITE_DOMAIN = "127.0.0.1"
    seen = found(broker.queue)
    assert list(seen) == ["broker.answers"]
    assert "queue: 3" in seen["broker.answers"]


def test_a_long_queue_is_warned_of(three_tasks, monkeypatch):
    monkeypatch.setattr(broker, "LONG_QUEUE", 2)
    assert "broker.long-queue" in found(broker.queue)


def test_files_are_for_one_machine(settings):
    settings.SITE_DOMAIN = "veille.example.org"
    in_files = settings.CELERY_BROKER_URL.startswith("filesystem")
    assert ("broker.files" in found(broker.queue)) == in_files


def test_a_queue_that_no_worker_ever_opened_is_told(settings):
    if not settings.CELERY_BROKER_URL.startswith("amqp"):
        pytest.skip("other brokers keep no empty queue")
    settings.CELERY_TASK_DEFAULT_QUEUE = "nobody-ever-opened-this"
    assert list(found(broker.queue)) == ["broker.no-queue"]


@pytest.mark.parametrize("scheme", ["amqp", "redis"])
def test_a_dead_port_is_an_error(elsewhere, scheme):
    elsewhere(f"{scheme}://veille:sesame@127.0.0.1:1//")
    assert list(found(broker.queue)) == ["broker.away"]
    with pytest.raises(CouldNotAsk, match="broker"):
        list(workers.ping(Examination()))


@pytest.mark.parametrize("scheme", ["amqp", "redis"])
def test_one_that_keeps_silent_is_waited_for_a_moment(elsewhere, monkeypatch, scheme):
    monkeypatch.setattr(broker, "SECONDS", 0.3)
    monkeypatch.setattr(broker, "_PATIENCE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:
        elsewhere(f"{scheme}://127.0.0.1:{server.getsockname()[1]}//")
        assert list(found(broker.queue)) == ["broker.away"]


def beats(**minutes):
    for organ, ago in minutes.items():
        Heartbeat.objects.create(organ=organ, at=Now() - timedelta(minutes=ago))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("minutes", "ids"),
    [
        ({"beat": 0, "worker": 1}, ["workers.beat", "workers.worker"]),
        ({"beat": 0, "worker": 10}, ["workers.beat", "workers.worker-silent"]),
        ({"beat": 0}, ["workers.beat", "workers.worker-silent"]),
        ({"beat": 200, "worker": 200}, ["workers.beat-silent", "workers.worker-unknown"]),
        ({}, ["workers.beat-silent", "workers.worker-unknown"]),
    ],
    ids=str,
)
def test_scheduler_and_worker_are_judged_by_their_heartbeats(minutes, ids):
    beats(**minutes)
    assert sorted(found(workers.heartbeats)) == sorted(ids)


@pytest.mark.django_db
def test_it_says_how_long_ago():
    beats(beat=1, worker=24 * 60)
    seen = found(workers.heartbeats)
    assert "60 s" in seen["workers.beat"]
    assert "24 h" in seen["workers.worker-silent"]


def test_no_worker_answers_where_a_broker_can_ask(settings, monkeypatch):
    monkeypatch.setattr(workers, "PING_SECONDS", 0.3)
    expected = [] if settings.CELERY_BROKER_URL.startswith("filesystem") else ["workers.no-ping"]
    settings.CELERY_TASK_DEFAULT_QUEUE = "nobody-listens-to-this"
    assert list(found(workers.ping)) == expected


@pytest.mark.django_db
def test_mailings_that_are_stuck_are_told():
    assert list(found(workers.mailings)) == ["workers.no-stall"]
    SubscriberFactory()
    publish(IssueFactory())
    Mailing.objects.update(give_up_at=timezone.now() + timedelta(hours=23, minutes=57))
    assert list(found(workers.mailings)) == ["workers.stalled"]
    Mailing.objects.update(state="paused", reason="550 5.7.1 blocked")
    assert list(found(workers.mailings)) == ["workers.paused"]
