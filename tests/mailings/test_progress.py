"""How far, how fast, until when."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from mailings import control
from mailings.models import Destination, Mailing, Minute
from mailings.progress import progress_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@pytest.fixture
def big(mailing):
    """A mailing under way since eleven, with 6,000 who wait."""
    Mailing.objects.update(planned=6000, started_at=NOON - timedelta(hours=1))
    mailing.refresh_from_db()
    return mailing


def answered(mailing, *counts):
    """Counts of the minutes before noon, the latest last."""
    for before, count in enumerate(reversed(counts), 0):
        Minute.objects.create(mailing=mailing, at=NOON - timedelta(minutes=before), answered=count)


def at(seconds):
    return time_machine.travel(NOON + timedelta(seconds=seconds), tick=False)


def test_the_rate_is_that_of_the_last_sixty_seconds(big):
    answered(big, 9999, 600, 300)
    with at(15):
        assert progress_of(big).rate == pytest.approx(300 + 600 * 0.75)


def test_a_young_mailing_has_the_average_since_its_start(big):
    answered(big, 40, 200)
    Mailing.objects.update(started_at=NOON - timedelta(seconds=10))
    big.refresh_from_db()
    with at(20):
        assert progress_of(big).rate == pytest.approx(240 * 2)


def test_what_was_before_a_pause_is_no_part_of_the_average(big):
    answered(big, 5000, 100)
    with at(0):
        control.pause(big, by=UserFactory(is_superuser=True))
        control.resume(big, by=UserFactory(is_superuser=True))
    with at(10):
        assert progress_of(big).rate == pytest.approx(600)


def test_the_first_moments_have_no_rate(big):
    answered(big, 10)
    Mailing.objects.update(started_at=NOON)
    big.refresh_from_db()
    with at(1):
        progress = progress_of(big)
    assert (progress.rate, progress.left) == (None, None)


def test_the_time_left_is_what_waits_by_the_rate(big):
    answered(big, 600)
    with at(60 - 1e-6):
        assert progress_of(big).left.total_seconds() == pytest.approx(600, rel=1e-3)


def test_a_limit_below_the_rate_makes_it_longer(big):
    answered(big, 600)
    big.per_minute = 100
    with at(59.999):
        assert progress_of(big).left.total_seconds() == pytest.approx(3600, rel=1e-3)


def test_the_limit_of_a_destination_makes_it_longer(big, settings):
    settings.VEILLE_DESTINATIONS = '[{"domains": ["orange.fr"], "per_minute": 2}]'
    big.batches.update(lane="orange.fr", size=50, cursor=10)
    answered(big, 6000)
    with at(59.999):
        assert progress_of(big).left == timedelta(minutes=20)


@pytest.mark.parametrize("state", ["paused", "finished", "cancelled"])
def test_what_does_not_go_has_neither_rate_nor_time_left(big, state):
    answered(big, 600)
    Mailing.objects.update(state=state, finished_at=NOON)
    big.refresh_from_db()
    with at(30):
        progress = progress_of(big)
    assert (progress.rate, progress.left) == (None, None)


def test_a_mailing_that_stands_still_says_no_time(big):
    with at(30):
        progress = progress_of(big)
    assert (progress.rate, progress.left) == (0, None)


def test_those_put_off_are_counted_apart_with_the_next_attempt(big):
    first, second, *_others = big.deliveries.all()
    for delivery, minutes in ((first, 9), (second, 5)):
        delivery.state, delivery.next_attempt_at = "deferred", NOON + timedelta(minutes=minutes)
        delivery.save()
    progress = progress_of(big)
    assert (progress.deferred, progress.settled) == (2, 0)
    assert progress.next_attempt_at == NOON + timedelta(minutes=5)


def test_a_cancelled_mailing_is_live_until_its_rows_are_settled(mailing, work):
    control.cancel(mailing, by=UserFactory(is_superuser=True))
    assert progress_of(mailing).is_live
    work()
    assert not progress_of(mailing).is_live


def test_only_destinations_that_rest_now_are_told(mailing):
    Destination.objects.create(name="awake.example", closed_until=timezone.now() - timedelta(minutes=1))
    Destination.objects.create(name="asleep.example", closed_until=timezone.now() + timedelta(minutes=1))
    progress = progress_of(mailing)
    assert ([each.name for each in progress.resting], progress.resting_count) == (["asleep.example"], 1)


@pytest.mark.parametrize("state", ["sending", "paused"])
def test_looking_takes_as_many_queries_for_many_batches_as_for_one(
    mailing, state, settings, django_assert_num_queries, django_assert_max_num_queries
):
    settings.VEILLE_DESTINATIONS = '[{"domains": ["orange.fr"], "per_minute": 2}]'
    Mailing.objects.update(state=state, started_at=NOON)
    mailing.refresh_from_db()
    with django_assert_max_num_queries(11) as few:
        progress_of(mailing)
    for number in range(2, 30):
        mailing.batches.create(number=number, size=1, lane="orange.fr")
        Destination.objects.create(name=f"{number}.example", closed_until=datetime(2099, 1, 1, tzinfo=UTC))
    with django_assert_num_queries(len(few)):
        progress_of(mailing)
