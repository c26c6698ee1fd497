"""Where a page was covered before: in which words, and for whose eyes."""

import pytest
from django.urls import reverse

from issues.links.aliases import learn
from issues.links.covered import hints
from issues.links.homes import is_home
from issues.models import Section
from tests.factories import (
    AuthorFactory,
    IssueFactory,
    SectionFactory,
    SourceFactory,
    UserFactory,
    a_published_issue,
    an_author,
    an_editor,
)

pytestmark = pytest.mark.django_db

PAGE = "https://example.org/article"


def a_published_section(**fields):
    return SectionFactory(
        issue=a_published_issue(number=12),
        title="🚀 Un titre",
        authors=[AuthorFactory(name="Yasmine")],
        **fields,
    )


def test_it_says_issue_title_and_name_and_leads_there(settings):
    settings.LANGUAGE_CODE = "fr"
    section = a_published_section(body=f"[a]({PAGE}?utm_source=x)")
    (hint,) = hints(["http://www.example.org/article/#top"], user=an_author())[
        "http://www.example.org/article/#top"
    ]
    assert (hint.number, hint.section_title, hint.authors) == (12, "🚀 Un titre", ("Yasmine",))
    assert (hint.url, hint.is_published, hint.state) == (f"/numeros/12/#section-{section.pk}", True, "")
    assert str(hint).replace("\u202f", " ") == "n° 12, « 🚀 Un titre », par Yasmine"


def test_a_source_the_words_around_and_the_latest_first():
    SourceFactory(section=a_published_section(), url=PAGE)
    a_published_issue(number=15, introduction=f"Voir {PAGE}.")
    found = hints([PAGE], user=an_author())[PAGE]
    assert [(hint.number, bool(hint.section_title)) for hint in found] == [(15, False), (12, True)]


def test_an_author_is_told_of_her_own_drafts_and_of_no_others():
    author = an_author()
    other = SectionFactory(issue=IssueFactory(number=13), body=f"[a]({PAGE})", authors=[AuthorFactory()])
    assert hints([PAGE], user=author) == {}
    own = SectionFactory(issue=None, body=f"[a]({PAGE})", authors=[author.author])
    (hint,) = hints([PAGE], user=author)[PAGE]
    assert (hint.number, hint.is_published) == (None, False)
    assert hint.url == reverse("admin:issues_section_change", args=[own.pk])
    assert {hint.section_title for hint in hints([PAGE], user=an_editor())[PAGE]} == {own.title, other.title}


def test_who_may_not_see_sections_is_told_nothing():
    a_published_section(body=f"[a]({PAGE})")
    assert hints([PAGE], user=UserFactory(is_staff=True)) == {}


def test_the_text_itself_is_left_out():
    section = a_published_section(body=f"[a]({PAGE})")
    assert hints([PAGE], user=an_editor(), beside=section) == {}


def test_an_alias_is_found_both_ways():
    a_published_section(body=f"[a]({PAGE})")
    assert learn("https://example.org/?p=9", PAGE) == PAGE
    assert "https://example.org/?p=9" in hints(["https://example.org/?p=9"], user=an_author())
    SectionFactory(issue=a_published_issue(number=14), body="[b](https://example.org/?p=9)")
    assert [hint.number for hint in hints([PAGE], user=an_author())[PAGE]] == [14, 12]


def test_the_queries_are_as_many_for_ten_addresses_as_for_one(django_assert_num_queries):
    user = an_author()
    user.get_all_permissions()
    urls = [f"https://example.org/{n}" for n in range(10)]
    for n, url in enumerate(urls):
        SectionFactory(issue=a_published_issue(number=20 + n), body=f"[a]({url})", authors=[AuthorFactory()])
    with django_assert_num_queries(3):
        hints(urls[:1], user=user)
    with django_assert_num_queries(3):
        assert len(hints(urls, user=user)) == 10


@pytest.mark.parametrize(
    "url",
    [
        *("https://example.org", "https://lemonde.fr/fr", "https://github.com/django", "https://x.com/jean"),
        *("https://youtube.com/@jean", "https://youtube.com/@jean/videos", "https://medium.com/@jean"),
        *(
            "https://fr.linkedin.com/in/jean",
            "https://mastodon.example/@jean",
            "https://bsky.app/profile/jean",
        ),
    ],
)
def test_home_pages_and_profiles_give_no_hint(url):
    assert is_home(url)
    a_published_section(body=f"[a]({url})")
    assert hints([url], user=an_editor()) == {}


@pytest.mark.parametrize(
    "url",
    [
        *("https://example.org?page_id=9", "https://github.com/django/django", "https://x.com/i/status/1"),
        *("https://youtube.com/watch?v=dQw4w9WgXcQ", "https://medium.com/@jean/article-9"),
        *("https://app.example#/articles/9", "https://mastodon.example/@jean/1234", "http://[::1", "x"),
    ],
)
def test_pages_are_no_homes(url):
    assert not is_home(url)


@pytest.mark.parametrize("url", ["", "x", "http://[::1", "https://a b/\0", "mailto:a@b.example"])
def test_what_is_no_address_is_passed_over(url):
    assert hints([url], user=an_editor()) == {}


def test_the_endpoint_tells_it_and_changes_nothing(client):
    client.force_login(an_author())
    section = a_published_section(body=f"[a]({PAGE})")
    answer = client.post(
        reverse("issues:covered"), {"url": [PAGE, "https://example.org/new"], "beside": "section-9x"}
    )
    assert list(answer.json()["hints"]) == [PAGE]
    assert answer.json()["hints"][PAGE][0]["url"] == f"/numeros/12/#section-{section.pk}"
    own = {"url": PAGE, "beside": f"section-{section.pk}"}
    assert client.post(reverse("issues:covered"), own).json()["hints"] == {}
    assert client.get(reverse("issues:covered")).status_code == 405


def test_without_a_script_the_form_says_it_once_it_is_shown_again(client):
    author = an_author()
    client.force_login(author)
    a_published_section(body=f"[a]({PAGE})")
    section = SectionFactory(body="Rien.", authors=[author.author])
    page = reverse("admin:issues_section_change", args=[section.pk])
    assert "covered-title" not in client.get(page).content.decode()
    shown_again = client.post(page, {"title": "", "body": f"[a]({PAGE})"}).content.decode()
    assert "covered-title" in shown_again
    assert "🚀 Un titre" in shown_again
    Section.objects.filter(pk=section.pk).update(body=f"[a]({PAGE})")
    assert "🚀 Un titre" in client.get(page).content.decode()
