"""Handing over a single mail at most once, whoever else tries at the same time and whatever dies."""

import logging
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.mail import EmailMessage, mailers
from django.utils import timezone

logger = logging.getLogger(__name__)


def hand_over(
    compose: Callable[[], EmailMessage],
    *,
    claim: Callable[[], object],
    release: Callable[[], object] = lambda: None,
    what: str,
) -> bool:
    """Send one mail. True: the server took it.

    `claim` marks the row before the mail leaves, by an UPDATE whose row count says who sends: nothing is
    sent where it gives 0. A server's temporary refusal (4xx) calls `release`, which takes the mark back,
    to be tried again. After anything else, and after a crash between mark and mail, nothing is repeated.
    `what` names the mail in the log. Raises OSError (smtplib's errors are kinds of it) when no connection
    can be opened; nothing is claimed then.
    """
    # A connection for each mail: one that broke would swallow the mails after it.
    with mailers.default as connection:
        if not claim():
            return False
        try:
            connection.send_messages([compose()])
        except Exception as error:
            again = _is_temporary(error)
            if again:
                release()
            logger.warning(
                "%s not sent (%s); %s.",
                what,
                type(error).__name__,
                "it will be tried again" if again else "it will not be tried again",
            )
            return False
    return True


def next_try(waiting_since: datetime) -> datetime:
    """As long again as somebody waits already: pauses double, from a minute to an hour."""
    now = timezone.now()
    return now + min(max(now - waiting_since, timedelta(minutes=1)), timedelta(hours=1))


def _is_temporary(error: Exception) -> bool:
    """Whether the server said, before taking the mail, that it may take it later."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(400 <= code < 500 for code, _text in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and 400 <= error.smtp_code < 500
