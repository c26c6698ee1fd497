"""Which pictures are ours, and how large they are."""

import re
from functools import lru_cache

from django.conf import settings
from django.core.files.images import get_image_dimensions
from django.core.files.storage import default_storage

# Folders and a file, none of them hidden: no `..`, plain or percent-encoded, no query, no backslash.
_NAME = re.compile(r"(?:[\w-][\w.-]*/)*[\w-][\w.-]*", re.ASCII)


def own_picture(url: str) -> str | None:
    """Give the address, without the host, of a picture stored here; None for any other."""
    path = url.removeprefix(settings.SITE_URL)
    name = path.removeprefix(settings.MEDIA_URL)
    return path if name != path and _NAME.fullmatch(name) else None


def picture_size(path: str) -> tuple[int, int] | None:
    """Give the width and height in pixels of a picture stored here; None if it is not there."""
    try:
        return _size(settings.MEDIA_ROOT, path.removeprefix(settings.MEDIA_URL))
    # A missing or broken file never keeps an issue from being shown.
    except (OSError, ValueError):
        return None


def picture_bytes(path: str) -> int | None:
    """Give how many bytes a picture stored here has; None if it is not there."""
    try:
        return default_storage.size(path.removeprefix(settings.MEDIA_URL))
    except OSError:
        return None


@lru_cache(maxsize=4096)
def _size(root: str, name: str) -> tuple[int, int]:
    # The name holds the hash of the content: what was read once stays true.
    with default_storage.open(name, "rb") as file:
        width, height = get_image_dimensions(file)
    if not width or not height:
        raise ValueError(name)
    return width, height
