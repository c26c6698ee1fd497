"""The page of a section: an author's own, open until she submits it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from authors.models import Author
from authors.roles import AUTHORS
from issues import workflow
from issues.models import Byline, Section
from tests.factories import (
    AuthorFactory,
    IssueFactory,
    SectionFactory,
    SourceFactory,
    UserFactory,
    an_author,
    an_editor,
)

pytestmark = pytest.mark.django_db


def change(section):
    return reverse("admin:issues_section_change", args=[section.pk])


def form(section=None, **fields):
    """What the browser sends: the section as it stands, with some fields changed."""
    data = {
        "title": section.title if section else "🧪 Un essai",
        "body": section.body if section else "Du texte.",
        "issue": (section.issue_id or "") if section else "",
        "rubric": "",
        "tags": "",
        "opened_version": section.version if section else "",
        "bylines-TOTAL_FORMS": 0,
        "bylines-INITIAL_FORMS": 0,
        "sources-TOTAL_FORMS": 0,
        "sources-INITIAL_FORMS": 0,
    }
    if section:
        lines = list(section.bylines.all())
        data |= {"bylines-TOTAL_FORMS": len(lines), "bylines-INITIAL_FORMS": len(lines)}
        for n, line in enumerate(lines):
            data |= {f"bylines-{n}-id": line.pk, f"bylines-{n}-author": line.author_id}
            data |= {f"bylines-{n}-section": section.pk, f"bylines-{n}-position": line.position}
    return data | fields


@pytest.fixture
def author():
    return an_author()


@pytest.fixture
def section(author):
    return SectionFactory(authors=[author.author])


@pytest.fixture
def as_author(client, author):
    client.force_login(author)
    return client


@pytest.fixture
def as_editor(client):
    client.force_login(an_editor())
    return client


def test_an_author_begins_a_section_and_signs_it(as_author, author):
    issue = IssueFactory()
    as_author.post(reverse("admin:issues_section_add"), form(issue=issue.pk, tags="python, Sécurité"))
    section = Section.objects.get()
    assert section.byline() == [author.author]
    assert sorted(section.tags.names()) == ["Sécurité", "python"]
    assert section.state == "draft"


def an_account_without_an_author(**names):
    return UserFactory(role=AUTHORS, **names)


def test_who_has_no_author_gets_one_with_the_first_section_and_sees_it(client):
    user = an_account_without_an_author(first_name="Élodie", last_name="Sans-Fiche")
    client.force_login(user)
    add = reverse("admin:issues_section_add")
    response = client.post(add, form(issue=IssueFactory().pk), follow=True)
    section = Section.objects.get()
    assert [(author.name, author.user) for author in section.byline()] == [("Élodie Sans-Fiche", user)]
    assert any("Élodie Sans-Fiche" in str(message) for message in response.context["messages"])
    assert client.get(change(section)).status_code == 200
    again = client.post(add, form(title="Une autre"), follow=True)
    assert not any("Élodie" in str(message) for message in again.context["messages"])
    assert Author.objects.count() == 1


def test_a_guest_of_the_same_name_is_not_taken_for_the_account(client):
    guest = AuthorFactory(name="Élodie Sans-Fiche")
    client.force_login(an_account_without_an_author(first_name="Élodie", last_name="Sans-Fiche"))
    client.post(reverse("admin:issues_section_add"), form())
    assert [author.name for author in Section.objects.get().byline()] == ["Élodie Sans-Fiche (2)"]
    guest.refresh_from_db()
    assert guest.user is None


def test_an_account_without_a_name_signs_by_its_login_however_long(client):
    for name in ("n" * 150, "n" * 149 + "m"):
        client.force_login(an_account_without_an_author(username=name))
        client.post(reverse("admin:issues_section_add"), form())
    assert set(Author.objects.values_list("name", flat=True)) == {"n" * 120, "n" * 116 + " (2)"}


def test_an_author_saves_her_own_section(as_author, section):
    as_author.post(change(section), form(section, body="Une meilleure phrase."))
    section.refresh_from_db()
    assert (section.body, section.version) == ("Une meilleure phrase.", 2)
    assert section.history.count() == 2


def test_the_submit_button_saves_what_was_typed_first(as_author, section):
    as_author.post(change(section), form(section, body="Fini.", _transition="submit"))
    section.refresh_from_db()
    assert (section.body, section.state) == ("Fini.", "submitted")


def test_a_submit_that_is_refused_still_saves(as_author, section):
    response = as_author.post(change(section), form(section, body="", _transition="submit"), follow=True)
    section.refresh_from_db()
    assert (section.body, section.state) == ("", "draft")
    assert [m.level_tag for m in response.context["messages"]].count("error") == 1


def test_a_submitted_section_is_locked_for_its_author(as_author, section, author):
    workflow.submit(section, by=author)
    response = as_author.post(change(section), form(section, body="Encore un mot."))
    section.refresh_from_db()
    assert response.status_code == 403
    assert "Encore un mot." not in section.body


def test_an_author_does_not_see_the_sections_of_others(as_author):
    other = SectionFactory(authors=[an_author().author])
    page = as_author.get(reverse("admin:issues_section_changelist"))
    assert other.title not in page.content.decode()
    assert as_author.get(change(other)).status_code == 302
    assert as_author.post(change(other), form(other, body="x")).status_code == 302
    for name in ("history", "delete"):
        url = reverse(f"admin:issues_section_{name}", args=[other.pk])
        assert as_author.get(url).status_code in (302, 403, 404)
        assert as_author.post(url, {"post": "yes"}).status_code in (302, 403, 404, 405)
    other.refresh_from_db()
    assert other.body != "x"


def test_forged_fields_change_no_state(as_author, section):
    as_author.post(change(section), form(section, state="approved", submitted_at_0="2026-01-01", version=99))
    section.refresh_from_db()
    assert (section.state, section.submitted_at) == ("draft", None)


def test_an_author_puts_nothing_into_an_issue_that_is_approved(as_author, section):
    approved = IssueFactory(state="approved", approved_digest="x" * 64)
    response = as_author.post(change(section), form(section, issue=approved.pk))
    assert response.context["adminform"].form.errors["issue"]
    approved.refresh_from_db()
    assert approved.state == "approved"


def test_a_forged_inline_does_not_reach_another_section(as_author, section):
    theirs = SourceFactory(section=SectionFactory(authors=[an_author().author]), title="À eux")
    forged = {
        "sources-TOTAL_FORMS": 1,
        "sources-INITIAL_FORMS": 1,
        "sources-0-id": theirs.pk,
        "sources-0-section": section.pk,
        "sources-0-title": "À moi",
        "sources-0-url": "https://source.example/",
        "sources-0-position": 0,
    }
    as_author.post(change(section), form(section, **forged))
    theirs.refresh_from_db()
    assert theirs.title == "À eux"


def test_the_history_is_looked_at_and_never_posted_to(as_author, section):
    version = section.history.first()
    section.body = "La version d’aujourd’hui."
    section.save()
    url = reverse("admin:issues_section_simple_history", args=[section.pk, version.pk])
    assert as_author.get(url).status_code == 200
    assert as_author.post(url, form(section, body="Réécrit par derrière.")).status_code == 405
    section.refresh_from_db()
    assert section.body == "La version d’aujourd’hui."


def test_the_history_of_another_section_is_closed(as_author):
    other = SectionFactory(authors=[an_author().author])
    url = reverse("admin:issues_section_simple_history", args=[other.pk, other.history.first().pk])
    assert as_author.get(url).status_code == 404


def test_of_two_people_saving_the_second_sees_both_versions_and_loses_nothing(as_author, section):
    opened = form(section, body="Ma version.")
    Section.objects.filter(pk=section.pk).update(body="Leur version.", version=section.version + 1)
    page = as_author.post(change(section), opened).content.decode()
    assert "<ins>Ma</ins> version." in page
    assert "<del>Leur</del> version." in page
    section.refresh_from_db()
    assert section.body == "Leur version."


def test_having_seen_both_versions_the_second_person_saves(as_author, section):
    Section.objects.filter(pk=section.pk).update(version=5)
    as_author.post(change(section), form(section, body="Les deux réunies.", opened_version=5))
    section.refresh_from_db()
    assert (section.body, section.version) == ("Les deux réunies.", 6)


def test_an_editor_corrects_a_submitted_section(as_editor, section, author):
    workflow.submit(section, by=author)
    as_editor.post(change(section), form(section, body="Sans faute."))
    section.refresh_from_db()
    assert (section.body, section.state) == ("Sans faute.", "submitted")


def test_a_correction_after_approval_asks_for_another_look(as_editor, section, author):
    workflow.submit(section, by=author)
    workflow.approve_section(section, by=an_editor())
    as_editor.post(change(section), form(section, body="Une virgule de plus."))
    section.refresh_from_db()
    assert section.state == "submitted"


def test_sorting_a_section_into_a_rubric_leaves_its_approval(as_editor, section, author):
    workflow.submit(section, by=author)
    workflow.approve_section(section, by=an_editor())
    as_editor.post(change(section), form(section, tags="django"))
    section.refresh_from_db()
    assert section.state == "approved"


def test_an_editor_gives_a_section_a_second_author(as_editor, section):
    guest = AuthorFactory(name="Une invitée")
    data = form(section, **{"bylines-TOTAL_FORMS": 2, "bylines-1-author": guest.pk, "bylines-1-position": 1})
    data["bylines-1-section"] = section.pk
    as_editor.post(change(section), data)
    assert [author.name for author in section.byline()][1] == "Une invitée"
    assert Byline.objects.filter(section=section).count() == 2


def test_a_published_section_is_closed_even_to_editors(as_editor, section, author):
    editor = an_editor()
    workflow.submit(section, by=author)
    workflow.approve_section(section, by=editor)
    workflow.send_to_review(section.issue, by=editor)
    workflow.approve(section.issue, by=editor)
    workflow.publish(section.issue, by=editor)
    assert as_editor.post(change(section), form(section, body="Trop tard")).status_code == 403
    assert (
        as_editor.post(reverse("admin:issues_section_delete", args=[section.pk]), {"post": "yes"}).status_code
        == 403
    )


def test_the_list_costs_the_same_whatever_its_length(as_editor, django_assert_max_num_queries):
    SectionFactory.create_batch(15, authors=[AuthorFactory()])
    with django_assert_max_num_queries(20):
        as_editor.get(reverse("admin:issues_section_changelist"))


@pytest.mark.parametrize(
    "text", ["\x00", "x" * 300_000, "\ue000unsubscribe_url\ue001", "<script>alert(1)</script>"]
)
def test_odd_texts_give_no_error_page(as_author, section, text):
    response = as_author.post(change(section), form(section, body=text))
    assert response.status_code in (200, 302)


def test_a_text_that_is_too_long_is_told_and_not_lost(as_author, section):
    response = as_author.post(change(section), form(section, body="x" * 300_000))
    assert response.context["adminform"].form.errors["body"]
    assert "x" * 300_000 in response.content.decode()


@pytest.mark.parametrize(
    "tags",
    [
        "x" * 101,
        "python, " + "é" * 101,
        "\ufdfa" * 60,
        "\u0301",
        "🚀" * 101,
        ",".join(map(str, range(51))),
        "a," * 100_000,
        "\0",
    ],
    ids=["long", "one of two", "spelt out", "nothing to see", "emoji", "too many", "many more", "NUL"],
)
def test_what_cannot_be_a_tag_is_told_and_nothing_is_saved(as_author, section, tags):
    response = as_author.post(change(section), form(section, tags=tags, body="Autre chose."))
    assert response.status_code == 200
    assert response.context["adminform"].form.errors["tags"]
    section.refresh_from_db()
    assert "Autre chose" not in section.body
    assert not section.tags.exists()


def test_the_longest_tags_are_taken(as_author, section):
    names = [f"{number} " + "x" * 95 for number in range(50)]
    assert as_author.post(change(section), form(section, tags=", ".join(names))).status_code == 302
    assert section.tags.count() == 50


def test_the_line_ends_of_the_web_are_no_change(as_author, section):
    as_author.post(change(section), form(section, body=section.body.replace("\n", "\r\n")))
    section.refresh_from_db()
    assert section.version == 1
    assert "\r" not in section.body


@pytest.mark.parametrize(("days", "words"), [(3, "encore 2\xa0jours"), (-3, "en retard de 3\xa0jours")])
def test_the_page_says_how_much_time_is_left(as_author, section, days, words):
    section.issue.deadline = timezone.now() + timedelta(days=days)
    section.issue.save()
    assert words in as_author.get(change(section)).content.decode()
