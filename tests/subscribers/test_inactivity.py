"""Readers of whom nothing was heard for three years."""

import smtplib
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from subscribers import consent, inactivity, tasks
from subscribers.models import Subscriber
from tests.factories import SubscriberFactory

pytestmark = pytest.mark.django_db
YEARS = timedelta(days=3 * 366)


@pytest.fixture(autouse=True)
def kept_in_memory(settings):
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}


def a_reader(ago=YEARS, **fields):
    return SubscriberFactory(**{"state": "active", "confirmed_at": timezone.now() - ago, **fields})


def later(**by):
    return time_machine.travel(timezone.now() + timedelta(**by), tick=False)


def test_they_are_asked_once_and_whoever_answers_stays():
    reader = a_reader(language="en")
    a_reader(ago=timedelta(days=1000))
    a_reader(state="unsubscribed")
    assert (inactivity.ask(), inactivity.ask()) == (1, 0)
    (message,) = mail.outbox
    page = reverse("subscribers:stay", args=[reader.token])
    assert message.to == [reader.email]
    assert message.subject.startswith("Do you still want")
    assert page in message.body
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    browser = Client(enforce_csrf_checks=True)
    browser.get(page)
    assert inactivity.silent().count() == 1
    assert browser.post(page).status_code == 200
    assert inactivity.silent().count() == 0
    assert list(reader.consent_events.values_list("kind", flat=True)) == ["stayed"]
    browser.post(page)
    assert reader.consent_events.count() == 1
    with later(days=31):
        assert inactivity.forget() == 0


def test_who_does_not_answer_is_forgotten_after_thirty_days_and_not_before():
    reader = a_reader()
    inactivity.ask()
    with later(days=29):
        assert inactivity.forget() == 0
    with later(days=31):
        assert inactivity.forget() == 1
    assert not Subscriber.objects.filter(pk=reader.pk).exists()


@pytest.mark.parametrize(
    "sign",
    [
        lambda reader: consent.choose(reader.token, name="", language="fr", format="html", topics=[]),
        lambda reader: consent.choose_text(reader.token),
        lambda reader: consent.pause(reader.token, how="page"),
        lambda reader: consent.heard_of(reader.pk),
        lambda reader: consent.stay(reader.token, how="page"),
    ],
    ids=["choose", "text", "pause", "answer", "stay"],
)
def test_any_sign_is_an_answer(sign):
    reader = a_reader()
    inactivity.ask()
    sign(reader)
    with later(days=31):
        assert (inactivity.forget(), inactivity.ask()) == (0, 0)
    with later(days=3 * 366):
        assert inactivity.ask() == 1


def test_a_server_that_says_later_is_asked_again(monkeypatch):
    a_reader()

    def refuse(*args, **kwargs):
        raise smtplib.SMTPResponseException(451, b"later")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
        assert inactivity.ask() == 0
    assert inactivity.ask() == 1


def test_where_it_is_turned_off_nobody_is_asked_or_forgotten(settings):
    settings.VEILLE_INACTIVE_MONTHS = 0
    a_reader(stay_asked_at=timezone.now() - timedelta(days=90))
    tasks.care_for_the_silent()
    assert not mail.outbox
    assert Subscriber.objects.count() == 1


def test_a_wrong_link_is_answered_like_a_right_one():
    reader = a_reader()
    right, wrong = (
        Client().post(reverse("subscribers:stay", args=[token])).content.decode().replace(token, "T")
        for token in (reader.token, "x" * 32)
    )
    assert right == wrong
