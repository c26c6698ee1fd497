"""Writing down what a page says of itself."""

from __future__ import annotations

from datetime import date
from typing import Any

from issues.canonical import canonical_url

from ..merging import learn
from ..models import Link

FIELDS = ("title", "site", "authors", "published_on", "language", "excerpt")


def record(link: Link, data: dict[str, str | date | None]) -> None:
    """Write down what was read of a page; `data` has the fields of `watch.reading.page.PageData`.

    What a person wrote stays (`is_edited`, looked at in the same UPDATE), and what the page does not say too.
    """
    found: dict[str, Any] = {name: value for name in FIELDS if (value := data.get(name))}
    for name, value in found.items():
        longest = getattr(Link._meta.get_field(name), "max_length", None)
        if longest:
            found[name] = value[:longest]
    if found:
        Link.objects.filter(pk=link.pk, is_edited=False).update(**found)


def learn_addresses(link: Link, *addresses: str) -> Link:
    """Learn under which other addresses a page is known, the last one being its own word; give its link.

    Where two links turn out to be one page, one is left. Of an address with a route behind its `#` nothing is
    learnt: what was fetched is the same for all of them.
    """
    if "#" in canonical_url(link.url):
        return link
    given = link.url
    for address in filter(None, addresses):
        if key := learn(given, address):
            given = address
            link = Link.objects.filter(key=key).first() or link
    return link
