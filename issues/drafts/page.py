"""What the page of a form needs to keep drafts, to offer them, and to tell who else is there."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from ..models import Issue, Section
from . import keeping, presence
from .comparing import Comparison, compared
from .keeping import Offer


@dataclass(frozen=True)
class OfferedDraft:
    """A draft with the words that differ from what is saved."""

    offer: Offer
    parts: list[Comparison]


@dataclass(frozen=True)
class Page:
    """One opened form."""

    kind: str
    key: str
    user_pk: Any
    thing: Section | Issue | None
    editable: bool
    saved_keys: list[str]
    drafts: list[OfferedDraft] = field(default_factory=list)
    unsaved: bool = False

    @classmethod
    def opened(cls, request: HttpRequest, kind: str, thing: Section | Issue | None, editable: bool) -> Page:
        """A form opened anew, with the drafts this person left."""
        drafts = [
            OfferedDraft(offer, [compared(difference) for difference in offer.differences])
            for offer in keeping.offers(request.user, kind, thing)
        ]
        return cls(
            kind, str(uuid.uuid4()), request.user.pk, thing, editable, keeping.saved_keys(request), drafts
        )

    @classmethod
    def posted(cls, request: HttpRequest, kind: str, thing: Section | Issue | None) -> Page:
        """A form shown again: the same page, with the same draft."""
        key = str(keeping.key_in(request.POST) or uuid.uuid4())
        return cls(kind, key, request.user.pk, thing, True, keeping.saved_keys(request), unsaved=True)

    @property
    def form_id(self) -> str:
        return f"{self.kind}_form"

    @property
    def keep_url(self) -> str:
        if self.thing is None:
            return reverse("issues:draft-keep-new", args=[self.kind])
        return reverse("issues:draft-keep", args=[self.kind, self.thing.pk])

    @property
    def beat_url(self) -> str:
        return reverse("issues:presence", args=[self.kind, self.thing.pk]) if self.thing else ""

    @property
    def beat_seconds(self) -> int:
        return presence.BEAT_SECONDS

    @property
    def place(self) -> str:
        """Under what the browser keeps the text when the house cannot be reached."""
        return f"veille-draft:{self.user_pk}:{self.kind}:{self.thing.pk if self.thing else 'new'}"

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The drafts, for filling the form in."""
        return [drafted.offer.row for drafted in self.drafts]
