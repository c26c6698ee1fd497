"""The digest: one mail, once, to those who want it."""

import smtplib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.utils import timezone

from authors.models import User
from issues import tasks, workflow
from issues.models import Notice
from issues.thread import digest, telling
from tests.factories import SectionFactory, an_author, an_editor

pytestmark = pytest.mark.django_db
SENDERS = 2


class Failing(BaseEmailBackend):
    """A mail server that is away, or answers with an error."""

    refusal: Exception | None = None
    error: Exception | None = None

    def open(self):
        if Failing.refusal:
            raise Failing.refusal

    def send_messages(self, email_messages):
        raise Failing.error


class Together(EmailBackend):
    """A mail server that answers when all senders have called."""

    callers = Barrier(SENDERS)

    def open(self):
        Together.callers.wait(timeout=20)


@pytest.fixture(autouse=True)
def working(settings):
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    return settings.MAILERS


@pytest.fixture
def author():
    return an_author()


@pytest.fixture
def section(author):
    return SectionFactory(authors=[author.author], title="Les <cartes>")


def later(minutes):
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes))


def run(minutes=31):
    """Run the scheduler's task so many minutes from now; give the mails it sent."""
    before = len(mail.outbox)
    with later(minutes):
        tasks.send_digests()
    return mail.outbox[before:]


def test_all_that_is_unseen_comes_in_one_mail_once(section, author, settings):
    editor = an_editor()
    first = workflow.comment(section, by=editor, text="Une & question", quote="Un paragraphe")
    workflow.comment(section, by=editor, text="Et une autre")
    assert run(29) == []
    (message,) = run()
    assert message.to == [author.email]
    assert "2 nouveautés" in message.subject
    html = message.alternatives[0].content
    link = f"{settings.SITE_URL}/admin/issues/section/{section.pk}/change/#review-{first.pk}"
    assert link in html
    assert link in message.body
    assert "Une & question" in message.body
    assert "Une &amp; question" in html
    assert "Les &lt;cartes&gt;" in html
    assert f"{settings.SITE_URL}/redaction/mes-avis/" in html
    assert message.message()["Auto-Submitted"] == "auto-generated"
    assert run(120) == []


def test_what_was_seen_is_not_mailed(section, author):
    workflow.comment(section, by=an_editor(), text="Une question")
    telling.see(author)
    assert run() == []


@pytest.mark.parametrize(
    "change", [{"mailed_news": False}, {"is_active": False}, {"email": ""}, {"is_staff": False}]
)
def test_who_wants_none_or_can_get_none_gets_none(section, author, change):
    workflow.comment(section, by=an_editor(), text="Une question")
    User.objects.filter(pk=author.pk).update(**change)
    assert run() == []


def test_it_does_not_tell_of_a_section_that_she_may_no_longer_see(section):
    workflow.comment(section, by=an_editor(), text="Une question")
    section.bylines.all().delete()
    assert run() == []


def test_a_server_that_is_away_loses_nothing(section, author, settings, working):
    workflow.comment(section, by=an_editor(), text="Une question")
    Failing.refusal = ConnectionRefusedError("nobody there")
    settings.MAILERS = {"default": {"BACKEND": f"{__name__}.Failing"}}
    assert run() == []
    settings.MAILERS = working
    assert len(run(32)) == 1


@pytest.mark.parametrize(
    ("error", "mails"),
    [
        (smtplib.SMTPDataError(451, b"greylisted"), 1),
        (smtplib.SMTPServerDisconnected("gone"), 1),
        (smtplib.SMTPDataError(550, b"no such person"), 0),
    ],
)
def test_it_is_tried_again_unless_refused_for_good(section, settings, working, error, mails):
    workflow.comment(section, by=an_editor(), text="Une question")
    Failing.refusal, Failing.error = None, error
    settings.MAILERS = {"default": {"BACKEND": f"{__name__}.Failing"}}
    assert run() == []
    settings.MAILERS = working
    assert run(33) == []
    assert len(run(40)) == mails


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_one(section, author, settings):
    workflow.comment(section, by=an_editor(), text="Une question")
    Notice.objects.update(created_at=timezone.now() - timedelta(hours=1))
    settings.MAILERS = {"default": {"BACKEND": f"{__name__}.Together"}}

    def send(_):
        try:
            return digest.send(author)
        finally:
            connection.close()

    with ThreadPoolExecutor(SENDERS) as pool:
        assert sorted(pool.map(send, range(SENDERS))) == [False, True]
    assert len(mail.outbox) == 1
