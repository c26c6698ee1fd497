"""What became of a mailing, in pictures: messages over time, and results by destination."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from django.db.models import Count, Q, Value
from django.db.models.functions import StrIndex, Substr
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from veille.charts import Chart

from .models import Delivery, Mailing

BARS = 60
DOMAINS = 10
# Grouping them takes a second for each million, and no index helps: larger mailings are asked for by hand.
GROUPED_UNASKED = 50_000


def over_time(mailing: Mailing) -> Chart | None:
    """How many messages were answered, minute by minute, or in as many minutes as make sixty bars."""
    minutes = dict(mailing.minutes.order_by("at").values_list("at", "answered"))
    if not minutes:
        return None
    first, last = min(minutes), max(minutes)
    width = int((last - first) / timedelta(minutes=1)) // BARS + 1
    bars: Counter[int] = Counter()
    for at, answered in minutes.items():
        bars[int((at - first) / timedelta(minutes=width))] += answered
    starts = [first + timedelta(minutes=width * number) for number in range(max(bars) + 1)]
    form = "H:i" if last - first < timedelta(days=1) else "SHORT_DATETIME_FORMAT"
    labels = [date_format(timezone.localtime(start), form) for start in starts]
    return Chart(labels, {_("messages"): [bars[number] for number in range(len(starts))]})


def by_domain(mailing: Mailing) -> Chart | None:
    """The ten largest destinations: how many got it, were refused, or have not come to a good end."""
    State = Delivery.State
    domain = Substr("address", StrIndex("address", Value("@")) + 1)
    rows = (
        mailing.deliveries.order_by()
        .values(domain=domain)
        .annotate(
            total=Count("pk"),
            sent=Count("pk", filter=Q(state=State.SENT)),
            refused=Count("pk", filter=Q(state=State.REFUSED)),
        )
        .order_by("-total", "domain")[:DOMAINS]
    )
    found = list(rows)
    if not found:
        return None
    return Chart(
        [row["domain"] for row in found],
        {
            _("sent"): [row["sent"] for row in found],
            _("refused"): [row["refused"] for row in found],
            _("others"): [row["total"] - row["sent"] - row["refused"] for row in found],
        },
    )
