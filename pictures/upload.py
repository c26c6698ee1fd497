"""Pictures that authors upload: raster only, decoded and encoded anew, named by their content.

The name is the beginning of a SHA-256: another picture has another address, and an upload never writes over
a file. A text that was approved therefore shows the pictures that were approved; only somebody with the
disk itself in hand could put another file in the place of one.
"""

import hashlib
import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, ImageSequence

from .sizes import make_sizes

MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 24_000_000
MAX_FRAMES = 100
# Wider than twice the 600 px column of the email, a picture gains nothing.
MAX_WIDTH = 1600
EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "GIF": "gif", "WEBP": "webp"}


def store_picture(upload: IO[bytes]) -> str:
    """Store an uploaded picture and give its address under MEDIA_URL.

    The type is that of the content, whatever the name and the browser say. All metadata (where the
    photo was taken, for example) is dropped. The same content gives the same address. Raises
    ValidationError, with the reason for the person who uploads.
    """
    with opened(upload) as picture:
        kind = str(picture.format)
        animated = getattr(picture, "n_frames", 1) > 1
        content = _animation(picture) if animated else _still(picture, kind)
    digest = hashlib.sha256(content).hexdigest()[:32]
    name = f"pictures/{digest[:2]}/{digest[2:]}.{EXTENSIONS[kind]}"
    if not default_storage.exists(name):
        name = default_storage.save(name, ContentFile(content))
    if not animated:
        make_sizes(name)
    # Never the storage's own address: texts are for ever, where pictures are kept is not.
    return settings.MEDIA_URL + name


@contextmanager
def opened(upload: IO[bytes]) -> Iterator[Image.Image]:
    """Open an uploaded picture that is neither too heavy nor too large. Raises ValidationError.

    So does whatever goes wrong with it inside the block, since Pillow decodes late.
    """
    data = upload.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValidationError(_("The picture weighs more than %d MB.") % (MAX_BYTES // 1024**2))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=list(EXTENSIONS)) as picture:
                # The size and the number of frames stand in the header: looked at before decoding.
                if picture.width * picture.height > MAX_PIXELS:
                    raise ValidationError(
                        _("The picture has more than %d million pixels.") % (MAX_PIXELS // 1_000_000)
                    )
                frames = getattr(picture, "n_frames", 1)
                if frames > MAX_FRAMES:
                    raise ValidationError(_("The picture has more than %d frames.") % MAX_FRAMES)
                if picture.width * picture.height * frames > MAX_PIXELS * 4:
                    raise ValidationError(_("The animation is too large."))
                yield picture
    except ValidationError:
        raise
    # Pillow raises many kinds of errors on hostile files (struct.error, SyntaxError, ...).
    except Exception as error:
        raise ValidationError(_("This file is not a picture we can read: JPEG, PNG, GIF or WebP.")) from error


def _still(picture: Image.Image, kind: str) -> bytes:
    turned = ImageOps.exif_transpose(picture)
    transparent = turned.has_transparency_data and kind != "JPEG"
    still = turned.convert("RGBA" if transparent else "RGB")
    still.thumbnail((MAX_WIDTH, still.height), Image.Resampling.LANCZOS)
    # Where the photo was taken, by which machine, and any comment go away here.
    still.info.clear()
    out = io.BytesIO()
    options = {"JPEG": {"quality": 88, "progressive": True}, "WEBP": {"quality": 88}}.get(kind, {})
    still.save(out, format=kind, optimize=True, **options)
    return out.getvalue()


def _animation(picture: Image.Image) -> bytes:
    kind = str(picture.format)
    frames, durations = [], []
    for frame in ImageSequence.Iterator(picture):
        durations.append(frame.info.get("duration", 100))
        frames.append(frame.convert("RGBA"))
    out = io.BytesIO()
    frames[0].save(
        out,
        format=kind,
        save_all=True,
        append_images=frames[1:],
        duration=durations,
        loop=picture.info.get("loop", 0),
        disposal=2,
    )
    return out.getvalue()
