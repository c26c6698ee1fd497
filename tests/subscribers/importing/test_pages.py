"""The pages of an import, as an editor goes through them."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from subscribers import tasks
from subscribers.importing.forms import DescribeForm
from subscribers.models import Import, Subscriber
from tests.factories import SubscriberFactory, an_editor

HOME = reverse("transfers:home")


@pytest.fixture
def editor(desk, client):
    client.force_login(an_editor())
    return client


def upload(client, content, name="liste.csv", **fields):
    posted = {
        "file": SimpleUploadedFile(name, content.encode()),
        "source": "Le formulaire de notre ancien site",
        "consent_date": "2026-01-31",
        "language": "fr",
        "agreed": "on",
        **fields,
    }
    return client.post(HOME, posted)


def page_of(task, name="import"):
    return reverse(f"transfers:{name}", args=[task.pk])


def test_from_the_file_to_the_readers(editor):
    response = upload(editor, "Courriel;Prénom\nzoe@example.org;Zoé\npas une adresse;X\n")
    task = Import.objects.get()
    assert response.url == page_of(task)
    page = editor.get(response.url).content.decode()
    assert '<option value="courriel" selected>Courriel</option>' in page
    assert '<option value="prénom" selected>Prénom</option>' in page
    posted = {"email": "courriel", "name": "prénom", "file_state": "active"}
    assert editor.post(page_of(task, "describe"), posted).status_code == 302
    tasks.carry_on_import(task.pk)
    page = editor.get(page_of(task)).content.decode()
    assert "ce n’est pas une adresse électronique" in page
    assert "Importer la liste" in page
    refused = b"".join(editor.get(page_of(task, "refused")).streaming_content).decode()
    assert "pas une adresse" in refused
    assert "zoe@" not in refused
    assert not Subscriber.objects.exists()
    editor.post(page_of(task, "confirm"))
    assert editor.get(page_of(task, "progress")).json()["state"] == "importing"
    tasks.carry_on_import(task.pk)
    reader = Subscriber.objects.get()
    assert (reader.email, reader.name, reader.state) == ("zoe@example.org", "Zoé", "active")
    assert "Ce qui a été fait" in editor.get(page_of(task)).content.decode()
    assert editor.get(page_of(task, "refused")).status_code == 404


@pytest.mark.parametrize(
    ("headings", "guessed"),
    [
        ("Courriel,Prénom,Nom", ["courriel", "prénom", "nom", ""]),
        ("E-mail,Nom", ["e-mail", "nom", "", ""]),
        ("mail,First Name,Last Name,Date", ["mail", "first name", "last name", "date"]),
        ("a,b", ["", "", "", ""]),
    ],
)
def test_the_columns_are_guessed_each_once(desk, headings, guessed):
    form = DescribeForm(work=desk.upload(headings + "\n"))
    assert [form.fields[name].initial for name in ("email", "name", "last_name", "since")] == guessed


def test_what_the_file_of_a_tool_does_not_say_is_told_where_it_is_asked_for(editor):
    upload(editor, "email,name,attributes\nzoe@example.org,,\n")
    page = editor.get(page_of(Import.objects.get())).content.decode()
    assert "les deux fichiers" in page
    assert 'name="email"' not in page


@pytest.mark.parametrize(
    "fields",
    [
        {"source": ""},
        {"consent_date": ""},
        {"consent_date": "demain"},
        {"agreed": ""},
        {"language": "xx"},
        {"file": ""},
    ],
)
def test_what_is_missing_is_told_and_nothing_is_kept(editor, fields, settings):
    response = upload(editor, "email\n", **fields)
    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()
    assert not Import.objects.exists()


def test_a_date_to_come_and_a_file_that_is_none_are_told(editor):
    tomorrow = timezone.localdate() + timedelta(days=1)
    for response in (
        upload(editor, "email\n", consent_date=f"{tomorrow:%Y-%m-%d}"),
        upload(editor, "PK\x03\x04"),
    ):
        assert 'role="alert"' in response.content.decode()
    assert not Import.objects.exists()


def test_a_step_that_was_taken_already_is_told(editor):
    upload(editor, "Email Address,Subscribed at\nzoe@example.org,\n")
    task = Import.objects.get()
    tasks.carry_on_import(task.pk)
    editor.post(page_of(task, "confirm"))
    page = editor.post(page_of(task, "cancel"), follow=True).content.decode()
    assert "Cet import est déjà" in page
    task.refresh_from_db()
    assert task.state == "importing"


def test_a_file_name_and_a_heading_are_shown_as_text(editor):
    upload(editor, "<script>,email\n,zoe@example.org\n", name="<b>x</b>.csv")
    page = editor.get(page_of(Import.objects.get())).content.decode()
    assert "<script>," not in page
    assert "&lt;script&gt;" in page
    assert "<b>x</b>" not in page


def test_the_export_is_a_file_of_its_own(editor):
    SubscriberFactory(email="zoe@example.org", name="+33", state="active")
    SubscriberFactory(email="noe@example.org", state="unsubscribed")
    response = editor.post(reverse("transfers:export"), {"state": "active"})
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Cache-Control"].startswith("no-store")
    assert "zoe@example.org,'+33" in content
    assert "noe@" not in content
    assert "token" not in content
