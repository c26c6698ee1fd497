"""The forms and buttons of the board, as a browser without script sends them, and its script."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from tests.factories import RubricFactory, an_editor
from watch.board import subjects, taking
from watch.board.forms import words_of
from watch.models import Subject

pytestmark = pytest.mark.django_db


def address(name, subject=None, *more):
    return reverse(f"watch:{name}", args=[subject.pk, *more] if subject else [])


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_a_subject_is_brought_with_one_form(client, issue, editor):
    client.force_login(editor)
    rubric = RubricFactory()
    data = {
        "title": "Deux bases",
        "place": f"{issue.pk}:{rubric.pk}",
        "links": "https://pages.example/a\nhttps://pages.example/b",
        "note": "Voir.",
        "due": "2026-12-01T18:00",
        "numero": "13",
    }
    response = client.post(address("subject-create"), data)
    subject = Subject.objects.get()
    assert response.url == f"/veille/sujets/?numero=13#subject-{subject.pk}"
    assert (subject.issue, subject.rubric, subject.links.count()) == (issue, rubric, 2)
    assert timezone.localtime(subject.due).isoformat(timespec="minutes").startswith("2026-12-01T18:00")
    assert "au tableau" in said(response)[0]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", " ", "Donnez un titre"),
        ("title", "x" * 201, "200"),
        ("links", "pas-une-adresse", "adresse du web"),
        ("links", "https://a.example/ " * 21, "20 liens au plus"),
        ("place", "9999:", "Choisissez un endroit"),
        ("place", "1²:", "Choisissez un endroit"),
        ("place", f"{'9' * 5000}:", "Choisissez un endroit"),
        ("due", "demain", "pas une date"),
        ("due", "0001-01-01T00:00", "trop loin"),
    ],
)
def test_what_cannot_be_taken_is_shown_again_as_it_was_typed(client, issue, editor, field, value, words):
    client.force_login(editor)
    typed = {"title": "Mon titre", "place": f"{issue.pk}:", "links": "https://a.example/", "note": "Ma note"}
    response = client.post(address("subject-create"), typed | {field: value})
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert "Ma note" in page
    assert not Subject.objects.exists()


def test_an_idea_comes_back_to_the_board_that_was_looked_at(client, issue, camille):
    client.force_login(camille)
    response = client.post(address("subject-create"), {"title": "Plus tard", "place": ":", "numero": "13"})
    idea = Subject.objects.get()
    assert idea.issue is None
    assert response.url == f"/veille/sujets/?numero=13#subject-{idea.pk}"


def test_it_is_taken_and_given_back_in_one_click(client, subject, camille):
    client.force_login(camille)
    response = client.post(address("subject-take", subject))
    assert response.url == f"/veille/sujets/?numero=13#subject-{subject.pk}"
    assert said(response) == ["«\u202f🧯 Rendre une sauvegarde\u202f» est à vous."]
    client.post(address("subject-give-back", subject))
    subject.refresh_from_db()
    assert subject.state == "free"


def test_who_comes_second_reads_who_has_it(client, subject, camille, idris):
    taking.take(subject, by=idris)
    client.force_login(camille)
    response = client.post(address("subject-take", subject))
    page = client.get(response.url).content.decode()
    assert f"c’est {idris.author.name} qui l’a" in page


def test_an_editor_proposes(client, subject, editor, camille):
    client.force_login(editor)
    client.post(address("subject-propose", subject), {"author": camille.author.pk})
    subject.refresh_from_db()
    assert (subject.state, subject.owner) == ("proposed", camille.author)
    assert said(client.post(address("subject-propose", subject), {"author": "0"}))[-1].startswith(
        "Choisissez"
    )


def test_it_is_moved_by_hand_or_by_steps(client, subject, issue, editor):
    client.force_login(editor)
    other = subjects.create(issue, "Un autre", by=editor)
    client.post(address("subject-move", other), {"direction": "up"})
    assert Subject.objects.all()[0] == other
    rubric = RubricFactory()
    client.post(address("subject-move", other), {"place": f"{issue.pk}:{rubric.pk}"})
    client.post(address("subject-move", subject), {"place": f"{issue.pk}:{rubric.pk}", "before": other.pk})
    assert list(Subject.objects.filter(rubric=rubric)) == [subject, other]


def test_a_script_gets_words_only_of_a_refusal(client, subject, editor, camille):
    client.force_login(editor)
    script = {"headers": {"X-Board": "1"}}
    moved = client.post(address("subject-move", subject), {"place": ":"}, **script)
    assert (moved.status_code, moved.content) == (204, b"")
    refused = client.post(address("subject-move", subject), {"place": "9999:"}, **script)
    assert (refused.status_code, refused.content.decode()) == (
        409,
        "Choisissez un endroit qui est sur le tableau.",
    )
    assert said(refused) == []


def test_links_are_added_and_removed(client, subject, editor):
    client.force_login(editor)
    client.post(address("subject-link", subject), {"url": "https://pages.example/a"})
    link = subject.links.get()
    assert said(client.post(address("subject-link", subject), {"url": "ftp://a"}))[0].startswith(
        "Ce n’est pas"
    )
    client.post(address("subject-unlink", subject, link.pk))
    assert not subject.links.exists()


def test_a_change_that_came_in_between_is_not_written_over_unseen(client, subject, editor):
    client.force_login(editor)
    seen = words_of(subject)
    subjects.edit(subject, by=an_editor(), title="Le leur", note="Leur note", due=subject.due)
    typed = {"title": "Le mien", "note": "Ma note", "seen": seen}
    response = client.post(address("subject", subject), typed)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Le leur" in page
    assert "Leur note" in page
    assert "Le mien" in page
    subject.refresh_from_db()
    assert subject.title == "Le leur"
    client.post(address("subject", subject), typed | {"seen": words_of(subject)})
    subject.refresh_from_db()
    assert (subject.title, subject.note) == ("Le mien", "Ma note")


def test_it_is_taken_off_the_board(client, subject, editor):
    client.force_login(editor)
    response = client.post(address("subject-delete", subject))
    assert response.url == "/veille/sujets/"
    assert not Subject.objects.exists()
    assert client.get(address("subject", subject)).status_code == 404
