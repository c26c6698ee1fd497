"""`manage.py bounces read` takes one mail from a mail server's pipe; `fetch` reads a mailbox now."""

import hashlib
import logging
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from mailings.bounces import mailbox
from mailings.bounces.mail import MAX_BYTES, take

logger = logging.getLogger(__name__)

# sysexits.h, which Postfix's pipe(8) and local(8) understand.
EX_DATAERR, EX_TEMPFAIL = 65, 75


class Command(BaseCommand):
    """Ends with 0 when the mail was dealt with, 75 to have it brought again, 65 for what is too large."""

    help = "Read a mail that came to the address for bounces from standard input, or its mailbox over IMAP."
    # A mail server waits, and can do nothing about settings.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["read", "fetch"])
        parser.add_argument("--recipient", default="", help="the address it came to: ${original_recipient}")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "fetch":
            self._fetch()
            return
        raw = sys.stdin.buffer.read(MAX_BYTES + 1)
        if not raw.strip() or len(raw) > MAX_BYTES:
            logger.warning("a mail to the address for bounces is empty or over %d bytes", MAX_BYTES)
            sys.exit(EX_DATAERR)
        try:
            effect = take(raw, recipient=options["recipient"])
        except (OperationalError, InterfaceError):
            logger.warning("the database is away; the mail server keeps the mail")
            sys.exit(EX_TEMPFAIL)
        # Brought again it would fail again: it is kept for a person, and the mail server is done with it.
        except Exception:
            kept = _put_aside(raw)
            logger.exception("a mail to the address for bounces could not be dealt with; it is in %s", kept)
            return
        logger.info("bounces: %s", effect.value)

    def _fetch(self) -> None:
        if not settings.VEILLE_BOUNCE_IMAP_URL:
            raise CommandError(_("VEILLE_BOUNCE_IMAP_URL names no mailbox."))
        try:
            self.stdout.write(mailbox.fetch() or _("Nothing new."))
        except mailbox.MailboxAway as error:
            raise CommandError(str(error)) from error


def _put_aside(raw: bytes) -> Path:
    folder = Path(settings.DATA_DIR, "bounces")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{hashlib.sha256(raw).hexdigest()[:32]}.eml"
    path.touch(mode=0o600)
    path.write_bytes(raw)
    return path
