"""A mail of ours, sent over real SMTP and read again, or saved by hand."""

import pytest

from tests.imap import a_mailbox
from tests.sink import a_sink
from veille.doctor import arrived, own_mail
from veille.mail_url import mailer_from_url
from veille.settings import env

from .conftest import found

TO = "retours+essai@veille.example"
SIGNATURE = b"DKIM-Signature: v=1; a=rsa-sha256; d=%s; s=s1;\r\n\th=From:To:Subject:\r\n\t %s; bh=x; b=y\r\n"
COVERED = b"List-Unsubscribe:List-Unsubscribe-Post:Feedback-ID"
PASSED = b"Authentication-Results: mx.example; dkim=pass;\r\n spf=pass; dmarc=pass\r\n"


@pytest.fixture
def sink(settings):
    with a_sink() as sink:
        settings.MAILERS = {"default": mailer_from_url(env, sink.url)}
        yield sink


@pytest.fixture
def mail(sink):
    """The bytes of a test mail, as they left."""
    found(own_mail.by_mail, mail_to=TO)
    return sink.received[0].content


def judged(raw):
    return [finding.id.removeprefix("own-mail.") for finding in arrived.judge(raw)]


def test_it_leaves_as_a_mail_of_a_mailing_does(sink, settings):
    settings.VEILLE_BOUNCE_ADDRESS = "retours@veille.example"
    seen = found(own_mail.by_mail, mail_to=TO)
    assert list(seen) == ["own-mail.sent", "own-mail.look"]
    (received,) = sink.received
    assert received.recipient == TO
    assert received.sender.startswith("retours+0-")
    assert received.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert received.message["Feedback-ID"]
    assert TO not in " ".join(seen.values())


def test_no_mail_is_sent_unasked(sink):
    assert found(own_mail.by_mail) == {}
    assert found(own_mail.by_hand) == {}
    assert not sink.received


def test_one_that_is_refused_is_an_error(sink):
    sink.always = "550 5.7.1 not from you"
    assert "550 5.7.1" in found(own_mail.by_mail, mail_to=TO)["own-mail.refused"]


def test_a_server_that_is_away_is_an_error(settings):
    settings.MAILERS = {"default": mailer_from_url(env, "smtp://127.0.0.1:1")}
    assert "refused" in found(own_mail.by_mail, mail_to=TO)["own-mail.refused"].lower()


def test_what_comes_back_to_the_mailbox_is_looked_at_and_taken_out(sink, settings, monkeypatch):
    with a_mailbox("sesame") as box:
        settings.VEILLE_BOUNCE_IMAP_URL = f"imap://bounces:sesame@127.0.0.1:{box.port}/INBOX"
        box.put(b"Subject: another mail\r\n\r\nnot ours\r\n")
        # What is sent arrives in the mailbox.
        deliver = own_mail._send

        def and_deliver(letter):
            answer = deliver(letter)
            box.put(SIGNATURE % (b"veille.example", COVERED) + sink.received[0].content)
            return answer

        monkeypatch.setattr(own_mail, "_send", and_deliver)
        seen = found(own_mail.by_mail, mail_to=TO)
        assert list(box.mails) == [1]
    assert {"own-mail.sent", "own-mail.signed", "own-mail.one-click", "own-mail.untracked"} <= set(seen)


def test_a_mailbox_that_it_never_comes_to_is_left_after_a_moment(sink, settings, monkeypatch):
    monkeypatch.setattr(own_mail, "FETCH_SECONDS", 0.3)
    monkeypatch.setattr(own_mail, "LOOK_EVERY_SECONDS", 0.1)
    with a_mailbox("sesame") as box:
        settings.VEILLE_BOUNCE_IMAP_URL = f"imap://bounces:sesame@127.0.0.1:{box.port}/INBOX"
        assert "own-mail.look" in found(own_mail.by_mail, mail_to=TO)
        settings.VEILLE_BOUNCE_IMAP_URL = f"imap://bounces:wrong@127.0.0.1:{box.port}/INBOX"
        assert "own-mail.look" in found(own_mail.by_mail, mail_to=TO)


def test_a_mail_that_arrived_whole_is_well(mail):
    raw = PASSED + SIGNATURE % (b"veille.example", COVERED) + mail
    assert judged(raw) == ["signed", "proved", "one-click", "untracked"]
    # Whatever line ends it was saved with.
    assert judged(raw.replace(b"\r\n", b"\n")) == ["signed", "proved", "one-click", "untracked"]


@pytest.mark.parametrize(
    ("signatures", "ids"),
    [
        ([], ["unsigned"]),
        ([(b"relay.example", COVERED)], ["signed-by-others"]),
        ([(b"veille.example", b"List-Unsubscribe")], ["uncovered", "feedback-id"]),
        (
            [(b"veille.example", b"List-Unsubscribe:List-Unsubscribe-Post")],
            ["signed", "feedback-id"],
        ),
        ([(b"relay.example", COVERED), (b"veille.example", COVERED)], ["signed"]),
        ([(b"mail.veille.example", COVERED)], ["signed"]),
    ],
    ids=str,
)
def test_the_signature_must_be_ours_and_cover_the_headers(mail, signatures, ids):
    raw = b"".join(SIGNATURE % signature for signature in signatures) + mail
    assert judged(raw)[: len(ids)] == ids


@pytest.mark.parametrize(
    ("line", "id"),
    [
        (b"", "unjudged"),
        (PASSED, "proved"),
        (PASSED.replace(b"spf=pass", b"spf=softfail"), "not-proved"),
        (PASSED.replace(b"dkim=pass", b"dkim=fail; dkim=pass"), "proved"),
    ],
    ids=str,
)
def test_the_receivers_verdicts_are_read(mail, line, id):
    assert id in judged(line + mail)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", b""),
        (b"List-Unsubscribe: <https", b"List-Unsubscribe: <http"),
        (b"List-Unsubscribe: <", b"List-Unsubscribe:\r\n <"),
    ],
)
def test_one_click_must_arrive_whole(mail, before, after):
    assert before in mail
    assert "no-one-click" in judged(mail.replace(before, after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"</p>", b'</p><img width=1 height=1 src="https://track.example/o/1.gif">'),
        (b"https://veille.example", b"https://track.example/c/1"),
    ],
)
def test_tracking_is_found(mail, before, after):
    head, _blank, body = mail.partition(b"\r\n\r\n")
    assert before in body.replace(b"=\r\n", b"")
    body = body.replace(b"=\r\n", b"").replace(before, after)
    assert "tracked" in judged(head + b"\r\n\r\n" + body)


@pytest.mark.parametrize("raw", [b"", b"\0\xff", b"no mail at all", b"DKIM-Signature: ;;=\r\n\r\n"])
def test_what_is_no_mail_of_ours_stops_nobody(raw):
    assert "no-one-click" in judged(raw)
    assert "own-mail.no-one-click" in found(own_mail.by_hand, saved_mail=raw)
