"""Mail that comes back, by the pipe, after real mailings."""

import io
import sys
import time
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection

from mailings.bounces import mail
from mailings.bounces.mail import MAX_BYTES, Effect, take
from mailings.bounces.understand import NOTHING
from mailings.bounces.verp import leave_address, return_path
from mailings.models import Bounce, Delivery
from subscribers import own_data
from subscribers.models import ConsentEvent

from . import corpus


def test_each_message_leaves_with_a_return_path_of_its_own(sent, sink):
    delivery = sent()
    assert return_path(delivery.pk) in {message.sender for message in sink.received}


def test_an_address_said_not_to_exist_gets_no_more(sent, state, reader):
    path = return_path(sent().pk)
    assert take(corpus.postfix(path)) is Effect.RECORDED
    assert state() == "bounced"
    assert reader.consent_events.get(kind=ConsentEvent.Kind.BOUNCED).page == "550 5.1.1 <…>: User unknown"


def test_other_bad_addresses_have_two_tries(sent, state):
    take(corpus.postfix_domain(return_path(sent().pk)))
    assert state() == "active"
    take(corpus.postfix_domain(return_path(sent().pk)))
    assert state() == "bounced"


def test_a_full_mailbox_has_five(sent, state):
    for _time in range(4):
        take(corpus.postfix_full(return_path(sent().pk)))
    assert state() == "active"
    take(corpus.postfix_full(return_path(sent().pk)))
    assert state() == "bounced"


def test_a_report_told_ten_times_counts_once(sent, state):
    path = return_path(sent().pk)
    effects = [take(corpus.postfix_full(path)) for _time in range(10)]
    assert effects == [Effect.RECORDED] + [Effect.KNOWN] * 9
    assert (Bounce.objects.count(), state()) == (1, "active")


# The patterns of others take the square of a line's length: half a megabyte of commas took minutes.
def test_no_line_longer_than_lines_are_is_looked_at(monkeypatch):
    read = []
    monkeypatch.setattr(mail, "understand", lambda message: read.append(message) or NOTHING)
    raw = b"From: a@example.org\r\nSubject: " + b"x" * 5000 + b"\r\n\r\n" + b"," * 400_000 + b"\r\nfin\r\n"
    assert take(raw) is Effect.UNKNOWN
    (message,) = read
    lines = message.as_string().splitlines()
    assert max(map(len, lines)) < 2100
    assert lines[-1] == "fin"


@pytest.mark.parametrize("build", [corpus.blocked, corpus.microsoft_unauthenticated])
def test_our_own_fault_is_never_the_readers(sent, state, build):
    for _time in range(2):
        take(build(return_path(sent().pk)))
    assert (state(), Bounce.objects.filter(kind="ours").count()) == ("active", 2)


@pytest.mark.parametrize("build", [row[0] for row in corpus.TABLE], ids=lambda build: build.__name__)
def test_a_forged_address_changes_nothing(sent, state, build):
    path = return_path(sent().pk).replace("-", "-a")[:-1]
    assert take(build(path)) is Effect.UNKNOWN
    assert (state(), Bounce.objects.count()) == ("active", 0)


def test_a_delivery_that_is_gone_changes_nothing(db):
    assert take(corpus.postfix(return_path(10**12))) is Effect.KNOWN


def test_delays_and_automatic_answers_are_no_bounces(sent, state):
    path = return_path(sent().pk)
    for build in (corpus.sendmail_delayed, corpus.relayed, corpus.auto_reply, corpus.a_person):
        assert take(build(path)) is Effect.NOTHING
    assert (state(), Bounce.objects.count()) == ("active", 0)


def test_who_complains_leaves_at_once(sent, state, reader):
    path = return_path(sent().pk)
    assert [take(corpus.yahoo(path)) for _time in range(2)] == [Effect.RECORDED, Effect.KNOWN]
    assert state() == "complained"
    assert reader.consent_events.get(kind=ConsentEvent.Kind.LEFT).page == "complaint (mail)"


def test_a_mail_to_the_address_of_the_header_leaves(sent, state, reader, sink):
    sent()
    address = leave_address(reader.token)
    assert any(f", <mailto:{address}?subject=unsubscribe>".encode() in it.content for it in sink.received)
    assert take(f"From: a@b.fr\nTo: <{address}>\n\n".encode()) is Effect.LEFT
    assert state() == "unsubscribed"


def pipe(monkeypatch, raw, *args):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    call_command("bounces", "read", *args)


def test_the_pipe_takes_the_recipient_from_the_mail_server(sent, state, monkeypatch):
    path = return_path(sent().pk)
    pipe(monkeypatch, corpus.postfix("undisclosed@veille.example"), "--recipient", path)
    assert state() == "bounced"


@pytest.mark.parametrize("raw", [b"", b" \n", b"x" * (MAX_BYTES + 1)])
def test_the_pipe_refuses_nothing_and_too_much(monkeypatch, raw):
    with pytest.raises(SystemExit) as exit_:
        pipe(monkeypatch, raw)
    assert exit_.value.code == 65


def test_the_pipe_has_the_mail_kept_while_the_database_is_away(sent, monkeypatch):
    path = return_path(sent().pk)

    def away(execute, *args):
        raise OperationalError

    with connection.execute_wrapper(away), pytest.raises(SystemExit) as exit_:
        pipe(monkeypatch, corpus.postfix(path))
    assert exit_.value.code == 75


def test_what_came_back_before_it_was_written_down_as_sent_counts_too(sent, state):
    delivery = sent()
    Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.PLANNED)
    take(corpus.postfix(return_path(delivery.pk)))
    assert state() == "bounced"


@pytest.mark.parametrize("odd", [b"\0", b"\xed\xa0\x80", b"\xff\xfe", b"x" * 3000])
def test_odd_words_of_a_server_are_kept_clean(sent, state, odd):
    take(corpus.postfix(return_path(sent().pk)).replace(b"User unknown", b"User unknown" + odd))
    assert state() == "bounced"
    assert "\0" not in Bounce.objects.get().diagnostic


def test_what_came_back_is_told_to_its_reader_and_forgotten_with_them(sent, reader):
    take(corpus.postfix_full(return_path(sent().pk)))
    kept = own_data.export(reader)["mailings"]["came_back"]
    assert [row["what"] for row in kept] == ["soft"]
    own_data.erase(reader)
    assert not Bounce.objects.exists()


@pytest.mark.parametrize("change", [str, str.lower])
def test_an_address_for_leaving_survives_a_server_that_writes_it_in_lower_case(sent, reader, state, change):
    sent()
    effect = take(b"To: " + change(leave_address(reader.token)).encode() + b"\r\n\r\n")
    assert effect is Effect.LEFT
    assert state() == "unsubscribed"


HOSTILE = {
    "long words": lambda path: corpus.postfix(path, "5.1.1", "550 5.1.1 " + "a" * 200_000),
    "many parts": lambda path: (
        f'To: {path}\nContent-Type: multipart/mixed; boundary="b"\n\n'.encode() + b"--b\n\nx\n" * 80_000
    ),
    "many lines": lambda path: f"To: {path}\n\n".encode() + b"<a@b.example>:\n" * 600_000,
}


@pytest.mark.parametrize("build", HOSTILE.values(), ids=HOSTILE)
def test_no_mail_holds_its_reader_for_long(sent, build):
    raw = build(return_path(sent().pk))
    begun = time.process_time()
    take(raw)
    # A second or two, where it was half a minute.
    assert time.process_time() - begun < 8
