"""What is out is corrected on the web, with a word to the readers; the mail is never touched."""

import pytest
from django.db import transaction

from issues import workflow
from issues.belongings import SourceLine
from issues.correcting import correct_issue_on_the_web, correct_on_the_web
from issues.history.versions import versions_of
from issues.models import Erratum, Issue, Section
from issues.rendering import render_issue
from issues.workflow import NotAllowed, NotNow
from mailings.models import Mailing
from tests.factories import (
    AuthorFactory,
    IssueFactory,
    RubricFactory,
    SectionFactory,
    SourceFactory,
    SubscriberFactory,
    an_author,
    an_editor,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return an_editor()


@pytest.fixture
def section(editor):
    SubscriberFactory()
    issue = IssueFactory()
    section = SectionFactory(
        issue=issue,
        state=Section.State.APPROVED,
        authors=[AuthorFactory()],
        title="🚀 Titre",
        body="Vingt-deux.",
    )
    Issue.objects.filter(pk=issue.pk).update(
        state=Issue.State.APPROVED, approved_digest=render_issue(issue).digest
    )
    issue.refresh_from_db()
    workflow.publish(issue, by=editor)
    section.refresh_from_db()
    return section


def correct(section, by, **changed):
    given = {
        "version": section.version,
        "title": section.title,
        "body": "Vingt-trois.",
        "erratum": "Il fallait lire *vingt-trois*.",
    }
    return correct_on_the_web(section, by=by, **given | changed)


def row(thing):
    return type(thing).objects.filter(pk=thing.pk).values().get()


def test_the_page_changes_and_what_was_there_is_kept(section, editor):
    before = section.issue.rendition.web_html
    erratum = correct(section, editor)
    rendition = Issue.objects.get(pk=section.issue.pk).rendition
    assert "Vingt-trois" in rendition.web_html
    assert "Vingt-deux" not in rendition.web_html
    assert erratum.before_html == before
    assert erratum.after_html == rendition.web_html
    assert section.reviews.get(comment__contains="vingt-trois").actor == editor


def test_the_rest_of_the_page_stays_as_it_was_though_names_changed_since(section, editor):
    issue = section.issue
    other = SectionFactory(issue=issue, title="🎈 Une autre", rubric=RubricFactory(name="Après"))
    page = Issue.objects.get(pk=issue.pk).rendition.web_html
    correct(section, editor)
    corrected = Issue.objects.get(pk=issue.pk).rendition.web_html
    assert other.title not in corrected
    start, end = page.index(f'<section class="issue-section" id="{section.anchor}"'), page.index("</section>")
    assert corrected.startswith(page[:start])
    assert corrected.endswith(page[end:])
    assert "Vingt-trois" in corrected


def test_a_section_that_is_not_on_the_page_is_not_corrected(section, editor):
    late = SectionFactory(issue=section.issue, state=Section.State.APPROVED)
    with pytest.raises(NotNow):
        correct(late, editor)
    late.refresh_from_db()
    assert late.version == 1


def test_the_mail_and_the_mailing_stay_as_they_were_byte_for_byte(section, editor):
    rendition, mailing = section.issue.rendition, Mailing.objects.get()
    frozen, sent = row(rendition), row(mailing)
    correct(section, editor)
    assert row(mailing) == sent
    now = row(rendition)
    assert now.pop("web_html") != frozen.pop("web_html")
    assert now == frozen


SOURCE = SourceLine("Une étude", "Une revue", "https://revue.example/etude")


def test_who_signs_and_the_sources_are_corrected_alone_and_a_version_keeps_both(section, editor):
    first, second = section.byline()[0], AuthorFactory(name="Zoé Oubliée")
    SourceFactory(section=section, title="Pas la bonne")
    body = section.body
    correct(section, editor, body=body, byline=[second, first], sources=[SOURCE])
    page = Issue.objects.get(pk=section.issue.pk).rendition.web_html
    assert page.index("Zoé Oubliée") < page.index(first.name)
    assert 'href="https://revue.example/etude"' in page
    section.refresh_from_db()
    assert (section.byline(), section.body) == ([second, first], body)
    assert section.sources.get().canonical_url
    newest, before = versions_of(section)[:2]
    assert newest.fields["signature"] == f"Zoé Oubliée, {first.name}"
    assert before.fields["signature"] == first.name


def test_a_byline_that_is_empty_or_names_somebody_twice_is_refused(section, editor):
    signatory = section.byline()[0]
    for byline in ([], [signatory, signatory]):
        with pytest.raises(NotNow), transaction.atomic():
            correct(section, editor, byline=byline)
    assert section.byline() == [signatory]
    assert not Erratum.objects.exists()


def correct_words(issue, by, **changed):
    given = {name: getattr(issue, name) for name in ("version", "title", "introduction", "closing")}
    return correct_issue_on_the_web(issue, by=by, **given | {"erratum": "Un nom était faux."} | changed)


def test_the_words_around_the_sections_are_corrected_and_no_byte_beside_them(section, editor):
    issue = section.issue
    SectionFactory(issue=issue, title="🎈 Une autre")
    page = Issue.objects.get(pk=issue.pk).rendition.web_html
    erratum = correct_words(issue, editor, introduction="Bonsoir.\n\n> <div>", closing="À *demain*.")
    corrected = Issue.objects.get(pk=issue.pk).rendition.web_html
    sections = slice(page.index("<section"), page.rindex("</section>"))
    assert page[sections] in corrected
    assert "Bonsoir" in corrected
    assert "Bonjour" not in corrected
    assert corrected.rstrip().endswith("<em>demain</em>.</p>\n</div></article>")
    assert (erratum.before_html, erratum.after_html, erratum.section) == (page, corrected, None)
    # And taken away again: the place that it had is found.
    issue.refresh_from_db()
    correct_words(issue, editor, introduction="", closing="")
    bare = Issue.objects.get(pk=issue.pk).rendition.web_html
    assert "introduction" not in bare
    assert "closing" not in bare
    assert page[sections] in bare


def test_a_corrected_title_stands_on_the_page_and_the_former_one_in_the_history(section, editor, client):
    issue, former = section.issue, section.issue.title
    frozen, sent = row(issue.rendition), row(Mailing.objects.get())
    correct_words(issue, editor, title="Un titre juste")
    assert (row(issue.rendition), row(Mailing.objects.get())) == (frozen, sent)
    page = client.get(issue.get_absolute_url()).content.decode()
    assert "Un titre juste</h1>" in page
    assert "Un nom était faux." in page
    assert [version.fields["titre"] for version in versions_of(issue)[:2]] == ["Un titre juste", former]


@pytest.mark.parametrize(
    "changed", [{"erratum": " "}, {}, {"title": "Autre", "version": 999}], ids=["silent", "same", "late"]
)
def test_words_are_not_corrected_in_silence_for_nothing_or_over_another_correction(section, editor, changed):
    with pytest.raises(NotNow), transaction.atomic():
        correct_words(section.issue, editor, **changed)
    assert not Erratum.objects.exists()


def test_only_editors_correct_words_and_only_those_that_are_out(section, editor):
    with pytest.raises(NotAllowed):
        correct_words(section.issue, an_author(), title="Autre")
    with pytest.raises(NotNow):
        correct_words(IssueFactory(), editor, title="Autre")


@pytest.mark.parametrize(
    "changed",
    [{"erratum": " \n"}, {"body": "Vingt-deux."}, {"version": 999}],
    ids=["no erratum", "nothing changed", "an older version"],
)
def test_a_correction_that_says_or_changes_nothing_or_is_late_is_refused(section, editor, changed):
    with pytest.raises(NotNow), transaction.atomic():
        correct(section, editor, **changed)
    section.refresh_from_db()
    assert section.body == "Vingt-deux."
    assert not Erratum.objects.exists()


def test_only_editors_correct_and_only_what_is_published(section, editor):
    with pytest.raises(NotAllowed):
        correct(section, an_author())
    with pytest.raises(NotNow):
        correct(SectionFactory(), editor)
