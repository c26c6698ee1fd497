"""What readers and editors see of a link that died."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from issues.models import LinkLookup
from tests.factories import SectionFactory, SourceFactory, a_published_issue, an_author, an_editor

pytestmark = pytest.mark.django_db

URL = "https://example.org/a?b=1&c=2"
URL_IN_HTML = "https://example.org/a?b=1&amp;c=2"
COPY = "https://web.archive.org/web/2026/https://example.org/a?b=1&c=2"


@pytest.fixture
def dead():
    return LinkLookup.objects.create(
        url=URL,
        state="dead",
        http_status=404,
        is_published=True,
        failing_since=datetime(2026, 3, 9, tzinfo=UTC),
        next_at=timezone.now(),
    )


@pytest.fixture
def section():
    issue = a_published_issue(number=9)
    section = SectionFactory(issue=issue, title="La coupure")
    SourceFactory(section=section, url=URL)
    issue.rendition.web_html = (
        f'<article class="issue-body"><section id="{section.anchor}"><h2>La coupure</h2>'
        f'<p><a href="https://example.net/">vivant</a></p>'
        f'<ul><li><a href="{URL_IN_HTML}" rel="noopener">Une <em>étude</em></a> – CNIL</li>'
        "</ul></section></article>"
    )
    issue.rendition.save()
    return section


def page(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_the_note_and_the_copy_stand_beside_the_link_which_stays(client, section, dead):
    dead.archived_url = COPY
    dead.save()
    for url in (section.issue.get_absolute_url(), section.get_absolute_url()):
        html = page(client, url)
        wanted = (
            '<a href="https://example.org/a?b=1&amp;c=2" rel="noopener">Une <em>étude</em></a>'
            ' <span class="dead-link">(lien mort depuis mars 2026 · '
            f'<a href="{COPY.replace("&", "&amp;")}" rel="noopener">copie archivée</a>)</span> – CNIL'
        )
        assert wanted.replace(" <span", "<span") in html.replace(" <span", "<span")
        assert html.count("dead-link") == 1
    section.issue.rendition.refresh_from_db()
    assert "dead-link" not in section.issue.rendition.web_html


def test_the_page_of_the_source_says_it_too(client, section, dead):
    html = page(client, reverse("archive:source", args=[section.sources.get().pk]))
    assert "lien mort depuis mars 2026" in html


def test_a_page_that_was_kept_is_made_anew_when_a_link_dies_gets_a_copy_and_lives_again(
    client, section, dead
):
    url = section.issue.get_absolute_url()
    LinkLookup.objects.update(state="alive")
    seen = client.get(url)
    for state, copy, wanted in (
        ("dead", "", "(lien mort"),
        ("dead", COPY, "copie archivée"),
        ("alive", COPY, ""),
    ):
        LinkLookup.objects.update(state=state, archived_url=copy)
        again = client.get(url, headers={"If-None-Match": seen["ETag"]})
        assert again.status_code == 200
        assert wanted in again.content.decode()
        assert ("dead-link" in again.content.decode()) == bool(wanted)
        seen = again
    assert client.get(url, headers={"If-None-Match": seen["ETag"]}).status_code == 304


def test_ten_dead_links_cost_as_many_queries_as_none(client, section, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    url = section.issue.get_absolute_url()
    client.get(url)
    with CaptureQueriesContext(connection) as before:
        client.get(url)
    section.issue.rendition.web_html = "".join(f'<a href="https://s{n}.example/">x</a>' for n in range(10))
    section.issue.rendition.save()
    for n in range(10):
        LinkLookup.objects.create(
            url=f"https://s{n}.example/",
            state="dead",
            is_published=True,
            failing_since=timezone.now(),
            next_at=timezone.now(),
        )
    with django_assert_num_queries(len(before)):
        assert page(client, url).count("dead-link") == 10


@pytest.fixture
def desk(client):
    client.force_login(an_editor())
    return client


def test_editors_see_where_a_dead_link_stands(desk, section, dead):
    html = page(desk, reverse("issues:dead-links"))
    assert section.get_absolute_url() in html
    assert "HTTP 404" in html


def test_an_address_given_by_hand_is_shown_and_a_wrong_one_is_not_lost(desk, section, dead):
    url = reverse("issues:dead-link-decide", args=[dead.pk])
    answer = desk.post(url, {"action": "copy", "archived_url": "web.archive.org/à-refaire"}, follow=True)
    assert "web.archive.org/à-refaire" in answer.content.decode()
    assert "http://" in answer.content.decode()
    desk.post(url, {"action": "copy", "archived_url": f" {COPY} "})
    dead.refresh_from_db()
    assert dead.archived_url == COPY


def test_an_editor_says_that_it_lives_or_asks_again(desk, section, dead):
    url = reverse("issues:dead-link-decide", args=[dead.pk])
    desk.post(url, {"action": "again"})
    dead.refresh_from_db()
    assert (dead.state, dead.archive_asked_at) == ("dead", None)
    desk.post(url, {"action": "alive"})
    assert "dead-link" not in page(desk, section.get_absolute_url())
    assert desk.post(url, {"action": "explode"}).status_code == 302


def test_authors_decide_nothing(client, section, dead):
    client.force_login(an_author())
    assert (
        client.post(reverse("issues:dead-link-decide", args=[dead.pk]), {"action": "alive"}).status_code
        == 403
    )
    dead.refresh_from_db()
    assert dead.state == "dead"
