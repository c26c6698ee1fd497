"""Giving one's feed, changing it, and giving it up."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from issues.links.addresses import request_url
from issues.links.client import Client
from issues.workflow import NotAllowed, NotNow

from ...keeping import may_keep
from ...models import SavedFeed
from .asking import ask
from .polling import FIRST_ITEMS
from .words import explain


def choose(person: Any, url: str, *, client: Client | None = None) -> str:
    """Keep the address of a person's feed once it was read, to be read again at once; give what is seen.

    Not in a transaction: a stranger's server is waited for. Raises NotAllowed, and NotNow with what is wrong.
    """
    if not may_keep(person):
        raise NotAllowed(_("You do not have the right to keep links."))
    url = url.strip()
    if not request_url(url) or not url.isprintable():
        raise NotNow(_("This is no address of the web: it begins with http:// or https://."))
    reading = ask(url, client=client)
    if reading.feed is None:
        raise NotNow(explain(reading.failure or "format"))
    fresh = {
        "url": url,
        "etag": "",
        "last_modified": "",
        "every": 0,
        "next_at": timezone.now(),
        "claimed_until": None,
        "read_at": None,
        "failures": 0,
        "last_error": "",
    }
    SavedFeed.objects.update_or_create(person=person, defaults=fresh)
    n = len(reading.feed.items)
    seen = ngettext("The feed answers: it shows %(n)d item.", "The feed answers: it shows %(n)d items.", n)
    come = ngettext(
        "It comes in within a minute.", "The last %(n)d come in within a minute.", min(n, FIRST_ITEMS)
    )
    if not n:
        return seen % {"n": n}
    return f"{seen % {'n': n}} {come % {'n': min(n, FIRST_ITEMS)}}"


def give_up(person: Any) -> None:
    """Forget a person's feed, and what was seen of it; her clips stay. Idempotent."""
    SavedFeed.objects.filter(person=person).delete()
