"""Which pages are fetched when, by whom, how often again.

A run is short, since the worker of a small house has mails to send too, and can be stopped anywhere: what it
took on and did not finish is free again after a minute.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import chain, zip_longest
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from issues.links.client import Client, Fetched
from issues.models import LinkLookup

from ..models import Link
from ..reading import apart
from . import recording

State, Reason = Link.FetchState, LinkLookup.Reason

PAGES_PER_RUN = 10
SECONDS_PER_RUN = 20
# Longer than to fetch a page and to read it.
CLAIM = timedelta(minutes=1)
# How long after each failure it is tried again: three times.
AGAIN_AFTER = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=12))
# A server that is busy with our other questions has not failed.
NEXT_TURN = timedelta(seconds=30)
# Tomorrow they would be no pages either.
FOR_GOOD = {Reason.TYPE, Reason.ADDRESS, Reason.PRIVATE, "http 404", "http 410", "http 451"}


def fetch_due(client: Client | None = None, *, clock: Callable[[], float] = time.monotonic) -> bool:
    """Fetch and read some of the pages that wait; give whether others still do.

    Any number of workers may do this at once: each page is taken by one conditional UPDATE.
    """
    if not settings.VEILLE_CHECK_LINKS:
        return False
    client = client or Client()
    until, done = clock() + SECONDS_PER_RUN, 0
    for link in _by_turns(list(Link.objects.to_be_fetched(timezone.now())[: 10 * PAGES_PER_RUN])):
        if done == PAGES_PER_RUN or clock() >= until:
            return True
        if claimed_until := _claim(link):
            _fetch(link, client, claimed_until)
            done += 1
    return False


def _by_turns(links: list[Link]) -> Iterator[Link]:
    """Go from server to server, so that nobody waits for a turn."""
    by_host: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        by_host[urlsplit(link.key).netloc].append(link)
    return filter(None, chain.from_iterable(zip_longest(*by_host.values())))


def _claim(link: Link) -> datetime | None:
    """Take a page for this worker; None if another has it, or had it since. (The row count decides.)

    It counts as a try, so that a page that kills whoever reads it is left alone in the end.
    """
    now = timezone.now()
    mine = Link.objects.filter(pk=link.pk).to_be_fetched(now).order_by()
    taken = mine.update(claimed_until=now + CLAIM, fetch_tries=F("fetch_tries") + 1)
    link.fetch_tries += 1
    return now + CLAIM if taken else None


def _fetch(link: Link, client: Client, claimed_until: datetime) -> None:
    fetched = client.fetch(link.url)
    failure = _failure(fetched)
    data = {}
    if not failure:
        try:
            data = apart.read(fetched.body, fetched.headers.get("Content-Type", ""), fetched.url)
        except apart.Unreadable:
            failure = Link.UNREADABLE
    # Of whoever was too slow nothing is written down: another has the page.
    mine = Link.objects.filter(pk=link.pk, claimed_until=claimed_until)
    if not mine.update(claimed_until=None, **_outcome(link, failure)) or failure:
        return
    recording.record(link, data)
    recording.learn_addresses(link, fetched.url, str(data["canonical_url"]))


def _failure(fetched: Fetched) -> str:
    """Give why there is no page to read, if so. Of a page that is too long the beginning is."""
    if fetched.reason and fetched.reason != Reason.SIZE:
        return fetched.reason
    status = fetched.http_status or 0
    return "" if 200 <= status < 300 and fetched.body else f"http {status}"


def _outcome(link: Link, failure: str) -> dict[str, object]:
    now = timezone.now()
    if not failure:
        return {"fetch_state": State.DONE, "fetch_failure": "", "fetched_at": now, "next_fetch_at": None}
    if failure == Reason.TURN:
        return {"fetch_tries": F("fetch_tries") - 1, "next_fetch_at": now + NEXT_TURN}
    if failure in FOR_GOOD or link.fetch_tries > len(AGAIN_AFTER):
        return {"fetch_state": State.FAILED, "fetch_failure": failure, "next_fetch_at": None}
    return {"fetch_failure": failure, "next_fetch_at": now + AGAIN_AFTER[link.fetch_tries - 1]}
