"""What a reader may ask of us: their data, and that it is forgotten."""

import json
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mailings.models import Delivery
from subscribers import own_data, own_data_mail, suppression
from subscribers.models import ConsentEvent, Subscriber
from tests.factories import IssueFactory
from tests.mailings.conftest import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(desk):
    return desk.join()


@pytest.fixture
def browser():
    """One without cookies, which no CSRF check lets pass."""
    return Client(enforce_csrf_checks=True)


def ask(reader):
    """Press the button that has the fresh link mailed, and give the link."""
    Client().post(reverse("subscribers:own_data_ask", args=[reader.token]))
    own_data_mail.send_waiting()
    return re.search(r"https://[^/]+(/donnees/lien/[^\s]+)", mail.outbox[-1].body)[1]


def test_the_link_goes_to_the_address_alone(browser, reader):
    before = len(mail.outbox)
    answer = browser.post(reverse("subscribers:own_data_ask", args=[reader.token]))
    assert "/lien/" not in answer.content.decode()
    assert own_data_mail.send_waiting() == 1
    assert [message.to for message in mail.outbox[before:]] == [[reader.email]]


def test_asking_twice_mails_once(browser, reader):
    before = len(mail.outbox)
    for _press in range(3):
        browser.post(reverse("subscribers:own_data_ask", args=[reader.token]))
        own_data_mail.send_waiting()
    assert len(mail.outbox) == before + 1


@pytest.mark.parametrize("token", ["x", "x" * 32, "x" * 10_000, "%00", "é"])
def test_a_wrong_token_is_answered_like_a_right_one(browser, reader, token):
    right = browser.post(reverse("subscribers:own_data_ask", args=[reader.token]))
    before = len(mail.outbox)
    wrong = browser.post(reverse("subscribers:own_data_ask", args=["TOKEN"]).replace("TOKEN", token))
    own_data_mail.send_waiting()
    assert (wrong.status_code, wrong.content) == (right.status_code, right.content)
    assert len(mail.outbox) == before + 1


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete", "patch"])
def test_nothing_but_a_button_does_anything(browser, reader, rows, method):
    link = ask(reader)
    before = rows()
    getattr(browser, method)(link, {"do": "erase"})
    getattr(browser, method)(reverse("subscribers:own_data_ask", args=[reader.token]))
    browser.post(link)
    browser.post(link, {"do": "something"})
    assert rows() == before


def test_the_export_holds_all_that_is_kept(browser, reader):
    publish(IssueFactory(number=81_000))
    answer = browser.post(ask(reader), {"do": "export"})
    assert answer.headers["Content-Disposition"].startswith("attachment")
    kept = json.loads(answer.content)
    assert kept["address"] == reader.email
    assert [event["what"] for event in kept["consent"]] == ["asked", "mailed", "confirmed"]
    assert [mail["issue"] for mail in kept["mailings"]["mails"]] == [81_000]


def test_who_is_forgotten_leaves_true_counts_and_no_address(browser, reader):
    mailing = publish(IssueFactory())
    planned = mailing.deliveries.count()
    assert browser.post(ask(reader), {"do": "erase"}).status_code == 200
    assert not Subscriber.objects.filter(pk=reader.pk).exists()
    assert not ConsentEvent.objects.filter(subscriber_id=reader.pk).exists()
    assert mailing.deliveries.count() == planned
    assert not Delivery.objects.filter(address__contains="@").exists()
    assert suppression.is_suppressed(reader.email)


def test_two_readers_of_one_mailing_may_both_be_forgotten(reader, desk):
    other = desk.join("autre@example.org")
    publish(IssueFactory())
    own_data.erase(reader)
    own_data.erase(other)
    assert not Delivery.objects.filter(address__contains="@").exists()


def test_who_is_deleted_by_an_editor_leaves_no_address_either(reader):
    publish(IssueFactory())
    Subscriber.objects.filter(pk=reader.pk).delete()
    assert not Delivery.objects.filter(address=reader.email).exists()


def test_a_link_is_good_for_an_hour(browser, reader, monkeypatch):
    link = ask(reader)
    monkeypatch.setattr(own_data, "LINK_LIFETIME", timedelta(seconds=-1))
    assert browser.post(link, {"do": "erase"}).status_code == 410
    assert Subscriber.objects.filter(pk=reader.pk).exists()


def test_a_newer_link_ends_the_one_before(browser, reader):
    first = ask(reader)
    Subscriber.objects.filter(pk=reader.pk).update(own_data_asked_at=timezone.now() - timedelta(minutes=20))
    second = ask(reader)
    assert browser.post(first, {"do": "erase"}).status_code == 410
    assert browser.post(second, {"do": "erase"}).status_code == 200
    assert browser.post(second, {"do": "erase"}).status_code == 410


def test_a_link_that_was_changed_opens_nothing(browser, reader):
    link = ask(reader)
    for wrong in (link[:-3] + "/", link.replace("lien/", "lien/x"), "/donnees/lien/" + "x" * 10_000 + "/"):
        assert browser.post(wrong, {"do": "erase"}).status_code == 410
    confirmation = reverse("subscribers:own_data", args=["TOKEN"]).replace("TOKEN", reader.token)
    assert browser.post(confirmation, {"do": "erase"}).status_code == 410


def test_its_address_is_told_to_nobody(browser, reader):
    answer = browser.get(ask(reader))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
