"""What a person does with her clips. A colleague's are hers alone to change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from issues.models import Rubric
from issues.workflow import NotAllowed

from ..capture.taking import each_once
from ..keeping import may_keep
from ..models import Clip, Link


@transaction.atomic
def write(clip: Clip, *, by: Any, note: str, quote: str, rubric: Rubric | None, tags: Iterable[str]) -> None:
    """Change a person's own words on a page. Raises NotAllowed."""
    _need_own(clip, by)
    clip.note, clip.quote, clip.rubric, clip.tags = note, quote, rubric, each_once(tags)
    clip.save(update_fields=["note", "quote", "rubric", "tags"])


@transaction.atomic
def describe_page(
    clip: Clip, *, by: Any, title: str, site: str, authors: str, published_on: date | None
) -> None:
    """Change what a page is known by, for all who kept it; no fetch writes over it any more."""
    _need_own(clip, by)
    wanted: dict[str, Any] = {
        "title": " ".join(title.split()),
        "site": " ".join(site.split()),
        "authors": " ".join(authors.split()),
        "published_on": published_on,
    }
    link = Link.objects.select_for_update().get(pk=clip.link_id)
    if any(getattr(link, name) != value for name, value in wanted.items()):
        Link.objects.filter(pk=link.pk).update(**wanted, is_edited=True)


@transaction.atomic
def set_aside(clip: Clip, *, by: Any, aside: bool) -> None:
    """Take a clip out of the list, or back into it. Raises NotAllowed."""
    _need_own(clip, by)
    clip.is_set_aside = aside
    clip.save(update_fields=["is_set_aside"])


@transaction.atomic
def delete(clip: Clip, *, by: Any) -> None:
    """Keep a page no longer. Colleagues who kept it still do, and so do subjects. Raises NotAllowed."""
    _need_own(clip, by)
    clip.delete()


def _need_own(clip: Clip, by: Any) -> None:
    if not may_keep(by) or clip.person_id != by.pk:
        raise NotAllowed(_("Only the person who kept this link can do this."))
