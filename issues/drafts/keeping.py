"""Keep what is typed, give it back to who typed it, and forget it once it is saved or old."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from django.utils import timezone

from authors.models import User

from ..models import Draft, Issue, Section
from . import reading
from .form_data import opened_version
from .merging import fitted

KEPT_FOR = timedelta(days=60)
MOST_OF_ONE = 10
"""Drafts of one person for one section or issue; the oldest make room."""

_SAVED_KEYS = "desk_saved_forms"
_ROWS = {Draft.Kind.SECTION: ("bylines__author", "sources", "tags"), Draft.Kind.ISSUE: ("sections",)}


@dataclass(frozen=True)
class Offer:
    """A draft that says something else than what is saved, for the page of its text."""

    draft: Draft
    data: dict[str, str]
    differences: list[reading.Difference]
    is_older: bool

    @property
    def row(self) -> dict[str, Any]:
        """What the page needs to fill its form in."""
        return {"key": str(self.draft.key), "data": self.data}


@transaction.atomic
def keep(
    user: Any, kind: str, thing: Section | Issue | None, key: uuid.UUID, data: Mapping[str, str]
) -> Draft:
    """Keep a form as it stands, in place of what the same page kept before.

    The caller has checked that the user may edit the thing.
    """
    # Two requests of one person come one after the other.
    User._base_manager.select_for_update(no_key=True).get(pk=user.pk)
    draft, _created = Draft.objects.update_or_create(
        user=user,
        key=key,
        defaults={
            "kind": kind,
            "section": thing if isinstance(thing, Section) else None,
            "issue": thing if isinstance(thing, Issue) else None,
            "data": dict(data),
            "based_on": opened_version(data) if thing else None,
            "saved_at": timezone.now(),
        },
    )
    too_many = of(user, kind, thing).values_list("pk", flat=True)[MOST_OF_ONE:]
    Draft.objects.filter(pk__in=list(too_many)).delete()
    return draft


def of(user: Any, kind: str, thing: Section | Issue | None) -> Any:
    """The drafts of one person for one form, the latest first; never anybody else's."""
    return Draft.objects.filter(
        user=user,
        kind=kind,
        section=thing if isinstance(thing, Section) else None,
        issue=thing if isinstance(thing, Issue) else None,
    )


def offers(user: Any, kind: str, thing: Section | Issue | None) -> list[Offer]:
    """The drafts worth offering when this person opens the form."""
    found = []
    names = reading.Names()
    drafts = list(of(user, kind, thing))
    if drafts and thing:
        prefetch_related_objects([thing], *_ROWS[Draft.Kind(kind)])
    for draft in drafts:
        data = fitted(draft.data, thing) if thing else draft.data
        differences = (
            reading.differences(data, thing, names) if thing else reading.of_a_new_one(data, kind, names)
        )
        if differences:
            is_older = thing is not None and draft.based_on != thing.version
            found.append(Offer(draft, data, differences, is_older))
    return found


def discard(user: Any, key: uuid.UUID) -> None:
    """Throw one's own draft away; harmless when it is gone already."""
    Draft.objects.filter(user=user, key=key).delete()


def saved(request: HttpRequest, key: uuid.UUID | None) -> None:
    """Take note that the form of a page was saved: its draft has done its work.

    The key is remembered, so that a draft still on its way does not come back.
    """
    if key is not None:
        discard(request.user, key)
        request.session[_SAVED_KEYS] = [*saved_keys(request), str(key)][-30:]


def saved_keys(request: HttpRequest) -> list[str]:
    """The forms that this session saved lately."""
    return list(request.session.get(_SAVED_KEYS, []))


def forget_old() -> int:
    """Delete the drafts nobody came back for; gives their number."""
    return Draft.objects.filter(saved_at__lt=timezone.now() - KEPT_FOR).delete()[0]


def key_in(posted: Mapping[str, str]) -> uuid.UUID | None:
    """The key of the page that posted a form."""
    try:
        return uuid.UUID(posted.get("draft_key", ""))
    except ValueError:
        return None
