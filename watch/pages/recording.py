"""Writing down what a page says of itself."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from issues.canonical import canonical_url
from issues.links.aliases import learn

from ..models import Clip, Link

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
    for address in filter(None, addresses):
        if (key := learn(link.url, address)) and key != link.key:
            link = _rename(link, key)
    return link


@transaction.atomic
def _rename(link: Link, key: str) -> Link:
    """Let a link be known by another key; give the link that is."""
    link = Link.objects.select_for_update().get(pk=link.pk)
    twin = Link.objects.select_for_update().filter(key=key).exclude(pk=link.pk).first()
    if twin is None:
        link.key = key
        link.save(update_fields=["key"])
        return link
    for clip in link.clips.select_related("person"):
        kept = Clip.objects.filter(person=clip.person, link=twin).first()
        if kept is None:
            Clip.objects.filter(pk=clip.pk).update(link=twin)
            continue
        # She kept the page twice: her words of both times stay.
        for name in ("note", "quote"):
            words = [getattr(kept, name), getattr(clip, name)]
            setattr(kept, name, "\n\n".join(dict.fromkeys(filter(None, words))))
        kept.save(update_fields=["note", "quote"])
        clip.delete()
    for subject in link.subjects.all():
        subject.links.add(twin)
    link.delete()
    return twin
