"""A mailing stops by itself when the server refuses us: twenty in a row, or 5 % of the last 500."""

import pytest

from mailings import breaker, control
from mailings.models import Batch
from tests.factories import an_editor

pytestmark = pytest.mark.django_db


def handed_over(mailing, count):
    """So many messages, all in all."""
    Batch.objects.filter(mailing=mailing).update(size=10_000, cursor=count)


def accepted(mailing):
    type(mailing).objects.update(faults_in_a_row=0)


def test_the_twentieth_fault_in_a_row_is_one_too_many(mailing):
    assert [breaker.is_fault_too_many(mailing) for _fault in range(20)] == [False] * 19 + [True]


def test_faults_between_acceptances_are_not_in_a_row(mailing):
    for number in range(24):
        assert not breaker.is_fault_too_many(mailing)
        accepted(mailing)
        handed_over(mailing, 20 * number)


def test_twenty_five_among_the_last_five_hundred_are_too_many(mailing):
    for number in range(24):
        handed_over(mailing, 20 * number)
        assert not breaker.is_fault_too_many(mailing)
        accepted(mailing)
    handed_over(mailing, 499)
    assert breaker.is_fault_too_many(mailing)


def test_faults_further_apart_than_that_are_borne(mailing):
    for number in range(100):
        handed_over(mailing, 21 * number)
        assert not breaker.is_fault_too_many(mailing)
        accepted(mailing)
    mailing.refresh_from_db()
    assert len(mailing.recent_faults) <= 24


def test_a_person_who_resumes_begins_to_count_anew(mailing):
    for _fault in range(19):
        breaker.is_fault_too_many(mailing)
    breaker.tell(mailing, "550 5.7.1 blocked", pause=True)
    control.resume(mailing, by=an_editor())
    assert not breaker.is_fault_too_many(mailing)
