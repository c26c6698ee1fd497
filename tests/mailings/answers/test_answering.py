"""What readers answer from their mails: opinions that are counted, words that reach the authors."""

from email.parser import BytesParser
from email.policy import default

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from mailings.answers import forwarding
from mailings.frozen import Recipient
from mailings.letters import frozen_mail_of
from mailings.models import Reaction, ReaderReply
from subscribers import consent
from tests.factories import IssueFactory, SubscriberFactory
from tests.mailings.conftest import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    return SubscriberFactory()


@pytest.fixture
def section(reader):
    return publish(IssueFactory()).issue.sections.get()


@pytest.fixture
def browser():
    """One without cookies, which no CSRF check lets pass."""
    return Client(enforce_csrf_checks=True)


def url(reader, section):
    return reverse("answers:section", args=[reader.token, section.pk])


def totals(section):
    return [(row["useful"], row["not_for_me"]) for row in Reaction.objects.filter(section=section).totals()]


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete", "patch"])
def test_nothing_but_a_button_answers(browser, reader, section, method):
    for choice in ("useful", "not_for_me", "reply"):
        getattr(browser, method)(url(reader, section) + f"?choix={choice}&value=useful&text=Bonjour")
    assert totals(section) == []
    assert not ReaderReply.objects.exists()


def test_an_opinion_counts_once_and_the_last_one_holds(browser, reader, section):
    for value in ("useful", "useful", "not_for_me"):
        assert browser.post(url(reader, section), {"value": value}).status_code == 200
    assert totals(section) == [(0, 1)]


def test_each_reader_counts(browser, reader):
    other = SubscriberFactory()
    section = publish(IssueFactory()).issue.sections.get()
    browser.post(url(reader, section), {"value": "useful"})
    browser.post(url(other, section), {"value": "useful"})
    assert totals(section) == [(2, 0)]


def test_an_opinion_outlives_its_reader_without_naming_anybody(browser, reader, section):
    browser.post(url(reader, section), {"value": "useful"})
    reader.delete()
    assert totals(section) == [(1, 0)]


@pytest.mark.parametrize("token", ["x", "x" * 32, "x" * 10_000, "%00", "é"])
def test_a_wrong_link_says_so_and_does_nothing(browser, section, token):
    address = reverse("answers:section", args=["TOKEN", section.pk]).replace("TOKEN", token)
    assert browser.post(address, {"value": "useful"}).status_code == 404
    assert totals(section) == []


def test_a_link_answers_no_section_that_its_reader_did_not_get(browser, section):
    late = SubscriberFactory()
    assert browser.get(url(late, section)).status_code == 404
    assert browser.post(url(late, section), {"value": "useful"}).status_code == 404
    assert browser.post(reverse("answers:section", args=[late.token, 10**15]), {}).status_code == 404


@pytest.mark.parametrize("number", [2**31, 2**63 - 1, 2**63, 10**400])
def test_a_number_that_no_section_can_have_is_a_wrong_link(browser, reader, number):
    address = reverse("answers:section", args=[reader.token, number])
    assert browser.get(address).status_code == 404
    assert browser.post(address, {"value": "useful"}).status_code == 404


def test_the_authors_get_the_words_and_answer_the_reader(
    browser, reader, section, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as queued:
        browser.post(url(reader, section), {"text": "Bravo !\r\nEt le schéma ?"})
    assert len(queued) == 1
    assert forwarding.send_waiting() == 1
    (message,) = mail.outbox
    assert message.to == [section.byline()[0].user.email]
    assert message.reply_to == [reader.email]
    assert "Et le schéma ?" in message.body
    assert forwarding.send_waiting() == 0
    assert ReaderReply.objects.get().text == ""


def test_words_to_a_guest_go_to_the_newsletter(browser, reader, section, settings):
    author = section.byline()[0]
    author.user = None
    author.save()
    browser.post(url(reader, section), {"text": "Bravo !"})
    forwarding.send_waiting()
    assert mail.outbox[0].to == ["veille@veille.example"]


def test_a_reader_writes_three_times_a_day(browser, reader, section):
    answers = [browser.post(url(reader, section), {"text": f"Mot {n}"}).status_code for n in range(4)]
    assert answers == [200, 200, 200, 429]
    assert ReaderReply.objects.count() == 3


@pytest.mark.parametrize("text", ["", "   ", "x" * 5001, "a\0b"])
def test_what_cannot_be_sent_is_said_and_given_back(browser, reader, section, text):
    response = browser.post(url(reader, section), {"text": text})
    assert response.status_code == 422
    assert "errorlist" in response.content.decode()
    assert not ReaderReply.objects.exists()


def test_a_title_never_becomes_a_header(browser, reader, section):
    type(section).objects.filter(pk=section.pk).update(title="Un titre\r\nBcc: tous@example.org")
    browser.post(url(reader, section), {"text": "Bravo !"})
    forwarding.send_waiting()
    assert mail.outbox[0].message()["Bcc"] is None


def test_who_left_since_may_still_answer(browser, reader, section):
    consent.leave(reader.token, how="page")
    assert browser.post(url(reader, section), {"value": "useful"}).status_code == 200


def test_the_mail_leads_to_the_page(reader, section):
    recipient = Recipient(reader.email, "", reader.token, "1.1@veille.example")
    frozen = frozen_mail_of(section.issue.mailing)
    for form in (frozen.quoted, frozen.eight_bit):
        message = BytesParser(policy=default).parsebytes(form.for_recipient(recipient))
        html = message.get_body(["html"]).get_content()
        for end in ("?choix=useful", "?choix=not_for_me", "?choix=reply"):
            assert f'"https://veille.example{url(reader, section)}{end}"' in html
        text = message.get_body(["plain"]).get_content()
        assert f" https://veille.example{url(reader, section)}" in text


def test_the_links_keep_the_mail_in_eight_bits(section):
    assert b"quoted-printable" not in bytes(frozen_mail_of(section.issue.mailing).eight_bit)


def test_authors_and_editors_see_the_totals(client, reader, section):
    client.post(url(reader, section), {"value": "useful"})
    client.force_login(section.byline()[0].user)
    page = client.get(reverse("admin:issues_section_change", args=[section.pk])).content.decode()
    assert "1 utile, 0 pas pour moi" in page
