"""Two versions of a text, saved and typed, for the person who has to choose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..models import Issue, Section
from . import presence
from .comparing import Comparison, compared
from .reading import Difference


@dataclass(frozen=True)
class Conflict:
    """What somebody saved while another typed, where the two differ."""

    who: str
    when: datetime | None
    parts: list[Comparison]

    @classmethod
    def between(cls, saved: Section | Issue, found: list[Difference]) -> Conflict:
        # A change of state writes a later entry of the same version.
        entries = saved.history.filter(version=saved.version).select_related("history_user")
        first = entries.order_by("history_date", "history_id").first()
        who = presence.name(first.history_user) if first and first.history_user else ""
        when = first.history_date if first else None
        return cls(who, when, [compared(difference) for difference in found])
