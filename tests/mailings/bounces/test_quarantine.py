"""When too much comes back at once, a person decides."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from mailings.bounces import quarantine
from mailings.bounces.record import record
from mailings.bounces.understand import Meaning, Verdict
from mailings.control import NotAllowed
from mailings.models import Bounce
from subscribers.models import Subscriber
from tests.factories import an_author, an_editor
from tests.mailings.conftest import a_mailing_to, send

UNKNOWN = Verdict(Meaning.HARD, "5.1.1", "550 5.1.1 no such user")


@pytest.fixture
def deliveries(db, sink, no_broker):
    mailing = a_mailing_to(30)
    send(mailing)
    return list(mailing.deliveries.order_by("pk"))


def bounce(deliveries, verdict=UNKNOWN):
    for delivery in deliveries:
        assert record(delivery.pk, verdict, source="test", event=f"{delivery.pk} {verdict.meaning}")


def left():
    return Subscriber.objects.exclude(state="active").count()


def test_past_the_share_what_comes_is_held_and_nobody_else_leaves(deliveries):
    bounce(deliveries)
    assert left() == quarantine.AT_LEAST
    assert Bounce.objects.filter(state="held").count() == 10


def test_a_large_list_stands_more(deliveries, monkeypatch):
    monkeypatch.setattr(quarantine, "SHARE_OF_LIST", 50)
    bounce(deliveries)
    assert left() == 30


def test_what_came_long_ago_does_not_count(deliveries):
    bounce(deliveries[:20])
    Bounce.objects.update(at=timezone.now() - timedelta(minutes=11))
    bounce(deliveries[20:])
    assert left() == 30


def test_a_complaint_is_obeyed_all_the_same(deliveries):
    bounce(deliveries[:21])
    bounce(deliveries[29:], Verdict(Meaning.COMPLAINT))
    assert Subscriber.objects.get(pk=deliveries[29].subscriber_id).state == "complained"


def test_once_begun_it_lasts_until_a_person_decides(deliveries):
    bounce(deliveries[:21])
    Bounce.objects.filter(state="acted").update(at=timezone.now() - timedelta(hours=2))
    bounce(deliveries[21:25])
    assert (left(), Bounce.objects.filter(state="held").count()) == (20, 5)


def test_what_is_believed_is_acted_on_once(deliveries):
    bounce(deliveries)
    assert quarantine.release(by=an_editor()) == 10
    assert left() == 20
    assert quarantine.act_on_released() == 10
    assert quarantine.act_on_released() == 0
    assert left() == 30
    assert not quarantine.must_hold() or Bounce.objects.filter(state="acted").count() == 20


def test_what_is_not_believed_changes_nobody_later_either(deliveries):
    bounce(deliveries)
    assert quarantine.discard(by=an_editor()) == 10
    Bounce.objects.filter(state="acted").update(at=timezone.now() - timedelta(hours=2))
    held = deliveries[29]
    record(held.pk, Verdict(Meaning.SOFT, "4.2.2"), source="test", event="later")
    assert left() == 20
    assert quarantine.act_on_released() == 0


def test_only_who_may_control_mailings_decides(deliveries):
    bounce(deliveries)
    for decision in (quarantine.release, quarantine.discard):
        with pytest.raises(NotAllowed):
            decision(by=an_author())
    assert Bounce.objects.filter(state="held").count() == 10


def test_the_editor_sees_it_and_decides_by_a_button(deliveries, client):
    bounce(deliveries)
    client.force_login(an_editor())
    assert "10 événements vous attendent" in client.get(reverse("admin:index")).content.decode()
    page = client.get(reverse("admin:mailings_bounce_changelist")).content.decode()
    assert "10 événements vous attendent" in page
    assert "no such user" in page
    assert client.get(reverse("mailings:bounces-decide", args=["release"])).status_code == 405
    assert client.post(reverse("mailings:bounces-decide", args=["nonsense"])).status_code == 404
    client.post(reverse("mailings:bounces-decide", args=["discard"]))
    assert not Bounce.objects.filter(state="held").exists()
    page = client.get(reverse("admin:mailings_bounce_changelist")).content.decode()
    assert "vous attendent" not in page + client.get(reverse("admin:index")).content.decode()


def test_an_author_is_not_told(deliveries, client):
    bounce(deliveries)
    client.force_login(an_author())
    assert "vous attendent" not in client.get(reverse("admin:index")).content.decode()


def test_complaints_count_towards_it(deliveries):
    bounce(deliveries[:20], Verdict(Meaning.COMPLAINT))
    bounce(deliveries[20:])
    assert (left(), Bounce.objects.filter(state="held").count()) == (20, 10)


def test_what_takes_nobody_off_the_list_does_not(deliveries):
    bounce(deliveries, Verdict(Meaning.HARD, "5.4.4"))
    assert (left(), Bounce.objects.filter(state="held").count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_told_by_many_at_once_no_more_leave(deliveries):
    def tell(delivery):
        try:
            bounce([delivery])
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(tell, deliveries))
    assert (left(), Bounce.objects.filter(state="held").count()) == (quarantine.AT_LEAST, 10)
