"""Joining from other sites, under a flood, and with an address that is lent for an hour."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from subscribers import challenge, confirmation, consent, limits
from subscribers.disposable import is_disposable
from subscribers.models import ConsentEvent, Subscriber
from tests.factories import SubscriberFactory

pytestmark = pytest.mark.django_db
FRAMED, ELSEWHERE, OWN = (reverse(f"subscribers:{name}") for name in ("framed", "from_elsewhere", "sign_up"))
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def hidden_in(page):
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))


def fill_in(url=OWN, client=None, page=None, after=timedelta(seconds=5), **fields):
    client = client or Client()
    with time_machine.travel(NOON, tick=False):
        page = page or client.get(url, headers={"referer": "https://blog.example/a?b=c"}).content.decode()
    with time_machine.travel(NOON + after, tick=False):
        return client.post(url, {"email": "lectrice@example.org", **hidden_in(page), **fields})


def flood(settings, kind=ConsentEvent.Kind.ASKED):
    settings.VEILLE_CONFIRMATIONS_PER_HOUR = 2
    for _number in range(2):
        SubscriberFactory().consent_events.create(kind=kind, at=NOON)


def test_another_site_may_frame_the_form_and_no_other_page():
    response = Client().get(FRAMED)
    assert "frame-ancestors *" in response.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in response.headers
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert not response.cookies
    own = Client().get(OWN)
    assert "frame-ancestors 'none'" in own.headers["Content-Security-Policy"]
    assert own.headers["X-Frame-Options"] == "DENY"


def test_the_framed_form_needs_no_cookie_and_says_in_which_site_it_was_filled_in():
    response = fill_in(FRAMED, Client(enforce_csrf_checks=True))
    assert response.status_code == 200
    assert 'role="status"' in response.content.decode()
    page = ConsentEvent.objects.get().page
    assert page == f"http://testserver{FRAMED} https://blog.example"


def test_the_framed_form_speaks_the_language_that_is_asked_for():
    assert ">S’abonner<" in Client().get(FRAMED + "?langue=fr").content.decode()
    page = Client().get(FRAMED + "?langue=en", headers={"accept-language": "fr"}).content.decode()
    assert ">Subscribe<" in page
    assert hidden_in(page)["language"] == "en"
    assert Client().get(FRAMED + "?langue=../xx").status_code == 200


@pytest.mark.parametrize("fields", [{}, {"opened": "forged"}, {"opened": ""}])
def test_a_framed_form_without_our_stamp_asks_for_nothing(fields):
    response = Client(enforce_csrf_checks=True).post(FRAMED, {"email": "a@example.org", **fields})
    assert response.status_code == 422
    assert not Subscriber.objects.exists()


def test_a_plain_form_on_another_site_leads_to_ours_and_asks_for_nothing_by_itself():
    client = Client(enforce_csrf_checks=True)
    with time_machine.travel(NOON, tick=False):
        page = client.post(
            ELSEWHERE, {"email": '"><b>a@example.org', "name": "Zoé", "language": "en", "opened": "x"}
        ).content.decode()
    assert not Subscriber.objects.exists()
    assert not mail.outbox
    assert "&quot;&gt;&lt;b&gt;a@example.org" in page
    assert "errorlist" not in page
    assert "Zoé" in page
    assert ">Subscribe<" in page
    response = fill_in(client=client, page=page, email="a@example.org")
    assert (response.status_code, response.url) == (302, reverse("subscribers:sent"))


def test_a_visitor_who_opens_the_address_of_the_plain_form_gets_the_form():
    assert Client().get(ELSEWHERE).url == OWN


@pytest.mark.parametrize("email", ["a@mailinator.com", "A@Sub.Mailinator.COM"])
def test_a_lent_address_is_warned_about_and_taken_all_the_same(email):
    response = fill_in(email=email)
    page = response.content.decode()
    assert response.status_code == 422
    assert not Subscriber.objects.exists()
    assert 'name="anyway"' in page
    assert fill_in(page=page, email=email, anyway="on").status_code == 302
    assert Subscriber.objects.get().email == email


def test_what_is_no_lent_address():
    assert not is_disposable("a@example.org")
    assert not is_disposable("mailinator.com@exämple.fr")
    assert 'name="anyway"' not in Client().get(OWN).content.decode()


class TestWhileAFloodComesIn:
    def answer_of(self, page):
        words = {str(word): number for number, word in challenge._WORDS.items()}
        first, second = re.search(r"Combien font (\w+) plus (\w+)", page).groups()
        return str(words[first] + words[second])

    def test_a_sum_is_asked_and_whoever_answers_goes_through(self, settings):
        flood(settings)
        with time_machine.travel(NOON, tick=False):
            page = Client().get(OWN, headers={"accept-language": "fr"}).content.decode()
        response = fill_in(page=page, answer=f" {self.answer_of(page)} ")
        assert response.status_code == 302

    @pytest.mark.parametrize("answer", ["", "0", "x" * 1000])
    def test_who_does_not_is_asked_another_one_and_loses_nothing(self, settings, answer):
        flood(settings)
        response = fill_in(answer=answer, name="Zoé")
        assert response.status_code == 422
        page = response.content.decode()
        assert 'value="lectrice@example.org"' in page
        assert 'value="Zoé"' in page
        assert fill_in(page=page, answer=self.answer_of(page)).status_code == 302

    def test_who_opened_the_form_before_is_told(self, settings):
        with time_machine.travel(NOON, tick=False):
            page = Client().get(OWN).content.decode()
        flood(settings)
        assert fill_in(page=page).status_code == 422

    def test_an_hour_later_nothing_is_asked(self, settings):
        flood(settings)
        with time_machine.travel(NOON + timedelta(hours=1, seconds=1), tick=False):
            assert not limits.is_flooded()

    def test_an_answer_counts_for_its_network_and_its_time(self):
        with time_machine.travel(NOON, tick=False):
            asked = challenge.ask("192.0.2.1")
            right = next(
                str(n) for n in range(4, 19) if challenge.is_answered(asked.token, str(n), "192.0.2.1")
            )
            assert not challenge.is_answered(asked.token, right, "192.0.2.2")
            assert not challenge.is_answered(asked.token[:-1], right, "192.0.2.1")
            assert not challenge.is_answered("x" * 10_000, right, "192.0.2.1")
        with time_machine.travel(NOON + timedelta(minutes=16), tick=False):
            assert not challenge.is_answered(asked.token, right, "192.0.2.1")


def test_past_the_mails_of_an_hour_the_others_wait_and_are_not_lost(settings, no_broker):
    with time_machine.travel(NOON, tick=False) as clock:
        consent.ask_to_join("a@example.org", name="", language="fr", page="/", ip=None)
        flood(settings, ConsentEvent.Kind.MAILED)
        assert confirmation.send_waiting() == 0
        assert not mail.outbox
        clock.shift(timedelta(hours=1, seconds=1))
        assert confirmation.send_waiting() == 1


def test_what_is_kept_is_told_to_everybody(settings):
    settings.NEWSLETTER = {**settings.NEWSLETTER, "sender_identity": "Association Veille, 1 rue du Port"}
    page = Client().get(reverse("subscribers:privacy")).content.decode()
    assert "Association Veille, 1 rue du Port" in page
    assert reverse("subscribers:privacy") in Client().get(OWN).content.decode()


def test_an_editor_gets_the_html_to_copy(admin_client):
    page = admin_client.get(reverse("audience:embed")).content.decode()
    assert FRAMED in page
    assert "&lt;iframe" in page
    assert "&lt;form action=" in page
