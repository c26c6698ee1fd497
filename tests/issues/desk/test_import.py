"""A file brought to the desk."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from issues.models import Issue
from tests.factories import IssueFactory, an_author, an_editor

pytestmark = pytest.mark.django_db

TEXT = """🧭 Une boussole
Par Zoé Lefèvre
Un paragraphe pour commencer, avec ce qu’il faut de mots pour en être un.
"""


def bring(client, data, **fields):
    file = SimpleUploadedFile("numero.txt", data)
    return client.post(reverse("issues:issue-import"), {"file": file, **fields})


def test_an_editor_brings_a_text_and_gets_drafts(client):
    client.force_login(an_editor())
    page = bring(client, TEXT.encode()).content.decode()
    section = Issue.objects.get().sections.get()
    assert section.title == "🧭 Une boussole"
    assert [author.name for author in section.byline()] == ["Zoé Lefèvre"]
    assert section.title in page


@pytest.mark.parametrize(
    "data",
    [b"", TEXT.encode("latin-1", "ignore"), b"%PDF-1.7\0\0", b"x" * (6 * 1024 * 1024)],
    ids=["empty", "latin-1", "pdf", "too large"],
)
def test_what_cannot_be_read_is_told_and_nothing_is_half_imported(client, data):
    client.force_login(an_editor())
    response = bring(client, data)
    assert response.status_code == 200
    assert response.context["form"].errors["file"]
    assert not Issue.objects.exists()


def test_a_number_that_is_taken_is_told(client):
    IssueFactory(number=7)
    client.force_login(an_editor())
    assert bring(client, TEXT.encode(), number=7).context["form"].errors
    assert Issue.objects.count() == 1


def test_authors_import_nothing(client):
    client.force_login(an_author())
    assert bring(client, TEXT.encode()).status_code == 403
    assert not Issue.objects.exists()
