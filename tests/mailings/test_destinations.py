"""What destinations bear: connections by rule, and rest when they ask for it."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from mailings import claim, destinations
from mailings.dispatch import dispatch
from mailings.models import Batch, Delivery, Destination
from tests.factories import IssueFactory, SubscriberFactory
from tests.mailings.conftest import publish

pytestmark = pytest.mark.django_db

THROTTLED = "421 4.7.0 TSS04 messages from you temporarily deferred"


@pytest.fixture
def lanes(settings):
    settings.VEILLE_DESTINATIONS = json.dumps(
        [{"domains": ["orange.example", "wanadoo.example"], "connections": 1}]
    )
    settings.VEILLE_BATCH_SIZE = 2


def readers_at(domain, count):
    return [SubscriberFactory(email=f"lectrice{n}@{domain}") for n in range(count)]


@pytest.fixture
def mixed(lanes):
    readers_at("orange.example", 3)
    readers_at("wanadoo.example", 2)
    readers_at("example.org", 3)
    return publish(IssueFactory())


def test_readers_of_a_ruled_destination_stand_in_batches_of_their_own(mixed):
    sizes = list(mixed.batches.values_list("lane", "size"))
    assert sizes == [("orange.example", 2), ("orange.example", 2), ("orange.example", 1), ("", 2), ("", 1)]
    assert mixed.planned == mixed.deliveries.count() == 8
    in_lane = mixed.deliveries.filter(batch__lane="orange.example").values_list("address", flat=True)
    assert {address.partition("@")[2] for address in in_lane} == {"orange.example", "wanadoo.example"}
    for batch in mixed.batches.all():
        assert list(batch.deliveries.values_list("position", flat=True)) == list(range(1, batch.size + 1))


def test_a_lane_has_no_more_batches_at_work_than_connections(mixed, settings):
    one, two, _three = mixed.batches.filter(lane="orange.example")
    other = mixed.batches.filter(lane="").first()
    assert claim.claim(one.pk, "one") is not None
    assert claim.claim(two.pk, "two") is None
    assert claim.claim(other.pk, "three") is not None
    claim.finish(one, "one")
    assert claim.claim(two.pk, "two") is not None


def test_all_workers_together_keep_to_the_connections_of_the_relay(mixed, settings):
    settings.VEILLE_CONNECTIONS = 1
    first, second = mixed.batches.filter(lane="")
    assert claim.claim(first.pk, "one") is not None
    assert claim.claim(second.pk, "two") is None
    settings.VEILLE_CONNECTIONS = 0
    assert claim.claim(second.pk, "two") is not None


def test_no_more_is_announced_than_may_be_claimed(mixed):
    announced = Batch.objects.filter(pk__in=dispatch()).values_list("lane", flat=True)
    assert sorted(announced) == ["", "", "orange.example"]


def test_a_batch_that_found_no_connection_is_announced_as_soon_as_there_is_one(mixed):
    dispatch()
    one, two, _three = mixed.batches.filter(lane="orange.example")
    claim.claim(one.pk, "one")
    Batch.objects.filter(pk=two.pk).update(announced_at=timezone.now())
    assert claim.claim(two.pk, "two") is None
    claim.finish(one, "one")
    assert dispatch() == [two.pk]


def test_a_mailing_over_several_lanes_reaches_everybody_once(mixed, work, sink):
    work()
    mixed.refresh_from_db()
    assert (mixed.state, len(sink.received)) == ("finished", 8)
    assert len(set(sink.recipients)) == 8


def test_what_is_tried_again_stays_in_its_lane(mixed, work, sink):
    sink.answers["lectrice0@wanadoo.example"] = ["450 4.2.0 greylisted"]
    work()
    Delivery.objects.deferred().update(next_attempt_at=timezone.now())
    (again,) = dispatch()
    assert Batch.objects.get(pk=again).lane == "orange.example"


# --- Rest ---


def throttle(times, reply=THROTTLED, name="example.org"):
    return [destinations.throttled(name, reply) for _time in range(times)]


def minutes_from_now(moment):
    return round((moment - timezone.now()).total_seconds() / 60)


def test_a_destination_that_puts_off_five_in_a_row_is_left_alone_for_five_minutes():
    *before, fifth = throttle(5)
    assert before == [None] * 4
    assert minutes_from_now(fifth) == 5
    assert destinations.closed().keys() == {"example.org"}


def test_what_comes_in_while_it_rests_prolongs_nothing():
    assert throttle(9)[-1] == throttle(1)[0]
    assert Destination.objects.get().throttled_in_a_row == 5


def test_each_further_complaint_after_a_rest_doubles_it_up_to_four_hours():
    throttle(5)
    rests = []
    for _rest in range(7):
        Destination.objects.update(closed_until=timezone.now() - timedelta(seconds=1))
        rests.append(minutes_from_now(throttle(1)[0]))
    assert rests == [10, 20, 40, 80, 160, 240, 240]


def test_an_acceptance_ends_the_complaint():
    throttle(4)
    destinations.accepted({"example.org"})
    assert throttle(4) == [None] * 4


def test_orange_says_itself_how_long():
    (until,) = throttle(1, "421 mwinf5c OFR_108 come back later")
    assert minutes_from_now(until) == 270


def test_a_destination_that_wants_less_is_left_alone_and_the_others_get_their_mail(db, work, sink):
    tired = [reader.email for reader in readers_at("fatigue.example", 9)]
    readers_at("example.org", 4)
    mailing = publish(IssueFactory())
    for address in tired:
        sink.answers[address] = [THROTTLED]
    work()
    mailing.refresh_from_db()
    assert sorted(set(sink.recipients)) == [f"lectrice{n}@example.org" for n in range(4)]
    # Five were tried, the other four not even that; all come back when it has rested.
    theirs = mailing.deliveries.filter(address__endswith="@fatigue.example")
    assert sorted(theirs.values_list("state", "attempts")) == [("deferred", 0)] * 4 + [("deferred", 1)] * 5
    assert mailing.state == "sending"
    sink.answers.clear()
    Destination.objects.update(closed_until=timezone.now() - timedelta(seconds=1))
    Delivery.objects.deferred().update(next_attempt_at=timezone.now())
    work()
    mailing.refresh_from_db()
    assert (mailing.state, len(sink.received)) == ("finished", 13)
    assert Destination.objects.get().throttled_in_a_row == 0


def test_greylisting_closes_nothing(db, work, sink):
    for reader in readers_at("gris.example", 9):
        sink.answers[reader.email] = ["450 4.7.1 Greylisted, come back in 300 seconds"]
    publish(IssueFactory())
    work()
    assert destinations.closed() == {}


def test_a_resting_destination_is_not_tried_by_the_next_batch_either(db, work, sink, settings):
    settings.VEILLE_BATCH_SIZE = 3
    readers_at("fatigue.example", 6)
    throttle(5, name="fatigue.example")
    mailing = publish(IssueFactory())
    work()
    assert sink.received == []
    assert set(mailing.deliveries.values_list("state", "attempts")) == {("deferred", 0)}
