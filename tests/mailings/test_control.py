"""What an editor may do to a mailing, and what is written down of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mailings import breaker, control
from mailings.models import Delivery, Mailing
from subscribers.models import Subscriber
from tests.factories import an_author, an_editor

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return an_editor()


@pytest.fixture
def doubtful(mailing):
    """A finished mailing: two given up, one uncertain, two sent."""
    deliveries = list(mailing.deliveries.order_by("pk"))
    for delivery, state in zip(deliveries, ["expired", "expired", "uncertain", "sent", "sent"], strict=True):
        delivery.state = state
        delivery.save()
    mailing.batches.update(state="done", sent=2)
    Mailing.objects.update(state="finished", finished_at=mailing.created_at)
    mailing.refresh_from_db()
    return mailing


def states(mailing):
    return list(mailing.deliveries.order_by("pk").values_list("state", flat=True))


def last_entry(mailing):
    return mailing.journal.latest("pk")


def test_a_limit_holds_from_now_on(mailing, editor):
    control.limit(mailing, "120", by=editor)
    mailing.refresh_from_db()
    assert mailing.per_minute == 120


def test_a_limit_frees_those_who_wait_by_the_pace_of_before(mailing, editor):
    Mailing.objects.update(next_slot=9e9)
    mailing.batches.update(not_before=timezone.now() + timedelta(hours=1))
    control.limit(mailing, 0, by=editor)
    assert Mailing.objects.get().next_slot == 0
    assert mailing.batches.get().not_before is None


@pytest.mark.parametrize(
    "nonsense", ["-1", "", "douze", "1.5", "1e3", "1_000", "1000001", "9" * 5000, "None", "½", "0x10"]
)
def test_a_limit_that_is_none_is_refused_in_words(mailing, editor, nonsense):
    with pytest.raises(control.ControlError, match="nombre entier"):
        control.limit(mailing, nonsense, by=editor)
    assert Mailing.objects.get().per_minute == 0


@pytest.mark.parametrize("state", ["finished", "cancelled"])
def test_what_is_over_has_no_pace_to_set(doubtful, editor, state):
    Mailing.objects.update(state=state)
    with pytest.raises(control.ControlError, match="pour le moment"):
        control.limit(doubtful, 10, by=editor)
    assert not doubtful.journal.exists()


@pytest.mark.parametrize(
    "change",
    [
        control.pause,
        control.resume,
        control.cancel,
        control.retry,
        lambda mailing, by: control.limit(mailing, 10, by=by),
    ],
)
def test_without_the_right_nothing_is_done_nor_written(doubtful, change):
    before = states(doubtful)
    with pytest.raises(control.NotAllowed):
        change(doubtful, by=an_author())
    doubtful.refresh_from_db()
    assert (doubtful.state, doubtful.per_minute, states(doubtful)) == ("finished", 0, before)
    assert not doubtful.journal.exists()


@pytest.mark.parametrize(
    ("chosen", "count", "after"),
    [
        ({"expired"}, 2, ["deferred", "deferred", "uncertain", "sent", "sent"]),
        ({"uncertain"}, 1, ["expired", "expired", "deferred", "sent", "sent"]),
        (control.RETRIABLE, 3, ["deferred", "deferred", "deferred", "sent", "sent"]),
    ],
)
def test_it_is_sent_again_to_those_chosen_and_to_them_alone(doubtful, editor, chosen, count, after):
    assert control.retry(doubtful, by=editor, states=chosen) == count
    assert states(doubtful) == after
    assert Mailing.objects.get().state == "sending"


def test_it_is_sent_again_to_one_alone(doubtful, editor):
    one = doubtful.deliveries.filter(state="expired").order_by("pk")[1]
    assert control.retry(doubtful, by=editor, states=["expired"], delivery=one.pk) == 1
    assert states(doubtful) == ["expired", "deferred", "uncertain", "sent", "sent"]


@pytest.mark.parametrize("forged", [["sent"], ["refused"], ["planned"], [""], ["expired", "sent"]])
def test_nobody_else_can_be_sent_to_again(doubtful, editor, forged):
    before = states(doubtful)
    with pytest.raises(control.ControlError):
        control.retry(doubtful, by=editor, states=forged)
    assert states(doubtful) == before


def test_who_left_meanwhile_gets_nothing_when_it_is_sent_again(doubtful, editor, work, sink):
    gone, stays = doubtful.deliveries.filter(state="expired").order_by("pk")
    Subscriber.objects.filter(pk=gone.subscriber_id).update(state="unsubscribed")
    control.retry(doubtful, by=editor, states=["expired"])
    work()
    assert sink.recipients == [stays.address]
    assert states(doubtful) == ["skipped", "sent", "uncertain", "sent", "sent"]
    assert Mailing.objects.get().state == "finished"


def test_a_paused_mailing_stays_paused_when_some_are_to_be_sent_to_again(doubtful, editor):
    Mailing.objects.update(state="paused", reason="550 blocked", finished_at=None)
    control.retry(doubtful, by=editor)
    mailing = Mailing.objects.get()
    assert (mailing.state, mailing.reason) == ("paused", "550 blocked")


def test_nobody_of_a_cancelled_mailing_is_sent_to_again(doubtful, editor):
    Mailing.objects.update(state="cancelled")
    before = states(doubtful)
    with pytest.raises(control.ControlError):
        control.retry(doubtful, by=editor)
    assert states(doubtful) == before


def test_an_uncertain_one_sent_to_again_and_stopped_is_uncertain_still(doubtful, editor, work):
    control.retry(doubtful, by=editor)
    control.cancel(doubtful, by=editor)
    work()
    assert states(doubtful) == ["skipped", "skipped", "uncertain", "sent", "sent"]


def test_each_change_is_in_the_journal_with_who_did_it(mailing, editor):
    control.limit(mailing, 1200, by=editor)
    control.pause(mailing, by=editor)
    control.resume(mailing, by=editor)
    control.limit(mailing, 0, by=editor)
    control.cancel(mailing, by=editor)
    assert [str(entry) for entry in mailing.journal.all()] == [
        f"{what}, {editor.username}"
        for what in ("limité à 1\xa0200 par minute", "mis en pause", "repris", "limite levée", "annulé")
    ]


def test_what_was_refused_is_not_in_the_journal(mailing, editor):
    with pytest.raises(control.ControlError):
        control.resume(mailing, by=editor)
    assert not mailing.journal.exists()


def test_how_many_were_sent_to_again_is_in_the_journal(doubtful, editor):
    control.retry(doubtful, by=editor)
    assert last_entry(doubtful).what == "renvoyé à 3"


def test_the_journal_outlives_the_account(mailing, editor):
    control.pause(mailing, by=editor)
    editor.delete()
    assert str(last_entry(mailing)) == "mis en pause, un compte supprimé"


def test_a_pause_of_the_engine_is_in_the_journal_once_with_its_reason(mailing):
    for _time in range(2):
        breaker.tell(mailing, "550 5.7.1 blocked", pause=True)
    (entry,) = mailing.journal.all()
    assert str(entry) == "mis en pause, de lui-même"
    assert "550 5.7.1 blocked" in entry.reason
    assert Delivery.objects.planned().count() == 5
