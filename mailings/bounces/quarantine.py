"""When too much comes back at once, nobody is taken off the list before a person has looked.

A provider's fault, or somebody who holds its secret, could else empty the list in minutes.
"""

from datetime import timedelta
from functools import partial
from math import ceil
from typing import Any

from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone

from subscribers.models import Subscriber

from .. import suppression
from ..control import need_right
from ..models import Bounce

WINDOW = timedelta(minutes=10)
SHARE_OF_LIST = 0.05
# On a small list a few true ones are a large share.
AT_LEAST = 20
AT_ONCE = 500

State = Bounce.State


def lasts() -> bool:
    """Tell whether something is held: until a person decides, whatever follows is held too."""
    return Bounce.objects.filter(state=State.HELD).exists()


def must_hold() -> bool:
    """Tell whether nobody else may be taken off the list now, whoever the next one is.

    Counts the readers whom something that came back took off the list, complaints among them. Call it in the
    transaction that acts on the answer: of several at once, one looks and acts.
    """
    _take_turns()
    if lasts():
        return True
    since = timezone.now() - WINDOW
    gone = (
        Bounce.objects.filter(
            state=State.ACTED,
            at__gt=since,
            delivery__subscriber__state__in=[Subscriber.State.BOUNCED, Subscriber.State.COMPLAINED],
            delivery__subscriber__left_at__gt=since,
        )
        .aggregate(readers=Count("delivery__subscriber", distinct=True))
        .get("readers", 0)
    )
    if gone < AT_LEAST:
        return False
    # With so many who stayed it is no large share: a list of a million need not be counted.
    enough = max(0, ceil(gone / SHARE_OF_LIST - gone))
    return Subscriber.objects.active()[:enough].count() < enough


def release(*, by: Any) -> int:
    """Believe what is held: it is acted on by and by. Gives how many. Raises NotAllowed."""
    return _decide(State.RELEASED, by)


def discard(*, by: Any) -> int:
    """Do not believe what is held: it changes nobody. Gives how many. Raises NotAllowed."""
    return _decide(State.DISCARDED, by)


def act_on_released() -> int:
    """Act on what a person believed, some hundred at a time; give how many. Harmless twice."""
    released = Bounce.objects.filter(state=State.RELEASED).order_by("pk")
    acted = 0
    for bounce in released.select_related("delivery")[:AT_ONCE]:
        with transaction.atomic():
            # Of two at once, one acts.
            if not Bounce.objects.filter(pk=bounce.pk, state=State.RELEASED).update(state=State.CONFIRMED):
                continue
            if bounce.delivery.subscriber_id is not None:
                suppression.consider(bounce.delivery.subscriber_id, up_to=bounce.delivery.mailing_id)
        acted += 1
    return acted


def _take_turns() -> None:
    """Wait for other transactions that look. On SQLite a transaction of ours has its turn from its start."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", ["veille: quarantine"])


@transaction.atomic
def _decide(state: str, by: Any) -> int:
    need_right(by)
    decided = Bounce.objects.filter(state=State.HELD).update(state=state)
    if decided and state == State.RELEASED:
        from ..tasks import act_on_released_bounces

        transaction.on_commit(partial(act_on_released_bounces.delay), robust=True)
    return decided
