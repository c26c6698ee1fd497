"""Tokens of the API: made once for a person's program, shown once, revoked by her."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.utils.translation import gettext as _

from issues.workflow import NotAllowed, NotNow

from ..keeping import may_keep
from ..models import CaptureToken

# By it a token is known when it stands where none should (`veille.watching.masking`, scanners of secrets).
PREFIX = "veille_"
MOST_OF_A_PERSON = 20


def make(person: Any, name: str) -> tuple[CaptureToken, str]:
    """Give a new token, and its text, which nobody ever sees again. Raises NotAllowed, NotNow."""
    if not may_keep(person):
        raise NotAllowed(_("You do not have the right to keep links."))
    if CaptureToken.objects.filter(person=person).count() >= MOST_OF_A_PERSON:
        raise NotNow(_("You have %(most)d tokens: revoke one first.") % {"most": MOST_OF_A_PERSON})
    text = PREFIX + secrets.token_urlsafe(32)
    return CaptureToken.objects.create(person=person, name=name, digest=_digest(text)), text


def find(text: str) -> CaptureToken | None:
    """Give the token of this text, if its person may still keep links.

    256 random bits need no slow hash, and looking a digest up tells nothing of the texts beside it.
    """
    if not text.startswith(PREFIX):
        return None
    token = CaptureToken.objects.filter(digest=_digest(text)).select_related("person").first()
    return token if token and may_keep(token.person) else None


def revoke(person: Any, pk: int) -> bool:
    """Take a token of this person back at once. False where she has none of this key."""
    deleted, _by_model = CaptureToken.objects.filter(person=person, pk=pk).delete()
    return bool(deleted)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
