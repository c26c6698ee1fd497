"""The id by which the lines of a request are found."""

import logging
import re

import pytest
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path

from veille.watching.request_ids import REQUEST_ID

logger = logging.getLogger("veille.test")


def says_something(request):
    logger.info("asked")
    return HttpResponse()


def breaks(request, token):
    raise ValueError("no room for zoe@example.org")


def is_missing(request, exception):
    return HttpResponse(status=404)


handler404 = is_missing
urlpatterns = [path("says/", says_something), path("desabonnement/<str:token>/breaks/", breaks)]
here = override_settings(ROOT_URLCONF=__name__)


@here
def test_every_line_of_a_request_bears_its_id_and_the_answer_too(client, lines):
    given = client.get("/says/").headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", given)
    (entry,) = lines.entries
    assert (entry["message"], entry["request_id"]) == ("asked", given)


@here
def test_the_lines_of_django_about_a_request_bear_it_and_no_token(client, lines):
    client.raise_request_exception = False
    token = "f" * 32
    broken = client.get(f"/desabonnement/{token}/breaks/?email=zoe@example.org")
    missing = client.get(f"/desabonnement/{token}/nowhere/")
    first, second = (entry for entry in lines.entries if entry["logger"] == "django.request")
    assert first["request_id"] == broken.headers["X-Request-ID"]
    assert second["request_id"] == missing.headers["X-Request-ID"]
    assert (first["level"], second["level"]) == ("ERROR", "WARNING")
    assert "in breaks" in first["traceback"]
    assert token not in lines.text
    assert "example.org" not in lines.text


@here
def test_after_the_request_it_is_forgotten(client):
    client.get("/says/")
    assert REQUEST_ID.get() is None


@here
def test_the_id_of_a_trusted_proxy_is_taken(client, settings):
    settings.TRUSTED_PROXIES = 1
    assert (
        client.get("/says/", headers={"X-Request-ID": "0198-proxy_id"}).headers["X-Request-ID"]
        == "0198-proxy_id"
    )


@here
def test_that_of_a_visitor_is_not(client):
    assert client.get("/says/", headers={"X-Request-ID": "a" * 32}).headers["X-Request-ID"] != "a" * 32


@here
@pytest.mark.parametrize(
    "given", ["", "short", "a" * 65, "zoe@example.org", "abcdefgh\r\nX: y", "abcdefgh ", "é" * 9]
)
def test_one_that_is_not_well_formed_is_replaced(client, settings, given):
    settings.TRUSTED_PROXIES = 1
    answered = client.get("/says/", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", answered)
