"""What those who watch the site are told."""

import pytest
from django.db import connections


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
