"""What everybody may read, and what nobody may before it is published."""

import re

import pytest
from django.db import connection
from django.shortcuts import render
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from issues.archive import views
from issues.models import Issue, Rendition
from tests.factories import (
    AuthorFactory,
    IssueFactory,
    RubricFactory,
    SectionFactory,
    SourceFactory,
    UserFactory,
    a_published_issue,
    an_editor,
)

pytestmark = pytest.mark.django_db

UNPUBLISHED = ["draft", "in_review", "approved", "scheduled"]


def an_unpublished_issue(state: str, **fields: object) -> Issue:
    return IssueFactory(
        state=state,
        approved_digest="0" * 64,
        scheduled_for=timezone.now(),
        scheduled_by=UserFactory(),
        **fields,
    )


def page(client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


# --- Home --------------------------------------------------------------------------------------


def test_home_welcomes_readers_before_the_first_issue(client):
    assert "Veille" in page(client, "/")


def test_home_puts_the_latest_issue_in_evidence(client):
    a_published_issue(title="Un numéro ancien")
    latest = a_published_issue(title="Le tout dernier", introduction="Le printemps **arrive** enfin.")
    html = page(client, "/")
    assert html.index("Le tout dernier") < html.index("Un numéro ancien")
    assert "Le printemps arrive enfin." in html
    assert f'<a href="{latest.get_absolute_url()}">Le tout dernier</a></h1>' in html


def test_home_escapes_the_words_of_the_introduction(client):
    a_published_issue(introduction="Une balise &lt;b&gt; & un `<i>`")
    html = page(client, "/")
    assert "Une balise &lt;b&gt; &amp; un &lt;i&gt;" in html


@pytest.mark.parametrize("state", UNPUBLISHED)
def test_home_says_nothing_of_an_unpublished_issue(client, state):
    issue = an_unpublished_issue(state, title="Un secret")
    SectionFactory(issue=issue, title="Un secret aussi")
    assert "Un secret" not in page(client, "/")


# --- Issue -------------------------------------------------------------------------------------


def test_an_issue_shows_its_frozen_text(client):
    issue = a_published_issue(web_html='<article class="issue-body" lang="fr">Gelé</article>')
    assert '<article class="issue-body" lang="fr">Gelé</article>' in page(client, issue.get_absolute_url())


def test_all_pictures_but_the_first_wait_until_they_are_looked_at(client):
    image = '<img src="/media/pictures/aa/bb.png" alt="" loading="lazy">'
    issue = a_published_issue(web_html=f'<article class="issue-body">{image * 3}</article>')
    assert page(client, issue.get_absolute_url()).count('.png" alt="" loading="lazy"') == 2


def test_code_is_scrolled_by_keyboard(client):
    html = '<article class="issue-body"><pre><code>&lt;pre&gt;</code></pre></article>'
    shown = page(client, a_published_issue(web_html=html).get_absolute_url())
    assert '<pre tabindex="0"><code>&lt;pre&gt;</code></pre>' in shown


def test_an_issue_names_its_authors_once_in_the_order_of_the_text(client):
    issue = a_published_issue()
    first, second = AuthorFactory(name="Zoé"), AuthorFactory(name="Ali")
    SectionFactory(issue=issue, position=1, authors=[first])
    SectionFactory(issue=issue, position=2, authors=[second, first])
    html = page(client, issue.get_absolute_url())
    assert html.count(" Zoé</a>") == 1
    assert html.index(" Zoé</a>") < html.index(" Ali</a>")


def test_an_issue_has_a_table_of_its_contents(client):
    issue = a_published_issue()
    later = SectionFactory(issue=issue, position=2, title="Après")
    sooner = SectionFactory(issue=issue, position=1, title="Avant")
    html = page(client, issue.get_absolute_url())
    assert html.index(f'href="#{sooner.anchor}"') < html.index(f'href="#{later.anchor}"')


def test_an_issue_leads_to_the_published_issues_beside_it(client):
    before, issue, after = (a_published_issue(number=number) for number in (3, 5, 8))
    an_unpublished_issue("approved", number=4, title="Un secret")
    an_unpublished_issue("scheduled", number=7, title="Un secret")
    html = page(client, issue.get_absolute_url())
    assert f'href="{before.get_absolute_url()}" rel="prev"' in html
    assert f'href="{after.get_absolute_url()}" rel="next"' in html
    assert "Un secret" not in html


def test_an_issue_names_its_canonical_address(client):
    issue = a_published_issue(number=12)
    html = page(client, issue.get_absolute_url() + "?utm_source=x")
    assert '<link rel="canonical" href="https://veille.example/numeros/12/">' in html
    assert '<meta property="og:url" content="https://veille.example/numeros/12/">' in html


@pytest.mark.parametrize("state", UNPUBLISHED)
def test_an_unpublished_issue_is_not_found_even_by_an_editor(client, state):
    issue = an_unpublished_issue(state)
    Rendition.objects.create(
        issue=issue, subject="s", web_html="x", email_html="x", text="x", digest="0" * 64
    )
    client.force_login(an_editor())
    assert client.get(issue.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("number", [0, 1, 2**31, 2**63, 10**30])
def test_an_unknown_number_is_not_found(client, number):
    assert client.get(f"/numeros/{number}/").status_code == 404


# --- Conditional requests ----------------------------------------------------------------------


def test_an_unchanged_issue_is_not_sent_again(client):
    url = a_published_issue().get_absolute_url()
    client.get(url)  # gives the cookie of the form token
    etag = client.get(url).headers["ETag"]
    response = client.get(url, headers={"If-None-Match": etag})
    assert response.status_code == 304
    assert response.content == b""


def test_an_issue_is_sent_again_once_another_follows_it(client):
    issue = a_published_issue(number=1)
    client.get(issue.get_absolute_url())
    etag = client.get(issue.get_absolute_url()).headers["ETag"]
    a_published_issue(number=2)
    assert client.get(issue.get_absolute_url(), headers={"If-None-Match": etag}).status_code == 200


def test_an_issue_is_sent_again_in_another_language(client):
    url = a_published_issue().get_absolute_url()
    client.get(url)
    etag = client.get(url, headers={"Accept-Language": "fr"}).headers["ETag"]
    headers = {"If-None-Match": etag, "Accept-Language": "en"}
    assert client.get(url, headers=headers).status_code == 200


def test_a_page_is_made_once_until_something_changes(client, monkeypatch):
    issue = a_published_issue()
    made = []
    monkeypatch.setattr(views, "render", lambda *args: made.append(args) or render(*args))
    pages = {client.get(issue.get_absolute_url()).content for _ in range(3)}
    assert (len(pages), len(made)) == (1, 1)
    Issue.objects.filter(pk=issue.pk).update(title="Un titre corrigé")
    assert "Un titre corrigé" in page(client, issue.get_absolute_url())
    assert len(made) == 2


def test_a_page_is_the_same_for_every_visitor_and_sets_no_cookie(client):
    response = client.get(a_published_issue().get_absolute_url())
    assert not response.cookies
    assert "csrf" not in response.content.decode()


def test_the_number_of_queries_is_the_same_for_one_section_and_for_twelve(client):
    def queries(sections: int) -> int:
        issue = a_published_issue()
        for _number in range(sections):
            SectionFactory(issue=issue, authors=[AuthorFactory(), AuthorFactory()])
        with CaptureQueriesContext(connection) as captured:
            client.get(issue.get_absolute_url())
        return len(captured)

    assert queries(1) == queries(12)


# --- Authors and topics ------------------------------------------------------------------------


def test_an_author_s_page_lists_what_she_published(client):
    author = AuthorFactory(name="Inès", bio="Ingénieure.", website="https://ines.example/")
    section = SectionFactory(issue=a_published_issue(), title="Son texte", authors=[author])
    html = page(client, author.get_absolute_url())
    assert "Ingénieure." in html
    assert 'href="https://ines.example/"' in html
    assert f'<a href="{section.get_absolute_url()}">Son texte</a>' in html


@pytest.mark.parametrize("state", UNPUBLISHED)
def test_an_author_s_page_hides_what_is_not_published(client, state):
    author = AuthorFactory()
    SectionFactory(issue=a_published_issue(), title="Paru", authors=[author])
    SectionFactory(issue=an_unpublished_issue(state), title="Un secret", authors=[author])
    SectionFactory(issue=None, title="Un secret", authors=[author])
    html = page(client, author.get_absolute_url())
    assert "Paru" in html
    assert "Un secret" not in html


def test_an_author_without_a_published_section_is_not_found(client):
    author = AuthorFactory()
    SectionFactory(issue=IssueFactory(), authors=[author])
    assert client.get(author.get_absolute_url()).status_code == 404


def test_a_topic_s_page_lists_the_published_sections_that_carry_it(client):
    shown = SectionFactory(issue=a_published_issue(), title="Paru")
    shown.tags.add("Sécurité")
    for issue in (IssueFactory(), None):
        SectionFactory(issue=issue, title="Un secret").tags.add("securite")
    html = page(client, shown.tags.get().get_absolute_url())
    assert "Paru" in html
    assert "Un secret" not in html


def test_a_topic_of_unpublished_sections_alone_is_not_found(client):
    section = SectionFactory(issue=IssueFactory())
    section.tags.add("confidentiel")
    assert client.get(section.tags.get().get_absolute_url()).status_code == 404
    assert "confidentiel" not in page(client, reverse("archive:tags"))


def test_the_topics_are_counted_by_published_sections(client):
    issue = a_published_issue()
    for _ in range(3):
        SectionFactory(issue=issue).tags.add("énergie")
    SectionFactory(issue=IssueFactory()).tags.add("énergie")
    assert 'énergie <span class="count">3</span>' in page(client, reverse("archive:tags"))


def test_topics_without_a_letter_have_pages_too(client):
    section = SectionFactory(issue=a_published_issue(), title="Paru")
    section.tags.add("🚀", "++")
    html = page(client, reverse("archive:tags"))
    for tag in section.tags.all():
        assert f'href="{tag.get_absolute_url()}"' in html
        assert "Paru" in page(client, tag.get_absolute_url())


# --- For all pages -----------------------------------------------------------------------------


PAGES = ["home", "year", "issue", "author", "tag", "tags", "rubric", "source"]


def everything(client) -> dict[str, str]:
    """One page of each kind, for an archive that grows with each call."""
    author, rubric = AuthorFactory(), RubricFactory()
    issue = a_published_issue()
    for _ in range(3):
        section = SectionFactory(issue=issue, authors=[author, AuthorFactory()], rubric=rubric)
        section.tags.add("énergie", "réseau")
        source = SourceFactory(section=section, url="https://source.example/la-meme")
    return {
        "home": "/",
        "year": reverse("archive:year", args=[timezone.localdate().year]),
        "rubric": rubric.get_absolute_url(),
        "source": reverse("archive:source", args=[source.pk]),
        "tag feed": reverse("archive:tag_feed", args=[section.tags.first().slug]),
        "issue": issue.get_absolute_url(),
        "author": author.get_absolute_url(),
        "tag": section.tags.first().get_absolute_url(),
        "tags": reverse("archive:tags"),
        "feed": reverse("archive:feed"),
    }


@pytest.mark.parametrize(
    ("kind", "queries"),
    [
        ("home", 3),
        ("year", 3),
        ("issue", 7),
        ("author", 3),
        ("tag", 4),
        ("tags", 1),
        ("rubric", 3),
        ("source", 4),
        ("feed", 4),
        ("tag feed", 5),
    ],
)
def test_a_page_asks_the_database_as_often_however_much_is_published(
    client, kind, queries, django_assert_num_queries
):
    for _ in range(3):
        urls = everything(client)
        client.get(urls[kind])
        with django_assert_num_queries(queries):
            client.get(urls[kind])


@pytest.mark.parametrize("kind", [*PAGES, "feed"])
def test_a_page_is_only_read(client, kind):
    url = everything(client)[kind]
    assert client.head(url).status_code == 200
    assert client.post(url).status_code == 405


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_holds_nothing_that_its_security_policy_forbids(client, kind):
    response = client.get(everything(client)[kind])
    html = response.content.decode()
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "style=" not in html
    assert "<style" not in html
    # What is told to search engines is no script, though it stands in that element.
    assert not re.search(r'<script(?! type="application/ld\+json">)', html)


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_has_one_main_heading_and_speaks_the_reader_s_language(client, kind):
    html = client.get(everything(client)[kind], headers={"Accept-Language": "en"}).content.decode()
    assert html.count("<h1") == 1
    assert '<html lang="en">' in html


def test_a_reader_changes_the_language_and_stays_on_the_page(client):
    url = a_published_issue().get_absolute_url()
    response = client.post(reverse("set_language"), {"language": "en", "next": url})
    assert response.headers["Location"] == url
    assert '<html lang="en">' in page(client, url)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_does_not_change_the_language(client, site):
    response = client.post(reverse("set_language"), {"language": "en"}, headers={"Sec-Fetch-Site": site})
    assert response.status_code == 403
    assert not response.cookies


def test_the_desk_is_shown_to_the_newsroom_alone(client):
    assert reverse("admin:index") not in page(client, "/")
    client.force_login(an_editor())
    assert reverse("admin:index") in page(client, "/")
