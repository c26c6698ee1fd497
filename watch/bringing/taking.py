"""How one item that was brought in becomes a clip."""

from __future__ import annotations

from typing import Any

from ..keeping import keep
from ..models import Clip
from .items import Item, kept_at


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
