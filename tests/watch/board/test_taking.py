"""Who has a subject."""

from datetime import timedelta

import pytest
from django.utils import timezone

from issues.models import Issue
from issues.workflow import NotAllowed, NotNow
from tests.factories import AuthorFactory, SectionFactory, UserFactory
from watch.board import subjects, taking
from watch.board.dates import BEFORE_DEADLINE
from watch.models import Subject, SubjectNotice

pytestmark = pytest.mark.django_db


def read(subject):
    subject.refresh_from_db()
    return subject.state, subject.owner


def told():
    return {(notice.recipient, notice.event.kind) for notice in SubjectNotice.objects.all()}


def test_a_free_subject_is_taken(subject, camille, kinds):
    taking.take(subject, by=camille)
    assert read(subject) == ("taken", camille.author)
    assert timezone.now() - subject.owned_at < timedelta(minutes=1)
    assert kinds(subject) == ["created", "taken"]


def test_taking_twice_is_taking_once(subject, camille, kinds):
    taking.take(subject, by=camille)
    taking.take(subject, by=camille)
    assert kinds(subject) == ["created", "taken"]


def test_who_comes_second_is_told_who_has_it(subject, camille, idris):
    taking.take(subject, by=camille)
    with pytest.raises(NotNow, match=camille.author.name):
        taking.take(subject, by=idris)
    assert read(subject) == ("taken", camille.author)


def test_what_is_proposed_waits_for_its_author(subject, camille, idris, editor, kinds):
    taking.propose(subject, camille.author, by=editor)
    assert read(subject) == ("proposed", camille.author)
    assert told() == {(camille, "proposed")}
    with pytest.raises(NotNow, match=f"proposé à {camille.author.name}"):
        taking.take(subject, by=idris)
    taking.take(subject, by=camille)
    assert read(subject) == ("taken", camille.author)
    assert kinds(subject) == ["created", "proposed", "taken"]


def test_a_proposal_is_declined_and_who_made_it_is_told(subject, camille, editor, kinds):
    taking.propose(subject, camille.author, by=editor)
    taking.give_back(subject, by=camille)
    assert read(subject) == ("free", None)
    assert kinds(subject)[-1] == "declined"
    assert (editor, "declined") in told()


def test_an_editor_proposes_it_to_somebody_else_until_it_is_taken(subject, camille, idris, editor, kinds):
    taking.propose(subject, camille.author, by=editor)
    taking.propose(subject, idris.author, by=editor)
    taking.propose(subject, idris.author, by=editor)
    assert kinds(subject) == ["created", "proposed", "proposed"]
    taking.take(subject, by=idris)
    with pytest.raises(NotNow, match=idris.author.name):
        taking.propose(subject, camille.author, by=editor)


def test_a_guest_has_at_once_what_is_proposed_to_her(subject, editor):
    guest = AuthorFactory()
    taking.propose(subject, guest, by=editor)
    assert read(subject) == ("taken", guest)
    assert told() == set()


def test_authors_propose_nothing(subject, camille, idris):
    with pytest.raises(NotAllowed):
        taking.propose(subject, idris.author, by=camille)


def test_it_is_given_back_by_who_has_it_or_an_editor(subject, camille, idris, editor, kinds):
    taking.take(subject, by=camille)
    with pytest.raises(NotAllowed):
        taking.give_back(subject, by=idris)
    taking.give_back(subject, by=camille)
    taking.give_back(subject, by=idris)
    taking.take(subject, by=idris)
    taking.give_back(subject, by=editor)
    assert read(subject) == ("free", None)
    assert kinds(subject) == ["created", "taken", "given_back", "taken", "given_back"]


def test_an_account_without_an_author_is_told_so(subject, editor):
    with pytest.raises(NotNow, match="fiche d’auteur"):
        taking.take(subject, by=editor)
    AuthorFactory(user=editor)
    taking.take(subject, by=editor)
    assert read(subject) == ("taken", editor.author)


def test_who_may_not_take_does_not(subject):
    with pytest.raises(NotAllowed):
        taking.take(subject, by=UserFactory(is_staff=True))


def test_a_day_that_is_over_is_set_anew_and_one_to_come_stays(subject, issue, camille, editor):
    for due, expected in [
        (timezone.now() - timedelta(days=1), issue.deadline - BEFORE_DEADLINE),
        (timezone.now() + timedelta(days=1), None),
    ]:
        subjects.edit(subject, by=editor, title=subject.title, note="", due=due)
        taking.take(subject, by=camille)
        read(subject)
        assert subject.due == (expected or due)
        taking.give_back(subject, by=camille)


def test_once_a_section_came_of_it_the_section_says(subject, issue, camille, idris, editor):
    taking.take(subject, by=camille)
    section = SectionFactory(issue=issue, authors=[camille.author])
    Subject.objects.filter(pk=subject.pk).update(section=section)
    for act in (
        lambda: taking.take(subject, by=idris),
        lambda: taking.give_back(subject, by=camille),
        lambda: taking.propose(subject, idris.author, by=editor),
    ):
        with pytest.raises(NotNow, match="en cours d’écriture"):
            act()


def test_nothing_is_taken_of_an_issue_that_is_out_nor_what_is_gone(subject, issue, camille):
    Issue.objects.filter(pk=issue.pk).update(
        state="published", approved_digest="0" * 64, published_at=timezone.now()
    )
    with pytest.raises(NotNow, match="publié"):
        taking.take(subject, by=camille)
    Subject.objects.all().delete()
    with pytest.raises(NotNow, match="supprimé"):
        taking.take(subject, by=camille)
