"""Two people save the same text: the second chooses, and nothing is lost."""

import random
import re
import time
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from issues.drafts.comparing import compared
from issues.drafts.reading import Difference
from issues.models import Draft, Section
from tests.factories import (
    AuthorFactory,
    IssueFactory,
    RubricFactory,
    SectionFactory,
    SourceFactory,
    an_author,
    an_editor,
)
from tests.rights.forms import filled_form

from .test_section_page import change, form


@pytest.fixture
def author():
    return an_author()


@pytest.fixture
def section(author):
    return SectionFactory(authors=[author.author], body="Le chat dort sur le canapé.")


@pytest.fixture
def as_author(client, author):
    client.force_login(author)
    return client


def meanwhile(section, **fields):
    """Somebody else saves."""
    editor = Client()
    editor.force_login(an_editor())
    data = form(section, **fields)
    assert editor.post(change(section), data).status_code == 302


def as_shown(response):
    """What the browser would send from the page that came back, without a button."""
    admin_form = response.context["adminform"].form
    data = {name: admin_form[name].value() or "" for name in admin_form.fields}
    data["tags"] = admin_form.data["tags"]
    data["draft_key"] = response.context["writing"].key
    for inline in response.context["inline_admin_formsets"]:
        for bound in (inline.formset.management_form, *inline.formset.forms):
            for name in bound.fields:
                value = bound[name].value()
                if value not in (None, False):
                    data[bound.add_prefix(name)] = value
    return data


def marked(response, tag):
    return [words.strip() for words in re.findall(f"<{tag}>([^<]*)</{tag}>", response.content.decode())]


@pytest.mark.django_db
class TestTheSecondToSave:
    def test_sees_both_versions_with_the_words_that_differ(self, as_author, section):
        mine = form(section, body="Le chat dort sur le tapis.")
        meanwhile(section, body="Le chien dort sur le canapé.")
        response = as_author.post(change(section), mine)
        assert marked(response, "ins") == ["chat", "tapis"]
        assert marked(response, "del") == ["chien", "canapé"]
        section.refresh_from_db()
        assert section.body == "Le chien dort sur le canapé."

    def test_keeps_mine_on_top_of_theirs(self, as_author, section):
        mine = form(section, body="À moi.")
        meanwhile(section, body="À elle.")
        response = as_author.post(change(section), mine)
        as_author.post(change(section), as_shown(response))
        section.refresh_from_db()
        assert (section.body, section.version) == ("À moi.", 3)
        assert "À elle." in section.history.values_list("body", flat=True)
        assert not Draft.objects.exists()

    def test_takes_theirs_and_mine_is_a_draft(self, as_author, author, section):
        mine = form(section, body="À moi.")
        meanwhile(section, body="À elle.")
        response = as_author.post(change(section), mine)
        response = as_author.post(change(section), as_shown(response) | {"_take_theirs": "1"}, follow=True)
        section.refresh_from_db()
        assert (section.body, section.version) == ("À elle.", 2)
        assert [offer.data["body"] for offer in offers(response)] == ["À moi."]
        assert Draft.objects.get().user == author

    def test_keeps_what_was_typed_whatever_becomes_of_the_page(self, as_author, section):
        mine = form(section, body="À moi.")
        meanwhile(section, body="À elle.")
        as_author.post(change(section), mine)
        assert [offer.data["body"] for offer in offers(as_author.get(change(section)))] == ["À moi."]

    def test_is_asked_again_when_a_third_saves_meanwhile(self, as_author, section):
        mine = form(section, body="À moi.")
        meanwhile(section, body="À elle.")
        shown = as_shown(as_author.post(change(section), mine))
        section.refresh_from_db()
        meanwhile(section, body="À une troisième.")
        response = as_author.post(change(section), shown)
        section.refresh_from_db()
        assert response.context["conflict"]
        assert section.body == "À une troisième."

    def test_is_not_bothered_when_both_wrote_the_same(self, as_author, section):
        mine = form(section, body="Pareil.")
        meanwhile(section, body="Pareil.")
        assert as_author.post(change(section), mine).status_code == 302
        section.refresh_from_db()
        assert section.version == 2

    def test_keeps_what_others_changed_where_he_changed_nothing(self, as_author, section):
        mine = form(section, body="À moi.", tags="python")
        meanwhile(section, title="🦊 Leur titre", tags="Sécurité")
        response = as_author.post(change(section), mine)
        assert [part.name for part in response.context["conflict"].parts] == ["body", "tags"]
        as_author.post(change(section), as_shown(response))
        section.refresh_from_db()
        assert (section.title, section.body) == ("🦊 Leur titre", "À moi.")
        assert sorted(section.tags.names()) == ["Sécurité", "python"]

    def test_without_a_version_writes_over_nothing(self, as_author, section):
        as_author.post(change(section), form(section, body="Forgé.", opened_version=""))
        section.refresh_from_db()
        assert section.body != "Forgé."


@pytest.mark.django_db
class TestRows:
    def source(self, number=0, **fields):
        return {f"sources-{number}-{name}": value for name, value in fields.items()}

    def test_a_saved_row_alone_is_a_new_version(self, as_author, section):
        rows = {"sources-TOTAL_FORMS": 1, **self.source(title="Un article", position=0)}
        as_author.post(change(section), form(section, **rows))
        section.refresh_from_db()
        assert section.version == 2
        assert section.history.latest().version == 2

    def test_a_byline_of_theirs_and_a_text_of_mine_are_both_there(self, as_author, author, section):
        mine = form(section, body="À moi.")
        other = AuthorFactory()
        rows = {"bylines-TOTAL_FORMS": 2, "bylines-1-author": other.pk, "bylines-1-position": 1}
        meanwhile(section, **rows)
        response = as_author.post(change(section), mine)
        as_author.post(change(section), as_shown(response))
        section.refresh_from_db()
        assert section.body == "À moi."
        assert section.byline() == [author.author, other]

    def test_the_same_author_added_twice_signs_once(self, as_author, author, section):
        other = AuthorFactory()
        rows = {"bylines-TOTAL_FORMS": 2, "bylines-1-author": other.pk, "bylines-1-position": 1}
        mine = form(section, body="À moi.", **rows)
        meanwhile(section, **rows)
        response = as_author.post(change(section), mine)
        assert as_author.post(change(section), as_shown(response)).status_code == 302
        assert section.byline() == [author.author, other]

    def test_a_source_they_deleted_comes_back_with_mine(self, as_author, section):
        source = SourceFactory(section=section, title="Ma source", url="https://a.example/")
        held = {"sources-TOTAL_FORMS": 1, "sources-INITIAL_FORMS": 1}
        held |= self.source(
            id=source.pk, section=section.pk, title="Ma source", url="https://a.example/", position=0
        )
        mine = form(section, body="À moi.", **held)
        meanwhile(section, **held, **{"sources-0-DELETE": "on"})
        response = as_author.post(change(section), mine)
        assert "Ma source" in response.content.decode()
        as_author.post(change(section), as_shown(response))
        assert [s.title for s in section.sources.all()] == ["Ma source"]


@pytest.mark.django_db
def test_an_issue_is_met_in_the_same_way(client):
    client.force_login(an_editor())
    issue = IssueFactory(introduction="Bonjour.")
    SectionFactory(issue=issue)
    url = reverse("admin:issues_issue_change", args=[issue.pk])
    data = issue_form(issue, introduction="Bonsoir.")
    client.post(url, issue_form(issue, introduction="Salut."))
    response = client.post(url, data)
    assert marked(response, "ins") == ["Bonsoir"]
    client.post(url, data | {"opened_version": response.context["adminform"].form["opened_version"].value()})
    issue.refresh_from_db()
    assert (issue.introduction, issue.version) == ("Bonsoir.", 3)


@pytest.mark.django_db
def test_a_rubric_that_somebody_else_planned_stays(client):
    client.force_login(an_editor())
    issue = IssueFactory(introduction="Bonjour.")
    opened = issue_form(issue, introduction="Bonsoir.")
    url = reverse("admin:issues_issue_change", args=[issue.pk])
    agenda = {
        "planned_rubrics-TOTAL_FORMS": 1,
        "planned_rubrics-0-rubric": RubricFactory(name="Agenda").pk,
        "planned_rubrics-0-issue": issue.pk,
        "planned_rubrics-0-position": 0,
    }
    client.post(url, issue_form(issue, **agenda))
    assert [planned.rubric.name for planned in issue.planned_rubrics.all()] == ["Agenda"]
    response = client.post(url, opened)
    assert marked(response, "ins") == ["Bonsoir"]
    client.post(url, filled_form(url) | {"introduction": "Bonsoir."})
    assert [planned.rubric.name for planned in issue.planned_rubrics.all()] == ["Agenda"]


@pytest.mark.django_db
def test_a_section_made_standing_by_somebody_else_stays_so(client):
    client.force_login(an_editor())
    section = SectionFactory(body="Avant.")
    url = reverse("admin:issues_section_change", args=[section.pk])
    opened = filled_form(url)
    del opened["is_standing"]
    client.post(url, opened | {"is_standing": "on"})
    response = client.post(url, opened | {"body": "Après."})
    assert response.context["adminform"].form["is_standing"].value()


def issue_form(issue, **fields):
    data = {
        name: getattr(issue, name)
        for name in ("number", "title", "subject", "preheader", "introduction", "closing")
    }
    sections = list(issue.sections.order_by("position", "pk"))
    data |= {"deadline_0": "", "deadline_1": "", "opened_version": issue.version}
    data |= {"sections-TOTAL_FORMS": len(sections), "sections-INITIAL_FORMS": len(sections)}
    data |= {"planned_rubrics-TOTAL_FORMS": 0, "planned_rubrics-INITIAL_FORMS": 0}
    for n, section in enumerate(sections):
        data |= {f"sections-{n}-id": section.pk, f"sections-{n}-issue": issue.pk}
        data |= {f"sections-{n}-position": section.position}
    return data | fields


def offers(response):
    return [drafted.offer for drafted in response.context["writing"].drafts]


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_the_same_moment_one_meets_the_other():
    editor = an_editor()
    section = SectionFactory(body="Avant.")
    barrier = Barrier(2)
    statuses = []

    def save(body):
        client = Client()
        client.force_login(editor)
        data = form(section, body=body)
        barrier.wait()
        try:
            response = client.post(change(section), data)
            statuses.append(
                (response.status_code, body, bool(response.context and "conflict" in response.context))
            )
        finally:
            connection.close()

    threads = [Thread(target=save, args=(body,)) for body in ("L’une.", "L’autre.")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    section = Section.objects.get()
    assert sorted((status, conflict) for status, _, conflict in statuses) == [(200, True), (302, False)]
    assert section.body == next(body for status, body, _ in statuses if status == 302)
    assert section.version == 2
    assert Draft.objects.get().data["body"] == next(body for status, body, _ in statuses if status == 200)


def test_one_word_changed_among_many_that_come_back_is_marked_alone():
    saved = "Une phrase qui revient, et revient encore. " * 20
    typed = saved.replace("phrase", "ligne", 1)
    comparison = compared(Difference("body", "texte", saved, typed))
    assert [piece.text.strip() for piece in comparison.typed if piece.own] == ["ligne"]


def test_a_text_of_one_word_repeated_is_compared_in_no_time():
    words = random.Random(1).choices([f"mot{n}" for n in range(80)], k=12_000)
    for saved, typed in (
        ("[" * 100_000, "[" * 99_999),
        ("a " * 5_000, "a b " * 3_000),
        ("a " * 400, "a b " * 200),
        (" ".join(words[:5900]), " ".join(words[6000:])),
    ):
        start = time.perf_counter()
        comparison = compared(Difference("body", "texte", saved, typed))
        assert time.perf_counter() - start < 5
        assert "".join(piece.text for piece in comparison.saved) == saved
        assert "".join(piece.text for piece in comparison.typed) == typed
