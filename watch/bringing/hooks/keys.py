"""The keys in the addresses of webhooks: made for a person, counted, revoked by her."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from issues.workflow import NotAllowed, NotNow

from ...models import Hook
from .. import taking

# So many calls of one address within so long.
MOST_CALLS = 60
WINDOW = timedelta(minutes=1)


class TooManyCalls(Exception):
    """This address was called too often; `seconds` until it counts anew."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def make(person: Any, kind: str) -> Hook:
    """Give a person's webhook of a kind, made where she had none. Raises NotAllowed, NotNow."""
    if not taking.may_keep(person):
        raise NotAllowed(_("You do not have the right to keep links."))
    if kind not in Hook.Kind.values:
        raise NotNow(_("There is no webhook of this kind."))
    return Hook.objects.get_or_create(person=person, kind=kind, defaults={"key": secrets.token_urlsafe(32)})[
        0
    ]


def tell_secret(person: Any, secret: str) -> None:
    """Keep the secret by which a person's Miniflux signs. Raises NotNow where she has no such webhook."""
    if not Hook.objects.filter(person=person, kind=Hook.Kind.MINIFLUX).update(secret=secret.strip()):
        raise NotNow(_("Make the address first."))


def revoke(person: Any, kind: str) -> None:
    """Close a person's webhook of a kind at once, and for ever. Idempotent."""
    Hook.objects.filter(person=person, kind=kind).delete()


def count(hook: Hook) -> None:
    """Note that a webhook is called now. Raises TooManyCalls. (One conditional UPDATE: it holds at once.)"""
    now = timezone.now()
    own = Hook.objects.filter(pk=hook.pk)
    ended = Q(counted_since=None) | Q(counted_since__lte=now - WINDOW)
    if own.filter(ended).update(counted_since=now, calls=1):
        return
    if own.filter(calls__lt=MOST_CALLS).update(calls=F("calls") + 1):
        return
    began = own.values_list("counted_since", flat=True).first() or now
    raise TooManyCalls(max(1, round((began + WINDOW - now).total_seconds())))


def address(hook: Hook) -> str:
    """Give the address to call, which lets in whoever knows it."""
    return f"{settings.SITE_URL}{reverse(f'watch:hook-{hook.kind}', args=[hook.key])}"
