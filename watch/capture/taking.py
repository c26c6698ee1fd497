"""Keeping what a person brings by hand or by a program of her own, with all that she says of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from issues.models import Rubric
from issues.models.tag import fold
from issues.workflow import NotAllowed

from ..keeping import keep, may_keep
from ..models import Clip, Link


@transaction.atomic
def take_in(
    person: Any,
    url: str,
    *,
    via: Clip.Via,
    title: str = "",
    note: str = "",
    quote: str = "",
    tags: Iterable[str] = (),
    rubric: Rubric | None = None,
    kept_at: datetime | None = None,
) -> tuple[Clip, bool]:
    """Keep a link; give the clip, and whether it is new.

    Kept again, its new words are added to those of before, once, and it is set aside no longer. Raises
    NotAllowed, NotALink.
    """
    if not may_keep(person):
        raise NotAllowed(_("You do not have the right to keep links."))
    title = " ".join(title.split())
    clip, created = keep(
        person, url, via=via, title=title, note=note, quote=quote, rubric=rubric, kept_at=kept_at
    )
    if title:
        Link.objects.filter(pk=clip.link_id, title="", is_edited=False).update(title=title[:300])
    clip.note, clip.quote = _with(clip.note, note), _with(clip.quote, quote)
    clip.tags = each_once([*clip.tags, *tags])
    clip.rubric = clip.rubric or rubric
    clip.is_set_aside = False
    clip.save(update_fields=["note", "quote", "tags", "rubric", "is_set_aside"])
    return clip, created


def each_once(tags: Iterable[str]) -> list[str]:
    """Give tags in their order, each once whatever its case and its accents."""
    named: dict[str, str] = {}
    for name in tags:
        named.setdefault(fold(name), " ".join(name.split()))
    return list(named.values())


def _with(before: str, more: str) -> str:
    """Give a text with another below it, unless that is in it."""
    return before if more in before else f"{before}\n\n{more}"
