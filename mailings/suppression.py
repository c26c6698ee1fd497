"""When an address that is refused again and again gets no more mail.

A refusal that is our own fault never comes here.
"""

from django.db.models import Exists, OuterRef, Q

from subscribers import consent

from .models import Bounce, Delivery
from .replies import is_about_the_mailbox

# In a row, each in a mailing of its own, with nothing accepted in between. The rule of thumb of two within
# seven days would never suppress anybody on a monthly newsletter; an acceptance proves more than a date.
UNKNOWN_IN_A_ROW = 2
MAILBOX_TROUBLES_IN_A_ROW = 5
# Said by the server that has the last word, after the message was accepted: once is enough.
NO_SUCH_MAILBOX = "5.1.1"


def consider(subscriber: int, *, up_to: int | None = None) -> None:
    """Take an address off the list if it is due. `up_to` is as for `due`."""
    words = due(subscriber, up_to=up_to)
    if words is not None:
        consent.bounce(subscriber, reply=words)


def due(subscriber: int, *, up_to: int | None = None) -> str | None:
    """Give the server's words if the last mailings to an address came to nothing for its own sake, else None.

    `up_to` is the mailing to look back from, for what comes back when the next one has left already.
    """
    # What came back was sent, though it may not be written down as sent yet.
    came_back = Exists(Bounce.objects.filter(delivery=OuterRef("pk"), state__in=Bounce.BELIEVED))
    ended = Q(state__in=[Delivery.State.SENT, Delivery.State.REFUSED])
    deliveries = Delivery.objects.filter(ended | came_back, subscriber=subscriber)
    if up_to is not None:
        deliveries = deliveries.filter(mailing_id__lte=up_to)
    latest = list(
        deliveries.order_by("-mailing_id").values_list("pk", "state", "reply")[:MAILBOX_TROUBLES_IN_A_ROW]
    )
    returned = _returned([pk for pk, _state, _reply in latest])
    unknown = failed = 0
    words = ""
    for pk, state, reply in latest:
        bounce = returned.get(pk)
        if state == Delivery.State.SENT and bounce is None:
            break
        words = words or (bounce.diagnostic or bounce.status if bounce else reply)
        failed += 1
        unknown += bounce.kind == Bounce.Kind.HARD if bounce else not is_about_the_mailbox(reply)
        if bounce and bounce.kind == Bounce.Kind.HARD and bounce.status == NO_SUCH_MAILBOX:
            unknown = UNKNOWN_IN_A_ROW
    is_due = unknown >= UNKNOWN_IN_A_ROW or failed >= MAILBOX_TROUBLES_IN_A_ROW
    return words if is_due else None


def _returned(deliveries: list[int]) -> dict[int, Bounce]:
    """What came back of these for the address's own sake: of several, the gravest."""
    found: dict[int, Bounce] = {}
    of_the_address = [Bounce.Kind.SOFT, Bounce.Kind.HARD]
    believed = Bounce.objects.filter(
        delivery__in=deliveries, kind__in=of_the_address, state__in=Bounce.BELIEVED
    )
    for bounce in believed.order_by("at"):
        known = found.get(bounce.delivery_id)
        if known is None or known.kind == Bounce.Kind.SOFT:
            found[bounce.delivery_id] = bounce
    return found
