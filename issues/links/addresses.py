"""Which links lead to the web, and under which form they are asked for."""

from urllib.parse import urldefrag

from django.conf import settings
from w3lib.url import safe_url_string

from ..models.link import LONGEST_URL


def request_url(url: str) -> str:
    """Give a link as a client asks for it: in ASCII, without its fragment. Empty if it is not the web's."""
    if not url.lower().startswith(("http://", "https://")):
        return ""
    try:
        asked = urldefrag(safe_url_string(url)).url
    # A bracket that never closes, a name that has no form in ASCII, …
    except ValueError:
        return ""
    return asked if asked.isascii() and len(asked) <= LONGEST_URL else ""


def is_ours(url: str) -> bool:
    """Whether a link leads to a page of this very site."""
    return url == settings.SITE_URL or url.startswith((f"{settings.SITE_URL}/", f"{settings.SITE_URL}#"))
