"""What those who watch the site are told."""

from datetime import timedelta

import pytest
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from mailings.models import Batch, Mailing
from tests.factories import IssueFactory, SubscriberFactory
from tests.mailings.conftest import publish
from veille.watching import readiness


def failing(client, query=""):
    return client.get(f"/readyz{query}").json().get("failing", [])


@pytest.fixture
def no_database(transactional_db):
    """Nothing answers where the database was."""
    connection = connections["default"]
    connection.close()
    nowhere = {"NAME": "/nowhere/db.sqlite3"} if connection.vendor == "sqlite" else {"PORT": "1"}
    # Undone before the database is emptied.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "settings_dict", {**connection.settings_dict, **nowhere})
        yield
    connection.close()


def test_a_process_says_that_it_is_alive_without_asking_anybody(client):
    # The test has no leave to use the database, and would fail.
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_a_process_is_alive_while_the_database_and_the_broker_are_away(client, no_database, no_broker):
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_it_is_ready_when_every_part_answers(client):
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_no_proxy_keeps_the_answer_and_nothing_can_be_posted(client, path):
    assert "no-store" in client.get(path).headers["Cache-Control"]
    assert client.post(path).status_code == 405


def test_it_names_the_database_when_that_does_not_answer(client, no_database):
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"status": "failing", "failing": ["database"]})


@pytest.mark.django_db
def test_it_names_the_broker_when_that_does_not_answer(client, no_broker):
    assert failing(client) == ["broker"]


def test_it_names_the_database_and_the_broker_when_both_are_away(client, no_database, no_broker):
    assert failing(client) == ["database", "broker"]


@pytest.mark.django_db
def test_it_names_the_migrations_when_the_database_lacks_one(client):
    MigrationRecorder.Migration.objects.filter(app="watching").delete()
    assert failing(client) == ["migrations"]


@pytest.mark.django_db
def test_a_part_may_be_left_out(client, no_broker):
    assert failing(client, "?exclude=mailings") == ["broker"]
    assert client.get("/readyz?exclude=mailings&exclude=broker").status_code == 200


@pytest.mark.django_db
def test_strangers_who_ask_often_do_not_open_a_connection_each(client, monkeypatch):
    looks = []
    monkeypatch.setattr(readiness, "failing_now", lambda: looks.append(1) or ("broker",))
    assert [failing(client) for _again in range(5)] == [["broker"]] * 5
    assert len(looks) == 1


@pytest.fixture
def waiting(db):
    """A mailing planned three minutes ago that no worker has touched."""
    SubscriberFactory()
    mailing = publish(IssueFactory())
    Mailing.objects.update(give_up_at=timezone.now() + timedelta(hours=23, minutes=57))
    return mailing


def test_it_names_the_mailings_when_batches_wait_and_nobody_takes_them(client, waiting):
    assert failing(client) == ["mailings"]


def test_a_mailing_just_planned_is_no_alarm(client, waiting):
    Mailing.objects.update(give_up_at=timezone.now() + timedelta(hours=24))
    assert failing(client) == []


def test_a_worker_that_gives_signs_is_enough(client, waiting):
    waiting.minutes.create(at=timezone.now(), answered=1)
    assert failing(client) == []


def test_a_batch_that_is_to_wait_is_no_alarm(client, waiting):
    Batch.objects.update(not_before=timezone.now() + timedelta(minutes=5))
    assert failing(client) == []


def test_a_paused_mailing_is_no_alarm(client, waiting):
    Mailing.objects.update(state="paused")
    assert failing(client) == []
