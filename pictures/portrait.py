"""The portrait of a person: a square, whatever was uploaded."""

import hashlib
import io
from typing import IO

from django.core.files.base import ContentFile
from PIL import Image, ImageOps

from .upload import opened

# Twice the largest size in which it is shown, in pixels.
SIDE = 320


def square(upload: IO[bytes]) -> "ContentFile[bytes]":
    """Give the middle of an upload as a WebP square, named by its content. Raises ValidationError."""
    with opened(upload) as picture:
        still = ImageOps.exif_transpose(picture).convert("RGB")
        # A face stands higher than the middle.
        still = ImageOps.fit(still, (SIDE, SIDE), Image.Resampling.LANCZOS, centering=(0.5, 0.4))
        out = io.BytesIO()
        still.info.clear()
        still.save(out, "WEBP", quality=86)
    content = out.getvalue()
    return ContentFile(content, name=f"{hashlib.sha256(content).hexdigest()[:32]}.webp")
