"""Where a subject stands."""

import pytest

from issues.workflow import NotAllowed, NotNow
from tests.factories import IssueFactory, RubricFactory, SectionFactory, a_published_issue
from watch.board import subjects, taking
from watch.board.dates import BEFORE_DEADLINE
from watch.board.moving import move, move_by
from watch.models import Subject

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(issue, editor):
    return [subjects.create(issue, title, by=editor) for title in ("Un", "Deux", "Trois")]


def titles(issue, rubric=None):
    return list(Subject.objects.filter(issue=issue, rubric=rubric).values_list("title", flat=True))


@pytest.mark.parametrize(
    ("moved", "before", "order"),
    [
        (2, 0, ["Trois", "Un", "Deux"]),
        (0, 2, ["Deux", "Un", "Trois"]),
        (0, None, ["Deux", "Trois", "Un"]),
        (1, 1, ["Un", "Trois", "Deux"]),
    ],
)
def test_it_is_put_before_another_or_at_the_end(issue, editor, three, kinds, moved, before, order):
    key = None if before is None else three[before].pk
    move(three[moved], issue=issue, rubric=None, before=key, by=editor)
    assert titles(issue) == order
    assert kinds(three[moved]) == ["created"]


@pytest.mark.parametrize(
    ("moved", "steps", "order"),
    [
        (1, -1, ["Deux", "Un", "Trois"]),
        (1, 1, ["Un", "Trois", "Deux"]),
        (0, -1, ["Un", "Deux", "Trois"]),
        (2, 1, ["Un", "Deux", "Trois"]),
    ],
)
def test_it_goes_up_and_down_as_far_as_there_is_room(issue, editor, three, moved, steps, order):
    three[moved].refresh_from_db()
    move_by(three[moved], steps, by=editor)
    assert titles(issue) == order


def test_it_goes_under_another_rubric(issue, editor, three, kinds):
    rubric = RubricFactory()
    move(three[1], issue=issue, rubric=rubric, by=editor)
    move(three[0], issue=issue, rubric=rubric, before=three[1].pk, by=editor)
    assert titles(issue, rubric) == ["Un", "Deux"]
    assert titles(issue) == ["Trois"]
    assert kinds(three[0]) == ["created", "moved"]


def test_an_idea_gets_its_day_with_its_issue_and_loses_it_again(issue, camille):
    idea = subjects.create(None, "Plus tard", by=camille)
    move(idea, issue=issue, rubric=None, by=camille)
    idea.refresh_from_db()
    assert (idea.issue, idea.due) == (issue, issue.deadline - BEFORE_DEADLINE)
    move(idea, issue=None, rubric=None, by=camille)
    idea.refresh_from_db()
    assert (idea.issue, idea.due) == (None, None)


def test_authors_move_what_is_theirs(issue, camille, subject):
    with pytest.raises(NotAllowed):
        move(subject, issue=None, rubric=None, by=camille)
    with pytest.raises(NotAllowed):
        move_by(subject, 1, by=camille)
    taking.take(subject, by=camille)
    move(subject, issue=None, rubric=None, by=camille)
    subject.refresh_from_db()
    assert (subject.issue, subject.owner) == (None, camille.author)


def test_nothing_goes_into_an_issue_that_is_out_and_what_is_written_stays(issue, editor, subject):
    with pytest.raises(NotNow):
        move(subject, issue=a_published_issue(), rubric=None, by=editor)
    Subject.objects.filter(pk=subject.pk).update(section=SectionFactory(issue=issue))
    with pytest.raises(NotNow):
        move(subject, issue=None, rubric=None, by=editor)


def test_a_step_on_a_board_that_is_old_is_told(issue, editor, three):
    three[1].refresh_from_db()
    Subject.objects.filter(pk=three[1].pk).update(issue=IssueFactory())
    with pytest.raises(NotNow, match="déplacé"):
        move_by(three[1], 1, by=editor)
