"""Bringing a file in: many links at once, without asking the servers of all of them at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from issues.workflow import NotAllowed

from ...keeping import may_keep
from ...models import Clip, Link
from ..items import Item, kept_at
from .foreseeing import Wanted, foresee

BATCH = 500
# Pages saved longer ago are not read by themselves: their titles came with the file.
READ_IF_SAVED_WITHIN = timedelta(days=60)
# Between the readings of two pages of one file: 20,000 take three days, and others come between.
PACE = timedelta(seconds=12)


def bring_in(person: Any, data: bytes) -> int:
    """Keep the links of a file for a person; give how many are new to her.

    What she has already stays as it is, so that a second time changes nothing. In batches: what was brought
    in before a failure is kept, and the next try goes on. Raises `Unreadable`, NotAllowed.
    """
    if not may_keep(person):
        raise NotAllowed(_("You do not have the right to keep links."))
    wanted = foresee(person, data).new
    new = 0
    for first in range(0, len(wanted), BATCH):
        with transaction.atomic():
            new += _keep(person, wanted[first : first + BATCH], first)
    return new


def is_read(item: Item) -> bool:
    """Whether the page of an item is read by itself: one saved lately, or nobody knows when."""
    return item.saved_at is None or item.saved_at >= timezone.now() - READ_IF_SAVED_WITHIN


def _keep(person: Any, batch: list[Wanted], before: int) -> int:
    now = timezone.now()
    keys = [wanted.key for wanted in batch]
    known = set(Link.objects.filter(key__in=keys).order_by().values_list("key", flat=True))
    Link.objects.bulk_create(
        (
            Link(
                key=wanted.key,
                url=wanted.address,
                title=wanted.item.title,
                next_fetch_at=_turn(wanted.item, now, before + place),
            )
            for place, wanted in enumerate(batch)
            if wanted.key not in known
        ),
        ignore_conflicts=True,
    )
    links = dict(Link.objects.filter(key__in=keys).order_by().values_list("key", "pk"))
    there = Clip.objects.filter(person=person, link__in=links.values())
    had = there.count()
    Clip.objects.bulk_create(
        (_clip(person, links[wanted.key], wanted.item) for wanted in batch), ignore_conflicts=True
    )
    return there.count() - had


def _turn(item: Item, now: datetime, place: int) -> datetime | None:
    return now + place * PACE if is_read(item) else None


def _clip(person: Any, link: int, item: Item) -> Clip:
    return Clip(
        person=person,
        link_id=link,
        note=item.note,
        quote=item.quote,
        tags=list(item.tags),
        via=Clip.Via.IMPORT,
        kept_at=kept_at(item),
    )
