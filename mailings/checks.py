"""What must hold of the settings before anything is sent (Django's system checks)."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from .destinations import rules


@register
def check_destinations(**kwargs: Any) -> list[CheckMessage]:
    """VEILLE_DESTINATIONS can be read."""
    try:
        rules()
    # What json, a missing or unknown key, a wrong type, or a domain that is none raises.
    except (ValueError, TypeError, AttributeError) as error:
        return [
            Error(
                f"VEILLE_DESTINATIONS cannot be read: {error}",
                hint='For example: [{"domains": ["orange.fr", "wanadoo.fr"], "connections": 2}]',
                id="mailings.E001",
            )
        ]
    return []


@register
def check_uncertain(**kwargs: Any) -> list[CheckMessage]:
    """VEILLE_UNCERTAIN is one of its two values."""
    if settings.VEILLE_UNCERTAIN in ("resend", "hold"):
        return []
    return [Error("VEILLE_UNCERTAIN is neither resend nor hold.", id="mailings.E002")]
