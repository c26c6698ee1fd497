"""What the journey of mailings keeps of a reader: told on demand, forgotten with them."""

from typing import Any

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

from subscribers.models import Subscriber

from .models import Delivery, Reaction


def collect(reader: Subscriber) -> dict[str, Any]:
    """Give the mails that went to a reader, and what they answered, as JSON."""
    deliveries = Delivery.objects.filter(subscriber=reader).order_by("pk")
    reactions = Reaction.objects.filter(delivery__subscriber=reader).order_by("pk")
    return {
        "mails": [
            {"issue": issue, "state": state, "settled_at": at, "reply": reply}
            for issue, state, at, reply in deliveries.values_list(
                "mailing__issue__number", "state", "settled_at", "reply"
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
    nobody = Concat(Value("erased-"), Cast(F("pk"), CharField()), output_field=CharField())
    Delivery.objects.filter(subscriber=instance).update(address=nobody, reply="")
