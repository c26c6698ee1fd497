"""The note beside a dead link on a public page, put in when it is made: what is frozen stays as it was."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from html import unescape

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from ..links.addresses import request_url
from ..models import LinkLookup

_LINK = re.compile(r'<a\b(?:[^>"]|"[^"]*")*?\shref="([^"]*)"(?:[^>"]|"[^"]*")*>.*?</a>', re.DOTALL)


def dead_in(html: str) -> dict[str, LinkLookup]:
    """Give what is known of the dead links in a frozen page. One query."""
    return among(_addresses(html))


def among(addresses: Iterable[str]) -> dict[str, LinkLookup]:
    """Give what is known of those that are dead. One query."""
    return {lookup.url: lookup for lookup in LinkLookup.objects.dead().filter(url__in=set(addresses))}


def noted(html: str, dead: dict[str, LinkLookup]) -> str:
    """Give a frozen page with a note behind each dead link, in the newsletter's language."""
    if not dead:
        return html

    def with_note(found: re.Match[str]) -> str:
        lookup = dead.get(request_url(unescape(found[1])))
        return f"{found[0]}{note(lookup)}" if lookup else found[0]

    return _LINK.sub(with_note, html)


def note(lookup: LinkLookup) -> str:
    """Give the note itself, as HTML: since when, and the archived copy if there is one."""
    with translation.override(settings.NEWSLETTER["language"]):
        return render_to_string("archive/_dead_link.html", {"lookup": lookup}).strip()


def parts(dead: dict[str, LinkLookup]) -> list[str]:
    """Name what the notes of a page say, for the page's ETag."""
    return [f"dead {lookup.pk} {lookup.failing_since} {lookup.archived_url}" for lookup in dead.values()]


@lru_cache(maxsize=32)
def _addresses(html: str) -> frozenset[str]:
    return frozenset(filter(None, (request_url(unescape(found[1])) for found in _LINK.finditer(html))))
