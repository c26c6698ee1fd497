"""Servers that keep a mail and do not say so, that put off, that are slow, that want nothing of ours."""

import pytest

from mailings import control
from mailings.models import Mailing
from subscribers.models import Subscriber
from tests.factories import an_editor
from tests.faults.counting import count
from tests.faults.crowd import let_time_pass, publish_to, wait_for_the_end
from tests.faults.scale import LONG, size
from tests.faults.table import note_down
from tests.processes import a_worker, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]


def a_crowd(settings, readers):
    settings.VEILLE_BATCH_SIZE = max(readers // 8, 1)
    return publish_to(readers)


@pytest.mark.parametrize("choice", ["resend", "hold"])
def test_a_reply_lost_after_acceptance_is_one_doubt(settings, mailhost, choice):
    mailing = a_crowd(settings, size(300, 10_000))
    mailhost.obey({"stage": "dot", "does": "lose", "chance": size(0.02, 0.01)}, seed=3)
    with a_worker(EMAIL_URL=mailhost.url, VEILLE_UNCERTAIN=choice):
        wait_for_the_end(mailing, size(60, 600))
    total = count(mailing, mailhost.received)
    lost = sum(not mail.answered for mail in mailhost.received)
    assert lost
    if choice == "hold":
        assert total.uncertain == lost
    note_down(
        f"reply lost after acceptance ({choice})", lost, total, allowed=lost if choice == "resend" else 0
    )


def test_a_server_that_knows_nobody_yet_gets_it_all_later(settings, mailhost):
    mailing = a_crowd(settings, size(150, 5000))
    seconds = size(2, 300)
    mailhost.obey({"stage": "RCPT", "does": "greylist", "seconds": seconds})
    with a_worker(EMAIL_URL=mailhost.url):
        wait_for_the_end(mailing, size(60, 1800), meanwhile=None if LONG else let_time_pass)
    total = count(mailing, mailhost.received)
    note_down(f"greylisted for {seconds} s", 1, total, allowed=0)
    assert total.received == total.planned


def test_a_slow_server_keeps_its_lease(settings, mailhost):
    mailing = a_crowd(settings, size(4, 48))
    seconds = size(0.5, 5)
    mailhost.obey({"stage": "*", "does": "slow", "seconds": seconds})
    with a_worker(pool="prefork", concurrency=4, EMAIL_URL=mailhost.url):
        wait_for_the_end(mailing, size(60, 1200))
    total = count(mailing, mailhost.received)
    note_down(f"{seconds} s for each reply", 1, total, allowed=0)
    assert total.received == total.planned


def test_a_server_that_puts_off_one_in_five_gets_it_all_in_the_end(settings, mailhost):
    mailing = a_crowd(settings, size(150, 5000))
    mailhost.obey(*({"stage": stage, "does": "4xx", "chance": 0.1} for stage in ("RCPT", "dot")), seed=5)
    with a_worker(EMAIL_URL=mailhost.url):
        wait_for_the_end(mailing, size(60, 600), meanwhile=let_time_pass)
    total = count(mailing, mailhost.received)
    note_down("20 % random 4xx", 1, total, allowed=0)
    assert total.received == total.planned


def test_a_server_that_wants_nothing_of_ours_stops_the_mailing_and_touches_nobody(settings, mailhost):
    mailing = a_crowd(settings, 200)
    mailhost.obey({"stage": "RCPT", "does": "5xx", "reply": "550 5.7.1 blocked, see our policy"})
    with a_worker(EMAIL_URL=mailhost.url):
        wait_until(lambda: Mailing.objects.get().state == "paused", 30, "the mailing pauses")
        refused = mailing.deliveries.deferred().count()
        assert refused <= 20
        assert "5.7.1 blocked" in Mailing.objects.get().reason
        assert Subscriber.objects.active().count() == 200
        mailhost.obey()
        control.resume(mailing, by=an_editor())
        wait_for_the_end(mailing, 60)
    total = count(mailing, mailhost.received)
    note_down("200 x 5.7.x", 1, total, allowed=0, note=f"paused after {refused}")
    assert total.received == 200
