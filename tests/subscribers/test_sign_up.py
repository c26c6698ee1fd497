"""The sign-up form, as visitors and programs use it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from subscribers import wording
from subscribers.models import ConsentEvent, Subscriber
from tests.factories import SubscriberFactory

pytestmark = pytest.mark.django_db
URL = reverse("subscribers:sign_up")
SENT = reverse("subscribers:sent")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def fill_in(client, after=timedelta(seconds=5), **fields):
    """Open the form, wait, and send it."""
    with time_machine.travel(NOON, tick=False):
        page = client.get(URL).content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    with time_machine.travel(NOON + after, tick=False):
        return client.post(URL, {"email": "lectrice@example.org", "name": "", **hidden, **fields})


def test_it_notes_the_request_with_the_words_that_were_shown(client):
    page = client.get(URL, headers={"accept-language": "en"}).content.decode()
    assert wording.consent_wording("en") in page.replace("&#x27;", "'")
    response = fill_in(client, language="en", name="  Zoé \u202e ")
    assert (response.status_code, response.url) == (302, SENT)
    reader = Subscriber.objects.get()
    assert (reader.email, reader.name, reader.language) == ("lectrice@example.org", "Zoé", "en")
    assert reader.consent_events.get().wording == wording.consent_wording("en")


@pytest.mark.parametrize("state", [None, *Subscriber.State])
def test_the_answer_is_the_same_whatever_we_know_of_the_address(client, state):
    if state:
        SubscriberFactory(email="lectrice@example.org", state=state)
    response = fill_in(client)
    assert (response.status_code, response.url) == (302, SENT)
    assert client.get(SENT).status_code == 200


def test_a_bad_address_is_told_and_kept_on_the_screen(client):
    response = fill_in(client, email="<b>jörg@exämple.fr")
    assert response.status_code == 422
    page = response.content.decode()
    assert 'aria-invalid="true"' in page
    assert "&lt;b&gt;jörg" in page
    assert "<b>" not in page
    assert not Subscriber.objects.exists()


def test_an_empty_form_is_answered_with_a_word(client):
    response = client.post(URL, {})
    assert response.status_code == 422
    assert "errorlist" in response.content.decode()


def test_a_program_that_fills_in_every_field_gets_the_usual_answer_and_nothing_else(client):
    response = fill_in(client, message="Buy now")
    assert (response.status_code, response.url) == (302, SENT)
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize("after", [timedelta(seconds=1), timedelta(hours=25)])
def test_who_is_too_fast_or_too_late_is_asked_to_send_again(client, after):
    assert fill_in(client, after).status_code == 422
    assert not Subscriber.objects.exists()


def test_a_form_that_was_open_for_long_goes_through_when_sent_again(client):
    page = fill_in(client, timedelta(hours=25)).content.decode()
    stamp = re.search(r'name="opened" value="([^"]*)"', page)[1]
    assert 'value="lectrice@example.org"' in page
    with time_machine.travel(NOON + timedelta(hours=25, seconds=5), tick=False):
        response = client.post(URL, {"email": "a@example.org", "language": "fr", "opened": stamp})
    assert response.status_code == 302


@pytest.mark.parametrize("opened", ["", "x", "\x00", "x" * 10_000])
def test_a_forged_time_stamp_is_refused(client, opened):
    assert fill_in(client, opened=opened).status_code == 422


@pytest.mark.parametrize("language", ["", "xx", "../fr", "x" * 10_000])
def test_a_forged_language_is_refused(client, language):
    assert fill_in(client, language=language).status_code == 422


def test_the_eleventh_request_of_a_network_within_the_hour_is_refused_with_a_word(client):
    for number in range(10):
        assert fill_in(client, email=f"lectrice{number}@example.org").status_code == 302
    response = fill_in(client)
    assert response.status_code == 429
    assert 'role="alert"' in response.content.decode()


def test_it_believes_no_proxy_that_is_not_ours(client, settings):
    settings.TRUSTED_PROXIES = 0
    client.defaults["HTTP_X_FORWARDED_FOR"] = "198.51.100.9"
    fill_in(client)
    assert ConsentEvent.objects.get().ip == "127.0.0.1"


def test_another_site_cannot_send_it():
    client = Client(enforce_csrf_checks=True)
    assert fill_in(client, csrfmiddlewaretoken="").status_code == 403
    assert fill_in(client).status_code == 302
