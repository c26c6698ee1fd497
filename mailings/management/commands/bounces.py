"""`manage.py bounces read` takes one mail from a mail server's pipe."""

import logging
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError

from mailings.bounces.mail import MAX_BYTES, take

logger = logging.getLogger(__name__)

# sysexits.h, which Postfix's pipe(8) and local(8) understand.
EX_DATAERR, EX_TEMPFAIL = 65, 75


class Command(BaseCommand):
    """Ends with 0 when the mail was dealt with, 75 to have it brought again, 65 for what is too large."""

    help = "Read a mail that came to the address for bounces from standard input."
    # A mail server waits, and can do nothing about settings.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["read"])
        parser.add_argument("--recipient", default="", help="the address it came to: ${original_recipient}")

    def handle(self, *args: Any, **options: Any) -> None:
        raw = sys.stdin.buffer.read(MAX_BYTES + 1)
        if not raw.strip() or len(raw) > MAX_BYTES:
            logger.warning("a mail to the address for bounces is empty or over %d bytes", MAX_BYTES)
            sys.exit(EX_DATAERR)
        try:
            effect = take(raw, recipient=options["recipient"])
        except (OperationalError, InterfaceError):
            logger.warning("the database is away; the mail server keeps the mail")
            sys.exit(EX_TEMPFAIL)
        # A mail server must not lose a mail over a fault of ours, nor send its words back to anybody.
        except Exception as error:
            logger.error(
                "a mail to the address for bounces could not be dealt with: %s", type(error).__name__
            )
            sys.exit(EX_TEMPFAIL)
        logger.info("bounces: %s", effect.value)
