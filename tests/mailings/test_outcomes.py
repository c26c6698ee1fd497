"""A mailing in pictures: messages over time, results by destination."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mailings import outcomes
from mailings.models import Delivery
from tests.factories import IssueFactory, SubscriberFactory
from tests.mailings.conftest import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailing():
    for email in ("a@un.example", "b@un.example", "c@deux.example"):
        SubscriberFactory(email=email)
    return publish(IssueFactory())


@pytest.mark.parametrize(("hours", "bars"), [(0, 1), (1, 31), (10, 55)])
def test_a_long_mailing_has_no_more_bars_than_a_short_one(mailing, hours, bars):
    start = timezone.now().replace(second=0, microsecond=0)
    for minute in range(hours * 60 + 1):
        mailing.minutes.create(at=start + timedelta(minutes=minute), answered=2)
    chart = outcomes.over_time(mailing)
    (figures,) = chart.series.values()
    assert len(chart.labels) == len(figures) == bars
    assert sum(figures) == 2 * (hours * 60 + 1)


def test_before_the_first_message_there_is_no_picture(mailing):
    assert outcomes.over_time(mailing) is None


def test_destinations_stand_by_size_with_what_became_of_each(mailing):
    mailing.deliveries.filter(address="a@un.example").update(state=Delivery.State.SENT)
    mailing.deliveries.filter(address="c@deux.example").update(state=Delivery.State.REFUSED)
    assert outcomes.by_domain(mailing).rows == [("un.example", [1, 0, 1]), ("deux.example", [0, 1, 0])]


def test_a_large_mailing_is_grouped_only_when_somebody_asks(client, mailing, admin_user, monkeypatch):
    monkeypatch.setattr(outcomes, "GROUPED_UNASKED", 2)
    client.force_login(admin_user)
    url = f"/admin/mailings/mailing/{mailing.pk}/change/"
    assert "un.example" not in client.get(url).content.decode().partition("mailing-by-domain")[2]
    assert "un.example" in client.get(url, {"domains": "1"}).content.decode()
