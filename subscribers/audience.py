"""How the audience grows and shrinks: who joined, left, and was suppressed, month by month."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from veille.charts import Chart

from .models import ConsentEvent, Subscriber

MONTHS = 12
# Counting a million events takes a second, and the desk is opened all day.
KEPT_SECONDS = 600
_KEY = "subscribers.audience.2"

Kind = ConsentEvent.Kind
_KINDS = {
    "joined": [Kind.CONFIRMED, Kind.BROUGHT],
    "left": [Kind.LEFT],
    "suppressed": [Kind.BOUNCED],
}


def audience() -> dict[str, Any]:
    """Give the numbers of active readers and of those in a pause, and the chart of the last twelve months.

    Ten minutes old at most.
    Who erased themselves is not counted any more, in no month.
    """
    counted = cache.get(_KEY)
    if counted is None:
        counted = _count()
        cache.set(_KEY, counted, KEPT_SECONDS)
    months, rows, active, paused = counted
    names = {"joined": _("joined"), "left": _("left"), "suppressed": _("suppressed")}
    series = {names[key]: [rows.get(month, {}).get(key, 0) for month in months] for key in _KINDS}
    return {
        "active": active,
        "paused": paused,
        "chart": Chart([date_format(month, "M Y") for month in months], series),
    }


def _count() -> tuple[list[datetime], dict[datetime, dict[str, Any]], int, int]:
    months = _last_months()
    counts = {key: Count("pk", filter=Q(kind__in=kinds)) for key, kinds in _KINDS.items()}
    events = ConsentEvent.objects.filter(at__gte=months[0], kind__in=chain(*_KINDS.values()))
    rows = events.order_by().values(month=TruncMonth("at")).annotate(**counts)
    active, receiving = Subscriber.objects.active().count(), Subscriber.objects.receiving().count()
    return months, {row["month"]: dict(row) for row in rows}, active, max(0, active - receiving)


def _last_months() -> list[datetime]:
    first = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    months = [first]
    while len(months) < MONTHS:
        # The last day of the month before; its first is at midnight of its own, whatever summer time does.
        before = (months[-1] - timedelta(days=1)).replace(tzinfo=None)
        months.append(timezone.make_aware(before.replace(day=1, hour=0)))
    return months[::-1]
