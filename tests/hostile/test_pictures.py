"""Pictures that are something else as well, under whatever name."""

import io
import re
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from pictures.upload import store_picture
from tests.factories import an_author
from tests.hostile import corpus

PICTURES = corpus.pictures()
# Pictures, whatever hangs on them; the others are none, or hold more than they say.
STORED = {
    *("PNG and a page behind", "PNG and a zip behind", "PNG with words", "PNG of nothing, packed"),
    *("JPEG with a comment", "JPEG and a page behind", "GIF that is a script", "WebP with more than it says"),
}


@pytest.mark.parametrize("kind", PICTURES)
def test_what_is_stored_is_a_picture_and_nothing_else(kind):
    url = ""
    with suppress(ValidationError):
        url = store_picture(io.BytesIO(PICTURES[kind]))
    assert bool(url) == (kind in STORED), kind
    if not url:
        return
    stored = Path(settings.MEDIA_ROOT, url.removeprefix(settings.MEDIA_URL)).read_bytes()
    for part in (b"script", b"<html", b"php", b"AAAA"):
        assert part not in stored
    with Image.open(io.BytesIO(stored)) as picture:
        assert picture.format in ("PNG", "JPEG", "GIF", "WEBP")
        assert "icc_profile" not in picture.info


@pytest.mark.django_db
def test_no_name_of_a_file_counts(client):
    client.force_login(an_author())
    for name in corpus.NAMES_OF_FILES:
        for kind in ("image/gif", "text/html", "application/x-php"):
            upload = SimpleUploadedFile("x", PICTURES["JPEG and a page behind"], kind)
            # Past what the class makes of it: what a request says.
            upload._name = name
            assert client.post(reverse("issues:picture-upload"), {"image": upload}).status_code in (200, 400)
    stored = [file.name for file in Path(settings.MEDIA_ROOT).rglob("*") if file.is_file()]
    assert stored
    assert all(re.fullmatch(r"[0-9a-f]+(\.w\d+)?\.(jpg|avif)", name) for name in stored), stored
