"""When an address that is refused again and again gets no more mail.

A refusal that is our own fault never comes here.
"""

from subscribers import consent

from .models import Delivery
from .replies import is_about_the_mailbox

# In a row, each in a mailing of its own, with nothing accepted in between. The rule of thumb of two within
# seven days would never suppress anybody on a monthly newsletter; an acceptance proves more than a date.
UNKNOWN_IN_A_ROW = 2
MAILBOX_TROUBLES_IN_A_ROW = 5


def consider(subscriber: int) -> None:
    """Take an address off the list if the last mailings to it were refused for its own sake."""
    latest = (
        Delivery.objects.filter(
            subscriber=subscriber, state__in=[Delivery.State.SENT, Delivery.State.REFUSED]
        )
        .order_by("-mailing_id")
        .values_list("state", "reply")[:MAILBOX_TROUBLES_IN_A_ROW]
    )
    unknown = refused = 0
    for state, reply in latest:
        if state == Delivery.State.SENT:
            break
        refused += 1
        unknown += not is_about_the_mailbox(reply)
    if unknown >= UNKNOWN_IN_A_ROW or refused >= MAILBOX_TROUBLES_IN_A_ROW:
        consent.bounce(subscriber, reply=latest[0][1])
