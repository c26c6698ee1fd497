"""When to ask a stranger's server for a feed again."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone
from django.utils.http import parse_http_date_safe

USUAL = timedelta(minutes=30)
LONGEST = timedelta(days=1)
# A server that asks for more patience gets it, up to here.
MOST_PATIENT = timedelta(days=7)
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


def after_success(headers: Mapping[str, str], minutes: int) -> timedelta:
    """Give the time until the next reading: half an hour, or longer where the feed says so, up to a day.

    By its `ttl` (in minutes, RSS 2.0), and by max-age of Cache-Control (in seconds, RFC 9111, 5.2.2.1).
    """
    found = _MAX_AGE.search(headers.get("Cache-Control", ""))
    fresh = timedelta(seconds=int(found[1]) if found else 0)
    return min(LONGEST, max(USUAL, timedelta(minutes=minutes), fresh))


def after_failure(headers: Mapping[str, str], failures: int) -> timedelta:
    """Give the time until the next try, after so many failures in a row: doubled each time, up to a day.

    With as much as a fifth less or more, so that those who failed together do not come back together; never
    sooner than Retry-After says (RFC 9110, 10.2.3).
    """
    doubled = min(LONGEST, USUAL * 2 ** min(max(failures, 1) - 1, 10))
    spread = doubled * random.uniform(0.8, 1.2)  # noqa: S311 # nobody gains by guessing it
    return max(min(LONGEST, spread), min(MOST_PATIENT, _retry_after(headers)))


def _retry_after(headers: Mapping[str, str]) -> timedelta:
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:10]), MOST_PATIENT.total_seconds()))
    at = parse_http_date_safe(text)
    return timedelta(seconds=max(0.0, at - timezone.now().timestamp())) if at else timedelta()
