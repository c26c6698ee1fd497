"""One link of two that turn out to be one page."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from issues.links import aliases

from .models import Link

# What a page says of itself: taken from the other link where the one that stays does not know.
_SAID = ("title", "site", "authors", "published_on", "language", "excerpt")


@transaction.atomic
def learn(given_url: str, page_url: str) -> str:
    """Learn that an address leads to a page (`issues.links.aliases.learn`), and make their links one.

    Give the key of the page, or "" where nothing is to be learnt. Called by whoever reads a page; a link that
    was read may be gone afterwards, and found again by that key.
    """
    page = aliases.learn(given_url, page_url)
    if page:
        keys = aliases.same_pages([page])[page]
        _gather(page, list(Link.objects.select_for_update().filter(key__in=keys).order_by("pk")))
    return page


def _gather(key: str, links: list[Any]) -> None:
    """Make one of these links, with this key: the one that has it, or else the first."""
    if not links:
        return
    stays = next((link for link in links if link.key == key), links[0])
    for other in links:
        if other.pk != stays.pk:
            _merge(stays, other)
    if stays.key != key:
        stays.key = key
        stays.save(update_fields=["key"])


def _merge(stays: Any, other: Any) -> None:
    """Give a link all that another has, then delete that one. Nothing that a person wrote is lost."""
    theirs = other.is_edited and not stays.is_edited
    for name in _SAID:
        value = getattr(other, name)
        if value and (theirs or not getattr(stays, name)):
            setattr(stays, name, value)
    stays.is_edited = stays.is_edited or other.is_edited
    kept = {clip.person_id: clip for clip in stays.clips.all()}
    for clip in other.clips.all():
        if clip.person_id in kept:
            _merge_clips(kept[clip.person_id], clip)
        else:
            clip.link = stays
            clip.save(update_fields=["link"])
    for subject in other.subjects.all():
        subject.links.add(stays)
    other.delete()
    stays.save()


def _merge_clips(stays: Any, other: Any) -> None:
    for name in ("note", "quote"):
        words = [words for clip in (stays, other) if (words := getattr(clip, name).strip())]
        setattr(stays, name, "\n\n".join(dict.fromkeys(words)))
    stays.tags = list(dict.fromkeys([*stays.tags, *other.tags]))
    stays.kept_at = min(stays.kept_at, other.kept_at)
    stays.rubric = stays.rubric or other.rubric
    stays.is_set_aside = stays.is_set_aside and other.is_set_aside
    stays.save()
    other.delete()
