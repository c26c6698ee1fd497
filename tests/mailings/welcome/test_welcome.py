"""Who has just joined is greeted, once, with the editor's words and the latest issue."""

import smtplib
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from mailings.models import Welcome, WelcomeText
from mailings.welcome import sending
from subscribers import consent
from subscribers.confirmation import Request, make_link
from subscribers.models import Subscriber
from tests.factories import (
    IssueFactory,
    SectionFactory,
    SubscriberFactory,
    UserFactory,
    WelcomeTextFactory,
    an_author,
    an_editor,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_in_memory(settings, no_broker):
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}


def join(email="lectrice@example.org", *, language="fr", name="Zoé"):
    consent.ask_to_join(email, name=name, language=language, page="/", ip=None)
    reader = Subscriber.objects.get(email=email)
    assert consent.confirm(make_link(Request.of(reader))) is consent.Outcome.CONFIRMED
    return reader


def refuse_with(error, monkeypatch):
    def refuse(*args, **kwargs):
        raise error

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)


def test_the_mail_holds_the_words_the_latest_issue_and_the_ways_out():
    WelcomeTextFactory(body="Merci de **nous** lire.\n\n<script>alert(1)</script>")
    for number in (61_001, 61_002):
        issue = IssueFactory(
            number=number,
            title=f"L'été n° {number}",
            state="published",
            published_at=timezone.now(),
            approved_digest="0" * 64,
        )
        SectionFactory(issue=issue, title="🚀 Une fusée & <b>un</b> câble", position=61_001)
    draft = IssueFactory(number=61_003, title="Le prochain")
    SectionFactory(issue=draft, title="Un secret")
    reader = join()
    assert sending.send(reader.pk)
    (message,) = mail.outbox
    assert message.to == ["lectrice@example.org"]
    assert message.subject == "Bienvenue à bord"
    (html, _kind), text = message.alternatives[0], message.body
    for form in (html, text):
        assert "Bonjour Zoé," in form
        assert "61002" in form
        assert "Une fusée" in form
        assert "61001" not in form
        assert "Un secret" not in form
        assert reverse("archive:issue", args=[61_002]) in form
        assert reverse("subscribers:unsubscribe", args=[reader.token]) in form
        assert reverse("subscribers:preferences", args=[reader.token]) in form
    assert "<script>" not in html
    assert "&lt;b&gt;un" in html
    assert "<b>un</b>" in text
    one_click = reverse("subscribers:one_click", args=[reader.token])
    assert one_click in message.extra_headers["List-Unsubscribe"]
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert b"\n.\n" not in message.message().as_bytes()


def test_without_an_issue_there_are_the_words_alone():
    WelcomeTextFactory()
    assert sending.send(join().pk)
    assert "Merci de nous lire." in mail.outbox[0].body
    assert "dernier numéro" not in mail.outbox[0].body


@pytest.mark.parametrize(
    ("reads", "texts", "gets"),
    [
        ("en", {"fr": True, "en": True}, "en"),
        ("en", {"fr": True}, "fr"),
        ("en", {"fr": True, "en": False}, "fr"),
    ],
)
def test_the_language_is_the_readers_or_that_of_the_newsletter(reads, texts, gets):
    for language, is_sent in texts.items():
        WelcomeTextFactory(language=language, subject=language, is_sent=is_sent)
    assert sending.send(join(language=reads).pk)
    assert mail.outbox[0].subject == gets
    assert ("Hello Zoé," if gets == "en" else "Bonjour Zoé,") in mail.outbox[0].body


@pytest.mark.parametrize("texts", [{}, {"fr": False}])
def test_where_the_editor_wrote_nothing_nobody_is_greeted(texts):
    for language, is_sent in texts.items():
        WelcomeTextFactory(language=language, is_sent=is_sent)
    assert not sending.send(join().pk)
    assert not Welcome.objects.exists()


def test_nobody_is_greeted_twice():
    WelcomeTextFactory()
    reader = join()
    assert [sending.send(reader.pk), sending.send(reader.pk), sending.send_waiting()] == [True, False, 0]
    consent.leave(reader.token, how="page")
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        join()
        assert sending.send_waiting() == 0
    assert len(mail.outbox) == 1


def test_a_month_later_it_is_forgotten_whom_we_greeted():
    WelcomeTextFactory()
    sending.send(join().pk)
    assert sending.forget_old() == 0
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        assert sending.forget_old() == 1
        assert not Welcome.objects.exists()


def test_who_leaves_before_the_mail_does_is_not_greeted():
    WelcomeTextFactory()
    reader = join()
    consent.leave(reader.token, how="page")
    assert sending.send_waiting() == 0
    assert not mail.outbox


def test_who_was_imported_or_added_joined_elsewhere_and_is_not_greeted():
    WelcomeTextFactory()
    consent.join_confirmed("importee@example.org", source="a list")
    SubscriberFactory()
    assert not Welcome.objects.exists()


def test_a_temporary_refusal_is_tried_again_and_a_lasting_one_is_not(monkeypatch):
    WelcomeTextFactory()
    soon, never = join("a@example.org"), join("b@example.org")
    with monkeypatch.context() as patch:
        refuse_with(smtplib.SMTPResponseException(451, b"later"), patch)
        assert not sending.send(soon.pk)
    with monkeypatch.context() as patch:
        refuse_with(smtplib.SMTPResponseException(550, b"no"), patch)
        assert not sending.send(never.pk)
    assert sending.send_waiting() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        assert sending.send_waiting() == 1
    assert mail.outbox[0].to == ["a@example.org"]


def test_who_waited_for_a_day_is_greeted_no_more():
    WelcomeTextFactory()
    join()
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1), tick=False):
        assert sending.send_waiting() == 0


class TestTheEditorsPage:
    def test_a_subject_is_one_line_and_a_language_has_one_mail(self, admin_client):
        url = reverse("admin:mailings_welcometext_add")
        posted = {
            "language": "fr",
            "subject": "Salut\r\nBcc: x@example.org",
            "body": "Bonjour",
            "is_sent": "on",
        }
        assert admin_client.post(url, posted).status_code == 302
        assert WelcomeText.objects.get().subject == "Salut Bcc: x@example.org"
        again = admin_client.post(url, posted)
        assert again.status_code == 200
        assert WelcomeText.objects.count() == 1

    def test_a_test_goes_to_who_asks_and_to_nobody_else(self, client):
        text, editor = WelcomeTextFactory(), an_editor()
        client.force_login(editor)
        client.post(reverse("mailings:welcome-test", args=[text.pk]))
        assert [message.to for message in mail.outbox] == [[editor.email]]
        assert not Subscriber.objects.exists()

    def test_who_has_no_address_and_who_may_not_gets_a_word(self, client):
        text = WelcomeTextFactory()
        url = reverse("mailings:welcome-test", args=[text.pk])
        client.force_login(UserFactory(is_staff=True, is_superuser=True, email=""))
        assert "pas d’adresse" in client.post(url, follow=True).content.decode()
        client.force_login(an_author())
        assert client.post(url).status_code == 403
        assert not mail.outbox
