"""Stored keys of pages, brought up to today's rules of `issues.canonical`: for migrations."""

from __future__ import annotations

from itertools import batched
from typing import Any

from ..canonical import canonical_url
from ..models.link import LONGEST_URL

_BATCH = 500


def rekey(model: Any) -> int:
    """Write anew the `canonical_url` of sources or of links in texts; give how many changed."""
    changed = 0
    rows = model.objects.order_by("pk").values_list("pk", "url", "canonical_url").iterator(chunk_size=_BATCH)
    for batch in batched(rows, _BATCH):
        stale = [
            model(pk=pk, canonical_url=today)
            for pk, url, before in batch
            if (today := canonical_url(url)[:LONGEST_URL]) != before
        ]
        model.objects.bulk_update(stale, ["canonical_url"])
        changed += len(stale)
    return changed


def rekey_aliases(model: Any) -> None:
    """Learn all aliases anew, the oldest first; those that the rules know by themselves now are dropped."""
    page_of: dict[str, str] = {}
    former = list(model.objects.order_by("learnt_at", "pk").values_list("key", "canonical_url"))
    for key, page in ((canonical_url(key), canonical_url(page)) for key, page in former):
        page = page_of.get(page, page)
        if page != page_of.get(key, key):
            page_of |= {other: page for other, target in page_of.items() if target == key} | {key: page}
    model.objects.all().delete()
    model.objects.bulk_create(
        (model(key=key, canonical_url=page) for key, page in page_of.items()), batch_size=_BATCH
    )
