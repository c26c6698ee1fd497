"""The confirmation mail: what it holds, and that it leaves once."""

import smtplib
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.mail.backends.base import BaseEmailBackend

from subscribers import confirmation, consent
from subscribers.models import Subscriber

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Failing(BaseEmailBackend):
    """A mail server that answers each message with `error`, or refuses the connection."""

    error: Exception | None = None
    refusal: Exception | None = None
    seen = 0

    def open(self):
        if Failing.refusal:
            raise Failing.refusal

    def send_messages(self, email_messages):
        Failing.seen += len(email_messages)
        raise Failing.error


@pytest.fixture
def failing(settings, monkeypatch):
    settings.MAILERS = {"default": {"BACKEND": f"{__name__}.Failing"}}
    for name in ("error", "refusal"):
        monkeypatch.setattr(Failing, name, None)
    monkeypatch.setattr(Failing, "seen", 0)
    return Failing


def test_it_is_a_notice_of_ours_that_no_machine_answers(desk, settings):
    desk.ask()
    (message,) = desk.deliver()
    raw = message.message()
    assert raw["Auto-Submitted"] == "auto-generated"
    assert raw["Message-ID"].endswith(f"@{settings.SITE_DOMAIN}>")
    assert raw["To"] == desk.email
    assert "List-Unsubscribe" not in raw
    assert [part.get_content_type() for part in raw.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_it_holds_no_word_of_the_visitor(desk):
    desk.ask(name="BUY NOW https://spam.example", page="https://spam.example/form")
    (message,) = desk.deliver()
    assert "spam" not in message.message().as_string()
    assert "spam" not in message.body + message.alternatives[0].content


def test_both_parts_hold_the_same_link_to_our_own_site(desk, settings):
    desk.ask()
    (message,) = desk.deliver()
    url = f"{settings.SITE_URL}/inscription/confirmer/{desk.link()}/"
    assert url in message.body
    assert f'href="{url}"' in message.alternatives[0].content


def test_an_international_domain_goes_out_as_punycode(desk):
    desk.ask("lectrice@exämple.fr")
    (message,) = desk.deliver()
    assert message.message()["To"] == "lectrice@xn--exmple-cua.fr"


def test_the_same_request_is_mailed_once(desk):
    desk.ask()
    assert [len(desk.deliver()) for _ in range(3)] == [1, 0, 0]


def test_a_task_for_somebody_unknown_sends_nothing():
    assert confirmation.send(10_000) is False


def test_a_link_lives_three_days(desk):
    with time_machine.travel(NOON):
        desk.ask()
        desk.deliver()
    with time_machine.travel(NOON + timedelta(days=3, seconds=5)):
        assert consent.confirm(desk.link()) is consent.Outcome.REFUSED
    with time_machine.travel(NOON + timedelta(days=2, hours=23)):
        assert consent.confirm(desk.link()) is consent.Outcome.CONFIRMED


def test_a_newer_request_replaces_the_link_of_an_older_one(desk):
    with time_machine.travel(NOON):
        desk.ask()
        desk.deliver()
        old = desk.link()
    with time_machine.travel(NOON + timedelta(days=2)):
        desk.ask()
        assert consent.confirm(old) is consent.Outcome.REFUSED
        desk.deliver()
        assert consent.confirm(desk.link()) is consent.Outcome.CONFIRMED


def test_a_forged_cut_or_foreign_link_confirms_nobody(desk, rows):
    reader = desk.ask()
    desk.deliver()
    link = desk.link()
    before = rows()
    for wrong in ("", link[:-1], link + "x", "x" + link, reader.token, "x" * 10_000, "\x00", "é:b:c"):
        assert consent.confirm(wrong) is consent.Outcome.REFUSED
    assert rows() == before


def test_a_mail_server_that_is_away_costs_nobody_their_mail(desk, failing, settings):
    failing.refusal = ConnectionRefusedError("nobody there")
    desk.ask()
    with pytest.raises(OSError, match="nobody there"):
        confirmation.send_waiting()
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    assert len(desk.deliver()) == 1


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPDataError(451, b"4.7.1 greylisted"),
        smtplib.SMTPRecipientsRefused({"lectrice@example.org": (450, b"4.2.0 later")}),
    ],
)
def test_a_temporary_refusal_is_tried_again_after_a_pause(desk, failing, settings, error):
    failing.error = error
    with time_machine.travel(NOON, tick=False):
        desk.ask()
        assert confirmation.send_waiting() == 0
        assert confirmation.send_waiting() == 0
    assert failing.seen == 1
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    with time_machine.travel(NOON + timedelta(minutes=1)):
        assert len(desk.deliver()) == 1


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPDataError(550, b"5.1.1 nobody of that name"),
        smtplib.SMTPServerDisconnected("after the dot, perhaps"),
        TimeoutError("the answer never came"),
    ],
)
def test_what_may_have_been_accepted_or_never_will_be_is_not_repeated(desk, failing, error):
    failing.error = error
    desk.ask()
    for _ in range(3):
        assert confirmation.send_waiting() == 0
    assert failing.seen == 1
    assert not Subscriber.objects.get().consent_events.filter(kind="mailed").exists()


def test_one_broken_mail_does_not_swallow_the_others(desk, failing):
    failing.error = smtplib.SMTPServerDisconnected("gone")
    for number in range(3):
        desk.ask(f"lectrice{number}@example.org")
    confirmation.send_waiting()
    assert failing.seen == 3


def test_a_request_of_yesterday_is_given_up(desk):
    with time_machine.travel(NOON):
        desk.ask()
    with time_machine.travel(NOON + timedelta(hours=25)):
        assert desk.deliver() == []
