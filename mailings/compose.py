"""The bytes of a mailing: built once, cut where recipients differ, joined per recipient."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email import quoprimime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from email.utils import format_datetime, getaddresses
from html import escape
from secrets import token_hex
from typing import Protocol

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from issues.rendering.slots import GREETING, PATTERN, PREFERENCES_URL, UNSUBSCRIBE_URL
from issues.signals import PublicationRefused

from .headers import encoded, header_value, mailbox

CRLF = b"\r\n"
# Gmail clips a message near 102 KB of HTML.
MAX_HTML_BYTES = 90 * 1024
# RFC 5322, 2.1.1, without the line's end.
MAX_LINE_BYTES = 998


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


@dataclass(frozen=True)
class Recipient:
    """What differs from one mail to the next."""

    email: str
    name: str
    token: str
    message_id: str

    def values(self) -> dict[str, str]:
        """The value of each slot."""
        page = reverse("subscribers:unsubscribe", args=[self.token])
        one_click = reverse("subscribers:one_click", args=[self.token])
        preferences = reverse("subscribers:preferences", args=[self.token])
        with translation.override(settings.NEWSLETTER["language"]):
            greeting = _("Hello %(name)s,") % {"name": self.name} if self.name else _("Hello,")
        return {
            "to": header_value(self.email),
            "message_id": header_value(self.message_id),
            "one_click": settings.SITE_URL + one_click,
            GREETING: greeting,
            UNSUBSCRIBE_URL: settings.SITE_URL + page,
            PREFERENCES_URL: settings.SITE_URL + preferences,
        }


class Frozen:
    """A message whose cut places wait for their values.

    Stored as literals and slots in turn, parted by NUL, which no message holds. A slot is named
    `header:name`, `text:name` or `html:name` after the encoding its value needs.
    """

    def __init__(self, message: bytes) -> None:
        self.parts = bytes(message).split(b"\0")

    def __bytes__(self) -> bytes:
        return b"\0".join(self.parts)

    @property
    def digest(self) -> str:
        return hashlib.sha256(bytes(self)).hexdigest()

    def for_recipient(self, recipient: Recipient) -> bytes:
        """Give the whole message for one recipient: a join of bytes."""
        values = recipient.values()
        parts = self.parts.copy()
        for index in range(1, len(parts), 2):
            kind, _colon, name = parts[index].decode().partition(":")
            parts[index] = _encode_value(kind, values[name])
        return b"".join(parts)


def freeze(content: Content, *, subject_prefix: str = "") -> Frozen:
    """Build the message of a mailing once. Raises ComposeError for what must not be sent.

    multipart/alternative, text first, quoted-printable: safe on every path, no line over 76 octets.
    """
    boundary = f"=_veille_{token_hex(12)}"
    try:
        head = _headers(subject_prefix + content.subject, boundary)
    # HeaderError, or an address of the settings that is not ASCII.
    except ValueError as error:
        raise ComposeError(str(error)) from error
    body = CRLF.join(
        [
            b"",
            f"--{boundary}".encode(),
            b'Content-Type: text/plain; charset="utf-8"',
            b"Content-Transfer-Encoding: quoted-printable",
            b"",
            _quoted(content.text, "text"),
            f"--{boundary}".encode(),
            b'Content-Type: text/html; charset="utf-8"',
            b"Content-Transfer-Encoding: quoted-printable",
            b"",
            _quoted(content.email_html, "html"),
            f"--{boundary}--".encode(),
            b"",
        ]
    )
    frozen = Frozen(head + body)
    _verify(frozen, subject_prefix + content.subject)
    return frozen


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


def _headers(subject: str, boundary: str) -> bytes:
    name, address = from_address()
    newsletter = settings.NEWSLETTER
    leave_by_mail = header_value(newsletter["unsubscribe_mailbox"] or address)
    lines = [
        f"From: {mailbox(name, address)}",
        f"To: {_slot('header', 'to')}",
        f"Reply-To: {header_value(newsletter['reply_to'] or address)}",
        f"Subject: {encoded('Subject', subject)}",
        f"Date: {format_datetime(timezone.now())}",
        f"Message-ID: <{_slot('header', 'message_id')}>",
        # RFC 2919: constant for ever.
        f"List-Id: {mailbox(newsletter['name'], header_value(newsletter['list_id']))}"
        if newsletter["name"].isascii()
        else f"List-Id: <{header_value(newsletter['list_id'])}>",
        # RFC 8058: https first. One line: folded, some relays break their own signature.
        f"List-Unsubscribe: <{_slot('header', 'one_click')}>, <mailto:{leave_by_mail}?subject=unsubscribe>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "Precedence: bulk",
        f"Feedback-ID: issue:list:newsletter:{settings.SITE_DOMAIN}",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative; boundary="{boundary}"',
    ]
    return "\r\n".join(lines).encode("ascii") + CRLF


def _slot(kind: str, name: str) -> str:
    return f"\0{kind}:{name}\0"


def _quoted(text: str, kind: str) -> bytes:
    """Quoted-printable (RFC 2045, 6.7), each slot between two soft line breaks."""
    if "\0" in text:
        raise ComposeError("NUL in the text of a mail")
    pieces = []
    for index, part in enumerate(PATTERN.split(text)):
        if index % 2:
            pieces += [b"=\r\n", _slot(kind, part).encode(), b"=\r\n"]
        else:
            pieces.append(_quoted_printable(part))
    return b"".join(pieces)


def _quoted_printable(text: str) -> bytes:
    lines = text.replace("\r\n", "\n").encode().decode("latin-1")
    return quoprimime.body_encode(lines, eol="\r\n").encode("ascii") if lines else b""


def _encode_value(kind: str, value: str) -> bytes:
    if kind == "header":
        return value.encode("ascii")
    return _quoted_printable(escape(value) if kind == "html" else value)


def _verify(frozen: Frozen, subject: str) -> None:
    """Read the message back as a mail program does, before anybody gets it."""
    sample = Recipient("camille@example.org", "Zoé & Noé", "t" * 32, "1.1@example.org")
    raw = frozen.for_recipient(sample)
    message = BytesParser(EmailMessage, policy=default).parsebytes(raw)
    if message["Subject"] != subject:
        raise ComposeError(f"the subject comes back as {message['Subject']!r}")
    if max(map(len, raw.split(CRLF))) > MAX_LINE_BYTES or re.search(rb"(?<!\r)\n", raw):
        raise ComposeError("a line of the message is too long or ends wrongly")
    html = message.get_body(["html"])
    text = message.get_body(["plain"])
    if html is None or text is None:
        raise ComposeError("a part of the message is missing")
    if len(html.get_content().encode()) > MAX_HTML_BYTES:
        raise ComposeError(_("The email is too heavy: Gmail would cut it."))
    values = sample.values()
    own_link = values[UNSUBSCRIBE_URL]
    if own_link not in html.get_content() or own_link not in text.get_content():
        raise ComposeError("a reader's own link is missing")
    if f"\r\nList-Unsubscribe: <{values['one_click']}>, <mailto:".encode() not in raw:
        raise ComposeError("List-Unsubscribe is not on one line")
