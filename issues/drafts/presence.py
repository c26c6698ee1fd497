"""Who else has a section or an issue open."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from authors.models import User

from ..models import Issue, Presence, Section

BEAT_SECONDS = 15
GONE_AFTER = timedelta(seconds=45)


def note(user: Any, thing: Section | Issue) -> None:
    """Take note that somebody has this open now. The caller has checked that she may edit it."""
    place: dict[str, Any] = {"section": thing} if isinstance(thing, Section) else {"issue": thing}
    Presence.objects.update_or_create(user=user, **place, defaults={"seen_at": timezone.now()})


def others(user: Any, thing: Section | Issue) -> QuerySet[User]:
    """Those seen in it a moment ago, besides this person."""
    recent = thing.presences.filter(seen_at__gt=timezone.now() - GONE_AFTER).exclude(user=user)
    return User.objects.filter(pk__in=recent.values("user")).order_by("pk")


def name(user: User) -> str:
    """What colleagues call somebody: the first name, or what there is."""
    return user.first_name or user.get_username()


def forget_old() -> None:
    """Delete who was seen and left."""
    Presence.objects.filter(seen_at__lt=timezone.now() - timedelta(days=1)).delete()
