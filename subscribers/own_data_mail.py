"""The mail with a fresh link to a reader's own data."""

from email.utils import make_msgid

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from . import own_data
from .models import Subscriber
from .once import hand_over


def send_waiting() -> int:
    """Send the links that wait and would still be good; give how many went out. Raises OSError as `send`."""
    waiting = Subscriber.objects.filter(
        own_data_sent_at=None, own_data_asked_at__gt=timezone.now() - own_data.LINK_LIFETIME
    )
    return sum(map(send, waiting.values_list("pk", flat=True)[:100]))


def send(subscriber: int) -> bool:
    """Send the link that a reader asked for. True: it was handed over.

    At most once for each time it was asked for, see `hand_over`. Raises OSError when no connection can be
    opened; nothing is marked then.
    """
    now = timezone.now()
    asked = Subscriber.objects.filter(pk=subscriber, own_data_asked_at__gt=now - own_data.LINK_LIFETIME)
    return hand_over(
        lambda: compose(asked.get()),
        claim=lambda: asked.filter(own_data_sent_at=None).update(own_data_sent_at=now),
        release=lambda: asked.update(own_data_sent_at=None),
        what=f"Link to the data of subscriber {subscriber}",
    )


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
