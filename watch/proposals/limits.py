"""How many proposals may come in. Approximate: requests of the same moment are not told apart."""

from datetime import timedelta

from django.core.cache import cache
from django.utils import timezone

from ..models import Proposal

PER_NETWORK_AND_HOUR = 5
PER_HOUR = 60
MOST_WAITING = 500
_HOUR = timedelta(hours=1)


def has_proposed_enough(network: str) -> bool:
    """Tell whether one network (see `network_of`) has sent five within the hour. Kept in memory alone."""
    return bool(network) and cache.get(_key(network), 0) >= PER_NETWORK_AND_HOUR


def note(network: str) -> None:
    """Count one more."""
    if network and not cache.add(_key(network), 1, _HOUR.total_seconds()):
        try:
            cache.incr(_key(network))
        # Forgotten this very moment.
        except ValueError:
            cache.set(_key(network), 1, _HOUR.total_seconds())


def is_flooded() -> bool:
    """Tell whether more come in, or wait, than people read: of whatever network they are."""
    lately = Proposal.objects.filter(created_at__gte=timezone.now() - _HOUR).count()
    waiting = Proposal.objects.filter(state=Proposal.State.WAITING).count()
    return lately >= PER_HOUR or waiting >= MOST_WAITING


def _key(network: str) -> str:
    return f"proposals:{network}"
