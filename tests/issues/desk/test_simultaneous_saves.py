"""Two people at one text at the same moment: one saves, the other is told, nobody's work is written over."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from issues import workflow
from issues.arranging import move_to_issue
from issues.models import Issue, Section
from tests.factories import IssueFactory, SectionFactory, an_author, an_editor
from tests.issues.desk.test_section_page import form
from tests.rights.forms import filled_form

pytestmark = pytest.mark.django_db(transaction=True)

# SQLite lets one writer in at a time, from its beginning: nobody is caught between reading and saving.
on_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no row locks")


@pytest.fixture
def author():
    return an_author()


@pytest.fixture
def section(author):
    return SectionFactory(authors=[author.author])


def change(thing):
    return reverse(f"admin:issues_{thing._meta.model_name}_change", args=[thing.pk])


def post(user, section, **fields):
    client = Client()
    client.force_login(user)
    return client.post(change(section), form(section, **fields))


def errors(response):
    return [error.code for error in response.context["adminform"].form.errors.as_data()["__all__"]]


def what_is_told_by(response, typed):
    """Follow an answer to the page where it leads: it says what happened, and offers what was typed."""
    page = response.client.get(response.url).content.decode()
    assert "est gardé comme brouillon" in page
    assert all(word in page for word in typed.split())
    return page


def on_a_connection_of_its_own(call, *args):
    try:
        return call(*args)
    finally:
        connection.close()


@contextmanager
def somebody(call):
    """Hold a transaction open; what is given starts the call beside it, and answers with its future."""
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        yield lambda: pool.submit(on_a_connection_of_its_own, call)


def somebody_saving(user, section, **fields):
    return somebody(lambda: post(user, section, **fields))


def at_once(*calls):
    """Make calls at the same moment, each in a thread; give what they answer, or raise what they raise."""
    together = Barrier(len(calls))

    def run(call):
        together.wait(timeout=20)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [
            future.result()
            for future in [pool.submit(on_a_connection_of_its_own, run, call) for call in calls]
        ]


def send(user, address, data):
    client = Client()
    client.force_login(user)
    return client.post(address, data)


def until_somebody_waits():
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            # The view of activity is taken once in a transaction, unless it is dropped.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


def test_of_two_saves_at_once_one_is_told_and_keeps_the_text(author, section):
    texts = ["Le texte de Camille.", "Le texte d’Elodie."]
    posts = at_once(*(lambda text=text: post(author, section, body=text) for text in texts))
    answers = list(zip(texts, posts, strict=True))
    (saved, _), (lost, told) = sorted(answers, key=lambda answer: -answer[1].status_code)
    assert [answer.status_code for _, answer in answers].count(302) == 1
    assert errors(told) == ["newer_version"]
    assert lost in told.content.decode()
    section.refresh_from_db()
    assert (section.body, section.version) == (saved, 2)


@on_postgresql
def test_a_save_does_not_undo_a_submission_of_the_same_moment(author, section):
    with somebody_saving(author, section, body="Trop tard.") as begin:
        workflow.submit(Section.objects.get(pk=section.pk), by=author)
        waiting = begin()
        until_somebody_waits()
    assert "état est devenu « soumise »" in what_is_told_by(waiting.result(), "Trop tard.")
    before = section.body
    section.refresh_from_db()
    assert (section.state, section.body) == (Section.State.SUBMITTED, before)


@on_postgresql
def test_a_save_does_not_undo_a_new_order_of_the_same_moment(author, section):
    with somebody_saving(author, section, body="Autre texte.") as begin:
        Section.objects.filter(pk=section.pk).update(position=77)
        waiting = begin()
        until_somebody_waits()
    assert waiting.result().status_code == 302
    section.refresh_from_db()
    assert (section.position, section.body) == (77, "Autre texte.")


@on_postgresql
def test_a_text_deleted_at_the_same_moment_is_told_and_not_lost(author, section):
    with somebody_saving(author, section, body="Mon dernier mot.") as begin:
        Section.objects.get(pk=section.pk).delete()
        waiting = begin()
        until_somebody_waits()
    assert "supprimé" in what_is_told_by(waiting.result(), "Mon dernier mot.")


@on_postgresql
def test_a_save_waits_for_the_issue_before_it_holds_the_section(author, section):
    with somebody_saving(author, section, body="Un autre texte.") as begin:
        Issue.objects.select_for_update().get(pk=section.issue_id)
        waiting = begin()
        until_somebody_waits()
        assert Section.objects.select_for_update(nowait=True).get(pk=section.pk) == section
    assert waiting.result().status_code == 302


def test_a_change_of_the_sources_alone_is_told_to_who_opened_the_page_before(author, section):
    source = {"sources-TOTAL_FORMS": 1, "sources-0-title": "Une source", "sources-0-position": 0}
    assert post(an_editor(), section, **source, **{"sources-0-section": section.pk}).status_code == 302
    stale = post(author, section, body="Mon texte.")
    assert errors(stale) == ["newer_version"]
    section.refresh_from_db()
    assert section.version == 2
    assert section.sources.get().title == "Une source"


def test_a_save_that_changes_nothing_makes_no_version(author, section):
    assert post(author, section).status_code == 302
    section.refresh_from_db()
    assert section.version == 1


@on_postgresql
def test_of_two_issues_the_lower_key_is_held_first_so_that_two_sections_may_change_places(author):
    lower, higher = IssueFactory(), IssueFactory()
    section = SectionFactory(issue=higher, authors=[author.author])
    with somebody_saving(author, section, issue=lower.pk) as begin:
        Issue.objects.select_for_update().get(pk=lower.pk)
        waiting = begin()
        until_somebody_waits()
        assert Issue.objects.select_for_update(nowait=True).get(pk=higher.pk) == higher
    assert waiting.result().status_code == 302
    section.refresh_from_db()
    assert section.issue == lower


@on_postgresql
def test_two_sections_that_change_places_at_once_do_not_stop_each_other():
    """Held as they are named instead, the issues ended in a deadlock in each of four runs of these rounds."""
    editor, left, right = an_editor(), IssueFactory(), IssueFactory()
    one, other = SectionFactory(issue=left), SectionFactory(issue=right)
    for _round in range(6):
        moves = [(section, left if section.issue == right else right) for section in (one, other)]
        at_once(*(lambda move=move: move_to_issue(*move, by=editor) for move in moves))
        for section, issue in moves:
            section.refresh_from_db()
            assert section.issue == issue


def test_two_new_sections_come_into_an_issue_at_once():
    editor, issue = an_editor(), IssueFactory()
    address = reverse("admin:issues_section_add")
    data = filled_form(address, issue=issue.pk, body="Un texte.")
    titles = ["🚀 La première", "🎈 La seconde"]
    answers = at_once(
        *(lambda title=title: send(editor, address, data | {"title": title}) for title in titles)
    )
    assert [answer.status_code for answer in answers] == [302, 302]
    assert sorted(issue.sections.values_list("position", flat=True)) == [1, 2]


@on_postgresql
def test_a_deletion_waits_for_the_issue_and_finds_it_published():
    editor, section = an_editor(), SectionFactory(state="approved")
    address = reverse("admin:issues_section_delete", args=[section.pk])
    with somebody(lambda: send(editor, address, {"post": "yes"})) as begin:
        issue = Issue.objects.select_for_update().get(pk=section.issue_id)
        waiting = begin()
        until_somebody_waits()
        assert Section.objects.select_for_update(nowait=True).get(pk=section.pk) == section
        issue.state, issue.approved_digest, issue.published_at = "published", "0" * 64, timezone.now()
        issue.save()
    assert waiting.result().status_code == 403
    assert Section.objects.filter(pk=section.pk).exists()


@on_postgresql
def test_a_new_order_does_not_undo_what_is_saved_at_the_same_moment(author, section):
    editor, other = an_editor(), SectionFactory(issue=section.issue)
    address = change(section.issue)
    data = filled_form(address, **{"sections-0-position": 50_001, "sections-1-position": 50_000})
    with somebody(lambda: send(editor, address, data)) as begin:
        workflow.submit(Section.objects.get(pk=section.pk), by=author)
        Section.objects.filter(pk=other.pk).update(body="Un autre texte.")
        waiting = begin()
        until_somebody_waits()
    assert waiting.result().status_code == 302
    for thing in (section, other):
        thing.refresh_from_db()
    assert (section.state, other.body) == ("submitted", "Un autre texte.")
    assert list(section.issue.ordered_sections()) == [other, section]


@on_postgresql
def test_a_section_that_was_moved_at_the_same_moment_is_not_saved_into_an_issue_that_nobody_holds(author):
    section, entered = SectionFactory(authors=[author.author]), IssueFactory()
    with somebody_saving(author, section, body="Mon texte.") as begin:
        Section.objects.filter(pk=section.pk).update(issue=entered)
        waiting = begin()
        until_somebody_waits()
    what_is_told_by(waiting.result(), "Mon texte.")
    section.refresh_from_db()
    assert (section.issue, section.body != "Mon texte.") == (entered, True)
