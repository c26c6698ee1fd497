"""How many confirmation mails may be asked for: strangers must not make us fill other people's mailboxes.

All counts are approximate: requests that come in the same moment are not told apart.
"""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from .models import ConsentEvent

# One a day to an address, three a month.
BETWEEN_CONFIRMATIONS = timedelta(hours=24)
CONFIRMATIONS_PER_30_DAYS = 3
REQUESTS_PER_NETWORK_AND_HOUR = 10
HOUR = timedelta(hours=1)


def has_asked_enough(network: str) -> bool:
    """Tell whether one network sent ten requests within the hour."""
    lately = ConsentEvent.objects.filter(
        network=network, kind=ConsentEvent.Kind.ASKED, at__gte=timezone.now() - HOUR
    )
    return bool(network) and lately.count() >= REQUESTS_PER_NETWORK_AND_HOUR


def is_flooded() -> bool:
    """Tell whether more people ask to join within the hour than do by themselves: visitors get a question."""
    return _within_the_hour(ConsentEvent.Kind.ASKED)


def is_mailed_out() -> bool:
    """Tell whether the confirmations of this hour have been sent: the others wait, nobody is dropped."""
    return _within_the_hour(ConsentEvent.Kind.MAILED)


def _within_the_hour(kind: str) -> bool:
    lately = ConsentEvent.objects.filter(kind=kind, at__gte=timezone.now() - HOUR)
    return lately.count() >= settings.VEILLE_CONFIRMATIONS_PER_HOUR
