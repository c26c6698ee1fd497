"""Who comes in, who goes out, and what is kept as evidence."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from subscribers import consent, tasks, wording
from subscribers.models import ConsentEvent, Subscriber
from tests.factories import SubscriberFactory, an_author, an_editor

pytestmark = pytest.mark.django_db
State = Subscriber.State
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def kinds(reader):
    return [str(kind) for kind in reader.consent_events.values_list("kind", flat=True)]


def test_who_asks_is_pending_until_they_confirm(desk):
    reader = desk.ask(name="Zoé")
    assert (reader.state, reader.name, reader.confirmed_at) == (State.PENDING, "Zoé", None)


def test_the_way_in_leaves_its_evidence(desk):
    reader = desk.ask(language="en", page="https://veille.example/inscription/", ip="203.0.113.7")
    desk.deliver()
    consent.confirm(desk.link(), page="https://veille.example/inscription/", ip="203.0.113.8")
    asked, mailed, confirmed = reader.consent_events.all()
    assert (asked.kind, mailed.kind, confirmed.kind) == ("asked", "mailed", "confirmed")
    assert asked.wording == wording.consent_wording("en")
    assert asked.wording_version == wording.VERSION
    assert (asked.language, asked.page, asked.ip) == (
        "en",
        "https://veille.example/inscription/",
        "203.0.113.7",
    )
    assert confirmed.ip == "203.0.113.8"


def test_confirming_twice_changes_nothing_the_second_time(desk, rows):
    desk.join()
    before = rows()
    assert consent.confirm(desk.link()) is consent.Outcome.ALREADY
    assert rows() == before


def test_an_active_reader_who_asks_again_stays_active_and_gets_no_mail(desk):
    desk.join()
    reader = desk.ask(name="Somebody else")
    assert (reader.state, reader.name) == (State.ACTIVE, "")
    assert desk.deliver() == []


def test_leaving_is_noted_once(desk, rows):
    reader = desk.join()
    consent.leave(reader.token, how="page", ip="203.0.113.7")
    reader.refresh_from_db()
    assert reader.state == State.UNSUBSCRIBED
    assert reader.left_at
    assert kinds(reader)[-1] == "left"
    before = rows()
    consent.leave(reader.token, how="one-click")
    assert rows() == before


def test_a_reader_who_complained_stays_known_as_such():
    reader = SubscriberFactory(state=State.COMPLAINED)
    consent.leave(reader.token, how="page")
    reader.refresh_from_db()
    assert reader.state == State.COMPLAINED


def test_coming_back_goes_through_the_confirmation_again(desk):
    with time_machine.travel(NOON):
        reader = desk.join()
        consent.leave(reader.token, how="page")
    with time_machine.travel(NOON + timedelta(days=2)):
        assert desk.ask().state == State.UNSUBSCRIBED
        assert len(desk.deliver()) == 1
        assert consent.confirm(desk.link()) is consent.Outcome.CONFIRMED
    reader.refresh_from_db()
    assert (reader.state, reader.left_at) == (State.ACTIVE, None)


def test_the_link_of_before_leaving_brings_nobody_back(desk, rows):
    reader = desk.join()
    consent.leave(reader.token, how="page")
    before = rows()
    assert consent.confirm(desk.link()) is consent.Outcome.REFUSED
    assert rows() == before


def test_who_leaves_before_confirming_gets_no_mail_and_cannot_be_confirmed(desk):
    reader = desk.ask()
    consent.leave(reader.token, how="page")
    assert desk.deliver() == []


def test_one_address_is_mailed_once_a_day_and_three_times_in_thirty_days(desk):
    mails = []
    for hours in (0, 1, 23, 25, 50, 75, 100, 24 * 31):
        with time_machine.travel(NOON + timedelta(hours=hours)):
            desk.ask()
            mails.append(len(desk.deliver()))
    assert mails == [1, 0, 0, 1, 1, 0, 0, 1]


def test_a_network_may_ask_ten_times_an_hour(desk):
    with time_machine.travel(NOON, tick=False):
        for number in range(10):
            desk.ask(f"lectrice{number}@example.org", ip="203.0.113.7")
        with pytest.raises(consent.TooManyRequests):
            desk.ask(ip="203.0.113.7")
        desk.ask(ip="203.0.113.8")
    with time_machine.travel(NOON + timedelta(minutes=61)):
        desk.ask("autre@example.org", ip="203.0.113.7")


def test_a_known_address_counts_for_the_network_like_an_unknown_one(desk):
    desk.join()
    for _ in range(10):
        desk.ask(ip="203.0.113.7")
    with pytest.raises(consent.TooManyRequests):
        desk.ask("inconnue@example.org", ip="203.0.113.7")


def test_the_addresses_of_one_ipv6_subscriber_count_as_one(desk):
    for number in range(10):
        desk.ask(f"lectrice{number}@example.org", ip=f"2001:db8:1:2::{number + 1:x}")
    with pytest.raises(consent.TooManyRequests):
        desk.ask(ip="2001:db8:1:2:ffff::1")
    desk.ask(ip="2001:db8:1:3::1")


@pytest.mark.parametrize("state", list(State))
def test_asking_makes_the_same_queries_for_known_and_unknown_addresses(
    desk, state, django_assert_max_num_queries
):
    SubscriberFactory(state=state)
    # Savepoints included: an unknown address is one INSERT and its savepoint more.
    with django_assert_max_num_queries(10):
        desk.ask(Subscriber.objects.get().email)
    with django_assert_max_num_queries(12):
        desk.ask("inconnue@example.org")


def test_every_request_queues_a_task_whether_the_address_is_known_or_not(
    desk, django_capture_on_commit_callbacks
):
    desk.join()
    for email in (desk.email, "inconnue@example.org"):
        with django_capture_on_commit_callbacks() as queued:
            desk.ask(email)
        assert len(queued) == 1


def test_a_broker_that_is_down_does_not_stop_a_request(desk, no_broker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        desk.ask()
    assert len(desk.deliver()) == 1


def test_the_newsroom_adds_a_pending_reader_who_must_confirm(desk):
    editor = an_editor()
    reader = consent.add_by_newsroom(desk.email, name="Zoé", language="fr", by=editor)
    assert reader.state == State.PENDING
    assert [(event.kind, event.by) for event in reader.consent_events.all()] == [("added", editor)]
    assert len(desk.deliver()) == 1


def test_an_author_adds_nobody(desk):
    with pytest.raises(PermissionDenied):
        consent.add_by_newsroom(desk.email, name="", language="fr", by=an_author())


def test_the_newsroom_does_not_ask_again_who_left():
    reader = SubscriberFactory(state=State.UNSUBSCRIBED)
    with pytest.raises(ValidationError):
        consent.add_by_newsroom(reader.email.upper(), name="", language="fr", by=an_editor())


def test_consent_given_elsewhere_is_taken_with_its_source_only():
    with pytest.raises(ValueError, match="source"):
        consent.join_confirmed("lectrice@example.org", source=" ")
    reader = consent.join_confirmed("lectrice@example.org", name="Zoé", source="sample data")
    assert (reader.state, reader.name) == (State.ACTIVE, "Zoé")
    assert [(event.kind, event.page) for event in reader.consent_events.all()] == [("brought", "sample data")]


def test_bringing_a_reader_in_twice_is_once(rows):
    consent.join_confirmed("lectrice@example.org", source="sample data")
    before = rows()
    consent.join_confirmed("Lectrice@example.org", source="sample data")
    assert rows() == before


@pytest.mark.parametrize("state", [State.UNSUBSCRIBED, State.BOUNCED, State.COMPLAINED])
def test_bringing_in_never_revives_a_no(state, rows):
    reader = SubscriberFactory(state=state)
    before = rows()
    assert consent.join_confirmed(reader.email, source="a file").state == state
    assert rows() == before


def test_who_never_confirmed_is_forgotten_after_thirty_days(desk):
    with time_machine.travel(NOON):
        desk.ask("oubli@example.org")
        desk.ask("encore@example.org")
        SubscriberFactory(email="active@example.org")
    with time_machine.travel(NOON + timedelta(days=20)):
        desk.ask("encore@example.org")
    with time_machine.travel(NOON + timedelta(days=31)):
        tasks.forget_stale()
    assert set(Subscriber.objects.values_list("email", flat=True)) == {
        "encore@example.org",
        "active@example.org",
    }
    assert not ConsentEvent.objects.filter(subscriber__email="oubli@example.org").exists()
