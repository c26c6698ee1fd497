"""The keys in the addresses of webhooks: made for a person, revoked by her."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from issues.workflow import NotAllowed, NotNow

from ...keeping import may_keep
from ...models import Hook


def make(person: Any, kind: str) -> Hook:
    """Give a person's webhook of a kind, made where she had none. Raises NotAllowed, NotNow."""
    if not may_keep(person):
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


def address(hook: Hook) -> str:
    """Give the address to call, which lets in whoever knows it."""
    return f"{settings.SITE_URL}{reverse(f'watch:hook-{hook.kind}', args=[hook.key])}"
