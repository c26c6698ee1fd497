"""The picture that other sites show beside a link."""

import io

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image

from issues.archive.share_picture import SIZE, Title, digest_of, drawn
from tests.factories import IssueFactory, a_published_issue


def picture(title):
    return Image.open(io.BytesIO(drawn(Title("Veille", "N° 12", title))))


@pytest.mark.django_db
def test_a_published_issue_has_one_that_others_may_keep(client):
    issue = a_published_issue(title="Petites lumières d’hiver")
    url = reverse("archive:share_picture", args=[issue.number])
    response = client.get(url)
    assert Image.open(io.BytesIO(response.content)).size == SIZE
    assert "immutable" in response.headers["Cache-Control"]
    page = client.get(issue.get_absolute_url()).content.decode()
    assert f'content="https://veille.example{url}?{digest_of(issue)}"' in page
    before = digest_of(issue)
    issue.title = "Un autre titre"
    assert digest_of(issue) != before


@pytest.mark.django_db
def test_what_is_not_published_has_none(client):
    url = reverse("archive:share_picture", args=[IssueFactory().number])
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("title", ["", "🚀", "x" * 5000, "mot " * 200, "\x00\ud800", "É" * 60])
def test_no_title_is_too_long_or_too_strange(title):
    assert picture(title).size == SIZE


def test_the_title_is_drawn():
    assert picture("Un titre").tobytes() != picture("Un autre").tobytes()


@given(title=st.text(max_size=80))
@hypothesis_settings(max_examples=10, deadline=None)
def test_any_title_can_be_drawn(title):
    assert picture(title).size == SIZE
