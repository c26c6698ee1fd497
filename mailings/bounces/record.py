"""What is done about something that came back: once, however often it is told."""

import hashlib

from django.db import transaction

from issues.rendering.cleaning import clean_line
from subscribers import consent

from .. import suppression
from ..models import Bounce, Delivery
from . import quarantine
from .understand import Meaning, Verdict


def record(delivery: int, verdict: Verdict, *, source: str, event: str) -> bool:
    """Keep an event of a delivery, and act on it. The caller has made sure that it is true.

    In a quarantine what speaks against an address is kept and not acted on; a complaint always is. Gives
    False for what was told before, and for a delivery that is not there (any more).
    """
    with transaction.atomic():
        row = Delivery.objects.filter(pk=delivery).values_list("subscriber_id", "mailing_id").first()
        if row is None or verdict.meaning is Meaning.NOTHING:
            return False
        speaks_against_the_address = verdict.meaning in (Meaning.HARD, Meaning.SOFT)
        held = speaks_against_the_address and quarantine.lasts()
        bounce, created = Bounce.objects.get_or_create(
            source=source,
            event=hashlib.sha256(event.encode("utf-8", "surrogatepass")).hexdigest(),
            defaults={
                "delivery_id": delivery,
                "kind": verdict.meaning.value,
                "state": Bounce.State.HELD if held else Bounce.State.ACTED,
                "status": clean_line(verdict.status)[:12],
                "diagnostic": clean_line(verdict.diagnostic)[:500],
            },
        )
        subscriber, mailing = row
        if not created or subscriber is None:
            return created
        if bounce.kind == Bounce.Kind.COMPLAINT:
            consent.complain(subscriber, how=f"complaint ({source})")
        elif speaks_against_the_address and not held:
            words = suppression.due(subscriber, up_to=mailing)
            # Only who would leave has to wait for a turn.
            if words is not None and quarantine.must_hold():
                Bounce.objects.filter(pk=bounce.pk).update(state=Bounce.State.HELD)
            elif words is not None:
                consent.bounce(subscriber, reply=words)
    return True
