"""Mails of the desk to its people: one writer at a time for each, nothing lost while a server is away."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from datetime import timedelta
from email.utils import make_msgid
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMultiAlternatives, mailers
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

logger = logging.getLogger(__name__)

# A writer that died, or was told to come back later, is taken over after this.
PAUSE = timedelta(minutes=5)


def readers() -> QuerySet[Any]:
    """Those who get mails: open accounts of the desk with an address, who want them."""
    people = get_user_model()._default_manager.filter(is_active=True, is_staff=True, mailed_news=True)
    return people.exclude(email="")


def write_to(
    user: Any, compose: Callable[[], EmailMultiAlternatives | None], sent: Callable[[], object]
) -> bool:
    """Send a person what `compose` gives, then note it by `sent`. True: it was handed over.

    The person is claimed by an UPDATE whose row count says who writes; only then `compose` looks at what
    there is to say, None for nothing. A refusal for good (5xx) is noted as sent: it would be refused again.
    After anything else it is tried anew once the pause is over. Raises OSError when no connection can be
    opened; nothing is claimed then.
    """
    person = get_user_model()._default_manager.filter(pk=user.pk)
    with mailers.default as connection:
        now = timezone.now()
        free = Q(mailing_until=None) | Q(mailing_until__lte=now)
        if not person.filter(free).update(mailing_until=now + PAUSE):
            return False
        try:
            message = compose()
            if message is not None:
                connection.send_messages([message])
        except Exception as error:
            # One person's mail stops nobody else's.
            logger.warning("Mail to account %s not sent.", user.pk, exc_info=error)
            if _is_final(error):
                sent()
            return False
        if message is not None:
            sent()
        person.update(mailing_until=None)
    return message is not None


def letter(user: Any, subject: str, template: str, **context: Any) -> EmailMultiAlternatives:
    """Give a mail in the two parts of a template, in the language that is active."""
    context |= {
        "subject": subject,
        "newsletter": settings.NEWSLETTER,
        "site_url": settings.SITE_URL,
        "language": translation.get_language(),
        "choice_url": f"{settings.SITE_URL}{reverse('issues:my-notifications')}",
    }
    message = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string(f"email/{template}.txt", context),
        to=[user.email],
        headers={
            "Message-ID": make_msgid(domain=settings.SITE_DOMAIN),
            # RFC 3834: no vacation notice shall answer.
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(render_to_string(f"email/{template}.html", context), "text/html")
    return message


def _is_final(error: Exception) -> bool:
    """Whether the server said that it will never take this mail."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500
