"""The row that decides: whoever may not hand over moves no cursor."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mailings import claim
from mailings.fence import fence_of
from mailings.models import Mailing
from subscribers.models import Subscriber

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(mailing):
    return claim.claim(mailing.batches.get().pk, "me")


@pytest.fixture
def reader(batch):
    return batch.deliveries.first().subscriber_id


def passes(batch, reader, *, owner="me", first=2, last=2):
    fence = fence_of(batch, owner)
    fence.ask(first, last, reader)
    return fence.passed()


def cursor_of(batch):
    batch.refresh_from_db()
    return batch.handed_from, batch.cursor


def test_the_owner_moves_the_cursor_and_renews_the_lease(batch, reader):
    before = batch.lease_until
    assert passes(batch, reader)
    assert cursor_of(batch) == (2, 2)
    assert batch.lease_until > before


def test_a_call_to_a_provider_moves_it_over_a_window(batch):
    assert passes(batch, None, first=1, last=4)
    assert cursor_of(batch) == (1, 4)


def test_nobody_else_moves_it(batch, reader):
    assert not passes(batch, reader, owner="somebody else")
    assert cursor_of(batch) == (0, 0)


@pytest.mark.parametrize("state", ["paused", "cancelled"])
def test_a_stopped_mailing_hands_nothing_over(batch, reader, state):
    Mailing.objects.update(state=state)
    assert not passes(batch, reader)
    assert cursor_of(batch) == (0, 0)


def test_who_left_gets_nothing(batch, reader):
    Subscriber.objects.filter(pk=reader).update(state="unsubscribed")
    assert not passes(batch, reader)


def test_who_paused_gets_nothing_until_the_pause_is_over(batch, reader):
    hour = timedelta(hours=1)
    Subscriber.objects.filter(pk=reader).update(paused_until=timezone.now() + hour)
    assert not passes(batch, reader)
    Subscriber.objects.filter(pk=reader).update(paused_until=timezone.now() - hour)
    assert passes(batch, reader)


def test_who_was_erased_gets_nothing(batch, reader):
    Subscriber.objects.filter(pk=reader).delete()
    assert not passes(batch, reader)


def test_one_fence_serves_the_whole_batch(batch, reader):
    fence = fence_of(batch, "me")
    for position in range(1, 6):
        fence.ask(position, position, reader)
        assert fence.passed()
    assert cursor_of(batch) == (5, 5)
