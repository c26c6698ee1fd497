"""Each address of the house, tried by each kind of person, against the table of docs/rights.md."""

import pytest
from django.db import transaction
from django.urls import reverse

from tests.rights.addresses import all_names, data_of, url_of
from tests.rights.table import rows_of
from tests.rights.world import EDITOR, KINDS, OTHER, SIGNS, World

pytestmark = pytest.mark.django_db

ROWS = {row.name: row.cells for row in rows_of("Addresses")}
NAMES = sorted(all_names())
AUTOCOMPLETE = [
    ("byline", "author", {OTHER, SIGNS, EDITOR}),
    ("section", "issue", {OTHER, SIGNS, EDITOR}),
    ("section", "rubric", {OTHER, SIGNS, EDITOR}),
    ("review", "section", {OTHER, SIGNS, EDITOR}),
    ("review", "actor", set()),
]
METHODS = {"GET": "get", "POST": "post"}


@pytest.fixture
def world():
    return World()


def test_the_table_holds_every_address_and_no_other():
    assert sorted({name.partition(" ")[2] for name in ROWS}) == NAMES


@pytest.mark.parametrize("method", METHODS)
def test_every_address_answers_whom_the_table_says(method, world, subtests):
    # One world for all: each request is undone.
    for name in NAMES:
        with subtests.test(name):
            url, data = url_of(name, world), data_of(name, world)
            answers = {kind: ask(world.client(kind), method, url, data) for kind in KINDS}
            if expected := ROWS.get(f"{method} {name}"):
                assert answers == expected
            else:
                assert set(answers.values()) <= {"refused", "login"}


@pytest.mark.parametrize(("model", "field", "kinds"), AUTOCOMPLETE)
def test_autocomplete_gives_no_more_than_the_lists_do(world, model, field, kinds):
    asked = {"app_label": "issues", "model_name": model, "field_name": field, "term": ""}
    url = reverse("admin:autocomplete")
    assert {kind for kind in KINDS if world.client(kind).get(url, asked).status_code == 200} == kinds


def test_autocomplete_offers_an_author_her_own_sections_alone(world):
    asked = {"app_label": "issues", "model_name": "source", "field_name": "section", "term": ""}
    url = reverse("admin:autocomplete")
    assert world.client(OTHER).get(url, asked).json()["results"] == []
    (found,) = world.client(SIGNS).get(url, asked).json()["results"]
    assert found["text"] == world.section.title


def ask(client, method, url, data):
    """Call an address, undo what it did, and say in a word of the table what it answered."""
    with transaction.atomic():
        response = client.get(url) if method == "GET" else client.post(url, data)
        transaction.set_rollback(True)
    if response.status_code in (301, 302):
        if "/admin/login/" in response.url:
            return "login"
        # The admin's way to say that a thing is not there.
        return "no" if response.url == reverse("admin:index") and "/change/" in url else "yes"
    assert response.status_code < 500
    return {401: "no", 403: "no", 404: "no", 405: "refused"}.get(response.status_code, "yes")
