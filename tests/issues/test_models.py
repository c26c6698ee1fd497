"""What must never be false is refused by the database itself."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from issues.models import Byline, Issue, Review, Section, Source, Tag
from tests.factories import AuthorFactory, IssueFactory, SectionFactory

pytestmark = pytest.mark.django_db


def refused(action):
    with pytest.raises(IntegrityError), transaction.atomic():
        action()


def test_two_issues_never_share_a_number():
    IssueFactory(number=7)
    refused(lambda: IssueFactory(number=7))


def test_an_issue_number_begins_at_one():
    refused(lambda: IssueFactory(number=0))


def test_an_issue_is_never_in_an_unknown_state():
    issue = IssueFactory()
    refused(lambda: Issue.objects.filter(pk=issue.pk).update(state="lost"))


def test_an_issue_is_never_published_without_a_time_or_a_digest():
    issue = IssueFactory()
    refused(lambda: Issue.objects.filter(pk=issue.pk).update(state="published"))


def test_an_author_signs_a_section_once():
    author = AuthorFactory()
    section = SectionFactory(authors=[author])
    refused(lambda: Byline.objects.create(section=section, author=author))


def test_a_review_belongs_to_a_section_or_an_issue_but_not_both():
    section = SectionFactory()
    refused(lambda: Review.objects.create(section=section, issue=section.issue, comment="?"))
    refused(lambda: Review.objects.create(comment="?"))


def test_a_review_that_says_nothing_and_changes_nothing_is_refused():
    refused(lambda: Review.objects.create(section=SectionFactory()))


def test_a_source_is_a_web_address():
    section = SectionFactory()
    refused(lambda: Source.objects.create(section=section, title="x", url="javascript:alert(1)"))


def test_a_section_is_never_in_an_unknown_state():
    section = SectionFactory()
    refused(lambda: Section.objects.filter(pk=section.pk).update(state=F("title")))


def test_the_byline_keeps_the_order_in_which_authors_sign():
    second, first = AuthorFactory(), AuthorFactory()
    section = SectionFactory(authors=[first, second])
    assert section.byline() == [first, second]


def test_a_tag_is_one_whatever_the_case_and_the_accents():
    one, two = SectionFactory(), SectionFactory()
    one.tags.add("Sécurité")
    two.tags.set(["securite", "SÉCURITÉ"])
    assert [tag.name for tag in two.tags.all()] == ["Sécurité"]
    assert Tag.objects.count() == 1


def test_c_and_its_cousins_are_three_tags():
    section = SectionFactory()
    section.tags.add("C", "C++", "C#")
    assert sorted(section.tags.names()) == ["C", "C#", "C++"]
    assert len(set(section.tags.slugs())) == 3


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("https://example.org/a?utm_source=x&b=1", "https://EXAMPLE.org/a?b=1#top"),
        ("https://example.org/a/", "https://example.org/a"),
        ("https://example.org/?b=2&a=1", "https://example.org/?a=1&b=2"),
    ],
)
def test_two_addresses_of_a_page_are_recognised(url, same):
    section = SectionFactory()
    urls = {Source.objects.create(section=section, title="t", url=u).canonical_url for u in (url, same)}
    assert len(urls) == 1
