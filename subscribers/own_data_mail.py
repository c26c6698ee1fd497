"""The mail with a fresh link to a reader's own data."""

import logging
import smtplib
from email.utils import make_msgid

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from . import own_data
from .models import Subscriber

logger = logging.getLogger(__name__)


def send_waiting() -> int:
    """Send the links that wait and would still be good; give how many went out. Raises OSError as `send`."""
    waiting = Subscriber.objects.filter(
        own_data_sent_at=None, own_data_asked_at__gt=timezone.now() - own_data.LINK_LIFETIME
    )
    return sum(map(send, waiting.values_list("pk", flat=True)[:100]))


def send(subscriber: int) -> bool:
    """Send the link that a reader asked for. True: it was handed over.

    At most once for each time it was asked for: marked before the mail leaves, by an UPDATE whose row
    count says who sends. Raises OSError when no connection can be opened; nothing is marked then.
    """
    with mailers.default as connection:
        now = timezone.now()
        asked = Subscriber.objects.filter(pk=subscriber, own_data_asked_at__gt=now - own_data.LINK_LIFETIME)
        if not asked.filter(own_data_sent_at=None).update(own_data_sent_at=now):
            return False
        try:
            connection.send_messages([compose(asked.get())])
        except smtplib.SMTPException as error:
            logger.warning("Link for subscriber %s not sent (%s).", subscriber, type(error).__name__)
            return False
    return True


def compose(reader: Subscriber) -> EmailMessage:
    """Give the mail, in the reader's language."""
    with translation.override(reader.language):
        path = reverse("subscribers:own_data", args=[own_data.make_link(reader)])
        context = {
            "newsletter": settings.NEWSLETTER,
            "site_url": settings.SITE_URL,
            "url": f"{settings.SITE_URL}{path}",
        }
        return EmailMessage(
            subject=_("Your data at %(newsletter)s") % {"newsletter": settings.NEWSLETTER["name"]},
            body=render_to_string("email/own_data.txt", context),
            to=[reader.email],
            headers={
                "Message-ID": make_msgid(domain=settings.SITE_DOMAIN),
                # RFC 3834: no vacation notice shall answer.
                "Auto-Submitted": "auto-generated",
            },
        )
