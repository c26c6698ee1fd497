"""Who gets a mailing is written down with the publication, or not at all."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from issues import workflow
from issues.models import Issue
from mailings.models import Delivery, Mailing
from mailings.plan import plan
from subscribers.models import Subscriber
from tests.factories import IssueFactory, SubscriberFactory, an_editor
from tests.mailings.conftest import publish

pytestmark = pytest.mark.django_db


def test_the_active_are_planned_and_the_others_are_not(readers):
    for state in ("pending", "unsubscribed", "bounced", "complained"):
        SubscriberFactory(state=state)
    paused = SubscriberFactory(state="active", paused_until=timezone.now() + timedelta(days=1))
    SubscriberFactory(state="unsubscribed", paused_until=timezone.now() - timedelta(days=1))
    mailing = publish(IssueFactory())
    assert mailing.planned == 5
    assert not mailing.deliveries.filter(subscriber=paused).exists()
    assert set(mailing.deliveries.values_list("subscriber_id", flat=True)) == {r.pk for r in readers}


def test_batches_are_full_but_the_last(readers, settings):
    settings.VEILLE_BATCH_SIZE = 2
    mailing = publish(IssueFactory())
    assert list(mailing.batches.values_list("size", flat=True)) == [2, 2, 1]
    for batch in mailing.batches.all():
        positions = list(batch.deliveries.values_list("position", flat=True))
        assert positions == list(range(1, batch.size + 1))


def test_an_issue_without_readers_is_sent_to_nobody_and_finished(db):
    mailing = publish(IssueFactory())
    assert (mailing.state, mailing.planned) == ("finished", 0)


def test_who_joins_later_waits_for_the_next_issue(mailing):
    SubscriberFactory()
    assert mailing.deliveries.count() == 5


def test_an_issue_has_one_mailing(mailing):
    with pytest.raises(IntegrityError), transaction.atomic():
        plan(mailing.issue, mailing.issue.rendition)
    assert Mailing.objects.count() == 1


def test_a_mail_that_must_not_go_out_keeps_the_issue_unpublished(readers, settings):
    settings.NEWSLETTER = {**settings.NEWSLETTER, "reply_to": "a@veille.example\r\nBcc: x@y.example"}
    issue = IssueFactory()
    with pytest.raises(workflow.NotNow, match="control character"):
        publish(issue)
    assert Issue.objects.get(pk=issue.pk).state == "approved"
    assert not Mailing.objects.exists()


def test_a_later_change_of_the_issue_changes_no_byte(mailing):
    before = bytes(mailing.message)
    issue = mailing.issue
    issue.sections.update(body="Autre chose")
    issue.title = "Autre"
    issue.save()
    mailing.refresh_from_db()
    assert bytes(mailing.message) == before


def test_the_database_refuses_a_second_delivery_to_a_reader(mailing):
    first = mailing.deliveries.first()
    for subscriber, address in ((first.subscriber, "autre@example.org"), (None, first.address)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Delivery.objects.create(
                mailing=mailing, batch=first.batch, position=99, subscriber=subscriber, address=address
            )


def test_two_thousand_readers_make_four_batches(db):
    Subscriber.objects.bulk_create(
        Subscriber(
            email=f"r{n}@example.org",
            address=f"r{n}@example.org",
            state="active",
            confirmed_at="2026-01-01T00:00:00Z",
        )
        for n in range(2000)
    )
    mailing = publish(IssueFactory())
    assert mailing.deliveries.count() == 2000
    assert mailing.batches.count() == 4


def test_a_double_click_publishes_once(mailing):
    with pytest.raises(workflow.NotNow):
        workflow.publish(mailing.issue, by=an_editor())
