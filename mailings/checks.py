"""What must hold of the settings before anything is sent (Django's system checks)."""

import re
from typing import Any

from anymail.exceptions import AnymailError
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from .bounces.webhook import receiver
from .destinations import rules
from .transports.providers import name_of

_ADDRESS = re.compile(r"[\w.!#$%&'*/=?^`{|}~-]+@[A-Za-z0-9.-]+", re.ASCII)


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


@register
def check_addresses_that_mail_comes_back_to(**kwargs: Any) -> list[CheckMessage]:
    """VEILLE_BOUNCE_ADDRESS and VEILLE_UNSUBSCRIBE_ADDRESS can stand in an envelope."""
    names = ("VEILLE_BOUNCE_ADDRESS", "VEILLE_UNSUBSCRIBE_ADDRESS")
    return [
        Error(f"{name} is not one address in ASCII (a domain in punycode).", id="mailings.E003")
        for name in names
        if (address := getattr(settings, name)) and not _ADDRESS.fullmatch(address)
    ]


@register
def check_webhook(**kwargs: Any) -> list[CheckMessage]:
    """A provider that sends our mails can tell what became of them, and nobody else can."""
    if name_of(settings.MAILERS["default"]["BACKEND"]) is None:
        return []
    secret = settings.VEILLE_WEBHOOK_SECRET
    if ":" not in secret or len(secret) < 17:
        return [
            Error(
                "EMAIL_URL names a provider, and VEILLE_WEBHOOK_SECRET is missing, or no `user:password` of"
                " 16 characters.",
                hint="Without, bounces and complaints would never be heard of. See docs/bounces.md.",
                id="mailings.E004",
            )
        ]
    try:
        receiver()
    # What anymail says of a missing signing key, and of a library that a provider needs.
    except (AnymailError, ImproperlyConfigured, ImportError) as error:
        return [Error(f"The provider's webhook: {str(error).strip()}", id="mailings.E005")]
    return []
