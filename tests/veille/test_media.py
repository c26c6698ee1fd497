"""Uploaded pictures, as the world gets them."""

from pathlib import Path

import pytest


def put(settings, name, content=b"content"):
    path = Path(settings.MEDIA_ROOT) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def headers_of(client, address):
    response = client.get(address)
    assert response.status_code == 200
    response.getvalue()
    return response.headers


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.gif", "a.webp"])
def test_it_serves_the_four_kinds_of_pictures(client, settings, name):
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


def test_nothing_is_uploaded_here(client, settings):
    put(settings, "a.png")
    assert client.post("/media/a.png").status_code == 405
