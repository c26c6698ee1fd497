"""Whose turn it is to ask a server: one question at a time, over all workers."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.utils import timezone

from ..models import HostTurn

# Between two questions to one server.
PAUSE_SECONDS = 1.0
FORGOTTEN_AFTER = timedelta(days=1)
LONGEST_NAME = 253  # RFC 1035, 2.3.4, as text


def wait(host: str, pause: float = PAUSE_SECONDS, *, at_most: float) -> bool:
    """Take the next turn at a server and wait for it; False, without waiting, if it is not within `at_most`
    seconds. (Compare-and-set on a row: its count decides.)
    """
    host = host.lower()[:LONGEST_NAME]
    turn = HostTurn.objects.filter(host=host)
    until = timezone.now() + timedelta(seconds=at_most)
    while (free_at := _free_at(host)) <= until:
        mine = max(free_at, timezone.now())
        if turn.filter(free_at=free_at).update(free_at=mine + timedelta(seconds=pause)):
            time.sleep(max(0.0, (mine - timezone.now()).total_seconds()))
            return True
    return False


def _free_at(host: str) -> datetime:
    turn, _created = HostTurn.objects.get_or_create(host=host, defaults={"free_at": timezone.now()})
    return turn.free_at


def forget_old() -> None:
    """Delete the servers that nobody asked lately. Harmless twice."""
    HostTurn.objects.filter(free_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()
