"""What the places we send to bear: limits that we keep by rule, and rest when they ask for it.

A rule makes a *lane*: its recipients stand in batches of their own, so that connections and pace can be
held over all workers. A destination is the lane of a domain, or else the domain itself.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.db.models import F, Q
from django.db.models.functions import Now

from .models import Destination
from .replies import hold_asked_for

# So many messages in a row put off for our sake, and a destination is left alone for a while.
THROTTLED_BEFORE_CLOSED = 5
CLOSED_FIRST, CLOSED_AT_MOST = timedelta(minutes=5), timedelta(hours=4)


@dataclass(frozen=True)
class Rule:
    """What one destination, of one or several domains, bears of us. Zero: no limit."""

    name: str
    domains: frozenset[str]
    connections: int = 0
    per_minute: int = 0


def rules() -> dict[str, Rule]:
    """Give the rules of VEILLE_DESTINATIONS by the name of their lane. Raises ValueError for what is none."""
    return _rules(settings.VEILLE_DESTINATIONS)


def destination_of(domain: str) -> str:
    """Give the name under which a domain's destination is known."""
    for rule in rules().values():
        if domain in rule.domains:
            return rule.name
    return domain


def closed() -> dict[str, datetime]:
    """Give the destinations that want to be left alone now, and until when."""
    return {
        destination.name: destination.closed_until
        for destination in Destination.objects.filter(closed_until__gt=Now())
        if destination.closed_until
    }


def throttled(name: str, reply: str) -> datetime | None:
    """Note that a destination put a message off for our sake. Gives until when to leave it alone, if so.

    A first time after five such answers in a row; each one after a rest doubles it, up to four hours.
    """
    Destination.objects.get_or_create(name=name)
    destination = Destination.objects.filter(name=name)
    # Counted only while it is open: what other workers still have on the wire is the same complaint.
    destination.filter(Q(closed_until=None) | Q(closed_until__lte=Now())).update(
        throttled_in_a_row=F("throttled_in_a_row") + 1, reply=reply[:500]
    )
    times = destination.get().throttled_in_a_row - THROTTLED_BEFORE_CLOSED
    asked_for = hold_asked_for(reply)
    if asked_for is None and times < 0:
        return None
    rest = asked_for or min(CLOSED_FIRST * 2 ** min(times, 10), CLOSED_AT_MOST)
    destination.filter(Q(closed_until=None) | Q(closed_until__lte=Now())).update(closed_until=Now() + rest)
    return destination.get().closed_until


def accepted(names: Collection[str]) -> None:
    """Note that destinations take mail again: what they complained of before is over."""
    Destination.objects.filter(name__in=names, throttled_in_a_row__gt=0).update(
        throttled_in_a_row=0, closed_until=None, reply=""
    )


@lru_cache(maxsize=8)
def _rules(described: str) -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    taken: set[str] = set()
    for described_rule in json.loads(described):
        rule = _rule(**described_rule)
        if taken & rule.domains:
            raise ValueError(f"a domain stands in two rules: {', '.join(sorted(taken & rule.domains))}")
        taken |= rule.domains
        found[rule.name] = rule
    return found


def _rule(*, domains: list[str], connections: int = 0, per_minute: int = 0) -> Rule:
    names = frozenset(domain.strip().lower().encode("idna").decode() for domain in domains)
    if not names or connections < 0 or per_minute < 0:
        raise ValueError("a rule needs domains, and limits that are not negative")
    return Rule(min(names), names, connections, per_minute)
