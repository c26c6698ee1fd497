"""Which section carries on which: what may be chosen, what is proposed, how it comes back."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from issues import following
from issues.history.restoring import restore
from issues.history.versions import versions_of
from issues.interchange import export_issue, import_issue
from issues.models import Issue, PageAlias, Section
from issues.rendering import render_issue
from tests.factories import (
    IssueFactory,
    SectionFactory,
    SourceFactory,
    a_published_issue,
    an_author,
    an_editor,
)

pytestmark = pytest.mark.django_db

URL = "https://example.org/etude"


def published(number, title="La coupure", **fields):
    issue = Issue.objects.filter(number=number).first() or a_published_issue(number=number)
    return SectionFactory(issue=issue, title=title, **fields)


def a_section(number=13, **fields):
    issue = Issue.objects.filter(number=number).first() or IssueFactory(number=number)
    return SectionFactory(issue=issue, **fields)


def refused(follows, *, of, issue):
    with pytest.raises(ValidationError):
        following.validate(follows, of=of, issue=issue)


def test_only_what_was_published_in_an_earlier_issue_can_be_followed():
    section = a_section()
    following.validate(published(9), of=section, issue=section.issue)
    following.validate(None, of=section, issue=section.issue)
    refused(a_section(8), of=section, issue=section.issue)
    refused(published(14), of=section, issue=section.issue)
    refused(section, of=section, issue=section.issue)


def test_no_section_follows_itself_on_a_detour():
    first, second = published(9), published(11)
    second.follows = first
    second.save()
    refused(second, of=first, issue=IssueFactory(number=20))


def test_shared_sources_are_proposed_before_shared_tags_and_one_tag_is_none():
    by_source, by_tags, by_one = published(9), published(10), published(11)
    SourceFactory(section=by_source, url=f"{URL}?utm_source=lettre")
    by_tags.tags.add("dns", "pannes")
    by_one.tags.add("dns")
    section = a_section(body=f"Voir [l’étude]({URL}).")
    section.tags.add("dns", "pannes")
    found = following.suggestions(section)
    assert [(one.section, one.shared_sources, one.shared_tags) for one in found] == [
        (by_source, 1, 0),
        (by_tags, 0, 2),
    ]
    section.follows = by_source
    assert following.suggestions(section) == []


def test_another_address_of_the_same_page_is_the_same_source():
    earlier = published(9)
    SourceFactory(section=earlier, url="https://court.example/x")
    PageAlias.objects.create(key="https://court.example/x", canonical_url=URL)
    section = a_section()
    SourceFactory(section=section, url=URL)
    assert [one.section for one in following.suggestions(section)] == [earlier]


def test_a_home_page_is_no_subject():
    SourceFactory(section=published(9), url="https://example.org/")
    section = a_section()
    SourceFactory(section=section, url="https://www.example.org")
    assert following.suggestions(section) == []


def test_both_ends_are_read_in_one_query(django_assert_num_queries):
    first = published(9)
    laters = [published(number, follows=first) for number in (11, 13)]
    a_section(15, follows=first)
    with django_assert_num_queries(1):
        ends = following.ends_of([first, *laters])
    assert [later.issue.number for later in ends[first.pk].after] == [11, 13]
    assert all(ends[later.pk].before == first for later in laters)


def page(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_readers_find_both_ends_on_the_pages_of_sections_issues_and_topics(client):
    first, later = published(9), published(13, "La suite de la coupure")
    for section in (first, later):
        rendition = section.issue.rendition
        rendition.web_html = f'<article><section id="{section.anchor}"><h2>T</h2></section></article>'
        rendition.save()
        section.tags.add("pannes")
    seen = {
        url: client.get(url)["ETag"] for url in (first.get_absolute_url(), first.issue.get_absolute_url())
    }
    later.follows = first
    later.save()
    back = "Suite du n°\xa09\xa0: «\u202fLa coupure\u202f»"
    on = "La suite\xa0: n°\xa013, «\u202fLa suite de la coupure\u202f»"
    for url in (later.get_absolute_url(), later.issue.get_absolute_url()):
        assert back in page(client, url)
    for url, etag in seen.items():
        again = client.get(url, headers={"If-None-Match": etag})
        assert again.status_code == 200
        assert on in again.content.decode()
    topic = page(client, reverse("archive:tag", args=["pannes"]))
    assert back in topic
    assert on in topic
    first.issue.rendition.refresh_from_db()
    assert "follow-ups" not in first.issue.rendition.web_html


def test_a_topic_is_told_by_year_in_a_constant_number_of_queries(client, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def add(year, number):
        issue = a_published_issue(number=number, published_at=datetime(year, 5, 4, tzinfo=UTC))
        section = SectionFactory(issue=issue, follows=Section.objects.last())
        section.tags.add("pannes")

    add(2024, 1)
    url = reverse("archive:tag", args=["pannes"])
    client.get(url)
    with CaptureQueriesContext(connection) as before:
        client.get(url)
    for number in range(2, 8):
        add(2026, number)
    with django_assert_num_queries(len(before)):
        html = page(client, url)
    assert html.index('id="year-2026"') < html.index('id="year-2024"')


def test_what_it_follows_is_neither_in_the_mail_nor_in_what_is_approved():
    section = a_section()
    before = render_issue(section.issue).digest
    section.follows = published(9)
    section.save()
    assert render_issue(section.issue).digest == before


def test_it_comes_back_from_a_file_and_what_is_not_there_is_told():
    section = a_section(title="La suite", follows=published(9))
    text = export_issue(section.issue)
    assert "follows: 9 La coupure" in text
    made = import_issue(text.encode(), by=an_editor(), number=99)
    assert made.issue.sections.get().follows == section.follows
    assert not made.report.warnings
    for wrong in ("9 Une autre", "La coupure", "9" * 5000, "99 La suite", "²9 La coupure"):
        result = import_issue(
            text.replace("9 La coupure", wrong).encode(), by=an_editor(), number=Issue.next_number()
        )
        assert result.issue.sections.get().follows is None
        assert len(result.report.warnings) == 1


def test_an_older_version_brings_back_what_it_followed():
    first, section, editor = published(9), a_section(), an_editor()
    section.follows = first
    section.save()
    with_it = versions_of(section)[0]
    section.follows = None
    section.save()
    restore(section, with_it, by=editor)
    section.refresh_from_db()
    assert section.follows == first


@pytest.fixture
def form(client):
    """The form of a section of an author who is logged in: posts what is given, with the rest as it is."""
    author = an_author()
    section = a_section(title="La suite", authors=[author.author])
    client.force_login(author)

    def post(**fields):
        data = {
            "opened_version": section.version,
            "title": section.title,
            "body": section.body,
            "issue": section.issue_id,
            "tags": "",
            **{f"{name}-{kind}_FORMS": 0 for name in ("bylines", "sources") for kind in ("TOTAL", "INITIAL")},
            **fields,
        }
        return client.post(reverse("admin:issues_section_change", args=[section.pk]), data)

    return section, post


def test_one_click_accepts_what_is_proposed_and_saves_what_was_typed(client, form):
    section, post = form
    first = published(9)
    SourceFactory(section=first, url=URL)
    section.body = f"[a]({URL})"
    section.save()
    url = reverse("admin:issues_section_change", args=[section.pk])
    assert f'name="_follow" value="{first.pk}"' in page(client, url)
    assert post(_follow=first.pk, follows="", title="La suite, relue")["Location"] == url
    section.refresh_from_db()
    assert (section.follows, section.title) == (first, "La suite, relue")
    assert 'name="_follow"' not in page(client, url)


def test_a_wrong_choice_is_refused_at_its_field_and_nothing_typed_is_lost(form):
    section, post = form
    response = post(follows=published(14).pk, title="Un nouveau titre")
    html = response.content.decode()
    assert response.status_code == 200
    assert "numéro antérieur" in html
    assert "Un nouveau titre" in html
    section.refresh_from_db()
    assert section.follows is None
