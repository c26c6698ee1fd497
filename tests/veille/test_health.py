"""What those who watch the site are told."""

from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from mailings.models import Batch, Mailing
from tests.factories import IssueFactory, SubscriberFactory
from tests.mailings.conftest import publish


@pytest.mark.django_db
def test_it_says_ok_when_the_database_answers(client):
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_it_is_never_kept_by_a_proxy(client):
    assert "no-store" in client.get("/healthz").headers["Cache-Control"]


@pytest.mark.django_db(transaction=True)
def test_it_names_the_database_when_that_does_not_answer(client, monkeypatch):
    connection = connections["default"]
    connection.close()
    nowhere = {"NAME": "/nowhere/db.sqlite3"} if connection.vendor == "sqlite" else {"PORT": "1"}
    monkeypatch.setattr(connection, "settings_dict", {**connection.settings_dict, **nowhere})
    response = client.get("/healthz")
    connection.close()
    assert (response.status_code, response.json()) == (503, {"status": "failing", "failing": ["database"]})


@pytest.mark.django_db
def test_it_changes_nothing(client):
    assert client.post("/healthz").status_code == 405


@pytest.fixture
def waiting(db):
    """A mailing planned three minutes ago that no worker has touched."""
    SubscriberFactory()
    mailing = publish(IssueFactory())
    Mailing.objects.update(give_up_at=timezone.now() + timedelta(hours=23, minutes=57))
    return mailing


def failing(client):
    return client.get("/healthz").json().get("failing", [])


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
