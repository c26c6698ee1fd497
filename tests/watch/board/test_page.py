"""The board as people see it: what stands where, who sees which buttons, and at what price."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from issues import workflow
from issues.models import Issue, PlannedRubric
from tests.factories import (
    IssueFactory,
    RubricFactory,
    SectionFactory,
    SourceFactory,
    UserFactory,
    a_published_issue,
    an_author,
)
from watch.board import overdue, subjects, taking
from watch.board.page import board
from watch.models import Subject, SubjectEvent

pytestmark = pytest.mark.django_db

PAGE, NOW = reverse("watch:board"), reverse("watch:board-now")


@pytest.fixture
def rubrics():
    return [
        RubricFactory(name=name, position=n) for n, name in enumerate(("Une", "Outils", "Métier", "Vide"))
    ]


def states(found):
    return {card.title: card.state for card in [*found.cards, *found.ideas]}


def card_of(found, title):
    return next(card for card in [*found.cards, *found.ideas] if card.title == title)


def with_section(subject, **fields):
    section = SectionFactory(issue=subject.issue, title=subject.title, **fields)
    Subject.objects.filter(pk=subject.pk).update(section=section)
    return section


def test_it_tells_the_whole_truth(issue, editor, camille):
    for title in ("Libre", "Proposé", "Pris", "Écrit", "Relu", "Prêt"):
        subjects.create(issue, title, by=editor)
    of = {subject.title: subject for subject in Subject.objects.all()}
    taking.propose(of["Proposé"], camille.author, by=editor)
    for title in ("Pris", "Écrit", "Relu", "Prêt"):
        taking.take(of[title], by=camille)
    written = [with_section(of[title], authors=[camille.author]) for title in ("Écrit", "Relu", "Prêt")]
    for section in written[1:]:
        workflow.submit(section, by=camille)
    workflow.approve_section(written[2], by=editor)
    SectionFactory(issue=issue, title="Sans annonce")
    SectionFactory(issue=issue, title="À reprendre", state="changes_requested")
    found = board(editor, "13")
    assert states(found) == {
        "Libre": "free",
        "Proposé": "proposed",
        "Pris": "taken",
        "Écrit": "draft",
        "Relu": "review",
        "Prêt": "ready",
        "Sans annonce": "draft",
        "À reprendre": "draft",
    }
    assert card_of(found, "À reprendre").wants_changes
    assert card_of(found, "Relu").people == [camille.author]
    assert card_of(found, "Pris").since == Subject.objects.get(title="Pris").owned_at
    assert [(state, number) for state, _label, number in found.counts] == [
        ("free", 1),
        ("proposed", 1),
        ("taken", 1),
        ("draft", 3),
        ("review", 1),
        ("ready", 1),
    ]


def test_its_columns_are_the_plan_then_what_else_holds_something(issue, editor, rubrics):
    une, outils, metier, _vide = rubrics
    PlannedRubric.objects.create(issue=issue, rubric=metier, position=1)
    PlannedRubric.objects.create(issue=issue, rubric=une, position=2)
    subjects.create(issue, "Sous outils", by=editor, rubric=outils)
    subjects.create(issue, "Sans rubrique", by=editor)
    subjects.create(None, "Plus tard", by=editor, rubric=une)
    subjects.create(IssueFactory(number=14), "Ailleurs", by=editor)
    found = board(editor, "13")
    assert [
        (column.rubric, column.is_planned, [card.title for card in column.cards]) for column in found.columns
    ] == [
        (metier, True, []),
        (une, True, []),
        (outils, False, ["Sous outils"]),
        (None, False, ["Sans rubrique"]),
    ]
    assert [card.title for card in found.ideas] == ["Plus tard"]


def test_a_subject_stands_where_its_section_does(issue, editor, rubrics):
    subject = subjects.create(issue, "Écrit", by=editor, rubric=rubrics[0])
    section = with_section(subject, rubric=rubrics[1])
    assert [column.rubric for column in board(editor, "13").columns if column.cards] == [rubrics[1]]
    type(section).objects.filter(pk=section.pk).update(issue=IssueFactory(number=14))
    assert states(board(editor, "13")) == {}
    assert states(board(editor, "14")) == {"Écrit": "draft"}
    type(section).objects.filter(pk=section.pk).update(issue=None)
    assert [card.title for card in board(editor, "13").ideas] == ["Écrit"]


@pytest.mark.parametrize(
    ("number", "expected"), [("", 13), ("14", 14), ("12", 13), ("x", 13), ("9" * 5000, 13)]
)
def test_the_issue_is_the_one_asked_for_or_the_next(issue, editor, number, expected):
    a_published_issue(number=12)
    IssueFactory(number=14)
    assert board(editor, number).issue == Issue.objects.get(number=expected)


def test_without_an_issue_there_are_ideas(client, editor):
    subjects.create(None, "Plus tard", by=editor)
    client.force_login(editor)
    page = client.get(PAGE).content.decode()
    assert "Plus tard" in page
    assert "Aucun numéro n’est en préparation" in page


def test_who_sees_which_buttons(issue, editor, camille, idris):
    subject = subjects.create(issue, "Un sujet", by=editor)

    def buttons(person):
        card = card_of(board(person, "13"), "Un sujet")
        names = ("take", "give_back", "propose", "edit", "move")
        return {name for name in names if getattr(card, f"can_{name}")}

    # This editor signs nothing.
    assert [buttons(editor), buttons(camille)] == [{"propose", "edit", "move"}, {"take"}]
    taking.propose(subject, camille.author, by=editor)
    assert [buttons(camille), buttons(idris)] == [{"take", "give_back"}, set()]
    taking.take(subject, by=camille)
    assert buttons(editor) == {"give_back", "edit", "move"}
    assert [buttons(camille), buttons(idris)] == [{"give_back", "edit", "move"}, set()]
    with_section(subject, authors=[camille.author])
    card = card_of(board(camille, "13"), "Un sujet")
    assert not any([card.can_take, card.can_give_back, card.can_propose, card.can_move])
    assert card.can_open_section
    assert not card_of(board(idris, "13"), "Un sujet").can_open_section


def test_it_says_late_and_freed(client, issue, editor, camille):
    subject = subjects.create(issue, "En retard", by=editor)
    taking.take(subject, by=camille)
    Subject.objects.update(due=timezone.now() - timedelta(days=2))
    client.force_login(editor)
    page = client.get(PAGE).content.decode()
    assert "board-late" in page
    assert "il y a 2\xa0jours" in page
    overdue.free_overdue(timezone.now())
    page = client.get(PAGE).content.decode()
    assert "board-late" not in page
    assert f"sans nouvelles de {camille.author.name}" in page


def test_what_people_wrote_stays_text(client, issue, editor):
    evil = "<script>alert(1)</script>"
    subjects.create(issue, evil, by=editor, note=evil, links=["https://pages.example/a?b='\"><script>"])
    client.force_login(editor)
    for url in (PAGE, NOW, reverse("watch:subject", args=[Subject.objects.get().pk])):
        assert "<script>alert" not in client.get(url).content.decode()


def test_who_may_see_no_subjects_sees_no_board(client):
    client.force_login(UserFactory(is_staff=True))
    assert client.get(PAGE).status_code == 403
    assert f'href="{PAGE}"' not in client.get(reverse("admin:index")).content.decode()


def test_the_menu_and_the_issue_lead_to_it(client, issue, editor):
    client.force_login(editor)
    assert f'href="{PAGE}"' in client.get(reverse("admin:index")).content.decode()
    page = client.get(reverse("admin:issues_issue_change", args=[issue.pk])).content.decode()
    assert f'href="{PAGE}?numero=13"' in page


# --- The page that is open ---


def look(client, etag=""):
    return client.get(f"{NOW}?numero=13", headers={"If-None-Match": etag} if etag else {})


def test_it_is_asked_for_in_vain_as_long_as_nothing_changed(client, issue, editor, camille, subject):
    client.force_login(editor)
    page = client.get(f"{PAGE}?numero=13").content.decode()
    etag = look(client).headers["ETag"]
    assert etag.replace('"', "&quot;") in page
    answer = look(client, etag)
    assert (answer.status_code, answer.content) == (304, b"")


CHANGES = {
    "taken": lambda subject, person: taking.take(subject, by=person),
    "another title": lambda subject, person: subjects.edit(
        subject, by=subject.created_by, title="Autre", note="", due=subject.due
    ),
    "a note": lambda subject, person: subjects.edit(
        subject, by=subject.created_by, title=subject.title, note="Note", due=subject.due
    ),
    "a link": lambda subject, person: subjects.add_link(subject, "https://pages.example/", by=person),
    "another subject": lambda subject, person: subjects.create(None, "Une idée", by=person),
    "a section": lambda subject, person: SectionFactory(issue=subject.issue),
    "its deadline": lambda subject, person: Issue.objects.update(deadline=timezone.now()),
    "a deletion": lambda subject, person: subjects.delete(subject, by=subject.created_by),
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_is_an_answer(client, editor, camille, subject, change):
    client.force_login(editor)
    etag = look(client).headers["ETag"]
    CHANGES[change](subject, camille)
    assert look(client, etag).status_code == 200


def test_it_is_everybodys_own(client, editor, camille, subject):
    client.force_login(editor)
    etag = look(client).headers["ETag"]
    client.force_login(camille)
    answer = look(client, etag)
    assert answer.status_code == 200
    assert "private" in answer.headers["Cache-Control"]


def test_looking_changes_nothing(client, issue, camille, subject):
    client.force_login(camille)
    for url in (PAGE, NOW, reverse("watch:subject", args=[subject.pk])):
        client.get(url)
        client.head(url)
    assert SubjectEvent.objects.count() == 1


def test_a_full_board_asks_no_more_questions_than_one_card(client, issue, editor, rubrics):
    def ask():
        with CaptureQueriesContext(connection) as queries:
            assert look(client).status_code == 200
        said = [query["sql"] for query in queries]
        return [sql for sql in said if not any(table in sql for table in ("django_session", '"auth_'))]

    client.force_login(editor)
    _fill(issue, editor, rubrics[:1])
    few = ask()
    for _round in range(3):
        _fill(issue, editor, rubrics)
    many = ask()
    assert len(many) == len(few), many
    # Ten of the board, nine of what was covered before; who asks, and her second step.
    assert len(many) <= 21, many


def _fill(issue, editor, rubrics):
    person = an_author()
    for rubric in rubrics:
        covered = SectionFactory(issue=a_published_issue(), authors=[person.author])
        SourceFactory(section=covered, url=f"https://pages.example/{rubric.pk}")
        for number in range(2):
            links = [f"https://pages.example/{rubric.pk}/{number}", f"https://pages.example/{rubric.pk}"]
            subject = subjects.create(
                issue, f"Sujet {rubric.pk}.{number}", by=editor, rubric=rubric, links=links
            )
            taking.take(subject, by=person)
        with_section(subject, authors=[person.author], rubric=rubric)
        SectionFactory(issue=issue, rubric=rubric, authors=[person.author, an_author().author])
        subjects.create(None, f"Idée {rubric.pk}", by=editor, rubric=rubric)
