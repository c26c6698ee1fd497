"""An address that is refused in one mailing after the other gets no more; nobody pays for our faults."""

import pytest

from subscribers.models import ConsentEvent, Subscriber
from tests.factories import IssueFactory, SubscriberFactory
from tests.mailings.conftest import publish

pytestmark = pytest.mark.django_db

UNKNOWN = "550 5.1.1 no such user"
FULL = "552 5.2.2 mailbox full"


@pytest.fixture
def reader():
    SubscriberFactory.create_batch(2)
    return SubscriberFactory(email="zoe@example.org")


@pytest.fixture
def mailings(reader, work, sink):
    """Send one issue after the other; what the server says of the reader each time, or nothing."""

    def send(*replies):
        for reply in replies:
            publish(IssueFactory())
            sink.answers[reader.email] = [reply] if reply else []
            work()
        reader.refresh_from_db()
        return reader.state

    return send


def test_one_refusal_is_borne(mailings):
    assert mailings(UNKNOWN) == "active"


def test_an_address_unknown_twice_in_a_row_gets_no_more(mailings, reader, sink):
    assert mailings(UNKNOWN, UNKNOWN) == "bounced"
    sink.received.clear()
    mailings(None)
    assert reader.email not in sink.recipients
    assert Subscriber.objects.active().count() == 2


def test_the_servers_words_are_the_evidence(mailings, reader):
    mailings(UNKNOWN, UNKNOWN)
    event = reader.consent_events.get(kind=ConsentEvent.Kind.BOUNCED)
    assert event.page == UNKNOWN


def test_an_acceptance_in_between_proves_that_it_lives(mailings):
    assert mailings(UNKNOWN, None, UNKNOWN) == "active"


def test_a_full_mailbox_is_borne_for_longer(mailings):
    assert mailings(*[FULL] * 4) == "active"
    assert mailings(FULL) == "bounced"


def test_our_own_fault_is_never_the_readers(mailings):
    assert mailings(*["550 5.7.1 you are blocked"] * 6) == "active"


def test_who_left_meanwhile_stays_known_as_who_left(mailings, reader):
    mailings(UNKNOWN)
    publish(IssueFactory())
    Subscriber.objects.filter(pk=reader.pk).update(state="unsubscribed")
    assert mailings() == "unsubscribed"
