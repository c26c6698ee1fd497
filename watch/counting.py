"""How often a program may call, by its token or by the address of its webhook."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

# So many calls within so long.
MOST_CALLS = 60
WINDOW = timedelta(minutes=1)


class TooManyCalls(Exception):
    """It called too often; `seconds` until it counts anew."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def count(own: QuerySet[Any], **more: Any) -> None:
    """Note that the caller of this one row (`calls`, `counted_since`) calls now, and whatever `more` says.

    One conditional UPDATE, so that it holds at once. Raises TooManyCalls.
    """
    now = timezone.now()
    ended = Q(counted_since=None) | Q(counted_since__lte=now - WINDOW)
    if own.filter(ended).update(counted_since=now, calls=1, **more):
        return
    if own.filter(calls__lt=MOST_CALLS).update(calls=F("calls") + 1, **more):
        return
    began = own.values_list("counted_since", flat=True).first() or now
    raise TooManyCalls(max(1, round((began + WINDOW - now).total_seconds())))
