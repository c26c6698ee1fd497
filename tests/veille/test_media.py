"""Uploaded pictures, as the world gets them."""

import io
import re
from pathlib import Path

import pytest
from PIL import Image

from pictures.markup import responsive
from pictures.upload import store_picture


def put(settings, name, content=b"content"):
    path = Path(settings.MEDIA_ROOT) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def headers_of(client, address):
    response = client.get(address)
    assert response.status_code == 200
    response.getvalue()
    return response.headers


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.gif", "a.webp", "a.avif"])
def test_it_serves_the_five_kinds_of_pictures(client, settings, name):
    put(settings, f"pictures/{name}")
    assert headers_of(client, f"/media/pictures/{name}")["Content-Type"].startswith("image/")


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.js", "a.png.html", "a", "png"])
def test_it_serves_nothing_else(client, settings, name):
    put(settings, name)
    assert client.get(f"/media/{name}").status_code == 404


@pytest.mark.parametrize(
    "name", ["../settings.png", "..%2Fx.png", "%2e%2e/x.png", "absent.png", "pictures/.png"]
)
def test_it_serves_nothing_from_elsewhere(client, name):
    assert client.get(f"/media/{name}").status_code in {400, 404}


def test_a_picture_can_never_act_as_a_page(client, settings):
    put(settings, "a.png", b"<script>alert(1)</script>")
    headers = headers_of(client, "/media/a.png")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_picture_may_be_kept_for_ever_and_shown_by_mail_programs(client, settings):
    put(settings, "a.png")
    headers = headers_of(client, "/media/a.png")
    assert "immutable" in headers["Cache-Control"]
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_it_serves_pictures_wherever_they_are_kept(client, settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    picture = io.BytesIO()
    Image.effect_noise((900, 300), 60).convert("RGB").save(picture, "JPEG")
    picture.seek(0)
    address = store_picture(picture)
    assert address.startswith("/media/pictures/")
    assert not Path(settings.MEDIA_ROOT).exists()
    assert headers_of(client, address)["Content-Type"] == "image/jpeg"
    offered = responsive(f'<img src="{address}" alt="">')
    (smallest, _width) = re.search(r'srcset="(\S+) (480w)', offered).groups()
    assert headers_of(client, smallest)["Content-Type"] == "image/avif"


def test_who_has_a_picture_is_not_sent_it_again(client, settings):
    put(settings, "a.png")
    etag = headers_of(client, "/media/a.png")["ETag"]
    assert client.get("/media/a.png", headers={"If-None-Match": etag}).status_code == 304


def test_nothing_is_uploaded_here(client, settings):
    put(settings, "a.png")
    assert client.post("/media/a.png").status_code == 405
