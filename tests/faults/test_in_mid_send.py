"""Readers who leave, and editors who pause and cancel, while the mails go out: heard within two seconds."""

import random
import time

import pytest

from mailings import control
from mailings.models import Mailing
from mailings.plan import announce
from subscribers import consent
from subscribers.models import Subscriber
from tests.factories import an_editor
from tests.faults.counting import count, open_deliveries
from tests.faults.crowd import publish_to, wait_for_the_end
from tests.faults.scale import size
from tests.faults.table import note_down
from tests.processes import a_worker, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]

# How late a hand-over may come after the commit, in seconds.
SECONDS = 2


def some_mails(mailhost, more):
    goal = len(mailhost.received) + more
    wait_until(lambda: len(mailhost.received) >= goal, 60, "some mails", pause=0.01)


def test_who_leaves_in_mid_send_gets_nothing_two_seconds_later(settings, mailhost):
    leaving = size(40, 1000)
    settings.VEILLE_BATCH_SIZE = 100
    mailing = publish_to(leaving * 10)
    mailhost.take_its_time(0.02)
    readers = dict(Subscriber.objects.values_list("address", "token"))
    left_at = {}
    with a_worker(EMAIL_URL=mailhost.url):
        for _reader in range(leaving):
            some_mails(mailhost, 1)
            waiting = readers.keys() - {mail.to for mail in mailhost.received} - left_at.keys()
            reader = random.choice(sorted(waiting))
            consent.leave(readers[reader], how="one-click")
            left_at[reader] = time.time()
        mailhost.obey()
        wait_for_the_end(mailing, size(60, 300))
    late = [mail for mail in mailhost.received if mail.at > left_at.get(mail.to, mail.at) + SECONDS]
    total = count(mailing, mailhost.received)
    got_it = left_at.keys() & {mail.to for mail in mailhost.received}
    note_down("unsubscribed in mid-send", leaving, total, allowed=0, note=f"{len(got_it)} were on the wire")
    assert late == []
    assert total.planned - total.received == leaving - len(got_it)


def test_a_pause_in_mid_send_is_heard_within_two_seconds(settings, mailhost):
    pauses = size(1, 20)
    settings.VEILLE_BATCH_SIZE = 40
    mailing = publish_to(pauses * 100)
    editor = an_editor()
    mailhost.take_its_time(0.02)
    with a_worker(EMAIL_URL=mailhost.url):
        for _pause in range(pauses):
            some_mails(mailhost, 20)
            control.pause(mailing, by=editor)
            assert_silence_after(time.time(), mailhost)
            control.resume(mailing, by=editor)
        mailhost.obey()
        wait_for_the_end(mailing, size(60, 300))
    note_down("paused in mid-send", pauses, count(mailing, mailhost.received), allowed=0)


def test_a_cancelled_mailing_reaches_nobody_two_seconds_later(settings, mailhost):
    settings.VEILLE_BATCH_SIZE = 40
    editor = an_editor()
    with a_worker(EMAIL_URL=mailhost.url):
        for _mailing in range(size(1, 20)):
            Subscriber.objects.all().delete()
            mailing = publish_to(200)
            mailhost.take_its_time(0.02)
            some_mails(mailhost, 20)
            control.cancel(mailing, by=editor)
            assert_silence_after(time.time(), mailhost)
            announce()
            wait_until(lambda mailing=mailing: not open_deliveries(mailing), 30, "all is settled")
            note_down("cancelled in mid-send", 1, count(mailing, mailhost.received), allowed=0)
            assert Mailing.objects.get(pk=mailing.pk).state == "cancelled"


def assert_silence_after(moment, mailhost):
    time.sleep(SECONDS + 0.5)
    assert [mail for mail in mailhost.received if mail.at > moment + SECONDS] == []
