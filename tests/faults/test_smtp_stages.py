"""Each stage of the dialogue x each way to misbehave: what becomes of the letter, and that nobody is lost."""

import subprocess
from contextlib import closing
from datetime import timedelta

import pytest
from django.utils import timezone

from mailings import control
from mailings.dispatch import dispatch
from mailings.send import send_batch
from mailings.transports import smtp
from subscribers.models import Subscriber
from tests.factories import an_editor
from tests.faults.counting import count
from tests.faults.crowd import let_time_pass, publish_to
from tests.faults.received import a_mailhost
from tests.faults.script import DEEDS, STAGES
from tests.faults.table import note_down

pytestmark = pytest.mark.django_db

SECOND = "lectrice1@example.org"
# How long to wait for a server that has fallen silent, in seconds; RFC 5321 says minutes.
PATIENCE = 1.0

# What stands in the row of the letter: the state, whether a copy may come, the least wait in seconds.
SENT = ("sent", 0, None)
REFUSED = ("refused", 0, None)
UNTOUCHED = ("planned", 0, None)
LATER = ("deferred", 0, 290)
SOON = ("deferred", 0, 25)
IN_DOUBT = ("deferred", 1, -5)


def expected(stage: str, deed: str) -> set[tuple[str, int, int | None]]:
    """The class of an answer, by the requirements on replies and retries (reliability, section 3)."""
    if stage == "QUIT" or (deed == "multi-line" and stage not in ("RSET", "body")):
        return {SENT}
    if stage in ("connect", "EHLO", "TLS", "AUTH"):
        return {UNTOUCHED}
    if stage == "RSET" or (stage, deed) == ("RCPT", "5xx"):
        return {REFUSED}
    if deed in ("4xx", "5xx", "multi-line"):
        return {LATER}
    if stage == "body":
        # A close is noticed while the text is written, or when its end is.
        return {"421": {LATER, SOON, IN_DOUBT}, "close": {SOON, IN_DOUBT}}.get(deed, {IN_DOUBT})
    if deed == "421":
        return {LATER}
    return {IN_DOUBT if stage == "dot" else SOON}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for the loopback, and its own authority."""
    file = tmp_path_factory.mktemp("tls") / "pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"),
            *("-keyout", file, "-out", file),
        ],
        check=True,
        capture_output=True,
    )
    return str(file)


@pytest.fixture(scope="module")
def mailhost(certificate, tmp_path_factory):
    with a_mailhost(tmp_path_factory.mktemp("mailhost"), certificate) as running:
        yield running


@pytest.fixture
def transport(mailhost, certificate, monkeypatch, settings):
    # By SMTP a copy bears the Message-ID of the first, so that it may be sent.
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend"}}
    monkeypatch.setenv("SSL_CERT_FILE", certificate)
    for stage in smtp.TIMEOUTS:
        monkeypatch.setitem(smtp.TIMEOUTS, stage, PATIENCE)
    monkeypatch.setattr(smtp, "QUIT_TIMEOUT", PATIENCE)
    mailhost.obey()
    way_out = smtp.SmtpTransport(
        host="127.0.0.1", port=mailhost.port, username="veille", password="secret", use_tls=True
    )
    with closing(way_out):
        yield way_out


def rules(stage, deed):
    yield {
        "stage": stage,
        "does": deed,
        "recipients": SECOND if stage in ("RCPT", "DATA", "body", "dot") else "",
    }
    if stage == "RSET":
        yield {"stage": "RCPT", "does": "5xx", "recipients": SECOND}


def row_of(delivery):
    wait = delivery.next_attempt_at and (delivery.next_attempt_at - timezone.now()) / timedelta(seconds=1)
    return delivery.state, delivery.repeats, wait


def matches(row, classes):
    return any(
        row[:2] == (state, repeats) and (row[2] is None if least is None else least <= row[2] < least + 20)
        for state, repeats, least in classes
    )


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("stage", STAGES)
def test_whatever_a_server_does_at_whatever_stage(mailhost, transport, stage, deed):
    mailing = publish_to(4)
    before = len(mailhost.received)
    mailhost.obey(*rules(stage, deed))
    send(dispatch(), transport)
    mailing.refresh_from_db()
    # Before a name is said, whoever is first meets it; from RCPT on the second is picked out.
    victim = mailing.deliveries.get(address="lectrice0@example.org" if stage == "MAIL" else SECOND)
    assert matches(row_of(victim), expected(stage, deed)), row_of(victim)
    assert Subscriber.objects.active().count() == 4
    assert (mailing.state == "paused") == (expected(stage, deed) == {UNTOUCHED} and deed == "5xx")
    transport.close()

    mailhost.obey()
    if mailing.state == "paused":
        control.resume(mailing, by=an_editor())
    let_time_pass(mailing)
    while batches := dispatch():
        send(batches, transport)
    mailing.refresh_from_db()
    assert mailing.state == "finished"
    total = count(mailing, mailhost.received[before:])
    assert total.received == 4 - (expected(stage, deed) == {REFUSED})
    note_down("SMTP: 11 stages x 7 answers", 1, total, allowed=0)


def send(batches, transport):
    for batch in batches:
        send_batch(batch, transport=transport)
