"""Reading the mailbox that bounces come to, over IMAP (RFC 9051)."""

import logging
import re
import ssl
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from imaplib import IMAP4
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError
from imap_tools import AND, BaseMailBox, MailBox, MailBoxUnencrypted, MailMessageFlags
from imap_tools.errors import ImapToolsError

from .mail import MAX_BYTES, Effect, take

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 30
# A task is short; the next one goes on.
MAILS_A_RUN = 200
SECONDS_A_RUN = 40.0
# What was dealt with holds people's addresses, and is of no use any more.
_DELETED = (Effect.RECORDED, Effect.LEFT, Effect.KNOWN)
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_SCHEMES = {"imaps": (MailBox, 993), "imap": (MailBoxUnencrypted, 143)}


class MailboxAway(Exception):
    """The mailbox cannot be read; the text says why, without the password."""


def fetch() -> str:
    """Read what has not been seen in the mailbox of VEILLE_BOUNCE_IMAP_URL; give what it was, in words.

    What was understood is deleted. What is no report to one of our addresses, or could not be dealt with,
    stays and is marked as seen (the latter with a flag), for a person to look at. Two at once do no harm:
    each event counts once. Raises MailboxAway.
    """
    effects: Counter[str] = Counter()
    with opened() as box:
        end = time.monotonic() + SECONDS_A_RUN
        for uid in box.uids(AND(seen=False))[:MAILS_A_RUN]:
            try:
                effects[_deal_with(box, uid)] += 1
            except (OperationalError, InterfaceError):
                logger.warning("the database is away; the mails stay in the mailbox")
                break
            if time.monotonic() > end:
                break
    return ", ".join(f"{name} {number}" for name, number in effects.items())


def _deal_with(box: BaseMailBox, uid: str) -> str:
    raw = read(box, uid)
    if raw is None:
        box.flag(uid, [MailMessageFlags.SEEN, MailMessageFlags.FLAGGED], True)
        return "too large"
    try:
        effect = take(raw)
    except (OperationalError, InterfaceError):
        raise
    # Whatever is wrong with one mail, the others are read.
    except Exception:
        logger.exception("a mail in the mailbox for bounces could not be dealt with; it is flagged")
        box.flag(uid, [MailMessageFlags.SEEN, MailMessageFlags.FLAGGED], True)
        return "failed"
    if effect in _DELETED:
        box.delete(uid)
    else:
        box.flag(uid, [MailMessageFlags.SEEN], True)
    return effect.value


def read(box: BaseMailBox, uid: str) -> bytes | None:
    """Give the bytes of a mail, and leave it unseen; None for one that is too large to be a report."""
    _ok, answer = box.client.uid("FETCH", uid, "(RFC822.SIZE)")
    size = _SIZE.search(b" ".join(part for part in answer if isinstance(part, bytes)))
    if size is None or int(size[1]) > MAX_BYTES:
        return None
    _ok, answer = box.client.uid("FETCH", uid, "(BODY.PEEK[])")
    return next((part[1] for part in answer if isinstance(part, tuple)), None)


@contextmanager
def opened() -> Iterator[BaseMailBox]:
    parts = urlsplit(settings.VEILLE_BOUNCE_IMAP_URL)
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise MailboxAway("VEILLE_BOUNCE_IMAP_URL is not imaps://user:password@host/folder")
    kind, port = _SCHEMES[parts.scheme]
    secure = {"ssl_context": ssl.create_default_context()} if parts.scheme == "imaps" else {}
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    try:
        box = kind(parts.hostname, parts.port or port, timeout=TIMEOUT_SECONDS, **secure)
        try:
            box.login(user, password, folder)
            yield box
        finally:
            with suppress(ImapToolsError, IMAP4.error, OSError):
                box.logout()
            # Where the other end did not answer that.
            with suppress(OSError):
                box.client.shutdown()
    except (ImapToolsError, IMAP4.error, OSError) as error:
        raise MailboxAway(f"{parts.hostname}: {_without(password, str(error))}") from None


def _without(secret: str, text: str) -> str:
    return text.replace(secret, "…") if secret else text
