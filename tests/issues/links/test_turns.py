"""One server is asked one thing at a time, whoever asks."""

import threading
import time
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from issues.links import turns
from issues.models import HostTurn, LinkLookup
from issues.tasks import forget_old_drafts

from .servers import a_client, a_page, a_server

pytestmark = pytest.mark.django_db


def test_the_next_one_waits_and_another_server_does_not():
    began = time.monotonic()
    assert turns.wait("site.example", 0.3, at_most=1)
    assert turns.wait("other.example", 0.3, at_most=1)
    assert time.monotonic() - began < 0.25
    assert turns.wait("Site.Example", 0.3, at_most=1)
    assert time.monotonic() - began >= 0.3


def test_who_would_wait_too_long_takes_no_turn():
    assert turns.wait("site.example", 60, at_most=1)
    free_at = HostTurn.objects.get().free_at
    began = time.monotonic()
    assert not turns.wait("site.example", 60, at_most=1)
    assert time.monotonic() - began < 0.5
    assert HostTurn.objects.get().free_at == free_at


def test_a_server_that_was_left_alone_is_asked_at_once():
    assert turns.wait("site.example", 1, at_most=1)
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        began = time.monotonic()
        assert turns.wait("site.example", 1, at_most=0)
        assert time.monotonic() - began < 0.5


def test_a_client_waits_for_its_turn():
    with a_server(a_page(b"ici")) as server:
        client = a_client(server.port, pause=0.4)
        began = time.monotonic()
        assert client.fetch(f"http://site.example:{server.port}/").ok
        assert client.ask(f"http://site.example:{server.port}/").http_status == 200
        assert time.monotonic() - began >= 0.4


def test_a_client_whose_turn_does_not_come_asks_nothing():
    turns.wait("site.example", 60, at_most=1)
    with a_server(a_page()) as server:
        fetched = a_client(server.port, pause=1).fetch(f"http://site.example:{server.port}/")
    assert (fetched.reason, server.callers) == (LinkLookup.Reason.TURN, 0)


def test_old_turns_are_forgotten():
    turns.wait("old.example", at_most=1)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        turns.wait("new.example", at_most=1)
        forget_old_drafts()
    assert HostTurn.objects.get().host == "new.example"


@pytest.mark.django_db(transaction=True)
def test_of_ten_at_once_each_has_a_turn_of_its_own():
    came = []

    def ask():
        if turns.wait("site.example", 0.05, at_most=5):
            came.append(timezone.now())
        connection.close()

    threads = [threading.Thread(target=ask) for _number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(came) == 10
    assert HostTurn.objects.get().free_at - min(came) >= timedelta(seconds=0.05 * 9)
