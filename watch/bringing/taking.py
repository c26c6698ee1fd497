"""Who may bring links in, and how one item becomes a clip."""

from __future__ import annotations

from typing import Any

from ..keeping import keep
from ..models import Clip
from .items import Item, kept_at

MAY_KEEP = "watch.add_clip"


def may_keep(person: Any) -> bool:
    """Whether a person may keep links at this moment: active, of the staff, with the right."""
    return bool(person.is_active and person.is_staff and person.has_perm(MAY_KEEP))


def take(person: Any, item: Item, via: Clip.Via) -> bool:
    """Keep an item for a person; give whether it is new to her. Idempotent. Raises NotALink."""
    clip, created = keep(
        person,
        item.url,
        via=via,
        title=item.title,
        note=item.note,
        quote=item.quote,
        kept_at=kept_at(item),
    )
    if created and item.tags:
        clip.tags = list(item.tags)
        clip.save(update_fields=["tags"])
    return created
