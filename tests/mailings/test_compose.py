"""The bytes that reach the wire."""

import re
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import default
from email.utils import formataddr

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from issues.rendering.slots import slot
from mailings.compose import ComposeError, freeze, from_address
from mailings.frozen import Frozen, Recipient
from mailings.headers import HeaderError, encoded, header_value

BODY = " ".join(slot(name) for name in ("greeting", "unsubscribe_url", "preferences_url"))
PRINTABLE = st.text(st.characters(blacklist_categories=["C", "Zl", "Zp"]), min_size=1, max_size=150)


@dataclass(frozen=True)
class Letter:
    subject: str = "Veille n° 12 : l’été, déjà"
    email_html: str = f"<p>Élégant & sûr {BODY}</p>"
    text: str = f"Élégant. {BODY}\n.\nFin\n"


def a_reader(**fields):
    return Recipient(
        **{
            "email": "zoe@example.org",
            "name": "Zoé",
            "token": "jeton-" + "x" * 26,
            "message_id": "7.3@v.example",
        }
        | fields
    )


def read(raw):
    return BytesParser(policy=default).parsebytes(raw)


def part(message, kind):
    return message.get_body([kind]).get_content()


def test_the_headers_are_those_that_providers_ask_for(settings):
    raw = freeze(Letter()).quoted.for_recipient(a_reader())
    message = read(raw)
    url = f"{settings.SITE_URL}/desabonnement/jeton-{'x' * 26}/un-clic"
    assert message["To"] == "zoe@example.org"
    assert message["From"] == "Veille <veille@veille.example>"
    assert message["Message-ID"] == "<7.3@v.example>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == "Veille <lettre.veille.example>"
    assert message["Precedence"] == "bulk"
    assert message["Auto-Submitted"] is None
    assert message["Date"].datetime
    assert message["Feedback-ID"]
    assert f"\r\nList-Unsubscribe: <{url}>, <mailto:".encode() in raw
    assert message.get_content_type() == "multipart/alternative"
    assert [p.get_content_type() for p in message.iter_parts()] == ["text/plain", "text/html"]


def test_every_line_is_short_and_ends_as_it_should():
    raw = freeze(Letter(email_html=f"<p>{'mot ' * 5000}{BODY}</p>")).quoted.for_recipient(a_reader())
    body = raw.partition(b"\r\n\r\n")[2]
    assert max(map(len, body.split(b"\r\n"))) <= 78
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\0", raw)
    assert raw.isascii()


def test_two_readers_get_the_same_bytes_but_for_their_own():
    frozen = freeze(Letter()).quoted
    one = frozen.for_recipient(a_reader(name="Anna", token="a" * 32, email="a@example.org"))
    two = frozen.for_recipient(a_reader(name="Bert", token="b" * 32, email="b@example.org"))
    assert one != two
    assert one.replace(b"a" * 32, b"b" * 32).replace(b"Anna", b"Bert").replace(b"a@exa", b"b@exa") == two


def test_what_is_stored_gives_the_same_message():
    frozen = freeze(Letter()).quoted
    again = Frozen(bytes(frozen))
    assert again.for_recipient(a_reader()) == frozen.for_recipient(a_reader())
    assert bytes(again) == bytes(frozen)


@given(subject=PRINTABLE)
@hypothesis_settings(max_examples=200, deadline=None)
def test_any_subject_comes_back_as_it_was(subject):
    message = read(freeze(Letter(subject=subject)).quoted.for_recipient(a_reader()))
    assert message["Subject"] == subject


@given(name=PRINTABLE)
@hypothesis_settings(max_examples=200, deadline=None)
def test_any_name_is_greeted_and_injects_nothing(name):
    frozen = freeze(Letter()).quoted
    message = read(frozen.for_recipient(a_reader(name=name)))
    assert name in part(message, "plain")
    assert len(message.items()) == 13
    import html

    assert name in html.unescape(part(message, "html"))


@pytest.mark.parametrize("value", ["a\r\nBcc: b", "a\nb", "a\0b", "a\x85b", "a\u2028b", "a\ud800b", "a\x7fb"])
def test_no_value_brings_a_second_line(value):
    with pytest.raises(HeaderError):
        header_value(value)
    with pytest.raises(HeaderError):
        encoded("Subject", value)
    with pytest.raises(ComposeError):
        freeze(Letter(subject=value))
    with pytest.raises(HeaderError):
        freeze(Letter()).quoted.for_recipient(a_reader(email=value))


def test_a_mail_that_gmail_would_cut_is_refused():
    with pytest.raises(ComposeError):
        freeze(Letter(email_html=f"<p>{'x' * 95_000}{BODY}</p>"))


@pytest.mark.parametrize("missing", ["email_html", "text"])
def test_a_mail_without_the_readers_own_link_is_refused(missing):
    with pytest.raises(ComposeError):
        freeze(Letter(**{missing: "Rien."}))


@pytest.mark.parametrize("name", ["Veille", "L’été, déjà", 'Dupont & "Fils", SA', "Association " * 12 + "é"])
def test_any_name_of_ours_stands_in_from_with_one_address(settings, name):
    settings.DEFAULT_FROM_EMAIL = formataddr((name, "veille@veille.example"), charset="utf-8")
    (sender,) = read(freeze(Letter()).quoted.for_recipient(a_reader()))["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (name, "veille@veille.example")


def test_a_domain_of_ours_with_accents_is_written_in_punycode(settings):
    settings.DEFAULT_FROM_EMAIL = "L’été <veille@été.example>"
    assert from_address() == ("L’été", "veille@xn--t-9fab.example")
    assert (
        read(freeze(Letter()).quoted.for_recipient(a_reader()))["From"] == "L’été <veille@xn--t-9fab.example>"
    )


@pytest.mark.parametrize("sender", ["", "Veille", "a@veille.example, b@veille.example", "a@.."])
def test_a_sender_that_is_not_one_address_is_refused(settings, sender):
    settings.DEFAULT_FROM_EMAIL = sender
    with pytest.raises(ComposeError):
        freeze(Letter())


def test_dots_and_froms_at_the_start_of_lines_survive():
    message = read(freeze(Letter(text=f".\n..\nFrom moi\n{BODY}\n")).quoted.for_recipient(a_reader()))
    assert part(message, "plain").splitlines()[:3] == [".", "..", "From moi"]
