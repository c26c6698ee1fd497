"""What the house knows of a page before it is kept: who has it already, and what was written of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import cached_property

from issues.canonical import canonical_url
from issues.links.addresses import request_url
from issues.links.aliases import resolve
from issues.links.covered import Hint, hints

from ..models import Clip


@dataclass(frozen=True)
class Known:
    """A page, by its address, as one person sees it. Reads, and writes nothing."""

    url: str
    person: Any

    @cached_property
    def clips(self) -> list[Clip]:
        """Give the clips of it, the first keeper's first."""
        if not self._key:
            return []
        kept = Clip.objects.filter(link__key=self._key).select_related("link", "person__author")
        return list(kept.order_by("kept_at", "pk"))

    @property
    def mine(self) -> Clip | None:
        return next((clip for clip in self.clips if clip.person_id == self.person.pk), None)

    @property
    def of_others(self) -> list[Clip]:
        return [clip for clip in self.clips if clip.person_id != self.person.pk]

    @cached_property
    def covered(self) -> list[Hint]:
        """Give where it was written of, as far as this person may know, the latest first."""
        return hints([self.url], user=self.person).get(self.url, []) if self._key else []

    @cached_property
    def _key(self) -> str:
        """The key of the page; empty for what is no address, and may hold what no database takes."""
        is_address = request_url(self.url) and self.url.isprintable()
        return resolve(canonical_url(self.url)) if is_address else ""
