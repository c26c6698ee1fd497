"""The same import, through the desk."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from issues.interchange import MAX_BYTES
from issues.models import Issue
from tests.factories import IssueFactory, an_author, an_editor

pytestmark = pytest.mark.django_db

TEXT = "🚀 Un titre\nPar Zoé\nUn paragraphe.".encode()


def upload(client, data: bytes, **fields):
    file = SimpleUploadedFile("numero.txt", data)
    return client.post(reverse("issues:issue-import"), {"file": file, **fields})


def test_an_editor_sees_what_was_made(client):
    client.force_login(an_editor())
    page = upload(client, TEXT, number=8).content.decode()
    assert "🚀 Un titre" in page
    assert Issue.objects.get(number=8).history.get().history_user is not None


def test_an_author_may_not(client):
    client.force_login(an_author())
    assert upload(client, TEXT).status_code == 403
    assert not Issue.objects.exists()


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7", b"x" * (MAX_BYTES + 9), b"\xe9t\xe9", b"---\ntitle: [\n---\n<script>", b"\0"]
)
def test_a_bad_file_gives_a_message_and_no_issue(client, data):
    client.force_login(an_editor())
    response = upload(client, data)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not Issue.objects.exists()


def test_a_number_that_is_taken_gives_a_message(client):
    IssueFactory(number=8)
    client.force_login(an_editor())
    assert upload(client, TEXT, number=8).context["form"].errors
    assert Issue.objects.count() == 1
