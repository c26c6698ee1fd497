"""Which secrets the saved rows were made with. The secrets are not saved: only what tells them apart."""

import hmac

from django.conf import settings
from django.utils.translation import gettext as _

SUPPRESSION, BOUNCE = "VEILLE_SUPPRESSION_KEY", "VEILLE_BOUNCE_KEY"


def marks() -> dict[str, str]:
    """Give a mark for each secret, by the variable that holds it. Another secret has another mark."""
    return {
        SUPPRESSION: _mark(SUPPRESSION, settings.VEILLE_SUPPRESSION_KEY),
        BOUNCE: _mark(BOUNCE, settings.VEILLE_BOUNCE_KEY or settings.SECRET_KEY),
    }


def warnings(saved: dict[str, str]) -> list[str]:
    """Say which secrets of this installation are not those that the saved rows were made with."""
    believed = [settings.VEILLE_BOUNCE_KEY or settings.SECRET_KEY]
    if not settings.VEILLE_BOUNCE_KEY:
        believed += settings.SECRET_KEY_FALLBACKS
    said = []
    if saved.get(SUPPRESSION) != marks()[SUPPRESSION]:
        said.append(
            _(
                "VEILLE_SUPPRESSION_KEY (or SECRET_KEY, which it is derived from) is not the one of the "
                "backup: people who asked to be forgotten could be brought back. Set it to the old one."
            )
        )
    if saved.get(BOUNCE) not in {_mark(BOUNCE, key) for key in believed}:
        said.append(
            _(
                "VEILLE_BOUNCE_KEY (or SECRET_KEY, where it is empty) is not the one of the backup: "
                "mails that were sent before are not believed when they come back. Set it to the old one."
            )
        )
    return said


def _mark(variable: str, secret: str) -> str:
    return hmac.digest(secret.encode(), f"veille.backup {variable}".encode(), "sha256").hex()[:32]
