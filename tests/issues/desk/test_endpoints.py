"""The endpoints behind the desk, tried by those who may and those who may not."""

import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from issues import workflow
from issues.models import Issue, Section
from tests.factories import IssueFactory, SectionFactory, UserFactory, an_author, an_editor
from tests.rights.forms import filled_form

pytestmark = pytest.mark.django_db


def picture():
    out = io.BytesIO()
    Image.new("RGB", (30, 20)).save(out, "PNG")
    return SimpleUploadedFile("photo.png", out.getvalue(), "image/png")


def moving(thing, name):
    return reverse(f"issues:{thing._meta.model_name}-transition", args=[thing.pk, name])


@pytest.fixture
def author():
    return an_author()


@pytest.fixture
def section(author):
    return SectionFactory(authors=[author.author])


@pytest.fixture
def submitted(section, author):
    workflow.submit(section, by=author)
    return section


def every_endpoint(section):
    issue = section.issue
    return [
        ("post", reverse("issues:markdown-preview")),
        ("post", reverse("issues:picture-upload")),
        ("get", reverse("issues:issue-import")),
        ("post", reverse("issues:issue-import")),
        ("post", reverse("issues:section-comment", args=[section.pk])),
        ("post", reverse("issues:issue-comment", args=[issue.pk])),
        ("get", reverse("issues:issue-preview", args=[issue.pk])),
        ("get", reverse("issues:issue-preview-part", args=[issue.pk, "email"])),
        ("post", moving(section, "submit")),
        ("post", moving(issue, "publish")),
    ]


def test_strangers_and_accounts_without_a_role_get_nowhere(client, section):
    for user in (None, UserFactory(), UserFactory(is_staff=True)):
        client.logout()
        if user:
            client.force_login(user)
        for method, url in every_endpoint(section):
            response = getattr(client, method)(url, {"content": "x", "comment": "x"})
            assert response.status_code in (302, 403, 404), (user, url)
            if response.status_code == 302:
                assert "/login/" in response.url
    assert Section.objects.get().state == "draft"


def test_a_get_moves_nothing(client, submitted):
    client.force_login(an_editor())
    for name in ("approve", "request-changes", "withdraw"):
        assert client.get(moving(submitted, name)).status_code == 405
    assert Section.objects.get().state == "submitted"


def test_a_post_without_a_csrf_token_moves_nothing(submitted):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(an_editor())
    assert client.post(moving(submitted, "approve")).status_code == 403
    assert Section.objects.get().state == "submitted"


def test_an_author_withdraws_by_the_button(client, submitted, author):
    client.force_login(author)
    client.post(moving(submitted, "withdraw"))
    assert Section.objects.get().state == "draft"


def test_an_author_who_posts_an_approval_is_refused(client, submitted, author):
    client.force_login(author)
    assert client.post(moving(submitted, "approve")).status_code == 403
    assert Section.objects.get().state == "submitted"


def test_another_authors_section_is_not_even_there(client, submitted):
    client.force_login(an_author())
    assert client.post(moving(submitted, "withdraw")).status_code == 404


def test_an_editor_asks_for_changes_with_a_comment(client, submitted):
    client.force_login(an_editor())
    client.post(moving(submitted, "request-changes"), {"comment": "Un exemple ?"})
    section = Section.objects.get()
    assert (section.state, section.reviews.latest("pk").comment) == ("changes_requested", "Un exemple ?")


@pytest.mark.parametrize("name", ["explode", "approve"])
def test_an_action_that_makes_no_sense_is_told_and_changes_nothing(client, section, name):
    client.force_login(an_editor())
    response = client.post(moving(section, name), follow=True)
    assert [m.level_tag for m in response.context["messages"]] == ["error"]
    assert Section.objects.get().state == "draft"


def approved(section, editor):
    workflow.approve_section(section, by=editor)
    workflow.send_to_review(section.issue, by=editor)
    workflow.approve(section.issue, by=editor)
    return section.issue


@pytest.mark.parametrize(
    ("at", "state"),
    [
        ("", "approved"),
        ("pas une date", "approved"),
        ("2001-01-01T10:00", "approved"),
        ("9999-12-31T23:59", "approved"),
        ((timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"), "scheduled"),
    ],
    ids=["empty", "words", "past", "too far", "future"],
)
def test_a_time_is_checked_before_an_issue_is_scheduled(client, submitted, at, state):
    editor = an_editor()
    issue = approved(submitted, editor)
    client.force_login(editor)
    client.post(moving(issue, "schedule"), {"at": at})
    assert Issue.objects.get().state == state


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "9999-12-31"])
def test_a_deadline_that_no_calendar_reaches_is_told(client, day):
    client.force_login(an_editor())
    issue = IssueFactory()
    url = reverse("admin:issues_issue_change", args=[issue.pk])
    response = client.post(url, filled_form(url, deadline_0=day, deadline_1="00:00"))
    assert response.context["adminform"].form.errors["deadline"]
    assert Issue.objects.get().deadline is None
    assert client.get(url).status_code == 200


def test_an_author_publishes_nothing(client, submitted, author):
    issue = approved(submitted, an_editor())
    client.force_login(author)
    assert client.post(moving(issue, "publish")).status_code == 403
    assert Issue.objects.get().state == "approved"


def test_an_editor_publishes(client, submitted):
    editor = an_editor()
    issue = approved(submitted, editor)
    client.force_login(editor)
    client.post(moving(issue, "publish"))
    assert Issue.objects.get().state == "published"


def test_comments_go_to_the_thread(client, section, author):
    client.force_login(author)
    client.post(reverse("issues:section-comment", args=[section.pk]), {"comment": "Qu’en dis-tu ?"})
    assert section.reviews.latest("pk").comment == "Qu’en dis-tu ?"


def test_an_empty_comment_is_told(client, section, author):
    client.force_login(author)
    response = client.post(
        reverse("issues:section-comment", args=[section.pk]), {"comment": " "}, follow=True
    )
    assert [m.level_tag for m in response.context["messages"]] == ["error"]


def test_the_preview_runs_nothing(client, author):
    client.force_login(author)
    response = client.post(
        reverse("issues:markdown-preview"), {"content": "<script>alert(1)</script>**gras**"}
    )
    html = response.content.decode()
    assert "<script" not in html
    assert "<strong>gras</strong>" in html


@pytest.mark.parametrize("data", [{}, {"content": ""}, {"content": "x" * 200_001}])
def test_the_preview_answers_whatever_it_is_sent(client, author, data):
    client.force_login(author)
    assert client.post(reverse("issues:markdown-preview"), data).status_code == 200


def test_a_picture_is_stored_and_its_markdown_given(client, author):
    client.force_login(author)
    response = client.post(reverse("issues:picture-upload"), {"image": picture()})
    assert response.json()["image_code"].startswith("![")
    assert "/media/pictures/" in response.json()["image_code"]


@pytest.mark.parametrize(
    "right", ["add_section", "change_section", "add_issue", "change_issue", "view_section", "view_issue"]
)
def test_whoever_may_write_a_section_or_an_issue_uploads_pictures(client, right):
    user = UserFactory(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename=right))
    client.force_login(user)
    response = client.post(reverse("issues:picture-upload"), {"image": picture()})
    assert response.status_code == (403 if right.startswith("view") else 200)


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("x.gif", b"<html><script>alert(1)</script>", "image/gif"),
        SimpleUploadedFile("x.svg", b'<svg onload="alert(1)"/>', "image/svg+xml"),
        SimpleUploadedFile("../../x.png", b"no picture", "image/png"),
    ],
    ids=["html as gif", "svg", "path"],
)
def test_what_is_no_picture_is_refused_with_a_word(client, author, upload):
    client.force_login(author)
    response = client.post(reverse("issues:picture-upload"), {"image": upload})
    assert response.status_code == 400
    assert response.json()["error"]


def test_an_upload_without_a_file_is_told(client, author):
    client.force_login(author)
    assert client.post(reverse("issues:picture-upload")).status_code == 400


@pytest.mark.parametrize("part", ["email", "web", "text"])
def test_an_editor_previews_every_part(client, section, part):
    client.force_login(an_editor())
    response = client.get(reverse("issues:issue-preview-part", args=[section.issue.pk, part]))
    assert response.status_code == 200
    assert section.title.split()[-1] in response.content.decode()
    assert "\ue000" not in response.content.decode()
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_the_home_of_the_desk_shows_each_what_waits_for_her(client, submitted, author):
    client.force_login(author)
    assert submitted.title in client.get(reverse("admin:index")).content.decode()
    client.force_login(an_author())
    assert submitted.title not in client.get(reverse("admin:index")).content.decode()
    client.force_login(an_editor())
    assert submitted.title in client.get(reverse("admin:index")).content.decode()


def test_the_editor_puts_the_sections_in_order(client):
    issue = IssueFactory()
    first, second = SectionFactory(issue=issue, position=0), SectionFactory(issue=issue, position=1)
    client.force_login(an_editor())
    data = {
        "number": issue.number,
        "title": issue.title,
        "subject": issue.subject,
        "preheader": issue.preheader,
        "introduction": issue.introduction,
        "closing": "",
        "deadline_0": "",
        "deadline_1": "",
        "opened_version": issue.version,
        "sections-TOTAL_FORMS": 2,
        "sections-INITIAL_FORMS": 2,
        "sections-0-id": first.pk,
        "sections-0-issue": issue.pk,
        "sections-0-position": 1,
        "sections-1-id": second.pk,
        "sections-1-issue": issue.pk,
        "sections-1-position": 0,
        "planned_rubrics-TOTAL_FORMS": 0,
        "planned_rubrics-INITIAL_FORMS": 0,
    }
    response = client.post(reverse("admin:issues_issue_change", args=[issue.pk]), data)
    assert response.status_code == 302
    assert list(issue.ordered_sections()) == [second, first]


def test_an_author_opens_no_issue_form(client, author, section):
    client.force_login(author)
    url = reverse("admin:issues_issue_change", args=[section.issue.pk])
    assert client.post(url, {"title": "Pris"}).status_code == 403
    assert client.get(reverse("admin:issues_issue_add")).status_code == 403
