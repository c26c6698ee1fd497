"""The bytes of a mailing: built once, checked, and cut where recipients differ."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from email.utils import format_datetime, getaddresses
from secrets import token_hex
from typing import Protocol

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from issues.rendering.slots import PATTERN, UNSUBSCRIBE_URL
from issues.signals import PublicationRefused

from .bounces.verp import unsubscribe_address
from .frozen import (
    LEAVE_BY_MAIL,
    MESSAGE_ID,
    ONE_CLICK,
    TO,
    Frozen,
    FrozenMail,
    Recipient,
    quoted_printable,
    slot_for,
)
from .headers import encoded, header_value, mailbox
from .lines import MAX_BYTES, broken_at_spaces, fit

CRLF = b"\r\n"
# Gmail clips a message near 102 KB of HTML.
MAX_HTML_BYTES = 90 * 1024


class ComposeError(PublicationRefused):
    """A mail that must not be sent as it is."""


class Content(Protocol):
    """What a mail is made of: a Rendition, or the Rendering of an issue not published yet."""

    @property
    def subject(self) -> str: ...
    @property
    def email_html(self) -> str: ...
    @property
    def text(self) -> str: ...


def freeze(content: Content, *, subject_prefix: str = "") -> FrozenMail:
    """Build the message of a mailing once. Raises ComposeError for what must not be sent.

    multipart/alternative, text first; the same words in both forms.
    """
    boundary = f"=_veille_{token_hex(12)}"
    bodies = [("plain", "text", content.text), ("html", "html", content.email_html)]

    def whole(head: bytes, parts: list[bytes]) -> bytes:
        line = f"\r\n--{boundary}".encode()
        kind = f'Content-Type: multipart/alternative; boundary="{boundary}"'.encode() + CRLF
        return head + kind + b"".join(line + CRLF + part for part in parts) + line + b"--" + CRLF

    return _freeze(subject_prefix + content.subject, bodies, whole)


def freeze_text(content: Content) -> FrozenMail:
    """Build the message once more, for those who want plain text alone: text/plain, the same headers."""
    # Its last line ends, so that the final dot of SMTP stands alone.
    bodies = [("plain", "text", content.text.rstrip("\n") + "\n")]
    return _freeze(content.subject, bodies, lambda head, parts: head + parts[0])


def _freeze(
    subject: str, bodies: list[tuple[str, str, str]], whole: Callable[[bytes, list[bytes]], bytes]
) -> FrozenMail:
    """Build a message of parts (subtype, kind of its slots, text), in the two forms that servers take."""
    try:
        head = _headers(subject)
    # HeaderError, or an address of the settings that is not ASCII.
    except ValueError as error:
        raise ComposeError(str(error)) from error
    if any("\0" in text for _subtype, _kind, text in bodies):
        raise ComposeError("NUL in the text of a mail")
    mail = FrozenMail(
        quoted=Frozen(whole(head, [_quoted_part(*body) for body in bodies])),
        eight_bit=Frozen(whole(head, [_eight_bit_part(*body) for body in bodies])),
    )
    for frozen in (mail.quoted, mail.eight_bit):
        _verify(frozen, subject, [subtype for subtype, _kind, _text in bodies])
    return mail


def from_address() -> tuple[str, str]:
    """The newsletter's display name and its one address. Raises ComposeError for more, or none."""
    addresses = getaddresses([settings.DEFAULT_FROM_EMAIL])
    if len(addresses) != 1 or "@" not in addresses[0][1]:
        raise ComposeError(f"DEFAULT_FROM_EMAIL is not one address: {settings.DEFAULT_FROM_EMAIL!r}")
    name, address = addresses[0]
    local, _at, domain = address.rpartition("@")
    try:
        return name, f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise ComposeError(f"DEFAULT_FROM_EMAIL: {domain!r} is not a domain") from error


def _headers(subject: str) -> bytes:
    name, address = from_address()
    newsletter = settings.NEWSLETTER
    # Read by people, unless there is an address that `bounces` reads.
    leave_by_mail = (
        slot_for("header", LEAVE_BY_MAIL)
        if unsubscribe_address()
        else header_value(newsletter["unsubscribe_mailbox"] or address)
    )
    lines = [
        f"From: {mailbox(name, address)}",
        f"To: {slot_for('header', TO)}",
        f"Reply-To: {header_value(newsletter['reply_to'] or address)}",
        f"Subject: {encoded('Subject', subject)}",
        f"Date: {format_datetime(timezone.now())}",
        f"Message-ID: <{slot_for('header', MESSAGE_ID)}>",
        # RFC 2919: constant for ever.
        f"List-Id: {mailbox(newsletter['name'], header_value(newsletter['list_id']))}"
        if newsletter["name"].isascii()
        else f"List-Id: <{header_value(newsletter['list_id'])}>",
        # RFC 8058: https first. One line: folded, some relays break their own signature.
        f"List-Unsubscribe: <{slot_for('header', ONE_CLICK)}>, <mailto:{leave_by_mail}?subject=unsubscribe>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "Precedence: bulk",
        f"Feedback-ID: issue:list:newsletter:{settings.SITE_DOMAIN}",
        "MIME-Version: 1.0",
    ]
    return "\r\n".join(lines).encode("ascii") + CRLF


def _quoted_part(subtype: str, kind: str, text: str) -> bytes:
    """Quoted-printable, each slot between two soft line breaks."""
    pieces = []
    for index, piece in enumerate(PATTERN.split(text)):
        if index % 2:
            pieces += [b"=\r\n", slot_for(kind, piece).encode(), b"=\r\n"]
        else:
            pieces.append(quoted_printable(piece))
    return _part(subtype, b"quoted-printable", b"".join(pieces))


def _eight_bit_part(subtype: str, kind: str, text: str) -> bytes:
    """UTF-8 as it is, where its lines allow it; a part whose lines do not stays quoted-printable."""
    body = text.replace("\r\n", "\n").replace("\r", "\n")
    if subtype == "html":
        body = broken_at_spaces(body)
    if not fit(body):
        return _quoted_part(subtype, kind, text)
    cut = PATTERN.sub(lambda match: slot_for(f"{kind}8", match[1]), body)
    return _part(subtype, b"8bit", cut.replace("\n", "\r\n").encode())


def _part(subtype: str, encoding: bytes, body: bytes) -> bytes:
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: '.encode()
    return head + encoding + CRLF + CRLF + body


def _verify(frozen: Frozen, subject: str, subtypes: list[str]) -> None:
    """Read the message back as a mail program does, before anybody gets it."""
    sample = Recipient("camille@example.org", "Zoé & Noé", "t" * 32, "1.1@example.org")
    raw = frozen.for_recipient(sample)
    message = BytesParser(EmailMessage, policy=default).parsebytes(raw)
    if message["Subject"] != subject:
        raise ComposeError(f"the subject comes back as {message['Subject']!r}")
    if max(map(len, raw.split(CRLF))) > MAX_BYTES or re.search(rb"(?<!\r)\n", raw):
        raise ComposeError("a line of the message is too long or ends wrongly")
    values = frozen.values(sample)
    for subtype in subtypes:
        part = message.get_body([subtype])
        if part is None:
            raise ComposeError("a part of the message is missing")
        if subtype == "html" and len(part.get_content().encode()) > MAX_HTML_BYTES:
            raise ComposeError(_("The email is too heavy: Gmail would cut it."))
        if values[UNSUBSCRIBE_URL] not in part.get_content():
            raise ComposeError("a reader's own link is missing")
    if f"\r\nList-Unsubscribe: <{values[ONE_CLICK]}>, <mailto:".encode() not in raw:
        raise ComposeError("List-Unsubscribe is not on one line")
