"""Many who want the same subject at the same moment: one has it, the others are told who."""

import pytest
from django.utils import timezone

from issues.workflow import NotNow
from tests.factories import an_author
from tests.issues.desk.test_simultaneous_saves import at_once
from watch.board import moving, overdue, subjects, taking
from watch.models import Subject

pytestmark = pytest.mark.django_db(transaction=True)

TAKERS = 20


def try_to_take(subject, person):
    try:
        taking.take(Subject.objects.get(pk=subject.pk), by=person)
    except NotNow as refusal:
        return str(refusal)
    return ""


def test_of_twenty_takers_one_has_it_and_the_others_are_told_who(subject, kinds):
    people = [an_author() for _ in range(TAKERS)]
    answers = at_once(*(lambda person=person: try_to_take(subject, person) for person in people))
    subject.refresh_from_db()
    winners = [person for person, answer in zip(people, answers, strict=True) if not answer]
    assert [person.author for person in winners] == [subject.owner]
    assert all(subject.owner.name in answer for answer in answers if answer)
    assert kinds(subject) == ["created", "taken"]


def test_two_clocks_at_once_free_it_once(subject, camille, kinds):
    taking.take(subject, by=camille)
    subject.refresh_from_db()
    late = subject.due + timezone.timedelta(seconds=1)
    assert sorted(at_once(*[lambda: overdue.free_overdue(late)] * 2)) == [0, 1]
    assert kinds(subject) == ["created", "taken", "freed"]


def test_two_who_move_at_once_do_not_stop_each_other(issue, editor):
    rows = [subjects.create(issue, f"Sujet {n}", by=editor) for n in range(4)]
    for _round in range(3):
        at_once(
            lambda: moving.move(rows[3], issue=issue, rubric=None, before=rows[0].pk, by=editor),
            lambda: moving.move(rows[0], issue=issue, rubric=None, by=editor),
        )
    assert sorted(Subject.objects.values_list("position", flat=True)) == [1, 2, 3, 4]
