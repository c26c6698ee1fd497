"""Reading the feeds of what people save: when, by whom, and what of them comes in."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from issues.canonical import canonical_url
from issues.links.client import Client
from issues.models import LinkLookup

from ...keeping import NotALink, may_keep
from ...models import Clip, SavedFeed, SeenItem
from .. import taking
from ..items import Item
from . import pace
from .asking import STOPPED, Reading, ask

Reason = LinkLookup.Reason

FEEDS_PER_RUN = 20
SECONDS_PER_RUN = 20
# Longer than asking and taking in take, with a slow database.
CLAIM = timedelta(minutes=5)
# Of what a person saved before she told us of it.
FIRST_ITEMS = 100
# Who may keep nothing now may be back tomorrow.
WITHOUT_THE_RIGHT = timedelta(days=1)
AFTER_THE_OTHERS = timedelta(minutes=1)
_BATCH = 50


def read_due(client: Client | None = None, *, clock: Callable[[], float] = time.monotonic) -> bool:
    """Read some of the feeds that are due; give whether others still wait.

    Any number of workers may do this at once: each feed is taken by one conditional UPDATE. Harmless when
    run twice, late or never.
    """
    until = clock() + SECONDS_PER_RUN
    due = list(SavedFeed.objects.due(timezone.now()).select_related("person")[: FEEDS_PER_RUN + 1])
    for read, feed in enumerate(due):
        if read == FEEDS_PER_RUN or clock() >= until:
            return True
        if claimed_until := _claim(feed):
            _read(feed, claimed_until, client)
    return False


def _claim(feed: SavedFeed) -> datetime | None:
    """Take a feed for this worker; None if another has it, or had it since. (The row count decides.)"""
    now = timezone.now()
    taken = SavedFeed.objects.filter(pk=feed.pk).due(now).order_by().update(claimed_until=now + CLAIM)
    return now + CLAIM if taken else None


def _read(feed: SavedFeed, claimed_until: datetime, client: Client | None) -> None:
    if not may_keep(feed.person):
        _record(feed, claimed_until, next_at=timezone.now() + WITHOUT_THE_RIGHT)
        return
    reading = ask(feed.url, etag=feed.etag, last_modified=feed.last_modified, client=client)
    if reading.failure == Reason.TURN:
        # Nobody was asked: the server had questions enough of ours.
        _record(feed, claimed_until, next_at=timezone.now() + AFTER_THE_OTHERS)
        return
    if reading.failure:
        failures = min(feed.failures + 1, 1000)
        again = timezone.now() + pace.after_failure(reading.headers, failures)
        _record(
            feed,
            claimed_until,
            failures=failures,
            last_error=reading.failure,
            next_at=None if reading.failure == STOPPED else again,
        )
        return
    if reading.feed:
        bring(feed, reading.feed.items)
    _record(feed, claimed_until, **_what_it_said(feed, reading))


def _what_it_said(feed: SavedFeed, reading: Reading) -> dict[str, Any]:
    every = reading.feed.minutes if reading.feed else feed.every
    now = timezone.now()
    said = {
        "every": every,
        "failures": 0,
        "last_error": "",
        "read_at": now,
        "next_at": now + pace.after_success(reading.headers, every),
    }
    if reading.feed:
        said |= {
            "etag": _fitting(reading.headers.get("ETag", ""), "etag"),
            "last_modified": _fitting(reading.headers.get("Last-Modified", ""), "last_modified"),
        }
    return said


def _fitting(value: str, field: str) -> str:
    """Give what a header says, whole and fit to be sent back; else nothing."""
    longest = getattr(SavedFeed._meta.get_field(field), "max_length", None) or 0
    return value if len(value) <= longest and value.isascii() and value.isprintable() else ""


def _record(feed: SavedFeed, claimed_until: datetime, **values: Any) -> None:
    # A person who gave another address meanwhile is not overwritten by what the former one said.
    SavedFeed.objects.filter(pk=feed.pk, url=feed.url, claimed_until=claimed_until).update(
        claimed_until=None, **values
    )


def bring(feed: SavedFeed, items: list[Item]) -> int:
    """Take in what a feed shows for the first time, the oldest first; give how many are new to its person.

    Of a feed that was never read, the newest 100; the others count as seen. What was seen once never comes
    again, whatever became of it.
    """
    seen = set(feed.seen.values_list("digest", flat=True))
    fresh = {digest: item for item in reversed(items) if (digest := _digest(item)) not in seen}
    wanted = list(fresh.items())
    new = 0
    if feed.read_at is None:
        _remember(feed, [digest for digest, _item in wanted[:-FIRST_ITEMS]])
        wanted = wanted[-FIRST_ITEMS:]
    for first in range(0, len(wanted), _BATCH):
        batch = wanted[first : first + _BATCH]
        with transaction.atomic():
            for _seen_as, item in batch:
                try:
                    new += taking.take(feed.person, item, Clip.Via.FEED)
                # One that leads nowhere spoils not the others.
                except NotALink:
                    continue
            _remember(feed, [digest for digest, _item in batch])
    return new


def _digest(item: Item) -> str:
    return hashlib.sha256(canonical_url(item.url).encode(errors="replace")).hexdigest()


def _remember(feed: SavedFeed, digests: list[str]) -> None:
    SeenItem.objects.bulk_create(
        (SeenItem(feed=feed, digest=digest) for digest in digests), ignore_conflicts=True
    )
