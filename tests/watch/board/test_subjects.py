"""What a subject says, and who may change it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from issues.workflow import NotAllowed, NotNow
from tests.factories import IssueFactory, RubricFactory, UserFactory, a_published_issue
from watch.board import subjects, taking
from watch.board.dates import BEFORE_DEADLINE, default_due
from watch.keeping import NotALink, keep
from watch.models import Clip, Link, Subject

pytestmark = pytest.mark.django_db

PAGE = "https://pages.example/article"


def test_an_author_brings_a_subject_with_its_links(issue, camille, kinds):
    kept, _new = keep(camille, "https://pages.example/une", via=Clip.Via.FORM)
    rubric = RubricFactory()
    links = [kept.link, PAGE, f"{PAGE}?utm_source=x"]
    subject = subjects.create(
        issue, "  Deux   bases ", by=camille, rubric=rubric, links=links, note=" Voir. "
    )
    subject.refresh_from_db()
    assert (subject.title, subject.note, subject.state) == ("Deux bases", "Voir.", "free")
    assert (subject.issue, subject.rubric, subject.created_by) == (issue, rubric, camille)
    assert set(subject.links.values_list("url", flat=True)) == {"https://pages.example/une", PAGE}
    assert kinds(subject) == ["created"]


def test_it_is_due_five_days_before_the_texts_are(issue, camille):
    assert subjects.create(issue, "Un sujet", by=camille).due == issue.deadline - BEFORE_DEADLINE
    assert subjects.create(None, "Une idée", by=camille).due is None
    asked = timezone.now() + timedelta(days=1)
    assert subjects.create(issue, "Pressé", by=camille, due=asked).due == asked


@pytest.mark.parametrize(("days", "left"), [(9, 4), (3, 3), (-1, None)])
def test_a_day_that_is_over_is_no_due_date(days, left):
    now = timezone.now()
    due = default_due(IssueFactory.build(deadline=now + timedelta(days=days)), at=now)
    assert (due and (due - now).days) == left


def test_subjects_stand_in_the_order_in_which_they_came(issue, camille):
    for title in ("Un", "Deux", "Trois"):
        subjects.create(issue, title, by=camille)
    assert list(Subject.objects.values_list("title", "position")) == [("Un", 1), ("Deux", 2), ("Trois", 3)]


@pytest.mark.parametrize("title", ["", "  \n", "x" * 201])
def test_a_title_that_is_none_is_refused(issue, camille, title):
    with pytest.raises(NotNow):
        subjects.create(issue, title, by=camille)


def test_an_address_that_is_none_leaves_nothing_behind(issue, camille):
    with pytest.raises(NotALink):
        subjects.create(issue, "Un sujet", by=camille, links=[PAGE, "javascript:alert(1)"])
    assert not Subject.objects.exists()
    assert not Link.objects.exists()


def test_nothing_is_brought_into_an_issue_that_is_out(camille):
    with pytest.raises(NotNow):
        subjects.create(a_published_issue(), "Trop tard", by=camille)


def test_who_may_bring_none_brings_none(issue):
    with pytest.raises(NotAllowed):
        subjects.create(issue, "Un sujet", by=UserFactory(is_staff=True))


def test_an_editor_changes_what_it_says(subject, editor, kinds):
    due = timezone.now() + timedelta(days=2)
    subjects.edit(subject, by=editor, title="Autrement", note="Plus court.", due=due)
    subject.refresh_from_db()
    assert (subject.title, subject.note, subject.due) == ("Autrement", "Plus court.", due)
    subjects.edit(subject, by=editor, title="Autrement", note="Plus court.", due=due)
    assert kinds(subject) == ["created", "changed"]


def test_an_author_changes_what_is_hers_but_not_until_when(issue, camille, idris, kinds):
    mine = subjects.create(issue, "À moi", by=camille)
    due = mine.due
    subjects.edit(mine, by=camille, title="À moi encore", note="", due=None)
    mine.refresh_from_db()
    assert (mine.title, mine.due) == ("À moi encore", due)
    taking.take(mine, by=idris)
    subjects.edit(mine, by=idris, title="À Idris", note="", due=None)
    with pytest.raises(NotAllowed):
        subjects.edit(mine, by=camille, title="Encore à moi", note="", due=None)
    with pytest.raises(NotAllowed):
        subjects.delete(mine, by=camille)


def test_nobody_changes_what_others_brought(subject, camille):
    for act in (
        lambda: subjects.edit(subject, by=camille, title="À moi", note=""),
        lambda: subjects.delete(subject, by=camille),
        lambda: subjects.remove_link(subject, Link(), by=camille),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_subject_is_deleted_and_what_was_kept_stays(issue, camille, editor):
    mine = subjects.create(issue, "À moi", by=camille, links=[PAGE])
    subjects.delete(mine, by=camille)
    assert not Subject.objects.exists()
    assert Link.objects.get().url == PAGE
    with pytest.raises(NotNow, match="supprimé"):
        subjects.edit(mine, by=editor, title="Revenant", note="")


def test_everybody_adds_links_and_each_page_once(subject, camille, editor, kinds):
    link = subjects.add_link(subject, PAGE, by=camille)
    subjects.add_link(subject, f"{PAGE}#bas", by=editor)
    assert list(subject.links.all()) == [link]
    subjects.remove_link(subject, link, by=editor)
    subjects.remove_link(subject, link, by=editor)
    assert not subject.links.exists()
    assert kinds(subject) == ["created", "changed", "changed"]
    with pytest.raises(NotALink):
        subjects.add_link(subject, "pas une adresse", by=camille)
