"""Looking for an archived copy of what is dead, at the Wayback Machine or whoever speaks as it does.

The answer is that of https://archive.org/help/wayback_api.php: `{"archived_snapshots": {"closest":
{"available": true, "url": …, "status": "200"}}}`, and an empty `archived_snapshots` where there is none.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from ..models import LinkLookup
from ..models.link import LONGEST_URL
from .addresses import request_url
from .client import Client

COPIES_PER_RUN = 3
ASKED_AGAIN_AFTER = timedelta(days=30)
# Where the archive did not answer at all.
TRIED_AGAIN_AFTER = timedelta(days=1)
MAX_BYTES = 64 * 1024


def look_for_copies(client: Client | None = None) -> int:
    """Ask the archive about dead links of published issues; give how many copies were found.

    Each is asked for once, and again after a month. Any number of workers may do this at once: each link is
    taken by one conditional UPDATE, which is the note that it was asked for.
    """
    if not (settings.VEILLE_CHECK_LINKS and settings.VEILLE_WAYBACK_URL):
        return 0
    client = client or Client()
    found = 0
    for lookup in _wanted()[:COPIES_PER_RUN]:
        now = timezone.now()
        if not _wanted().filter(pk=lookup.pk).order_by().update(archive_asked_at=now):
            continue
        copy = _ask(client, lookup)
        rows = LinkLookup.objects.filter(pk=lookup.pk, archive_asked_at=now, archived_url="")
        if copy is None:
            rows.update(archive_asked_at=now - ASKED_AGAIN_AFTER + TRIED_AGAIN_AFTER)
        elif copy:
            found += rows.update(archived_url=copy)
    return found


def _wanted() -> Any:
    long_ago = timezone.now() - ASKED_AGAIN_AFTER
    return (
        LinkLookup.objects.dead()
        .filter(archived_url="")
        .filter(Q(archive_asked_at=None) | Q(archive_asked_at__lte=long_ago))
    )


def _ask(client: Client, lookup: LinkLookup) -> str | None:
    """Give the address of a copy, empty if the archive has none, None if it did not answer."""
    question = {"url": lookup.url}
    if lookup.failing_since:
        # The copy that is nearest to this day: later ones may be of the page that says "not found".
        question["timestamp"] = lookup.failing_since.strftime("%Y%m%d")
    separator = "&" if "?" in settings.VEILLE_WAYBACK_URL else "?"
    answer = client.fetch(
        f"{settings.VEILLE_WAYBACK_URL}{separator}{urlencode(question)}",
        types=("application/json", "text/javascript"),
        max_bytes=MAX_BYTES,
    )
    if answer.http_status != 200 or answer.reason:
        return None
    try:
        told = json.loads(answer.body)
    # Also what is no UTF-8, or nested beyond reason.
    except (ValueError, RecursionError):
        return None
    return copy_in(told)


def copy_in(told: Any) -> str | None:
    """Read the address of a copy out of the archive's answer; None if it is not one of this kind."""
    snapshots = told.get("archived_snapshots") if isinstance(told, dict) else None
    if not isinstance(snapshots, dict):
        return None
    closest = snapshots.get("closest")
    if not isinstance(closest, dict) or closest.get("available") is not True:
        return ""
    url = closest.get("url")
    if str(closest.get("status", "200")) != "200" or not isinstance(url, str):
        return ""
    # The archive gives its own addresses with http.
    if url.startswith("http://web.archive.org/"):
        url = "https" + url.removeprefix("http")
    return (
        url if request_url(url) and url.isprintable() and " " not in url and len(url) <= LONGEST_URL else ""
    )
