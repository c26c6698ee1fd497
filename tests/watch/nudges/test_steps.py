"""The steps to a deadline, and whose turn it is."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from issues.models import PlannedRubric
from issues.workflow import NotAllowed, NotNow
from tests.factories import (
    IssueFactory,
    RubricFactory,
    SectionFactory,
    a_published_issue,
    an_author,
    an_editor,
)
from tests.watch.nudges.conftest import DEADLINE, a_subject
from watch.models import Turn
from watch.nudges import rota, steps


def missing(issue):
    return [[str(thing) for thing in step.missing] for step in steps.of(issue)]


def test_each_step_names_what_it_lacks(issue, rubric, author):
    assert missing(issue) == [["Outils"], [], []]
    subject = a_subject(issue, author, days=12, rubric=rubric)
    assert missing(issue) == [[], ["La sobriété"], ["La sobriété"]]
    section = SectionFactory(issue=issue, title="La sobriété, écrite", body="", rubric=rubric)
    subject.section = section
    subject.save()
    assert missing(issue) == [[], ["La sobriété, écrite"], ["La sobriété, écrite"]]
    section.body = "Du texte."
    section.save()
    assert missing(issue) == [[], [], ["La sobriété, écrite"]]
    section.state = "submitted"
    section.save()
    assert missing(issue) == [[], [], []]
    with time_machine.travel(DEADLINE):
        assert all(step.is_done and not step.is_late for step in steps.of(issue))


def test_a_step_is_late_once_its_moment_has_come(issue, rubric):
    first = steps.of(issue)[0]
    assert first.at == DEADLINE - timedelta(days=10)
    for moment, late in ((first.at - timedelta(seconds=1), False), (first.at, True)):
        with time_machine.travel(moment, tick=False):
            assert first.is_late is late


def test_without_a_deadline_there_are_no_steps(db):
    assert steps.of(IssueFactory()) == []


def test_a_subject_that_is_only_proposed_fills_no_rubric(issue, rubric, author):
    a_subject(issue, author, days=12, state="proposed", rubric=rubric)
    assert missing(issue)[0] == ["Outils"]


def test_ten_issues_cost_three_queries(db, author, django_assert_num_queries):
    issues = [IssueFactory(deadline=DEADLINE) for _ in range(10)]
    for one in issues:
        rubric = RubricFactory()
        PlannedRubric.objects.create(issue=one, rubric=rubric, position=1)
        a_subject(one, author, days=12, section=SectionFactory(issue=one))
        SectionFactory(issue=one)
    with django_assert_num_queries(3):
        found = steps.of_all(issues)
    assert all(len(found[one.pk][0].missing) == 1 for one in issues)


def test_who_was_longest_without_a_turn_is_proposed_and_two_issues_are_not_for_one(db):
    first, second, third = an_editor(), an_editor(), an_editor()
    an_author()
    Turn.objects.create(issue=a_published_issue(number=8), editor=third)
    Turn.objects.create(issue=a_published_issue(number=9), editor=first)
    coming = [IssueFactory(number=n) for n in (10, 11, 12)]
    Turn.objects.create(issue=coming[1], editor=second)
    assert rota.proposed(coming) == {coming[0].pk: third, coming[2].pk: first}


def test_only_editors_give_turns_and_have_them(issue, author, editor):
    with pytest.raises(NotAllowed):
        rota.give(issue, editor, by=author)
    with pytest.raises(NotNow):
        rota.give(issue, author, by=editor)
    with pytest.raises(NotNow):
        rota.give(a_published_issue(), editor, by=editor)
    rota.give(issue, editor, by=editor)
    rota.give(issue, editor, by=editor)
    assert Turn.objects.get().editor == editor
    rota.give(issue, None, by=editor)
    assert not Turn.objects.exists()


def test_the_page_proposes_gives_and_tells(client, issue, rubric, editor):
    client.force_login(editor)
    page = client.get(reverse("watch:turns")).content.decode()
    assert "le plus longtemps" in page
    assert "Outils" in page
    url = reverse("watch:turn-give", args=[issue.pk])
    assert "C’est noté" in client.post(url, {"editor": editor.pk}, follow=True).content.decode()
    assert Turn.objects.get().editor == editor
    assert "rédaction" in client.post(url, {"editor": "x"}, follow=True).content.decode()
    assert Turn.objects.get().editor == editor


def test_authors_look_and_touch_nothing(client, issue, author, editor):
    client.force_login(author)
    page = client.get(reverse("watch:turns")).content.decode()
    assert (
        "<select" not in page.split("<main", 1)[-1] or reverse("watch:turn-give", args=[issue.pk]) not in page
    )
    assert client.post(reverse("watch:turn-give", args=[issue.pk]), {"editor": editor.pk}).status_code == 403
    assert not Turn.objects.exists()
