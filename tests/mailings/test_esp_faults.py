"""A provider that refuses, fails, hangs or is away; workers that die in mid-call. Counted at the provider."""

import signal
import subprocess
import sys
from collections import Counter
from contextlib import closing

import pytest
from django.db import connection

from mailings import control
from mailings.models import Batch, Destination, Mailing
from mailings.send import send_batch
from mailings.transports import Unreachable, kept_transport
from mailings.transports.esp import EspTransport
from mailings.transports.providers import provider_of
from subscribers.models import Subscriber
from tests.esp import Mailgun, Mailjet, Postmark, an_esp
from tests.factories import an_editor
from tests.mailings.conftest import a_mailing_to, let_silence_pass, send, send_to_the_end, send_what_waits
from tests.mailings.test_faults import DEAD, Killed, lock_the_file_for_a_while, terminate_every_session
from tests.processes import environment
from tests.sink import free_port

pytestmark = pytest.mark.django_db


# --- What the provider answers ---


def test_a_provider_that_wants_less_is_left_alone_as_long_as_it_says(mailgun):
    mailgun.script = [(429, {"Retry-After": "120"})]
    mailing = a_mailing_to(250)
    counts = send(mailing)
    assert len(mailgun.calls) == 1
    assert (counts["deferred"], counts["planned"]) == (100, 150)
    with pytest.raises(Unreachable, match="429"):
        kept_transport().ready()
    mailing.refresh_from_db()
    assert (mailing.state, "429" in mailing.reason) == ("sending", True)
    assert not Destination.objects.exclude(closed_until=None).exists()


@pytest.mark.parametrize("refusal", [(429, {}), (503, {"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"})])
def test_twenty_calls_put_off_are_made_later_and_nobody_gets_two(any_esp, settings, refusal):
    settings.VEILLE_BATCH_SIZE = 5
    mailing = a_mailing_to(100)
    for _round in range(20):
        any_esp.script = [refusal]
        send_what_waits(mailing)
    any_esp.script = []
    send_to_the_end(mailing)
    assert Counter(any_esp.recipients) == Counter(Subscriber.objects.values_list("email", flat=True))


@pytest.mark.parametrize(
    ("fault", "words"),
    [((500, {}), "500"), ((503, {}), "503"), ("hang", "timed out"), ("cut", "without response")],
)
def test_a_call_without_an_answer_is_in_doubt_as_a_whole_and_never_made_again(any_esp, through, fault, words):
    # Seconds: more than a whole call takes on a busy machine.
    through(any_esp, timeout=1)
    any_esp.script = ["take", fault]
    mailing = a_mailing_to(110)
    send_what_waits(mailing)
    in_doubt = set(mailing.deliveries.uncertain().values_list("address", flat=True))
    expected = {Mailgun: 10, Mailjet: 50}.get(type(any_esp), 1)
    assert len(in_doubt) == expected
    assert send_to_the_end(mailing)["uncertain"] == expected
    taken = in_doubt if isinstance(fault, str) else set()
    everybody = set(Subscriber.objects.values_list("email", flat=True))
    assert sorted(any_esp.recipients) == sorted(everybody - in_doubt | taken)
    assert words in mailing.deliveries.uncertain().first().reply


def test_what_is_in_doubt_is_sent_again_on_a_persons_word(mailgun):
    mailgun.script = [(500, {})]
    mailing = a_mailing_to(3)
    assert send_what_waits(mailing)["uncertain"] == 3
    control.retry(Mailing.objects.get(pk=mailing.pk), by=an_editor())
    assert send_what_waits(mailing)["sent"] == 3


def test_three_calls_that_fail_in_a_row_pause_the_mailing_in_the_providers_words(mailgun):
    mailgun.always = (401, {})
    mailing = a_mailing_to(450)
    for _round in range(5):
        send_what_waits(mailing)
    mailing.refresh_from_db()
    assert (mailing.state, len(mailgun.calls)) == ("paused", 3)
    assert "refused with 401" in mailing.reason
    assert Subscriber.objects.active().count() == 450
    assert mailing.counts()["uncertain"] == 0


def test_a_provider_that_cannot_be_reached_has_nothing(through):
    through(Mailgun(f"http://127.0.0.1:{free_port()}/"))
    mailing = a_mailing_to(450)
    counts = send(mailing)
    assert (counts["deferred"], counts["uncertain"]) == (300, 0)
    mailing.refresh_from_db()
    assert mailing.state == "sending"
    assert "refused" in mailing.reason
    with an_esp(Mailgun) as esp:
        through(esp)
        send_to_the_end(mailing)
        assert len(set(esp.recipients)) == len(esp.recipients) == 450


def test_a_name_that_does_not_resolve_has_nothing_either(through):
    through(Mailjet("http://mailjet.invalid/"))
    counts = send(a_mailing_to(3))
    assert (counts["deferred"], counts["uncertain"]) == (3, 0)


def test_of_a_call_refused_for_one_address_only_that_reader_is_left_out(mailgun):
    mailgun.refused = {"lectrice7@example.org"}
    mailing = a_mailing_to(110)
    counts = send(mailing)
    left_out = mailing.deliveries.get(state="deferred")
    assert (left_out.address, counts["sent"]) == ("lectrice7@example.org", 109)
    assert "not a valid address" in left_out.reply
    assert Subscriber.objects.active().count() == 110
    assert len(set(mailgun.recipients)) == len(mailgun.recipients) == 109
    assert [len(call["to"]) for call in mailgun.calls] == [100] + [1] * 100 + [10]


def test_of_a_call_answered_one_by_one_the_refused_are_tried_again_and_nobody_else(mailjet):
    mailjet.refused = {f"lectrice{n}@example.org" for n in (3, 60)}
    mailing = a_mailing_to(100)
    counts = send_what_waits(mailing)
    assert (counts["sent"], counts["deferred"]) == (98, 2)
    mailjet.refused = set()
    assert send_what_waits(mailing)["sent"] == 100
    assert len(set(mailjet.recipients)) == len(mailjet.recipients) == 100


def test_a_call_all_of_whose_letters_fail_is_our_fault(mailjet):
    mailing = a_mailing_to(200)
    mailjet.refused = set(Subscriber.objects.values_list("email", flat=True))
    send_what_waits(mailing)
    mailing.refresh_from_db()
    assert (mailing.state, len(mailjet.calls)) == ("paused", 3)
    assert "invalid address" in mailing.reason


def test_a_suppressed_reader_is_refused_in_the_providers_words(through):
    with an_esp(Postmark) as esp:
        through(esp)
        esp.refused = {"lectrice1@example.org"}
        mailing = a_mailing_to(3)
        send(mailing)
    refused = mailing.deliveries.get(state="refused")
    assert refused.address == "lectrice1@example.org"
    assert "Inactive recipients" in refused.reply


def test_what_a_provider_cannot_do_is_said_before_anything_is_sent(through):
    with an_esp(Postmark) as esp:
        through(esp, send_defaults={"send_at": "2027-01-01T00:00:00Z"})
        mailing = a_mailing_to(1)
        counts = send(mailing)
    assert (counts["deferred"], esp.calls) == (1, [])
    assert "does not support send_at" in mailing.deliveries.get().reply


# --- Who dies, and what goes away ---


def test_a_worker_that_dies_after_a_call_leaves_exactly_that_call_in_doubt(mailgun):
    mailing = a_mailing_to(250)

    class DiesAfterTheSecondCall(EspTransport):
        def answers(self):
            if len(mailgun.calls) == 2:
                raise Killed
            return super().answers()

    with closing(DiesAfterTheSecondCall(provider_of(mailgun.backend))) as way_out, pytest.raises(Killed):
        send_batch(mailing.batches.get().pk, transport=way_out)
    Batch.objects.claimed().update(owner=DEAD)
    let_silence_pass()
    send_what_waits(mailing)
    in_doubt = mailing.deliveries.uncertain().values_list("address", flat=True)
    assert sorted(in_doubt) == sorted(mailgun.calls[1]["to"])
    assert mailing.counts()["sent"] == 150
    assert len(set(mailgun.recipients)) == len(mailgun.recipients) == 250


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_in_mid_call_leaves_exactly_that_call_in_doubt(mailgun):
    mailing = a_mailing_to(250)
    mailgun.script = ["take", "hang"]
    program = "import django; django.setup(); from mailings.send import send_batch; send_batch({})"
    process = subprocess.Popen(
        [sys.executable, "-c", program.format(mailing.batches.get().pk)],
        env=environment(EMAIL_URL=f"backend://{mailgun.backend}?api_key=k&timeout=30&api_url={mailgun.url}"),
    )
    assert mailgun.hangs.wait(30)
    process.send_signal(signal.SIGKILL)
    process.wait()
    let_silence_pass()
    send_what_waits(mailing)
    in_doubt = mailing.deliveries.uncertain().values_list("address", flat=True)
    assert sorted(in_doubt) == sorted(mailgun.calls[1]["to"])
    assert mailing.counts()["sent"] == 150
    assert len(set(mailgun.recipients)) == len(mailgun.recipients) == 250


@pytest.mark.django_db(transaction=True)
def test_the_answers_to_a_call_outlast_a_database_that_goes_away(mailjet):
    mailing = a_mailing_to(120)
    mailjet.refused = {"lectrice55@example.org"}

    class CutsTheDatabase(EspTransport):
        def answers(self):
            if len(mailjet.calls) == 2:
                on_postgres = connection.vendor == "postgresql"
                (terminate_every_session if on_postgres else lock_the_file_for_a_while)()
            return super().answers()

    with closing(CutsTheDatabase(provider_of(mailjet.backend))) as way_out:
        send_batch(mailing.batches.get().pk, transport=way_out)
    assert mailing.counts()["sent"] == 99
    mailjet.refused = set()
    send_to_the_end(mailing)
    assert len(set(mailjet.recipients)) == len(mailjet.recipients) == 120


def test_a_mailing_stopped_for_a_moment_loses_nobody(mailgun):
    mailing = a_mailing_to(5)

    class Stopped(EspTransport):
        stopped = False

        def fits(self, waiting):
            if not self.stopped:
                self.stopped = True
                Mailing.objects.update(state="paused")
            return super().fits(waiting)

        def withdraw(self):
            Mailing.objects.update(state="sending")
            super().withdraw()

    with closing(Stopped(provider_of(mailgun.backend))) as way_out:
        send_batch(mailing.batches.get().pk, transport=way_out)
    assert mailing.counts()["sent"] == len(mailgun.recipients) == 5
