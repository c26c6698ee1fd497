"""Resolving and reopening: who may, what, and when."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from issues import workflow
from issues.models import Review
from issues.thread import resolving
from tests.factories import IssueFactory, SectionFactory, UserFactory, an_author, an_editor

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    return an_author()


@pytest.fixture
def section(author):
    return SectionFactory(authors=[author.author])


@pytest.fixture
def question(section):
    return workflow.comment(section, by=an_editor(), text="Sûr ?")


def url(review, verb):
    kind = "section" if review.section_id else "issue"
    return reverse(f"issues:{kind}-{verb}", args=[review.thing.pk, review.pk])


def test_who_signs_resolves_and_an_editor_reopens(client, author, question):
    client.force_login(author)
    client.post(url(question, "resolve"))
    question.refresh_from_db()
    assert question.resolved_at
    assert question.resolved_by == author
    client.force_login(an_editor())
    client.post(url(question, "reopen"))
    question.refresh_from_db()
    assert (question.resolved_at, question.resolved_by) == (None, None)


@pytest.mark.parametrize("verb", ["resolve", "reopen"])
def test_nobody_else_does(client, question, verb):
    if verb == "reopen":
        resolving.resolve(question, by=an_editor())
    before = Review.objects.filter(pk=question.pk).values().get()
    for user in (None, UserFactory(), UserFactory(is_staff=True), an_author()):
        client.logout()
        if user:
            client.force_login(user)
        assert client.post(url(question, verb)).status_code in (302, 403, 404)
    client.force_login(an_editor())
    assert client.get(url(question, verb)).status_code == 405
    assert Review.objects.filter(pk=question.pk).values().get() == before


def test_in_the_thread_of_an_issue_only_editors_do(client, author, section):
    question = workflow.comment(section.issue, by=an_editor(), text="Sûr ?")
    client.force_login(author)
    assert client.post(url(question, "resolve")).status_code == 403
    client.force_login(an_editor())
    client.post(url(question, "resolve"))
    question.refresh_from_db()
    assert question.resolved_at


def test_an_entry_is_reached_through_its_own_thread_alone(client, author, question):
    other = SectionFactory(authors=[author.author])
    client.force_login(author)
    wrong = reverse("issues:section-resolve", args=[other.pk, question.pk])
    assert client.post(wrong).status_code == 404
    assert Review.objects.open().exists()


def test_what_is_resolved_is_not_resolved_again_in_another_name(client, author, question):
    resolving.resolve(question, by=author)
    client.force_login(an_editor())
    response = client.post(url(question, "resolve"), follow=True)
    assert "déjà résolu" in response.content.decode()
    question.refresh_from_db()
    assert question.resolved_by == author
    resolving.reopen(question, by=author)
    with pytest.raises(workflow.NotNow):
        resolving.reopen(question, by=author)


def test_a_step_is_nothing_to_resolve(author, section):
    workflow.submit(section, by=author)
    step = section.reviews.get()
    with pytest.raises(workflow.NotNow):
        resolving.resolve(step, by=author)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(pk=step.pk).update(resolved_at=step.created_at)


def test_what_was_deleted_meanwhile_is_told(author, question):
    Review.objects.all().delete()
    with pytest.raises(workflow.NotNow):
        resolving.resolve(question, by=author)


def test_an_issue_without_sections_has_a_thread_too():
    editor = an_editor()
    question = workflow.comment(IssueFactory(), by=editor, text="?")
    resolving.resolve(question, by=editor)
    assert not Review.objects.open().exists()
