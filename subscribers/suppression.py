"""Addresses that nobody here may write to again, kept as keyed hashes alone.

A suppression outlives the erasure of its reader, so that no file and no editor brings a "no" back.
Without the key nobody can tell whose it was. Who asks for the newsletter again by herself, and
confirms by the link in her mailbox, lifts it: that is newer than the "no", and hers.
"""

import hashlib
import hmac
from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .addresses import normalise
from .models import Suppression


def suppress(address: str, reason: Suppression.Reason) -> None:
    """Never bring this address back, in whatever spelling. Idempotent: the first reason stays.

    Raises `ValidationError` for what is no address.
    """
    Suppression.objects.get_or_create(key=_key(normalise(address)), defaults={"reason": reason})


def is_suppressed(address: str) -> bool:
    """Whether this address, in whatever spelling, is suppressed. Raises `ValidationError` for no address."""
    return bool(suppressed_among([normalise(address)]))


def suppressed_among(addresses: Iterable[str]) -> set[str]:
    """Give the suppressed ones of these addresses, which are in their normal form already. One query.

    Meant for some thousand addresses at a time.
    """
    keys = {_key(address): address for address in addresses}
    found = Suppression.objects.filter(key__in=keys).values_list("key", flat=True)
    return {keys[key] for key in found}


def refuse_suppressed(address: str) -> None:
    """Raise `ValidationError`, for who adds the address, if it is suppressed."""
    if is_suppressed(address):
        raise ValidationError(
            _("The reader of this address asked not to be written to again. She may sign up by herself."),
            code="suppressed",
        )


def lift(address: str) -> None:
    """Forget that this address was suppressed. Only for the confirmation of its own reader."""
    Suppression.objects.filter(key=_key(normalise(address))).delete()


def _key(address: str) -> str:
    return hmac.new(settings.VEILLE_SUPPRESSION_KEY.encode(), address.encode(), hashlib.sha256).hexdigest()
