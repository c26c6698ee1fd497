"""Every field of every form, with what nobody means to type: told, or kept as it is; never a fault."""

from itertools import cycle

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from tests.factories import UserFactory
from tests.hostile import corpus
from tests.hostile.doors import kind_for
from tests.rights.addresses import PAGE, url_of
from tests.rights.forms import filled_form
from tests.rights.world import EDITOR, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_broker")]

ROWS = {f"{prefix}-{name}_FORMS": "1" for prefix in ("bylines", "sources") for name in ("TOTAL", "INITIAL")}
READER = {"email": "a@example.org", "name": "Zoé", "language": "fr"}
TEXT = {"title": "Un titre", "body": "Un texte.", "draft_key": PAGE, "opened_version": "1", "tags": "a"}
SOURCE = {"sources-0-title": "S", "sources-0-url": "https://a.example", "sources-0-position": "1"}
SIGNED = {"bylines-0-author": "1", "bylines-0-ORDER": "1", "sources-0-ORDER": "1"}
# What each form sends when it is well filled in.
FORMS = {
    "subscribers:sign_up": READER | {"stamp": "x", "question": "x", "answer": "7"},
    "subscribers:framed": READER,
    "subscribers:from_elsewhere": READER,
    "subscribers:preferences": READER | {"format": "html", "topics": "essais", "do": ""},
    "subscribers:unsubscribe": {"do": "pause"},
    "answers:section": {"text": "Merci", "value": ""},
    "admin:login": {"username": "zoe", "password": "secret", "next": "/admin/"},
    "set_language": {"language": "en", "next": "/"},
    "issues:markdown-preview": {"content": "**a**"},
    "issues:section-comment": {"comment": "Bien.", "quote": "Un texte."},
    "issues:issue-comment": {"comment": "Bien.", "quote": ""},
    "issues:section-transition": {"comment": "Bien.", "quote": "", "at": ""},
    "issues:issue-transition": {"comment": "", "at": "2030-01-01T10:00"},
    "issues:issue-acknowledge": {"fingerprint": "0" * 64},
    "issues:issue-take-back": {"fingerprint": "0" * 64},
    "issues:news-seen": {"section": "1", "issue": "1", "until": "1"},
    "issues:section-place": {"issue": "1"},
    "issues:section-move": {"direction": "up"},
    "issues:issue-duplicate": {"number": "90000", "title": "Un titre"},
    "issues:draft-discard": {"next": "/"},
    "issues:draft-keep-new": TEXT | ROWS | SOURCE,
    "issues:draft-keep": TEXT | ROWS | SOURCE | {"bylines-0-author": "1"},
    "issues:presence": {"opened_version": "1"},
    "issues:section-correct": {"version": "1", "erratum": "E"} | TEXT | ROWS | SOURCE | SIGNED,
    "issues:issue-correct": {
        "version": "1",
        "title": "T",
        "introduction": "I",
        "closing": "",
        "erratum": "E",
    },
    "mailings:send-test": {"address": "a@example.org"},
    "mailings:retry": {"state": "failed"},
    "mailings:limit": {"per_minute": "10"},
    "transfers:describe": {"file_state": "active", "email": "email", "name": "", "since": ""},
}
ADMIN = (
    "admin:issues_section_change",
    "admin:issues_issue_change",
    "admin:issues_rubric_add",
    "admin:issues_tag_add",
    "admin:authors_author_add",
    "admin:subscribers_subscriber_add",
    "admin:mailings_welcometext_change",
)
SCRIPT = b"<script>alert(1)"


@pytest.fixture
def world():
    return World()


@pytest.fixture
def as_anybody(client):
    """One who may do everything."""
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def post(client, url, data):
    """Post, look at the answer, and undo what came of it."""
    with transaction.atomic():
        response = client.post(url, data)
        transaction.set_rollback(True)
    assert response.status_code < 500
    assert SCRIPT not in response.content or "html" not in response.headers.get("Content-Type", "")
    leads_to = response.headers.get("Location", "")
    assert not leads_to.lower().startswith(("//", "javascript:", "http://["))
    return response


def test_no_field_is_a_fault(world, subtests):
    # Each field has some of the texts, and each text is in some field of most forms.
    texts = cycle(corpus.TEXTS.values())
    for name, form in FORMS.items():
        client, url = world.client(kind_for(name)), url_of(name, world)
        with subtests.test(name):
            for field in form:
                for _time in range(max(1, 6 // len(form))):
                    post(client, url, form | {field: next(texts)})


def test_no_field_of_the_admin_is_a_fault(world, as_anybody, subtests):
    texts = cycle(corpus.TEXTS.values())
    for name in ADMIN:
        url = url_of(name, world)
        form = filled_form(url)
        with subtests.test(name):
            # How many rows a form says it has is tried elsewhere.
            for field in (field for field in form if not field.endswith("_FORMS")):
                post(as_anybody, url, form | {field: next(texts)})


def test_what_forms_take_is_no_fault_on_the_pages_that_show_it(world, as_anybody, subtests):
    fields = {world.section: ("title", "body"), world.issue: ("title", "subject", "preheader", "closing")}
    pages = [
        *("admin:index", "admin:issues_section_change", "admin:issues_issue_change"),
        *("admin:issues_section_history", "admin:issues_issue_history", "issues:issue-preview-part"),
    ]
    for kind in ("right to left", "script", "slots of ours", "lines"):
        # No form takes a title of nothing but ends of lines.
        text = f"Un {corpus.TEXTS[kind]} mot"
        with subtests.test(kind):
            for thing, names in fields.items():
                url = reverse(f"admin:issues_{thing._meta.model_name}_change", args=[thing.pk])
                form = filled_form(url) | dict.fromkeys(names, text)
                assert as_anybody.post(url, form).status_code == 302
            for page in pages:
                response = as_anybody.get(url_of(page, world))
                assert response.status_code == 200
                assert SCRIPT not in response.content
            assert not set("\0\u202e\ue000") & set(response.content.decode())


def test_no_file_is_a_fault(world, settings, tmp_path):
    settings.VEILLE_IMPORT_DIR = tmp_path / "imports"
    client = world.client(EDITOR)
    form = {"source": "Notre ancien site", "consent_date": "2026-01-31", "language": "fr", "agreed": "on"}
    names, doors = cycle(corpus.NAMES_OF_FILES), cycle(("transfers:home", "issues:issue-import"))
    for content in [*corpus.json_bodies().values(), *corpus.pictures().values(), b"", b"\0", b"email\n" * 3]:
        upload = SimpleUploadedFile("x", content)
        upload._name = next(names)
        post(client, reverse(next(doors)), form | {"file": upload})
