"""Looking up whether the links of issues in the making lead somewhere: when, how often, by whom.

A run is short, since the worker of a small house has mails to send too, and can be stopped anywhere: what it
took on and did not finish is free again after a minute.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain, zip_longest
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from ..models import Issue, LinkLookup, Mention, Source
from .addresses import is_ours, request_url
from .client import Answer, Client

State, Reason = LinkLookup.State, LinkLookup.Reason

LINKS_PER_RUN = 20
SECONDS_PER_RUN = 20
# Between two questions to one server.
HOST_PAUSE_SECONDS = 1.0
# Longer than one question takes, with its redirects and a slow name server.
CLAIM = timedelta(minutes=1)
# Two failures are two only if they lie so far apart.
APART = timedelta(minutes=30)
AGAIN_AFTER: dict[str, timedelta] = {
    State.ALIVE: timedelta(days=1),
    State.UNCLEAR: timedelta(days=1),
    State.DEAD: timedelta(hours=6),
    State.FAILING: timedelta(minutes=45),
    State.UNKNOWN: timedelta(hours=1),
}
# A person who asks to look again is not taken at her word sooner.
PATIENCE = timedelta(minutes=5)
FORGOTTEN_AFTER = timedelta(days=90)

GONE = {404, 410}


def look_up_due(
    client: Client | None = None,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> bool:
    """Look up some of the links that are due; give whether others still wait.

    Any number of workers may do this at once: each link is taken by one conditional UPDATE.
    """
    if not settings.VEILLE_CHECK_LINKS:
        return False
    client = client or Client()
    until = clock() + SECONDS_PER_RUN
    asked_at: dict[str, float] = {}
    looked_up = 0
    for lookup in _by_turns(_due()):
        if looked_up == LINKS_PER_RUN or clock() >= until:
            return True
        claimed_until = _claim(lookup)
        if not claimed_until:
            continue
        host = _host(lookup)
        if host in asked_at:
            sleep(max(0.0, asked_at[host] + HOST_PAUSE_SECONDS - clock()))
        _record(lookup, client.ask(lookup.url), claimed_until)
        asked_at[host] = clock()
        looked_up += 1
    return False


def look_again(issue: Issue) -> int:
    """Make the links of an issue due now, but for those looked up a moment ago. Give how many are."""
    wanted = urls_of([issue])
    _register(wanted)
    now = timezone.now()
    return (
        LinkLookup.objects.filter(url__in=wanted)
        .filter(Q(checked_at=None) | Q(checked_at__lte=now - PATIENCE))
        .update(next_at=now)
    )


def urls_of(issues: Iterable[Issue]) -> set[str]:
    """Give the addresses to look up for some issues: those in their texts, and their sources."""
    issues = list(issues)
    mentioned = Mention.objects.of_issues(issues).values_list("url", flat=True)
    sources = Source.objects.filter(section__issue__in=issues).values_list("url", flat=True)
    urls = {*mentioned, *map(request_url, sources)}
    return {url for url in urls if url and not is_ours(url)}


def _due() -> list[LinkLookup]:
    wanted = urls_of(Issue.objects.in_the_making())
    _register(wanted)
    now = timezone.now()
    LinkLookup.objects.filter(next_at__lt=now - FORGOTTEN_AFTER).exclude(url__in=wanted).delete()
    return list(LinkLookup.objects.filter(url__in=wanted).due(now)[: 10 * LINKS_PER_RUN])


def _register(urls: set[str]) -> None:
    known = set(LinkLookup.objects.filter(url__in=urls).values_list("url", flat=True))
    LinkLookup.objects.bulk_create(
        (LinkLookup(url=url, next_at=timezone.now()) for url in sorted(urls - known)), ignore_conflicts=True
    )


def _by_turns(lookups: list[LinkLookup]) -> Iterator[LinkLookup]:
    """Go from server to server, so that none is asked much and nobody waits for a pause."""
    by_host: dict[str, list[LinkLookup]] = defaultdict(list)
    for lookup in lookups:
        by_host[_host(lookup)].append(lookup)
    return filter(None, chain.from_iterable(zip_longest(*by_host.values())))


def _host(lookup: LinkLookup) -> str:
    try:
        return urlsplit(lookup.url).hostname or ""
    except ValueError:
        return ""


def _claim(lookup: LinkLookup) -> datetime | None:
    """Take a link for this worker; None if another has it, or had it since. (The row count decides.)"""
    now = timezone.now()
    taken = LinkLookup.objects.filter(pk=lookup.pk).due(now).order_by().update(claimed_until=now + CLAIM)
    return now + CLAIM if taken else None


def _record(lookup: LinkLookup, answer: Answer, claimed_until: datetime) -> None:
    now = timezone.now()
    state, failing_since = _judge(lookup, answer, now)
    LinkLookup.objects.filter(pk=lookup.pk, claimed_until=claimed_until).update(
        state=state,
        failing_since=failing_since,
        http_status=answer.http_status,
        reason=answer.reason,
        checked_at=now,
        next_at=now + AGAIN_AFTER[State.UNKNOWN if _says_nothing(answer) else state],
        claimed_until=None,
    )


def _judge(lookup: LinkLookup, answer: Answer, now: datetime) -> tuple[str, datetime | None]:
    """Give the state, and since when the link fails.

    Servers that turn robots away (401, 403, 405, 429, 999) or are in trouble say nothing of the page.
    """
    if answer.http_status and 200 <= answer.http_status < 400:
        return State.ALIVE, None
    if _says_nothing(answer):
        return lookup.state, lookup.failing_since
    if answer.http_status in GONE or answer.reason == Reason.NAME:
        since = lookup.failing_since or now
        return (State.DEAD if now - since >= APART else State.FAILING), since
    return State.UNCLEAR, lookup.failing_since


def _says_nothing(answer: Answer) -> bool:
    """Whether the failure may be our own: no network, no turn, or no name server that knows the world.

    Without a network a name server may well say that no name exists; it is believed where somebody
    answered us lately.
    """
    if answer.reason == Reason.NAME:
        lately = timezone.now() - AGAIN_AFTER[State.ALIVE]
        return not LinkLookup.objects.filter(http_status__isnull=False, checked_at__gte=lately).exists()
    return answer.reason in (Reason.NETWORK, Reason.TURN)
