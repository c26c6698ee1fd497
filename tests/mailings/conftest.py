"""A published issue, its mailing, and a mail server that says what a test tells it to."""

from datetime import timedelta

import pytest
from django.utils import timezone

from authors.models import User
from issues import workflow
from issues.models import Issue
from mailings.dispatch import dispatch
from mailings.models import LEASE, Batch, Delivery, Mailing
from mailings.send import send_batch
from mailings.transports import close_kept_transport
from mailings.transports.smtp import SmtpTransport
from subscribers.models import Subscriber
from tests.esp import Brevo, Esp, Mailgun, Mailjet, Postmark, an_esp, mailer
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


def a_mailing_to(number: int, **issue: object) -> Mailing:
    """A mailing to so many readers: lectrice0@example.org and on, each with a name of their own."""
    Subscriber.objects.bulk_create(
        Subscriber(
            email=f"lectrice{n}@example.org",
            address=f"lectrice{n}@example.org",
            name=f"Zoé & Noé {n}",
            state="active",
            confirmed_at=timezone.now(),
        )
        for n in range(number)
    )
    return publish(IssueFactory(subject="Veille n° 12 : l’été, déjà", **issue))


def send(mailing: Mailing) -> dict[str, int]:
    """Send what a mailing planned, once. Gives how many are in each state."""
    for batch in mailing.batches.filter(state="queued"):
        send_batch(batch.pk)
    return mailing.counts()


def let_silence_pass() -> None:
    """Make it a minute since the workers of all claimed batches gave their last sign."""
    Batch.objects.claimed().update(lease_until=timezone.now() + LEASE - timedelta(minutes=1))


def send_what_waits(mailing: Mailing) -> dict[str, int]:
    """Do what workers do, as if whatever had to wait had waited; a provider's rest too."""
    Batch.objects.update(not_before=None, announced_at=None)
    Delivery.objects.deferred().update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    close_kept_transport()
    for batch in dispatch():
        send_batch(batch)
    return mailing.counts()


def send_to_the_end(mailing: Mailing, rounds: int = 60) -> dict[str, int]:
    """Do so until nothing waits. Gives how many are in each state."""
    for _round in range(rounds):
        counts = send_what_waits(mailing)
        if not counts["planned"] and not counts["deferred"]:
            return counts
    raise AssertionError(f"still waiting: {counts}")


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


@pytest.fixture
def through(settings):
    """Make a provider the default mailer; called again, another. Nothing is left open behind."""

    def choose(esp: Esp, **options: object) -> None:
        close_kept_transport()
        settings.MAILERS = {"default": mailer(esp, **options)}

    yield choose
    close_kept_transport()


@pytest.fixture(params=[Brevo, Mailgun, Mailjet, Postmark])
def any_esp(request, through):
    with an_esp(request.param) as esp:
        through(esp)
        yield esp


@pytest.fixture
def mailgun(through):
    with an_esp(Mailgun) as esp:
        through(esp)
        yield esp


@pytest.fixture
def mailjet(through):
    with an_esp(Mailjet) as esp:
        through(esp)
        yield esp
