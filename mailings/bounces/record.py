"""What is done about something that came back: once, however often it is told."""

import hashlib

from django.db import transaction

from issues.rendering.cleaning import clean_line
from subscribers import consent

from .. import suppression
from ..models import Bounce, Delivery
from .understand import Meaning, Verdict


def record(delivery: int, verdict: Verdict, *, source: str, event: str) -> bool:
    """Keep an event of a delivery, and act on it. The caller has made sure that it is true.

    Gives False for what was told before, and for a delivery that is not there (any more).
    """
    with transaction.atomic():
        row = Delivery.objects.filter(pk=delivery).values_list("subscriber_id", "mailing_id").first()
        if row is None or verdict.meaning is Meaning.NOTHING:
            return False
        bounce, created = Bounce.objects.get_or_create(
            source=source,
            event=hashlib.sha256(event.encode("utf-8", "surrogateescape")).hexdigest(),
            defaults={
                "delivery_id": delivery,
                "kind": verdict.meaning.value,
                "status": clean_line(verdict.status)[:12],
                "diagnostic": clean_line(verdict.diagnostic)[:500],
            },
        )
        subscriber, mailing = row
        if not created or subscriber is None:
            return created
        if bounce.kind == Bounce.Kind.COMPLAINT:
            consent.complain(subscriber, how=f"complaint ({source})")
        elif bounce.kind != Bounce.Kind.OURS:
            suppression.consider(subscriber, up_to=mailing)
    return True
