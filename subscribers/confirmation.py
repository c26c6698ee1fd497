"""The confirmation mail: its link, its text, and its one sending."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import make_msgid

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from . import limits
from .models import ConsentEvent, Subscriber
from .once import hand_over, next_try

LINK_LIFETIME = timedelta(days=3)
GIVE_UP_AFTER = timedelta(days=1)
_SALT = "subscribers.confirmation"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_LINK = 200


@dataclass(frozen=True)
class Request:
    """What a confirmation link stands for: one request of one reader, and no other one."""

    subscriber: int
    asked_at: datetime

    @classmethod
    def of(cls, subscriber: Subscriber) -> Request:
        """Give the latest request. Raises `ValueError` if there was none."""
        if subscriber.confirmation_asked_at is None:
            raise ValueError("nobody asked for this address")
        return cls(subscriber.pk, subscriber.confirmation_asked_at)


def make_link(request: Request) -> str:
    """Give the signed text that confirms the request, for `LINK_LIFETIME` from now."""
    microseconds = (request.asked_at - _EPOCH) // timedelta(microseconds=1)
    return signing.dumps([request.subscriber, microseconds], salt=_SALT)


def read_link(link: str) -> Request | None:
    """Give the request behind a link, or None for a forged, cut or expired one. Reads no database."""
    if len(link) > _LONGEST_LINK:
        return None
    try:
        subscriber, microseconds = signing.loads(link, salt=_SALT, max_age=LINK_LIFETIME)
    except signing.BadSignature:
        return None
    return Request(subscriber, _EPOCH + timedelta(microseconds=microseconds))


def send(subscriber_id: int) -> bool:
    """Send the confirmation a reader waits for. True: it was handed over.

    At most once for each request, see `hand_over`: the reader may ask again a day later. Who comes after
    the last mail of the hour waits, see `limits`. Raises `OSError` when no connection can be opened;
    nothing is marked then.
    """
    if limits.is_mailed_out():
        return False
    subscriber = Subscriber.objects.awaiting_confirmation_mail().filter(pk=subscriber_id).first()
    if subscriber is None:
        return False
    request = Request.of(subscriber)
    mine = Subscriber.objects.filter(pk=subscriber.pk, confirmation_asked_at=request.asked_at)
    handed_over = hand_over(
        lambda: compose(subscriber),
        claim=lambda: mine.filter(confirmation_sent_at=None).update(confirmation_sent_at=timezone.now()),
        release=lambda: mine.update(
            confirmation_sent_at=None, confirmation_retry_at=next_try(request.asked_at)
        ),
        what=f"Confirmation for subscriber {subscriber.pk}",
    )
    if not handed_over:
        return False
    subscriber.consent_events.create(kind=ConsentEvent.Kind.MAILED, language=subscriber.language)
    return True


def send_waiting(*, at_most: timedelta = timedelta(seconds=40)) -> int:
    """Send the confirmations that wait, oldest first, for a while; give the number handed over.

    Requests older than a day are given up: the reader may ask again. Raises `OSError` when no
    connection can be opened.
    """
    start, sent = timezone.now(), 0
    waiting = Subscriber.objects.awaiting_confirmation_mail().filter(
        confirmation_asked_at__gt=start - GIVE_UP_AFTER
    )
    for key in waiting.values_list("pk", flat=True)[:500]:
        sent += send(key)
        if timezone.now() > start + at_most:
            break
    return sent


def compose(subscriber: Subscriber) -> EmailMultiAlternatives:
    """Give the confirmation mail, in the reader's language. It holds no word that a visitor typed."""
    with translation.override(subscriber.language):
        path = reverse("subscribers:confirm", args=[make_link(Request.of(subscriber))])
        context = {
            "newsletter": settings.NEWSLETTER,
            "site_url": settings.SITE_URL,
            "url": f"{settings.SITE_URL}{path}",
            "days": LINK_LIFETIME.days,
            "language": subscriber.language,
        }
        message = EmailMultiAlternatives(
            subject=_("Confirm your subscription to %(newsletter)s")
            % {"newsletter": settings.NEWSLETTER["name"]},
            body=render_to_string("email/confirmation.txt", context),
            to=[subscriber.email],
            headers={
                "Message-ID": make_msgid(domain=settings.SITE_DOMAIN),
                # RFC 3834: no vacation notice shall answer.
                "Auto-Submitted": "auto-generated",
            },
        )
        message.attach_alternative(render_to_string("email/confirmation.html", context), "text/html")
    return message
