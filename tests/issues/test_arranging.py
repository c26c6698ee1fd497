"""Sections move between issues and inside them; approvals fall as for any change."""

from datetime import timedelta

import pytest
from django.utils import timezone

from issues import workflow
from issues.arranging import move_by, move_to_issue
from issues.models import Issue, Section
from issues.rendering import render_issue
from issues.workflow import NotAllowed, NotNow
from tests.factories import (
    AuthorFactory,
    IssueFactory,
    RubricFactory,
    SectionFactory,
    a_published_issue,
    an_author,
    an_editor,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return an_editor()


def approved_issue(**fields):
    issue = IssueFactory()
    for position in (1, 2, 3):
        SectionFactory(
            issue=issue,
            position=position,
            state=Section.State.APPROVED,
            authors=[AuthorFactory()],
            **fields,
        )
    Issue.objects.filter(pk=issue.pk).update(
        state=Issue.State.APPROVED, approved_digest=render_issue(issue).digest
    )
    issue.refresh_from_db()
    return issue


def order(issue):
    return list(issue.sections.order_by("position", "pk"))


def test_a_section_goes_to_the_end_of_another_issue_and_both_approvals_fall(editor):
    left, entered = approved_issue(), approved_issue()
    section = order(left)[0]
    move_to_issue(section, entered, by=editor)
    left.refresh_from_db()
    entered.refresh_from_db()
    assert order(entered)[-1] == section
    assert (left.state, entered.state) == (Issue.State.IN_REVIEW, Issue.State.IN_REVIEW)


def test_a_section_can_leave_its_issue_for_none(editor):
    issue = approved_issue()
    section = order(issue)[0]
    move_to_issue(section, None, by=editor)
    section.refresh_from_db()
    issue.refresh_from_db()
    assert section.issue is None
    assert issue.state == Issue.State.IN_REVIEW


def test_moving_to_where_it_is_changes_nothing(editor):
    issue = approved_issue()
    move_to_issue(order(issue)[0], issue, by=editor)
    issue.refresh_from_db()
    assert issue.state == Issue.State.APPROVED


def test_authors_move_nothing():
    author = an_author()
    section = SectionFactory(authors=[author.author])
    with pytest.raises(NotAllowed):
        move_to_issue(section, None, by=author)
    with pytest.raises(NotAllowed):
        move_by(section, 1, by=author)


def test_nothing_enters_or_leaves_a_published_issue(editor):
    published = a_published_issue()
    inside, outside = SectionFactory(issue=published), SectionFactory()
    with pytest.raises(NotNow):
        move_to_issue(inside, None, by=editor)
    with pytest.raises(NotNow):
        move_to_issue(outside, published, by=editor)
    with pytest.raises(NotNow):
        move_by(inside, 1, by=editor)


def test_a_section_that_somebody_else_moved_stays_where_it_is(editor):
    section, other = SectionFactory(), IssueFactory()
    Section.objects.filter(pk=section.pk).update(issue=None)
    with pytest.raises(NotNow, match=r"moved|déplacé"):
        move_to_issue(section, other, by=editor)


def test_up_and_down_stop_at_the_ends_and_the_approval_falls(editor):
    issue = approved_issue()
    first, second, third = order(issue)
    move_by(first, -1, by=editor)
    issue.refresh_from_db()
    assert order(issue) == [first, second, third]
    assert issue.state == Issue.State.APPROVED
    move_by(third, -1, by=editor)
    issue.refresh_from_db()
    assert order(issue) == [first, third, second]
    assert issue.state == Issue.State.IN_REVIEW


def test_the_order_of_a_scheduled_issue_is_fixed(editor):
    issue = approved_issue()
    workflow.schedule(issue, by=editor, at=timezone.now() + timedelta(days=1))
    with pytest.raises(NotNow):
        move_by(order(issue)[0], 1, by=editor)


@pytest.mark.parametrize("what", ["rubric", "rubric deleted", "author"])
def test_an_approval_falls_when_a_name_changes(admin_client, what):
    rubric = RubricFactory()
    issue = approved_issue(rubric=rubric)
    author = order(issue)[0].byline()[0]
    address, data = {
        "rubric": (f"/admin/issues/rubric/{rubric.pk}/change/", {"name": "Autrement", "position": 0}),
        "rubric deleted": (f"/admin/issues/rubric/{rubric.pk}/delete/", {"post": "yes"}),
        "author": (
            f"/admin/authors/author/{author.pk}/change/",
            {"name": "Autre nom", "bio": "", "website": ""},
        ),
    }[what]
    assert admin_client.post(address, data).status_code == 302
    issue.refresh_from_db()
    assert issue.state == Issue.State.IN_REVIEW
    assert issue.reviews.get().actor.username == "admin"
