"""The portrait of an author: how it comes in, and where readers see it."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from authors.models import Author
from tests.factories import AuthorFactory, SectionFactory, a_published_issue, an_author, an_editor

pytestmark = pytest.mark.django_db


def a_file(size: tuple[int, int] = (900, 600), kind: str = "JPEG") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "#b4432f").save(out, kind)
    return SimpleUploadedFile("../../moi.html", out.getvalue(), content_type="text/html")


def upload(client, author: Author, file: object, **more: str) -> str:
    data = {"name": author.name, "bio": author.bio, "portrait": file, **more}
    response = client.post(reverse("admin:authors_author_change", args=[author.pk]), data, follow=True)
    author.refresh_from_db()
    return response.content.decode()


@pytest.fixture
def author():
    author = AuthorFactory(name="Inès Caron")
    SectionFactory(issue=a_published_issue(), authors=[author])
    return author


def test_whatever_is_uploaded_becomes_a_square_named_by_its_content(client, author):
    client.force_login(an_editor())
    upload(client, author, a_file())
    assert author.portrait.name.startswith("portraits/")
    assert author.portrait.name.endswith(".webp")
    with Image.open(author.portrait.path) as kept:
        assert (kept.format, kept.size) == ("WEBP", (320, 320))
    response = client.get(author.portrait_url)
    assert response.headers["Content-Type"] == "image/webp"
    response.close()


def test_readers_see_it_on_the_pages_of_the_author_the_issue_and_the_section(client, author):
    client.force_login(an_editor())
    section = author.sections.get()
    pages = [author.get_absolute_url(), section.issue.get_absolute_url()]
    for page in pages:
        assert ">IC</span>" in client.get(page).content.decode()
    upload(client, author, a_file())
    for page in pages:
        assert author.portrait_url in client.get(page).content.decode()


def test_it_is_taken_away_again(client, author):
    client.force_login(an_editor())
    upload(client, author, a_file())
    upload(client, author, "", **{"portrait-clear": "on"})
    assert not author.portrait


@pytest.mark.parametrize(
    "content", [b"<svg onload=alert(1)>", b"", b"\x89PNG\r\n\x1a\nrest", b"GIF89a" + b"\x00" * 40]
)
def test_what_is_no_picture_is_refused_in_words(client, author, content):
    client.force_login(an_editor())
    page = upload(client, author, SimpleUploadedFile("moi.png", content))
    assert not author.portrait
    assert "JPEG, PNG, GIF" in page or "vide" in page


def test_an_author_does_not_change_it(client, author):
    client.force_login(an_author())
    upload(client, author, a_file())
    assert not author.portrait
