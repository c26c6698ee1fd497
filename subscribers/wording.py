"""What a reader agrees to. Kept word for word with each consent, so it is written once, here."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

# To be raised with every change of the text below, in whatever language.
VERSION = "2026-11"


def consent_wording(language: str) -> str:
    """Give the sentence beside the sign-up button, in one of `settings.LANGUAGES`."""
    with translation.override(language):
        return _(
            "By subscribing you agree to receive %(newsletter)s by email. Your address serves for nothing"
            " else, and each mail holds a link to leave at once."
        ) % {"newsletter": settings.NEWSLETTER["name"]}
