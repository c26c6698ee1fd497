"""The desk's doors to sending: who may, and what comes of it."""

import pytest
from django.core import mail
from django.urls import reverse

from mailings.bounces import verp
from mailings.models import Mailing
from tests.factories import IssueFactory, SectionFactory, an_author, an_editor

pytestmark = pytest.mark.django_db


def controlling(mailing, action):
    return reverse("mailings:control", args=[mailing.pk, action])


def levels(response):
    return [message.level_tag for message in response.context["messages"]]


def test_an_editor_sends_herself_a_test_marked_as_one(client):
    client.force_login(an_editor())
    section = SectionFactory(issue=IssueFactory(subject="Veille n° 12 : l’été"))
    url = reverse("mailings:send-test", args=[section.issue.pk])
    response = client.post(url, {"address": "Helene@exämple.org"}, follow=True)
    assert levels(response) == ["success"]
    (sent,) = mail.outbox
    assert sent.to == ["helene@xn--exmple-cua.org"]
    assert sent.subject == "[essai] Veille n° 12 : l’été"
    assert section.title in sent.body


@pytest.mark.parametrize("bounces", ["", "bounces@veille.example"])
def test_a_test_has_the_return_path_of_a_mailing(client, settings, sink, mailing, work, bounces):
    settings.VEILLE_BOUNCE_ADDRESS = bounces
    client.force_login(an_editor())
    client.post(reverse("mailings:send-test", args=[IssueFactory().pk]), {"address": "a@example.org"})
    work()
    test, *others = [received.sender.partition("+")[0] for received in sink.received]
    assert others == [test] * 5
    assert test == ("bounces" if bounces else "veille@veille.example")
    # Nobody's delivery: what comes back of it changes nothing.
    assert not verp.delivery_of(sink.received[0].sender)


@pytest.mark.parametrize("address", ["", "pas une adresse", "a@b\r\nBcc: c@d.e", "x" * 5000])
def test_a_bad_address_for_a_test_is_told(client, address):
    client.force_login(an_editor())
    url = reverse("mailings:send-test", args=[IssueFactory().pk])
    assert levels(client.post(url, {"address": address}, follow=True)) == ["error"]
    assert mail.outbox == []


def test_a_mail_server_that_is_away_is_told_in_its_words(client, settings):
    from tests.sink import free_port

    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": free_port()},
        }
    }
    client.force_login(an_editor())
    url = reverse("mailings:send-test", args=[IssueFactory().pk])
    assert levels(client.post(url, {"address": "a@example.org"}, follow=True)) == ["error"]


def test_authors_send_no_tests(client):
    client.force_login(an_author())
    url = reverse("mailings:send-test", args=[IssueFactory().pk])
    assert client.post(url, {"address": "a@example.org"}).status_code == 403
    assert mail.outbox == []


def test_an_editor_pauses_resumes_and_cancels(client, mailing):
    client.force_login(an_editor())
    for action, state in (("pause", "paused"), ("resume", "sending"), ("cancel", "cancelled")):
        client.post(controlling(mailing, action))
        assert Mailing.objects.get().state == state


def test_what_cannot_be_done_now_is_told(client, mailing):
    client.force_login(an_editor())
    assert levels(client.post(controlling(mailing, "resume"), follow=True)) == ["error"]


@pytest.mark.parametrize("action", ["pause", "resume", "cancel", "explode"])
def test_authors_control_nothing_and_a_get_controls_nothing(client, mailing, action):
    client.force_login(an_author())
    assert client.post(controlling(mailing, action)).status_code == 403
    client.force_login(an_editor())
    assert client.get(controlling(mailing, action)).status_code == 405
    assert Mailing.objects.get().state == "sending"


def test_the_page_of_a_mailing_follows_it(client, mailing, work, readers, sink):
    sink.answers[readers[0].email] = ["550 5.1.1 no such user"]
    client.force_login(an_editor())
    before = client.get(reverse("mailings:progress", args=[mailing.pk])).json()
    assert (before["planned"], before["settled"], before["state"]) == (5, 0, "sending")
    work()
    after = client.get(reverse("mailings:progress", args=[mailing.pk])).json()
    assert (after["settled"], after["percent"], after["state"]) == (5, 100, "finished")
    assert after["counts"]["sent"] == 4
    page = client.get(reverse("admin:mailings_mailing_change", args=[mailing.pk])).content.decode()
    assert "550 5.1.1 no such user" in page
    assert readers[0].email in page


def test_authors_follow_no_mailing(client, mailing):
    client.force_login(an_author())
    assert client.get(reverse("mailings:progress", args=[mailing.pk])).status_code == 403
    assert client.get(reverse("admin:mailings_mailing_change", args=[mailing.pk])).status_code == 403


def test_nobody_edits_or_deletes_a_mailing_by_a_form(client, mailing):
    client.force_login(an_editor())
    change = reverse("admin:mailings_mailing_change", args=[mailing.pk])
    assert client.post(change, {"state": "finished"}).status_code == 403
    delete = reverse("admin:mailings_mailing_delete", args=[mailing.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    assert Mailing.objects.get().state == "sending"
