"""Looking up whether links lead somewhere: when, how often, by whom.

Those of issues in the making come first; with the room that is left, those of published issues (`published`).
A run is short, since the worker of a small house has mails to send too, and can be stopped anywhere: what it
took on and did not finish is free again after a minute.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import batched, chain, zip_longest
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from ..models import Issue, LinkLookup, Mention, Source
from .addresses import is_ours, request_url
from .client import Answer, Client

State, Reason = LinkLookup.State, LinkLookup.Reason

LINKS_PER_RUN = 20
# In one query: databases limit the number of values.
AT_ONCE = 500
SECONDS_PER_RUN = 20
# Between two questions to one server.
HOST_PAUSE_SECONDS = 1.0
# Longer than one question takes, with its redirects and a slow name server.
CLAIM = timedelta(minutes=1)
# Two failures are two only if they lie so far apart; readers are told of those of published issues.
APART, PUBLISHED_APART = timedelta(minutes=30), timedelta(days=1)
# A server that answered lately shows that there is a network.
LATELY = timedelta(days=1)
AGAIN_AFTER: dict[str, timedelta] = {
    State.ALIVE: timedelta(days=1),
    State.UNCLEAR: timedelta(days=1),
    State.DEAD: timedelta(hours=6),
    State.FAILING: timedelta(minutes=45),
    State.UNKNOWN: timedelta(hours=1),
}
PUBLISHED_AGAIN_AFTER: dict[str, timedelta] = {
    State.ALIVE: timedelta(days=7),
    State.UNCLEAR: timedelta(days=7),
    State.DEAD: timedelta(days=7),
    State.FAILING: timedelta(hours=28),
    State.UNKNOWN: timedelta(hours=12),
}
# What was published together is not asked for together for ever.
JITTER = 0.1
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
    """Look up some of the links that are due; give whether others of issues in the making still wait.

    Any number of workers may do this at once: each link is taken by one conditional UPDATE.
    """
    if not settings.VEILLE_CHECK_LINKS:
        return False
    run = _Run(client or Client(), clock, sleep)
    if not run.look_up(_due(), AGAIN_AFTER):
        return True
    run.look_up(
        list(LinkLookup.objects.published().due(timezone.now())[:LINKS_PER_RUN]), PUBLISHED_AGAIN_AFTER
    )
    return False


@dataclass
class _Run:
    """The work of one task: so many links, so many seconds."""

    client: Client
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    looked_up: int = 0
    asked_at: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.until = self.clock() + SECONDS_PER_RUN

    def look_up(self, lookups: list[LinkLookup], again_after: Mapping[str, timedelta]) -> bool:
        """Look these up, as far as room and time go; give whether they went far enough."""
        for lookup in _by_turns(lookups):
            if self.looked_up == LINKS_PER_RUN or self.clock() >= self.until:
                return False
            claimed_until = _claim(lookup)
            if not claimed_until:
                continue
            host = _host(lookup)
            if host in self.asked_at:
                self.sleep(max(0.0, self.asked_at[host] + HOST_PAUSE_SECONDS - self.clock()))
            _record(lookup, self.client.ask(lookup.url), claimed_until, again_after)
            self.asked_at[host] = self.clock()
            self.looked_up += 1
        return True


def look_again(issue: Issue) -> int:
    """Make the links of an issue due now, but for those looked up a moment ago. Give how many are."""
    wanted = urls_of([issue])
    register(wanted)
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
    register(wanted)
    now = timezone.now()
    LinkLookup.objects.filter(next_at__lt=now - FORGOTTEN_AFTER, is_published=False).exclude(
        url__in=wanted
    ).delete()
    return list(LinkLookup.objects.filter(url__in=wanted).due(now)[: 10 * LINKS_PER_RUN])


def register(urls: set[str], *, within: timedelta = timedelta(0)) -> None:
    """Have these addresses looked up too, where they are not yet, each at some moment of a time to come."""
    known: set[str] = set()
    for some in batched(urls, AT_ONCE):
        known.update(LinkLookup.objects.filter(url__in=some).values_list("url", flat=True))
    now = timezone.now()
    LinkLookup.objects.bulk_create(
        (LinkLookup(url=url, next_at=now + within * random.random()) for url in sorted(urls - known)),  # noqa: S311 # no secret
        batch_size=AT_ONCE,
        ignore_conflicts=True,
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


def _record(
    lookup: LinkLookup, answer: Answer, claimed_until: datetime, again_after: Mapping[str, timedelta]
) -> None:
    now = timezone.now()
    state, failing_since = _judge(lookup, answer, now)
    wait = again_after[State.UNKNOWN if _says_nothing(answer) else state]
    if again_after is PUBLISHED_AGAIN_AFTER:
        wait *= random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 # no secret
    LinkLookup.objects.filter(pk=lookup.pk, claimed_until=claimed_until).update(
        state=state,
        failing_since=failing_since,
        http_status=answer.http_status,
        reason=answer.reason,
        checked_at=now,
        next_at=now + wait,
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
        apart = PUBLISHED_APART if lookup.is_published else APART
        return (State.DEAD if now - since >= apart else State.FAILING), since
    return State.UNCLEAR, lookup.failing_since


def _says_nothing(answer: Answer) -> bool:
    """Whether the failure may be our own: no network, no turn, or no name server that knows the world.

    Without a network a name server may well say that no name exists; it is believed where somebody
    answered us lately.
    """
    if answer.reason == Reason.NAME:
        lately = timezone.now() - LATELY
        return not LinkLookup.objects.filter(http_status__isnull=False, checked_at__gte=lately).exists()
    return answer.reason in (Reason.NETWORK, Reason.TURN)
