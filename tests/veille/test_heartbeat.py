"""Whether scheduler and workers live, as they write it down themselves."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import OperationalError
from django.db.models.functions import Now

from tests.processes import a_process, a_worker, wait_until
from veille import heartbeat
from veille.models import Heartbeat


@pytest.fixture(autouse=True)
def nothing_written(monkeypatch):
    monkeypatch.setattr(heartbeat, "_written", {})


@pytest.mark.django_db
def test_who_never_worked_is_not_known():
    assert heartbeat.silence_of("worker") is None


@pytest.mark.django_db
def test_it_tells_how_long_ago_an_organ_worked():
    heartbeat.beat("worker")
    silence = heartbeat.silence_of("worker")
    assert silence is not None
    assert timedelta(0) <= silence < timedelta(minutes=1)
    Heartbeat.objects.update(at=Now() - timedelta(minutes=10))
    assert heartbeat.silence_of("worker") > timedelta(minutes=9)
    assert heartbeat.silence_of("beat") is None


@pytest.mark.django_db
def test_it_writes_seldom_however_often_it_beats(django_assert_num_queries, monkeypatch):
    heartbeat.beat("worker")
    with django_assert_num_queries(0):
        heartbeat.beat("worker")
    monkeypatch.setattr(heartbeat, "WRITTEN_EVERY_SECONDS", 0)
    with django_assert_num_queries(1):
        heartbeat.beat("worker")


@pytest.mark.django_db
def test_a_database_that_is_away_stops_no_task(monkeypatch, caplog):
    def gone(*args, **kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr(Heartbeat.objects, "filter", gone)
    monkeypatch.setattr(heartbeat, "connection", type("Connection", (), {"close": lambda self: None})())
    heartbeat.beat("worker")
    assert "cannot write down" in caplog.text


@pytest.mark.django_db
def test_who_runs_a_task_without_a_worker_proves_nothing():
    from mailings.tasks import dispatch

    dispatch.apply()
    assert not Heartbeat.objects.exists()


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_a_real_scheduler_and_a_real_worker_write_it():
    schedule = f"{settings.DATA_DIR}/heartbeat-schedule"
    beat = ["-A", "tests.veille.hasty", "beat", "--pidfile", "", "--schedule", schedule]
    with a_process("celery", *beat), a_worker():
        for organ in ("beat", "worker"):
            wait_until(lambda organ=organ: heartbeat.silence_of(organ) is not None, 60, f"{organ} works")
