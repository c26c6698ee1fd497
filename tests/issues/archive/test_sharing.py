"""What one stranger was given is given to the next ones for a moment, without asking the database."""

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import cache, caches
from django.test import Client
from django.urls import reverse

from issues.models import Issue
from tests.factories import AuthorFactory, SectionFactory, a_published_issue, an_editor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_minute(settings):
    settings.VEILLE_ARCHIVE_SECONDS = 60


@pytest.fixture
def section():
    section = SectionFactory(issue=a_published_issue(title="Avant"), authors=[AuthorFactory()])
    section.tags.add("Réseau")
    html = f'<article><section id="{section.anchor}"><h2>Avant</h2></section></article>'
    section.issue.rendition.web_html = html
    section.issue.rendition.save()
    return section


def addresses(section):
    author, tag = section.byline()[0], section.tags.get()
    return [
        "/",
        reverse("archive:year", args=[section.issue.published_at.year]),
        section.issue.get_absolute_url(),
        section.get_absolute_url(),
        author.get_absolute_url(),
        tag.get_absolute_url(),
        reverse("archive:tags"),
        reverse("archive:feed"),
        reverse("archive:json_feed"),
        reverse("archive:author_feed", args=[author.slug]),
        reverse("archive:tag_json_feed", args=[tag.slug]),
    ]


def correct(title):
    Issue.objects.update(title=title)


def test_the_second_stranger_asks_no_database(section, django_assert_num_queries):
    for url in addresses(section):
        first = Client().get(url)
        with django_assert_num_queries(0):
            second = Client().get(url)
        assert (second.status_code, second.content) == (200, first.content)
        for name in ("ETag", "Content-Type", "Cache-Control", "Vary", "Content-Security-Policy"):
            assert second.headers[name] == first.headers[name]


def test_who_has_it_already_is_told_so_without_asking_either(section, django_assert_num_queries):
    etag = Client().get("/").headers["ETag"]
    assert Client().get("/", headers={"If-None-Match": etag}).status_code == 304
    with django_assert_num_queries(0):
        again = Client().get("/", headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    other = Client().get("/", headers={"If-None-Match": '"another"'})
    assert (other.status_code, b"Avant" in other.content) == (200, True)


def test_after_that_moment_the_change_is_seen(section):
    assert b"Avant" in Client().get("/").content
    correct("Ensuite")
    assert b"Avant" in Client().get("/").content
    # As time does.
    caches["archive"].clear()
    assert b"Ensuite" in Client().get("/").content


def test_who_is_at_the_desk_sees_the_change_at_once(section, client):
    Client().get("/")
    correct("Ensuite")
    client.force_login(an_editor())
    assert b"Ensuite" in client.get("/").content


def test_the_desk_s_page_is_not_given_to_strangers(section, client):
    client.force_login(an_editor())
    assert reverse("admin:index") in client.get("/").content.decode()
    assert reverse("admin:index") not in Client().get("/").content.decode()


def test_words_for_one_visitor_are_given_to_nobody_else(section, client):
    client.cookies[CookieStorage.cookie_name] = "whatever it holds"
    client.get("/")
    correct("Ensuite")
    assert b"Ensuite" in Client().get("/").content


def test_each_language_has_its_own(section):
    french = Client().get("/", headers={"Accept-Language": "fr"}).content
    english = Client().get("/", headers={"Accept-Language": "en"}).content
    assert french != english
    assert Client().get("/", headers={"Accept-Language": "fr"}).content == french


def test_so_has_each_address_with_its_parameters(section):
    Client().get("/")
    assert b'value="/?a=1"' in Client().get("/?a=1").content


def test_a_question_about_the_head_alone_empties_no_page(section):
    assert Client().head("/").content == b""
    assert b"Avant" in Client().get("/").content


def test_what_is_not_there_is_looked_for_each_time():
    issue = a_published_issue()
    Issue.objects.update(state=Issue.State.APPROVED)
    assert Client().get(issue.get_absolute_url()).status_code == 404
    Issue.objects.update(state=Issue.State.PUBLISHED)
    assert Client().get(issue.get_absolute_url()).status_code == 200


def test_many_addresses_put_no_limit_out_of_mind():
    cache.set("limit", 1)
    for number in range(400):
        Client().get(f"/?a={number}")
    assert cache.get("limit") == 1
