"""What is counted. Each function asks a constant number of questions, which sums and small indexes answer.

Nothing here reads the deliveries that wait or were sent: a scrape is as fast after a mailing to a million
readers as before.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, DateTimeField, ExpressionWrapper, F, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from issues.models import Issue
from mailings.models import GIVE_UP_AFTER, Batch, Bounce, Delivery, Mailing, Minute, ReaderReply, Welcome
from mailings.welcome.sending import GIVE_UP_AFTER as WELCOME_GIVEN_UP_AFTER
from subscribers import own_data
from subscribers.confirmation import GIVE_UP_AFTER as CONFIRMATION_GIVEN_UP_AFTER
from subscribers.models import Subscriber

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
# The rate is one of whole minutes: the present one is not over.
RATE_MINUTES = 5
# The scheduler looks every 15 seconds.
OVERDUE_AFTER = MINUTE


@dataclass(frozen=True)
class Messages:
    """How many messages the mail server answered."""

    ever: int
    last_day: int
    per_second: float


def deliveries() -> dict[str, int]:
    """Recipients by state, over all mailings that are kept.

    What workers have handed over and not written yet (a second's worth) still waits.
    """
    counts = dict.fromkeys(Delivery.State.values, 0) | Delivery.objects.to_look_at().by_state()
    counts[Delivery.State.SENT] = Batch.objects.aggregate(n=Sum("sent"))["n"] or 0
    planned = Mailing.objects.aggregate(n=Sum("planned"))["n"] or 0
    counts[Delivery.State.PLANNED] = max(0, planned - sum(counts.values()))
    return counts


def mailings() -> dict[str, int]:
    """Mailings by state."""
    return dict.fromkeys(Mailing.State.values, 0) | _by(Mailing.objects.all(), "state")


def queue_ages() -> dict[str, float]:
    """Seconds for which the oldest of each queue has waited, though it could leave; 0 if nothing waits."""
    now = timezone.now()
    # Planned, or resumed by a person.
    under_way_since = ExpressionWrapper(
        F("mailing__give_up_at") - GIVE_UP_AFTER, output_field=DateTimeField()
    )
    oldest = {
        "mailings": _oldest(
            Batch.objects.ready().filter(mailing__state=Mailing.State.SENDING), under_way_since, "not_before"
        ),
        "confirmations": _oldest(
            Subscriber.objects.awaiting_confirmation_mail().filter(
                confirmation_asked_at__gt=now - CONFIRMATION_GIVEN_UP_AFTER
            ),
            F("confirmation_asked_at"),
            "confirmation_retry_at",
        ),
        "own_data_links": _oldest(
            Subscriber.objects.filter(
                own_data_sent_at=None, own_data_asked_at__gt=now - own_data.LINK_LIFETIME
            ),
            F("own_data_asked_at"),
        ),
        "welcomes": _oldest(
            Welcome.objects.waiting().filter(joined_at__gt=now - WELCOME_GIVEN_UP_AFTER),
            F("joined_at"),
            "retry_at",
        ),
        "replies": _oldest(ReaderReply.objects.waiting(), F("at"), "sending_until"),
    }
    return {
        queue: max(0.0, (now - since).total_seconds()) if since else 0.0 for queue, since in oldest.items()
    }


def messages() -> Messages:
    """How many messages were handed over: ever, within 24 hours, and in a second lately."""
    now = timezone.now()
    this_minute = now.replace(second=0, microsecond=0)
    lately = Q(at__gte=this_minute - RATE_MINUTES * MINUTE, at__lt=this_minute)
    sums = Minute.objects.aggregate(
        ever=Sum("answered"),
        day=Sum("answered", filter=Q(at__gte=now - DAY)),
        lately=Sum("answered", filter=lately),
    )
    return Messages(sums["ever"] or 0, sums["day"] or 0, (sums["lately"] or 0) / (RATE_MINUTES * 60))


def bounces() -> dict[str, int]:
    """What came back within 24 hours, by kind; `refused`: in the conversation itself.

    Not a counter since the beginning: a reader who is erased takes theirs along.
    """
    since = timezone.now() - DAY
    counts = dict.fromkeys(Bounce.Kind.values, 0) | _by(Bounce.objects.filter(at__gte=since), "kind")
    counts["refused"] = Delivery.objects.filter(
        # The mailing, since the index of the few that did not arrive is by mailing: none settles later.
        state=Delivery.State.REFUSED,
        settled_at__gte=since,
        mailing__in=Mailing.objects.filter(give_up_at__gte=since).values("pk"),
    ).count()
    return counts


def subscribers() -> dict[str, int]:
    """Readers by state."""
    return dict.fromkeys(Subscriber.State.values, 0) | _by(Subscriber.objects.all(), "state")


def overdue_issues() -> int:
    """Issues whose time has come over a minute ago, and that are not out."""
    return Issue.objects.due().filter(scheduled_for__lte=timezone.now() - OVERDUE_AFTER).count()


def _by(rows: QuerySet, field: str) -> dict[str, int]:
    return {row[field]: row["n"] for row in rows.order_by().values(field).annotate(n=Count("*"))}


def _oldest(waiting: QuerySet, since: object, put_off_until: str = "") -> datetime | None:
    """When the oldest began to wait; what was put off, when that was over."""
    if put_off_until:
        since = Greatest(since, Coalesce(put_off_until, since))
    oldest: datetime | None = waiting.order_by().aggregate(oldest=Min(since))["oldest"]
    return oldest
