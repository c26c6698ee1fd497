"""What the checks say of issues together, and what it costs."""

import pytest
from django.urls import reverse
from django.utils import translation

from issues import acknowledging, checks
from issues.models import Section
from tests.factories import (
    AuthorFactory,
    IssueFactory,
    RubricFactory,
    SectionFactory,
    SourceFactory,
    a_published_issue,
    an_editor,
)

pytestmark = pytest.mark.django_db

BODY = "Un [lien](https://example.org/{0}), un [autre](https://example.org/same).\n\n![](/media/pictures/{0}.png)"


def an_issue(sections, **fields):
    issue = IssueFactory(preheader="", **fields)
    for number in range(sections):
        section = SectionFactory(
            issue=issue,
            body=BODY.format(f"{issue.pk}-{number}"),
            authors=[AuthorFactory(), AuthorFactory()],
            rubric=RubricFactory(),
        )
        SourceFactory.create_batch(2, section=section)
    return issue


def queries_of(django_assert_max_num_queries, act):
    with django_assert_max_num_queries(100) as asked:
        act()
    return len(asked)


def test_the_queries_are_as_many_for_ten_sections_as_for_one(django_assert_max_num_queries, settings):
    settings.VEILLE_CHECK_LINKS = True
    SectionFactory(issue=a_published_issue(), body="[a](https://example.org/same)")
    small, large = an_issue(1), an_issue(10)
    counts = {queries_of(django_assert_max_num_queries, lambda i=i: checks.report(i)) for i in (small, large)}
    assert len(counts) == 1
    assert counts.pop() <= 10


def test_the_queries_of_a_board_are_as_many_for_ten_issues_as_for_one(
    django_assert_max_num_queries, settings
):
    settings.VEILLE_CHECK_LINKS = True
    SectionFactory(issue=a_published_issue(), body="[a](https://example.org/same)")
    issues = [an_issue(2) for _number in range(10)]
    one = queries_of(django_assert_max_num_queries, lambda: checks.count(issues[:1]))
    ten = queries_of(django_assert_max_num_queries, lambda: checks.count(issues))
    assert one == ten <= 10


def test_the_page_of_an_issue_costs_the_same_whatever_its_sections(client, django_assert_max_num_queries):
    client.force_login(an_editor())
    pages = [reverse("admin:issues_issue_change", args=[an_issue(n).pk]) for n in (1, 8)]
    # The first page of all asks for what is kept from then on.
    client.get(pages[0])
    counts = {queries_of(django_assert_max_num_queries, lambda p=p: client.get(p)) for p in pages}
    assert len(counts) == 1


def test_a_board_counts_errors_and_the_warnings_that_wait():
    good = IssueFactory()
    SectionFactory(issue=good, state=Section.State.APPROVED, authors=[AuthorFactory()])
    bad = an_issue(2)
    counted = checks.count([good, bad])
    # Two not approved, two pictures that are not there; no words for them, the same link twice, no preheader.
    assert (counted[bad.pk].errors, counted[bad.pk].warnings) == (4, 4)
    assert not counted[good.pk]
    warning = checks.report(bad).warnings[0]
    acknowledging.acknowledge(bad, [warning.fingerprint], by=an_editor())
    assert checks.count([bad])[bad.pk].warnings == 3


def test_nothing_to_count_asks_nothing_of_the_issues():
    assert checks.count([]) == {}


def test_a_fingerprint_is_the_same_in_every_language_and_line():
    issue = an_issue(2)
    with translation.override("fr"):
        french = {message.fingerprint: message.message for message in checks.report(issue).messages}
    for section in issue.sections.all():
        section.body = "Un paragraphe avant.\n\n" + section.body
        section.save()
    with translation.override("en"):
        english = {message.fingerprint: message.message for message in checks.report(issue).messages}
    assert set(french) == set(english)
    assert set(french.values()).isdisjoint(english.values())


def test_what_is_said_twice_of_the_same_thing_is_said_once():
    issue = an_issue(0)
    SectionFactory(issue=issue, body="[a](/x) [b](/x) [c](/y)")
    assert len([m for m in checks.report(issue).messages if m.id == "issues.E007"]) == 2


def test_messages_come_in_the_order_of_the_issue():
    issue = an_issue(3)
    places = [message.obj for message in checks.report(issue).messages]
    assert places == sorted(places, key=[issue, *issue.ordered_sections()].index)
    assert len(set(places)) == 4
