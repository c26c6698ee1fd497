"""The page of a tag: what cannot be one is told."""

import pytest
from django.urls import reverse

from issues.models import Tag
from tests.factories import an_editor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "name", ["sécurité", "SECURITE", "\ufdfa" * 60, "\u0301", "x" * 101, "\0"], ids=ascii
)
def test_what_cannot_be_a_tag_is_told(client, name):
    client.force_login(an_editor())
    known = Tag.objects.create(name="Sécurité")
    other = Tag.objects.create(name="Autre")
    for url in (reverse("admin:issues_tag_add"), reverse("admin:issues_tag_change", args=[other.pk])):
        response = client.post(url, {"name": name, "slug": "x"})
        assert response.status_code == 200
        assert response.context["adminform"].form.errors
    assert set(Tag.objects.values_list("name", flat=True)) == {known.name, "Autre"}


def test_a_tag_is_spelt_otherwise(client):
    client.force_login(an_editor())
    tag = Tag.objects.create(name="securite")
    url = reverse("admin:issues_tag_change", args=[tag.pk])
    assert client.post(url, {"name": "Sécurité", "slug": tag.slug}).status_code == 302
    assert Tag.objects.get().name == "Sécurité"
