"""Finding clips: one's own, or those of the team."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from issues.models import Rubric

from ..models import Clip

SEARCHED = ("link__title", "link__url", "link__site", "link__excerpt", "note", "quote")
# More words than people type; each costs a look at every row.
MOST_WORDS = 8


def found(
    person: Any, *, team: bool = False, aside: bool = False, words: str = "", rubric: Rubric | None = None
) -> QuerySet[Clip]:
    """Give the clips that hold all these words, the latest first: a person's, or those of all the others.

    What was set aside is a list of its own, and only its person's.
    """
    clips = Clip.objects.select_related("link", "rubric", "person__author")
    if team:
        clips = clips.exclude(person=person).filter(is_set_aside=False)
    else:
        clips = clips.filter(person=person, is_set_aside=aside)
    for word in words.split()[:MOST_WORDS]:
        clips = clips.filter(_holds(word))
    if rubric:
        clips = clips.filter(rubric=rubric)
    return clips.order_by("-kept_at", "-pk")


def _holds(word: str) -> Q:
    condition = Q()
    for name in SEARCHED:
        condition |= Q(**{f"{name}__icontains": word})
    return condition
