"""Pictures on pages of the web: each in the size that a screen shows."""

import re

from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .sizes import sizes_of
from .stored import own_picture, picture_size

_IMAGE = re.compile(r'<img\b(?:[^>"]|"[^"]*")*>')
_SOURCE = re.compile(r'\ssrc="([^"]*)"')
# The column of text, and the whole width of a phone but its margins.
_SIZES = "(min-width: 46rem) 43rem, 94vw"
# Pixels: what is narrower is no picture to open a page with.
_NARROW = 320


def responsive(html: str) -> str:
    """Offer lighter sizes of our own pictures in clean HTML; old browsers show what was there."""
    return _IMAGE.sub(lambda found: _with_sizes(found[0]), html)


def first_picture(html: str) -> SafeString:
    """Give the first picture of our own in clean HTML that is no icon, to be shown at once; empty if none."""
    image, _path = _first(html)
    return mark_safe(_with_sizes(image.replace(' loading="lazy"', "")))  # noqa: S308


def first_own(html: str) -> str:
    """Give the address, without the host, of the picture that `first_picture` gives; empty if none."""
    return _first(html)[1]


def _first(html: str) -> tuple[str, str]:
    for image in _IMAGE.findall(html):
        path, size = _own(image)
        if path and size and size[0] >= _NARROW:
            return image, path
    return "", ""


def _own(image: str) -> tuple[str | None, tuple[int, int] | None]:
    """Give the path and the width and height of a picture that is stored here."""
    source = _SOURCE.search(image)
    path = own_picture(source[1]) if source else None
    return path, picture_size(path) if path else None


def _with_sizes(image: str) -> str:
    path, size = _own(image)
    if not path or not size:
        return image
    sizes = sizes_of(path.removeprefix(settings.MEDIA_URL), size[0])
    if not sizes:
        return image
    offered = ", ".join(f"{escape(settings.MEDIA_URL + name)} {width}w" for width, name in sizes)
    return f'<picture><source type="image/avif" srcset="{offered}" sizes="{_SIZES}">{image}</picture>'
