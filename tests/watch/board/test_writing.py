"""What came of a subject, and what was covered before it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from issues.workflow import NotAllowed, NotNow
from tests.factories import SectionFactory, SourceFactory, a_published_issue
from watch.board import overdue, subjects, taking, writing
from watch.board.page import board
from watch.drafting import draft

pytestmark = pytest.mark.django_db

PAGE = "https://pages.example/article"


@pytest.fixture
def taken(subject, camille):
    taking.take(subject, by=camille)
    return subject


@pytest.fixture
def section(issue, camille):
    return SectionFactory(issue=issue, authors=[camille.author], title="Commencée ailleurs")


def test_its_author_says_which_section_it_is(client, taken, section, camille, kinds):
    (card,) = [card for card in board(camille, "13").cards if card.subject]
    assert (card.can_write, card.candidates) == (True, [section])
    client.force_login(camille)
    client.post(reverse("watch:subject-attach", args=[taken.pk]), {"section": section.pk})
    taken.refresh_from_db()
    assert taken.section == section
    assert kinds(taken) == ["created", "taken", "drafted"]
    assert [card.title for card in board(camille, "13").cards] == ["Commencée ailleurs"]
    assert overdue.free_overdue(taken.due + timedelta(days=1)) == 0


def test_not_one_that_others_sign_or_see_nor_that_of_another_subject(
    taken, section, issue, camille, idris, editor
):
    theirs = SectionFactory(issue=issue, authors=[idris.author])
    with pytest.raises(NotNow):
        writing.attach(taken, theirs, by=camille)
    with pytest.raises(NotNow, match=camille.author.name):
        writing.attach(taken, theirs, by=editor)
    other = subjects.create(issue, "Un autre", by=editor)
    taking.take(other, by=camille)
    writing.attach(other, section, by=editor)
    with pytest.raises(NotNow, match="autre sujet"):
        writing.attach(taken, section, by=camille)


def test_nor_by_anybody_else_nor_before_it_is_taken(subject, taken, section, camille, idris, editor):
    with pytest.raises(NotAllowed):
        writing.attach(taken, section, by=idris)
    taking.give_back(taken, by=camille)
    taking.propose(taken, camille.author, by=editor)
    with pytest.raises(NotNow, match="Prenez"):
        writing.attach(taken, section, by=camille)


def test_a_subject_that_was_drafted_is_in_draft(client, issue, camille, kinds):
    subject = subjects.create(issue, "Deux bases", by=camille, links=[PAGE])
    taking.take(subject, by=camille)
    client.force_login(camille)
    page = client.get(reverse("watch:board")).content.decode()
    assert f'{reverse("watch:draft")}?sujet={subject.pk}"' in page
    section = draft(camille, clips=(), subject=subject)
    (card,) = board(camille, "13").cards
    assert (card.subject, card.section, card.state) == (subject, section, "draft")
    assert kinds(subject) == ["created", "taken", "drafted"]


def test_a_card_says_where_its_page_was_covered(client, issue, camille):
    published = a_published_issue(number=12, published_at=timezone.now() - timedelta(days=30))
    section = SectionFactory(issue=published, title="Déjà lu", authors=[camille.author])
    SourceFactory(section=section, url=PAGE)
    subjects.create(issue, "Encore ?", by=camille, links=["http://www.pages.example/article/?utm_source=x"])
    client.force_login(camille)
    page = client.get(reverse("watch:board")).content.decode()
    assert "Déjà lu" in page
    assert f'{published.get_absolute_url()}#{section.anchor}"' in page


def test_not_of_what_a_person_may_not_know(client, issue, camille, idris):
    SourceFactory(section=SectionFactory(title="Secret en cours", authors=[idris.author]), url=PAGE)
    subjects.create(issue, "Encore ?", by=camille, links=[PAGE])
    client.force_login(camille)
    assert "Secret en cours" not in client.get(reverse("watch:board")).content.decode()
