"""Every reader once: whatever the server answers, whoever dies, whoever leaves."""

import itertools
from contextlib import closing, contextmanager
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import connection
from django.utils import timezone

from mailings import claim, control
from mailings.dispatch import dispatch
from mailings.fence import fence_of
from mailings.models import Batch, Delivery, Mailing
from mailings.send import send_batch
from mailings.transports.smtp import SmtpTransport
from subscribers import consent
from subscribers.models import Subscriber
from tests.factories import an_editor
from tests.sink import free_port

pytestmark = pytest.mark.django_db

DEAD = "999999999/1.00/0123456789abcdef01234567"


def send_through(kind, mailing, port):
    """Send the one batch of a mailing by a transport of some kind."""
    with closing(kind(host="127.0.0.1", port=port)) as way_out:
        send_batch(mailing.batches.get().pk, transport=way_out)


def states(mailing):
    return list(mailing.deliveries.order_by("pk").values_list("state", flat=True))


def test_everybody_gets_one_mail_with_a_link_of_their_own(mailing, work, sink, readers):
    work()
    mailing.refresh_from_db()
    assert sorted(sink.recipients) == sorted(reader.email for reader in readers)
    assert mailing.state == "finished"
    for mail in sink.received:
        (own,) = [r for r in readers if r.email == mail.recipient]
        html = mail.message.get_body(["html"]).get_content()
        assert own.token in html
        assert not any(other.token in mail.content.decode() for other in readers if other != own)
        assert "Zoé &amp; Noé" in html


def test_running_everything_again_sends_nothing_again(mailing, work, sink):
    batches = list(mailing.batches.values_list("pk", flat=True))
    work()
    for batch in batches * 3:
        assert send_batch(batch) is False
    assert work() == 0
    assert len(sink.received) == 5


def test_the_servers_words_are_kept(mailing, work):
    work()
    assert mailing.deliveries.first().reply.startswith("250")


def test_who_left_after_publication_gets_nothing(mailing, work, sink, readers):
    Subscriber.objects.filter(pk=readers[2].pk).update(state="unsubscribed")
    work()
    mailing.refresh_from_db()
    assert readers[2].email not in sink.recipients
    assert (mailing.counts()["skipped"], mailing.counts()["sent"], mailing.state) == (1, 4, "finished")


def test_who_paused_after_publication_gets_nothing(mailing, work, sink, readers):
    consent.pause(readers[2].token, how="page")
    work()
    assert readers[2].email not in sink.recipients
    assert (mailing.counts()["skipped"], mailing.counts()["sent"]) == (1, 4)


def test_who_was_erased_after_publication_gets_nothing_and_the_counts_stay_true(mailing, work, sink, readers):
    readers[0].delete()
    work()
    mailing.refresh_from_db()
    assert len(sink.received) == 4
    assert (mailing.state, mailing.counts()["skipped"]) == ("finished", 1)


@pytest.mark.parametrize("change", [consent.leave, consent.pause])
def test_who_leaves_or_pauses_while_the_batch_is_sent_gets_nothing(mailing, sink, readers, change):
    class Changing(SmtpTransport):
        def answers(self):
            change(readers[4].token, how="page")
            return super().answers()

    send_through(Changing, mailing, sink.port)
    assert len(sink.received) == 4
    assert readers[4].email not in sink.recipients


@pytest.mark.parametrize("action", [control.pause, control.cancel])
def test_a_stop_is_obeyed_before_the_next_message(mailing, sink, action):
    editor = an_editor()

    class Stopping(SmtpTransport):
        def answers(self):
            answers = super().answers()
            if len(sink.received) == 2:
                action(Mailing.objects.get(pk=mailing.pk), by=editor)
            return answers

    send_through(Stopping, mailing, sink.port)
    assert len(sink.received) == 2
    assert states(mailing).count("sent") == 2


def test_what_was_paused_goes_on_where_it_stopped(mailing, work, sink):
    editor = an_editor()
    control.pause(mailing, by=editor)
    assert work() == 0
    assert sink.received == []
    control.resume(mailing, by=editor)
    work()
    assert sorted(sink.recipients) == sorted(set(sink.recipients))
    assert len(sink.received) == 5


def test_what_is_cancelled_reaches_nobody_else(mailing, work, sink):
    control.cancel(mailing, by=an_editor())
    work()
    assert sink.received == []
    assert set(states(mailing)) == {"skipped"}


# --- What the server answers ---


def test_an_unknown_address_is_refused_and_the_others_get_their_mail(mailing, work, sink, readers):
    sink.answers[readers[1].email] = ["550 5.1.1 no such user"]
    work()
    mailing.refresh_from_db()
    refused = mailing.deliveries.get(subscriber=readers[1])
    assert (refused.state, refused.reply) == ("refused", "550 5.1.1 no such user")
    assert (len(sink.received), mailing.state) == (4, "finished")


def test_a_busy_server_is_tried_again_later(mailing, work, sink, readers):
    sink.answers[readers[1].email] = ["451 4.3.0 greylisted, come back"]
    work()
    deferred = mailing.deliveries.get(subscriber=readers[1])
    assert deferred.state == "deferred"
    assert timedelta(minutes=4) < deferred.next_attempt_at - timezone.now() <= timedelta(minutes=5)
    Delivery.objects.filter(pk=deferred.pk).update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    work()
    mailing.refresh_from_db()
    assert sink.recipients.count(readers[1].email) == 1
    assert (len(sink.received), mailing.state) == (5, "finished")


def test_news_a_day_old_is_given_up_and_said_so(mailing, work, sink, readers):
    sink.answers[readers[1].email] = ["451 4.3.0 greylisted"] * 9
    work()
    Mailing.objects.filter(pk=mailing.pk).update(give_up_at=timezone.now() - timedelta(hours=1))
    work()
    mailing.refresh_from_db()
    assert mailing.deliveries.get(subscriber=readers[1]).state == "expired"
    assert mailing.state == "finished"


def test_a_refusal_of_ourselves_touches_no_reader_and_pauses(db, work, sink, settings):
    from tests.factories import IssueFactory, SubscriberFactory
    from tests.mailings.conftest import publish

    SubscriberFactory.create_batch(30)
    mailing = publish(IssueFactory())
    sink.always = "550 5.7.1 blocked, see our policy"
    work()
    mailing.refresh_from_db()
    assert mailing.state == "paused"
    assert "5.7.1 blocked" in mailing.reason
    assert states(mailing).count("deferred") == 20
    assert Subscriber.objects.active().count() == 30
    sink.always = None
    control.resume(mailing, by=an_editor())
    work()
    mailing.refresh_from_db()
    assert mailing.state == "finished"
    assert len(sink.received) == len(set(sink.recipients)) == 30


def test_a_server_that_is_away_loses_nobody(mailing, work, sink):
    send_through(SmtpTransport, mailing, free_port())
    mailing.refresh_from_db()
    assert set(states(mailing)) == {"planned"}
    assert mailing.reason
    assert dispatch() == []
    Batch.objects.update(not_before=None)
    work()
    assert len(sink.received) == 5


@pytest.mark.parametrize(("setting", "state", "copies"), [("resend", "sent", 2), ("hold", "uncertain", 1)])
def test_a_lost_reply_is_sent_once_more_or_held(
    mailing, work, sink, readers, settings, setting, state, copies
):
    settings.VEILLE_UNCERTAIN = setting
    sink.hang_up_after_dot.add(readers[3].email)
    work()
    mailing.refresh_from_db()
    assert mailing.deliveries.get(subscriber=readers[3]).state == state
    mails = [mail for mail in sink.received if mail.recipient == readers[3].email]
    assert len(mails) == copies
    assert len({mail.content for mail in mails}) == 1
    assert len({mail.message["Message-ID"] for mail in mails}) == 1
    assert len(sink.received) == 4 + copies
    assert mailing.state == "finished"


def test_the_uncertain_are_sent_to_again_on_demand_and_they_alone(mailing, work, sink, readers, settings):
    settings.VEILLE_UNCERTAIN = "hold"
    sink.hang_up_after_dot.add(readers[3].email)
    work()
    mailing.refresh_from_db()
    assert control.retry(mailing, by=an_editor()) == 1
    work()
    mailing.refresh_from_db()
    assert (mailing.state, len(sink.received)) == ("finished", 6)


# --- Who dies, and who only slept ---


def dead_after(mailing, cursor, sink, transport):
    """Leave a batch as a worker killed in mid-send leaves it: so many handed over, nothing written."""
    batch = mailing.batches.get()
    for delivery in batch.deliveries.filter(position__lte=cursor):
        sink.received.append(type("Gone", (), {"recipient": delivery.subscriber.email, "content": b""})())
    Batch.objects.filter(pk=batch.pk).update(
        state="claimed",
        owner=DEAD,
        handed_from=cursor,
        cursor=cursor,
        lease_until=timezone.now() + timedelta(minutes=10),
    )
    return batch


@pytest.mark.parametrize(("setting", "copies"), [("resend", 2), ("hold", 1)])
def test_a_dead_workers_batch_goes_on_and_only_the_last_is_in_doubt(
    mailing, work, sink, transport, readers, settings, setting, copies
):
    settings.VEILLE_UNCERTAIN = setting
    dead_after(mailing, 3, sink, transport)
    work()
    mailing.refresh_from_db()
    counted = [sink.recipients.count(reader.email) for reader in readers]
    assert sorted(counted) == sorted([1, 1, copies, 1, 1])
    assert mailing.state == "finished"
    assert sum(mailing.counts().values()) == mailing.planned


def test_a_worker_that_only_slept_finds_its_batch_fenced(mailing, sink):
    batch = mailing.batches.get()

    class Robbed(SmtpTransport):
        def answers(self):
            answers = super().answers()
            Batch.objects.filter(pk=batch.pk).update(owner="somebody else")
            return answers

    send_through(Robbed, mailing, sink.port)
    assert len(sink.received) == 1
    batch.refresh_from_db()
    assert (batch.owner, batch.state) == ("somebody else", "claimed")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="there is no server to notice")
def test_a_machine_that_vanishes_is_missed_within_a_minute():
    with claim.ownership(), connection.cursor() as cursor:
        cursor.execute("SHOW tcp_keepalives_idle")
        # Zero where the server is on the same machine, by a Unix socket.
        assert cursor.fetchone()[0] in ("20", "0")


def test_of_two_workers_one_gets_the_batch(mailing):
    batch = mailing.batches.get()
    assert claim.claim(batch.pk, "one") is not None
    assert claim.claim(batch.pk, "two") is None


def test_a_living_workers_batch_is_left_alone(mailing, transport, monkeypatch):
    batch = mailing.batches.get()
    monkeypatch.setattr(claim, "is_alive", lambda token: True)
    claim.claim(batch.pk, "alive")
    assert dispatch() == []
    batch.refresh_from_db()
    assert batch.owner == "alive"


@pytest.fixture
def late(mailing, monkeypatch):
    """A batch whose owner lives and gave no sign for the whole lease."""
    batch = mailing.batches.get()
    monkeypatch.setattr(claim, "is_alive", lambda token: True)
    claim.claim(batch.pk, "late")
    Batch.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    return batch


def a_minute_later():
    Batch.objects.update(suspected_until=timezone.now() - timedelta(seconds=1))


def test_a_lease_that_ran_out_ends_the_claim_even_of_the_living_but_not_at_first_sight(late):
    assert dispatch() == []
    assert dispatch() == []
    a_minute_later()
    assert dispatch() == [late.pk]


def test_a_clock_that_steps_forward_takes_no_batch_from_a_worker_that_goes_on(late):
    assert dispatch() == []
    fence = fence_of(late, "late")
    fence.ask(1, 1, late.deliveries.first().subscriber_id)
    assert fence.passed()
    assert dispatch() == []
    late.refresh_from_db()
    assert (late.owner, late.suspected_until) == ("late", None)


def test_a_batch_that_always_kills_is_put_aside_and_a_person_told(mailing):
    batch = mailing.batches.get()
    for _attempt in range(claim.MAX_ATTEMPTS):
        Batch.objects.filter(pk=batch.pk, state="queued").update(
            state="claimed", owner=DEAD, lease_until=timezone.now(), attempts=batch.attempts + 1
        )
        dispatch()
        batch.refresh_from_db()
    mailing.refresh_from_db()
    assert (batch.state, mailing.state) == ("shelved", "paused")
    assert mailing.reason


@contextmanager
def after_question(number, act):
    """Have something happen elsewhere between the question of this number and the next one."""
    asked = itertools.count(1)

    def listen(execute, sql, parameters, many, context):
        result = execute(sql, parameters, many, context)
        if sql.startswith("SELECT") and next(asked) == number:
            act()
        return result

    with connection.execute_wrapper(listen):
        yield


@pytest.mark.parametrize("number", range(1, 12))
def test_a_batch_that_ends_while_the_dispatcher_looks_stops_no_mailing(mailing, number):
    batch = mailing.batches.all()
    batch.update(state="claimed", owner="alive", lease_until=timezone.now() + timedelta(minutes=15))

    def ends():
        mailing.deliveries.update(state="sent")
        batch.update(state="done", owner="", lease_until=None)

    with after_question(number, ends), patch("mailings.claim.is_alive", return_value=True):
        dispatch()
    ends()
    dispatch()
    mailing.refresh_from_db()
    assert mailing.state == "finished"


@pytest.mark.parametrize("number", range(1, 12))
def test_a_batch_that_puts_a_reader_off_while_the_dispatcher_looks_ends_no_mailing(mailing, number):
    batch = mailing.batches.all()
    batch.update(state="claimed", owner="alive", lease_until=timezone.now() + timedelta(minutes=15))
    late = mailing.deliveries.last()

    def ends():
        mailing.deliveries.exclude(pk=late.pk).update(state="sent")
        Delivery.objects.filter(pk=late.pk).update(
            state="deferred", next_attempt_at=timezone.now() + timedelta(hours=1)
        )
        batch.update(state="done", owner="", lease_until=None)

    with after_question(number, ends), patch("mailings.claim.is_alive", return_value=True):
        dispatch()
    ends()
    dispatch()
    mailing.refresh_from_db()
    assert (mailing.state, states(mailing)[-1]) == ("sending", "deferred")


def test_a_batch_that_came_further_each_time_is_not_what_kills(mailing, sink, transport):
    Batch.objects.update(attempts=claim.MAX_ATTEMPTS)
    dead_after(mailing, 3, sink, transport)
    dispatch()
    batch = mailing.batches.get(number=1)
    assert (batch.state, batch.attempts) == ("queued", 0)


def test_two_dispatchers_announce_a_batch_once(mailing):
    assert len(dispatch()) == 1
    assert dispatch() == []
    Batch.objects.update(announced_at=timezone.now() - timedelta(minutes=2))
    assert len(dispatch()) == 1


def test_a_worker_told_to_stop_ends_after_the_current_message(mailing, work, sink, transport):
    send_batch(mailing.batches.get().pk, transport=transport, should_stop=lambda: len(sink.received) >= 2)
    assert len(sink.received) == 2
    Batch.objects.update(announced_at=None)
    work()
    assert len(sink.received) == len(set(sink.recipients)) == 5


def test_only_those_who_may_control_a_mailing():
    from mailings.control import NotAllowed
    from tests.factories import an_author

    for action in (control.pause, control.resume, control.cancel, control.retry):
        with pytest.raises(NotAllowed):
            action(Mailing(pk=1), by=an_author())
