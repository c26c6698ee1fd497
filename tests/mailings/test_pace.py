"""A limit on messages a minute holds over all workers, by the database's clock."""

import json
import time
from contextlib import closing

import pytest

from mailings.dispatch import dispatch
from mailings.models import Batch, Destination, Mailing
from mailings.pace import take_slots
from mailings.send import send_batch
from mailings.transports.smtp import SmtpTransport
from tests.factories import IssueFactory, SubscriberFactory
from tests.mailings.conftest import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def row():
    return Destination.objects.create(name="example.org")


def test_who_comes_first_goes_at_once_and_takes_a_second_at_most(row):
    slots = take_slots(row, 600, wanted=500, patience=60)
    assert (slots.count, slots.wait) == (10, 0)


def test_the_next_one_waits_until_those_slots_are_over(row):
    take_slots(row, 600, wanted=500, patience=60)
    slots = take_slots(row, 600, wanted=500, patience=60)
    assert slots.count == 10
    assert 0.5 < slots.wait <= 1


def test_a_slow_pace_gives_one_at_a_time(row):
    assert take_slots(row, 6, wanted=500, patience=60).count == 1
    assert 9 < take_slots(row, 6, wanted=500, patience=60).wait <= 10


def test_who_cannot_wait_takes_nothing_and_hears_how_long_it_would_be(row):
    take_slots(row, 1, wanted=1, patience=60)
    before = Destination.objects.get().next_slot
    slots = take_slots(row, 1, wanted=1, patience=30)
    assert slots.count == 0
    assert 50 < slots.wait <= 60
    assert Destination.objects.get().next_slot == before


def test_however_many_share_it_a_minute_holds_no_more(row):
    """Sixty takers in turn: their slots lie a second apart in all, whoever takes them."""
    waits = [take_slots(row, 600, wanted=10, patience=3600).wait for _taker in range(60)]
    assert waits == sorted(waits)
    assert 58 < waits[-1] <= 59


def sent_within(mailing, transport, seconds):
    began = time.monotonic()
    for batch in mailing.batches.values_list("pk", flat=True):
        send_batch(batch, transport=transport, should_stop=lambda: time.monotonic() - began > seconds)
    return mailing.deliveries.filter(state="sent").count()


def test_a_mailing_keeps_its_pace_over_batches(db, settings, transport):
    settings.VEILLE_PER_MINUTE, settings.VEILLE_BATCH_SIZE = 300, 4
    SubscriberFactory.create_batch(20)
    sent = sent_within(publish(IssueFactory()), transport, 2)
    # Five a second, and those of the first second at once.
    assert 10 <= sent <= 15


def test_a_pace_so_slow_that_a_task_would_be_long_gives_the_batch_back_until_then(mailing, transport):
    Mailing.objects.update(per_minute=1)
    batch = mailing.batches.get()
    # The first goes at once, the second in a minute: longer than a task may last.
    began = time.monotonic()
    send_batch(batch.pk, transport=transport)
    assert time.monotonic() - began < 5
    batch.refresh_from_db()
    assert (batch.state, batch.attempts, mailing.counts()["sent"]) == ("queued", 0, 1)
    assert batch.not_before is not None
    assert dispatch() == []


def test_a_limit_that_is_lifted_in_mid_send_is_gone_at_the_next_second(mailing, sink):
    Mailing.objects.update(per_minute=60)

    class Lifting(SmtpTransport):
        def answers(self):
            Mailing.objects.update(per_minute=0)
            return super().answers()

    began = time.monotonic()
    with closing(Lifting(host="127.0.0.1", port=sink.port)) as way_out:
        send_batch(mailing.batches.get().pk, transport=way_out)
    assert len(sink.received) == 5
    assert time.monotonic() - began < 3


def test_a_destination_has_a_pace_of_its_own_and_the_others_go_on(db, settings, work, sink):
    settings.VEILLE_DESTINATIONS = json.dumps([{"domains": ["lent.example"], "per_minute": 1}])
    SubscriberFactory.create_batch(3)
    for n in range(3):
        SubscriberFactory(email=f"lectrice{n}@lent.example")
    mailing = publish(IssueFactory())
    work()
    assert sorted(to.partition("@")[2] for to in sink.recipients) == ["example.org"] * 3 + ["lent.example"]
    assert Batch.objects.get(lane="lent.example").not_before is not None
    assert mailing.counts()["planned"] == 2
