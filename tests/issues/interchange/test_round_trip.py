"""What was exported imports back to the same issue, whatever people wrote."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from authors.models import Author
from issues.interchange import export_issue, import_issue
from issues.models import Byline, Issue, Rubric, Section, Source
from issues.models.tag import fold
from tests.factories import IssueFactory, SectionFactory

# A database holds neither NUL nor half a surrogate pair.
STORABLE = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
MARKS = st.sampled_from(
    [
        "---",
        "--- section ---",
        "--- closing ---",
        "---- section ----",
        "--- section --- ",
        "title: x",
        "# Titre",
        "## 🚀 T",
        "Par Zoé",
    ]
)
BODIES = st.one_of(
    st.text(STORABLE, max_size=80),
    st.lists(MARKS | st.text(STORABLE, max_size=10) | st.just(""), max_size=8).map("\n".join),
)
# One line, as forms leave it: no line breaks, no spaces around.
LINE_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
PHRASES = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0" + LINE_BREAKS), max_size=40
).map(str.strip) | st.sampled_from(
    ["no", "null", "~", "12", "2026-01-01", "- x", "a: b", "'", '"', "#", "[x", "{"]
)
TITLES = PHRASES.filter(bool)
NAMES = TITLES.map(lambda name: " ".join(name.split())).filter(lambda name: 0 < len(fold(name)) <= 200)
URLS = st.sampled_from(
    ["", "https://source.example/", "http://source.example/é?a=1&b=2#c", "https://a.example/'\"}]"]
)


@st.composite
def sections(draw):
    return {
        "title": draw(TITLES),
        "body": draw(BODIES),
        "rubric": draw(st.none() | NAMES),
        "authors": draw(st.lists(NAMES, max_size=3, unique_by=fold)),
        "tags": draw(st.lists(NAMES, max_size=3, unique_by=fold)),
        "sources": draw(st.lists(st.tuples(TITLES, PHRASES, URLS), max_size=3)),
    }


@st.composite
def issues(draw):
    return {
        "title": draw(TITLES),
        "subject": draw(PHRASES),
        "preheader": draw(PHRASES),
        "introduction": draw(BODIES),
        "closing": draw(BODIES),
        "deadline": draw(
            st.none() | st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
        ),
        "sections": draw(st.lists(sections(), max_size=3)),
    }


def build(content) -> Issue:
    """Make the issue without any of the code under test."""
    fields = {key: value for key, value in content.items() if key != "sections"}
    issue = Issue.objects.create(number=3, **fields)
    for position, part in enumerate(content["sections"]):
        rubric = named(Rubric, part["rubric"]) if part["rubric"] else None
        section = Section.objects.create(
            issue=issue, position=position, title=part["title"], body=part["body"], rubric=rubric
        )
        for place, name in enumerate(part["authors"]):
            Byline.objects.create(section=section, author=named(Author, name), position=place)
        section.tags.set(part["tags"])
        for place, (title, publisher, url) in enumerate(part["sources"]):
            Source.objects.create(section=section, position=place, title=title, publisher=publisher, url=url)
    return issue


def named(model, name):
    return next((thing for thing in model.objects.all() if fold(thing.name) == fold(name)), None) or (
        model.objects.create(name=name)
    )


def content_of(issue: Issue):
    """All that a file holds of an issue, with line ends as \\n."""
    return {
        "number": issue.number,
        "title": issue.title,
        "subject": issue.subject,
        "preheader": issue.preheader,
        "introduction": line_ends(issue.introduction),
        "closing": line_ends(issue.closing),
        "deadline": issue.deadline,
        "sections": [
            {
                "title": section.title,
                "body": line_ends(section.body),
                "rubric": section.rubric and section.rubric.name,
                "authors": [author.name for author in section.byline()],
                "tags": {tag.name for tag in section.tags.all()},
                "sources": [(source.title, source.publisher, source.url) for source in section.sources.all()],
            }
            for section in issue.ordered_sections()
        ],
    }


def line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


class RoundTrip(TestCase):
    @given(issues(), st.booleans())
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_any_issue_comes_back_as_it_was(self, content, in_an_empty_database):
        with transaction.atomic():
            issue = build(content)
            before, text = content_of(issue), export_issue(issue)
            transaction.set_rollback(in_an_empty_database)
        Issue.objects.update(number=99)
        again = import_issue(text.encode(), by=None).issue
        assert content_of(again) == before
        assert export_issue(again) == text


@pytest.mark.django_db
def test_an_export_reads_well():
    section = SectionFactory(
        issue=IssueFactory(number=4, title="Essais", subject="", preheader=""), title="🚀 T"
    )
    Source.objects.create(section=section, title="S", url="https://source.example/")
    assert export_issue(section.issue) == (
        "---\nveille: 1\nnumber: 4\ntitle: Essais\n---\n\nBonjour à toutes et à tous !\n\n"
        "--- section ---\ntitle: 🚀 T\nsources:\n- title: S\n  url: https://source.example/\n---\n\n"
        "Un paragraphe **important**.\n\n## Un intertitre\n\n- un\n- deux\n\n"
    )


@pytest.mark.django_db
def test_a_file_saved_on_windows_imports_to_the_same_issue():
    section = SectionFactory(issue=IssueFactory(number=4))
    text = export_issue(section.issue)
    before = content_of(section.issue)
    Issue.objects.update(number=99)
    again = import_issue(text.replace("\n", "\r\n").encode("utf-8-sig"), by=None).issue
    assert content_of(again) == before


@pytest.mark.django_db
def test_a_text_that_holds_the_marks_is_told_apart_by_longer_ones():
    section = SectionFactory(issue=IssueFactory(number=4), body="--- section ---\ntitle: x\n---")
    assert "mark: '----'\n" in export_issue(section.issue)
    assert "\n---- section ----\n" in export_issue(section.issue)
