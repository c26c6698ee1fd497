"""Workers that die at each point of a message, databases that go away, servers that break off."""

import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from mailings import claim, control, witness
from mailings.dispatch import dispatch
from mailings.models import Batch, Delivery, Mailing
from mailings.replies import Answer, Outcome
from mailings.send import send_batch
from mailings.settle import Ledger
from mailings.transports.smtp import SmtpTransport
from subscribers.models import Subscriber
from tests.factories import IssueFactory, SubscriberFactory, a_letter, an_editor
from tests.mailings.conftest import let_silence_pass, publish

pytestmark = pytest.mark.django_db

# A process that is no more, on either database.
DEAD = "999999999/0.0/0123456789abcdef01234567"


class Killed(BaseException):
    """What stands for SIGKILL where a test names the point; real kills are in tests/faults."""


class DiesAfterTheClaim(SmtpTransport):
    def ready(self):
        raise Killed


class DiesAfterTheCursor(SmtpTransport):
    def conclude(self):
        if self._handed_over == 2:
            raise Killed
        super().conclude()


class DiesAfterTheDot(SmtpTransport):
    def answers(self):
        answers = super().answers()
        if self._handed_over == 3:
            raise Killed
        return answers


def killed_in_mid_send(mailing, sink, kind):
    """Let a worker send until it dies; its number is then no process's any more."""
    with closing(kind(host="127.0.0.1", port=sink.port)) as way_out, pytest.raises(Killed):
        send_batch(mailing.batches.get().pk, transport=way_out)
    Batch.objects.claimed().update(owner=DEAD)
    let_silence_pass()


@pytest.mark.parametrize(
    ("kind", "setting", "copies"),
    [
        (DiesAfterTheClaim, "resend", [1, 1, 1, 1, 1]),
        (DiesAfterTheCursor, "resend", [1, 1, 1, 1, 1]),
        (DiesAfterTheDot, "resend", [1, 1, 1, 1, 2]),
        (DiesAfterTheCursor, "hold", [1, 1, 1, 1]),
        (DiesAfterTheDot, "hold", [1, 1, 1, 1, 1]),
    ],
)
def test_wherever_a_worker_dies_nobody_is_missed_in_silence(
    mailing, sink, work, settings, kind, setting, copies
):
    settings.VEILLE_UNCERTAIN = setting
    killed_in_mid_send(mailing, sink, kind)
    work()
    mailing.refresh_from_db()
    assert sorted(Counter(sink.recipients).values()) == copies
    held = 5 - mailing.counts()["sent"]
    assert held == mailing.counts()["uncertain"] == (1 if setting == "hold" else 0)
    assert mailing.state == "finished"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this kernel has no /proc")
def test_a_process_killed_and_not_yet_buried_is_dead():
    if connection.vendor == "postgresql":
        pytest.skip("there a lock of the session tells")
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    token = f"{process.pid}/{claim._start_of(process.pid)}/x"
    assert claim.is_alive(token)
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert not claim.is_alive(token)
    process.communicate()
    assert not claim.is_alive(token)


class Stumbles(SmtpTransport):
    """Hands the third message over, and then meets an error that nobody expected."""

    def answers(self):
        answers = super().answers()
        if self._handed_over == 3:
            raise LookupError
        return answers


def test_an_unexpected_error_leaves_the_batch_to_others_at_once(mailing, sink, work, settings):
    settings.VEILLE_UNCERTAIN = "hold"
    with closing(Stumbles(host="127.0.0.1", port=sink.port)) as way_out, pytest.raises(LookupError):
        send_batch(mailing.batches.get().pk, transport=way_out)
    assert mailing.batches.get().attempts == 1
    work()
    mailing.refresh_from_db()
    assert (mailing.state, mailing.counts()["sent"], mailing.counts()["uncertain"]) == ("finished", 4, 1)
    assert len(sink.received) == 5


def test_a_doubt_in_a_cancelled_mailing_stays_a_doubt(mailing, sink, work):
    killed_in_mid_send(mailing, sink, DiesAfterTheDot)
    control.cancel(mailing, by=an_editor())
    work()
    counts = mailing.counts()
    assert (counts["sent"], counts["uncertain"], counts["skipped"]) == (2, 1, 2)


def test_an_acceptance_that_comes_late_settles_the_doubt(mailing):
    delivery = mailing.deliveries.first()
    ledger = Ledger(delivery.batch)
    letter = a_letter(b"")
    letter.delivery = delivery.pk
    ledger.note([letter], [Answer(Outcome.ACCEPTED, "250 queued")])
    Delivery.objects.filter(pk=delivery.pk).update(state="uncertain")
    ledger.flush()
    ledger.flush()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reply, delivery.attempts) == ("sent", "250 queued", 1)


def test_an_address_that_no_header_may_hold_is_its_readers_alone(mailing, sink, work, readers):
    bad = readers[1]
    Delivery.objects.filter(subscriber=bad).update(address="jörg@example.org")
    work()
    mailing.refresh_from_db()
    refused = mailing.deliveries.get(subscriber=bad)
    assert (refused.state, refused.batch.attempts) == ("refused", 1)
    assert (len(sink.received), mailing.state) == (4, "finished")


def test_the_planned_address_is_the_one_that_is_used(mailing, sink, work, readers):
    Subscriber.objects.filter(pk=readers[0].pk).update(email="autre@ailleurs.example")
    Subscriber.objects.filter(pk=readers[1].pk).update(email=readers[1].email.title())
    work()
    assert readers[0].email in sink.recipients
    assert f"{readers[1].email.partition('@')[0].title()}@example.org" in sink.recipients


# --- Servers that break off ---


def test_a_server_that_never_says_what_it_took_pauses_the_mailing(db, sink, work):
    SubscriberFactory.create_batch(30)
    mailing = publish(IssueFactory())
    sink.hang_up_after_dot.update(mailing.deliveries.values_list("address", flat=True))
    work()
    mailing.refresh_from_db()
    assert mailing.state == "paused"
    assert len(sink.received) == 20
    assert mailing.deliveries.planned().count() == 10


class BreaksOff(SmtpTransport):
    """Calls on a server that hangs up on each message."""

    def offer(self, unit):
        self._wire._socket.shutdown(socket.SHUT_RDWR)
        return super().offer(unit)


def broken_off(mailing, sink):
    with closing(BreaksOff(host="127.0.0.1", port=sink.port)) as way_out:
        send_batch(mailing.batches.get().pk, transport=way_out)
    mailing.refresh_from_db()


def test_a_server_that_breaks_off_again_and_again_is_left_alone_for_a_while(mailing, sink):
    broken_off(mailing, sink)
    assert mailing.deliveries.deferred().count() == 3
    assert mailing.deliveries.planned().count() == 2
    assert mailing.reason
    assert dispatch() == []


def test_a_complaint_of_the_server_is_forgotten_once_it_takes_mail(mailing, sink, work):
    broken_off(mailing, sink)
    assert mailing.reason
    Batch.objects.update(not_before=None)
    work()
    mailing.refresh_from_db()
    assert mailing.reason == ""


# --- Databases that come back as they were ---


def as_it_was(mailing, **then):
    """Put the rows of a mailing back to where they stood before it was sent."""
    mailing.batches.update(state="queued", owner="", handed_from=0, cursor=0, sent=0, announced_at=None)
    mailing.deliveries.update(state="planned", settled_at=None)
    Mailing.objects.update(**{"state": "sending", "finished_at": None, **then})


def test_a_restored_backup_mails_nobody_again_before_a_person_says_so(mailing, sink, work, transport):
    work()
    as_it_was(mailing)
    assert send_batch(mailing.batches.get().pk, transport=transport) is False
    mailing.refresh_from_db()
    assert (mailing.state, len(sink.received)) == ("paused", 5)
    assert mailing.reason
    control.resume(mailing, by=an_editor())
    work()
    assert len(sink.received) == 10


def test_a_backup_from_before_a_person_resumed_is_noticed_too(mailing, sink, work):
    control.pause(mailing, by=an_editor())
    control.resume(mailing, by=an_editor())
    work()
    as_it_was(mailing, resumes=0)
    work()
    mailing.refresh_from_db()
    assert (mailing.state, len(sink.received)) == ("paused", 5)


# --- Databases that go away ---


class CutsTheDatabase(SmtpTransport):
    """After the second message, does something to the database; kept for when it is to end."""

    def answers(self):
        answers = super().answers()
        if self._handed_over == 2:
            self.cut()
        return answers


def terminate_every_session():
    account = connection.settings_dict
    with psycopg.connect(
        host=account["HOST"],
        port=account["PORT"] or None,
        user=account["USER"],
        password=account["PASSWORD"],
        dbname="postgres",
        autocommit=True,
    ) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [account["NAME"]]
        )


def lock_the_file_for_a_while():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    locked = threading.Event()

    def hold():
        with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            locked.set()
            time.sleep(1)
            other.execute("ROLLBACK")

    threading.Thread(target=hold).start()
    locked.wait()


@pytest.mark.django_db(transaction=True)
def test_a_database_that_goes_away_in_mid_send_loses_and_repeats_nothing(mailing, sink, work, settings):
    settings.VEILLE_UNCERTAIN = "hold"
    with closing(CutsTheDatabase(host="127.0.0.1", port=sink.port)) as way_out:
        way_out.cut = (
            terminate_every_session if connection.vendor == "postgresql" else lock_the_file_for_a_while
        )
        send_batch(mailing.batches.get().pk, transport=way_out)
    assert len(sink.received) == 2
    assert mailing.counts()["sent"] == 2
    Batch.objects.update(announced_at=None)
    work()
    mailing.refresh_from_db()
    assert (mailing.state, mailing.counts()["sent"]) == ("finished", 5)
    assert len(sink.received) == len(set(sink.recipients)) == 5


# --- Databases that die while those who send live on ---


@pytest.mark.skipif(connection.vendor != "postgresql", reason="there a process tells, not a lock")
def test_who_lost_its_lock_with_the_database_is_waited_for_a_moment(mailing):
    batch = mailing.batches.get()
    claim.claim(batch.pk, DEAD)
    assert dispatch() == []
    let_silence_pass()
    assert dispatch() == [batch.pk]


def test_a_survivor_says_how_far_it_came_when_the_database_forgot(mailing, sink, work):
    class Forgetful(SmtpTransport):
        def answers(self):
            answers = super().answers()
            if self._handed_over == 3:
                Batch.objects.update(handed_from=1, cursor=1)
                control.pause(Mailing.objects.get(pk=mailing.pk), by=an_editor())
            return answers

    with closing(Forgetful(host="127.0.0.1", port=sink.port)) as way_out:
        send_batch(mailing.batches.get().pk, transport=way_out)
    batch = mailing.batches.get()
    assert (batch.handed_from, batch.cursor, mailing.counts()["sent"]) == (3, 3, 3)
    control.resume(Mailing.objects.get(pk=mailing.pk), by=an_editor())
    work()
    assert len(sink.received) == len(set(sink.recipients)) == 5


def test_a_database_that_forgot_what_a_living_worker_just_sent_is_no_restored_backup(mailing, sink, work):
    work()
    as_it_was(mailing)
    batch = mailing.batches.get()
    claim.claim(batch.pk, "alive")
    assert not witness.pause_if_restored(mailing)
    let_silence_pass()
    assert witness.pause_if_restored(mailing)
