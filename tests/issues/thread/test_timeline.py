"""The thread on the page: what was said and done, what is quoted, what is still open."""

import pytest
from django.urls import reverse

from issues import workflow
from issues.models import Review, Section
from issues.thread import resolving
from issues.thread.timeline import latest_of_sections, timeline
from tests.factories import IssueFactory, SectionFactory, an_author, an_editor

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    return an_author()


@pytest.fixture
def editor():
    return an_editor()


@pytest.fixture
def section(author):
    return SectionFactory(authors=[author.author], body="Un texte qui tient.\n\nEt une\nsuite, « citée ».")


def page(thing):
    return reverse(f"admin:issues_{thing._meta.model_name}_change", args=[thing.pk])


def stands(section, user):
    return [entry.quote_stands for entry in timeline(section, user).entries if entry.review.quote]


def test_comments_and_changes_of_state_stand_in_one_order(section, author, editor):
    workflow.comment(section, by=author, text="Presque prête")
    workflow.submit(section, by=author)
    workflow.request_changes(section, by=editor, comment="Un exemple ?")
    said = [(entry.review.to_state, entry.review.comment) for entry in timeline(section, editor).entries]
    assert said == [("", "Presque prête"), ("submitted", ""), ("changes_requested", "Un exemple ?")]


def test_a_quote_stands_whatever_its_spaces_until_the_text_says_something_else(section, author, editor):
    workflow.comment(section, by=editor, text="Joli", quote="Et une suite,\r\n« citée ».")
    assert stands(section, author) == [True]
    section.body = section.body.replace("citée", "coupée")
    section.save()
    assert stands(section, author) == [False]
    assert Review.objects.get().quote == "Et une suite,\r\n« citée »."


def test_the_page_shows_the_quote_and_says_that_it_changed(client, section, author, editor):
    workflow.comment(section, by=editor, text="Joli", quote="une <b>phrase</b> partie")
    client.force_login(author)
    html = client.get(page(section)).content.decode()
    assert "une &lt;b&gt;phrase&lt;/b&gt; partie" in html
    assert "Ce passage a changé depuis." in html
    assert "Voir dans le texte" not in html


def test_the_words_of_an_issue_can_be_quoted(editor):
    issue = IssueFactory(introduction="Bonjour", closing="À bientôt")
    for words in ("Bonjour", "À bientôt", "Adieu"):
        workflow.comment(issue, by=editor, text="?", quote=words)
    assert stands(issue, editor) == [True, True, False]


def test_a_comment_is_posted_with_its_quote(client, section, author):
    client.force_login(author)
    data = {"comment": "Trop long ?", "quote": "Un texte qui tient."}
    response = client.post(reverse("issues:section-comment", args=[section.pk]), data)
    assert response.url == f"{page(section)}#thread"
    assert section.reviews.values_list("comment", "quote").get() == tuple(data.values())


def test_changes_are_requested_about_a_passage(client, section, author, editor):
    workflow.submit(section, by=author)
    client.force_login(editor)
    client.post(
        reverse("issues:section-transition", args=[section.pk, "request-changes"]),
        {"comment": "Trop long", "quote": "qui tient"},
    )
    assert section.reviews.last().quote == "qui tient"


def test_a_quote_without_an_end_is_refused_in_words(client, section, author):
    client.force_login(author)
    response = client.post(
        reverse("issues:section-comment", args=[section.pk]),
        {"comment": "x", "quote": "x" * 2001},
        follow=True,
    )
    assert "Le passage est trop long" in response.content.decode()
    assert not Review.objects.exists()


def test_a_script_gets_the_thread_alone_and_what_came_of_it(client, section, author):
    client.force_login(author)
    url = reverse("issues:section-comment", args=[section.pk])
    fine = client.post(url, {"comment": "Bien"}, headers={"X-Thread": "1"}).content.decode()
    assert "Bien" in fine
    assert "<html" not in fine
    refused = client.post(url, {"comment": " "}, headers={"X-Thread": "1"}).content.decode()
    assert "Le commentaire est vide." in refused


def test_what_is_resolved_folds_away_and_is_counted_no_more(client, section, author, editor):
    workflow.comment(section, by=editor, text="Une question")
    client.force_login(author)
    assert "1 à résoudre" in client.get(page(section)).content.decode()
    resolving.resolve(Review.objects.get(), by=author)
    html = client.get(page(section)).content.decode()
    assert "à résoudre" not in html
    assert "<summary>" in html


def test_boards_count_what_is_open(section, author, editor):
    other = SectionFactory(authors=[author.author])
    workflow.comment(section, by=author, text="Une")
    workflow.submit(section, by=author)
    workflow.request_changes(section, by=editor, comment="Deux")
    workflow.comment(section, by=editor, text="Trois")
    resolving.resolve(section.reviews.last(), by=editor)

    def counts():
        return dict(Section.objects.with_open_comments().values_list("pk", "open_comments"))

    assert counts() == {section.pk: 2, other.pk: 0}
    resolving.resolve(section.reviews.get(comment="Deux"), by=author)
    assert counts()[section.pk] == 1


def test_what_the_house_notes_by_itself_asks_nothing(section, author, editor):
    workflow.submit(section, by=author)
    workflow.approve_section(section, by=editor)
    workflow.section_changed(section, by=editor)
    assert section.reviews.last().comment
    assert not Review.objects.open().exists()


def test_authors_read_the_steps_of_an_issue_and_not_what_editors_say_about_it(
    client, section, author, editor
):
    issue = section.issue
    workflow.send_to_review(issue, by=editor)
    workflow.comment(issue, by=editor, text="Entre nous")
    client.force_login(author)
    html = client.get(page(issue)).content.decode()
    assert "en relecture" in html
    assert "Entre nous" not in html
    assert "desk-comment-form" not in html


def test_a_long_thread_costs_as_many_queries_as_a_short_one(
    client, section, author, editor, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    workflow.comment(section, by=editor, text="Une", quote="Un texte")
    client.force_login(author)
    client.get(page(section))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(page(section))
    for n in range(20):
        workflow.comment(section, by=an_editor(), text=f"Une {n}", quote="Un texte")
        resolving.resolve(section.reviews.last(), by=an_editor())
    with django_assert_num_queries(len(few)):
        client.get(page(section))


def test_the_page_of_an_issue_tells_what_was_said_lately_in_its_sections(client, section, author, editor):
    workflow.comment(SectionFactory(authors=[author.author]), by=author, text="Ailleurs")
    workflow.comment(section, by=author, text="Presque prête")
    workflow.submit(section, by=author)
    client.force_login(editor)
    shown = client.get(page(section.issue)).context["latest_of_sections"]
    assert [review.comment or review.to_state for review in shown] == ["submitted", "Presque prête"]


def test_of_the_sections_of_others_an_author_is_told_nothing(section, author):
    workflow.comment(section, by=author, text="Presque prête")
    assert [*latest_of_sections(section.issue, an_author())] == []
    assert len(latest_of_sections(section.issue, author)) == 1
