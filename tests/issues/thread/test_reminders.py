"""Reminders before a deadline: once a step, anew for another deadline, to those whose text is missing."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from authors.models import User
from issues import tasks
from issues.models import Issue, Section
from tests.factories import AuthorFactory, IssueFactory, SectionFactory, an_author, an_editor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def days(settings):
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    settings.VEILLE_REMINDER_DAYS = [3, 1]


@pytest.fixture
def author():
    return an_author()


@pytest.fixture
def editor():
    return an_editor()


@pytest.fixture
def issue(author, editor):
    issue = IssueFactory(deadline=timezone.now() + timedelta(days=10))
    SectionFactory(issue=issue, authors=[author.author], title="Les <cartes>")
    SectionFactory(issue=issue, authors=[an_author().author], state=Section.State.SUBMITTED)
    return issue


def run(days_left, issue):
    """Run the scheduler's task twice, so many days before the deadline; give who got a mail."""
    before = len(mail.outbox)
    with time_machine.travel(issue.deadline - timedelta(days=days_left)):
        tasks.send_reminders()
        tasks.send_reminders()
    return sorted(address for message in mail.outbox[before:] for address in message.to)


def test_each_step_reminds_once_and_the_last_tells_the_editors(issue, author, editor, settings):
    assert run(4, issue) == []
    assert run(2.9, issue) == [author.email]
    assert "Les &lt;cartes&gt;" in mail.outbox[0].alternatives[0].content
    section = issue.sections.get(title="Les <cartes>")
    assert f"{settings.SITE_URL}/admin/issues/section/{section.pk}/change/" in mail.outbox[0].body
    assert run(2, issue) == []
    assert run(0.9, issue) == sorted([author.email, editor.email])
    assert run(0.5, issue) == []
    assert run(-1, issue) == []


def test_a_scheduler_that_was_down_catches_up_with_one(issue, author, editor):
    assert run(0.5, issue) == sorted([author.email, editor.email])


def test_a_moved_deadline_reminds_anew(issue, author):
    assert run(2.9, issue) == [author.email]
    issue.deadline += timedelta(days=7)
    issue.save()
    assert run(4, issue) == []
    assert run(2.9, issue) == [author.email]


def test_who_handed_in_is_left_alone(issue):
    issue.sections.update(state=Section.State.SUBMITTED)
    assert run(0.5, issue) == []


def test_a_published_issue_reminds_nobody(issue):
    Issue.objects.update(state="published", published_at=timezone.now(), approved_digest="0" * 64)
    assert run(0.5, issue) == []


@pytest.mark.parametrize("change", [{"mailed_news": False}, {"is_active": False}, {"email": ""}])
def test_who_wants_none_or_can_get_none_gets_none(issue, change):
    User.objects.update(**change)
    assert run(0.5, issue) == []


def test_an_editor_whose_own_text_is_missing_gets_one_mail_at_the_last_step(issue, author, editor):
    SectionFactory(issue=issue, authors=[AuthorFactory(user=editor)])
    assert run(2.9, issue) == sorted([author.email, editor.email])
    assert run(0.9, issue) == sorted([author.email, editor.email])
