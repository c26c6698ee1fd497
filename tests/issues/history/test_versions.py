"""Versions: what each holds, who sees them, and the way back."""

import pytest
from django.urls import reverse

from issues import workflow
from issues.history import versions
from issues.history.restoring import restore
from issues.models import Byline, Review, Section
from tests.factories import (
    AuthorFactory,
    IssueFactory,
    RubricFactory,
    SectionFactory,
    SourceFactory,
    an_author,
    an_editor,
)
from tests.rights.forms import filled_form
from tests.rights.world import acknowledge_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    return an_author()


@pytest.fixture
def editor():
    return an_editor()


@pytest.fixture
def section(author):
    return SectionFactory(authors=[author.author], title="🚀 Avant", body="Le texte d’avant.")


@pytest.fixture
def as_editor(client, editor):
    client.force_login(editor)
    return client


def change(thing):
    return reverse(f"admin:issues_{thing._meta.model_name}_change", args=[thing.pk])


def page(thing):
    return reverse(f"admin:issues_{thing._meta.model_name}_history", args=[thing.pk])


def rewrite(client, section, **changes):
    """Save the section's page with some fields changed, as a browser does."""
    response = client.post(change(section), filled_form(change(section)) | changes)
    assert response.status_code == 302
    section.refresh_from_db()


def labels(section):
    newest, before, *_rest = versions.versions_of(section)
    return {change.label for change in versions.changes(before, newest)}


def test_saving_once_makes_one_version_of_all_that_was_saved(as_editor, section):
    rewrite(as_editor, section)
    count = len(versions.versions_of(section))
    rewrite(
        as_editor,
        section,
        **{
            "body": "Le texte d’après.",
            "tags": "sécurité",
            "rubric": RubricFactory().pk,
            "sources-TOTAL_FORMS": 1,
            "sources-0-title": "Une source",
            "sources-0-url": "https://source.example/",
            "sources-0-position": 0,
            "sources-0-section": section.pk,
        },
    )
    assert len(versions.versions_of(section)) == count + 1
    assert labels(section) == {"texte", "thèmes", "rubrique", "sources"}


def test_saving_what_has_not_changed_makes_no_version_to_look_at(as_editor, section):
    rewrite(as_editor, section)
    count = len(versions.versions_of(section))
    rewrite(as_editor, section)
    assert len(versions.versions_of(section)) == count


def test_a_changed_byline_is_a_change(as_editor, section):
    rewrite(as_editor, section)
    second = AuthorFactory(name="Zoé Seconde")
    rewrite(
        as_editor,
        section,
        **{
            "bylines-TOTAL_FORMS": 2,
            "bylines-1-author": second.pk,
            "bylines-1-position": 1,
            "bylines-1-section": section.pk,
        },
    )
    assert labels(section) == {"signature"}
    assert "Zoé Seconde" in versions.versions_of(section)[0].fields["signature"]


def test_the_order_of_an_issue_is_part_of_its_versions(as_editor, section):
    issue = section.issue
    SectionFactory(issue=issue, title="🎈 Une autre", position=section.position + 1)
    workflow.issue_changed(issue, by=None)
    rewrite(as_editor, issue, **{"sections-0-position": 50_000})
    (moved,) = versions.changes(*reversed(versions.versions_of(issue)[:2]))
    assert (moved.label, moved.new) == ("sections", "🎈 Une autre\n🚀 Avant")


def test_a_section_that_moves_to_another_issue_makes_a_version_of_both(as_editor, section):
    issue, other = section.issue, IssueFactory()
    workflow.issue_changed(issue, by=None)
    rewrite(as_editor, section, issue=other.pk)
    assert versions.versions_of(issue)[0].fields["sections"] == ""
    assert versions.versions_of(other)[0].fields["sections"] == "🚀 Avant"


def test_the_author_sees_what_the_editor_corrected(client, as_editor, author, section):
    workflow.submit(section, by=author)
    assert versions.as_submitted(versions.versions_of(section)) is None
    rewrite(as_editor, section, body="Le texte <corrigé>.")
    client.force_login(author)
    shown = client.get(change(section)).content.decode()
    since = versions.as_submitted(versions.versions_of(section))
    assert f"{page(section)}?old={since.pk}" in shown
    html = client.get(page(section), {"old": since.pk}).content.decode()
    assert "<ins>&lt;corrigé&gt;</ins>" in html
    assert "<del>d’avant</del>" in html


def test_what_an_editor_changes_after_the_approval_is_shown_too(as_editor, author, editor, section):
    workflow.submit(section, by=author)
    workflow.approve_section(section, by=editor)
    rewrite(as_editor, section, body="Le texte corrigé.")
    assert section.state == "submitted"
    since = versions.as_submitted(versions.versions_of(section))
    assert since.fields["texte"] == "Le texte d’avant."


def test_going_back_keeps_the_newer_version(as_editor, section, author):
    SourceFactory(section=section, title="La première source", url="https://source.example/1")
    section.tags.add("ancien")
    rewrite(as_editor, section)
    then = versions.versions_of(section)[0]
    rewrite(as_editor, section, body="Tout autre chose.", title="💥 Après", tags="nouveau")
    section.bylines.all().delete()
    section.sources.all().delete()
    url = reverse("issues:section-restore", args=[section.pk, then.pk])
    version = section.version
    as_editor.post(url)
    section.refresh_from_db()
    assert (section.title, section.body, section.version) == ("🚀 Avant", "Le texte d’avant.", version + 1)
    assert section.byline() == [author.author]
    assert list(section.tags.names()) == ["ancien"]
    assert section.sources.get().url == "https://source.example/1"
    newest, before, *_rest = versions.versions_of(section)
    assert newest.content == then.content
    assert before.fields["texte"] == "Tout autre chose."
    assert "reprise" in section.reviews.get().comment


def test_a_rubric_that_was_renamed_since_is_found_again(as_editor, section, editor):
    rubric = RubricFactory(name="Avant")
    rewrite(as_editor, section, rubric=rubric.pk)
    then = versions.versions_of(section)[0]
    rewrite(as_editor, section, rubric="")
    rubric.name = "Après"
    rubric.save()
    restore(section, then, by=editor)
    assert section.rubric == rubric


def test_a_section_without_versions_can_still_be_opened(as_editor, section):
    section.history.all().delete()
    assert as_editor.get(change(section)).status_code == 200
    assert as_editor.get(page(section)).status_code == 404


def test_authors_who_are_no_more_are_left_out(as_editor, section, editor):
    guest = AuthorFactory()
    Byline.objects.create(section=section, author=guest, position=2)
    rewrite(as_editor, section)
    then = versions.versions_of(section)[0]
    section.bylines.filter(author=guest).delete()
    guest.delete()
    rewrite(as_editor, section, body="Autre chose.")
    restore(section, then, by=editor)
    assert [author.name for author in section.byline()] == [section.bylines.get().author.name]


def test_going_back_takes_the_approvals_away(section, author, editor):
    then = versions.versions_of(section)[0]
    section.body = "Ce qui est approuvé."
    section.save()
    workflow.submit(section, by=author)
    workflow.approve_section(section, by=editor)
    workflow.send_to_review(section.issue, by=editor)
    acknowledge_all(section.issue, by=editor)
    workflow.approve(section.issue, by=editor)
    restore(section, then, by=editor)
    section.refresh_from_db()
    assert (section.state, section.issue.state) == ("submitted", "in_review")


def test_an_issue_goes_back_to_its_words_and_its_order(as_editor, section, editor):
    issue = section.issue
    other = SectionFactory(issue=issue, title="🎈 Une autre", position=section.position + 1)
    workflow.issue_changed(issue, by=None)
    then = versions.versions_of(issue)[0]
    rewrite(as_editor, issue, **{"sections-0-position": 50_000, "subject": "Un autre objet"})
    late = SectionFactory(issue=issue, title="⏰ Tard venue", position=60_000)
    restore(issue, then, by=editor)
    issue.refresh_from_db()
    assert issue.subject == then.record.subject
    assert list(issue.ordered_sections()) == [section, other, late]


# --- Who may ---


def test_a_locked_section_does_not_go_back_by_its_author(client, section, author):
    workflow.submit(section, by=author)
    client.force_login(author)
    url = reverse("issues:section-restore", args=[section.pk, section.history.last().pk])
    assert client.post(url).status_code == 403
    assert client.get(url).status_code == 405
    assert not Review.objects.filter(comment__contains="reprise").exists()


def test_a_version_of_another_section_is_not_taken(as_editor, section):
    other = SectionFactory()
    url = reverse("issues:section-restore", args=[section.pk, other.history.first().pk])
    assert as_editor.post(url).status_code == 404
    assert as_editor.get(page(section), {"old": other.history.first().pk}).status_code == 404
    assert as_editor.get(page(section), {"old": "’; DROP"}).status_code == 404


def test_the_pages_of_the_library_save_nothing(as_editor, section):
    url = reverse("admin:issues_section_simple_history", args=[section.pk, section.history.first().pk])
    assert as_editor.get(url).status_code == 200
    assert as_editor.post(url, {"title": "Volé"}).status_code == 405
    assert Section.objects.get().title == "🚀 Avant"


def test_another_author_sees_no_version(client, section):
    client.force_login(an_author())
    assert client.get(page(section)).status_code == 404


def test_many_versions_take_as_many_queries_as_two(as_editor, section, django_assert_max_num_queries):
    def save(times):
        for n in range(times):
            section.body = f"Version {section.version} {n}"
            section.save()

    save(2)
    with django_assert_max_num_queries(30) as few:
        as_editor.get(page(section))
    save(40)
    with django_assert_max_num_queries(len(few)):
        as_editor.get(page(section))


def test_every_version_can_be_reached_and_compared_with_any_other(as_editor, section):
    for number in range(25):
        section.body = f"Texte {number}."
        section.save()
    keys = [version.pk for version in versions.versions_of(section)]
    pages = [as_editor.get(page(section), {"page": number}) for number in (1, 2)]
    assert [version.pk for shown in pages for version, _words in shown.context["rows"]] == keys
    compared = as_editor.get(page(section), {"old": keys[-1], "new": keys[0], "page": 2})
    assert compared.context["unseen"] == [("new", keys[0])]
    assert b"Texte 24" in compared.content
