"""What a reader may ask of us: all that we keep of them, and that we forget it (GDPR articles 15, 17, 20).

The links of the newsletter are forwarded with it, so they open neither: a fresh link goes to the address
itself, good for an hour.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from . import suppression, tasks
from .models import Subscriber, Suppression

LINK_LIFETIME = timedelta(hours=1)
BETWEEN_LINKS = timedelta(minutes=10)
_SALT = "subscribers.own_data"
_LONGEST_LINK = 200

# What other rooms keep of a reader, by the name under which it stands in the export.
_kept_elsewhere: dict[str, Callable[[Subscriber], Any]] = {}


def also(name: str, collect: Callable[[Subscriber], Any]) -> None:
    """Let a room that knows readers add what it keeps of one, as JSON, to their export."""
    _kept_elsewhere[name] = collect


def ask_for_link(token: str) -> None:
    """Have a fresh link mailed to the reader of a newsletter's link: one in ten minutes.

    Says nothing of whether the link was right.
    """
    now = timezone.now()
    free = Q(own_data_asked_at=None) | Q(own_data_asked_at__lt=now - BETWEEN_LINKS)
    with transaction.atomic():
        reader = Subscriber.objects.with_token(token).filter(free).first()
        if reader is None:
            return
        asked = Subscriber.objects.filter(free, pk=reader.pk)
        if asked.update(own_data_asked_at=now, own_data_sent_at=None):
            transaction.on_commit(partial(tasks.send_own_data_link.delay, reader.pk), robust=True)


def make_link(reader: Subscriber) -> str:
    """Give the signed text of a fresh link, for the latest time that its reader asked."""
    return signing.dumps([reader.pk, _asked(reader)], salt=_SALT)


def read_link(link: str) -> Subscriber | None:
    """Give the reader of a fresh link; None if it is forged, cut, an hour old, or not the last."""
    if len(link) > _LONGEST_LINK:
        return None
    try:
        key, asked = signing.loads(link, salt=_SALT, max_age=LINK_LIFETIME)
    except signing.BadSignature:
        return None
    reader = Subscriber.objects.filter(pk=key).first()
    return reader if reader and _asked(reader) == asked else None


def export(reader: Subscriber) -> dict[str, Any]:
    """Give all that is kept of a reader, as JSON."""
    return {
        "address": reader.email,
        "name": reader.name,
        "language": reader.language,
        "format": reader.format,
        "topics": reader.topics,
        "state": reader.state,
        "signed_up_at": reader.created_at,
        "confirmed_at": reader.confirmed_at,
        "left_at": reader.left_at,
        "paused_until": reader.paused_until,
        "last_heard_of_at": reader.heard_at,
        "consent": [
            {
                "what": event.kind,
                "at": event.at,
                "wording": event.wording,
                "wording_version": event.wording_version,
                "language": event.language,
                "page": event.page,
                "network_address": event.ip,
            }
            for event in reader.consent_events.all()
        ],
        **{name: collect(reader) for name, collect in _kept_elsewhere.items()},
    }


@transaction.atomic
def erase(reader: Subscriber) -> None:
    """Forget a reader: nothing stays but a keyed hash, so that no file brings the address back.

    The counts of past mailings stay true; the rooms that keep them take the address out of their rows.
    """
    suppression.suppress(reader.email, Suppression.Reason.ERASED)
    reader.delete()


def _asked(reader: Subscriber) -> str:
    return reader.own_data_asked_at.isoformat() if reader.own_data_asked_at else ""
