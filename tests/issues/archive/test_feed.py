"""The Atom feed, as a feed reader sees it."""

import xml.etree.ElementTree as ElementTree
from datetime import datetime, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from issues import workflow
from issues.archive.entries import absolute
from issues.models import Rendition
from tests.factories import (
    AuthorFactory,
    IssueFactory,
    SectionFactory,
    UserFactory,
    a_published_issue,
    an_editor,
)

ATOM = "{http://www.w3.org/2005/Atom}"
URL = "/flux.atom"


def feed(client) -> ElementTree.Element:
    response = client.get(URL)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)  # noqa: S314 - our own


@pytest.mark.django_db
def test_the_feed_holds_what_atom_requires_before_the_first_issue(client):
    root = feed(client)
    assert all(root.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated"))
    assert root.find(f"{ATOM}entry") is None
    assert root.find(f"{ATOM}link[@rel='self']").get("href") == "https://veille.example/flux.atom"


@pytest.mark.django_db
def test_an_entry_holds_the_full_text_with_addresses_that_work_elsewhere(client):
    a_published_issue(
        number=4,
        web_html='<p><img src="/media/a.webp" alt=""><a href="#n1">1</a> <a href="/themes/">T</a></p>',
    )
    content = feed(client).find(f"{ATOM}entry/{ATOM}content")
    assert content.get("type") == "html"
    assert content.text == (
        '<p><img src="https://veille.example/media/a.webp" alt="">'
        '<a href="https://veille.example/numeros/4/#n1">1</a> <a href="https://veille.example/themes/">T</a></p>'
    )


@pytest.mark.django_db
def test_an_entry_is_named_for_ever_whatever_the_site_s_address(client, settings):
    a_published_issue(number=4, published_at=datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("UTC")))
    settings.SITE_URL = "https://ailleurs.example"
    assert feed(client).findtext(f"{ATOM}entry/{ATOM}id") == "tag:lettre.veille.example,2026-03-02:numero-4"


@pytest.mark.django_db
def test_an_entry_names_all_its_authors(client):
    issue = a_published_issue()
    SectionFactory(issue=issue, authors=[AuthorFactory(name="Zoé"), AuthorFactory(name="Ali")])
    names = feed(client).findall(f"{ATOM}entry/{ATOM}author/{ATOM}name")
    assert [name.text for name in names] == ["Zoé", "Ali"]


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["draft", "in_review", "approved", "scheduled"])
def test_the_feed_says_nothing_of_an_unpublished_issue(client, state):
    IssueFactory(
        state=state, approved_digest="0" * 64, scheduled_for=timezone.now(), scheduled_by=UserFactory()
    )
    assert feed(client).find(f"{ATOM}entry") is None


@pytest.mark.django_db
def test_the_feed_stays_well_formed_whatever_a_title_holds(client):
    issue = a_published_issue(title="Un \x0b titre & <b> \ufffe", introduction="]]> \x1f fin")
    SectionFactory(issue=issue, authors=[AuthorFactory(name="A \x08 <B>")])
    assert feed(client).findtext(f"{ATOM}entry/{ATOM}author/{ATOM}name") == "A  <B>"


@pytest.mark.django_db
def test_a_reader_that_has_the_newest_issue_gets_nothing_again(client):
    a_published_issue()
    headers = {"If-Modified-Since": client.get(URL).headers["Last-Modified"]}
    assert client.get(URL, headers=headers).status_code == 304


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/flux.atom", "/flux.json"])
def test_a_reader_that_has_the_same_gets_nothing_again_until_anything_changes(client, url):
    author = AuthorFactory()
    SectionFactory(issue=a_published_issue(), authors=[author])
    first = client.get(url)
    kept = {"If-None-Match": first.headers["ETag"], "If-Modified-Since": first.headers["Last-Modified"]}
    again = client.get(url, headers=kept)
    assert (again.status_code, again.headers["ETag"]) == (304, first.headers["ETag"])
    author.name = "Une autre"
    author.save()
    assert client.get(url, headers=kept).status_code == 200


@pytest.mark.django_db
def test_a_reader_that_asks_by_the_date_learns_of_a_withdrawal_and_of_a_return(client):
    published = timezone.now() - timedelta(days=9)
    withdrawn = a_published_issue(published_at=published)
    a_published_issue()
    Rendition.objects.update(frozen_at=published)
    dates = [client.get(URL).headers["Last-Modified"]]
    for change in (
        lambda: workflow.withdraw_issue(withdrawn, by=an_editor(), comment="Une source est contestée."),
        lambda: workflow.bring_back(withdrawn, by=an_editor()),
    ):
        change()
        response = client.get(URL, headers={"If-Modified-Since": dates[-1]})
        assert response.status_code == 200
        dates.append(response.headers["Last-Modified"])
    assert client.get(URL, headers={"If-Modified-Since": dates[-1]}).status_code == 304


@pytest.mark.django_db
def test_the_pages_announce_the_feed(client):
    assert 'type="application/atom+xml"' in client.get("/").content.decode()


class Texts(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)
        self.close()

    def handle_data(self, data: str) -> None:
        self.found.append(data)


@given(st.text(alphabet="ab =\"/#srchef&;'", max_size=60))
def test_completing_addresses_never_touches_the_words(text):
    html = f'<p title="a">{text} src="/x" href="#y"</p>'
    assert Texts(absolute(html, "https://veille.example/")).found == Texts(html).found


@pytest.mark.django_db
class TestOtherFeeds:
    def a_section(self, title, tag, author):
        section = SectionFactory(issue=a_published_issue(), title=title, authors=[author])
        page = f'<article><section id="{section.anchor}"><h2>x</h2><p>{title}, entier</p></section></article>'
        section.issue.rendition.web_html = page
        section.issue.rendition.save()
        section.tags.add(tag)
        return section

    def test_a_topic_and_an_author_have_feeds_of_their_own(self, client):
        zoe, ali = AuthorFactory(name="Zoé"), AuthorFactory(name="Ali")
        web, net = self.a_section("Sur le web", "Web", zoe), self.a_section("Sur le réseau", "Réseau", ali)
        for url, shown, other in (
            ("/themes/web/flux.atom", web, net),
            (f"/auteurs/{ali.slug}/flux.atom", net, web),
        ):
            root = ElementTree.fromstring(client.get(url).content)  # noqa: S314 - our own
            (entry,) = root.findall(f"{ATOM}entry")
            assert entry.findtext(f"{ATOM}title") == shown.title
            assert f"{shown.title}, entier" in entry.findtext(f"{ATOM}content")
            assert entry.find(f"{ATOM}link").get("href").endswith(shown.get_absolute_url())
            assert other.title not in client.get(url).content.decode()
            assert root.find(f"{ATOM}link[@rel='self']").get("href") == f"https://veille.example{url}"

    def test_who_and_what_is_not_published_has_none(self, client):
        author = AuthorFactory()
        section = SectionFactory(issue=IssueFactory(), authors=[author])
        section.tags.add("Secret")
        assert client.get(f"/auteurs/{author.slug}/flux.atom").status_code == 404
        assert client.get("/themes/secret/flux.atom").status_code == 404

    def test_the_json_feed_tells_the_same(self, client):
        self.a_section("Sur le web", "Web", AuthorFactory(name="Zoé"))
        response = client.get("/flux.json")
        assert response.headers["Content-Type"] == "application/feed+json"
        told = response.json()
        assert told["version"] == "https://jsonfeed.org/version/1.1"
        (item,) = told["items"]
        atom = feed(client).find(f"{ATOM}entry")
        assert item["id"] == atom.findtext(f"{ATOM}id")
        assert item["title"] == atom.findtext(f"{ATOM}title")
        assert item["content_html"] == atom.findtext(f"{ATOM}content")
        assert item["authors"][0]["name"] == "Zoé"
        headers = {"If-Modified-Since": response.headers["Last-Modified"]}
        assert client.get("/flux.json", headers=headers).status_code == 304
