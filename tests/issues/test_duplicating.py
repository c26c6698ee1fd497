"""The next issue begins with what comes back in every one."""

from datetime import datetime

import pytest
from django.utils import timezone

from issues.duplicating import NumberTaken, a_month_later, duplicate_as_next
from issues.models import Issue, PlannedRubric, Section
from issues.workflow import NotAllowed
from tests.factories import (
    AuthorFactory,
    IssueFactory,
    RubricFactory,
    SectionFactory,
    SourceFactory,
    an_author,
    an_editor,
)

pytestmark = pytest.mark.django_db


def at(*moment):
    return timezone.make_aware(datetime(*moment))


@pytest.fixture
def issue():
    issue = IssueFactory(number=7, closing="À bientôt.", deadline=at(2026, 1, 31, 18))
    agenda, essays = RubricFactory(name="Agenda"), RubricFactory(name="Essais")
    PlannedRubric.objects.create(issue=issue, rubric=agenda, position=1)
    SectionFactory(issue=issue, position=1, rubric=essays)
    standing = SectionFactory(
        issue=issue,
        position=2,
        rubric=agenda,
        is_standing=True,
        state=Section.State.APPROVED,
        authors=[AuthorFactory(name="Zoé"), AuthorFactory(name="Anne")],
    )
    standing.tags.add("rendez-vous")
    SourceFactory(section=standing, url="https://agenda.example/")
    return issue


def test_it_copies_what_comes_back_and_nothing_else(issue):
    made = duplicate_as_next(issue, by=an_editor(), number=8, title="Le huitième")
    assert (made.number, made.title, made.state) == (8, "Le huitième", Issue.State.DRAFT)
    assert (made.introduction, made.closing) == (issue.introduction, "À bientôt.")
    assert (made.subject, made.preheader) == ("", "")
    assert made.deadline == at(2026, 2, 28, 18)
    assert [plan.rubric.name for plan in made.planned_rubrics.all()] == ["Essais", "Agenda"]
    (section,) = made.sections.all()
    assert section.state == Section.State.DRAFT
    assert section.is_standing
    assert [author.name for author in section.byline()] == ["Zoé", "Anne"]
    assert [tag.name for tag in section.tags.all()] == ["rendez-vous"]
    assert [source.url for source in section.sources.all()] == ["https://agenda.example/"]
    assert section.body == issue.sections.get(is_standing=True).body


def test_the_second_of_two_clicks_finds_the_issue_of_the_first(issue):
    editor = an_editor()
    made = duplicate_as_next(issue, by=editor, number=8)
    with pytest.raises(NumberTaken) as refused:
        duplicate_as_next(issue, by=editor, number=8)
    assert refused.value.issue == made
    assert Issue.objects.count() == 2


def test_an_author_duplicates_nothing(issue):
    with pytest.raises(NotAllowed):
        duplicate_as_next(issue, by=an_author(), number=8)


def test_without_a_deadline_there_is_none_and_a_title_is_found(issue):
    issue.deadline = None
    issue.save()
    made = duplicate_as_next(issue, by=an_editor(), number=9, title="  ")
    assert made.deadline is None
    assert made.title


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((2026, 12, 5, 9), (2027, 1, 5, 9)),
        ((2028, 1, 31, 9), (2028, 2, 29, 9)),
        # Across the change to summer time the hour by the clock stays.
        ((2026, 3, 15, 18), (2026, 4, 15, 18)),
    ],
)
def test_a_month_later_is_the_same_hour_by_the_clock(before, after):
    assert a_month_later(at(*before)) == at(*after)
