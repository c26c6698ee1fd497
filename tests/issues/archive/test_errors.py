"""The pages for when something is wrong."""

import pytest
from django.test import RequestFactory
from django.urls import reverse
from django.views import defaults


@pytest.mark.django_db
def test_a_page_that_is_not_there_wears_the_look_of_the_house(client):
    response = client.get("/nulle-part/")
    assert response.status_code == 404
    assert "veille.css" in response.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_token_is_explained(client):
    client.handler.enforce_csrf_checks = True
    response = client.post("/inscription/", {"email": "a@example.org"})
    assert response.status_code == 403
    assert "veille.css" in response.content.decode()


@pytest.mark.parametrize(
    ("view", "status"),
    [(defaults.server_error, 500), (lambda request: defaults.bad_request(request, Exception()), 400)],
)
def test_an_error_page_needs_no_database(view, status):
    """No `django_db` mark: pytest-django refuses any query."""
    response = view(RequestFactory().get("/"))
    assert response.status_code == status
    assert b'href="/static/veille.css"' in response.content


@pytest.mark.django_db
def test_a_page_that_is_not_there_offers_to_search(client):
    response = client.get("/nulle-part/")
    assert response.status_code == 404
    assert f'action="{reverse("archive:search")}"' in response.content.decode()
