"""Several workers, several clicks, at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection

from subscribers import confirmation, consent
from subscribers.models import Subscriber

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 8


class Together(EmailBackend):
    """A mail server that answers when all workers have called: each saw the mail still waiting."""

    callers = Barrier(WORKERS)

    def open(self):
        Together.callers.wait(timeout=20)


def at_once(action):
    """Run the action in all workers; give their answers."""

    def run(_):
        try:
            return action()
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(run, range(WORKERS)))


def test_one_request_is_mailed_by_one_worker(desk, settings):
    settings.MAILERS = {"default": {"BACKEND": f"{__name__}.Together"}}
    reader = desk.ask()
    answers = at_once(lambda: confirmation.send(reader.pk))
    assert answers.count(True) == 1
    assert len(mail.outbox) == 1


def test_one_link_confirms_once(desk):
    reader = desk.ask()
    desk.deliver()
    link = desk.link()
    answers = at_once(lambda: consent.confirm(link))
    assert answers.count(consent.Outcome.CONFIRMED) == 1
    assert answers.count(consent.Outcome.ALREADY) == WORKERS - 1
    assert reader.consent_events.filter(kind="confirmed").count() == 1


def test_one_leaving_is_noted_once(desk):
    reader = desk.join()
    at_once(lambda: consent.leave(reader.token, how="one-click"))
    assert reader.consent_events.filter(kind="left").count() == 1


def test_a_new_address_asked_for_many_times_becomes_one_reader_and_one_mail(desk):
    at_once(lambda: desk.ask())
    assert Subscriber.objects.count() == 1
    assert len(desk.deliver()) == 1
