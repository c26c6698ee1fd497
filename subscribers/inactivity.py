"""Readers of whom nothing was heard for three years: asked once whether they stay, else forgotten.

The CNIL's guidance: three years after the last contact of the person, of which receiving or opening a mail is
none. Nothing counts opens here; what a reader does by a link of ours is a contact.
"""

import logging
from datetime import timedelta
from email.utils import make_msgid

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from .models import Subscriber, SubscriberQuerySet
from .once import hand_over

logger = logging.getLogger(__name__)

# How long a reader has to answer.
ANSWER_WITHIN = timedelta(days=30)
AT_ONCE = 500


def ask() -> int:
    """Ask those who are due, some hundred at a time; give how many. Each is asked once.

    Raises OSError when no connection can be opened; nothing is marked then.
    """
    if not settings.VEILLE_INACTIVE_MONTHS:
        return 0
    return sum(map(_ask, silent().filter(stay_asked_at=None).values_list("pk", flat=True)[:AT_ONCE]))


def forget() -> int:
    """Delete those who were asked and did not answer within 30 days; give how many."""
    if not settings.VEILLE_INACTIVE_MONTHS:
        return 0
    unanswered = silent().filter(stay_asked_at__lt=timezone.now() - ANSWER_WITHIN)
    forgotten = 0
    for reader in unanswered[:AT_ONCE]:
        reader.delete()
        forgotten += 1
    return forgotten


def silent() -> SubscriberQuerySet:
    """Active readers of whom nothing was heard for so many months."""
    limit = timezone.now() - timedelta(days=30.44 * settings.VEILLE_INACTIVE_MONTHS)
    return (
        Subscriber.objects.active()
        .annotate(contact=Coalesce("heard_at", "confirmed_at"))
        .filter(contact__lt=limit)
        .order_by("pk")
    )


def _ask(pk: int) -> bool:
    reader = silent().filter(pk=pk).first()
    if reader is None:
        return False
    mine = Subscriber.objects.filter(pk=pk)
    return hand_over(
        lambda: compose(reader),
        claim=lambda: mine.filter(stay_asked_at=None).update(stay_asked_at=timezone.now()),
        release=lambda: mine.update(stay_asked_at=None),
        what=f"Question to subscriber {pk} whether they stay",
    )


def compose(reader: Subscriber) -> EmailMessage:
    """Give the mail that asks, in the reader's language."""
    with translation.override(reader.language):
        urls = {
            name: settings.SITE_URL + reverse(f"subscribers:{name}", args=[reader.token])
            for name in ("stay", "one_click")
        }
        context = {"newsletter": settings.NEWSLETTER, "site_url": settings.SITE_URL, "url": urls["stay"]}
        return EmailMessage(
            subject=_("Do you still want to receive %(newsletter)s?")
            % {"newsletter": settings.NEWSLETTER["name"]},
            body=render_to_string("email/stay.txt", context | {"days": ANSWER_WITHIN.days}),
            to=[reader.email],
            headers={
                "Message-ID": make_msgid(domain=settings.SITE_DOMAIN),
                "Auto-Submitted": "auto-generated",
                "List-Unsubscribe": f"<{urls['one_click']}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )
