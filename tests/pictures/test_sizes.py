"""Pictures in several sizes: which are made, and what a page offers of them."""

import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from PIL import Image

from pictures.markup import responsive
from pictures.sizes import QUALITY, sizes_of
from pictures.upload import store_picture


def a_photo(width: int, height: int = 300, kind: str = "JPEG", **options: object) -> str:
    """Store a picture with something in it; gives its address."""
    noise = Image.effect_noise((width, height), 40).convert("RGB")
    out = io.BytesIO()
    noise.save(out, kind, **options)
    return store_picture(io.BytesIO(out.getvalue()))


def file_of(url: str) -> Path:
    return Path(settings.MEDIA_ROOT) / url.removeprefix(settings.MEDIA_URL)


def names_of(url: str, width: int) -> list[tuple[int, str]]:
    return sizes_of(url.removeprefix(settings.MEDIA_URL), width)


@pytest.mark.parametrize(
    ("width", "sizes"), [(300, [300]), (480, [480]), (1000, [480, 800, 1000]), (1600, [480, 800, 1200, 1600])]
)
def test_a_picture_is_kept_in_every_smaller_size_and_its_own(width, sizes):
    url = a_photo(width)
    found = names_of(url, width)
    assert [one for one, _name in found] == sizes
    for one, name in found:
        with Image.open(Path(settings.MEDIA_ROOT) / name) as kept:
            assert (kept.format, kept.width) == ("AVIF", one)
            assert kept.height == pytest.approx(300 * one / width, abs=1)
    assert (
        file_of(found[-1][1] and settings.MEDIA_URL + found[-1][1]).stat().st_size
        < file_of(url).stat().st_size
    )


def test_what_would_be_no_lighter_has_no_sizes():
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "PNG")
    url = store_picture(io.BytesIO(out.getvalue()))
    assert names_of(url, 4) == []
    assert responsive(f'<img src="{url}" alt="">') == f'<img src="{url}" alt="">'


def test_an_animation_stays_as_it_is():
    frames = [Image.new("P", (500, 40), colour) for colour in (1, 90, 180)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    url = store_picture(io.BytesIO(out.getvalue()))
    assert list(file_of(url).parent.iterdir()) == [file_of(url)]


def test_transparency_is_kept():
    out = io.BytesIO()
    picture = Image.effect_noise((600, 300), 60).convert("RGBA")
    picture.putalpha(Image.linear_gradient("L").resize((600, 300)))
    picture.save(out, "PNG")
    url = store_picture(io.BytesIO(out.getvalue()))
    with Image.open(Path(settings.MEDIA_ROOT) / names_of(url, 600)[0][1]) as small:
        assert small.mode == "RGBA"
        assert small.getpixel((200, 2))[3] < 10


def test_a_page_offers_them_and_keeps_what_was_there_for_old_browsers():
    url = a_photo(1000)
    image = f'<img src="{url}" alt="Un « test » > 1" width="1000" height="300" loading="lazy">'
    html = responsive(f"<p>{image}</p>")
    assert html.count("<picture>") == 1
    assert f"{image}</picture></p>" in html
    for width in (480, 800, 1000):
        assert f"{url.removesuffix('.jpg')}.w{width}.avif {width}w" in html
    assert 'type="image/avif"' in html


@pytest.mark.parametrize(
    "image",
    [
        '<img src="https://elsewhere.example/a.png" alt="">',
        '<img src="/media/pictures/aa/missing.png" alt="">',
        '<img src="/media/../settings.py" alt="">',
        '<img alt="sans adresse">',
        '<imgsrc="/media/x.png">',
    ],
)
def test_every_other_picture_stays_as_it_is(image):
    assert responsive(f"<p>{image}</p>") == f"<p>{image}</p>"


def test_pictures_from_before_get_their_sizes_by_a_command(capsys):
    url = a_photo(1000)
    for _width, name in names_of(url, 1000):
        (Path(settings.MEDIA_ROOT) / name).unlink()
    call_command("picture_sizes")
    assert "3 sizes made" in capsys.readouterr().out
    assert len(list(file_of(url).parent.glob("*.avif"))) == 3
    call_command("picture_sizes")
    assert "0 sizes made" in capsys.readouterr().out


def test_the_command_finds_nothing_where_nothing_was_uploaded(capsys):
    call_command("picture_sizes")
    assert "0 sizes made" in capsys.readouterr().out


def test_nothing_of_the_photographer_is_left():
    exif = Image.Exif()
    exif[0x010F] = "Un appareil bavard"
    url = a_photo(1000, exif=exif)
    for _width, name in names_of(url, 1000):
        assert b"bavard" not in (Path(settings.MEDIA_ROOT) / name).read_bytes()
    assert 0 < QUALITY <= 100
