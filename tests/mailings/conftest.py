"""A published issue, its mailing, and a mail server that says what a test tells it to."""

import pytest

from authors.models import User
from issues import workflow
from issues.models import Issue
from mailings.dispatch import dispatch
from mailings.models import Mailing
from mailings.send import send_batch
from mailings.transports.smtp import SmtpTransport
from tests.factories import IssueFactory, SectionFactory, SubscriberFactory, an_author, an_editor
from tests.sink import a_sink


def publish(issue: Issue) -> Mailing:
    """Take an issue with one section the whole way."""
    workflow.publish(issue, by=approve(issue))
    return Mailing.objects.get(issue=issue)


def approve(issue: Issue) -> User:
    """Take an issue with one section as far as it goes before readers see it. Gives the editor."""
    author, editor = an_author(), an_editor()
    section = SectionFactory(issue=issue, authors=[author.author])
    workflow.submit(section, by=author)
    workflow.approve_section(section, by=editor)
    workflow.send_to_review(issue, by=editor)
    workflow.approve(issue, by=editor)
    return editor


@pytest.fixture
def readers(db):
    return [SubscriberFactory(name=f"Zoé & Noé {n}") for n in range(5)]


@pytest.fixture
def mailing(readers):
    return publish(IssueFactory(subject="Veille n° 12 : l’été, déjà"))


@pytest.fixture
def sink(settings):
    """The mail server of the house."""
    with a_sink() as running:
        settings.MAILERS = {
            "default": {
                "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "OPTIONS": {"host": "127.0.0.1", "port": running.port},
            }
        }
        yield running


@pytest.fixture
def transport(sink):
    way_out = SmtpTransport(host="127.0.0.1", port=sink.port)
    yield way_out
    way_out.close()


@pytest.fixture
def work(transport):
    """Do what workers do until nothing waits: dispatch, send, and again. Gives the rounds it took."""

    def until_nothing_waits(rounds: int = 20) -> int:
        for count in range(rounds):
            batches = dispatch()
            if not batches:
                return count
            for batch in batches:
                send_batch(batch, transport=transport)
        raise AssertionError("batches wait for ever")

    return until_nothing_waits
