"""How long it is known who got which mail."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mailings import own_data
from mailings.models import Delivery, Reaction
from tests.factories import IssueFactory, SubscriberFactory
from tests.mailings.conftest import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailing():
    SubscriberFactory.create_batch(3)
    mailing = publish(IssueFactory())
    mailing.deliveries.update(state=Delivery.State.SENT, reply="250 pour lectrice@example.org")
    return mailing


def ended(mailing, days):
    type(mailing).objects.filter(pk=mailing.pk).update(finished_at=timezone.now() - timedelta(days=days))


def test_after_a_year_nobody_knows_who_got_it_and_everybody_how_many(mailing, monkeypatch):
    monkeypatch.setattr(own_data, "AT_ONCE", 2)
    ended(mailing, 366)
    section = mailing.issue.sections.get()
    Reaction.objects.create(delivery=mailing.deliveries.first(), section=section, value="useful")
    counts = mailing.counts()
    assert own_data.forget_old() == 3
    assert mailing.counts() == counts
    assert not mailing.deliveries.filter(address__contains="@").exists()
    assert not mailing.deliveries.filter(reply__contains="@").exists()
    assert not mailing.deliveries.exclude(subscriber=None).exists()
    assert Reaction.objects.totals()[0]["useful"] == 1
    assert own_data.forget_old() == 0


@pytest.mark.parametrize("days", [1, 364])
def test_before_that_nothing_is_forgotten(mailing, days):
    ended(mailing, days)
    assert own_data.forget_old() == 0


def test_a_mailing_under_way_keeps_its_names(mailing):
    assert own_data.forget_old() == 0
