"""Keeping a link: the one way by which all roads (form, share sheet, API, feeds, webhooks, files) end."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from issues.canonical import canonical_url
from issues.links.addresses import request_url
from issues.links.aliases import resolve
from issues.models import Rubric
from issues.models.link import LONGEST_URL

from .models import Clip, Link
from .pages.announcing import announce


class NotALink(ValueError):
    """What was given is no address of the web that could be kept; the message is for its person."""


def may_keep(person: Any) -> bool:
    """Whether somebody may keep links at this moment: the desk is open to her, and she writes."""
    return bool(person.is_active and person.is_staff and person.has_perm("watch.add_clip"))


def address_of(url: str) -> tuple[str, str]:
    """Give an address as it may be kept, and its canonical form, before aliases. Raises NotALink."""
    address = url.strip()
    # First, since what is not printable is no text for a database: NUL, half a surrogate pair.
    if not address.isprintable() or " " in address or not request_url(address):
        raise NotALink(_("This is no address of the web: it begins with http:// or https://."))
    key = canonical_url(address)
    if max(len(address), len(key)) > LONGEST_URL:
        raise NotALink(_("This address is too long to be kept."))
    return address, key


def link_for(url: str, *, title: str = "") -> Link:
    """Give the link of a page, made where nobody kept it yet; its page is read soon (`watch.pages`).

    Two addresses of one page give one link. Raises NotALink.
    """
    address, canonical = address_of(url)
    key = resolve(canonical)
    link, is_new = Link.objects.get_or_create(
        key=key,
        defaults={"url": address, "title": title.strip()[:300], "next_fetch_at": timezone.now()},
    )
    if is_new:
        transaction.on_commit(announce)
    return link


@transaction.atomic
def keep(
    person: Any,
    url: str,
    *,
    via: Clip.Via,
    title: str = "",
    note: str = "",
    quote: str = "",
    kept_at: datetime | None = None,
    rubric: Rubric | None = None,
) -> tuple[Clip, bool]:
    """Keep a link for a person; give the clip, and whether it is new.

    What she kept before stays as she left it, but for words that were still empty. Idempotent. The caller
    makes sure that she may. Raises NotALink.
    """
    link = link_for(url, title=title)
    clip, created = Clip.objects.get_or_create(
        person=person,
        link=link,
        defaults={
            "note": note,
            "quote": quote,
            "via": via,
            "kept_at": kept_at or timezone.now(),
            "rubric": rubric,
        },
    )
    if not created:
        filled = [
            name for name, value in (("note", note), ("quote", quote)) if value and not getattr(clip, name)
        ]
        for name in filled:
            setattr(clip, name, {"note": note, "quote": quote}[name])
        if filled:
            clip.save(update_fields=filled)
    return clip, created
