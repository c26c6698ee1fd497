"""/metrics, as Prometheus reads it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from mailings.models import Batch, Bounce, Delivery, Mailing, Minute, WelcomeText
from subscribers.models import Subscriber
from tests.factories import IssueFactory, SubscriberFactory, a_published_issue, an_editor
from tests.mailings.conftest import a_mailing_to
from veille.watching import readiness, views
from veille.watching.models import TaskFailures

TOKEN = "shown-by-prometheus-alone"
NOW = timezone.now


@pytest.fixture
def scrape(client, settings):
    """Give the samples: name and label values to number."""
    settings.VEILLE_METRICS_TOKEN = TOKEN

    def read():
        response = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert response.status_code == 200
        return {
            (sample.name.removeprefix("veille_"), *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(response.content.decode())
            for sample in family.samples
        }

    return read


def a_mailing(**fields):
    """A mailing without recipients, of an issue of its own."""
    return Mailing.objects.create(issue=a_published_issue(number=Mailing.objects.count() + 1), **fields)


def deliveries(mailing, **states):
    """Give a mailing recipients as the engine does: rows of those who did not simply arrive, and sums."""
    batch = mailing.batches.create(
        number=1, size=sum(states.values()), sent=states.get("sent", 0), state="done"
    )
    rows = [state for state, count in states.items() for _row in range(count)]
    Delivery.objects.bulk_create(
        Delivery(
            mailing=mailing,
            batch=batch,
            position=place,
            address=f"{place}@example.org",
            state=state,
            settled_at=NOW(),
            next_attempt_at=NOW() if state == "deferred" else None,
        )
        for place, state in enumerate(rows, 1)
    )
    Mailing.objects.filter(pk=mailing.pk).update(planned=len(rows))
    return mailing


# --- Who may read it


def test_without_the_variable_there_is_no_such_address(client):
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize(
    "shown", [None, "", "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}é"]
)
def test_without_the_token_nothing_is_told(client, settings, shown):
    settings.VEILLE_METRICS_TOKEN = TOKEN
    response = client.get("/metrics", headers={"Authorization": shown} if shown is not None else {})
    assert (response.status_code, response.content) == (401, b"")
    assert response.headers["WWW-Authenticate"] == "Bearer"


# --- What is read


@pytest.mark.django_db
def test_both_forms_of_prometheus_are_well_formed_and_name_nobody(client, settings):
    settings.VEILLE_METRICS_TOKEN = TOKEN
    SubscriberFactory(email="zoe@example.org", name="Zoé")
    shown = {"Authorization": f"Bearer {TOKEN}"}
    text = client.get("/metrics", headers=shown)
    assert text.headers["Content-Type"].startswith("text/plain")
    assert "no-store" in text.headers["Cache-Control"]
    names = {family.name for family in text_string_to_metric_families(text.content.decode())}
    assert {"veille_deliveries", "veille_ready", "veille_task_failures"} <= names
    open_text = client.get(
        "/metrics", headers={**shown, "Accept": "application/openmetrics-text; version=1.0.0"}
    )
    assert open_text.headers["Content-Type"].startswith("application/openmetrics-text")
    opened = {family.name for family in openmetrics(open_text.content.decode())}
    assert opened == {name.removesuffix("_info") for name in names}
    assert b"zoe" not in text.content.lower()


@pytest.mark.django_db
def test_deliveries_are_told_by_state_of_all_mailings_together(scrape):
    for _mailing in range(2):
        deliveries(a_mailing(), sent=5, refused=2, deferred=1, uncertain=1, planned=4)
    Bounce.objects.all().delete()
    samples = scrape()
    told = {labels[0]: number for (name, *labels), number in samples.items() if name == "deliveries"}
    assert told == {
        "planned": 8,
        "deferred": 2,
        "sent": 10,
        "refused": 4,
        "skipped": 0,
        "expired": 0,
        "uncertain": 2,
    }


@pytest.mark.django_db
def test_they_are_what_the_engine_counts(scrape):
    mailing = a_mailing_to(7)
    samples = scrape()
    counted = mailing.counts()
    assert counted["planned"] == 7
    assert {state: samples["deliveries", state] for state in counted} == counted


@pytest.mark.django_db
def test_the_queue_is_as_old_as_its_oldest_batch_that_could_leave(scrape):
    assert scrape()["queue_age_seconds", "mailings"] == 0
    mailing = a_mailing(give_up_at=NOW() + timedelta(hours=23))
    for number, wait in enumerate([None, timedelta(minutes=-20), timedelta(minutes=5)], 1):
        mailing.batches.create(number=number, size=1, not_before=NOW() + wait if wait else None)
    assert scrape()["queue_age_seconds", "mailings"] == pytest.approx(3600, abs=60)
    Batch.objects.filter(number=1).delete()
    assert scrape()["queue_age_seconds", "mailings"] == pytest.approx(1200, abs=60)
    Mailing.objects.update(state="paused")
    assert scrape()["queue_age_seconds", "mailings"] == 0


@pytest.mark.django_db
def test_the_mails_to_single_readers_have_ages_too(scrape):
    ago = NOW() - timedelta(minutes=30)
    reader = SubscriberFactory(
        state="pending", confirmed_at=None, confirmation_asked_at=ago, own_data_asked_at=ago
    )
    samples = scrape()
    assert samples["queue_age_seconds", "confirmations"] == pytest.approx(1800, abs=60)
    assert samples["queue_age_seconds", "own_data_links"] == pytest.approx(1800, abs=60)
    # The server asked to come again later: that was ten minutes ago.
    Subscriber.objects.filter(pk=reader.pk).update(confirmation_retry_at=NOW() - timedelta(minutes=10))
    assert scrape()["queue_age_seconds", "confirmations"] == pytest.approx(600, abs=60)


@pytest.mark.django_db
def test_the_rate_is_that_of_the_last_five_whole_minutes(scrape):
    mailing, minute = a_mailing(), NOW().replace(second=0, microsecond=0)
    for ago, answered in [(0, 10_000), (1, 600), (5, 300), (7, 50), (60 * 30, 7)]:
        Minute.objects.create(mailing=mailing, at=minute - timedelta(minutes=ago), answered=answered)
    samples = scrape()
    # A minute may end between the two: then the first one counts, and that of five minutes ago does not.
    assert samples["messages_per_second",] in (3, pytest.approx((10_000 + 600) / 300))
    assert samples["messages_total",] == 10_957
    assert samples["recent_messages",] == 10_950


@pytest.mark.django_db
def test_bounces_of_the_last_day_are_told_by_kind_and_refusals_with_them(scrape):
    mailing = deliveries(a_mailing(), sent=5, refused=3)
    delivery = mailing.deliveries.first()
    for number, (kind, hours) in enumerate([("hard", 1), ("hard", 30), ("complaint", 2)]):
        at = NOW() - timedelta(hours=hours)
        Bounce.objects.create(delivery=delivery, kind=kind, at=at, source="mail", event=str(number))
    samples = scrape()
    assert {kind: samples["recent_bounces", kind] for kind in ("hard", "soft", "complaint", "refused")} == {
        "hard": 1,
        "soft": 0,
        "complaint": 1,
        "refused": 3,
    }
    Delivery.objects.update(settled_at=NOW() - timedelta(hours=25))
    assert scrape()["recent_bounces", "refused"] == 0


@pytest.mark.django_db
def test_readers_are_told_by_state(scrape):
    SubscriberFactory.create_batch(2)
    SubscriberFactory(state="complained")
    samples = scrape()
    assert [samples["subscribers", state] for state in ("active", "complained", "pending")] == [2, 1, 0]


@pytest.mark.django_db
def test_a_scheduled_issue_is_overdue_a_minute_after_its_time(scrape):
    for seconds in (30, 300, -300):
        IssueFactory(
            state="scheduled",
            approved_digest="0" * 64,
            scheduled_for=NOW() - timedelta(seconds=seconds),
            scheduled_by=an_editor(),
        )
    assert scrape()["issues_overdue",] == 1


@pytest.mark.django_db
def test_tasks_that_never_failed_stand_at_nought_so_that_a_first_failure_is_an_increase(scrape):
    assert scrape()["task_failures_total", "mailings.send_batch"] == 0
    TaskFailures.objects.add({"mailings.send_batch": 2, "of.an.older.version": 1})
    samples = scrape()
    assert samples["task_failures_total", "mailings.send_batch"] == 2
    assert samples["task_failures_total", "of.an.older.version"] == 1


# --- What it costs, and what happens while something is away


@pytest.mark.django_db
def test_the_number_of_queries_is_the_same_with_1_and_with_50_mailings(scrape):
    def queries():
        views.readiness = readiness.Readiness()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            scrape()
        return len(captured)

    deliveries(a_mailing(), sent=1, refused=1)
    WelcomeText.objects.create(language="fr", subject="a", body="b")
    one = queries()
    for _mailing in range(49):
        deliveries(a_mailing(), sent=1, refused=1)
    assert queries() == one <= 25


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("failing", "known", "counted"),
    [
        (("database", "broker"), {"database": 0, "broker": 0}, False),
        (("migrations",), {"database": 1, "migrations": 0, "broker": 1}, False),
        (("mailings",), {"database": 1, "migrations": 1, "broker": 1, "mailings": 0}, True),
    ],
)
def test_what_fails_is_told_and_what_cannot_be_known_is_not(scrape, monkeypatch, failing, known, counted):
    monkeypatch.setattr(readiness, "failing_now", lambda: failing)
    samples = scrape()
    assert {labels[0]: number for (name, *labels), number in samples.items() if name == "ready"} == known
    assert (("subscribers", "active") in samples) is counted
