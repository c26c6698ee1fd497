"""A mail of ours as it arrives: sent with --mail-to and found in the bounce mailbox, or saved by hand."""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from email import message_from_bytes
from html import escape
from secrets import token_hex

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from imap_tools import AND

from issues.rendering.slots import UNSUBSCRIBE_URL, slot
from mailings.bounces.mailbox import MailboxAway, opened, read
from mailings.compose import ComposeError, freeze, from_address
from mailings.frozen import Recipient
from mailings.letters import Letter, envelope_sender
from mailings.replies import Answer, Outcome
from mailings.transports import Unreachable, hand_over, open_transport

from . import arrived
from .net import reason, within
from .registry import Examination, Finding, error, info, ok, register

# Together they fit into the time of the whole run.
SEND_SECONDS, FETCH_SECONDS, LOOK_EVERY_SECONDS = 10.0, 10.0, 1.0


@dataclass(frozen=True)
class Text:
    """What a mail is made of."""

    subject: str
    email_html: str
    text: str


@register("own-mail.sent", "own-mail.refused", "own-mail.look", *arrived.IDS)
def by_mail(examination: Examination) -> Iterator[Finding]:
    """A test mail leaves as those of a mailing do, and is looked at where it can be read."""
    if not examination.mail_to:
        return
    mark = token_hex(6)
    try:
        letter = _letter(examination.mail_to, mark)
        answer = within(SEND_SECONDS, lambda: _send(letter))
    except (ComposeError, Unreachable, OSError) as failure:
        answer = Answer(Outcome.NOT_SENT, reason(failure))
    if answer.outcome is not Outcome.ACCEPTED:
        yield error(
            "own-mail.refused",
            _("The test mail was not taken: %(reason)s") % {"reason": answer.reply},
            _("Mend what the server names: a mailing would be refused alike."),
        )
        return
    yield ok("own-mail.sent", _("The test mail was taken."))
    raw = _came_back(mark) if settings.VEILLE_BOUNCE_IMAP_URL else None
    if raw is None:
        yield info(
            "own-mail.look",
            _("How the test mail arrived cannot be seen from here."),
            _("Open it, save its source (“Show original”), and run: manage.py doctor --read FILE"),
        )
    else:
        yield from arrived.judge(raw)


@register("own-mail.look", *arrived.IDS)
def by_hand(examination: Examination) -> Iterator[Finding]:
    """A mail that its recipient saved."""
    if examination.saved_mail is not None:
        yield from arrived.judge(examination.saved_mail)


def _letter(to: str, mark: str) -> Letter:
    """Compose the test mail. Raises ComposeError."""
    words = _("This mail was sent by the doctor of %(name)s, to see how it arrives.") % {
        "name": settings.NEWSLETTER["name"]
    }
    link = slot(UNSUBSCRIBE_URL)
    html = f'<p>{escape(words)}</p><p><a href="{settings.SITE_URL}/">{settings.SITE_URL}</a></p><p>{link}</p>'
    mail = freeze(Text(f"[test] {mark}", html, f"{words}\n\n{settings.SITE_URL}/\n\n{link}\n"))
    message_id = f"doctor.{timezone.now():%Y%m%d%H%M%S}.{mark}@{settings.SITE_DOMAIN}"
    return Letter(envelope_sender(from_address()[1]), Recipient(to, "", "test-" + "0" * 27, message_id), mail)


def _send(letter: Letter) -> Answer:
    """Hand a letter over as a mailing does. Raises Unreachable."""
    with closing(open_transport()) as transport:
        (answer,) = hand_over(transport, [letter])
    return answer


def _came_back(mark: str) -> bytes | None:
    """Wait for the test mail in the mailbox for bounces, and take it out; None if it does not come."""
    try:
        return within(FETCH_SECONDS + LOOK_EVERY_SECONDS, lambda: _look_for(mark))
    except (MailboxAway, OSError):
        return None


def _look_for(mark: str) -> bytes | None:
    end = time.monotonic() + FETCH_SECONDS
    while time.monotonic() < end:
        with opened() as box:
            for uid in box.uids(AND(subject=mark)):
                raw = read(box, uid)
                if raw and mark in str(message_from_bytes(raw)["Subject"]):
                    # It is of no use to anybody else.
                    box.delete(uid)
                    return raw
        time.sleep(LOOK_EVERY_SECONDS)
    return None
