"""Pictures on pages of the web: each in the size that a screen shows."""

import re

from django.conf import settings
from django.utils.html import escape

from .sizes import sizes_of
from .stored import own_picture, picture_size

_IMAGE = re.compile(r'<img\b(?:[^>"]|"[^"]*")*>')
_SOURCE = re.compile(r'\ssrc="([^"]*)"')
# The column of text, and the whole width of a phone but its margins.
_SIZES = "(min-width: 46rem) 43rem, 94vw"


def responsive(html: str) -> str:
    """Offer lighter sizes of our own pictures in clean HTML; old browsers show what was there."""
    return _IMAGE.sub(_with_sizes, html)


def _with_sizes(found: re.Match[str]) -> str:
    image = found[0]
    source = _SOURCE.search(image)
    path = own_picture(source[1]) if source else None
    size = picture_size(path) if path else None
    if not path or not size:
        return image
    sizes = sizes_of(path.removeprefix(settings.MEDIA_URL), size[0])
    if not sizes:
        return image
    offered = ", ".join(f"{escape(settings.MEDIA_URL + name)} {width}w" for width, name in sizes)
    return f'<picture><source type="image/avif" srcset="{offered}" sizes="{_SIZES}">{image}</picture>'
