"""What the journey of mailings keeps of a reader: told on demand, forgotten with them."""

from datetime import timedelta
from typing import Any

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from subscribers.models import Subscriber

from .models import Bounce, Delivery, Mailing, Reaction
from .models.delivery import DeliveryQuerySet

# Who got which mail is of no use after a year; how many did stays true (GDPR article 5.1 e).
KEPT = timedelta(days=365)
AT_ONCE = 10_000
# No address begins so: it has no "@".
_NOBODY = "erased-"


def collect(reader: Subscriber) -> dict[str, Any]:
    """Give the mails that went to a reader, and what they answered, as JSON."""
    deliveries = Delivery.objects.filter(subscriber=reader).order_by("pk")
    bounces = Bounce.objects.filter(delivery__subscriber=reader).order_by("pk")
    reactions = Reaction.objects.filter(delivery__subscriber=reader).order_by("pk")
    return {
        "mails": [
            {"issue": issue, "state": state, "settled_at": at, "reply": reply}
            for issue, state, at, reply in deliveries.values_list(
                "mailing__issue__number", "state", "settled_at", "reply"
            )
        ],
        "came_back": [
            {"issue": issue, "what": kind, "status": status, "words": words, "at": at}
            for issue, kind, status, words, at in bounces.values_list(
                "delivery__mailing__issue__number", "kind", "status", "diagnostic", "at"
            )
        ],
        "answers": [
            {"section": title, "answer": value, "at": at}
            for title, value, at in reactions.values_list("section__title", "value", "at")
        ],
    }


def forget(sender: type[Subscriber], instance: Subscriber, **kwargs: Any) -> None:
    """Take a reader who is about to be deleted out of the rows that count mails: the counts stay true.

    What was still to be sent is skipped by the sender, who finds no reader any more.
    """
    _without_names(Delivery.objects.filter(subscriber=instance))


def forget_old() -> int:
    """Take the names out of mailings that ended a year ago; give how many rows lost one.

    Ten thousand at a time: a mailing to a million does not hold the database for long.
    """
    ended = Mailing.objects.filter(finished_at__lt=timezone.now() - KEPT)
    named = Delivery.objects.filter(mailing__in=ended).exclude(address__startswith=_NOBODY)
    forgotten = 0
    while keys := list(named.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        forgotten += _without_names(Delivery.objects.filter(pk__in=keys))
    return forgotten


def _without_names(deliveries: DeliveryQuerySet) -> int:
    Bounce.objects.filter(delivery__in=deliveries.values("pk")).delete()
    nobody = Concat(Value(_NOBODY), Cast(F("pk"), CharField()), output_field=CharField())
    return deliveries.update(subscriber=None, address=nobody, reply="")
