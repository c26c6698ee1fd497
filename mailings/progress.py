"""How far a mailing is, how fast it goes, and when it will be done.

As fast for a million recipients as for ten: nothing here reads the deliveries that wait or were sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Min, Sum
from django.db.models.functions import Now
from django.utils import timezone

from .destinations import rules
from .models import Batch, Delivery, Destination, JournalEntry, Mailing

MINUTE = timedelta(minutes=1)
# A rate of the first moments says nothing.
TOO_YOUNG = timedelta(seconds=3)
# So many resting destinations are named.
NAMED = 10


@dataclass(frozen=True)
class Progress:
    """How far a mailing is. `rate` is in answers of the server a minute; None: unknown, or not under way."""

    mailing: Mailing
    counts: dict[str, int]
    rate: float | None
    left: timedelta | None
    next_attempt_at: datetime | None
    shelved: int
    resting: list[Destination]
    resting_count: int
    paused: JournalEntry | None

    @property
    def planned(self) -> int:
        return self.mailing.planned

    @property
    def waiting(self) -> int:
        """Those who were not tried yet, or whose next turn has come."""
        return self.counts[Delivery.State.PLANNED]

    @property
    def deferred(self) -> int:
        return self.counts[Delivery.State.DEFERRED]

    @property
    def settled(self) -> int:
        return max(0, self.planned - self.waiting - self.deferred)

    @property
    def percent(self) -> int:
        """100 only when nobody waits any more."""
        return 100 * self.settled // self.planned if self.planned else 100

    @property
    def is_live(self) -> bool:
        """Whether figures may still change: also for a while after a mailing was cancelled."""
        return (
            self.mailing.state in (Mailing.State.SENDING, Mailing.State.PAUSED) or self.settled < self.planned
        )


def progress_of(mailing: Mailing) -> Progress:
    """Look at a mailing now. The number of queries is the same whatever its size."""
    now = timezone.now()
    counts = mailing.counts()
    sending = mailing.state == Mailing.State.SENDING
    rate = _rate(mailing, now) if sending else None
    resting = Destination.objects.filter(closed_until__gt=Now()).order_by("closed_until", "name")
    return Progress(
        mailing=mailing,
        counts=counts,
        rate=rate,
        left=_time_left(mailing, rate, counts[Delivery.State.PLANNED]),
        next_attempt_at=mailing.deliveries.deferred().aggregate(at=Min("next_attempt_at"))["at"],
        shelved=mailing.batches.filter(state=Batch.State.SHELVED).count(),
        resting=list(resting[:NAMED]),
        resting_count=resting.count(),
        paused=_last_pause(mailing) if mailing.state == Mailing.State.PAUSED else None,
    )


def _rate(mailing: Mailing, now: datetime) -> float | None:
    """Answers a minute, over the last sixty seconds.

    The sliding-window counter: what this minute of the clock has, and of the minute before the part that
    is not a minute old. Since the start, or since it was resumed, where that is less than a minute ago.
    """
    since = _going_since(mailing)
    if since is None or now - since < TOO_YOUNG:
        return None
    this_minute = now.replace(second=0, microsecond=0)
    answered = dict(
        mailing.minutes.filter(at__gte=this_minute - MINUTE, at__lte=this_minute).values_list(
            "at", "answered"
        )
    )
    this, before = answered.get(this_minute, 0), answered.get(this_minute - MINUTE, 0)
    if now - since < MINUTE:
        return (this + (before if since < this_minute else 0)) * (MINUTE / (now - since))
    return this + before * (1 - (now - this_minute) / MINUTE)


def _going_since(mailing: Mailing) -> datetime | None:
    if mailing.started_at is None:
        return None
    begun_anew = mailing.journal.filter(
        action__in=[JournalEntry.Action.RESUME, JournalEntry.Action.RETRY]
    ).order_by("-pk")
    last = begun_anew.values_list("created_at", flat=True).first()
    return max(mailing.started_at, last) if last else mailing.started_at


def _last_pause(mailing: Mailing) -> JournalEntry | None:
    pauses = mailing.journal.filter(action=JournalEntry.Action.PAUSE)
    return pauses.select_related("actor").order_by("-pk").first()


def _time_left(mailing: Mailing, rate: float | None, waiting: int) -> timedelta | None:
    """What waits divided by the rate, or by the limit where that is lower. None if it cannot be told."""
    if not rate or not waiting:
        return None
    if mailing.per_minute:
        rate = min(rate, mailing.per_minute)
    minutes = waiting / rate
    limits = {name: rule.per_minute for name, rule in rules().items() if rule.per_minute}
    if limits:
        lanes = mailing.batches.filter(lane__in=limits, state__in=[Batch.State.QUEUED, Batch.State.CLAIMED])
        for lane, left in lanes.order_by().values_list("lane").annotate(left=Sum(F("size") - F("cursor"))):
            minutes = max(minutes, left / limits[lane])
    return timedelta(minutes=minutes)
