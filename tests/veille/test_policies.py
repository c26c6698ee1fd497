"""The policies that browsers hold our pages to."""

import pytest
from django.urls import reverse

from tests.factories import an_editor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["admin:login", "admin:index", "admin:two-steps", "issues:news"])
def test_no_other_site_frames_or_feeds_the_desk(client, page):
    if page != "admin:login":
        client.force_login(an_editor())
    response = client.get(reverse(page))
    assert response.status_code == 200
    policy = response["Content-Security-Policy"]
    for rule in ("default-src 'none'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"):
        assert rule in policy
    assert "http" not in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example/", "/\\evil.example/"])
def test_choosing_a_language_sends_nobody_to_another_house(client, onward):
    response = client.post(reverse("set_language"), {"language": "en", "next": onward})
    assert response.url == "/"
