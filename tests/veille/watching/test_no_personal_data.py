"""A whole mailing, with all that goes wrong in one: its log names nobody."""

import logging
from datetime import timedelta

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.utils import timezone

from issues.thread.post import write_to
from mailings.models import Delivery, Mailing
from mailings.transports import close_kept_transport
from subscribers import confirmation
from subscribers.models import Subscriber
from tests.factories import UserFactory
from tests.mailings.conftest import a_mailing_to, send_to_the_end, send_what_waits, sink  # noqa: F401
from tests.veille.watching.conftest import Lines
from veille.watching.logs import Json

READERS = 20


@pytest.fixture
def everything():
    """All that is logged at the lowest level, as the console would show it, and as it was said."""
    shown, said = Lines(Json()), logging.StreamHandler(Lines(Json()).stream)
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.DEBUG)
    for handler in (shown, said):
        # The server that takes the mails, which runs in this process, says what it is told.
        handler.addFilter(lambda record: record.name != "mail.log")
    root.addHandler(shown)
    root.addHandler(said)
    yield shown, said.stream
    close_kept_transport()
    root.removeHandler(shown)
    root.removeHandler(said)
    root.setLevel(level)


@pytest.mark.django_db
def test_nobody_is_named_while_a_mailing_goes_out_and_much_fails(sink, everything):  # noqa: F811
    shown, _said = everything
    mailing = a_mailing_to(READERS)
    addresses = list(Subscriber.objects.values_list("address", flat=True))
    refused, put_off, doubtful, broken = addresses[:4]
    sink.answers = {
        refused: [f"550 5.1.1 <{refused}>: Recipient address rejected: Zoé & Noé is unknown"],
        put_off: [f"451 4.7.1 <{put_off}> try again later"],
        broken: [f"421 4.3.2 {broken} closing"],
    }
    sink.hang_up_after_dot = {doubtful}
    Subscriber.objects.filter(address=addresses[4]).update(state="unsubscribed")
    send_what_waits(mailing)
    send_to_the_end(mailing)
    assert Delivery.objects.filter(state="refused").count() == 1
    Mailing.objects.update(state="finished", finished_at=timezone.now())
    # Single mails that are refused, and a database that quotes a row.
    waiting = Subscriber.objects.filter(address=refused)
    waiting.update(
        state="pending",
        confirmation_asked_at=timezone.now() - timedelta(minutes=1),
        confirmation_sent_at=None,
    )
    sink.answers = {refused: [f"550 <{refused}> never"]}
    confirmation.send_waiting()
    author = UserFactory(email="elodie@example.org")
    sink.answers = {author.email: [f"550 <{author.email}> never"]}
    write_to(author, lambda: EmailMultiAlternatives("Du nouveau", to=[author.email]), sent=list)
    try:
        with transaction.atomic():
            waiting.update(state="none")
    except IntegrityError:
        logging.getLogger("veille.test").exception("a row was refused")
    loggers = {entry["logger"] for entry in shown.entries}
    assert {"mailings.send", "subscribers.once", "issues.thread.post", "veille.test"} <= loggers
    for line in shown.text.splitlines():
        assert "@example.org" not in line
        assert "lectrice" not in line
        assert "elodie" not in line
        assert "Zo" not in line
    for token in Subscriber.objects.values_list("token", flat=True):
        assert token not in shown.text


@pytest.mark.django_db
def test_what_the_house_itself_says_needs_no_mask(sink, everything):  # noqa: F811
    """The mask is a second line: where our own words name people, this fails."""
    _shown, said = everything
    mailing = a_mailing_to(READERS)
    sink.answers = {
        f"lectrice{n}@example.org": [f"{code} <lectrice{n}@example.org> no"]
        for n, code in enumerate([550, 451])
    }
    send_what_waits(mailing)
    ours = said.getvalue()
    assert "delivery" in ours
    assert "lectrice" not in ours
