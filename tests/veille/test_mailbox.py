"""The mailbox of trials: what it takes, and how it shows it."""

import mailbox
import os
import random
import re
import smtplib
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from veille.embedded.ports import listen, port_of
from veille.mailbox import maildir
from veille.mailbox.mail import Mail
from veille.mailbox.server import Keeper

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings, tmp_path):
    settings.VEILLE_MAILBOX_DIR = str(tmp_path / "mailbox")
    return Path(settings.VEILLE_MAILBOX_DIR)


@pytest.fixture
def keep(folder):
    """Put bytes into the mailbox as the server does; gives the key."""
    box = mailbox.Maildir(folder, create=True)

    def keep(content: bytes, recipient: str = "anne@example.org") -> str:
        return box.add(f"Delivered-To: {recipient}\n".encode() + content)

    return keep


def a_mail(subject="Veille n° 12 : l’été 🌞", html="<p>Bonjour</p>", text="Bonjour\n", **headers):
    mail = EmailMessage()
    mail["Subject"], mail["From"] = subject, "Veille <veille@example.org>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail


def page(client, name, key):
    return client.get(reverse(f"mailbox:{name}", args=[key]))


# --- Taking ------------------------------------------------------------------------------------


@pytest.fixture
def port(folder):
    with listen(random.randrange(43_000, 60_000)) as free:
        number = port_of(free)
    controller = Controller(Keeper(folder), hostname="127.0.0.1", port=number)
    controller.start()
    yield controller.port
    controller.stop()


def test_it_keeps_what_is_sent_with_its_envelope(port, folder):
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        smtp.send_message(a_mail(), "bounce@example.org", ["anne@example.org"])
    (entry,) = maildir.entries(folder)
    source = maildir.read(folder, entry.key).source
    assert source.splitlines()[:2] == ["Return-Path: <bounce@example.org>", "Delivered-To: anne@example.org"]
    assert "<p>Bonjour</p>" in source


def test_each_recipient_gets_a_copy(port, folder):
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        smtp.send_message(a_mail(), "a@example.org", ["anne@example.org", "bob@example.org"])
    assert {entry.recipient for entry in maildir.entries(folder)} == {"anne@example.org", "bob@example.org"}


# --- Listing -----------------------------------------------------------------------------------


def test_an_empty_mailbox_says_what_to_do(client, folder):
    response = client.get(reverse("mailbox:inbox"))
    assert response.status_code == 200
    assert b"mailbox-empty" in response.content


def test_it_lists_recipient_and_subject(client, keep):
    keep(a_mail().as_bytes())
    text = client.get(reverse("mailbox:inbox")).content.decode()
    assert "anne@example.org" in text
    assert "Veille n° 12 : l’été 🌞" in text


def test_the_newest_comes_first(keep, folder):
    keys = [keep(a_mail().as_bytes()) for _ in range(3)]
    for age, key in enumerate(keys):
        os.utime(folder / "new" / key, (1_700_000_000 - age, 1_700_000_000 - age))
    assert [entry.key for entry in maildir.entries(folder)] == keys


def test_it_finds_a_recipient_by_any_part_of_the_address(client, keep):
    keep(a_mail().as_bytes(), "Anne.Dupont@example.org")
    keep(a_mail().as_bytes(), "bob@example.org")
    text = client.get(reverse("mailbox:inbox"), {"q": "dupont"}).content.decode()
    assert "Anne.Dupont" in text
    assert "bob@" not in text


def test_it_says_when_nobody_is_found(client, keep):
    keep(a_mail().as_bytes())
    response = client.get(reverse("mailbox:inbox"), {"q": "<script>"})
    assert b"mailbox-empty" in response.content
    assert b"<script>" not in response.content


@pytest.mark.parametrize("number", ["2", "99", "-1", "x", ""])
def test_a_full_mailbox_has_pages(client, keep, number):
    for _ in range(51):
        keep(a_mail().as_bytes())
    response = client.get(reverse("mailbox:inbox"), {"page": number})
    assert response.status_code == 200
    assert len(re.findall("mail-recipient", response.content.decode())) in (1, 50)


# --- Reading -----------------------------------------------------------------------------------


def test_a_mail_is_shown_as_html_in_a_frame_of_its_own(client, keep):
    key = keep(a_mail(List_Unsubscribe="<https://v.example/x>").as_bytes())
    text = page(client, "html", key).content.decode()
    assert f'src="{reverse("mailbox:body", args=[key])}"' in text
    assert "&lt;https://v.example/x&gt;" in text
    assert "<p>Bonjour</p>" in page(client, "body", key).content.decode()


def test_a_mail_is_shown_as_text_and_as_source(client, keep):
    key = keep(a_mail(text="Le texte & rien d’autre\n").as_bytes())
    assert "Le texte &amp; rien d’autre" in page(client, "text", key).content.decode()
    assert "Content-Type: multipart/alternative" in page(client, "source", key).content.decode()


def test_a_missing_part_is_said_to_be_missing(client, keep):
    key = keep(a_mail(html="").as_bytes())
    assert b"<iframe" not in page(client, "html", key).content
    assert page(client, "body", key).status_code == 200


def test_links_of_a_mail_open_outside_of_its_frame(client, keep):
    key = keep(a_mail(html="<html><head><title>x</title></head><a href='/y'>y</a></html>").as_bytes())
    assert '<head><base target="_blank"><title>' in page(client, "body", key).content.decode()


def test_a_mail_can_run_and_fetch_nothing(client, keep):
    response = page(client, "body", keep(a_mail(html="<script>alert(1)</script>").as_bytes()))
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert "frame-ancestors 'self'" in policy
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_the_page_around_it_is_as_strict_as_the_others(client, keep):
    policy = page(client, "html", keep(a_mail().as_bytes())).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-src 'self'" in policy
    assert "unsafe" not in policy


def test_a_picture_beside_the_html_does_not_hide_it(keep, folder):
    mail = a_mail(html="<p>HTML</p>")
    mail.add_attachment("<p>attached</p>", subtype="html", filename="a.html")
    assert maildir.read(folder, keep(mail.as_bytes())).html.strip() == "<p>HTML</p>"


# --- Odd and hostile ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key",
    [
        "../new/x",
        "..",
        ".",
        "%2e%2e%2fx",
        "..%2f..%2f..%2fetc%2fpasswd",
        "absent",
        "a\\b",
        "é",
        "x" * 300,
        "\0",
    ],
)
def test_no_key_leads_out_of_the_mailbox(client, keep, folder, key):
    keep(a_mail().as_bytes())
    (folder.parent / "x").write_text("secret")
    for end in ("", "corps/", "source/", "texte/"):
        assert client.get(f"/boite/{key}/{end}").status_code in {301, 302, 400, 404}
    assert maildir.read(folder, key) is None


def test_a_link_in_the_folder_to_another_file_has_no_key(folder, keep):
    keep(a_mail().as_bytes())
    (folder / "new" / ".hidden").write_text("secret")
    assert maildir.read(folder, ".hidden") is None


ODD = {
    "nothing": b"",
    "not a mail": b"\xff\xfe\x00garbage\n\n\x80",
    "unknown charset": b"Content-Type: text/html; charset=klingon\n\n<p>nuqneH</p>",
    "charset with a NUL": b'Content-Type: text/html; charset="ut\0f"\n\n<p>x</p>',
    "broken subject": b"Subject: =?utf-8?b?!!!!?= =?x-none?q?=41?=\n\nx",
    "raw bytes in headers": b"Subject: \xe9t\xe9\nFrom: \xff\xfe\nTo: \xed\xa0\x80\n\nx",
    "broken base64": b"Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n%%%",
    "unknown encoding": b"Content-Type: text/html\nContent-Transfer-Encoding: rot13\n\n<c>",
    "multipart without parts": b"Content-Type: multipart/alternative; boundary=x\n\n",
    "multipart without a boundary": b"Content-Type: multipart/mixed\n\nx",
    "header without a body": b"Subject: x",
    "long line": b"Subject: " + b"x" * 200_000 + b"\n\n" + b"y" * 200_000,
    "many headers": b"X: y\n" * 20_000 + b"\nx",
    "a mail in a mail": b"Content-Type: message/rfc822\n\nContent-Type: text/html\n\n<p>in</p>",
}


@pytest.mark.parametrize("content", ODD.values(), ids=ODD)
def test_an_odd_mail_is_shown_all_the_same(client, keep, content):
    key = keep(content)
    assert client.get(reverse("mailbox:inbox")).status_code == 200
    for name in ("html", "text", "source", "body"):
        assert page(client, name, key).status_code == 200


def test_a_very_deep_mail_is_shown_all_the_same(client, keep):
    content = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(1200)
    )
    key = keep(content + b"Content-Type: text/html\n\n<p>deep</p>")
    for name in ("html", "text", "source", "body"):
        assert page(client, name, key).status_code == 200


def test_a_very_large_mail_is_cut_and_says_so(client, keep):
    key = keep(b"Content-Type: text/plain\n\n" + b"x" * (maildir.MAX_BYTES + 1))
    response = page(client, "text", key)
    assert b"notice" in response.content
    assert len(response.content) < maildir.MAX_BYTES + 20_000


@given(st.binary(max_size=300))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_can_be_read_as_a_mail(content):
    for source in (content, b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" + content):
        mail = Mail(source)
        for text in (mail.html, mail.text, mail.source, mail.header("Subject"), mail.header("From")):
            text.encode()


# --- Who may call it ---------------------------------------------------------------------------


def test_there_is_no_mailbox_where_none_is_configured(client, settings):
    settings.VEILLE_MAILBOX_DIR = ""
    for path in ("/boite/", "/boite/key/", "/boite/key/corps/", "/boite/key/texte/", "/boite/key/source/"):
        assert client.get(path).status_code == 404


def test_nothing_can_be_changed_by_its_pages(client, keep):
    key = keep(a_mail().as_bytes())
    for name in ("html", "text", "source", "body"):
        assert client.post(reverse(f"mailbox:{name}", args=[key])).status_code == 405
