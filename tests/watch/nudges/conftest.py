"""An issue ten days and more before its deadline, and the people around it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail

from issues.models import PlannedRubric
from tests.factories import IssueFactory, RubricFactory, an_author, an_editor
from watch.models import Subject
from watch.nudges.tasks import send_nudges

# Eleven in the morning in Paris, on a Monday.
DEADLINE = datetime(2026, 12, 21, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def mails(settings):
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    settings.VEILLE_REMINDER_DAYS = [3, 1]
    settings.TIME_ZONE = "Europe/Paris"


@pytest.fixture
def issue(db):
    return IssueFactory(number=13, deadline=DEADLINE)


@pytest.fixture
def rubric(issue):
    rubric = RubricFactory(name="Outils")
    PlannedRubric.objects.create(issue=issue, rubric=rubric, position=1)
    return rubric


@pytest.fixture
def author(db):
    return an_author()


@pytest.fixture
def editor(db):
    return an_editor()


def a_subject(issue, author, *, days, title="La sobriété", state="taken", due=None, **fields):
    """A subject that an author took, or that was proposed to her, so many days before the deadline."""
    return Subject.objects.create(
        issue=issue,
        title=title,
        state=state,
        owner=author.author,
        owned_at=DEADLINE - timedelta(days=days),
        due=due,
        **fields,
    )


def run(days, hours=0):
    """Run the scheduler's task twice, so long before the deadline; give who got a mail, and its text."""
    before = len(mail.outbox)
    with time_machine.travel(DEADLINE - timedelta(days=days, hours=-hours), tick=False):
        send_nudges()
        send_nudges()
    return {message.to[0]: message.body for message in mail.outbox[before:]}
