"""What is out is corrected on the web, with a word to the readers; the mail is never touched."""

import pytest
from django.db import transaction

from issues import workflow
from issues.correcting import correct_on_the_web
from issues.models import Erratum, Issue, Section
from issues.rendering import render_issue
from issues.workflow import NotAllowed, NotNow
from mailings.models import Mailing
from tests.factories import (
    AuthorFactory,
    IssueFactory,
    RubricFactory,
    SectionFactory,
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
