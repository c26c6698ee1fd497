"""Uploads: hostile files are refused, honest ones lose their metadata."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from PIL import Image

from pictures.upload import MAX_BYTES, store_picture


def picture(kind="PNG", mode="RGB", size=(40, 30), **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **options)
    return out.getvalue()


def stored(data: bytes) -> Image.Image:
    url = store_picture(io.BytesIO(data))
    file = Path(settings.MEDIA_ROOT) / url.removeprefix(settings.MEDIA_URL)
    return Image.open(io.BytesIO(file.read_bytes()))


def png_header_of(width: int, height: int) -> bytes:
    """A PNG that claims to be huge and holds nearly nothing."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("JPEG", "RGB"),
        ("JPEG", "CMYK"),
        ("JPEG", "L"),
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("PNG", "I;16"),
        ("PNG", "1"),
        ("GIF", "P"),
        ("WEBP", "RGBA"),
    ],
)
def test_it_keeps_the_format_of_every_kind_of_raster_picture(kind, mode):
    assert stored(picture(kind, mode)).format == kind


def test_the_name_is_made_of_the_content_alone():
    urls = {store_picture(io.BytesIO(picture())) for _ in range(2)}
    assert len(urls) == 1


def test_an_upload_never_writes_over_a_file():
    file = Path(settings.MEDIA_ROOT) / store_picture(io.BytesIO(picture())).removeprefix(settings.MEDIA_URL)
    file.write_bytes(b"what stands there")
    assert Path(settings.MEDIA_URL) / file.relative_to(settings.MEDIA_ROOT) == Path(
        store_picture(io.BytesIO(picture()))
    )
    assert file.read_bytes() == b"what stands there"
    assert store_picture(io.BytesIO(picture(size=(41, 30)))) != store_picture(io.BytesIO(picture()))
    file.unlink()


def test_a_photo_loses_the_place_where_it_was_taken_and_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x8825] = {1: "N", 2: (48.0, 51.0, 0.0)}
    result = stored(picture("JPEG", size=(40, 30), exif=exif))
    assert not dict(result.getexif())
    assert result.size == (30, 40)


def test_a_picture_wider_than_any_column_is_made_narrower():
    assert stored(picture(size=(3200, 100))).size == (1600, 50)


def test_an_animation_keeps_its_frames():
    frames = [Image.new("RGB", (20, 20), (shade, 0, 0)) for shade in (0, 120, 240)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=50)
    assert stored(out.getvalue()).n_frames == 3


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><script>alert(1)</script></html>",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><svg>&a;</svg>',
        b"%PDF-1.7",
        picture("BMP"),
        picture("TIFF"),
        picture("JPEG", size=(400, 300))[:200],
        png_header_of(20_000, 20_000),
        png_header_of(0, 10),
    ],
    ids=["empty", "html", "svg", "entities", "pdf", "bmp", "tiff", "truncated", "bomb", "no-width"],
)
def test_it_refuses_with_a_word_what_is_no_raster_picture(data):
    with pytest.raises(ValidationError) as refusal:
        store_picture(io.BytesIO(data))
    assert refusal.value.messages[0]


def test_it_refuses_more_than_the_limit_without_reading_it_all():
    source = io.BytesIO(b"\0" * (MAX_BYTES * 3))
    with pytest.raises(ValidationError):
        store_picture(source)
    assert source.tell() == MAX_BYTES + 1


def test_it_refuses_an_animation_without_end():
    frames = [Image.new("RGB", (2, 2), (shade, 0, 0)) for shade in range(150)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(ValidationError):
        store_picture(io.BytesIO(out.getvalue()))
