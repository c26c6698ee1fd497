"""Warnings are answered for by name; an approval waits for that."""

import pytest
from django.db import IntegrityError, transaction

from issues import checks, workflow
from issues.acknowledging import acknowledge, take_back
from issues.models import Acknowledgement, Issue, LinkLookup, Section
from issues.workflow import NotAllowed, NotNow
from tests.factories import AuthorFactory, IssueFactory, SectionFactory, UserFactory, an_author, an_editor

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return an_editor()


@pytest.fixture
def issue():
    """In review, with two warnings: no preheader, and a heading that skips a level."""
    issue = IssueFactory(state=Issue.State.IN_REVIEW, preheader="")
    SectionFactory(
        issue=issue, state=Section.State.APPROVED, authors=[AuthorFactory()], body="#### Bas\n\nUn."
    )
    return issue


def waiting(issue):
    return [message.fingerprint for message in checks.report(issue).open_warnings]


def test_an_issue_with_warnings_is_approved_once_all_are_acknowledged(issue, editor):
    first, second = waiting(issue)
    with pytest.raises(NotNow, match="2"):
        workflow.approve(issue, by=editor)
    assert acknowledge(issue, [first], by=editor) == 1
    with pytest.raises(NotNow, match="1"):
        workflow.approve(issue, by=editor)
    acknowledge(issue, [second], by=editor)
    workflow.approve(issue, by=editor)
    assert issue.state == "approved"


def test_the_refusal_names_the_warnings(issue, editor):
    with pytest.raises(NotNow) as refusal:
        workflow.approve(issue, by=editor)
    for message in checks.report(issue).open_warnings:
        assert message.message in str(refusal.value)


def test_it_is_kept_who_acknowledged_what(issue, editor):
    message = checks.report(issue).open_warnings[0]
    acknowledge(issue, [message.fingerprint], by=editor)
    kept = Acknowledgement.objects.get()
    assert (kept.issue, kept.by, kept.check_id, kept.about) == (issue, editor, message.id, message.about)


def test_another_situation_asks_again(issue, editor):
    issue.preheader = "Un en-tête."
    issue.subject = "x" * 61
    issue.save()
    acknowledge(issue, waiting(issue), by=editor)
    assert waiting(issue) == []
    issue.subject = "x" * 70
    issue.save()
    assert len(waiting(issue)) == 1
    issue.subject = "x" * 61
    issue.save()
    assert waiting(issue) == []


def test_a_link_that_dies_after_all_was_acknowledged_asks_again(issue, editor, settings):
    settings.VEILLE_CHECK_LINKS = True
    issue.introduction = "[a](https://example.org/a)"
    issue.save()
    acknowledge(issue, waiting(issue), by=editor)
    now = issue.created_at
    LinkLookup.objects.create(url="https://example.org/a", state="dead", failing_since=now, next_at=now)
    with pytest.raises(NotNow, match="https://example"):
        workflow.approve(issue, by=editor)


def test_twice_is_once(issue, editor):
    found = waiting(issue)
    assert acknowledge(issue, found, by=editor) == 2
    assert acknowledge(issue, found, by=an_editor()) == 0
    assert set(Acknowledgement.objects.values_list("by", flat=True)) == {editor.pk}


def test_what_has_changed_since_is_not_acknowledged_unseen(issue, editor):
    found = waiting(issue)
    issue.preheader = "Un en-tête."
    issue.save()
    with pytest.raises(NotNow):
        acknowledge(issue, found, by=editor)
    assert not Acknowledgement.objects.exists()


@pytest.mark.parametrize("fingerprints", [[], ["0" * 64], ["\x00"], ["x" * 1000]])
def test_nonsense_is_not_acknowledged(issue, editor, fingerprints):
    with pytest.raises(NotNow):
        acknowledge(issue, fingerprints, by=editor)


def test_an_error_cannot_be_acknowledged(issue, editor):
    Section.objects.update(state=Section.State.DRAFT)
    (error,) = checks.report(issue).errors
    with pytest.raises(NotNow):
        acknowledge(issue, [error.fingerprint], by=editor)
    with pytest.raises(NotNow, match=error.obj.title):
        workflow.approve(issue, by=editor)


def test_only_editors_acknowledge_and_take_back(issue, editor):
    found = waiting(issue)
    for user in (an_author(), UserFactory(is_staff=True)):
        with pytest.raises(NotAllowed):
            acknowledge(issue, found, by=user)
        with pytest.raises(NotAllowed):
            take_back(issue, found[0], by=user)
    editor.is_active = False
    with pytest.raises(NotAllowed):
        acknowledge(issue, found, by=editor)


def test_what_is_taken_back_asks_again(issue, editor):
    found = waiting(issue)
    acknowledge(issue, found, by=editor)
    take_back(issue, found[0], by=an_editor())
    assert waiting(issue) == found[:1]


@pytest.mark.parametrize("state", ["approved", "scheduled", "published"])
def test_after_the_approval_nothing_is_acknowledged_or_taken_back(issue, editor, state):
    found = waiting(issue)
    acknowledge(issue, found, by=editor)
    fields = {"approved_digest": "0" * 64, "scheduled_for": issue.created_at, "scheduled_by": editor}
    Issue.objects.update(state=state, published_at=issue.created_at, **fields)
    with pytest.raises(NotNow):
        acknowledge(issue, found, by=editor)
    with pytest.raises(NotNow):
        take_back(issue, found[0], by=editor)
    assert Acknowledgement.objects.count() == 2


def test_an_issue_deleted_meanwhile_is_told(issue, editor):
    found = waiting(issue)
    Issue.objects.filter(pk=issue.pk).delete()
    with pytest.raises(NotNow):
        acknowledge(issue, found, by=editor)


def test_a_warning_is_acknowledged_once_by_the_database_too(issue, editor):
    fields = {"issue": issue, "check_id": "issues.W002", "about": "issue:1", "fingerprint": "a", "by": editor}
    Acknowledgement.objects.create(**fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        Acknowledgement.objects.create(**fields)
