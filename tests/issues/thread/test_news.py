"""What is new: each person's own, seen by a POST alone."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from issues import workflow
from issues.models import Byline, Notice
from tests.factories import SectionFactory, UserFactory, an_author, an_editor

pytestmark = pytest.mark.django_db
NEWS = "issues:news"
SEEN = "issues:news-seen"
MINE = "issues:my-notifications"


@pytest.fixture
def author():
    return an_author()


@pytest.fixture
def section(author):
    return SectionFactory(authors=[author.author], title="🧭 Les cartes")


@pytest.fixture
def as_author(client, author):
    client.force_login(author)
    return client


def say(section, text="Bonjour"):
    return workflow.comment(section, by=an_editor(), text=text)


def unseen(user):
    return Notice.objects.filter(recipient=user, seen_at=None).count()


def test_it_lists_what_is_unseen_with_a_link_to_the_entry(as_author, section):
    review = say(section, "Une question")
    html = as_author.get(reverse(NEWS)).content.decode()
    link = reverse("admin:issues_section_change", args=[section.pk])
    assert f"{link}#review-{review.pk}" in html
    assert "Une question" in html


def test_a_get_sees_nothing(as_author, author, section):
    say(section)
    as_author.get(reverse(NEWS))
    as_author.get(reverse("admin:issues_section_change", args=[section.pk]))
    assert as_author.get(reverse(SEEN)).status_code == 405
    assert unseen(author) == 1


def test_the_thread_that_is_shown_is_seen_up_to_where_it_was(as_author, author, section):
    other = SectionFactory(authors=[author.author])
    shown, later, _elsewhere = say(section), say(section), say(other)
    assert as_author.post(reverse(SEEN), {"section": section.pk, "until": shown.pk}).status_code == 204
    assert unseen(author) == 2
    assert Notice.objects.get(recipient=author, review=later).seen_at is None


def test_all_are_read_at_a_press_and_nobody_elses(as_author, author, section):
    say(section)
    say(section.issue)
    other = an_author()
    Byline.objects.create(section=section, author=other.author)
    latest = say(section)
    response = as_author.post(reverse(SEEN), {"until": latest.pk}, follow=True)
    assert "Vous avez tout vu." in response.content.decode()
    assert "Vu récemment" in response.content.decode()
    assert (unseen(author), unseen(other)) == (0, 1)


def test_a_section_that_is_not_hers_marks_nothing(as_author, author, section):
    say(section)
    foreign = SectionFactory(authors=[an_author().author])
    for data in ({"section": foreign.pk}, {"section": 10**6}, {"issue": 10**6}):
        assert as_author.post(reverse(SEEN), data).status_code == 204
    assert unseen(author) == 1


@pytest.mark.parametrize("data", [{"until": "x"}, {"section": "-1"}, {"issue": "9" * 30}])
def test_nonsense_is_refused(as_author, author, section, data):
    say(section)
    assert as_author.post(reverse(SEEN), data).status_code == 400
    assert unseen(author) == 1


def test_strangers_get_nowhere(client):
    for user in (None, UserFactory()):
        client.logout()
        if user:
            client.force_login(user)
        for name, method in ((NEWS, "get"), (SEEN, "post"), (MINE, "get"), (MINE, "post")):
            response = getattr(client, method)(reverse(name))
            assert response.status_code == 302
            assert "/login/" in response.url
    assert not UserFactory._meta.model.objects.filter(mailed_news=False).exists()


def test_it_does_not_tell_of_a_section_that_she_may_no_longer_see(as_author, section):
    say(section)
    section.bylines.all().delete()
    html = as_author.get(reverse(NEWS)).content.decode()
    assert "Les cartes" not in html
    assert "Vous avez tout vu." in html


def test_the_sidebar_counts_what_is_unseen(as_author, section):
    from issues.thread.news import badge

    request = as_author.get(reverse("admin:index")).wsgi_request
    assert badge(request) == ""
    say(section)
    say(section)
    assert badge(request) == "2"


def test_it_costs_the_same_for_many(as_author, author, section):
    say(section)
    as_author.get(reverse(NEWS))
    with CaptureQueriesContext(connection) as few:
        as_author.get(reverse(NEWS))
    for n in range(10):
        say(SectionFactory(authors=[author.author]), f"N° {n}")
        say(section)
    with CaptureQueriesContext(connection) as many:
        as_author.get(reverse(NEWS))
    assert len(many) == len(few)


def test_each_turns_mails_off_and_on_for_herself_alone(as_author, author):
    other = an_author()
    as_author.get(reverse(MINE))
    author.refresh_from_db()
    assert author.mailed_news
    as_author.post(reverse(MINE), {"username": "chef", "is_superuser": "on"})
    author.refresh_from_db()
    other.refresh_from_db()
    assert (author.mailed_news, author.is_superuser, other.mailed_news) == (False, False, True)
    as_author.post(reverse(MINE), {"mailed_news": "on"})
    author.refresh_from_db()
    assert author.mailed_news


def test_a_choice_is_posted_from_our_own_page_alone(author):
    client = Client(enforce_csrf_checks=True)
    client.force_login(author)
    for name in (MINE, SEEN):
        assert client.post(reverse(name)).status_code == 403


def test_staff_without_a_role_has_a_page_of_her_own(client):
    client.force_login(UserFactory(is_staff=True))
    assert client.get(reverse(NEWS)).status_code == 200
    assert client.get(reverse(MINE)).status_code == 200
