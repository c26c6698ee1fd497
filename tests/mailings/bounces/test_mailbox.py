"""Reading the mailbox for bounces over IMAP."""

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from mailings import tasks
from mailings.bounces import mailbox
from mailings.bounces.verp import leave_address, return_path
from mailings.models import Bounce
from tests.imap import a_mailbox

from . import corpus

PASSWORD = "p@ss word"


@pytest.fixture
def box(settings):
    with a_mailbox(PASSWORD) as box:
        settings.VEILLE_BOUNCE_IMAP_URL = f"imap://retours:p%40ss%20word@127.0.0.1:{box.port}/INBOX"
        yield box


def letter(to, text="Bonjour"):
    return f"From: zoe@example.org\r\nTo: {to}\r\nMessage-ID: <1@example.org>\r\n\r\n{text}\r\n".encode()


def test_what_is_understood_is_acted_on_and_deleted_and_the_rest_is_left_for_people(box, sent, state):
    first, path = return_path(sent().pk), return_path(sent().pk)
    box.put(corpus.postfix_full(first), letter("bounces@veille.example"), letter(path), corpus.postfix(path))
    assert mailbox.fetch() == "recorded 2, unknown 1, nothing 1"
    assert state() == "bounced"
    assert box.flags == {2: {r"\Seen"}, 3: {r"\Seen"}}
    assert mailbox.fetch() == ""


def test_who_writes_to_leave_has_left(box, sent, reader, state):
    sent()
    box.put(letter(leave_address(reader.token)))
    assert mailbox.fetch() == "left 1"
    assert (state(), box.mails) == ("unsubscribed", {})


def test_one_that_cannot_be_dealt_with_is_flagged_and_stops_no_other(box, sent, state, monkeypatch):
    path = return_path(sent().pk)
    box.put(b"poison", corpus.postfix(path), b"x" * 2000)
    real = mailbox.take

    def take(raw):
        if raw == b"poison":
            raise RuntimeError("a fault of ours")
        return real(raw)

    monkeypatch.setattr(mailbox, "take", take)
    monkeypatch.setattr(mailbox, "MAX_BYTES", len(box.mails[2]))
    box.mails[3] = b"x" * (len(box.mails[2]) + 1)
    assert mailbox.fetch() == "failed 1, recorded 1, too large 1"
    assert state() == "bounced"
    assert box.flags == {1: {r"\Seen", r"\Flagged"}, 3: {r"\Seen", r"\Flagged"}}


def test_while_the_database_is_away_the_mails_stay_unseen(box, sent, monkeypatch):
    box.put(corpus.postfix(return_path(sent().pk)), letter("a@b.example"))

    def away(raw):
        raise OperationalError

    monkeypatch.setattr(mailbox, "take", away)
    assert mailbox.fetch() == ""
    assert box.flags == {1: set(), 2: set()}


def test_read_by_two_at_once_it_counts_once(box, sent):
    report = corpus.postfix_full(return_path(sent().pk))
    box.put(report, report)
    assert mailbox.fetch() == "recorded 1, known 1"
    assert Bounce.objects.count() == 1


def test_a_run_ends_in_time_and_the_next_goes_on(box, db, monkeypatch):
    box.put(*[letter("a@b.example")] * 3)
    monkeypatch.setattr(mailbox, "MAILS_A_RUN", 2)
    assert [mailbox.fetch(), mailbox.fetch()] == ["unknown 2", "unknown 1"]
    box.put(letter("a@b.example"), letter("a@b.example"))
    monkeypatch.setattr(mailbox, "SECONDS_A_RUN", 0)
    assert mailbox.fetch() == "unknown 1"


@pytest.mark.parametrize(
    "change", [("ss%20word", "wrong"), ("127.0.0.1", "127.0.0.2"), ("imap://", "http://")]
)
def test_a_mailbox_that_cannot_be_opened_is_told_without_the_password(box, settings, change, caplog):
    settings.VEILLE_BOUNCE_IMAP_URL = settings.VEILLE_BOUNCE_IMAP_URL.replace(*change)
    with pytest.raises(CommandError) as told:
        call_command("bounces", "fetch")
    tasks.fetch_bounces()
    for text in (str(told.value), caplog.text):
        assert text
        assert PASSWORD not in text
        assert "p@wrong" not in text


def test_without_a_mailbox_nothing_is_fetched(settings):
    settings.VEILLE_BOUNCE_IMAP_URL = ""
    tasks.fetch_bounces()
    with pytest.raises(CommandError):
        call_command("bounces", "fetch")


def test_the_command_says_what_it_found(box, db, capsys):
    call_command("bounces", "fetch")
    box.put(letter("a@b.example"))
    call_command("bounces", "fetch")
    assert capsys.readouterr().out == "Rien de nouveau.\nunknown 1\n"
