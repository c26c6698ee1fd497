"""The sizes in which a picture is kept, so that a phone fetches no more than it shows.

They stand beside the picture, under its name. The picture itself is for mails, feeds and old browsers.
"""

import io
from functools import lru_cache
from pathlib import PurePosixPath

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

# From a phone to twice the width of the column.
WIDTHS = (480, 800, 1200)
# Of 0 to 100: no difference to be seen in photographs, nor in the edges of diagrams.
QUALITY = 64


def make_sizes(name: str) -> int:
    """Write the sizes of a stored still picture that are not there yet; give how many were written.

    None for a picture that this format would not make lighter, nor for a file that is broken.
    """
    with default_storage.open(name, "rb") as file:
        content = file.read()
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if getattr(picture, "n_frames", 1) > 1 or default_storage.exists(_name_of(name, picture.width)):
                return 0
            still = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    except OSError:
        return 0
    whole = _encoded(still)
    if len(whole) >= len(content):
        return 0
    smaller = [width for width in WIDTHS if width < still.width]
    for width in smaller:
        height = max(1, round(still.height * width / still.width))
        _write(_name_of(name, width), _encoded(still.resize((width, height), Image.Resampling.LANCZOS)))
    # The whole one last: where it is, all are.
    _write(_name_of(name, still.width), whole)
    return len(smaller) + 1


def sizes_of(name: str, width: int) -> list[tuple[int, str]]:
    """Give the widths in pixels and the names of the sizes of a picture that is so wide; none for most."""
    if not _has_sizes(_name_of(name, width)):
        return []
    return [(one, _name_of(name, one)) for one in (*(w for w in WIDTHS if w < width), width)]


def _name_of(name: str, width: int) -> str:
    return str(PurePosixPath(name).with_suffix(f".w{width}.avif"))


def _encoded(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "AVIF", quality=QUALITY, speed=7)
    return out.getvalue()


def _write(name: str, content: bytes) -> None:
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(content))


@lru_cache(maxsize=4096)
def _kept(name: str) -> bool:
    if not default_storage.exists(name):
        raise LookupError(name)
    return True


def _has_sizes(whole: str) -> bool:
    # What is there stays; what is not may come, so only the first is remembered.
    try:
        return _kept(whole)
    except (LookupError, OSError):
        return False
